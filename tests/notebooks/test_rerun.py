"""Learners run cells again, in any state: twice in a row, and the whole lesson over and over."""

from __future__ import annotations

from tools.lessons import tags


def _failures(run, cells):
    allowed = {cell.id for cell in run.lesson.code_cells if "raises-exception" in tags(cell)}
    found = [f"{cell.id}: {cell.error}" for cell in cells if cell.error and cell.id not in allowed]
    return found + [f"{cell.id}: {cell.stderr}" for cell in cells if cell.stderr]


def test_every_cell_twice_in_a_row(rerun):
    assert _failures(rerun, rerun.doubled) == []


def test_whole_lesson_again(rerun):
    for cells in rerun.rounds:
        assert _failures(rerun, cells) == []
    assert rerun.late == [], "written by a thread or a callback, where no learner sees it"


def test_every_round_like_the_first(rerun):
    assert rerun.left == {}, f"grown over {len(rerun.rounds)} rounds"
