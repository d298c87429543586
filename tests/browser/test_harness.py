"""The browser harness itself, on a notebook made for it: widgets draw, clicks arrive, faults are seen."""

from __future__ import annotations

import asyncio

import nbformat
import pytest
from playwright.sync_api import expect

COUNTER = '''import anywidget
import ipywidgets
import traitlets


class Counter(anywidget.AnyWidget):
    """A button that counts."""

    _esm = """
    export default { render({ model, el }) {
        const button = document.createElement("button");
        button.className = "t-count";
        const draw = () => { button.textContent = `count ${model.get("count")}` };
        button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes() };
        model.on("change:count", draw);
        draw();
        el.append(button);
    } };
    """
    count = traitlets.Int(0).tag(sync=True)


counter = Counter()
counter'''
SLIDER = """slider = ipywidgets.IntSlider(value=3, description="Workers")
slider.add_class("t-slider")
slider"""
BROKEN_WIDGET = """class Broken(anywidget.AnyWidget):
    _esm = "export default { render() { throw new Error('cannot draw') } }"


Broken()"""


@pytest.fixture
def open_cells(lab):
    """Open a notebook of code cells, named ``cell-0`` and so on."""

    def build(*sources: str, theme: str = "light"):
        cells = [nbformat.v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(sources)]
        cells.insert(0, nbformat.v4.new_markdown_cell("# Sample", id="title"))
        kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
        return lab.open(lab.server.write("scratch/sample.ipynb", notebook), theme=theme)

    return build


def test_widgets_draw_and_answer(open_cells):
    notebook = open_cells(COUNTER, SLIDER, "print('done')")
    notebook.run_all()
    assert notebook.errors() == []
    assert notebook.cell_outputs("cell-2")[0]["text"] in ("done\n", ["done\n"])

    button = notebook.cell("cell-0").locator(".t-count")
    assert button.inner_text() == "count 0"
    button.click()
    button.get_by_text("count 1").wait_for()
    assert notebook.value("counter.count") == 1

    handle = notebook.page.locator(".t-slider [role=slider], .t-slider .noUi-handle").first
    handle.focus()
    handle.press("ArrowRight")
    notebook.page.locator(".t-slider .widget-readout").get_by_text("4").wait_for()
    assert notebook.value("slider.value") == 4


def test_faults_are_seen(open_cells):
    notebook = open_cells(
        COUNTER, BROKEN_WIDGET, "import sys; print('oh', file=sys.stderr)", "1 / 0", "print(1)"
    )
    notebook.run_all()
    errors = "\n".join(notebook.errors())
    assert "cannot draw" in errors
    assert "cell-2: stderr: oh" in errors
    assert "cell-3: ZeroDivisionError: division by zero" in errors
    assert notebook.cell_outputs("cell-4") == [], "Run All stops at an error"


def test_each_notebook_gets_a_fresh_kernel(open_cells):
    open_cells("x = 1").run_all()
    assert open_cells("x = 1").value("'x' in globals()") is False


def test_kernel_starts_beside_the_notebook(open_cells, lab_server):
    notebook = open_cells("import os")
    assert notebook.value("__import__('os').getcwd()") == str(lab_server.root / "scratch")


def test_themes_differ_in_pictures(open_cells, lab, tmp_path):
    lab.screenshots = tmp_path
    notebook = open_cells(SLIDER.replace("ipywidgets.", "__import__('ipywidgets')."), theme="light")
    notebook.run_all()
    light = notebook.screenshots("light")
    notebook.set_theme("dark")
    dark = notebook.screenshots("dark")
    assert len(light) == len(dark) == 1
    assert light[0].read_bytes() != dark[0].read_bytes()
    assert notebook.errors() == []


def test_other_tests_keep_asyncio(browser):
    # What `own_loop` does after each browser test.
    asyncio._set_running_loop(None)
    assert asyncio.run(asyncio.sleep(0, "ran")) == "ran"


SLOW = """() => {
    window.patience = AbortSignal.timeout;
    AbortSignal.timeout = () => {
        const controller = new AbortController();
        queueMicrotask(() => controller.abort());
        return controller.signal;
    };
}"""


def test_a_view_whose_module_loads_slowly_hears_the_kernel_nevertheless(open_cells):
    notebook = open_cells(
        "from helpers import ProgressBar\n\nbar = ProgressBar(100, 'photo')\nbar", "bar.advance(40)"
    )
    # anywidget gives up on what takes two seconds; here it gives up at once.
    notebook.page.evaluate(SLOW)
    try:
        notebook.run_all()
        bar = notebook.cell("cell-0").get_by_role("progressbar")
        expect(bar).to_have_attribute("aria-valuenow", "40.0")
    finally:
        notebook.page.evaluate("() => { AbortSignal.timeout = window.patience }")
    assert notebook.errors() == []
