"""What JupyterLab gains for the course: pictures of widgets whose kernel is gone, colors in %%proto and %%project cells,
diagrams that follow the theme."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import expect

from tools.lab_server import PATIENCE

SETUP = """import grpc, ipywidgets
from helpers import Console, ByteLab, CityMap, PoolLab, ProgressBar, protos, serve, tap, show
quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
class Quotes(quote_pb2_grpc.QuoteServiceServicer):
    def GetQuote(self, request, context):
        return quote_pb2.GetQuoteResponse(price_cents=540)
server = serve(Quotes())
wire = tap(server)
with wire.capture("saved call") as call, grpc.insecure_channel(wire.address) as channel:
    quote_pb2_grpc.QuoteServiceStub(channel).GetQuote(quote_pb2.GetQuoteRequest(weight_grams=1200))"""
WIDGETS = {
    "call": ("call", ".gv-call", "GetQuoteRequest"),
    "console": ("Console(server, quote_pb2)", ".gv-con-static", "GetQuote"),
    "lab": ("ByteLab()", ".gv-bl", "Varint"),
    "map": ("city = CityMap()\ncity.move('Ada', 2, 3)\ncity", ".gv-city", "Ada"),
    "pool": ("PoolLab(print, autorun=False)", ".gv-tl", ""),
    "bar": ("bar = ProgressBar(100, 'proof.jpg')\nbar.advance(40)\nbar", ".gv-bar", "40 B of 100 B"),
}
DIAGRAM = "# Sample\n\n```mermaid\nflowchart LR\n    client -- request --> server\n```\n\nand more"
PROTO = '%%proto parcel\nsyntax = "proto3";\nmessage Parcel { string id = 1; }'


PROGRAM = '%%project client.js\nconst answer = "yes";\nconsole.log(answer);'


@pytest.fixture
def opened(lab):
    cells = [nbformat.v4.new_code_cell(SETUP, id="setup")]
    cells += [nbformat.v4.new_code_cell(source, id=name) for name, (source, _, _) in WIDGETS.items()]
    cells.append(nbformat.v4.new_code_cell("ipywidgets.IntSlider()", id="slider"))
    cells.append(nbformat.v4.new_code_cell(PROTO, id="proto"))
    cells.append(nbformat.v4.new_code_cell(PROGRAM, id="program"))
    cells.append(nbformat.v4.new_markdown_cell(DIAGRAM, id="diagram"))
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
    opened = lab.open(lab.server.write("notebooks/saved.ipynb", notebook))
    opened.run_all()
    assert opened.errors() == []
    return opened


def save(opened) -> None:
    opened.page.evaluate("async () => { await jupyterapp.commands.execute('docmanager:save') }")


def check_pictures(opened, note: str) -> None:
    for name, (_, selector, said) in WIDGETS.items():
        output = opened.cell(name).locator(".jp-OutputArea-output")
        expect(output.locator(".gv-picture-note")).to_contain_text(note, timeout=PATIENCE * 1000)
        expect(output.locator(selector).first).to_be_visible()
        expect(output).to_contain_text(said)
    slider = opened.cell("slider").locator(".jp-OutputArea-output")
    expect(slider).to_contain_text(note, timeout=PATIENCE * 1000)
    assert opened.panel.get_by_text("Error displaying widget").count() == 0
    assert opened.panel.get_by_text("Loading widget").count() == 0


def test_after_a_reload_without_its_kernel_each_widget_shows_its_picture(opened, lab):
    save(opened)
    again = lab.open("notebooks/saved.ipynb")  # in a fresh kernel
    check_pictures(again, "the kernel no longer has the widget")
    again.screenshot("labextension/pictures-light")
    again.set_theme("dark")
    again.screenshot("labextension/pictures-dark")
    again.run_all()
    assert again.panel.locator(".gv-picture-note").count() == 0, "run again, the widgets are back"
    expect(again.cell("slider").locator(".widget-readout")).to_be_visible()


def test_without_any_kernel_there_is_a_picture_too(opened, lab):
    save(opened)
    lab.server.shut_down_kernels()
    lab.page.evaluate(
        """async () => {
            await jupyterapp.commands.execute('application:close-all');
            const manager = jupyterapp.serviceManager;
            await jupyterapp.commands.execute('docmanager:open', {
                path: 'notebooks/saved.ipynb', factory: 'Notebook', kernelPreference: { shouldStart: false },
            });
        }"""
    )
    lab.page.wait_for_function(
        "() => jupyterapp.shell.currentWidget?.content?.widgets?.some(cell => cell.model.id === 'call')"
    )
    check_pictures(opened, "until the kernel answers")


def test_a_proto_cell_has_the_colors_of_its_language(opened):
    cell = opened.cell("proto")
    keyword = cell.locator(".cm-line span", has_text="message").first
    expect(keyword).to_have_text("message", timeout=PATIENCE * 1000)  # in Python it would be a part of a name
    ways = "id => jupyterapp.shell.currentWidget.content.widgets.find(w => w.model.id === id).model.mimeType"
    assert opened.page.evaluate(ways, "proto") == "text/x-protobuf"
    assert "python" in opened.page.evaluate(ways, "setup")
    change = """([id, source]) => jupyterapp.shell.currentWidget.content.widgets
        .find(w => w.model.id === id).model.sharedModel.setSource(source)"""
    opened.page.evaluate(change, ["proto", "print(1)"])
    assert "python" in opened.page.evaluate(ways, "proto")
    opened.page.evaluate(change, ["proto", PROTO])
    assert opened.page.evaluate(ways, "proto") == "text/x-protobuf"
    assert opened.page.evaluate(ways, "program") == "text/javascript"
    opened.page.evaluate(change, ["program", "%%project page.html\n<p>"])
    assert opened.page.evaluate(ways, "program") == "text/html"
    opened.page.evaluate(change, ["program", "print(1)"])
    assert "python" in opened.page.evaluate(ways, "program")
    opened.page.evaluate(change, ["program", PROGRAM])


def test_a_diagram_follows_the_theme(opened):
    picture = opened.cell("diagram").locator(".jp-RenderedMermaid img")
    expect(picture).to_be_visible(timeout=PATIENCE * 1000)
    sources = [picture.get_attribute("src")]
    for theme in ("dark", "light"):
        opened.set_theme(theme)
        expect(picture).not_to_have_attribute("src", sources[-1], timeout=PATIENCE * 1000)
        sources.append(picture.get_attribute("src"))
        opened.screenshot(f"labextension/diagram-{theme}", opened.cell("diagram"))
    lines = [source.count("stroke%3A%23333333") for source in sources]
    assert lines[0] == lines[2] > 0
    assert opened.errors() == []


def test_dollars_are_no_mathematics(opened):
    source = """from helpers.views.kit.card import card
from IPython.display import display
import helpers
display(card("note", "from $3 to $5", "It costs $3 … $5.", table=[("$1", "$2")], folded=False))
display(helpers.Table([("$3 … $5", 1)], title="$1 to $2"))
server.log"""
    opened.page.evaluate(
        """source => {
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = notebook.widgets.findIndex(w => w.model.id === 'proto');
            notebook.activeCell.model.sharedModel.setSource(source);
        }""",
        source,
    )
    opened.page.evaluate("async () => { await jupyterapp.commands.execute('notebook:run-cell') }")
    output = opened.cell("proto").locator(".jp-OutputArea")
    expect(output.get_by_text("It costs $3 … $5.")).to_be_visible(timeout=PATIENCE * 1000)
    opened.page.wait_for_timeout(1000)  # mathematics would be set a moment later
    assert output.locator("mjx-container").count() == 0
    expect(output.get_by_text("$1 to $2")).to_be_visible()
