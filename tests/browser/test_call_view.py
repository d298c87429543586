"""The call view in JupyterLab: looked into by mouse and keyboard, fed live, and with hostile text in it."""

from __future__ import annotations

import nbformat
import pytest

SETUP = '''import threading
import grpc
from IPython.display import display
from helpers import protos, serve
from helpers.views.calls import CallView, render, show
from helpers.views.bytemap import bytes_of
from helpers.wire import set_renderer, tap

set_renderer(render)
quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
chat_pb2, chat_pb2_grpc = protos.compile_cell("chat", """
syntax = "proto3";
package chat.v1;
message Line { string text = 1; int32 number = 2; }
service Chat { rpc Read(Line) returns (stream Line); }
""")


class Quotes(quote_pb2_grpc.QuoteServiceServicer):
    def GetQuote(self, request, context):
        if request.weight_grams < 0:
            context.set_trailing_metadata((("x-note", "<script>window.ran = 1</script>"),))
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "<img src=x onerror='window.ran = 1'>")
        return quote_pb2.GetQuoteResponse(price_cents=690)


class Chat(chat_pb2_grpc.ChatServicer):
    def Read(self, request, context):
        for number in range(request.number):
            yield chat_pb2.Line(text=request.text, number=number + 1)


server = serve(Quotes(), Chat())
wire = tap(server)
channel = grpc.insecure_channel(wire.address)
quotes = quote_pb2_grpc.QuoteServiceStub(channel)
chat = chat_pb2_grpc.ChatStub(channel)'''

CALL = """with wire.capture() as call:
    quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=1200))
call"""

STREAM = """with wire.capture() as stream:
    view = show(stream)
    view.add_class("t-live")
    display(view)
    count = sum(1 for _ in chat.Read(chat_pb2.Line(text="tick", number=20_000)))
count"""

HOSTILE = r"""TEXT = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>\u202eevil\x1b[31m\x00"
with wire.capture() as hostile:
    list(chat.Read(chat_pb2.Line(text=TEXT, number=1), metadata=(("x-b", "<b onclick=x>"),)))
    list(chat.Read(chat_pb2.Line(text=TEXT + "x" * 1_000_000, number=1)))
    try:
        quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=-1))
    except grpc.RpcError:
        pass
hostile"""


STILL_RUNNING = "[t.join(30) or t.is_alive() for t in threading.enumerate() if t.name == 'call view']"


@pytest.fixture
def open_cells(lab):
    """Run a notebook of code cells, named ``cell-0`` and so on."""

    def build(*sources: str):
        cells = [nbformat.v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(sources)]
        kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
        opened = lab.open(lab.server.write("scratch/call.ipynb", notebook))
        opened.run_all()
        assert opened.errors() == []
        return opened

    return build


def test_a_call_can_be_looked_into(open_cells):
    notebook = open_cells(SETUP, CALL)
    cell = notebook.cell("cell-1")
    data = cell.locator(".gv-call")
    data.wait_for()
    (output,) = notebook.cell_outputs("cell-1")
    assert {"text/html", "text/plain", "application/vnd.jupyter.widget-view+json"} <= set(output["data"])

    assert "OK" in cell.locator(".gv-call-outcome").inner_text()
    assert cell.locator(".gv-call-method").inner_text() == "courier.v1.QuoteService/GetQuote"
    rows = cell.get_by_role("option")
    names = [name for name in rows.locator(".gv-call-chip").all_inner_texts() if name in ("HEADERS", "DATA")]
    assert names == ["HEADERS", "DATA", "HEADERS", "DATA", "HEADERS"]

    rows.filter(has_text="POST /courier.v1.QuoteService/GetQuote").click()
    tree = cell.get_by_role("tree")
    tree.get_by_text(":path", exact=True).wait_for()
    sentence = cell.locator(".gv-call-say")
    assert "calls GetQuote of courier.v1.QuoteService" in sentence.inner_text()
    assert cell.locator(".gv-hex-row").first.inner_text().startswith("0000")

    # Tree to bytes and back.
    chosen = cell.locator(".gv-hex-chosen")
    assert not chosen.get_attribute("d")
    tree.get_by_text(":path", exact=True).click()
    assert chosen.get_attribute("d")
    cell.locator(".gv-hex .gv-run").first.click()
    assert tree.locator("[aria-selected=true] .gv-tree-label").inner_text() == "length"

    # The keyboard: the next frame is the request's message.
    cell.get_by_role("listbox", name="Frames").press("ArrowDown")
    sentence.get_by_text("a courier.v1.GetQuoteRequest of 3 B").wait_for()
    assert cell.locator(".gv-call-diagram [aria-selected=true] .gv-call-chip").inner_text() == "DATA"
    tree.press("End")
    assert tree.locator("[aria-selected=true]").inner_text().startswith("value")
    tree.press("ArrowLeft")
    assert "weight_grams" in tree.locator("[aria-selected=true]").inner_text()
    tree.press("ArrowLeft")
    assert tree.locator("[aria-selected=true]").get_attribute("aria-expanded") == "false"

    hidden = cell.get_by_role("checkbox")
    hidden.uncheck()
    few = rows.count()
    hidden.check()
    assert rows.count() > few
    cell.get_by_role("tab", name="Streams").click()
    assert "GetQuote" in cell.locator(".gv-call-lanes").inner_text()
    cell.get_by_role("tab", name="Flow control").click()
    cell.get_by_text("never had to wait").first.wait_for()
    assert notebook.value("wire is not None")
    assert notebook.errors() == []


