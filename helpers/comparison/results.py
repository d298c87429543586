"""The results of a whole run: its plain values, with what can be asked of them."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from helpers import display
from helpers.display import Displayed
from helpers.views.kit.bars import Bars
from helpers.views.kit.style import bundle as with_style

from . import export
from .formats import rate_unit
from .ranking import Ranking, rank
from .report.contents import report
from .report.html import report_html
from .report.text import results_text
from .values import MeasuredRun, Measurement


class Results(MeasuredRun, Displayed):
    """A whole run, with what can be asked of it."""

    def __str__(self) -> str:
        return results_text(self)

    def of(self, case: str) -> dict[str, Measurement]:
        """What was measured in one case, by the candidate's id, the lowest median first.

        Raises:
            ValueError: there is no case with this id.
        """
        return {entry.candidate.id: entry.measurement for entry in self._ranking(case).entries}

    def bars(self, case: str) -> Bars:
        """One case as bars, by the candidate's name: seconds, or items a second where the case counts these.

        Raises:
            ValueError: there is no case with this id.
        """
        ranking = self._ranking(case)
        known = ranking.case
        samples = {}
        for entry in ranking.entries:
            rounds = [s for s in entry.rounds if s > 0] if known.per_second else entry.rounds
            if rounds:
                samples[entry.name] = [known.items / s for s in rounds] if known.per_second else rounds
        unit, what = ("", f", {rate_unit(known)}") if known.per_second else ("s", "")
        return Bars(samples, unit, f"{known.title}{what}", known.question)

    def save(self, path: str | PathLike[str]) -> Path:
        """Writes the results to a file; its suffix says what: json, csv, md, svg or html.

        Raises:
            ValueError: another suffix.
            OSError: the file cannot be written; the text says why, and what to do.
        """
        return export.save(self, path)

    def _ranking(self, case: str) -> Ranking:
        for known in self.cases:
            if known.id == case:
                return rank(self, known)
        names = ", ".join(repr(known.id) for known in self.cases)
        raise ValueError(f"no case {case!r} in these results; there are {names or 'none'}")


@display.static.register
def _(results: Results) -> dict[str, str]:
    return with_style(report_html(report(results)), str(results), "comparison/report/style.css")
