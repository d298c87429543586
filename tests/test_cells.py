"""What cells have started: kept, found again by the next run of the same cell, and forgotten."""

from __future__ import annotations

import pytest

from helpers import cells


@pytest.fixture
def run(monkeypatch):
    """Begins a run of a cell; `None` for code outside of one."""

    def begin(cell, run=""):
        now = cells.CellRun(cell, run) if cell else None
        monkeypatch.setattr(cells, "running", lambda: now)

    return begin


def test_a_later_run_of_a_cell_takes_what_the_earlier_one_has_kept(run):
    registry = cells.Registry()
    run("a", "1")
    registry.keep("one")
    registry.keep("two")
    assert registry.take_earlier() == []
    run("b", "1")
    assert registry.take_earlier() == []
    run("a", "2")
    assert registry.take_earlier() == ["one", "two"]
    assert list(registry) == []


def test_names_tell_the_things_of_a_cell_apart(run):
    registry = cells.Registry()
    run("a", "1")
    registry.keep("one", "first")
    registry.keep("two", "second")
    run("a", "2")
    assert registry.take_earlier("second") == ["two"]
    assert list(registry) == ["one"]


def test_what_no_cell_has_started_is_replaced_by_none(run):
    registry = cells.Registry()
    run(None)
    registry.keep("one")
    assert registry.take_earlier() == []
    assert registry.of_this_run() == []
    run("a", "1")
    assert registry.take_earlier() == []
    assert list(registry) == ["one"]


def test_a_thing_of_several_cells_is_there_until_the_last_has_let_go_of_it(run):
    registry = cells.Registry()
    for cell in "ab":
        run(cell, "1")
        registry.keep("shared")
        assert registry.of_this_run() == ["shared"]
    assert list(registry) == ["shared"]
    run("a", "2")
    assert registry.take_earlier() == ["shared"]
    assert "shared" in registry
    registry.forget("shared")
    assert "shared" not in registry
