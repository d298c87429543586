"""The summary of a capture: how each call and each HTTP/1.1 exchange went, and what it cost in bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpers.wire.capture import Capture
from helpers.wire.grpc.call import Call
from helpers.wire.grpc.metadata import GRPC
from helpers.wire.http1.exchanges import Exchange

from ..kit.text import LONG, place_of, plural, visible
from .concurrency import counted, pace
from .encode import MOST_FRAMES

MOST_CALLS = 500
"""So many calls and exchanges are listed."""
MOST_REMARKS = 3
"""Of so many calls it is said above the picture what is missing or malformed, where there are several."""
MESSAGES, BODIES = "messages", "bodies"


def summarize_call(call: Call, zero: int) -> dict[str, Any]:
    """One call, ready to be shown: all texts are fit to be, times in seconds since ``zero`` (nanoseconds)."""
    state, sign, word, note = _outcome(call)
    grpc = call.is_grpc
    service, _, method = call.path.removeprefix("/").rpartition("/")
    sent, got = len(call.requests), len(call.responses)
    if not grpc:
        service, method = "", f"{call.header(':method') or ''} {call.path}".strip()
        sent, got = int(bool(call.request_headers)), int(call.http_status is not None)
    return {
        "connection": call.connection,
        "stream": call.stream,
        "exchange": 0,
        "service": visible(service),
        "method": visible(method or call.path or "?"),
        "kind": _kind(call),
        "state": state,
        "sign": sign,
        "word": word,
        "short": word,
        "note": visible(note),
        "remarks": [visible(each, LONG) for each in call.remarks],
        "start": (call.start_ns - zero) / 1e9,
        "took": None if call.duration_ns is None else call.duration_ns / 1e9,
        "timeout": None if call.timeout_ns is None else call.timeout_ns / 1e9,
        "line": None,
        "sent": sent,
        "got": got,
        "goods": MESSAGES if grpc else BODIES,
        "payload": call.payload_bytes,
        "wire": call.wire_bytes,
        "frames": len(call.own_frames),
    }


def summarize_exchange(exchange: Exchange, zero: int) -> dict[str, Any]:
    """An HTTP/1.1 exchange in the same form; ``line`` is when its answer waited behind another one."""
    state, sign, word, note = _answer(exchange)
    return {
        "connection": exchange.connection,
        "stream": 0,
        "exchange": exchange.number,
        "service": "",
        "method": visible(f"{exchange.method} {exchange.target}".strip() or "?"),
        "kind": exchange.protocol,
        "state": state,
        "sign": sign,
        "word": visible(word, 60),
        "short": word.partition(" ")[0] if exchange.status is not None else word,
        "note": visible(note),
        "remarks": [visible(each, LONG) for each in exchange.remarks],
        "start": (exchange.start_ns - zero) / 1e9,
        "took": None if exchange.duration_ns is None else exchange.duration_ns / 1e9,
        "timeout": None,
        "line": [(t_ns - zero) / 1e9 for t_ns in exchange.queued] if exchange.queued else None,
        "sent": int(exchange.request is not None),
        "got": int(exchange.response is not None),
        "goods": BODIES,
        "payload": exchange.payload_bytes,
        "wire": exchange.wire_bytes,
        "frames": len(exchange.frames),
    }


def _kind(call: Call) -> str:
    """The kind of call and what it is spoken in, where that is not plain gRPC."""
    if not call.is_grpc:
        return call.protocol if call.protocol == "HTTP/2" else f"HTTP/2, {call.protocol}"
    return call.kind if call.protocol == GRPC else f"{call.kind}, {call.protocol}"


def _answer(exchange: Exchange) -> tuple[str, str, str, str]:
    """As ``_outcome``, of an exchange."""
    if exchange.problem or exchange.cut:
        word = "malformed" if exchange.problem else "cut short" if exchange.response else "no answer"
        return "failed", "✗", word, exchange.problem or exchange.cut or ""
    if not exchange.done:
        return "running", "…", "running", ""
    if (exchange.status or 0) < 400:
        return "done", "✓", exchange.outcome, ""
    return "failed", "✗", exchange.outcome, ""


def _outcome(call: Call) -> tuple[str, str, str, str]:
    """State, sign, word and the rest of what is to be said about the end of a call."""
    if call.status is not None:
        good = call.status == "OK"
        return ("done", "✓", "OK", "") if good else ("failed", "✗", call.status, call.status_message)
    if not call.done:
        return "running", "…", "running", ""
    if call.cancelled:
        word = "deadline passed" if call.deadline_passed else "cancelled"
        return "failed", "✗", word, "the client reset the stream"
    if call.http_status is not None and not call.is_grpc and call.reset is None and call.cut is None:
        good = call.http_status < 400
        return "done" if good else "failed", "✓" if good else "✗", f"HTTP {call.http_status}", ""
    if call.status_unknown:
        return "done", "▲", "status not known", ""
    return "failed", "✗", "no status", call.outcome


class Head:
    """Summaries of a capture that grows: calls that have ended are summed up once."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._known: list[tuple[Call, dict[str, Any]]] = []

    def __call__(self) -> dict[str, Any]:
        """The summary as it is now (values of JSON)."""
        capture = self._capture
        calls: Sequence[Call] = capture.calls
        exchanges: Sequence[Exchange] = capture.exchanges
        totals, zero = capture.totals, capture.start_ns
        known = []
        for n, call in enumerate(calls[:MOST_CALLS]):
            same = n < len(self._known) and self._known[n][0] is call
            known.append(self._known[n] if same else (call, summarize_call(call, zero)))
        self._known = known
        listed = [each for _, each in known]
        if exchanges:
            listed += [summarize_exchange(each, zero) for each in exchanges[:MOST_CALLS]]
            listed = sorted(listed, key=lambda each: each["start"])[:MOST_CALLS]
        total = len(calls) + len(exchanges)
        notes = [visible(note, LONG) for note in capture.notes] + _remarks(listed)
        encrypted = [each for each in capture.encrypted if each.session.version is not None]
        goods = {each["goods"] for each in listed}
        frames = capture.frames
        return {
            "open": bool(capture.open),
            "title": visible(capture.title),
            "notes": notes,
            "calls": listed,
            "moreCalls": total - len(listed),
            "what": counted(len(calls), len(exchanges), len(encrypted)),
            "goods": " and ".join(sorted(goods, reverse=True))
            or ("readable messages" if encrypted else "messages"),
            "pace": pace(listed, len(listed) < total, (frames[-1].t_ns - zero) / 1e9 if frames else 0.0),
            "frames": len(frames),
            "hidden": max(0, len(frames) - MOST_FRAMES),
            "payload": totals.payload,
            "wire": totals.wire,
            "unfinished": totals.unfinished,
            "rest": [totals.in_connections.frames, totals.in_connections.wire],
        }


def _remarks(listed: Sequence[dict[str, Any]]) -> list[str]:
    """Where there are several calls, what is to be said about the first of them that have something."""
    if len(listed) == 1:
        return []
    several = len({each["connection"] for each in listed}) > 1
    wrong = [each for each in listed if each["remarks"]]
    lines = []
    for each in wrong[:MOST_REMARKS]:
        place = place_of(each["connection"], each["stream"] or each["exchange"], several)
        where = f"Stream {place}" if each["stream"] else f"Exchange {place}"
        lines.append(f"{where}: {' '.join(each['remarks'])}")
    if len(wrong) > MOST_REMARKS:
        lines.append(f"{plural(len(wrong) - MOST_REMARKS, 'more call')} with something missing or malformed.")
    return lines
