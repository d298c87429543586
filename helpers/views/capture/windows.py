"""The flow-control windows of a capture as lines, for the third tab of the capture view."""

from __future__ import annotations

from typing import Any

from helpers.wire.capture import Capture
from helpers.wire.direction import TO_SERVER, Direction

MOST_POINTS, MOST_SERIES = 1200, 24
"""Points of a line, and lines, that go to the browser."""


def encode_windows(capture: Capture) -> dict[str, Any]:
    """Flow-control windows as lines of points, those that left the sender least room first."""
    zero = capture.start_ns
    frames = capture.frames
    last = frames[-1].t_ns if frames else zero
    ends = {(call.connection, call.stream): call.end_ns for call in capture.calls}
    lines: dict[tuple[int, Direction, int], tuple[list[int], list[int]]] = {}
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
    for connection, direction, stream in order[:MOST_SERIES]:
        times, sizes = moved[connection, direction, stream]
        until = last if stream == 0 else ends.get((connection, stream)) or last
        times, sizes = _thin([*times, max(until, times[-1])], [*sizes, sizes[-1]])
        series.append(
            {
                "connection": connection,
                "toServer": direction == TO_SERVER,
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
