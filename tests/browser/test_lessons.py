"""Every lesson, run in JupyterLab as a learner does, with pictures of it in both themes."""

from __future__ import annotations

import pytest

from tools.lessons import find_lessons, tags


@pytest.mark.parametrize("lesson", find_lessons(), ids=lambda lesson: lesson.name)
def test_lesson_runs_and_draws(lab, lesson):
    notebook = lab.open(f"notebooks/{lesson.path.name}")
    notebook.run_all()
    meant = tuple(f"{cell.id}: " for cell in lesson.code_cells if "raises-exception" in tags(cell))
    assert [error for error in notebook.errors() if not (meant and error.startswith(meant))] == []

    ran = notebook.cell_outputs()
    assert set(ran) == {cell.id for cell in lesson.notebook.cells}
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        assert notebook.screenshots(f"{lesson.name}/{theme}")
    assert not any(error.startswith("console") for error in notebook.errors())


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
