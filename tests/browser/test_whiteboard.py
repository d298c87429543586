"""The whiteboard as a learner uses it: what is drawn left appears right, over real streams."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.live_notebook import (
    DISPATCH,
    PATIENCE,
    drag,
    keeps_its_width,
    open_cells,
    run_cell,
    threads,
    until_value,
)

BOARD = """
from helpers.views.whiteboard import Whiteboard

board = Whiteboard("Ada", "Ben")
board
"""
CALLS = """
def message(author, line):
    segment = dispatch_pb2.Segment(x1=line.x1, y1=line.y1, x2=line.x2, y2=line.y2)
    return dispatch_pb2.DrawRequest(author=author, segment=segment)


def receive(name, call):
    try:
        for reply in call:
            board.add(name, reply.segment, author=reply.author)
    except grpc.RpcError:
        pass  # the call was cancelled


def connect(name):
    call = stub.Draw(message(name, line) for line in board.segments(name))
    board.hold(call, name)
    threading.Thread(target=receive, args=(name, call), daemon=True).start()


for name in board.names:
    connect(name)
"""
BROKEN = """
def broken(segment):
    raise LookupError("<b>no board</b>")


board.on_stroke("Ben", broken)
"""


@pytest.fixture
def open_board(lab):
    """Open and run a notebook with a server, a board and its calls; returns it, and the board's output."""
    notebook = open_cells(lab, "board", DISPATCH, BOARD, CALLS)
    notebook.run_all()
    until_value(notebook, "len(dispatch.clients)", 2)
    return notebook, notebook.cell("cell-1").locator(".jp-OutputArea-output")


def status(output, panel):
    return output.locator("[data-part=status]").nth(panel)


def test_what_is_drawn_left_appears_right_while_the_pen_is_down(open_board):
    notebook, output = open_board
    left, right = output.locator(".gv-board-surface").nth(0), output.locator(".gv-board-surface").nth(1)
    drag(notebook, left, [(0.1, 0.2), (0.3, 0.8), (0.5, 0.2)], lift=False)
    expect(right.locator(".gv-board-look-0")).to_have_count(1, timeout=PATIENCE)
    notebook.page.mouse.up()
    until_value(
        notebook, "board._counts['Ada'][0] > 10 and board._counts['Ada'][0] == board._counts['Ben'][1]", True
    )
    expect(left.locator(".gv-pen-ink")).to_have_count(1)
    expect(left.locator(".gv-board-line")).to_have_count(0)

    output.get_by_role("button", name="Draw for me").nth(1).click()
    until_value(
        notebook,
        "board._counts['Ben'][0] == board._counts['Ada'][1] == len(board.sample) - 1",
        True,
    )
    expect(status(output, 1)).to_contain_text("drawn", timeout=PATIENCE)
    assert notebook.errors() == []
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        notebook.screenshot(f"whiteboard-{theme}", output)
    assert keeps_its_width(notebook, output)

    # A page that is loaded anew draws everything that Python has kept.
    counts = notebook.value("board._counts")
    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.goto(notebook.page.url.replace("?reset", "").replace("&reset", ""))
    output = notebook.page.locator(".gv-board")
    ada = f"{counts['Ada'][0]} segments drawn, {counts['Ada'][1]} received"
    expect(status(output, 0)).to_have_text(ada, timeout=PATIENCE)
    for panel in (0, 1):
        expect(output.locator(".gv-board-surface").nth(panel).locator(".gv-board-line")).to_have_count(2)


def test_keyboard_clear_rerun_and_errors(open_board):
    notebook, output = open_board
    right = output.locator(".gv-board-surface").nth(1)
    right.focus()
    for key in ("Enter", "ArrowRight", "ArrowDown", "Shift+ArrowLeft", "Enter"):
        notebook.page.keyboard.press(key)
    expect(status(output, 0)).to_have_text("0 segments drawn, 3 received", timeout=PATIENCE)
    expect(status(output, 1)).to_have_text("3 segments drawn, 0 received", timeout=PATIENCE)

    output.get_by_role("button", name="Clear all").click()
    expect(status(output, 0)).to_have_text("0 segments drawn, 0 received", timeout=PATIENCE)
    expect(output.locator(".gv-board-surface path")).to_have_count(0)

    # Running the calls again in mid-stroke leaves one call a panel.
    drag(notebook, right, [(0.2, 0.2), (0.4, 0.4)], lift=False)
    run_cell(notebook, 2)
    notebook.page.mouse.up()
    until_value(notebook, "len(dispatch.clients)", 2)
    drag(notebook, right, [(0.2, 0.8), (0.4, 0.5)])
    until_value(notebook, "board._counts['Ada'][1] > 2", True)

    # A new board ends the old one's calls.
    run_cell(notebook, 1)
    until_value(notebook, "len(dispatch.clients)", 0)
    until_value(
        notebook, "len([t for t in threading.enumerate() if t.name in ('whiteboard', 'view updates')])", 0
    )
    expect(notebook.page.locator(".gv-board")).to_have_count(1)
    assert threads(notebook, "whiteboard") == []
    assert notebook.errors() == []


def test_an_exception_in_a_callback_is_shown_as_text(lab):
    notebook = open_cells(lab, "board", DISPATCH, BOARD, BROKEN)
    notebook.run_all()
    output = notebook.cell("cell-1").locator(".jp-OutputArea-output")
    drag(notebook, output.locator(".gv-board-surface").nth(1), [(0.2, 0.2), (0.4, 0.4)])
    expect(output.locator(".gv-card")).to_contain_text("<b>no board</b>", timeout=PATIENCE)
    expect(output.locator(".gv-card pre")).to_contain_text("Cell In[3], line 2")
    assert notebook.errors() == []
