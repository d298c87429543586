"""The decision guide in a page: answers by mouse and by keys, the result at once, and as text to take along."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.live_notebook import PATIENCE, keeps_its_width, open_cells, run_cell, until_value

GUIDE = """
from helpers.views.guide import DecisionGuide

guide = DecisionGuide()
guide
"""
TABLE = """
from helpers.views.kit.table import Table

outcome = {
    "weight as text": ("✓ `TypeError` before anything is sent", "✓ 422, and where: `body.weight_grams`"),
    "missing": ("▲ let through as 0", "✓ 422"),
    "misspelt name": ("✓ `ValueError`", "✗ let through, and nobody hears of it"),
    "<b>markup</b>": ("x" * 90, "✓ 422"),
}
Table(outcome, ("wrong input", "gRPC", "REST"), "What became of wrong inputs")
"""
BUSY = "import time\ntime.sleep(4)"


@pytest.fixture
def open_guide(lab):
    """Open and run a notebook that shows the guide; returns it, and the guide's output."""

    def build(*more):
        notebook = open_cells(lab, "guide", GUIDE, *more)
        run_cell(notebook, 0)
        notebook.wait_drawn()
        return notebook, notebook.cell("cell-0").locator(".jp-OutputArea-output")

    return build


def leaning(guide):
    return guide.locator("[data-part=leaning]")


def test_answers_change_the_result_at_once(open_guide):
    notebook, guide = open_guide(TABLE)
    expect(leaning(guide)).to_have_text("Answer a question, and the reasons appear here.")
    who = guide.get_by_role("group", name="Who calls it directly?")
    who.get_by_label("Pages in browsers").check()
    expect(leaning(guide)).to_have_text("REST, clearly", timeout=PATIENCE)
    expect(guide.locator(".gv-sr[role=status]")).to_have_text("REST, clearly")
    expect(guide.locator("[data-part=count]")).to_have_text("1 of 8 answered")
    guide.get_by_label("Yes, deadlines or cancellation").check()
    guide.get_by_label("Several teams or languages").check()
    expect(leaning(guide)).to_have_text("gRPC inside, REST at the edge", timeout=PATIENCE)
    expect(guide.locator(".gv-guide-change")).to_contain_text("this would be gRPC")
    for kind in ("callers='browsers'", "deadlines='yes'", "contract='teams'"):
        assert notebook.value(f"guide.answers == dict(guide.answers, {kind})")

    # What is set in code is shown as well.
    notebook.value("str(guide.answer(hands='tools', cache='some', flow='server'))")
    expect(guide.get_by_label("With a tool, if need be")).to_be_checked()
    folded = guide.locator("details")
    folded.locator("summary").click()
    guide.get_by_label("Within the spread, or not measured").check()
    expect(folded.locator("summary")).to_have_text("Does not decide here (2)", timeout=PATIENCE)
    expect(folded).to_have_attribute("open", "")

    run_cell(notebook, 1)
    table = notebook.cell("cell-1").locator(".jp-OutputArea-output")
    expect(table.get_by_role("rowheader")).to_have_count(4)
    expect(table).to_contain_text("<b>markup</b>")
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        notebook.screenshot(f"guide-{theme}", guide)
        notebook.screenshot(f"table-{theme}", table)
    for view, name in ((guide, "guide"), (table, "table")):
        assert keeps_its_width(notebook, view)
        notebook.screenshot(f"{name}-narrow", view)
    height = guide.evaluate("node => node.getBoundingClientRect().height")
    assert height <= notebook.page.viewport_size["height"]

    guide.locator(".gv-guide-result").evaluate("node => { node.scrollTop = 200 }")
    guide.get_by_role("button", name="Start over").click()
    expect(leaning(guide)).to_contain_text("Answer a question", timeout=PATIENCE)
    expect(guide.locator("input:checked")).to_have_count(0)
    assert guide.locator(".gv-guide-result").evaluate("node => node.scrollTop") == 0
    assert notebook.errors() == []


def test_it_is_answered_with_keys_and_the_notebook_keeps_still(open_guide):
    notebook, guide = open_guide("1")
    cells = notebook.page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length")
    active = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    cell = notebook.page.evaluate(active)
    flow = guide.get_by_role("group", name="How do messages flow?").get_by_role("radio")
    flow.first.focus()
    notebook.page.keyboard.press("Space")
    notebook.page.keyboard.press("ArrowDown")
    expect(flow.nth(1)).to_be_checked()
    notebook.page.keyboard.press("ArrowDown")
    expect(flow.nth(2)).to_be_focused()
    expect(leaning(guide)).to_have_text("gRPC, clearly", timeout=PATIENCE)
    expect(flow.nth(2)).to_be_focused()
    for key in ("x", "b", "Enter"):
        notebook.page.keyboard.press(key)
    assert notebook.page.evaluate(active) == cell
    assert notebook.page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length") == cells
    assert notebook.value("guide.answers") == {"flow": "both"}
    assert notebook.errors() == []


@pytest.mark.own_page
def test_the_answer_can_be_taken_along_as_text(open_guide):
    notebook, guide = open_guide()
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    guide.get_by_label("Both sides at once").check()
    expect(leaning(guide)).to_have_text("gRPC, clearly", timeout=PATIENCE)
    guide.get_by_role("button", name="Copy as text").click()
    expect(guide.get_by_text("Copied.")).to_be_visible()
    assert notebook.page.evaluate("navigator.clipboard.readText()") == notebook.value("str(guide)")

    # Where the browser keeps the clipboard to itself, the text is there to be copied by hand.
    notebook.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    guide.get_by_role("button", name="Copy as text").click()
    expect(guide.locator("pre")).to_contain_text("Decides alone.")
    assert notebook.errors() == []


def test_quick_answers_while_the_kernel_is_busy_are_kept(open_guide):
    notebook, guide = open_guide(BUSY)
    run_cell(notebook, 1, wait=False)
    guide.get_by_label("Large files").check()
    guide.get_by_label("Every day: curl, logs").check()
    guide.get_by_label("Pages in browsers").check()
    expect(guide.locator(".gv-live-busy")).to_be_visible()
    expect(guide.locator(".gv-live-busy")).to_be_hidden(timeout=PATIENCE)
    until_value(notebook, "guide.answers", {"callers": "browsers", "flow": "files", "hands": "often"})
    expect(guide.locator("input:checked")).to_have_count(3)
    expect(leaning(guide)).to_have_text("REST, clearly")
    assert notebook.errors() == []


def test_running_the_cell_again_leaves_one_guide(open_guide):
    notebook, _ = open_guide()
    for _ in range(2):
        run_cell(notebook, 0)
    notebook.wait_drawn()
    assert notebook.page.locator(".gv-guide").count() == 1
    alive = "__import__('ipywidgets').widgets.widget._instances.values()"
    assert notebook.value(f"[type(w).__name__ for w in {alive}].count('DecisionGuide')") == 1
    assert notebook.errors() == []
