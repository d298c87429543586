"""How a `Timeline` is drawn: HTML with SVG bars (`text` has the picture for terminals).

The live widget shows the same HTML. Horizontal positions are percentages, so a picture fits any width;
each row is a picture of its own, so it stays a table for a screen reader, and for pages that strip SVG.
"""

from __future__ import annotations

from ..kit.axis import tick_labels, ticks
from ..kit.style import escape, fmt_duration
from .model import MOST_CALLS, MOST_LANES, CallSpan, Phase, Timeline

_PLOT = 97.0  # percent of a row's width that the time axis takes: the end marks need the rest
_LEGEND = (
    ("waiting", "waiting for a worker"),
    ("running", "handler running"),
    ("abandoned", "handler goes on, nobody waits"),
    ("deadline", "deadline"),
)


def timeline_html(timeline: Timeline) -> str:
    """The picture as HTML (without its style). Elements with ``data-part`` are what a live view replaces."""
    counts, remarks = f"{timeline.counts()}.", timeline.remarks()
    remarks = f"{remarks[0].upper()}{remarks[1:]}." if remarks else ""
    return (
        f'<div class="gv gv-tl" data-state="{timeline.state}">'
        f'<p class="gv-tl-summary" data-part="summary"><strong>{escape(counts)}</strong> {escape(remarks)}</p>'
        f"{_body(timeline)}</div>"
    )


def _body(timeline: Timeline) -> str:
    if timeline.problem is not None:
        return f'<div data-part="problem">{timeline.problem.html()}</div>'
    if not timeline.calls:
        return f'<p class="gv-tl-note gv-muted" data-part="notes">{escape(timeline.note)}</p>'
    shown = timeline.calls[:MOST_CALLS]
    names = timeline.worker_names()
    rows = "".join(_row(timeline, n, call, names.get(n, "a worker")) for n, call in enumerate(shown))
    lanes = timeline.lanes()
    lane_rows = "".join(
        f'<tr data-part="lane-{n}"><th scope="row">{lane.name}</th><td>{_lane(timeline, lane.work)}</td>'
        f'<td class="gv-muted">{lane.served}</td><td></td></tr>'
        for n, lane in enumerate(lanes[:MOST_LANES])
    )
    notes = [timeline.note, *timeline.left_out]
    notes_html = "".join(f'<p class="gv-tl-note gv-muted">{escape(note)}</p>' for note in notes if note)
    size = "gv-tl-many" if len(shown) > 16 else "gv-tl-few"
    columns = (
        '<colgroup><col class="gv-tl-name"><col><col class="gv-tl-status"><col class="gv-tl-took"></colgroup>'
    )
    return (
        f'<div data-part="notes">{notes_html}</div>{_legend()}'
        f'<div class="gv-tl-scroll {size}"><table class="gv-tl-calls" aria-label="Calls">{columns}'
        f'<thead><tr><th scope="col">Call</th><th scope="col" data-part="axis">{_axis(timeline)}</th>'
        f'<th scope="col">Result</th><th scope="col">Took</th></tr></thead><tbody>{rows}</tbody></table></div>'
        f'<div class="gv-tl-scroll {size}"><table class="gv-tl-lanes" aria-label="Worker threads">{columns}'
        f"<tbody>{lane_rows}</tbody></table></div>"
    )


def _row(timeline: Timeline, number: int, call: CallSpan, worker: str) -> str:
    mark_text, kind = call.sign
    ended = timeline.now if call.finished is None else call.finished
    bars = "".join(_bar(timeline, phase) for phase in call.phases(timeline.now))
    mark = "" if call.finished is None else _mark(_x(timeline, call.finished), call.status == "OK")
    limit = ""
    if call.deadline_at is not None and call.deadline_at <= timeline.end:
        x = _x(timeline, call.deadline_at)
        limit = f'<line class="gv-tl-deadline" x1="{x}" x2="{x}" y1="0" y2="24"/>'
    words = escape(call.describe(timeline.now, worker))
    return (
        f'<tr data-part="call-{number}"><th scope="row">{escape(call.label)}</th>'
        f"<td>{_picture(timeline, bars + limit + mark, words)}</td>"
        f'<td class="gv-tl-{kind}"><span aria-hidden="true">{mark_text}</span> {escape(call.doing)}</td>'
        f"<td>{fmt_duration(ended - call.sent_at)}</td></tr>"
    )


