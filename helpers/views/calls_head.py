"""The summary of a capture: how each call went, and what it cost in bytes. Also the flow-control windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpers.wire import names
from helpers.wire.call import Call

from .calls_encode import MOST_FRAMES
from .calls_text import visible

MOST_CALLS = 500
"""So many calls are listed."""
MOST_POINTS, MOST_SERIES = 1200, 24


def summarize_call(call: Call, zero: int) -> dict[str, Any]:
    """One call, ready to be shown: all texts are fit to be, times in seconds since ``zero`` (nanoseconds)."""
    state, sign, word, note = _outcome(call)
    service, _, method = call.path.removeprefix("/").rpartition("/")
    sent, got = len(call.requests), len(call.responses)
    return {
        "connection": call.connection,
        "stream": call.stream,
        "service": visible(service),
        "method": visible(method or call.path or "?"),
        "kind": call.kind if call.is_grpc else "HTTP/2 request",
        "state": state,
        "sign": sign,
        "word": word,
        "note": visible(note),
        "start": (call.start_ns - zero) / 1e9,
        "took": None if call.duration_ns is None else call.duration_ns / 1e9,
        "timeout": None if call.timeout_ns is None else call.timeout_ns / 1e9,
        "sent": sent,
        "got": got,
        "payload": call.payload_bytes,
        "wire": call.wire_bytes,
        "frames": len(call.frames),
    }


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
    if call.http_status is not None and call.http_status < 400 and not call.is_grpc and call.reset is None:
        return "done", "✓", f"HTTP {call.http_status}", ""
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
        totals = capture.totals
        known = []
        for n, call in enumerate(calls[:MOST_CALLS]):
            same = n < len(self._known) and self._known[n][0] is call
            known.append(self._known[n] if same else (call, summarize_call(call, capture.start_ns)))
        self._known = known
        frames = capture.frames
        return {
            "open": bool(capture.open),
            "title": visible(capture.title),
            "notes": [visible(note, 400) for note in capture.notes],
            "calls": [told for _, told in known],
            "moreCalls": max(0, len(calls) - MOST_CALLS),
            "frames": len(frames),
            "hidden": max(0, len(frames) - MOST_FRAMES),
            "payload": totals.payload,
            "wire": totals.wire,
        }


def encode_windows(capture: Any) -> dict[str, Any]:
    """Flow-control windows as lines of points, those that left the sender least room first."""
    zero = capture.start_ns
    frames = capture.frames
    last = frames[-1].t_ns if frames else zero
    ends = {(call.connection, call.stream): call.end_ns for call in capture.calls}
    lines: dict[tuple[int, str, int], tuple[list[int], list[int]]] = {}
    first: dict[int, int] = {}
    for sample in capture.windows():
        first.setdefault(sample.connection, sample.t_ns)
        key = (sample.connection, sample.direction, sample.stream)
        line = lines.get(key)
        if line is None:
            begin = first[sample.connection] if sample.stream == 0 else sample.t_ns
            line = lines[key] = ([begin], [sample.window - sample.change])
        line[0].append(sample.t_ns)
        line[1].append(sample.window)
    moved = {key: line for key, line in lines.items() if key[2] == 0 or len(set(line[1])) > 1}
    order = sorted(moved, key=lambda key: (key[2] != 0, min(moved[key][1]), key))
    series = []
    for key in order[:MOST_SERIES]:
        connection, direction, stream = key
        times, sizes = moved[key]
        until = last if stream == 0 else ends.get((connection, stream)) or last
        times, sizes = _thin([*times, max(until, times[-1])], [*sizes, sizes[-1]])
        series.append(
            {
                "connection": connection,
                "toServer": direction == names.TO_SERVER,
                "stream": stream,
                "t": [(each - zero) / 1e9 for each in times],
                "w": sizes,
            }
        )
    return {"series": series, "more": len(order) - len(series)}


def _thin(times: list[int], sizes: list[int]) -> tuple[list[int], list[int]]:
    """At most about ``MOST_POINTS`` points; of each stretch the lowest, the highest and the last stay."""
    count = len(times)
    if count <= MOST_POINTS:
        return times, sizes
    step = -(-count * 3 // MOST_POINTS)
    keep: set[int] = {0, count - 1}
    for start in range(0, count, step):
        stretch = range(start, min(start + step, count))
        keep.update((min(stretch, key=sizes.__getitem__), max(stretch, key=sizes.__getitem__), stretch[-1]))
    order = sorted(keep)
    return [times[n] for n in order], [sizes[n] for n in order]
