"""The summary of a capture: how each call and each HTTP/1.1 exchange went, and what it cost in bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpers.wire import names
from helpers.wire.call import Call
from helpers.wire.exchanges import Exchange

from .calls_encode import MOST_FRAMES
from .calls_pace import counted, pace
from .calls_text import visible

MOST_CALLS = 500
"""So many calls and exchanges are listed."""
MESSAGES, BODIES = "messages", "bodies"


def summarize_call(call: Call, zero: int) -> dict[str, Any]:
    """One call, ready to be shown: all texts are fit to be, times in seconds since ``zero`` (nanoseconds)."""
    state, sign, word, note = _outcome(call)
    grpc = call.is_grpc
    service, _, method = call.path.removeprefix("/").rpartition("/")
    sent, got, payload = len(call.requests), len(call.responses), call.payload_bytes
    if not grpc:
        service, method = "", f"{call.header(':method') or ''} {call.path}".strip()
        sent, got, payload = 1, int(call.http_status is not None), _body_bytes(call)
    return {
        "connection": call.connection,
        "stream": call.stream,
        "exchange": 0,
        "service": visible(service),
        "method": visible(method or call.path or "?"),
        "kind": call.kind if grpc else "HTTP/2",
        "state": state,
        "sign": sign,
        "word": word,
        "short": word,
        "note": visible(note),
        "start": (call.start_ns - zero) / 1e9,
        "took": None if call.duration_ns is None else call.duration_ns / 1e9,
        "timeout": None if call.timeout_ns is None else call.timeout_ns / 1e9,
        "line": None,
        "sent": sent,
        "got": got,
        "goods": MESSAGES if grpc else BODIES,
        "payload": payload,
        "wire": call.wire_bytes,
        "frames": len(call.frames),
    }


def summarize_exchange(exchange: Exchange, zero: int) -> dict[str, Any]:
    """An HTTP/1.1 exchange in the same form; ``line`` is when its answer waited behind another one."""
    state, sign, word, note = _answer(exchange)
    queued = exchange.queued_ns > 0
    return {
        "connection": exchange.connection,
        "stream": 0,
        "exchange": exchange.number,
        "service": "",
        "method": visible(f"{exchange.method} {exchange.target}".strip() or "?"),
        "kind": "HTTP/1.1",
        "state": state,
        "sign": sign,
        "word": visible(word, 60),
        "short": word.partition(" ")[0] if exchange.status is not None else word,
        "note": visible(note),
        "start": (exchange.start_ns - zero) / 1e9,
        "took": None if exchange.duration_ns is None else exchange.duration_ns / 1e9,
        "timeout": None,
        "line": [(exchange.sent_ns - zero) / 1e9, (exchange.free_ns - zero) / 1e9] if queued else None,
        "sent": int(exchange.request is not None),
        "got": int(exchange.response is not None),
        "goods": BODIES,
        "payload": exchange.payload_bytes,
        "wire": exchange.wire_bytes,
        "frames": len(exchange.frames),
    }


def _body_bytes(call: Call) -> int:
    return sum(end - start for start, end in (each.body for each in call.frames if each.type == names.DATA))


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
        limit, took = call.timeout_ns, call.duration_ns or 0
        # The client's clock started a little before its first frame was recorded.
        if limit is not None and took >= 0.9 * limit:
            return "failed", "✗", "deadline passed", "the client reset the stream"
        return "failed", "✗", "cancelled", "the client reset the stream"
    if call.http_status is not None and not call.is_grpc and call.reset is None and call.cut is None:
        good = call.http_status < 400
        return "done" if good else "failed", "✓" if good else "✗", f"HTTP {call.http_status}", ""
    return "failed", "✗", "no status", call.outcome


class Head:
    """Summaries of a capture that grows: calls that have ended are summed up once."""

    def __init__(self, capture: Any) -> None:
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
        listed = [told for _, told in known]
        if exchanges:
            listed += [summarize_exchange(each, zero) for each in exchanges[:MOST_CALLS]]
            listed = sorted(listed, key=lambda told: told["start"])[:MOST_CALLS]
        total = len(calls) + len(exchanges)
        goods = {told["goods"] for told in listed}
        frames = capture.frames
        return {
            "open": bool(capture.open),
            "title": visible(capture.title),
            "notes": [visible(note, 400) for note in capture.notes],
            "calls": listed,
            "moreCalls": total - len(listed),
            "what": counted(len(calls), len(exchanges)),
            "goods": " and ".join(sorted(goods, reverse=True)) or "messages",
            "pace": pace(listed, len(listed) < total, (frames[-1].t_ns - zero) / 1e9 if frames else 0.0),
            "frames": len(frames),
            "hidden": max(0, len(frames) - MOST_FRAMES),
            "payload": totals.payload,
            "wire": totals.wire,
        }
