"""The minutes of a lesson, by one rule over what is in it.

The rule is fitted to what people needed who worked through six lessons, exercises included; it misses none
of them by more than five minutes. What stands below a heading "Going further" is not counted: it is for
those who have time left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from nbformat import NotebookNode

from tools.lessons import Lesson, headings, shown

WORDS_A_MINUTE = 200
LINES_A_MINUTE = 5
"""Lines of code that are read, run, and looked at in what they print and draw."""
MINUTES_AN_EXERCISE = 3
"""Minutes on top of reading its text."""
LONGEST = 75
"""Minutes above which a lesson becomes two, or a part of it a "Going further"."""
EXTRA = "Going further"
EXERCISES = "Exercises"


@dataclass
class Part:
    """What stands below one heading `##` or `###` of a lesson, up to the next one.

    `within` is the text of the heading `##` that it belongs to, its own where it is one; empty before the first.
    """

    title: str
    within: str = ""
    is_extra: bool = False
    cells: list[NotebookNode] = field(default_factory=list)

    @property
    def is_task(self) -> bool:
        """Whether it is one exercise."""
        return self.within == EXERCISES and self.title != self.within

    @property
    def minutes(self) -> float:
        """What it takes by the rule, not rounded.

        The stubs of exercises are not read line by line; they are what the minutes of an exercise go into.
        """
        words = _words(self.cells) / WORDS_A_MINUTE
        if self.within == EXERCISES:
            return words + self.is_task * MINUTES_AN_EXERCISE
        return words + _lines(self.cells) / LINES_A_MINUTE


def parts(lesson: Lesson) -> list[Part]:
    """Return the parts of a lesson in their order, what is "Going further" among them."""
    found = [Part("")]
    level = 0
    for cell in lesson.notebook.cells:
        for depth, text in headings(cell.source) if cell.cell_type == "markdown" else ():
            is_extra = found[-1].is_extra and depth > level
            if not is_extra and text.startswith(EXTRA):
                is_extra, level = True, depth
            if depth in (2, 3):
                found.append(Part(text, text if depth == 2 else found[-1].within, is_extra))
            else:
                found[-1].is_extra = is_extra
        found[-1].cells.append(cell)
    return found


def minutes(lesson: Lesson) -> tuple[int, int]:
    """Return the minutes of a lesson, in steps of five: for the teaching, and for the exercises."""
    counted = [part for part in parts(lesson) if not part.is_extra]
    return (
        _steps(sum(part.minutes for part in counted if part.within != EXERCISES)),
        _steps(sum(part.minutes for part in counted if part.within == EXERCISES)),
    )


def _steps(minutes: float) -> int:
    return 5 * max(1, round(minutes / 5)) if minutes else 0


def _words(cells: Iterable[NotebookNode]) -> int:
    return sum(len(re.findall(r"\w+", shown(cell.source))) for cell in cells if cell.cell_type == "markdown")


def _lines(cells: Iterable[NotebookNode]) -> int:
    code = (cell.source for cell in cells if cell.cell_type == "code")
    return sum(bool(line.strip()) for source in code for line in source.splitlines())
