"""The header tables in JupyterLab: stepped through by mouse and keyboard, entries and rows linked, many blocks."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import expect

SETUP = """import grpc
from helpers import protos, serve, tap
from helpers.views.header_tables import header_tables

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")


class Quotes(quote_pb2_grpc.QuoteServiceServicer):
    def GetQuote(self, request, context):
        context.set_trailing_metadata((("quote-id", "<img src=x onerror='window.ran = 1'>"),))
        return quote_pb2.GetQuoteResponse(price_cents=690)


server = serve(Quotes())
wire = tap(server)
channel = grpc.insecure_channel(wire.address)
quotes = quote_pb2_grpc.QuoteServiceStub(channel)


def call(number):
    metadata = (("request-id", f"r-{number}"),)
    quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=number), metadata=metadata)"""

CALLS = """with wire.capture() as calls:
    for number in range(3):
        call(number)
view = header_tables(calls)
view"""

OPEN = """looking = wire.capture()
opened = looking.__enter__()
view = header_tables(opened)
view"""

MANY = """import hpack
from helpers.wire.capture import Capture
from helpers.wire.frames import PREFACE
from helpers.wire.recording import Recording

encoder, recording = hpack.Encoder(), Recording()
recording.append(1, "to_server", PREFACE)
for number in range(20_000):
    fields = [(":method", "GET"), (":path", "/parcels"), ("request-id", f"r-{number}")]
    block, stream = encoder.encode(fields), 1 + 2 * number
    recording.append(1, "to_server", len(block).to_bytes(3, "big") + b"\\1\\4" + stream.to_bytes(4, "big") + block)
view = header_tables(Capture.of(recording))
view"""


@pytest.fixture
def open_view(lab):
    """Open and run a notebook whose second cell shows the view; returns it, and the view's output."""

    def build(*cells: str, theme: str = "light"):
        sources = [SETUP, *(cells or [CALLS])]
        made = [nbformat.v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(sources)]
        kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernelspec})
        notebook = lab.open(lab.server.write("scratch/hpack.ipynb", book), theme=theme)
        notebook.run_all()
        return notebook, notebook.cell("cell-1").locator(".jp-OutputArea-output")

    return build


def shown(panel, block: int, direction: str = "to_server", connection: int = 1):
    """Waits until this block is drawn."""
    expect(panel.locator(".gv-hpack-live")).to_have_attribute(
        "data-shown", f"{connection} {direction} {block}"
    )


def entry(panel, name: str):
    return panel.locator(f'[data-entry][data-name="{name}"]')


def bits(panel):
    """The part below: the bytes of the selected entry."""
    return panel.locator(".gv-hpack-bits:visible")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_three_calls_are_drawn(open_view, theme):
    notebook, panel = open_view(theme=theme)
    shown(panel, 1)
    # The first call is written out, and what it adds stands in the table.
    expect(entry(panel, ":path")).to_contain_text("/courier.v1.QuoteService/GetQuote")
    expect(entry(panel, ":path")).to_contain_text("written out, added to the table")
    expect(entry(panel, ":method")).to_contain_text("static table 3")
    expect(entry(panel, "request-id")).to_contain_text("written out, not added")
    expect(panel.locator(".gv-hpack-new").first).to_be_visible()
    notebook.screenshot(f"hpack-{theme}", panel)
    panel.get_by_label("Next header block").click()
    shown(panel, 2)
    expect(entry(panel, ":path")).to_contain_text("dynamic table")
    expect(entry(panel, ":path")).to_contain_text("1 B for 38")
    panel.get_by_role("button", name="Responses and trailers").click()
    shown(panel, 3, "to_client")
    expect(panel.locator(".gv-hpack-head")).to_contain_text("Response 2")
    panel.locator('[data-go="4"]').click()
    shown(panel, 4, "to_client")
    expect(panel.locator(".gv-hpack-head")).to_contain_text("Trailers 2")
    expect(entry(panel, "quote-id")).to_contain_text("<img src=x")
    assert panel.locator("img").count() == 0
    assert notebook.errors() == []
    # Nothing sticks out at the side or below, whatever the width.
    panel.get_by_role("button", name="Requests").click()
    shown(panel, 2)
    for width in (1280, 1000, 700):
        notebook.page.set_viewport_size({"width": width, "height": 900})
        assert panel.evaluate("node => node.scrollWidth <= node.clientWidth"), width
        assert panel.evaluate("node => node.clientHeight") < 800, width
        notebook.screenshot(f"hpack-{theme}-{width}", panel)


