"""The minutes of a lesson, by one rule over what is in it.

The rule is fitted to what people needed who worked through six lessons, exercises included; it misses none
of them by more than five minutes. What stands below a heading "Going further" is not counted: it is for
those who have time left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

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


def minutes(lesson: Lesson) -> tuple[int, int]:
    """Return the minutes of a lesson, in steps of five: for the teaching, and for the exercises."""
    teaching: list[NotebookNode] = []
    exercises: list[NotebookNode] = []
    tasks = 0
    part, level, is_extra = "", 0, False
    for cell in lesson.notebook.cells:
        for depth, text in headings(cell.source) if cell.cell_type == "markdown" else ():
            if is_extra and depth <= level:
                is_extra = False
            if not is_extra and text.startswith(EXTRA):
                is_extra, level = True, depth
            if depth == 2:
                part = text
            tasks += part == "Exercises" and depth == 3 and not is_extra
        if not is_extra:
            (exercises if part == "Exercises" else teaching).append(cell)
    # The stubs of exercises are not read line by line; they are what the minutes of an exercise go into.
    return (
        _steps(_words(teaching) / WORDS_A_MINUTE + _lines(teaching) / LINES_A_MINUTE),
        _steps(_words(exercises) / WORDS_A_MINUTE + tasks * MINUTES_AN_EXERCISE),
    )


def _steps(minutes: float) -> int:
    return 5 * max(1, round(minutes / 5)) if minutes else 0


def _words(cells: Iterable[NotebookNode]) -> int:
    return sum(len(re.findall(r"\w+", shown(cell.source))) for cell in cells if cell.cell_type == "markdown")


def _lines(cells: Iterable[NotebookNode]) -> int:
    code = (cell.source for cell in cells if cell.cell_type == "code")
    return sum(bool(line.strip()) for source in code for line in source.splitlines())
