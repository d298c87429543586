"""Every lesson, run and used in JupyterLab as a learner does, with pictures of it."""

from __future__ import annotations

import copy
import os

import pytest

from tests.browser.tours import TOURS
from tools.lessons import find_lessons, tags


@pytest.mark.parametrize("lesson", find_lessons(), ids=lambda lesson: lesson.name)
def test_a_lesson_runs_and_its_widgets_work(lab, lesson):
    notebook = copy.deepcopy(lesson.notebook)
    stop = notebook.cells.pop()
    assert "stop_all()" in stop.source
    opened = lab.open(lab.server.write(f"notebooks/{lesson.name}_open.ipynb", notebook))
    opened.page.set_viewport_size({"width": 1400, "height": 900})
    opened.run_all()
    meant = tuple(f"{cell.id}: " for cell in lesson.code_cells if "raises-exception" in tags(cell))

    def errors() -> list[str]:
        return [error for error in opened.errors() if not (meant and error.startswith(meant))]

    assert errors() == []
    assert set(opened.cell_outputs()) == {cell.id for cell in notebook.cells}
    opened.page.set_viewport_size(
        {"width": 1000, "height": 900}
    )  # as wide as 1280 with the file browser open
    assert opened.broken_text() == []
    opened.page.set_viewport_size({"width": 1400, "height": 900})
    if os.environ.get("LESSON_PICTURES") != "0":
        assert opened.screenshots(f"{lesson.name}/light")
    if lesson.name in TOURS:
        TOURS[lesson.name](opened)
    opened.set_theme("dark")
    assert opened.value("__import__('helpers').stop_all()") is None
    opened.screenshot(f"{lesson.name}/dark")
    assert errors() == []


def test_every_tour_has_its_lesson():
    assert set(TOURS) <= {lesson.name for lesson in find_lessons()}


def test_the_start_page_knows_that_widgets_are_drawn(lab):
    notebook = lab.open("notebooks/00_start_here.ipynb")
    notebook.run_all()
    check = notebook.cell("check-widgets")
    check.get_by_text("They are drawn here").wait_for()
    assert check.get_by_text("They are not drawn here").count() == 0


def test_jupyterlab_opens_at_the_start_page(lab):
    lab.page.goto(f"{lab.server.url}/?token={lab.server.token}")
    lab.page.wait_for_selector("#jupyterlab-splash", state="detached")
    lab.page.get_by_role("heading", name="Start here").wait_for()
    opened = lab.page.evaluate("window.jupyterapp.shell.currentWidget.context.path")
    assert opened == "notebooks/00_start_here.ipynb"
