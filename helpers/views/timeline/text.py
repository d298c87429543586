"""How a `Timeline` is drawn in characters, for a terminal."""

from __future__ import annotations

from ..kit.style import fmt_duration
from .model import MOST_CALLS, MOST_LANES, Phase, Timeline

_BARS = {"waiting": "·", "running": "█", "abandoned": "░"}


def timeline_text(timeline: Timeline, columns: int = 48) -> str:
    """The picture as text: one line a call, one a worker; ``columns`` characters for the time axis."""
    if timeline.problem is not None:
        return f"{timeline.summary()}\n{timeline.problem}"
    if not timeline.calls:
        return "\n".join(filter(None, [timeline.summary(), timeline.note]))
    calls, lanes = timeline.calls[:MOST_CALLS], timeline.lanes()
    notes = filter(None, [timeline.note, *timeline.left_out])
    lanes = lanes[:MOST_LANES]
    width = max(len(name) for name in [*(call.label for call in calls), *(lane.name for lane in lanes)])
    lines = [timeline.summary(), *notes]
    for call in calls:
        bar = [" "] * columns
        for phase in call.phases(timeline.now):
            _paint(bar, timeline, phase)
        if call.deadline_at is not None and call.deadline_at <= timeline.end:
            bar[_column(timeline, call.deadline_at, columns)] = "|"
        ended = timeline.now if call.finished is None else call.finished
        took = fmt_duration(ended - call.sent_at)
        lines.append(f"{call.label:<{width}}  {''.join(bar)}  {call.sign[0]} {call.doing} {took}")
    for lane in lanes:
        bar = [" "] * columns
        numbered = set()
        for number, phase in lane.work:
            start, end = _paint(bar, timeline, phase)
            if number not in numbered:
                bar[start:end] = [*str(number), *bar[start + len(str(number)) : end]][: end - start]
            numbered.add(number)
        lines.append(f"{lane.name:<{width}}  {''.join(bar)}  {lane.served}")
    right = fmt_duration(timeline.end)
    lines.append(f"{'':<{width}}  0 s{right:>{columns - 3}}")
    lines.append(f"{'':<{width}}  · waiting  █ running  ░ nobody waits  | deadline")
    return "\n".join(lines)


def _paint(bar: list[str], timeline: Timeline, phase: Phase) -> tuple[int, int]:
    """Draws a phase, at least one character wide; returns its columns."""
    start = _column(timeline, phase.start, len(bar))
    end = max(start + 1, round(phase.end / timeline.end * len(bar)))
    bar[start:end] = [_BARS[phase.kind]] * (end - start)
    return start, end


def _column(timeline: Timeline, time: float, columns: int) -> int:
    return min(columns - 1, round(time / timeline.end * columns))
