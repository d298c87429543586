"""How a trace is drawn in characters, for a terminal."""

from __future__ import annotations

from ..kit.style import fmt_duration
from .model import Span
from .moment import Moment

COLUMNS = 40
"""Characters for the time."""


def trace_text(moment: Moment) -> str:
    """The picture as text: a line a call, beneath the name of its server."""
    lines = [moment.counts(), *moment.remarks]
    if not moment.spans:
        return "\n".join([*lines, f"Lanes: {', '.join(moment.servers)}."])
    width = max(len(_name(each)) for each in moment.drawn)
    right = fmt_duration(moment.end)
    lines += ["", f"{'':<{width}}  0 s{right:>{COLUMNS - 3}}"]
    for lane in moment.lanes:
        lines.append(f"{lane.name}: {lane.note}" if lane.note else lane.name)
        lines += [f"{_name(each):<{width}}  {_bar(moment, each)}  {_end(each)}" for each in lane.spans]
    lines += ["", "█ under way   ░ its caller's call has ended   ✗ RST_STREAM   | deadline"]
    return "\n".join(lines)


def _name(span: Span) -> str:
    return f"  {span.method}" + (f" (attempt {span.attempt})" if span.attempt > 1 else "")


def _end(span: Span) -> str:
    said = [f"{span.sign} {span.outcome}"]
    if span.duration is not None:
        said.append(fmt_duration(span.duration))
    if span.timeout is not None:
        said.append(f"deadline {span.timeout}")
    if span.depth:
        said.append(span.whose + ("?" if span.candidates else ""))
    return ", ".join(said)


def _bar(moment: Moment, span: Span) -> str:
    until = moment.until(span)
    bar = [" "] * COLUMNS
    first, last = _column(moment, span.start), _column(moment, until)
    bar[first : last + 1] = "█" * (last + 1 - first)
    if span.outlived:
        left = min(last, _column(moment, until - span.outlived) + 1)
        bar[left : last + 1] = "░" * (last + 1 - left)
    if span.reset is not None:
        bar[last] = "✗"
    if span.deadline is not None and span.start + span.deadline <= moment.end:
        at = _column(moment, span.start + span.deadline)
        bar[at if at != last or span.reset is None else min(at + 1, COLUMNS - 1)] = "|"
    return "".join(bar)


def _column(moment: Moment, time: float) -> int:
    return min(COLUMNS - 2, max(0, round(time / moment.end * (COLUMNS - 2))))
