"""The report as static HTML: two families against each other, with a chart, figures and sentences for each case.

A static view: one table a case with a bar in every row, and a row of radio buttons that shows one case at a
time. Where the style is stripped, as in a notebook that is not trusted, all cases stand one under another.
`svg` draws the same values as one picture for a file.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from helpers.views.kit.style import escape

from .charts import MOST_ROWS, chart, costs, pair_chart
from .model import CaseSection, OverviewRow, Report, pair_reach, pair_ticks

MOST_CASES = 11
"""So many cases have a button (the style sheet knows as many, and one for the overview)."""


def report_html(report: Report, token: str | None = None) -> str:
    """The view without its style.

    Args:
        report: what to show.
        token: keeps the buttons of two views on one page apart; a random one by default.
    """
    token = token or secrets.token_hex(4)
    about = f'<p class="gv-muted">{escape(report.when)}</p>' if report.when else ""
    if report.machine:
        about += f"<details><summary>Machine and versions</summary><p>{escape(report.machine)}</p></details>"
    notes = "".join(
        f'<p class="gv-comparison-note"><span aria-hidden="true">▲</span> Note: {escape(note)}</p>'
        for note in report.notes
    )
    shown = report.sections[:MOST_CASES]
    panels = [("All cases", _overview(report)), *((section.title, _section(section)) for section in shown)]
    empty = not any(section.rows for section in report.sections)
    legend = f'<p class="gv-muted gv-comparison-legend">{escape(report.legend)}</p>'
    body = f"<p>{escape(' '.join(report.summary))}</p>" if empty else _switch(panels, token, legend)
    return (
        f'<div class="gv gv-comparison"><p class="gv-comparison-title">{escape(report.title)}</p>'
        f"{about}{notes}{body}</div>"
    )


def _switch(panels: Sequence[tuple[str, str]], token: str, legend: str) -> str:
    """The buttons, and what they show."""
    # Keys belong to a button that has the focus, not to the notebook; JupyterLab asks the very element for that.
    own_keys = 'data-lm-suppress-shortcuts="true"'
    picks = "".join(
        f'<label><input type="radio" {own_keys} class="gv-comparison-pick" name="gv-comparison-{escape(token)}"'
        f' value="{place}"'
        f"{' checked' if place == 0 else ''}><span>{escape(title)}</span></label>"
        for place, (title, _) in enumerate(panels)
    )
    shown = "".join(
        f'<section class="gv-comparison-panel" data-case="{place}" aria-label="{escape(title)}">{content}</section>'
        for place, (title, content) in enumerate(panels)
    )
    return (
        '<fieldset class="gv-comparison-picks">'
        f'<legend class="gv-sr">What to show</legend>{picks}</fieldset>'
        f'<div class="gv-comparison-panels" tabindex="0" role="group" aria-label="Results" {own_keys}>{shown}{legend}</div>'
    )


def _overview(report: Report) -> str:
    """All cases at a glance: on which side the best of REST lies from the best of gRPC."""
    reach = pair_reach([*report.pairs, *report.tutorials])
    left = len(report.sections) - MOST_CASES
    more = f"<p>{left:,} more cases are in the text and in the files.</p>" if left > 0 else ""
    rows = _pairs(report.pairs, reach)
    if report.tutorials:
        rows += '<tr><th scope="rowgroup" colspan="5" class="gv-muted">The two you wrote</th></tr>'
        rows += _pairs(report.tutorials, reach)
    marks = "".join(
        f'<text x="{position:.2f}%" y="26" text-anchor="middle">{label}</text>'
        for position, label in pair_ticks(reach)
    )
    sides = '<text x="0" y="11">← REST</text><text x="100%" y="11" text-anchor="end">gRPC →</text>'
    return (
        f"<p>{escape(' '.join(report.summary))}</p>"
        '<table class="gv-comparison-pairs" aria-label="The best of either side, in all cases"><thead><tr>'
        '<th scope="col">Case</th><th scope="col" class="gv-comparison-chart"><span class="gv-sr">'
        f'REST’s time divided by gRPC’s</span><svg width="100%" height="32" aria-hidden="true">{sides}{marks}'
        '</svg></th><th scope="col">Best of gRPC</th><th scope="col">Best of REST</th><th scope="col">Ahead</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>{more}"
    )


def _pairs(pairs: Sequence[OverviewRow], reach: float) -> str:
    """A row for each case."""
    return "".join(
        f'<tr><th scope="row">{escape(pair.title)}</th><td class="gv-comparison-chart">{pair_chart(pair, reach)}</td>'
        f'<td>{_best(pair.grpc)}</td><td>{_best(pair.rest)}</td><td class="gv-comparison-strong">'
        f"{escape(pair.verdict)}</td></tr>"
        for pair in pairs[:MOST_CASES]
    )


def _best(best: tuple[str, str]) -> str:
    name, value = map(escape, best)
    return f'<span class="gv-comparison-value">{value}</span> <span class="gv-muted">{name}</span>'


def _section(section: CaseSection) -> str:
    """One case: chart, sentences, figures."""
    title = (
        f'<p class="gv-comparison-name" role="heading" aria-level="4">{escape(section.title)}</p>'
        f'<p class="gv-muted">{escape(section.question)}</p>'
    )
    findings = "".join(f"<li>{escape(line)}</li>" for line in section.findings)
    gaps = [*section.gaps]
    if len(section.rows) > MOST_ROWS:
        gaps.insert(0, f"The first {MOST_ROWS} of {len(section.rows):,} are drawn; text and files have all.")
    rest = "".join(f'<p class="gv-muted">{escape(line)}</p>' for line in gaps)
    charts = (chart(section), costs(section)) if section.rows else ("", "")
    return f'{title}{charts[0]}<ul class="gv-comparison-findings">{findings}</ul>{charts[1]}{rest}'
