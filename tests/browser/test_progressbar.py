"""The progress bar in a page: it fills while chunks go out, and says how it ended."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.live_notebook import PATIENCE, TRACKING, keeps_its_width, open_cells

BARS = """
import ipywidgets
from helpers.views.progressbar import ProgressBar

bar, other, fresh = ProgressBar(8_000_000, "proof.jpg"), ProgressBar(50, "<b>photo</b>"), ProgressBar(1000, "waiting")
ipywidgets.VBox([bar, other, fresh])
"""
UPLOAD = """
def chunks():
    for _ in range(2000):
        yield tracking_pb2.UploadProofRequest(chunk=bytes(4000))
        bar.advance(4000)


bar.done(f"{tracking.UploadProof(chunks()).size_bytes:,} bytes arrived")
other.advance(20)
other.failed("RESOURCE_EXHAUSTED: no room")
"""


def test_an_upload_fills_the_bar(lab):
    notebook = open_cells(lab, "bar", TRACKING, BARS, UPLOAD)
    notebook.run_all()
    output = notebook.cell("cell-1").locator(".jp-OutputArea-output")
    bars = output.get_by_role("progressbar")
    expect(output.locator(".gv-bar-end").first).to_have_text("✓ 8,000,000 bytes arrived", timeout=PATIENCE)
    expect(bars.first).to_have_attribute("aria-valuenow", "100.0")
    expect(bars.nth(1)).to_have_attribute("aria-valuenow", "40.0")
    expect(output.locator(".gv-bar-end").nth(1)).to_have_text("✗ RESOURCE_EXHAUSTED: no room")
    expect(output.locator(".gv-bar").nth(1)).to_contain_text("<b>photo</b>")
    assert notebook.errors() == []
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        notebook.screenshot(f"progressbar-{theme}", output)
    assert keeps_its_width(notebook, output)
