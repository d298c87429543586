"""Two families against each other, case by case: a chart, its figures, and sentences for each.

A static view: one table a case with a bar in every row, and a row of radio buttons that shows one case at a
time. Where the style is stripped, as in a notebook that is not trusted, all cases stand one under another.
`contest_picture` draws the same values as one picture for a file.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from .contest_charts import MOST_ROWS, chart, costs, pair_chart
from .contest_values import Contest, Match, pair_reach, pair_ticks
from .style import escape

MOST_CASES = 11
"""So many cases have a button (the style sheet knows as many, and one for the overview)."""


def contest_html(contest: Contest, token: str | None = None) -> str:
    """The view without its style.

    Args:
        contest: what to show.
        token: keeps the buttons of two views on one page apart; a random one by default.
    """
    token = token or secrets.token_hex(4)
    about = f'<p class="gv-muted">{escape(contest.when)}</p>' if contest.when else ""
    if contest.machine:
        about += f"<details><summary>Machine and versions</summary><p>{escape(contest.machine)}</p></details>"
    notes = "".join(
        f'<p class="gv-contest-note"><span aria-hidden="true">▲</span> Note: {escape(note)}</p>'
        for note in contest.notes
    )
    shown = contest.matches[:MOST_CASES]
    panels = [("All cases", _overview(contest)), *((match.title, _match(match)) for match in shown)]
    empty = not any(match.rows for match in contest.matches)
    legend = f'<p class="gv-muted gv-contest-legend">{escape(contest.legend)}</p>'
    body = f"<p>{escape(' '.join(contest.summary))}</p>" if empty else _switch(panels, token, legend)
    return (
        f'<div class="gv gv-contest"><p class="gv-contest-title">{escape(contest.title)}</p>'
        f"{about}{notes}{body}</div>"
    )


def _switch(panels: Sequence[tuple[str, str]], token: str, legend: str) -> str:
    """The buttons, and what they show."""
    # Keys belong to a button that has the focus, not to the notebook; JupyterLab asks the very element for that.
    own_keys = 'data-lm-suppress-shortcuts="true"'
    picks = "".join(
        f'<label><input type="radio" {own_keys} class="gv-contest-pick" name="gv-contest-{escape(token)}" value="{place}"'
        f"{' checked' if place == 0 else ''}><span>{escape(title)}</span></label>"
        for place, (title, _) in enumerate(panels)
    )
    shown = "".join(
        f'<section class="gv-contest-panel" data-case="{place}" aria-label="{escape(title)}">{content}</section>'
        for place, (title, content) in enumerate(panels)
    )
    return (
        '<fieldset class="gv-contest-picks">'
        f'<legend class="gv-sr">What to show</legend>{picks}</fieldset>'
        f'<div class="gv-contest-panels" tabindex="0" role="group" aria-label="Results" {own_keys}>{shown}{legend}</div>'
    )


def _overview(contest: Contest) -> str:
    """All cases at a glance: on which side the best of REST lies from the best of gRPC."""
    reach = pair_reach(contest.pairs)
    rows = "".join(
        f'<tr><th scope="row">{escape(pair.title)}</th><td class="gv-contest-chart">{pair_chart(pair, reach)}</td>'
        f'<td>{_best(pair.grpc)}</td><td>{_best(pair.rest)}</td><td class="gv-contest-strong">'
        f"{escape(pair.verdict)}</td></tr>"
        for pair in contest.pairs[:MOST_CASES]
    )
    left = len(contest.matches) - MOST_CASES
    more = f"<p>{left:,} more cases are in the text and in the files.</p>" if left > 0 else ""
    marks = "".join(
        f'<text x="{position:.2f}%" y="26" text-anchor="middle">{label}</text>'
        for position, label in pair_ticks(reach)
    )
    sides = '<text x="0" y="11">← REST</text><text x="100%" y="11" text-anchor="end">gRPC →</text>'
    return (
        f"<p>{escape(' '.join(contest.summary))}</p>"
        '<table class="gv-contest-pairs" aria-label="The best of either side, in all cases"><thead><tr>'
        '<th scope="col">Case</th><th scope="col" class="gv-contest-chart"><span class="gv-sr">'
        f'REST’s time divided by gRPC’s</span><svg width="100%" height="32" aria-hidden="true">{sides}{marks}'
        '</svg></th><th scope="col">Best of gRPC</th><th scope="col">Best of REST</th><th scope="col">Ahead</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>{more}"
    )


def _best(best: tuple[str, str]) -> str:
    name, value = map(escape, best)
    return f'<span class="gv-contest-value">{value}</span> <span class="gv-muted">{name}</span>'


def _match(match: Match) -> str:
    """One case: chart, sentences, figures."""
    title = (
        f'<p class="gv-contest-name" role="heading" aria-level="4">{escape(match.title)}</p>'
        f'<p class="gv-muted">{escape(match.question)}</p>'
    )
    told = "".join(f"<li>{escape(line)}</li>" for line in match.told)
    gaps = [*match.gaps]
    if len(match.rows) > MOST_ROWS:
        gaps.insert(0, f"The first {MOST_ROWS} of {len(match.rows):,} are drawn; text and files have all.")
    rest = "".join(f'<p class="gv-muted">{escape(line)}</p>' for line in gaps)
    charts = (chart(match), costs(match)) if match.rows else ("", "")
    return f'{title}{charts[0]}<ul class="gv-contest-told">{told}</ul>{charts[1]}{rest}'