def _lane(timeline: Timeline, work: tuple[tuple[int, Phase], ...]) -> str:
    longest: dict[int, Phase] = {}
    for number, phase in work:
        longest[number] = max(longest.get(number, phase), phase, key=lambda p: p.end - p.start)
    parts = [_bar(timeline, phase) for _, phase in work]
    for number, phase in longest.items():
        if phase.end - phase.start < timeline.end * (0.01 + 0.022 * len(str(number))):
            continue  # no room for a number
        x, width = _x(timeline, phase.start), _width(timeline, phase)
        parts.append(
            f'<svg x="{x}" width="{width}" height="24"><text class="gv-tl-number gv-tl-on-{phase.kind}" '
            f'x="50%" y="16">{number}</text></svg>'
        )
    return _picture(timeline, "".join(parts), "")


def _picture(timeline: Timeline, content: str, words: str) -> str:
    grid = "".join(
        f'<line class="gv-tl-grid" x1="{x}" x2="{x}" y2="24"/>'
        for x in (_x(timeline, time) for time in ticks(timeline.end))
    )
    # The title is what a screen reader says, and what a mouse sees as a tooltip.
    label = f'role="img"><title>{words}</title>' if words else 'aria-hidden="true">'
    return f'<svg class="gv-tl-bars" height="24" {label}{grid}{content}</svg>'


def _bar(timeline: Timeline, phase: Phase) -> str:
    x, width = _x(timeline, phase.start), _width(timeline, phase)
    rect = f'<rect class="gv-tl-{phase.kind}" x="{x}" width="{width}" y="5" height="14"/>'
    if phase.kind != "abandoned":
        return rect
    # A thick dashed line is a hatch without ids that could clash between two pictures of one page.
    end = _x(timeline, phase.end)
    return f'{rect}<line class="gv-tl-hatch" x1="{x}" x2="{end}" y1="12" y2="12"/>'


def _mark(x: str, ok: bool) -> str:
    if ok:
        shape = (
            '<circle class="gv-tl-mark-ok" r="7"/><path class="gv-tl-mark-line" d="M-3 0 L-1 2.5 L3.5 -2.5"/>'
        )
    else:
        shape = (
            '<path class="gv-tl-mark-not-ok" d="M-8 0 L0 -8 L8 0 L0 8 Z"/>'
            '<path class="gv-tl-mark-line" d="M-2.5 -2.5 L2.5 2.5 M2.5 -2.5 L-2.5 2.5"/>'
        )
    return f'<svg x="{x}" y="12" overflow="visible">{shape}</svg>'


def _axis(timeline: Timeline) -> str:
    times = ticks(timeline.end)
    parts = []
    for n, (time, label) in enumerate(zip(times, tick_labels(times), strict=True)):
        anchor = "start" if n == 0 else "middle"
        parts.append(f'<text x="{_x(timeline, time)}" y="30" text-anchor="{anchor}">{label}</text>')
    first = next((c.deadline_at for c in timeline.calls if c.deadline_at is not None), None)
    if first is not None and timeline.deadline is not None and first <= timeline.end:
        x = _x(timeline, first)
        dx, anchor = (-6, "end") if first > timeline.end / 2 else (6, "start")
        parts.append(f'<line class="gv-tl-deadline" x1="{x}" x2="{x}" y1="2" y2="16"/>')
        parts.append(
            f'<text class="gv-tl-limit" x="{x}" dx="{dx}" y="13" text-anchor="{anchor}">'
            f"deadline {fmt_duration(timeline.deadline)}</text>"
        )
    return f'<span class="gv-sr">Time</span><svg class="gv-tl-bars" height="36" aria-hidden="true">{"".join(parts)}</svg>'


def _legend() -> str:
    items = []
    for kind, words in _LEGEND:
        if kind == "deadline":
            shape = '<line class="gv-tl-deadline" x1="14" x2="14" y1="1" y2="15"/>'
        else:
            shape = f'<rect class="gv-tl-{kind}" x="1" width="26" y="1" height="14"/>'
        if kind == "abandoned":
            shape += '<line class="gv-tl-hatch" x1="1" x2="27" y1="8" y2="8"/>'
        items.append(f'<li><svg width="28" height="16" aria-hidden="true">{shape}</svg>{words}</li>')
    return f'<ul class="gv-tl-legend">{"".join(items)}</ul>'


def _x(timeline: Timeline, time: float) -> str:
    return f"{max(0.0, time) / timeline.end * _PLOT:.2f}%"


def _width(timeline: Timeline, phase: Phase) -> str:
    return f"{(phase.end - phase.start) / timeline.end * _PLOT:.2f}%"
