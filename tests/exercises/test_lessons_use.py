"""Exercises and lessons belong together: each exercise stands in its lesson, once, and nowhere else.

That its cells are the exercise's own, word by word, is what `python -m tools.sync --check` sees.
"""

from __future__ import annotations

import re

import pytest
from nbformat import NotebookNode, v4

from helpers.exercises import catalog
from helpers.exercises.engine import WriteFunction
from tools.exercise_cells import with_exercises
from tools.lessons import Lesson, find_lessons

CATALOG = catalog()
ALL = [exercise for exercises in CATALOG.values() for exercise in exercises]
LESSONS = find_lessons()


def used(lesson: Lesson) -> set[str]:
    """The ids of the exercises that a lesson's code names, whether they exist or not."""
    modules = {exercise.lesson for exercise in ALL}
    code = "\n".join(cell.source for cell in lesson.code_cells)
    return {
        f"{module}.{name}" for module in modules for name in re.findall(rf"(?<![\w.]){module}\.(\w+)", code)
    }


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)
def test_an_exercise_is_used_in_exactly_its_lesson(exercise):
    lessons = [lesson.name for lesson in LESSONS if exercise.id in used(lesson)]
    assert lessons == [next(name for name, exercises in CATALOG.items() if exercise in exercises)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_uses_only_exercises_that_are_there(lesson):
    assert used(lesson) <= {exercise.id for exercise in ALL}


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)
def test_an_exercise_stands_in_its_lesson_once(exercise):
    sources = [cell.source for lesson in LESSONS for cell in lesson.code_cells]
    for cell in (*exercise.cells, f"{exercise.id}.hint()", f"{exercise.id}.solution()"):
        assert sources.count(cell) == 1, (
            f"the lesson needs this cell, `python -m tools.sync` writes it:\n{cell}"
        )


def sample(**given) -> WriteFunction:
    texts = {
        "title": "Twice",
        "task": "**Goal:** double it.",
        "hints": ["Add.", "Or multiply."],
        "reason": "So.",
    }
    exercise = WriteFunction(**texts, id="sample.double", parameters=["number"], **given)
    exercise.stub = "@sample.double\ndef double(number):\n    ..."
    return exercise


def lesson_cells(*cells: NotebookNode) -> NotebookNode:
    return v4.new_notebook(cells=[v4.new_markdown_cell("# Sample"), *cells])


def test_a_new_exercise_comes_last_in_its_section():
    notebook = lesson_cells(v4.new_markdown_cell("## Exercises"), v4.new_markdown_cell("## Summary"))
    cells = with_exercises(notebook, [sample()]).cells
    assert [cell.source for cell in cells[2:]] == [
        "### Twice\n\n**Goal:** double it.",
        "@sample.double\ndef double(number):\n    ...",
        "sample.double.hint()",
        "sample.double.solution()",
        "## Summary",
    ]
    assert [cell.id for cell in cells[2:6]] == ["double", "double-answer", "double-hint", "double-solution"]
    assert len(notebook.cells) == 3
    assert len(with_exercises(lesson_cells(v4.new_markdown_cell("## Exercises")), [sample()]).cells) == 6


def test_cells_of_an_exercise_keep_their_ids_and_their_place():
    old = [
        v4.new_markdown_cell("### Two times", id="a"),
        v4.new_code_cell("old stub", id="b"),
        v4.new_code_cell("sample.double.hint()", id="c"),
        v4.new_code_cell("sample.double.solution()", id="d"),
        v4.new_markdown_cell("### Another", id="e"),
    ]
    fresh = with_exercises(lesson_cells(*old), [sample()])
    assert [cell.id for cell in fresh.cells[1:]] == ["a", "b", "c", "d", "e"]
    assert fresh.cells[1].source.startswith("### Twice")
    assert fresh.cells[2].source == sample().stub
    assert with_exercises(fresh, [sample()]) == fresh

    without_solution = with_exercises(lesson_cells(*old[:3], old[4]), [sample()])
    assert [cell.id for cell in without_solution.cells[1:]] == ["a", "b", "c", "double-solution", "e"]


def test_a_lesson_without_exercises_is_told():
    with pytest.raises(LookupError, match=r"sample\.double needs a lesson with a heading `## Exercises`"):
        with_exercises(lesson_cells(), [sample()])


def test_exercises_come_in_the_order_of_the_notebook(tmp_path):
    names = ["patient_client", "safe_to_repeat"]
    (tmp_path / "07_unary.ipynb").write_text(
        " ".join(f"unary.{name}.hint()" for name in names), encoding="utf-8"
    )
    found = catalog(tmp_path)
    assert list(found) == ["07_unary"]
    assert [exercise.name for exercise in found["07_unary"]][:3] == [*names, "late_parcel"]
    assert {exercise.id for exercise in found["07_unary"]} == {
        exercise.id for exercise in CATALOG["02_unary"]
    }
