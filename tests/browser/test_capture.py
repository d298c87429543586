"""The call view in JupyterLab: looked into by mouse and keyboard, fed live, and with hostile text in it."""

from __future__ import annotations

from itertools import pairwise

import nbformat
import pytest

SETUP = '''import threading
import grpc
from IPython.display import display
from helpers import protos, serve
from helpers.views.capture import CaptureView, show
from helpers.views.bytes import bytes_of
from helpers.wire import tap

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

HTTP1 = """import http.client, http.server, socket


class Plain(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        found = self.path.startswith("/quote")
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"690" if found else b"???")

    def log_message(self, *_):
        pass


plain = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Plain)
threading.Thread(target=plain.serve_forever, daemon=True).start()
plain_wire = tap(plain.server_port)
with plain_wire.capture() as in_line:
    connection = http.client.HTTPConnection("127.0.0.1", plain_wire.port)
    for number in range(20):
        connection.request("GET", f"/quote?number={number}")
        connection.getresponse().read()
with plain_wire.capture() as at_once:
    client = socket.create_connection(("127.0.0.1", plain_wire.port))
    for path in ("/quote", "/nowhere", "/quote"):
        client.sendall(f"GET {path} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n".encode())
    got = b""
    while got.count(b"HTTP/1.1 ") < 3 or not got.endswith(b"690"):
        got += client.recv(4096)"""

MULTIPLEXED = """with wire.capture() as multiplexed:
    for answer in [quotes.GetQuote.future(quote_pb2.GetQuoteRequest()) for _ in range(20)]:
        answer.result()
show(multiplexed, tab="streams")"""

SLOW_AND_QUICK = """slow_channel = grpc.insecure_channel(wire.address, options=(("grpc.http2.bdp_probe", 0),))
reader = chat_pb2_grpc.ChatStub(slow_channel)
with wire.capture() as uneven:
    slow, quick = (reader.Read(chat_pb2.Line(text="x" * 4000, number=100)) for _ in range(2))
    next(slow)
    counts = [sum(1 for _ in quick)]
    counts.append(sum(1 for _ in slow))
show(uneven, tab="windows")"""


STILL_RUNNING = "[t.join(30) or t.is_alive() for t in threading.enumerate() if t.name == 'view updates']"


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


@pytest.mark.own_page
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


def test_http1_has_a_lane_for_each_exchange(open_cells):
    end = "plain.shutdown(); plain.server_close(); connection.close(); client.close()"
    notebook = open_cells(SETUP, HTTP1, "show(in_line, tab='streams')", "at_once", MULTIPLEXED, end)
    view = notebook.cell("cell-2").locator(".gv-call")
    view.wait_for()
    assert view.locator(".gv-call-title").inner_text().startswith("20 exchanges")
    lanes = view.locator("[data-lane]").filter(has_text="GET /quote")
    assert lanes.count() == 20, "all of them are in sight"
    third = lanes.nth(2)
    assert third.locator("bdi").first.get_attribute("title") == "GET /quote?number=2"
    assert "exchange 3" in third.inner_text()
    assert "✓ 200" in third.inner_text()
    # A staircase: each lane begins where the one before it has ended, or further to the right.
    lines = [
        [float(line.get_attribute(x)) for x in ("x1", "x2")] for line in lanes.locator(".gv-call-life").all()
    ]
    assert all(begin >= end for (_, end), (begin, _) in pairwise(lines))
    assert "20 exchanges on 1 connection" in view.inner_text()
    assert "at most 1 at the same time" in view.inner_text()
    assert view.bounding_box()["height"] < 800, "it fits on a screen"
    notebook.screenshot("calls-lanes-http1", view)
    lanes.nth(4).locator("svg").click()
    view.locator(".gv-call-say").get_by_text("request number 5").wait_for()
    # In the frames tab an exchange can be chosen, as a call can be.
    view.get_by_role("tab", name="Frames").click()
    view.get_by_role("listbox", name="Calls").get_by_text("GET /quote?number=6").click()
    rows = view.locator(".gv-call-diagram [data-frame]")
    assert set(rows.locator(".gv-call-stream").all_inner_texts()) == {"7"}
    assert rows.count() == 3
    view.get_by_role("tab", name="Flow control").click()
    view.get_by_text("HTTP/1.1 has no windows of its own").wait_for()

    pipelined = notebook.cell("cell-3").locator(".gv-call")
    pipelined.get_by_role("tab", name="Streams").click()
    assert "✗ 404" in pipelined.locator(".gv-call-lanes").inner_text()

    streams = notebook.cell("cell-4").locator(".gv-call")
    lanes = streams.locator("[data-lane]").filter(has_text="GetQuote")
    assert lanes.count() == 20
    assert "stream 1" in lanes.first.inner_text()
    assert streams.bounding_box()["height"] < 800, "it fits on a screen"
    notebook.screenshot("calls-lanes-http2", streams)
    assert notebook.errors() == []


def test_windows_of_several_streams_are_told_apart_by_name(open_cells):
    notebook = open_cells(SETUP, SLOW_AND_QUICK)
    view = notebook.cell("cell-1").locator(".gv-call-windows")
    names = view.locator(".gv-call-strip > :first-child")
    names.first.wait_for()
    # The tightest stream comes first, and on a busy machine that may be either.
    assert sorted(names.all_inner_texts()) == ["stream 1, Read", "stream 3, Read", "whole connection"]
    plots = view.locator("svg[role=img]")
    told = [plot.get_attribute("aria-label") for plot in plots.all()]
    assert [text.split(". ")[0].split(", ", 1)[1] for text in told] == names.all_inner_texts()
    assert plots.locator("path").count() == 3, "one line in each"
    assert any("The server had to wait" in text for text in told[1:])
    assert notebook.value("counts") == [100, 99]
    notebook.screenshot("calls-windows", view)
    assert notebook.errors() == []


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
