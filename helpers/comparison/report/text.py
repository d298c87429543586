"""The report as text for a terminal."""

from __future__ import annotations

from helpers.comparison.findings import overall, sentences
from helpers.comparison.ranking import rankings
from helpers.comparison.values import MeasuredRun
from helpers.text import fill
from helpers.views.kit.table import text_table

from .contents import (
    LEGEND,
    TITLE,
    cells,
    gaps,
    header,
    is_thorough,
    machine,
    pairs_table,
    tutorials_table,
    when,
)

_WIDTH = 108
_NUMBERS = frozenset((2, 4, 5, 6, 7, 8))  # columns of `cells`


def results_text(results: MeasuredRun) -> str:
    """The results for a terminal, at most 110 columns wide."""
    found = rankings(results)
    parts = [TITLE, *(_wrapped(line) for line in (when(results), machine(results)) if line)]
    parts += [_wrapped(f"▲ {note}") for note in results.notes]
    parts += ["", _wrapped(" ".join(overall(found)))]
    if any(ranking.entries for ranking in found):
        parts += ["", text_table(*pairs_table(found), _WIDTH)]
        if (written := tutorials_table(found))[1]:
            parts += ["", text_table(*written, _WIDTH)]
    for ranking in found:
        parts += ["", "", ranking.case.title, _wrapped(ranking.case.question)]
        if ranking.entries:
            parts += ["", text_table(header(ranking.case), cells(ranking), _WIDTH, _NUMBERS), ""]
        parts += [_wrapped(f"- {line}") for line in sentences(ranking, is_thorough(results))]
        parts += [_wrapped(line) for line in gaps(ranking)]
    if any(ranking.entries for ranking in found):
        parts += ["", _wrapped(LEGEND)]
    return "\n".join(parts)


def _wrapped(line: str) -> str:
    return fill(line, _WIDTH, break_long_words=True, subsequent_indent="  " if line[:1] in "▲-" else "")
