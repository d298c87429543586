"""The minutes of a lesson: one rule over words, lines of code and exercises."""

from __future__ import annotations

import pytest

from tools.minutes import LONGEST, minutes

WORDS = "word " * 1000
CODE = "x = 1\n" * 50


def test_no_lesson_is_longer_than_it_should_be(lesson):
    assert sum(minutes(lesson)) <= LONGEST


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([f"# Do it\n\n{WORDS}"], (5, 0)),
        (["# Do it", ("code", CODE)], (10, 0)),
        (["# Do it", ("code", CODE.replace("\n", "\n\n"))], (10, 0)),
        ([f"# Do it\n\n{WORDS}", ("code", CODE), "## Exercises", "### One", "### Two"], (15, 5)),
        (["# Do it", "## Exercises", "### One\n" + WORDS, ("code", CODE), "## Summary"], (5, 10)),
        ([f"# Do it\n\n{WORDS}", f"## Going further: more\n\n{WORDS * 9}", ("code", CODE)], (5, 0)),
        ([f"# Do it\n\n{WORDS}", f"### Going further\n\n{WORDS * 9}", "### Back", ("code", CODE)], (15, 0)),
        ([f"# Do it\n\n{WORDS}", "## Exercises", "### One", "### Going further: two", "## Summary"], (5, 5)),
    ],
)
def test_what_is_counted(make_notebook, write_lesson, cells, expected):
    notebook = make_notebook(*[cell if isinstance(cell, tuple) else ("md", cell) for cell in cells])
    assert minutes(write_lesson(notebook)) == expected
