"""A call as JSON for the browser, with texts that are cut to a size one can read."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf import text_format
from google.protobuf.message import DecodeError, Message

from ..kit.style import fmt_bytes, fmt_duration
from .call import CallEvent, CallState, ConsoleCall, Metadata
from .schema import descriptor_of
from .session import PastCall
from .well_known import to_json

BATCH = 100
"""So many entries go into one update while a call runs; what came in between is counted."""
LONGEST = 4000
"""Characters shown of one message."""
SHORTER = 400
"""The same while messages come faster than anyone reads."""

_HINTS: dict[grpc.StatusCode, str] = {
    grpc.StatusCode.UNAVAILABLE: "Nobody answers there: is the server running, and is the address its own?",
    grpc.StatusCode.DEADLINE_EXCEEDED: "The deadline passed before the status came.",
    grpc.StatusCode.UNIMPLEMENTED: "The server has no such method, or its servicer does not define it.",
    grpc.StatusCode.CANCELLED: "The call was cancelled before it was done.",
    grpc.StatusCode.UNKNOWN: "The handler raised an exception; the server's log may say which.",
    grpc.StatusCode.UNAUTHENTICATED: "The server wants to know who is calling: credentials are missing or wrong.",
    grpc.StatusCode.PERMISSION_DENIED: "The server knows who is calling, and says no.",
}


def call_json(account: CallState) -> dict[str, Any]:
    """How a call stands, without its entries."""
    return {
        "sent": account.sent,
        "received": account.received,
        "waiting": account.waiting,
        "halfClosed": account.half_closed,
        "braked": account.braked,
        "seconds": account.seconds,
        "initial": None if account.initial is None else metadata_json(account.initial),
        "trailers": None if account.trailers is None else metadata_json(account.trailers),
        "status": status_json(account),
    }


def status_json(account: CallState) -> dict[str, Any] | None:
    """The status: its name, number, words, the rich details in the trailers, and what to make of it."""
    if account.status is None:
        return None
    code = account.status.code
    return {
        "name": code.name,
        "number": code.value[0],
        "ok": code is grpc.StatusCode.OK,
        "details": account.status.details,
        "rich": rich_details(account.trailers or ()),
        "hint": _HINTS.get(code, ""),
    }


def metadata_json(metadata: Metadata) -> list[list[str]]:
    """Metadata as rows of two texts; bytes in hex, and beside it as text where they are."""
    return [[str(key), _metadata_text(value)] for key, value in metadata]


def entries_json(entries: list[CallEvent], form: str, longest: int = LONGEST) -> list[dict[str, Any]]:
    """Entries for the feed.

    Args:
        entries: oldest first.
        form: messages as ``text`` (protobuf's text format) or as ``json``.
        longest: characters shown of one message.
    """
    return [_entry_json(entry, form, longest) for entry in entries]


def news_json(call: ConsoleCall, after: int, form: str) -> tuple[list[dict[str, Any]], int]:
    """The entries after number ``after``, as far as they fit into one update, and how many there are in all."""
    entries, total = call.entries_after(after, BATCH)
    return entries_json(entries, form, SHORTER if len(entries) == BATCH else LONGEST), total


def whole_json(account: CallState, form: str) -> list[dict[str, Any]]:
    """All entries that are kept."""
    return entries_json(list(account.entries), form, LONGEST if len(account.entries) <= BATCH else SHORTER)


def past_json(past: PastCall) -> dict[str, Any]:
    """A call of the history."""
    status = status_json(past.account) or {}
    return {
        "number": past.number,
        "method": past.method.name,
        "clock": past.clock,
        "status": status.get("name"),
        "ok": status.get("ok"),
        "took": fmt_duration(past.account.seconds),
        "sent": past.account.sent,
        "received": past.account.received,
    }


def message_text(message: Message, form: str) -> str:
    """A message as ``text`` or ``json``; as text where it has no JSON."""
    if form == "json":
        try:
            return to_json(message)
        except ValueError:
            pass
    return text_format.MessageToString(
        message, as_utf8=True, print_unknown_fields=True, descriptor_pool=descriptor_of(message).file.pool
    ).rstrip("\n")


def rich_details(trailers: Metadata) -> list[str]:
    """The messages in a rich status (``google.rpc.Status`` in ``grpc-status-details-bin``) as text."""
    packed = next((value for key, value in trailers if key == "grpc-status-details-bin"), None)
    if not isinstance(packed, bytes):
        return []
    try:
        # Their classes must be loaded, or the text is bytes.
        from google.rpc import error_details_pb2, status_pb2  # noqa: F401

        status = status_pb2.Status.FromString(packed)
    except (ImportError, DecodeError):
        return []
    return [message_text(each, "text") for each in status.details]


def _entry_json(entry: CallEvent, form: str, longest: int) -> dict[str, Any]:
    shown: dict[str, Any] = {"n": entry.number, "at": fmt_duration(entry.at), "sent": entry.sent}
    if isinstance(entry.what, str):
        return {**shown, "event": entry.what}
    text = message_text(entry.what, form)
    shown["size"] = fmt_bytes(entry.what.ByteSize())
    if len(text) > longest:
        shown["more"] = f"{len(text) - longest:,} more characters"
        text = text[:longest]
    return {**shown, "text": text}


def _metadata_text(value: str | bytes) -> str:
    if isinstance(value, str):
        return value
    text = value.decode("ascii", "replace")
    beside = f"  “{text}”" if text.isascii() and text.isprintable() and text else ""
    return f"{value.hex(' ')}{beside}"