def test_an_entry_stays_selected_while_the_calls_go_by(open_view):
    notebook, panel = open_view()
    entry(panel, "user-agent").click()
    expect(bits(panel)).to_contain_text("the name follows")
    row = panel.locator("tr.gv-hpack-lit")
    expect(row).to_contain_text("grpc-python")
    expect(row).to_contain_text("62")
    notebook.page.keyboard.press("ArrowRight")
    shown(panel, 2)
    expect(entry(panel, "user-agent")).to_be_focused()
    expect(entry(panel, "user-agent")).to_have_attribute("aria-selected", "true")
    expect(bits(panel)).to_contain_text("of the dynamic table, counted from the newest")
    expect(bits(panel).get_by_role("img").first).to_have_attribute("aria-label", "1, then 0111110")
    expect(row).to_contain_text("grpc-python")
    # Up and down are the entries, and the row that each used lights up and is scrolled to.
    notebook.page.keyboard.press("Home")
    expect(entry(panel, ":path")).to_be_focused()
    expect(row).to_contain_text("/courier.v1.QuoteService/GetQuote")
    inside = """node => {
        const [row, box] = [node, node.closest('.gv-scroll')].map(each => each.getBoundingClientRect());
        return row.top >= box.top && row.bottom <= box.bottom + 1;
    }"""
    assert row.evaluate(inside)
    notebook.page.keyboard.press("ArrowDown")
    expect(entry(panel, ":authority")).to_be_focused()
    notebook.page.keyboard.press("ArrowDown")
    expect(row).to_have_count(0)
    notebook.page.keyboard.press("ArrowLeft")
    shown(panel, 1)
    expect(entry(panel, ":method")).to_be_focused()
    words = entry(panel, ":method").get_attribute("aria-label")
    assert words == ":method: POST. static table 3. 1 byte for 11 written out."
    assert notebook.errors() == []


def test_the_mouse_links_entries_and_rows(open_view):
    notebook, panel = open_view()
    panel.get_by_label("Next header block").click()
    shown(panel, 2)
    entry(panel, "te").hover()
    expect(panel.locator("tr.gv-hpack-lit")).to_have_count(1)
    expect(panel.locator("tr.gv-hpack-lit")).to_contain_text("trailers")
    panel.locator("tr[data-row]", has_text="application/grpc").hover()
    expect(panel.locator("[data-entry].gv-hpack-lit")).to_have_count(1)
    expect(entry(panel, "content-type")).to_have_class("gv-hpack-entry gv-hpack-lit")
    # Away from it, the selected entry's row is marked again.
    panel.get_by_label("Next header block").hover()
    expect(panel.locator("[data-entry].gv-hpack-lit")).to_have_count(0)
    expect(panel.locator("tr.gv-hpack-lit")).to_contain_text("/courier.v1.QuoteService/GetQuote")
    assert notebook.errors() == []


def test_the_bars_are_a_slider(open_view):
    notebook, panel = open_view()
    slider = panel.get_by_role("slider")
    slider.focus()
    for key, block in (("ArrowRight", 2), ("End", 3), ("ArrowRight", 3), ("ArrowLeft", 2), ("Home", 1)):
        notebook.page.keyboard.press(key)
        shown(panel, block)
        expect(slider).to_have_attribute("aria-valuenow", str(block))
        expect(slider).to_have_attribute("aria-valuetext", f"Request {block}: {told(notebook, block)}")
        expect(slider).to_be_focused()
    # A button at the end of its way keeps the focus.
    button = panel.get_by_label("Previous header block")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.focus()
    notebook.page.keyboard.press("Enter")
    expect(button).to_be_focused()
    shown(panel, 1)
    assert notebook.errors() == []


def told(notebook, block: int) -> str:
    size, plain = notebook.value(
        "[[f.block.size, f.block.plain_size] for f in calls.frames "
        f"if f.role == 'request headers'][{block - 1}]"
    )
    return f"{size} bytes for {plain} written out ({100 * size / plain:.0f} %)"