def test_a_long_stream_is_followed_to_its_last_frame(open_cells):
    notebook = open_cells(SETUP, STREAM)
    view = notebook.cell("cell-1").locator(".gv-call")
    notebook.page.wait_for_function("() => document.querySelector('.gv-call').dataset.state === 'done'")
    assert notebook.value("count") == 20_000
    frames = notebook.value("len(stream.frames)")
    assert frames >= 20_000
    assert int(view.get_attribute("data-frames")) == frames
    last = notebook.value("[f.name for f in stream.frames if not f.control][-1]")
    # The end was in sight, so it has been followed; the last row is the trailers.
    assert view.locator(".gv-call-diagram .gv-call-chip").last.inner_text() == last == "HEADERS"
    assert view.locator(".gv-call-row").count() < 60, "only what is in sight is in the page"
    # The bytes of a late frame come from the kernel.
    diagram = view.get_by_role("listbox", name="Frames")
    diagram.press("End")
    view.locator(".gv-call-say").get_by_text("The server ends the call").wait_for()
    diagram.press("ArrowUp")
    view.get_by_role("tree").get_by_text("chat.v1.Line").last.wait_for()
    assert not any(notebook.value(STILL_RUNNING)), "the thread ends with its capture"
    assert notebook.errors() == []


def test_text_from_the_wire_is_shown_and_never_run(open_cells):
    notebook = open_cells(SETUP, HOSTILE)
    cell = notebook.cell("cell-1")
    cell.locator(".gv-call").wait_for()
    diagram = cell.get_by_role("listbox", name="Frames")
    diagram.press("Home")
    seen = ""
    for _ in range(diagram.get_by_role("option").count()):
        cell.get_by_role("tree").wait_for()
        seen += cell.locator(".gv-call").inner_text()
        diagram.press("ArrowDown")
    assert "<img src=x" in seen
    assert r"\u202eevil" in seen
    assert "\u202e" not in seen
    assert "\x1b" not in seen
    html = notebook.cell_outputs("cell-1")[0]["data"]["text/html"]
    notebook.page.evaluate("html => { document.body.insertAdjacentHTML('beforeend', html) }", "".join(html))
    notebook.page.wait_for_timeout(200)
    assert notebook.page.evaluate("window.ran") is None
    assert notebook.page.locator(".gv-call img, .gv-call script").count() == 0
    assert len("".join(html)) < 200_000, "a megabyte on the wire is none in the notebook"


def test_running_a_cell_again_leaves_nothing_behind(open_cells):
    opened = """with wire.capture() as still_open:
    display(still_open)
    quotes.GetQuote(quote_pb2.GetQuoteRequest())"""
    notebook = open_cells(SETUP, CALL, opened, "bytes_of(quote_pb2.Parcel(parcel_id='P-1'))")
    views = "len(__import__('ipywidgets').widgets.widget._instances)"
    notebook.run_all()
    before = notebook.value(views)
    for _ in range(3):
        notebook.run_all()
    assert notebook.value(views) == before
    assert not any(notebook.value(STILL_RUNNING)), "the thread ends with its capture"
    assert notebook.errors() == []
    assert "parcel_id" in notebook.cell("cell-3").get_by_role("tree").inner_text()
