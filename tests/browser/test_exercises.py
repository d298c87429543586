"""The exercises of the lesson on unary calls, worked through as a learner does, and seen on the start page."""

from __future__ import annotations

import re

from helpers.exercises import catalog, unary
from helpers.exercises.engine import Choose
from tests.browser.live_notebook import run_cell
from tools.lessons import find_lessons

LESSON = "02_unary"


def cell_id(source: str) -> str:
    """The id of the lesson's cell with this source."""
    (lesson,) = (lesson for lesson in find_lessons() if lesson.name == LESSON)
    (cell,) = (cell for cell in lesson.code_cells if cell.source == source)
    return cell.id


def open_lesson(lab, *sources: str):
    """Opens the lesson and runs its first two cells, the imports and the contract, and those with these sources."""
    notebook = lab.open(f"notebooks/{LESSON}.ipynb")
    (lesson,) = (lesson for lesson in find_lessons() if lesson.name == LESSON)
    ids = [cell.id for cell in lesson.notebook.cells]
    for cell in (*(cell.id for cell in lesson.code_cells[:2]), *map(cell_id, sources)):
        run_cell(notebook, ids.index(cell))
    notebook.wait_drawn()
    assert notebook.errors() == []
    return notebook


def write(notebook, cell, source: str) -> None:
    """Replaces a cell's text by hand and runs the cell."""
    cell.locator(".cm-content").click()
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.insert_text(source)
    notebook.page.keyboard.press("Control+Enter")


def run(notebook, source: str, title: str):
    """Runs a cell again and returns its card, once it has this title."""
    cell = notebook.cell(cell_id(source))
    cell.locator(".cm-content").click()
    notebook.page.keyboard.press("Control+Enter")
    card = cell.locator(".gv-card").filter(has=cell.page.locator(".gv-card-name", has_text=title))
    card.wait_for()
    return card


def verdict(cell, word: str):
    """The card in a cell's output, once it says this."""
    card = cell.locator(".gv-card").filter(has=cell.page.locator(".gv-card-word", has_text=word))
    card.wait_for()
    return card


def test_working_through_the_exercises(lab):
    price = unary.minimum_price
    notebook = open_lesson(lab, price.stub)
    cell = notebook.cell(cell_id(price.stub))
    assert "`GetQuote`" not in verdict(cell, "Not attempted").inner_text()  # shown as code

    write(notebook, cell, price.wrong_cell(price.wrong_answers[0]))
    failed = verdict(cell, "Failed")
    assert "The minimum is missing" in failed.inner_text()
    assert re.search(r"Expected\s+price_cents=450\s+Actual\s+price_cents=20", failed.inner_text())
    notebook.screenshot("exercises/failed", cell)

    hints = run(notebook, f"{price.id}.hint()", "hints")
    assert "max(a, b)" not in hints.inner_text()
    hints.locator("summary", has_text="Hint 2").press("Enter")
    assert "max(a, b)" in hints.inner_text()

    write(notebook, cell, price.answer.replace("request.weight_grams", "request.weight"))
    raised = verdict(cell, "Raised")
    assert re.search(r"Cell In\[\d+\], line 4, in GetQuote", raised.inner_text())
    notebook.screenshot("exercises/raised", cell)

    write(notebook, cell, price.answer)
    passed = verdict(cell, "Passed")
    assert passed.get_attribute("role") == "status"
    passed.locator("summary").click()
    assert "max(450" in passed.inner_text()
    notebook.set_theme("dark")
    notebook.screenshot("exercises/passed", cell)
    notebook.set_theme("light")
    solution = run(notebook, f"{price.id}.solution()", "a solution")
    assert "max(450" not in solution.inner_text()
    solution.locator("summary").click()
    assert "max(450" in solution.inner_text()
    assert notebook.errors() == []

    total = sum(len(exercises) for exercises in catalog().values())
    start = lab.open("notebooks/00_start_here.ipynb")
    start.run_all()
    map_ = start.panel.locator(".gv-progress")
    assert f"You have solved 1 of {total} exercises." in map_.inner_text()
    assert "✓ A price with a minimum" in map_.inner_text()
    start.screenshot("exercises/progress", map_)


def test_questions_answer_clicks_and_keys(lab):
    questions = [item for item in catalog()[LESSON] if isinstance(item, Choose)]
    notebook = open_lesson(lab, *(question.stub for question in questions))
    for question in questions:
        cell = notebook.cell(cell_id(question.stub))
        button = cell.get_by_role("button", name="Check")
        button.click()
        assert "Choose an answer first" in verdict(cell, "Not attempted").inner_text()

        group = cell.get_by_role("group")
        assert question.task.replace("`", "") in " ".join(group.first.inner_text().split())
        radios = cell.get_by_role("radio")
        right = [option.text for option in question.options].index(question.answer)
        radios.first.focus()
        radios.first.press("Space")
        for _ in range(1 if right != 1 else 2):
            notebook.page.keyboard.press("ArrowDown")
        radios.nth(1 if right != 1 else 2).press("Enter")
        assert verdict(cell, "Failed")

        radios.nth(right).check()
        button.click()
        passed = verdict(cell, "Passed")
        assert question.reason.replace("`", "") in " ".join(passed.inner_text().split())
        notebook.screenshot(f"exercises/{question.name}", cell)
    assert notebook.errors() == []
