"""The charts of a report, drawn as table rows with SVG: they fit any width, and a screen reader reads a table."""

from __future__ import annotations

import math

from helpers.views.kit.style import escape, fmt_bytes, fmt_duration

from .model import CandidateRow, CaseSection, OverviewRow, axis, pair_position, pair_ticks

MOST_ROWS = 40
"""So many candidates of a case are drawn."""
_PLOT = 98.0  # percent of a chart's width: the longest whisker has room for its end


def pair_chart(pair: OverviewRow, reach: float) -> str:
    """One case of the overview: a mark with its middle half, left or right of level."""
    parts = [
        f'<line class="gv-comparison-{"level" if label == "level" else "grid"}" x1="{x:.2f}%" x2="{x:.2f}%" y2="24"/>'
        for x, label in pair_ticks(reach)
    ]
    if pair.times:
        low, middle, high = (f"{pair_position(value, reach):.2f}%" for value in pair.times)
        kind = _family_class(pair.leader)
        # A circle for one side, a square for the other, a hollow circle for neither.
        shape = (
            '<rect x="-5" y="-5" width="10" height="10"/>' if pair.leader == "REST" else '<circle r="5.5"/>'
        )
        parts.append(f'<line class="gv-comparison-range" x1="{low}" x2="{high}" y1="12" y2="12"/>')
        parts.append(
            f'<svg x="{middle}" y="12" overflow="visible" class="gv-comparison-mark {kind}">{shape}</svg>'
        )
    return f'<svg width="100%" height="24" aria-hidden="true">{"".join(parts)}</svg>'


def _family_class(family: str) -> str:
    """The class that gives a family its color."""
    return {"gRPC": "gv-comparison-grpc", "REST": "gv-comparison-rest"}.get(family, "gv-comparison-none")


def chart(section: CaseSection) -> str:
    """The bars of one case: medians, with whiskers for the middle half."""
    rows = section.rows[:MOST_ROWS]
    top = max(row.high for row in rows) or 1.0
    unit, ticks = axis(top, section.unit)
    grid = "".join(
        f'<line class="gv-comparison-grid" x1="{x}" x2="{x}" y2="24"/>'
        for x, _ in ((_x(value, top), label) for value, label in ticks)
    )
    # What reaches into the middle half of the best one is hardly to be told apart from it.
    best = rows[0]
    low, high = _x(best.low, top), _x(best.high, top)
    width = f"{max(0.0, float(high[:-1]) - float(low[:-1])):.2f}%"
    behind = f'<rect class="gv-comparison-band" x="{low}" width="{width}" height="24"/>{grid}'
    body = "".join(
        f'<tr><th scope="row" class="gv-comparison-who">{_sign(row)}{escape(row.name)}</th>'
        f'<td class="gv-comparison-side">{escape(row.family)}</td>'
        f'<td class="gv-comparison-chart">{_bar(row, top, behind)}</td>'
        f'<td class="gv-comparison-number gv-comparison-strong">{escape(row.value)}</td>'
        f'<td class="gv-comparison-number">{escape(row.ratio)}</td></tr>'
        for row in rows
    )
    marks = "".join(
        f'<text x="{x}" y="13" text-anchor="{"start" if place == 0 else "middle"}">{escape(label)}</text>'
        for place, (x, label) in enumerate(((_x(value, top), label) for value, label in ticks))
    )
    return (
        f'<p class="gv-comparison-axis gv-muted">{_key()}<span>{escape(unit)}, {escape(section.better)} is better</span>'
        f'</p><table class="gv-comparison-bars" aria-label="{escape(section.title)}: medians"><thead><tr>'
        '<th scope="col"><span class="gv-sr">Candidate</span></th><th scope="col"><span class="gv-sr">Side</span>'
        f'</th><td class="gv-comparison-chart"><svg width="100%" height="16" aria-hidden="true">{marks}</svg></td>'
        '<th scope="col" class="gv-comparison-number">median</th><th scope="col" class="gv-comparison-number">ratio</th>'
        f"</tr></thead><tbody>{body}</tbody></table>"
    )


