"""The calls of a capture as a table, those that took longest first: where to look for the slow one."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator

from helpers.wire.capture import Capture
from helpers.wire.grpc.call import Call

from ..kit.style import fmt_bytes, fmt_duration
from ..kit.table import Table
from ..kit.text import place_heading, place_of, plural, visible

MOST_ROWS = 30
"""So many calls are listed unless another number is asked for."""

UNKNOWN = "? (6, 5) is a method of which the capture lacks the name: the same numbers on a connection, the same method"
"""What is said of such."""

MOST_UNKNOWN = 3
"""So many rows of the header table stand for a method that is not known."""

SORTS: dict[str, Callable[[Call, int], float]] = {
    "start": lambda call, end: call.start_ns,
    "duration": lambda call, end: -((call.end_ns or end) - call.start_ns),
    "first byte": lambda call, end: -((call.first_byte_ns or call.end_ns or end) - call.start_ns),
    "bytes": lambda call, end: -call.wire_bytes,
    "messages": lambda call, end: -(len(call.requests) + len(call.responses)),
}
"""What the calls can be sorted by; all but the start put the most first."""


def call_table(
    capture: Capture, sort: str = "duration", most: int = MOST_ROWS, *, calls: Iterable[Call] | None = None
) -> Table:
    """The calls of a capture as rows, across all its connections.

    *Took* is the time from the request's headers to the end of the answer, *First byte* that to the beginning of the
    answer. Of a call that still ran when the capture ended, both say how long it had been running. Messages are told
    as ``3 → 1 ←``: to the server, to the client; bytes are those of its frames.

    Args:
        capture: A ``helpers.wire`` capture.
        sort: ``"duration"``, ``"first byte"``, ``"bytes"``, ``"messages"``, with the most first; or ``"start"``.
        most: How many are listed.
        calls: Some of ``capture.calls``; None for all.

    Raises:
        ValueError: for an unknown order.
    """
    if sort not in SORTS:
        raise ValueError(f"unknown sort {sort!r}; one of {', '.join(SORTS)}")
    chosen = list(capture.calls if calls is None else calls)
    end = _end(capture)
    several = len({call.connection for call in capture.calls}) > 1
    key = SORTS[sort]
    chosen.sort(key=lambda call: key(call, end))
    rows = [_row(call, capture.start_ns, end, several) for call in chosen[: max(0, most)]]
    header = (
        place_heading(several, True, False),
        "Method",
        "Start",
        "First byte",
        "Took",
        "Messages",
        "Bytes",
        "Outcome",
    )
    left = len(chosen) - len(rows)
    more = [f"and {plural(left, 'more call')}"] if left > 0 else []
    if any(row[1].startswith("? (") for row in rows):
        more.append(UNKNOWN)
    return Table(rows, header, title=f"{plural(len(chosen), 'call')}, by {sort}", note="; ".join(more))


def method_table(capture: Capture) -> Table:
    """The methods of a capture: how often each was called, how many calls failed, and how long they took.

    The methods with the longest call come first. Calls that have not ended have no time; *95 %* is the time within
    which 95 of 100 were over.
    """
    methods: dict[str, list[Call]] = {}
    for call in capture.calls:
        methods.setdefault(_method(call), []).append(call)
    rows = [_method_row(name, calls) for name, calls in methods.items()]
    rows.sort(key=lambda row: -row[0])
    header = ("Method", "Calls", "Failed", "Median", "95 %", "Longest", "Bytes")
    return Table([row[1:] for row in rows], header, title=plural(len(rows), "method"))


def _row(call: Call, zero: int, end: int, several: bool) -> tuple[str, ...]:
    running = "" if call.done else "… "
    took = (call.end_ns or end) - call.start_ns
    first = (
        fmt_duration((call.first_byte_ns - call.start_ns) / 1e9) if call.first_byte_ns is not None else "none"
    )
    good = call.status == "OK" or (not call.is_grpc and (call.http_status or 500) < 400)
    sign = ("✓ " if good else "▲ " if call.status_unknown else "✗ ") if call.done else ""
    return (
        place_of(call.connection, call.stream, several),
        _method(call),
        fmt_duration((call.start_ns - zero) / 1e9),
        first,
        running + fmt_duration(took / 1e9),
        f"{len(call.requests)} → {len(call.responses)} ←",
        fmt_bytes(call.wire_bytes),
        sign + "; ".join([visible(call.outcome), *_remarks(call)]),
    )


def _remarks(call: Call) -> Iterator[str]:
    """What is to be said of a call, in a few words; `Call.remarks` has the whole."""
    headers = (*call.request_headers, *call.response_headers, *call.trailers)
    missing = any(each.name in ("PART", "LOST") for each in call.frames) or bool(call.problems)
    if call.began_before:
        yield "began before"
    if not all(each.known for each in headers):
        yield "headers not known"
    if missing:
        yield "bytes missing"
    if call.remarks and not (call.began_before or missing or not all(each.known for each in headers)):
        yield "malformed"


def _method_row(name: str, calls: list[Call]) -> tuple[float, str, int, int, str, str, str, str]:
    took = sorted(call.duration_ns / 1e9 for call in calls if call.duration_ns is not None)
    failed = sum(call.done and call.status not in ("OK", None) for call in calls)
    failed += sum(
        call.done and call.status is None and (call.reset is not None or call.cut is not None)
        for call in calls
    )
    middle = fmt_duration(statistics.median(took)) if took else "–"
    late = fmt_duration(took[min(len(took) - 1, int(0.95 * len(took)))]) if took else "–"
    longest = fmt_duration(took[-1]) if took else "–"
    size = fmt_bytes(sum(call.wire_bytes for call in calls))
    return (took[-1] if took else 0.0), name, len(calls), failed, middle, late, longest, size


def _method(call: Call) -> str:
    """The service without its package, and the method; of what is not gRPC, HTTP's method and path.

    Of a call whose path is not known: the first rows of the header table that it names and that are not known. On one
    connection, calls with the same rows are of the same method.
    """
    if not call.path:
        rows = [each.name.strip("()").partition(" ")[2] for each in call.request_headers if not each.known]
        return f"? ({', '.join(rows[:MOST_UNKNOWN])})" if rows else "?"
    if not call.is_grpc:
        return visible(f"{call.header(':method') or ''} {call.path}".strip())
    return visible(call.short_path)


def _end(capture: Capture) -> int:
    """The last moment that the capture knows."""
    frames = capture.frames
    return frames[-1].t_ns if frames else capture.start_ns
