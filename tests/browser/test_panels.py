"""Panels of messages as a learner uses them: type, send, half-close, cancel, and read a long stream."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.live_notebook import DISPATCH, PATIENCE, keeps_its_width, open_cells, run_cell, until_value

PANELS = """
from helpers.views.panels import Panels

talk = Panels("dispatcher", "Ada")
talk
"""
CALLS = """
def join(panel):
    outbox = queue.SimpleQueue()

    def requests():
        for text in iter(outbox.get, None):
            panel.sent(text)
            yield dispatch_pb2.TalkRequest(author=panel.name, text=text)

    def receive():
        try:
            for reply in call:
                panel.received(reply.text, reply.author)
        except grpc.RpcError:
            pass  # cancelled: the panel's title line says so

    call = stub.Talk(requests())
    threading.Thread(target=receive, daemon=True).start()
    panel.on_send(outbox.put)
    panel.on_half_close(lambda: outbox.put(None))
    panel.on_stop(lambda: outbox.put(None))
    panel.hold(call)


for panel in talk:
    join(panel)
"""
MANY = """
for number in range(3000):
    talk["Ada"].received(f"message {number}")
"""
BURST = """
burst = Panels("burst")
for number in range(3000):
    burst["burst"].sent(f"message {number}")
burst
"""
BROKEN = """
def broken(text):
    raise LookupError(f"<b>no courier for {text}</b>")


talk["Ada"].on_send(broken)
talk["Ada"].status("open")
"""


@pytest.fixture
def open_panels(lab):
    """Open a notebook with a server, two panels, their calls and further cells, and run it up to the calls."""
    notebook = open_cells(lab, "panels", DISPATCH, PANELS, CALLS, MANY, BROKEN, BURST)
    for number in range(3):
        run_cell(notebook, number)
    notebook.wait_drawn()
    until_value(notebook, "len(dispatch.clients)", 2)
    output = notebook.cell("cell-1").locator(".jp-OutputArea-output")
    return (
        notebook,
        output,
        *(output.get_by_label(f"Panel {name}", exact=True) for name in ("dispatcher", "Ada")),
    )


def test_two_people_talk(open_panels):
    notebook, output, dispatcher, ada = open_panels
    evil = "P-1 to <img src=x onerror=alert(1)>"
    field = dispatcher.get_by_label("Message to send")
    field.fill(evil)
    field.press("Enter")
    expect(ada.locator(".gv-feed-client .gv-feed-text")).to_have_text(
        [f"dispatcher {evil}"], timeout=PATIENCE
    )
    expect(dispatcher.locator(".gv-feed-server .gv-feed-text")).to_have_text([evil])
    assert output.locator("img").count() == 0
    ada.get_by_label("Message to send").fill("on my way")
    ada.get_by_role("button", name="Send").click()
    expect(dispatcher.locator(".gv-feed-client .gv-feed-text")).to_have_text(
        ["Ada on my way"], timeout=PATIENCE
    )
    expect(dispatcher.locator("[data-part=counts]")).to_have_text("→ 1 sent, ← 1 received")
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        notebook.screenshot(f"panels-{theme}", output)

    ada.get_by_role("button", name="Half-close").click()
    expect(ada.locator("[data-part=status]")).to_have_text("✓ OK", timeout=PATIENCE)
    expect(ada.get_by_role("button", name="Send")).to_be_disabled()
    dispatcher.get_by_role("button", name="Cancel").click()
    expect(dispatcher.locator("[data-part=status]")).to_contain_text("✗ CANCELLED", timeout=PATIENCE)
    expect(dispatcher.get_by_label("Message to send")).to_be_disabled()
    until_value(notebook, "len(dispatch.clients)", 0)
    assert notebook.errors() == []
    assert keeps_its_width(notebook, output)


def test_running_the_cells_again_leaves_no_call_open(open_panels):
    notebook, _, dispatcher, _ = open_panels
    for _ in range(2):
        run_cell(notebook, 2)
    until_value(notebook, "len(dispatch.clients)", 2)
    dispatcher.get_by_label("Message to send").fill("still here")
    dispatcher.get_by_label("Message to send").press("Enter")
    expect(dispatcher.locator(".gv-feed-row")).to_have_count(1, timeout=PATIENCE)
    run_cell(notebook, 1)
    until_value(notebook, "len(dispatch.clients)", 0)
    expect(notebook.page.locator(".gv-feed")).to_have_count(2)
    widgets = "sum(type(w).__name__ == 'Panel' for w in __import__('ipywidgets').widgets.widget._instances.values())"
    assert notebook.value(widgets) == 2
    assert notebook.errors() == []


def test_long_streams_and_errors(open_panels):
    notebook, output, _, ada = open_panels
    run_cell(notebook, 3)
    rows = ada.locator(".gv-feed-row")
    expect(rows.last).to_contain_text("message 2999", timeout=PATIENCE)
    expect(rows).to_have_count(500)
    expect(rows.last).to_be_in_viewport()
    expect(ada.locator("[data-part=earlier]")).to_have_text("2,500 earlier ones are not kept.")

    # Who reads further up stays there, and is told what is new.
    log = ada.get_by_role("log")
    log.focus()
    notebook.page.keyboard.press("Home")
    log.evaluate("node => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert notebook.value("talk['Ada'].received('one more')") is None
    expect(rows.last).to_contain_text("one more", timeout=PATIENCE)
    more = ada.get_by_role("button", name="1 new")
    expect(more).to_be_visible()
    expect(rows.last).not_to_be_in_viewport()
    more.click()
    expect(rows.last).to_be_in_viewport()
    expect(more).to_be_hidden()

    run_cell(notebook, 4)
    ada.get_by_label("Message to send").fill("P-1")
    ada.get_by_label("Message to send").press("Enter")
    expect(ada.locator(".gv-card")).to_contain_text("<b>no courier for P-1</b>", timeout=PATIENCE)
    expect(ada.locator(".gv-card pre")).to_contain_text("Cell In[5], line 2")
    notebook.screenshot("panels-error", output)

    # All of it came before the page had loaded the view.
    run_cell(notebook, 5)
    rows = notebook.cell("cell-5").locator(".gv-feed-row")
    expect(rows).to_have_count(500, timeout=PATIENCE)
    expect(rows.first).to_contain_text("message 2500")
    expect(rows.last).to_contain_text("message 2999")
    assert notebook.errors() == []

    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.goto(notebook.page.url.replace("?reset", "").replace("&reset", ""))
    rows = notebook.page.get_by_label("Panel Ada", exact=True).locator(".gv-feed-row")
    expect(rows.last).to_contain_text("one more", timeout=PATIENCE)
    expect(rows).to_have_count(500)
