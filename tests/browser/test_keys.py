"""Keys pressed inside a picture stay there: JupyterLab's shortcuts would cut and add cells."""

from __future__ import annotations

COUNT = "window.jupyterapp.shell.currentWidget.content.widgets.length"
FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])"


def test_letters_in_a_picture_are_no_shortcuts(lab):
    notebook = lab.open("notebooks/00_start_here.ipynb")
    notebook.run_all()
    page, before = notebook.page, notebook.page.evaluate(COUNT)
    parts = notebook.cell("see").locator(".gv").first.locator(FOCUSABLE)
    parts.nth(5).wait_for(state="attached")
    for part in parts.all():
        if part.is_visible():
            part.focus()
            for key in ("b", "x", "a"):
                page.keyboard.press(key)
    assert page.evaluate(COUNT) == before
