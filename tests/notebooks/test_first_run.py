"""Every lesson runs from top to bottom in a fresh kernel, proves what it says and cleans up."""

from __future__ import annotations

import pytest

from tools.claims import FOLDER, claims_file
from tools.lessons import find_lessons, tags

pytestmark = pytest.mark.timeout(600)  # the first test of a lesson pays for its run

ENOUGH_CLAIMS = 5


def test_no_cell_fails(first_run):
    allowed = {cell.id for cell in first_run.lesson.code_cells if "raises-exception" in tags(cell)}
    failed = [f"{cell.id}: {cell.error}" for cell in first_run.cells if cell.error and cell.id not in allowed]
    assert not failed
    calm = [cell.id for cell in first_run.cells if cell.id in allowed and not cell.error]
    assert not calm, "tagged raises-exception, but nothing was raised"


def test_nothing_on_stderr(first_run):
    assert [f"{cell.id}: {cell.stderr}" for cell in first_run.cells if cell.stderr] == []
    assert first_run.late == [], "written by a thread or a callback, where no learner sees it"


def test_claims_hold(first_run):
    assert first_run.broken_claims == []


def test_has_claims(first_run):
    if first_run.lesson.course.kind != "start":
        where = claims_file(first_run.lesson)
        assert first_run.claims >= ENOUGH_CLAIMS, f"{where} needs at least {ENOUGH_CLAIMS} blocks"


def test_leaves_nothing_running(first_run):
    assert first_run.left == {}, "a server that listens or a thread that lives on after the last cell"


def test_every_file_of_claims_has_its_lesson():
    names = {lesson.name for lesson in find_lessons()}
    assert {path.stem for path in FOLDER.glob("*.py")} <= names
