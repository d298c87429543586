"""Exercises and lessons belong together: each exercise stands in its lesson, word by word, and nowhere else."""

from __future__ import annotations

import re

import pytest

from helpers.exercises import catalog
from tools.lessons import Lesson, find_lessons

CATALOG = catalog()
ALL = [exercise for exercises in CATALOG.values() for exercise in exercises]
LESSONS = find_lessons()


def used(lesson: Lesson) -> set[str]:
    """The ids of the exercises that a lesson's code names, whether they exist or not."""
    modules = {exercise.lesson for exercise in ALL}
    code = "\n".join(cell.source for cell in lesson.code_cells)
    return {f"{module}.{name}" for module in modules for name in re.findall(rf"\b{module}\.(\w+)", code)}


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)
def test_an_exercise_is_used_in_exactly_its_lesson(exercise):
    lessons = [lesson.name for lesson in LESSONS if exercise.id in used(lesson)]
    assert lessons == [next(name for name, exercises in CATALOG.items() if exercise in exercises)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_uses_only_exercises_that_are_there(lesson):
    assert used(lesson) <= {exercise.id for exercise in ALL}


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)
def test_the_stub_in_the_notebook_is_the_exercises_own(exercise):
    home = next(name for name, exercises in CATALOG.items() if exercise in exercises)
    cells = [cell.source for lesson in LESSONS if lesson.name == home for cell in lesson.code_cells]
    for stub in exercise.cells:
        assert cells.count(stub) == 1, f"the lesson needs this cell, once and word by word:\n{stub}"
    order = [cells.index(stub) for stub in exercise.cells]
    for wanted in (f"{exercise.id}.hint()", f"{exercise.id}.solution()"):
        assert cells.count(wanted) == 1, f"the lesson needs a cell {wanted}"
        order.append(cells.index(wanted))
    assert order == sorted(order)


@pytest.mark.parametrize("lesson", [x for x in LESSONS if x.name in CATALOG], ids=lambda lesson: lesson.name)
def test_the_lesson_introduces_each_exercise_with_its_title(lesson):
    titles = [text for level, text in lesson.headings if level == 3]
    wanted = [exercise.title for exercise in CATALOG[lesson.name]]
    assert [title for title in titles if title in wanted] == wanted