def test_keys_stay_in_the_view(open_view):
    notebook, panel = open_view(CALLS, "1 + 1")
    cells = "jupyterapp.shell.currentWidget.content.widgets.length"
    before = notebook.page.evaluate(cells)
    for target in (
        entry(panel, ":path"),
        panel.get_by_role("slider"),
        panel.get_by_label("Next header block"),
    ):
        target.focus()
        for key in ("a", "b", "d", "d", "x"):
            notebook.page.keyboard.press(key)
    assert notebook.page.evaluate(cells) == before


def test_twenty_thousand_blocks(open_view):
    notebook, panel = open_view(MANY)
    shown(panel, 1)
    expect(panel.locator(".gv-hpack-stepper")).to_contain_text("of 20,000")
    number = panel.get_by_role("spinbutton", name="Header block")
    number.fill("10007")
    number.press("Enter")
    shown(panel, 10007)
    expect(entry(panel, "request-id")).to_contain_text("r-10006")
    expect(panel.locator("[data-go]")).to_have_count(40)
    expect(panel.locator(".gv-hpack-evicted")).to_contain_text("request-id")
    # Faster than any picture: no step is lost, and the last one counts.
    panel.get_by_role("slider").focus()
    for _ in range(60):
        notebook.page.keyboard.press("ArrowRight")
    shown(panel, 10067)
    expect(number).to_have_value("10067")
    expect(entry(panel, "request-id")).to_contain_text("r-10066")
    assert notebook.value("view.block") == 10067
    for typed, block in (("99999", 20000), ("0", 1), ("", 1)):
        number.fill(typed)
        number.press("Enter")
        shown(panel, block)
        expect(number).to_have_value(str(block))
    assert notebook.errors() == []


def test_a_busy_kernel_is_told_and_the_last_wish_wins(open_view, tmp_path):
    # The third cell keeps the kernel busy until a file appears.
    door = tmp_path / "door"
    door.touch()
    wait = f"import pathlib, time\n\nwhile not pathlib.Path({str(door)!r}).exists():\n    time.sleep(0.05)"
    notebook, panel = open_view(CALLS, wait)
    door.unlink()
    notebook.page.evaluate(
        """() => {
            jupyterapp.shell.currentWidget.content.activeCellIndex = 2;
            jupyterapp.commands.execute('notebook:run-cell');
        }"""
    )
    status = "jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status"
    notebook.page.wait_for_function(f"() => {status} === 'busy'")
    panel.get_by_role("slider").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight"):
        notebook.page.keyboard.press(key)
    expect(panel.locator(".gv-hpack-busy")).to_contain_text("waits for the kernel")
    shown(panel, 1)
    expect(panel.get_by_role("slider")).to_have_attribute("aria-valuenow", "3")
    door.touch()
    shown(panel, 3)
    expect(panel.locator(".gv-hpack-busy")).to_have_text("")
    assert notebook.errors() == []


def test_an_open_capture_is_looked_at_again(open_view):
    notebook, panel = open_view(OPEN)
    expect(panel).to_contain_text("No header block yet")
    notebook.value("[call(1), call(2)]")
    panel.get_by_role("button", name="Look again").click()
    shown(panel, 1)
    expect(panel.locator("[data-go]")).to_have_count(2)
    expect(entry(panel, ":path")).to_be_visible()
    notebook.value("call(3)")
    panel.get_by_role("button", name="Look again").click()
    expect(panel.locator("[data-go]")).to_have_count(3)
    notebook.value("[looking.__exit__(None, None, None), setattr(view, 'block', 3)]")
    shown(panel, 3)
    expect(panel.get_by_role("button", name="Look again")).to_be_hidden()
    assert notebook.errors() == []


def test_a_cell_can_step_and_a_loaded_page_shows_the_same(open_view):
    notebook, panel = open_view()
    notebook.value("setattr(view, 'block', 3)")
    shown(panel, 3)
    expect(panel.get_by_role("spinbutton", name="Header block")).to_have_value("3")
    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.goto(notebook.page.url.replace("?reset", "").replace("&reset", ""))
    again = notebook.page.locator(".gv-hpack-live")
    expect(again).to_have_attribute("data-shown", "1 to_server 3")
    again.get_by_label("Previous header block").click()
    expect(again).to_have_attribute("data-shown", "1 to_server 2")
