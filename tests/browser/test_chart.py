"""The chart in a page: it grows while a block runs, its values are read with mouse and keys, and nothing sticks out."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.live_notebook import PATIENCE, in_both_themes, keeps_its_width, open_cells, run_cell

CHART = """
import math
import time

from helpers import Chart

chart = Chart({"server": "B", "client <b>": "B", "processor": "%"}, "Memory while a gigabyte passes", "Measured here.")
chart
"""
MEASURE = """
began = time.monotonic()
functions = {
    "server": lambda: 45e6 + 4e6 * math.sin(8 * (time.monotonic() - began)),
    "client <b>": lambda: 30e6 * (time.monotonic() - began),
    "processor": lambda: 100 * abs(math.sin(2 * (time.monotonic() - began))),
}
with chart.sampling(functions, every=0.02):
    time.sleep(1)
    chart.add("client <b>", None)
    chart.mark("the client <i>is killed</i>")
    time.sleep(0.5)
    chart.mark("it is back")
    time.sleep(0.5)
"""
SAVED = """() => jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.getOutputs()
    .map(output => output.data["text/plain"]).map(text => [].concat(text).join(""))"""
MANY = """
many = Chart({name: "calls/s" for name in "one two three four five six seven".split()}, "Too many")
for n in range(7):
    for t in range(3000):
        many.add("one two three four five six seven".split()[n], 100 * n + 40 * math.sin(t / 200 + n), at=t / 300)
many.failed("no server: UNAVAILABLE")
many
"""


def test_a_chart_grows_and_is_read(lab):
    notebook = open_cells(lab, "chart", CHART, MEASURE, MANY)
    run_cell(notebook, 0)
    output = notebook.cell("cell-0").locator(".jp-OutputArea-output").first
    chart = output.locator(".gv-chart")
    expect(chart).to_have_attribute("data-state", "empty")
    expect(chart).to_contain_text("Nothing is measured yet.")
    run_cell(notebook, 1, wait=False)
    expect(chart).to_have_attribute("data-state", "running")
    expect(chart).to_have_attribute("data-state", "done", timeout=PATIENCE)
    notebook.wait_idle()
    expect(output.locator(".gv-chart-plot")).to_have_count(2)
    (saved,) = notebook.page.evaluate(SAVED)
    assert "most 49" in saved, "what a page without widgets shows is the end, and not the beginning"
    expect(output.locator(".gv-chart-marks")).to_contain_text("the client <i>is killed</i>")
    expect(output.get_by_role("status").last).to_contain_text("most 49")

    slider = output.get_by_role("slider")
    expect(output.locator(".gv-chart-cursor")).to_be_hidden()
    slider.focus()
    notebook.page.keyboard.press("End")
    last = output.locator("tr[data-at]").last
    expect(last).to_have_class("gv-chart-here")
    expect(output.locator(".gv-chart-told")).to_contain_text("server 4")
    at_the_end = output.locator(".gv-chart-cursor").bounding_box()
    notebook.page.keyboard.press("ArrowLeft")
    expect(last).not_to_have_class("gv-chart-here")
    box = output.locator(".gv-chart-plot").first.bounding_box()
    assert at_the_end["x"] >= box["x"] + box["width"] - 3
    notebook.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    cursor = output.locator(".gv-chart-cursor").bounding_box()
    assert abs(cursor["x"] - box["x"] - box["width"] / 2) < box["width"] / 40
    assert slider.get_attribute("aria-valuetext") == output.locator(".gv-chart-told").inner_text()
    in_both_themes(notebook, "chart", output)

    output.locator("summary").click()
    expect(output.get_by_role("columnheader", name="client <b>")).to_be_visible()
    run_cell(notebook, 2)
    many = notebook.cell("cell-2").locator(".jp-OutputArea-output").first
    expect(many).to_contain_text("6 of 7 series are drawn; not drawn: seven.")
    in_both_themes(notebook, "chart-many", many)
    assert keeps_its_width(notebook, output)
    assert keeps_its_width(notebook, many)
    assert notebook.errors() == []
