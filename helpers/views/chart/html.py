"""How a chart is drawn: HTML with SVG (`text` has the picture for terminals).

Lines are drawn in a square that is stretched to the width there is; marks and words are placed by percentages, and keep
their shape. All series of one unit share an axis; another unit has an axis of its own, below the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..kit.axis import scale, tick_labels, ticks, value_labels
from ..kit.style import escape
from . import words
from .model import ChartPoint, ChartRecord, Series, thinned

_DRAWN = 240  # points of a line
_SYMBOLS = 7  # marks along a line
_ROWS = 48  # of the table of values
_SIDE = 1000  # the square in which lines are drawn
_HEIGHTS = {1: 200, 2: 136}  # pixels of one of so many panels
_LOW = 104

# One a series, as its color and its dashes are: filled and open shapes in turn.
SHAPES = (
    '<circle r="4"/>',
    '<rect class="gv-chart-open" x="-3.5" y="-3.5" width="7" height="7"/>',
    '<path d="M0 -5 L5 4 L-5 4 Z"/>',
    '<path class="gv-chart-open" d="M0 -5.5 L5.5 0 L0 5.5 L-5.5 0 Z"/>',
    '<path class="gv-chart-open" d="M-4 -4 L4 4 M-4 4 L4 -4"/>',
    '<path class="gv-chart-open" d="M0 -5 V5 M-5 0 H5"/>',
)


def chart_html(record: ChartRecord) -> str:
    """The picture as HTML, without its style. Elements with ``data-part`` are what a live chart replaces."""
    head = f"<strong>{escape(record.title)}</strong> " if record.title else ""
    state = words.state(record)
    area = _area(record) if record.has_values else f'<p class="gv-muted">{words.EMPTY}</p>'
    notes = "".join(f"<p>{escape(note)}</p>" for note in (record.note, *record.left_out()) if note)
    table = _table(record) if record.has_values else ""
    return (
        f'<div class="gv gv-chart" data-state="{record.state}" data-chart="{record.key}">'
        f'<p class="gv-chart-head" data-part="head">{head}<span class="gv-chart-state">{escape(state)}</span></p>'
        f'<ul class="gv-chart-legend" data-part="legend">{_legend(record)}</ul>'
        f'<div class="gv-chart-area"><div data-part="area">{area}</div></div>'
        f'<ol class="gv-chart-marks" data-part="marks">{_mark_list(record)}</ol>'
        f'<div class="gv-chart-notes gv-muted" data-part="notes">{notes}</div>'
        f'<details class="gv-chart-values"><summary>Table of values</summary>'
        f'<div class="gv-scroll" data-part="table" tabindex="0" role="region" aria-label="Table of values">{table}</div>'
        f"</details></div>"
    )


def _legend(record: ChartRecord) -> str:
    return "".join(
        f'<li class="gv-chart-{number}"><svg width="36" height="16" aria-hidden="true">'
        f'<line class="gv-chart-line" x1="1" x2="35" y1="8" y2="8"/>{_symbol(number, "18", "8")}</svg>'
        f'<b>{escape(series.name)}</b> <span class="gv-muted">{escape(", ".join(words.figures(series)))}</span></li>'
        for number, series in enumerate(record.shown)
    )


def _symbol(number: int, x: str, y: str) -> str:
    return f'<svg class="gv-chart-symbol" x="{x}" y="{y}" overflow="visible">{SHAPES[number]}</svg>'


def _area(record: ChartRecord) -> str:
    panels = record.panels
    height = _HEIGHTS.get(len(panels), _LOW)
    numbers = {series.name: number for number, series in enumerate(record.shown)}
    drawn = "".join(_panel(record, unit, series, numbers, height) for unit, series in panels.items())
    return f"{drawn}{_time_axis(record)}"


def _panel(
    record: ChartRecord, unit: str, shown: Sequence[Series], numbers: dict[str, int], height: int
) -> str:
    least = min((series.least for series in shown if series.least is not None), default=0.0)
    most = max((series.most for series in shown if series.most is not None), default=0.0)
    steps = scale(least, most, 4 if height > _LOW else 2)
    low, high = steps[0], steps[-1]

    def up(value: float) -> float:
        return 1 - (value - low) / (high - low)

    labels = "".join(
        f'<text x="100%" y="{100 * up(value):.2f}%" dy="4" text-anchor="end">{escape(label)}</text>'
        for value, label in zip(steps, value_labels(steps, unit), strict=True)
    )
    grid = "".join(
        f'<line class="gv-chart-{"zero" if not value else "grid"}" x2="100%" y1="{y}" y2="{y}"/>'
        for value, y in ((value, f"{100 * up(value):.2f}%") for value in steps)
    )
    grid += "".join(
        f'<line class="gv-chart-grid" x1="{x}" x2="{x}" y2="100%"/>'
        for x in (_x(record, time) for time in _ticks(record))
    )
    lines, symbols = [], []
    for series in shown:
        number = numbers[series.name]
        points = thinned(series.points, _DRAWN)
        path = _path(
            [(_share(record, time), value if value is None else up(value)) for time, value in points]
        )
        lines.append(f'<path class="gv-chart-line gv-chart-{number}" d="{path}"/>')
        marked = _marked(record, points, number)
        symbols.append(
            f'<g class="gv-chart-{number}">'
            + "".join(_symbol(number, _x(record, time), f"{100 * up(value):.2f}%") for time, value in marked)
            + "</g>"
        )
    happened = "".join(
        f'<line class="gv-chart-mark" x1="{x}" x2="{x}" y2="100%"/>'
        f'<text class="gv-chart-mark-number" x="{x}" dx="4" y="12">{n}</text>'
        for n, x in enumerate((_x(record, mark.time) for mark in record.marks), 1)
    )
    stretched = (
        f'<svg width="100%" height="100%" viewBox="0 0 {_SIDE} {_SIDE}" preserveAspectRatio="none" overflow="visible">'
        f"{''.join(lines)}</svg>"
    )
    return (
        f'<div class="gv-chart-panel"><svg class="gv-chart-labels" height="{height}" aria-hidden="true">{labels}</svg>'
        f'<svg class="gv-chart-plot" height="{height}" role="img" aria-label="{escape(words.summary(record))}">'
        f"{grid}{happened}{stretched}{''.join(symbols)}</svg></div>"
    )


def _path(points: Sequence[tuple[float, float | None]]) -> str:
    """A line through the points; None lifts the pen."""
    parts, down = [], False
    for n, (x, y) in enumerate(points):
        if y is None:
            down = False
            continue
        alone = not down and (n + 1 == len(points) or points[n + 1][1] is None)
        parts.append(f"{'L' if down else 'M'}{_SIDE * x:.0f} {_SIDE * y:.0f}{'h0' if alone else ''}")
        down = True
    return "".join(parts)


def _marked(record: ChartRecord, points: Sequence[ChartPoint], number: int) -> list[tuple[float, float]]:
    """The points that carry the mark of their series: some along the line, not where another series has its own."""
    measured = [(time, value) for time, value in points if value is not None]
    if len(measured) <= _SYMBOLS:
        return measured
    wanted = [(n + (number % 3 + 0.5) / 3) / _SYMBOLS * record.end for n in range(_SYMBOLS)]
    return sorted({min(measured, key=lambda point: abs(point[0] - time)) for time in wanted})


def _time_axis(record: ChartRecord) -> str:
    times = _ticks(record)
    labels = "".join(
        f'<text x="{_x(record, time)}" y="14" text-anchor="{_anchor(record, time)}">{label}</text>'
        for time, label in zip(times, tick_labels(times), strict=True)
    )
    return (
        '<div class="gv-chart-panel gv-chart-times" aria-hidden="true"><svg class="gv-chart-labels" height="20"></svg>'
        f'<svg height="20" width="100%">{labels}</svg></div>'
    )


def _ticks(record: ChartRecord) -> tuple[float, ...]:
    return ticks(record.end) if record.end > 0 else (0.0, 1.0)


def _anchor(record: ChartRecord, time: float) -> str:
    share = _share(record, time)
    return "start" if share < 0.02 else "end" if share > 0.95 else "middle"


def _share(record: ChartRecord, time: float) -> float:
    return min(1.0, max(0.0, time / (record.end or 1.0)))


def _x(record: ChartRecord, time: float) -> str:
    return f"{100 * _share(record, time):.2f}%"


def _mark_list(record: ChartRecord) -> str:
    return "".join(
        f'<li>{escape(mark.text)} <span class="gv-muted">at {escape(words.moment(mark.time))}</span></li>'
        for mark in record.marks
    )


def _table(record: ChartRecord) -> str:
    head = "".join(f'<th scope="col">{escape(series.name)}</th>' for series in record.shown)
    rows = "".join(
        f'<tr data-at="{_share(record, time):.4f}" data-time="{time:.4f}"><th scope="row">{escape(words.moment(time))}</th>'
        + "".join(
            f"<td>{escape(words.quantity(series.at(time), series.unit))}</td>" for series in record.shown
        )
        + "</tr>"
        for time in record.stops(_ROWS)
    )
    return f'<table class="gv-table"><thead><tr><th scope="col">time</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
