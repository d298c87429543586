"""A comparison's results in a page: one case at a time, by mouse and by keys, in both themes."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.live_notebook import PATIENCE, keeps_its_width, open_cells

RESULTS = """
from helpers.comparison.results import Results
from helpers.comparison.values import Candidate, Workload, Measurement

candidates = tuple(
    Candidate(name, f"{name}, {client}", family, protocol, name, client)
    for name, client, family, protocol in [
        ("gRPC", "threads", "gRPC", "HTTP/2"),
        ("FastAPI", "<b>requests</b>", "REST", "HTTP/1.1"),
        ("Starlette + orjson", "a raw socket", "REST", "HTTP/1.1"),
        ("Starlette + hypercorn", "httpx over HTTP/2", "REST", "HTTP/2"),
    ]
)
cases = (
    Workload("small", "A small call", "How long does one small call take?"),
    Workload("many", "64 at once", "How many calls a second?", 64, "call", True),
)
measurements = tuple(
    Measurement(
        one.id, case.id, tuple(3e-4 * place * (1 + round % 5 / 20) * (1 + 3 * (case.id == "many"))
        for round in range(10)), 2e-4 * place, 1e-4 * place, 60 * place, 160 * place,
    )
    for case in cases
    for place, one in enumerate(candidates, 1)
)
machine = {"processor": "any", "Python": "3"}
results = Results(candidates, cases, measurements, "quick", machine, "2026-01-02T03:04:05+01:00", 20.0)
results
"""


def test_a_case_at_a_time(lab):
    notebook = open_cells(lab, "comparison", RESULTS, "'a cell below'")
    notebook.run_all()
    output = notebook.cell("cell-0").locator(".jp-OutputArea-output")
    small = output.get_by_role("region", name="A small call")
    many = output.get_by_role("region", name="64 at once")
    expect(output.get_by_role("table", name="The best of either side, in all cases")).to_be_visible(
        timeout=PATIENCE
    )
    expect(small).to_be_hidden()

    output.get_by_role("radio", name="A small call").check()
    expect(small).to_be_visible()
    expect(many).to_be_hidden()
    expect(small).to_contain_text("FastAPI, <b>requests</b>")
    # The keys move through the cases, and not through the cells of the notebook.
    notebook.page.keyboard.press("ArrowRight")
    expect(many).to_be_visible()
    expect(small).to_be_hidden()
    active = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"
    assert notebook.page.evaluate(active) == 0
    notebook.page.keyboard.press("ArrowLeft")
    expect(small).to_be_visible()

    assert notebook.errors() == []
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        notebook.screenshot(f"comparison-{theme}", output)
    assert keeps_its_width(notebook, output)
    fits = "node => node.getBoundingClientRect().height <= window.innerHeight"
    assert output.locator(".gv-comparison").evaluate(fits)
