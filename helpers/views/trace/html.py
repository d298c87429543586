"""How a trace is drawn: a table of lanes and calls, in which each row has its part of the picture (`shapes`).

The lines from caller to called cross the rows between them: each row draws its piece. A page that strips SVG, and a
screen reader, still find a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..kit.axis import tick_labels, ticks
from ..kit.style import escape, escape_code, fmt_duration
from .model import Span
from .moment import Moment, ServerLane
from .shapes import bar, legend, links, place

HIGH, LOW = 40, 28
"""Pixels of a lane's first row, in which its name stands, and of its other ones."""


def trace_html(moment: Moment) -> str:
    """The picture as HTML (without its style). Elements with ``data-part`` are what a live view replaces."""
    key = escape(moment.id_key)
    remarks = "".join(f'<p class="gv-muted">{escape(remark)}</p>' for remark in moment.remarks)
    remarks = remarks.replace(key, f'<span class="gv-tr-key">{key}</span>')
    return (
        f'<div class="gv gv-tr" data-state="{moment.state}"><div class="gv-tr-summary" data-part="summary">'
        f"<p><strong>{escape(moment.counts())}</strong></p>{remarks}</div>"
        f'{_table(moment)}<div data-part="legend">{legend(moment)}</div></div>'
    )


def _table(moment: Moment) -> str:
    rows: list[tuple[ServerLane, Span | None]] = [
        (lane, span) for lane in moment.lanes for span in lane.spans or (None,)
    ]
    lines = links(moment, {span: row for row, (_, span) in enumerate(rows) if span is not None})
    body, before = "", None
    for row, (lane, span) in enumerate(rows):
        first = lane is not before
        height = HIGH if first else LOW
        behind = "".join(link.piece(row, height) for link in lines)
        cells = _empty(moment, lane, behind) if span is None else _call(moment, span, behind, first)
        body += f"{'</tbody><tbody>' if first and before else ''}{cells}"
        before = lane
    room = " gv-tr-limits" if any(each.deadline is not None for each in moment.drawn) else ""
    return (
        f'<table class="gv-tr-calls{room}" aria-label="Calls, by server">'
        '<colgroup><col class="gv-tr-name"><col><col class="gv-tr-end"><col class="gv-tr-took"></colgroup>'
        f'<thead><tr><th scope="col">Server, call</th><th scope="col" data-part="axis">{_axis(moment)}</th>'
        '<th scope="col">Ended with</th><th scope="col" class="gv-tr-number">Took</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _call(moment: Moment, span: Span, behind: str, first: bool) -> str:
    height, key = HIGH if first else LOW, escape_code(span.key)
    server, method = escape(span.server), escape(span.method)
    name = f"<b>{server}</b>" if first else f'<span class="gv-sr">{server}</span>'
    tries = f"<span>attempt {span.attempt}</span>" if span.attempt > 1 else ""
    content = behind + "".join(bar(moment, span, height))
    return (
        f'<tr data-part="call-{key}" data-call="{key}" class="gv-tr-is-{span.state}"><th scope="row">{name}'
        f'<span class="gv-tr-method">{tries}<bdi title="{method}">{method}</bdi></span></th>'
        f"<td>{_picture(moment, height, content, span.describe())}</td>"
        f'<td class="gv-tr-outcome"><span aria-hidden="true">{span.sign}</span> {escape(span.outcome)}</td>'
        f'<td class="gv-tr-number">{fmt_duration(span.duration)}</td></tr>'
    )


def _empty(moment: Moment, lane: ServerLane, behind: str) -> str:
    name, note = escape(lane.name), escape(lane.note) if moment.spans else ""
    return (
        f'<tr data-part="lane-{name}"><th scope="row"><b>{name}</b></th><td>{_picture(moment, HIGH, behind)}</td>'
        f'<td><span class="gv-muted">{note}</span></td><td class="gv-tr-number"></td></tr>'
    )


def _picture(moment: Moment, height: int, content: str, words: str = "") -> str:
    grid = "".join(
        f'<line class="gv-tr-grid" x1="{x}" x2="{x}" y2="{height}"/>'
        for x in (place(moment, time) for time in _ticks(moment))
    )
    # The title is what a screen reader says, and what a mouse sees as a tooltip.
    label = f'role="img"><title>{escape(words)}</title>' if words else 'aria-hidden="true">'
    return f'<svg class="gv-tr-picture" height="{height}" {label}{grid}{content}</svg>'


def _axis(moment: Moment) -> str:
    times = _ticks(moment)
    labels = "".join(
        f'<text{" class=gv-tr-odd" if n % 2 else ""} x="{place(moment, time)}" y="16" '
        f'text-anchor="{_anchor(moment, time)}">{label}</text>'
        for n, (time, label) in enumerate(zip(times, tick_labels(times), strict=True))
    )
    return f'<span class="gv-sr">Time</span><svg class="gv-tr-picture" height="24" aria-hidden="true">{labels}</svg>'


def _anchor(moment: Moment, time: float) -> str:
    """The labels at both edges stay inside: the next column begins right behind."""
    return "start" if not time else "end" if time > 0.93 * moment.end else "middle"


def _ticks(moment: Moment) -> Sequence[float]:
    return ticks(moment.end) if moment.spans else (0.0,)