def _sign(row: CandidateRow) -> str:
    if not row.first:
        return '<span class="gv-comparison-sign"></span>'
    return '<span class="gv-comparison-sign" aria-hidden="true">◆</span><span class="gv-sr">shares first place: </span>'


def _key() -> str:
    """Which bars belong to which family, and what the band is."""
    shapes = {name: _swatch(name, "1", "26", 1, 12) for name in ("gRPC", "REST")}
    shapes["middle half of the first row"] = '<rect class="gv-comparison-band" x="10" width="8" height="14"/>'
    return "".join(
        f'<span><svg width="28" height="14" aria-hidden="true">{shape}</svg> {name}</span>'
        for name, shape in shapes.items()
    )


def _swatch(family: str, x: str, width: str, y: int, height: int) -> str:
    """A bar in a family's color; that of REST is striped."""
    kind = _family_class(family)
    bar = f'<rect class="gv-comparison-bar {kind}" x="{x}" width="{width}" y="{y}" height="{height}"/>'
    if family != "REST":
        return bar
    # A thick dashed line is a hatch without an id that could clash with another picture of the page.
    middle = y + height / 2
    inner = f'<svg x="{x}" width="{width}"><line class="gv-comparison-hatch" x2="100%" y1="{middle}" y2="{middle}"/></svg>'
    return bar + inner


def _bar(row: CandidateRow, top: float, behind: str) -> str:
    parts = [behind]
    if row.bar > 0:
        parts.append(_swatch(row.family, "0", _x(row.bar, top), 5, 14))
    if row.high > row.low:
        low, high = _x(row.low, top), _x(row.high, top)
        line = f'<line x1="{low}" x2="{high}" y1="12" y2="12"/>'
        ends = "".join(f'<line x1="{x}" x2="{x}" y1="8" y2="16"/>' for x in (low, high))
        parts += [f'<g class="gv-comparison-{name}">{line}{ends}</g>' for name in ("halo", "whisker")]
    return f'<svg width="100%" height="24" aria-hidden="true">{"".join(parts)}</svg>'


def costs(section: CaseSection) -> str:
    """What a run costs besides time, and the spread in figures."""
    rows = section.rows[:MOST_ROWS]
    cpu = max(row.client_cpu + row.server_cpu for row in rows)
    payload, wire = max(row.payload for row in rows), max(row.wire for row in rows)
    body = "".join(
        f'<tr><th scope="row">{escape(row.name)}</th><td>{escape(row.middle_half)}</td>'
        f"<td>{fmt_duration(row.client_cpu)} + {fmt_duration(row.server_cpu)}"
        f"{_share(cpu, row.client_cpu, row.server_cpu)}</td>"
        f"<td>{fmt_bytes(row.payload)}{_share(payload, row.payload)}</td>"
        f"<td>{fmt_bytes(row.wire)}{_share(wire, row.wire)}</td></tr>"
        for row in rows
    )
    heads = ("Candidate", "middle half", "CPU: client + server", "payload", "on the wire")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<table class="gv-comparison-costs" aria-label="{escape(section.title)}: spread, processor time and bytes">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _share(most: float, *parts: float) -> str:
    """A thin bar below a figure; the second part is lighter than the first."""
    if not (math.isfinite(most) and most > 0):
        return ""
    start, drawn = 0.0, []
    for place, part in enumerate(parts):
        width = 100 * part / most
        drawn.append(
            f'<rect class="gv-comparison-part-{place}" x="{start:.2f}%" width="{width:.2f}%" height="6"/>'
        )
        start += width
    return (
        f'<svg class="gv-comparison-share" width="100%" height="6" aria-hidden="true">{"".join(drawn)}</svg>'
    )


def _x(value: float, top: float) -> str:
    """A position from zero."""
    return f"{max(0.0, _PLOT * value / top):.2f}%"
