"""Learners run cells again, in any state: twice in a row, the whole lesson once more, and after the last cell."""

from __future__ import annotations

import pytest

from tests.notebooks.states import unexpected
from tools.lessons import tags

pytestmark = pytest.mark.timeout(600)  # the first test of a lesson pays for all of its runs


def _failures(run, cells):
    allowed = {cell.id for cell in run.lesson.code_cells if "raises-exception" in tags(cell)}
    found = [f"{cell.id}: {cell.error}" for cell in cells if cell.error and cell.id not in allowed]
    return found + [f"{cell.id}: {cell.stderr}" for cell in cells if cell.stderr]


def test_every_cell_twice_in_a_row(rerun):
    assert _failures(rerun, rerun.doubled) == []


def test_nothing_is_written_later(rerun):
    assert rerun.late == [], "written by a thread or a callback, where no learner sees it"


def test_each_cell_again_after_the_last_one(rerun):
    assert unexpected(rerun.states) == []


def test_nothing_grows(rerun):
    assert rerun.left == {}, "more than after the first run"
