"""The lanes of a capture where no widget lives, as HTML with SVG; the shapes are those of lanes.js.

It is a table, a lane a row, so a screen reader and a page that strips styles can read it too.
"""

from __future__ import annotations

from helpers.wire.capture import Capture
from helpers.wire.direction import TO_CLIENT

from ..kit.style import escape, fmt_duration
from ..kit.text import plural
from .lanes import MOST_LANES, Lane, Lanes
from .summary_html import summary_html

_HALF, _SIDE = 11, 5  # pixels: half the height of a lane, and how far marks are from its line
_TICKS = 4  # stretches between the times of the axis
_NEAR = 0.005  # of the drawn time: marks as near as that are one, so that a long stream stays a small picture


def lanes_html(capture: Capture) -> str:
    """The lanes as HTML, without their style."""
    lanes = Lanes(capture)
    top = summary_html(lanes.head)
    if not lanes.all:
        return f'<div class="gv gv-call">{top}</div>'
    rows = "".join(_row(lane, lanes) for lane in lanes.all[:MOST_LANES])
    remarks = "".join(f'<p class="gv-muted">{escape(remark)}</p>' for remark in lanes.remarks)
    return (
        f'<div class="gv gv-call">{top}<table class="gv-call-table gv-call-lanetable" '
        'aria-label="Streams and exchanges over time"><colgroup><col><col><col><col></colgroup>'
        f'<thead><tr><th scope="col">{lanes.heading}</th><th scope="col">What</th>'
        f'<th scope="col">{_axis(lanes)}</th><th scope="col">Took</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{remarks}{_legend(lanes.queued)}</div>"
    )


def _at(lanes: Lanes, seconds: float) -> str:
    """A time as a place in an SVG, with room for a mark at either end."""
    return f"{1 + 97.5 * lanes.share(seconds):.2f}%"


def _axis(lanes: Lanes) -> str:
    began, ended = fmt_duration(lanes.start), fmt_duration(lanes.end)
    times = []
    for n in range(_TICKS + 1 if lanes.end > lanes.start else 1):
        time = lanes.start + n * (lanes.end - lanes.start) / _TICKS
        anchor = "start" if n == 0 else "end" if n == _TICKS else "middle"
        inner = ' class="gv-call-inner-tick"' if 0 < n < _TICKS else ""
        times.append(
            f'<text{inner} x="{_at(lanes, time)}" y="15" text-anchor="{anchor}">{fmt_duration(time)}</text>'
        )
    label = f"time, from {began} to {ended}"
    return f'<svg class="gv-call-times" role="img" aria-label="{label}">{"".join(times)}</svg>'


def _row(lane: Lane, lanes: Lanes) -> str:
    summary, name, took = lane.summary, "", ""
    if summary is not None:
        took = "running" if summary["took"] is None else fmt_duration(summary["took"])
        method = escape(summary["method"])
        name = (
            f'<span class="gv-call-what"><bdi class="gv-call-name" title="{method}">{method}</bdi>'
            f'<span class="gv-call-outcome gv-call-is-{summary["state"]}"><span aria-hidden="true">{summary["sign"]} '
            f"</span><bdi>{escape(summary['short'])}</bdi></span></span>"
        )
    return (
        f'<tr><th scope="row">{lane.where(lanes.several)}</th><td>{name}</td>'
        f"<td>{_picture(lane, lanes)}</td><td>{took}</td></tr>"
    )


def _picture(lane: Lane, lanes: Lanes) -> str:
    frames, summary = lane.frames, lane.summary
    marks: list[str] = []
    last: dict[tuple[str, bool], float] = {}
    for frame in frames:
        kind, back, time = lanes.kind(frame), frame.direction == TO_CLIENT, lanes.seconds(frame)
        if lanes.share(time) - last.get((kind, back), -1.0) < _NEAR:
            continue
        last[kind, back] = lanes.share(time)
        y = _HALF + (_SIDE if back else -_SIDE)
        marks.append(f'<svg x="{_at(lanes, time)}" y="{y}" overflow="visible">{_mark(kind, back)}</svg>')
    began, ended = lanes.seconds(frames[0]), lanes.seconds(frames[-1])
    words = f"{plural(len(frames), 'frame')} from {fmt_duration(began)} to {fmt_duration(ended)}"
    waits = ""
    if summary is not None and summary["line"]:
        queue, free = summary["line"]
        words += f", waited in line {fmt_duration(free - queue)}"
        waits = _stroke("queue", _at(lanes, queue), _at(lanes, free), _HALF)
    life = _stroke("life", _at(lanes, began), _at(lanes, ended), _HALF)
    return f'<svg class="gv-call-lanepicture" role="img" aria-label="{words}">{life}{waits}{"".join(marks)}</svg>'


def _stroke(what: str, begin: str, end: str, y: int) -> str:
    return f'<line class="gv-call-{what}" x1="{begin}" x2="{end}" y1="{y}" y2="{y}"/>'


def _mark(kind: str, back: bool) -> str:
    """The shape of a frame, around the point 0, 0."""
    shape = "M3 -4L-3 0L3 4Z" if back else "M-3 -4L3 0L-3 4Z"
    if kind == "data":
        shape = "M0 -4V4"
    elif kind in ("reset", "malformed"):
        shape = "M-4 -4L4 4M4 -4L-4 4"
    elif kind in ("control", "tcp"):
        shape = "M0 -2V2"
    return f'<path class="gv-call-mark-{kind}" d="{shape}"/>'


def _legend(queued: bool) -> str:
    samples = [
        (_mark("headers", False), "to the server, above the line"),
        (_mark("headers", True), "to the client, beneath it"),
        (_mark("data", False), "data"),
    ]
    if queued:
        samples.append((_stroke("queue", "-8", "8", 0), "waits in line"))
    items = "".join(
        '<span class="gv-call-sample"><svg width="16" height="12" viewBox="-8 -6 16 12" aria-hidden="true">'
        f"{shape}</svg>{words}</span>"
        for shape, words in samples
    )
    return f'<p class="gv-call-legend">{items}</p>'
