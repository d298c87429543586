"""What the client of a recorded call did, step by step: what has to be done to make the call again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.grpc.call import Call
from helpers.wire.grpc.message import Message
from helpers.wire.grpc.metadata import GRPC

HOPS = ("grpc-", "x-forwarded-", "x-envoy-")
"""Metadata that gRPC itself or a proxy on the way has added begins so: it is not sent again."""

HOP_NAMES = frozenset(
    (
        "accept-encoding",
        "connection",
        "content-length",
        "forwarded",
        "host",
        "keep-alive",
        "transfer-encoding",
        "via",
    )
)
"""The same for whole names."""

_KEY = re.compile(r"[0-9a-z_.-]+")
# What a client makes of a stream that the server resets, and of an answer that is not gRPC's (the gRPC over HTTP2
# document, and the one on HTTP status codes).
_RESETS = {
    "REFUSED_STREAM": "UNAVAILABLE",
    "CANCEL": "CANCELLED",
    "ENHANCE_YOUR_CALM": "RESOURCE_EXHAUSTED",
    "INADEQUATE_SECURITY": "PERMISSION_DENIED",
}
_HTTP = {
    400: "INTERNAL",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "UNIMPLEMENTED",
    **dict.fromkeys((429, 502, 503, 504), "UNAVAILABLE"),
}


@dataclass(frozen=True)
class ScriptStep:
    """Something that the client did: it sent a message, or half-closed."""

    message: bytes | None
    """The message, serialized and not compressed; None for the half-close."""
    after: int
    """How many replies had come before."""
    at: float
    """Seconds after the beginning of the call."""


@dataclass(frozen=True)
class Script:
    """All that the client of one call did."""

    call: Call
    """As it was recorded."""
    metadata: tuple[tuple[str, str | bytes], ...]
    timeout: float | None
    """Its deadline in seconds."""
    steps: tuple[ScriptStep, ...]
    cancelled: tuple[int, float] | None
    """After how many replies, and how many seconds, the client gave the call up; None where it did not."""
    expected: str | None
    """The status that the client had in the end; None where the capture does not tell."""
    replies: tuple[bytes, ...]
    notes: tuple[str, ...]
    """What is not as it was recorded."""

    @property
    def half_closes(self) -> bool:
        """Whether the client said that it had nothing more to send."""
        return bool(self.steps) and self.steps[-1].message is None


def script_of(call: Call) -> Script | str:
    """The script of a call; or, where it cannot be played, why."""
    obstacle = _obstacle(call)
    if obstacle is not None:
        return obstacle
    replies = [each for each in call.messages if each.direction == TO_CLIENT and not each.trailers]
    metadata, notes = _metadata(call)
    if not all(each.known for each in call.request_headers):
        notes.append("metadata that the capture does not know is left out")
    cancelled = None
    if (
        call.reset is not None
        and call.reset[0] == TO_SERVER
        and call.status is None
        and not call.deadline_passed
    ):
        number = next(each.number for each in call.frames if each.name == "RST_STREAM")
        cancelled = _before(replies, number), ((call.end_ns or call.start_ns) - call.start_ns) / 1e9
    return Script(
        call,
        metadata,
        None if call.timeout_ns is None else call.timeout_ns / 1e9,
        tuple(_steps(call, replies)),
        cancelled,
        expected_status(call),
        tuple(each.data for each in replies if each.complete),
        tuple(notes),
    )


def expected_status(call: Call) -> str | None:
    """The status that the client of a recorded call had; None where the capture does not tell."""
    if call.deadline_passed:
        return "DEADLINE_EXCEEDED"
    if call.status is not None:
        return call.status
    if call.reset is not None:
        direction, error = call.reset
        return "CANCELLED" if direction == TO_SERVER else _RESETS.get(error, "INTERNAL")
    if call.http_status is not None and call.http_status != 200:
        return _HTTP.get(call.http_status, "UNKNOWN")
    return None


def _obstacle(call: Call) -> str | None:
    """Why a call cannot be played; None where it can."""
    if call.protocol != GRPC:
        return f"it is {call.protocol}, not gRPC"
    if call.began_before or call.earlier or not call.request_headers:
        return "its beginning is not in the capture"
    if not call.path:
        return "its method is not known: the capture does not have the header that names it"
    if call.stream % 2 == 0:
        return "the server began it"
    wrong = next((each for each in call.messages if each.direction == TO_SERVER and each.problem), None)
    if wrong is not None:
        return f"message {wrong.number} of the request: {wrong.problem}"
    if not call.done:
        return "it was still running when the capture ended"
    if call.cut is not None:
        return f"it was cut: {call.cut}"
    return None


def _steps(call: Call, replies: list[Message]) -> list[ScriptStep]:
    """Messages and half-close in order. What the client did after a reply may have followed from it."""
    steps = []
    for each in call.requests:
        frame = each.segments[0].frame
        at = max(0, frame.t_ns - call.start_ns) / 1e9
        steps.append(ScriptStep(each.data, _before(replies, frame.number), at))
    if TO_SERVER in call.half_closed:
        last = next(each for each in call.frames if each.direction == TO_SERVER and each.end_stream)
        at = max(0, last.t_ns - call.start_ns) / 1e9
        steps.append(ScriptStep(None, _before(replies, last.number), at))
    return steps


def _before(replies: list[Message], number: int) -> int:
    """How many replies were complete before a frame of the connection."""
    return sum(bool(each.segments) and each.segments[-1].frame.number < number for each in replies)


def _metadata(call: Call) -> tuple[tuple[tuple[str, str | bytes], ...], list[str]]:
    """The metadata to send, and what is to be said about the rest."""
    kept: list[tuple[str, str | bytes]] = []
    illegal = []
    for key, value in call.metadata:
        if key.startswith(HOPS) or key in HOP_NAMES:
            continue
        text = isinstance(value, bytes) or (value.isascii() and value.isprintable())
        if _KEY.fullmatch(key) and text:
            kept.append((key, value))
        else:
            illegal.append(key)
    notes = [f"metadata that gRPC does not send is left out: {', '.join(illegal)}"] if illegal else []
    return tuple(kept), notes
