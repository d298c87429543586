"""Any state, any order: a cell works, or says in a line or two what to run; the last one never fails."""

from __future__ import annotations

import pytest

from tests.notebooks import states as walks
from tools.lessons import find_lessons


@pytest.mark.timeout(600)
def test_cells_in_any_order(lesson):
    assert walks.unexpected(walks.in_any_order(lesson)) == []


def test_what_is_unmended_is_in_a_lesson():
    lessons = {lesson.name: {cell.id for cell in lesson.code_cells} for lesson in find_lessons()}
    assert {path.stem for path in walks.UNMENDED.glob("*.txt")} <= set(lessons)
    for lesson in find_lessons():
        assert {cell for _, cell in walks.unmended(lesson)} <= lessons[lesson.name]
