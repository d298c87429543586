"""The lesson on many languages on a machine without any of them: recordings stand in, and its claims hold all the same."""

from __future__ import annotations

import pytest

from helpers.languages.toolchains import RECORDED
from tests.notebooks.states import left_running
from tools.claims import claims_for
from tools.kernel import LessonKernel
from tools.lessons import find_lessons

pytestmark = pytest.mark.timeout(300)


def test_the_lesson_runs_and_its_claims_hold(monkeypatch):
    monkeypatch.setenv(RECORDED, "1")
    lesson = next(each for each in find_lessons() if each.topic == "many_languages")
    problems, told = [], 0
    with LessonKernel(lesson.notebook, lesson.path.parent, path=lesson.path) as kernel:
        before = kernel.footprint()
        for index in kernel.code_indexes:
            cell = kernel.run_cell(index)
            problems += [f"{cell.id}: {cell.error}"] if cell.error else []
            told += cell.printed.startswith("(")
            for claim in claims_for(lesson):
                if claim.cell_id == cell.id:
                    broken = kernel.claim(claim.source, str(claim.path), cell)
                    problems += [broken] if broken else []
        assert left_running(kernel, before) == {}
    assert problems == []
    assert told > 5, "each cell says that it plays a recording"
