"""How a chart is drawn in characters, for a terminal."""

from __future__ import annotations

from ..kit.axis import scale
from . import words
from .model import ChartRecord, Series

_COLUMNS = 48
_BLOCKS = "▁▂▃▄▅▆▇█"


def chart_text(record: ChartRecord) -> str:
    """The picture as text: a line of blocks a series, each from zero to the end of its axis."""
    head = " · ".join(filter(None, (record.title, words.state(record))))
    tail = [*filter(None, (record.note, *record.left_out()))]
    if not record.has_values:
        return "\n".join([*filter(None, (head,)), words.EMPTY, *tail])
    width = max(len(series.name) for series in record.shown)
    lines = []
    for shown in record.panels.values():
        least = min((series.least for series in shown if series.least is not None), default=0.0)
        most = max((series.most for series in shown if series.most is not None), default=0.0)
        steps = scale(least, most)
        for series in shown:
            blocks = _blocks(record, series, steps[0], steps[-1])
            lines.append(f"  {series.name:{width}}  {blocks}  {', '.join(words.figures(series))}")
    lines.append(f"  {'':{width}}  0 s{words.moment(record.end):>{_COLUMNS - 3}}")
    marks = [f"  {n}. {mark.text} at {words.moment(mark.time)}" for n, mark in enumerate(record.marks, 1)]
    return "\n".join([*filter(None, (head,)), *lines, *marks, *tail])


def _blocks(record: ChartRecord, series: Series, low: float, high: float) -> str:
    """A column for each stretch of time: its largest value, or what held on from before."""
    largest: list[float | None] = [series.at(n / _COLUMNS * record.end) for n in range(_COLUMNS)]
    for time, value in series.points:
        column = min(_COLUMNS - 1, int(_COLUMNS * time / (record.end or 1.0)))
        held = largest[column]
        if value is not None and (held is None or value > held):
            largest[column] = value
    return "".join(_block(value, low, high) for value in largest)


def _block(value: float | None, low: float, high: float) -> str:
    return " " if value is None else _BLOCKS[min(7, int(8 * (value - low) / (high - low)))]
