"""The pool's panel as a learner uses it: it runs, its sliders and keys work, and it looks right."""

from __future__ import annotations

import inspect

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.live_notebook import in_both_themes

SETUP = '''
import threading
import time
from concurrent import futures
from types import SimpleNamespace

import grpc

from helpers import views


class PoolServer:
    """What the panel needs of a server: a log of its handlers' runs, and a way to stop it."""

    def __init__(self, delay, workers):
        self.log, self.workers, self.delay = [], workers, delay
        method = grpc.unary_unary_rpc_method_handler(self.handle)
        self.server = grpc.server(futures.ThreadPoolExecutor(workers))
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.T", {"Get": method}),))
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def handle(self, request, context):
        run = SimpleNamespace(
            metadata=context.invocation_metadata(),
            thread=threading.current_thread().name,
            started_at=time.monotonic(),
            ended_at=None,
        )
        self.log.append(run)
        time.sleep(self.delay)
        run.ended_at = time.monotonic()
        return b""

    def stop(self, grace):
        return self.server.stop(grace)
'''
EXPERIMENT = """
def experiment(delay, deadline, workers, calls):
    server = PoolServer(delay, workers)
    channel = grpc.insecure_channel(server.address, options=[("grpc.enable_http_proxy", 0)])
    get = channel.unary_unary("/t.T/Get")
    sent = [get.future(b"", timeout=deadline, metadata=[("call", str(n))]) for n in range(calls)]
    return server, sent
"""
LAB = "lab = views.PoolLab(experiment)\nlab"
BROKEN = """
def broken(delay, deadline, workers, calls):
    raise LookupError("<b>no server</b>")


views.PoolLab(broken)
"""


@pytest.fixture
def open_lab(lab):
    """Open and run a notebook whose third cell shows the panel; returns it, and the panel's output."""

    def build(*more: str, theme: str = "light"):
        sources = [inspect.cleandoc(text) for text in (SETUP, EXPERIMENT, LAB, *more)]
        cells = [nbformat.v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(sources)]
        kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
        notebook = lab.open(lab.server.write("scratch/pool.ipynb", made), theme=theme)
        notebook.run_all()
        return notebook, notebook.cell("cell-2").locator(".jp-OutputArea-output")

    return build


def is_done(panel) -> None:
    expect(panel.locator(".gv-tl")).to_have_attribute("data-state", "done", timeout=60_000)


def test_the_first_run_is_drawn(open_lab):
    notebook, panel = open_lab()
    is_done(panel)
    assert notebook.errors() == []
    assert panel.locator(".gv-tl-calls tbody tr").count() == 8
    assert panel.locator(".gv-tl-lanes tbody tr").count() == 2
    assert "8 calls, 2 workers:" in panel.locator(".gv-tl-summary").inner_text()
    assert notebook.value("lab.timeline.summary()").startswith("8 calls, 2 workers:")
    in_both_themes(notebook, "pool", panel)
    # Nothing sticks out at the side, whatever the width.
    for width in (1100, 700):
        notebook.page.set_viewport_size({"width": width, "height": 900})
        assert panel.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_sliders_change_the_timeline(open_lab):
    notebook, panel = open_lab()
    is_done(panel)
    workers = panel.locator(".gv-knob-workers [role=slider]")
    workers.focus()
    workers.press("ArrowRight")
    expect(panel.locator(".gv-tl-summary")).to_contain_text("8 calls, 3 workers", timeout=60_000)
    calls = panel.locator(".gv-knob-calls [role=slider]")
    calls.focus()
    calls.press("ArrowLeft")
    expect(panel.locator(".gv-tl-summary")).to_contain_text("7 calls, 3 workers", timeout=60_000)
    is_done(panel)
    assert panel.locator(".gv-tl-calls tbody tr").count() == 7
    assert panel.locator(".gv-tl-lanes tbody tr").count() == 3
    assert notebook.value("len(lab.timeline.calls)") == 7
    assert notebook.errors() == []


def test_run_starts_anew_and_the_picture_lives_meanwhile(open_lab):
    notebook, panel = open_lab()
    is_done(panel)
    panel.get_by_role("button", name="Run").click()
    expect(panel.locator(".gv-tl")).to_have_attribute("data-state", "running", timeout=60_000)
    is_done(panel)
    expect(panel.locator(".gv-sr[role=status]")).to_contain_text("8 calls, 2 workers")
    assert notebook.errors() == []


def test_calls_are_chosen_with_keys_and_told_in_words(open_lab):
    notebook, panel = open_lab()
    is_done(panel)
    expect(panel.locator(".gv-tl-detail")).to_contain_text("Select a call")
    rows = panel.locator(".gv-tl-calls tbody tr")
    rows.nth(2).click()
    expect(panel.locator(".gv-tl-detail")).to_contain_text("call 2: sent at")
    active = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    cell = notebook.page.evaluate(active)
    notebook.page.keyboard.press("ArrowDown")
    expect(rows.nth(3)).to_be_focused()
    expect(rows.nth(3)).to_have_attribute("aria-selected", "true")
    expect(panel.locator(".gv-tl-detail")).to_contain_text("call 3: sent at")
    notebook.page.keyboard.press("End")
    expect(rows.nth(7)).to_be_focused()
    assert notebook.page.evaluate(active) == cell, "the arrow keys stay in the picture"
    panel.get_by_role("button", name="Run").click()
    is_done(panel)
    expect(rows.nth(7)).to_have_attribute("aria-selected", "true")


def test_an_exception_in_the_experiment_is_shown_as_text(open_lab):
    notebook, _ = open_lab(BROKEN)
    panel = notebook.cell("cell-3").locator(".jp-OutputArea-output")
    expect(panel.locator(".gv-card")).to_contain_text(
        "It raised LookupError: <b>no server</b>", timeout=60_000
    )
    expect(panel.locator(".gv-card pre")).to_contain_text("raise LookupError")
    assert notebook.errors() == []


def test_running_the_cell_again_leaves_one_panel_and_one_watcher(open_lab):
    notebook, panel = open_lab()
    rerun = "jupyterapp.commands.execute('notebook:run-all-cells')"
    for _ in range(3):
        notebook.page.evaluate(rerun)
    notebook.wait_idle()
    is_done(panel)
    assert notebook.page.locator(".gv-tl").count() == 1
    assert notebook.value("lab.wait().state") == "done"
    threads = "[t.name for t in threading.enumerate() if t.name == 'pool-lab']"
    assert notebook.value(threads) == []
    alive = "__import__('ipywidgets').widgets.widget._instances.values()"
    assert notebook.value(f"[type(w).__name__ for w in {alive}].count('PoolLab')") == 1
    assert notebook.errors() == []


def test_reloading_the_page_brings_the_picture_back(open_lab):
    notebook, panel = open_lab()
    is_done(panel)
    summary = panel.locator(".gv-tl-summary").inner_text()
    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.goto(notebook.page.url.replace("?reset", "").replace("&reset", ""))
    notebook.page.wait_for_selector(".gv-tl-calls")
    assert notebook.page.locator(".gv-tl-summary").inner_text() == summary
