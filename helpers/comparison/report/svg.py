"""A report as one SVG file that stands alone: for a slide, a wiki, an issue. It follows the reader's theme."""

from __future__ import annotations

import re

from helpers.text import wrap
from helpers.views.kit.style import COLORS, NEUTRALS, escape

from .charts import MOST_ROWS
from .model import CandidateRow, CaseSection, Report, axis

_WIDTH, _MARGIN = 880, 16
_LEFT, _RIGHT = 268, 712  # the plot reaches from here to there
_ROW = 22
# XML has no way to write these, not even escaped.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def report_svg(report: Report) -> str:
    """The picture: title, summary, and the bars of all cases one under another."""
    parts = [_text(_MARGIN, 26, report.title, "name")]
    y = 46
    for line in _lines(report.when) + _lines(report.machine):
        parts.append(_text(_MARGIN, y, line, "muted"))
        y += 18
    y += 4
    for line in (line for text in (*report.notes, " ".join(report.summary)) for line in _lines(text)):
        parts.append(_text(_MARGIN, y, line))
        y += 18
    if any(section.rows for section in report.sections):
        parts.append(_key(y))
        y += 12
    for section in report.sections:
        parts.append(_section(section, y))
        y += 58 + _ROW * min(MOST_ROWS, max(1, len(section.rows)))
    for line in _lines(report.legend):
        y += 18
        parts.append(_text(_MARGIN, y, line, "muted"))
    height = y + _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" role="img"><title>{_clean(report.title)}</title>'
        f"<desc>{_clean(' '.join(report.summary))}</desc><style>{_style()}</style>"
        f'<rect class="surface" width="{_WIDTH}" height="{height}"/>{"".join(parts)}</svg>\n'
    )


def _section(section: CaseSection, y: int) -> str:
    """One case, from `y` downwards."""
    parts = [_text(_MARGIN, y + 30, section.title, "name")]
    rows = section.rows[:MOST_ROWS]
    if not rows:
        return parts[0] + _text(_MARGIN, y + 52, " ".join(section.findings), "muted")
    top = max(row.high for row in rows) or 1.0
    unit, ticks = axis(top, section.unit)
    below = y + 46 + _ROW * len(rows)
    for value, label in ticks:
        x = _x(value, top)
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{y + 46}" y2="{below}"/>')
        parts.append(_text(x, y + 42, label, "muted", "middle"))
    left = len(section.rows) - len(rows)
    better = f"{unit}, {section.better} is better" + (f"; {left:,} more are not drawn" if left else "")
    parts.append(_text(_WIDTH - _MARGIN, y + 26, better, "muted", "end"))
    low, high = _x(rows[0].low, top), _x(rows[0].high, top)
    parts.append(
        f'<rect class="band" x="{low}" y="{y + 46}" width="{high - low:.1f}" height="{below - y - 46}"/>'
    )
    parts += [_bar(row, top, y + 46 + _ROW * place) for place, row in enumerate(rows)]
    return "".join(parts)


def _bar(row: CandidateRow, top: float, y: int) -> str:
    name = row.name if len(row.name) <= 36 else f"{row.name[:35]}…"
    kind = row.family.lower() if row.family in ("gRPC", "REST") else "none"
    parts = [
        _text(_MARGIN, y + 15, "◆", "first") if row.first else "",
        _text(_MARGIN + 16, y + 15, name),
        _text(_WIDTH - _MARGIN - 56, y + 15, row.value, "name", "end"),
        _text(_WIDTH - _MARGIN, y + 15, row.ratio, "", "end"),
    ]
    if row.bar > 0:
        parts.append(_swatch(kind, _LEFT, y + 4, _x(row.bar, top) - _LEFT))
    if row.high > row.low:
        low, high = _x(row.low, top), _x(row.high, top)
        path = f"M{low} {y + 11}H{high}M{low} {y + 7}v8M{high} {y + 7}v8"
        parts += [f'<path class="{name}" d="{path}"/>' for name in ("halo", "whisker")]
    return "".join(parts)


def _swatch(kind: str, x: float, y: float, width: float) -> str:
    """A bar; that of REST is striped."""
    bar = f'<rect class="{kind}" x="{x}" y="{y}" width="{width:.1f}" height="14"/>'
    if kind != "rest":
        return bar
    return f'{bar}<line class="hatch" x1="{x}" x2="{x + width:.1f}" y1="{y + 7}" y2="{y + 7}"/>'


def _key(y: int) -> str:
    return "".join(
        _swatch(name.lower(), x, y, 26) + _text(x + 32, y + 12, name, "muted")
        for x, name in ((_MARGIN, "gRPC"), (_MARGIN + 84, "REST"))
    ) + (
        f'<rect class="band" x="{_MARGIN + 168}" y="{y}" width="8" height="14"/>'
        f"{_text(_MARGIN + 184, y + 12, 'middle half of the first row', 'muted')}"
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{_clean(text)}</text>'


def _clean(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _lines(text: str) -> list[str]:
    return wrap(text, 122)


def _x(value: float, top: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * value / top, 1)


def _style() -> str:
    """Both themes: the reader's system says which one holds. No custom properties: not every viewer knows them."""
    fixed = (
        "text{font:13px system-ui,'Segoe UI',Helvetica,Arial,sans-serif;font-variant-numeric:tabular-nums}"
        ".name{font-weight:600}.hatch{stroke-width:12;stroke-dasharray:1.5 4.5}.whisker{stroke-width:1.5;fill:none}"
        f".halo{{stroke-width:4;stroke-linecap:square;fill:none}}.band{{fill:{COLORS['done'][0]};opacity:.36}}"
        f".grpc{{fill:{COLORS['headers'][0]}}}.rest{{fill:{COLORS['waiting'][0]}}}"
    )
    return f"{fixed}{_theme(0)}@media(prefers-color-scheme:dark){{{_theme(1)}}}"


def _theme(dark: int) -> str:
    text, muted, surface, border = (
        NEUTRALS[name][1 + dark] for name in ("text", "muted", "surface", "border-soft")
    )
    grpc, rest, first = (COLORS[name][2 + dark] for name in ("headers", "waiting", "done"))
    return (
        f"text{{fill:{text}}}.muted{{fill:{muted}}}.first{{fill:{first}}}.surface{{fill:{surface}}}"
        f".grid{{stroke:{border}}}.grpc{{stroke:{grpc}}}.rest{{stroke:{rest}}}"
        f".none{{fill:{surface};stroke:{text}}}.hatch,.halo{{stroke:{surface}}}.whisker{{stroke:{text}}}"
    )
