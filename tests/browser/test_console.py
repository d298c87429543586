"""The console as a learner uses it: fill in, call, converse, copy, with the mouse and with the keyboard."""

from __future__ import annotations

import inspect
import re

import nbformat
import pytest
from playwright.sync_api import expect

SCHEMA = """
%%proto shop
syntax = "proto3";
package shop.v1;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/empty.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";

service Shop {
  // Takes an order and says it back.
  rpc Order(OrderRequest) returns (OrderRequest);
  // One parcel after the other.
  rpc Watch(Parcel) returns (stream Parcel);
  rpc Collect(stream Parcel) returns (Parcel);
  rpc Chat(stream Parcel) returns (stream Parcel);
  rpc Extra(Extras) returns (Extras);
}

enum Speed { SPEED_UNSPECIFIED = 0; SPEED_STANDARD = 1; SPEED_EXPRESS = 2; }

message Parcel {
  string name = 1;
  // In grams.
  int32 weight_grams = 2;
  Parcel inside = 3;
}

message OrderRequest {
  // Exact, also beyond 2^53.
  int64 order_number = 1;
  string recipient = 2;
  double distance_km = 3;
  Speed speed = 4;
  bool fragile = 5;
  bytes seal = 6;
  optional string note = 7;
  oneof payment { string iban = 8; int64 cents = 9; }
  repeated Parcel parcels = 10;
  map<string, int32> stock = 11;
  google.protobuf.Timestamp due = 12;
}

message Extras {
  optional string maybe = 1;
  optional int32 number = 2;
  optional bool yes = 3;
  optional Speed speed = 4;
  Speed other = 5;
  google.protobuf.Duration lasts = 6;
  google.protobuf.Int64Value wrapped = 7;
  google.protobuf.BoolValue wrapped_bool = 8;
  google.protobuf.Struct struct = 9;
  google.protobuf.FieldMask mask = 10;
  google.protobuf.Any any = 11;
  google.protobuf.Empty empty = 12;
  Parcel parcel = 13;
  repeated int64 numbers = 14;
  repeated Speed speeds = 15;
  map<int32, Parcel> by_number = 16;
  oneof choice { Parcel a_parcel = 17; bool a_bool = 18; google.protobuf.StringValue a_word = 19; }
  optional bytes seal = 20;
}
"""
SETUP = '''
import time

import grpc

from helpers import serve
from helpers.views.console import Console


class Shop(shop_pb2_grpc.ShopServicer):
    """A shop that says back what it was told."""

    def Order(self, request, context):
        context.send_initial_metadata((("shop", "open"),))
        context.set_trailing_metadata((("stock", "low"),))
        if request.recipient == "nobody":
            context.abort(grpc.StatusCode.NOT_FOUND, "<b>nobody</b> lives here")
        return request

    def Extra(self, request, context):
        return request

    def Watch(self, request, context):
        number = 0
        while context.is_active() and (request.name == "forever" or number < request.weight_grams):
            number += 1
            yield shop_pb2.Parcel(name="<img src=x onerror=alert(1)>", weight_grams=number)
            if number > 5000:  # a flood, then a trickle: both without an end
                time.sleep(0.01)

    def Collect(self, request_iterator, context):
        return shop_pb2.Parcel(weight_grams=sum(each.weight_grams for each in request_iterator))

    def Chat(self, request_iterator, context):
        for each in request_iterator:
            yield shop_pb2.Parcel(name=each.name.upper())


server = serve(Shop())
'''
PANEL = "panel = Console(server, shop_pb2, shop_pb2_grpc)\npanel"


@pytest.fixture
def open_console(lab):
    """Open and run a notebook whose third cell shows the console; returns it, and the console."""

    def build(panel: str = PANEL, theme: str = "light"):
        sources = [inspect.cleandoc(text) for text in (SCHEMA, SETUP, panel)]
        cells = [nbformat.v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(sources)]
        cells.append(nbformat.v4.new_code_cell("", id="cell-3"))
        kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
        notebook = lab.open(lab.server.write("scratch/console.ipynb", made), theme=theme)
        notebook.run_all()
        console = notebook.cell("cell-2").locator(".gv-con")
        expect(console.locator(".gv-con-row").first).to_be_visible(timeout=60_000)
        return notebook, console

    return build


def press(console, name):
    """Press a button, once it can be pressed."""
    button = console.get_by_role("button", name=name, exact=True)
    expect(button).not_to_have_attribute("aria-disabled", "true")
    button.click()


def field(console, path):
    """The input of a field, by its path in the form."""
    return console.locator(f"[data-path='{path}']").first


def state(console):
    """The line that says how the call stands."""
    return console.locator(".gv-con-state")


def choose(console, method):
    """Choose a method by its path."""
    console.get_by_label("Method").select_option(f"/shop.v1.Shop/{method}")
    expect(console.locator(".gv-con-pane").first).to_contain_text(
        "OrderRequest" if method == "Order" else "Parcel"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_form_is_filled_in_and_called(open_console, theme):
    notebook, console = open_console(theme=theme)
    notebook.screenshot(f"console-empty-{theme}", console)
    field(console, "/order_number").fill("9007199254740993")
    field(console, "/recipient").fill("Ada <b>Lovelace</b>")
    field(console, "/distance_km").fill("3.5")
    field(console, "/speed").select_option("SPEED_EXPRESS")
    field(console, "/fragile").check()
    field(console, "/seal").fill("wax")
    console.get_by_label("payment").select_option("cents")
    field(console, "/cents").fill("1250")
    console.get_by_role("button", name="Add to parcels").click()
    expect(field(console, "/parcels/0/name")).to_be_focused()
    field(console, "/parcels/0/name").fill("books")
    console.get_by_role("button", name="Add to stock").click()
    console.get_by_label("stock key 1").fill("apples")
    console.get_by_label("stock value 1").fill("3")
    console.get_by_role("button", name="Now, in UTC").click()
    console.get_by_role("button", name="Add metadata").click()
    console.get_by_label("Metadata key 1").fill("trace")
    console.get_by_label("Metadata value 1").fill("abc")
    console.get_by_label("Deadline").fill("20")
    press(console, "Call")
    expect(state(console)).to_have_text("✓ OK")
    answer = console.get_by_role("region", name="Answer")
    expect(answer).to_contain_text("order_number: 9007199254740993")
    expect(answer.locator("li[data-n='1']")).to_contain_text('recipient: "Ada <b>Lovelace</b>"')
    expect(answer).to_contain_text("stock")
    expect(answer).to_contain_text("open")
    sent = notebook.value("str(panel.account.entries[0].what)")
    for part in (
        "distance_km: 3.5",
        "SPEED_EXPRESS",
        "fragile: true",
        'seal: "wax"',
        "cents: 1250",
        "books",
        "apples",
    ):
        assert part in sent
    assert console.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert console.bounding_box()["height"] < 860
    notebook.screenshot(f"console-done-{theme}", console)
    press(console, "Copy as Python")
    expect(console.locator(".gv-con-copy pre")).to_contain_text("shop_pb2.OrderRequest(")
    expect(console.locator(".gv-con-copy [role=status]")).to_have_text(re.compile("Copied|It is selected"))
    expect(console.locator(".gv-con-copy pre")).to_contain_text("order_number=9007199254740993")
    notebook.screenshot(f"console-copy-{theme}", console)
    console.locator(".gv-con-copy").get_by_role("button", name="Copy again").click()
    expect(console.locator(".gv-con-copy [role=status]")).to_have_text(re.compile("Copied|It is selected"))
    press(console, "Close")
    expect(console.get_by_role("button", name="Copy as Python")).to_be_focused()
    notebook.page.set_viewport_size({"width": 640, "height": 900})
    assert console.evaluate("node => node.scrollWidth <= node.clientWidth")
    notebook.screenshot(f"console-narrow-{theme}", console)
    assert notebook.errors() == []


def test_the_less_common_kinds_of_field(open_console):
    notebook, console = open_console(f'{PANEL.splitlines()[0][:-1]}, method="Extra")\npanel')

    def button(name):
        console.get_by_role("button", name=name, exact=True).click()

    def row(path):
        return console.locator(".gv-con-row").filter(has=notebook.page.locator(f"[data-path='{path}']"))

    row("/maybe").get_by_role("button", name="Set").click()
    expect(row("/maybe").get_by_role("button")).to_have_text("Unset")
    field(console, "/number").fill("1")
    field(console, "/number").fill("")  # a number that is emptied is unset again
    field(console, "/yes").select_option("false")
    field(console, "/speed").select_option("SPEED_UNSPECIFIED")
    field(console, "/other").select_option("other number…")
    console.get_by_label("Number for other").fill("77")
    field(console, "/lasts").fill("1.5")
    field(console, "/wrapped").fill("9007199254740993")
    field(console, "/wrapped_bool").select_option("false")
    field(console, "/struct").fill('{"a": [1, null]}')
    field(console, "/mask").fill("number, parcel.name")
    field(console, "/any/type").fill("shop.v1.Parcel")
    field(console, "/any/json").fill('{"name": "packed"}')
    button("Set empty")
    button("Set parcel")
    field(console, "/parcel/name").fill("outer")
    console.locator("[data-key='/parcel/inside#set']").click()
    field(console, "/parcel/inside/weight_grams").fill("5")
    for number in range(3):
        button("Add to numbers")
        field(console, f"/numbers/{number}").fill(str(number))
    button("Move item 3 of numbers up")
    button("Remove item 1 of numbers")
    button("Add to speeds")
    field(console, "/speeds/0").select_option("SPEED_EXPRESS")
    button("Add to by_number")
    field(console, "/by_number/0/0").fill("-3")
    field(console, "/by_number/0/1/name").fill("m")
    console.get_by_label("choice").select_option("a_parcel")
    console.get_by_label("choice").select_option("a_word")
    field(console, "/a_word").fill("w")
    field(console, "/seal").fill("ff 00")
    row("/seal").get_by_label("written as").select_option("hex")
    expect(console.locator(".gv-con-error:not(:empty)")).to_have_count(0)
    notebook.screenshot("console-extras", console)
    press(console, "Call")
    expect(state(console)).to_have_text("✓ OK")
    sent = notebook.value(
        "__import__('google.protobuf.json_format').protobuf.json_format.MessageToDict("
        "panel.account.entries[0].what, descriptor_pool=shop_pb2.DESCRIPTOR.pool)"
    )
    assert sent == {
        "maybe": "",
        "yes": False,
        "speed": "SPEED_UNSPECIFIED",
        "other": 77,
        "lasts": "1.500s",
        "wrapped": "9007199254740993",
        "wrappedBool": False,
        "struct": {"a": [1, None]},
        "mask": "number,parcel.name",
        "any": {"@type": "type.googleapis.com/shop.v1.Parcel", "name": "packed"},
        "empty": {},
        "parcel": {"name": "outer", "inside": {"weightGrams": 5}},
        "numbers": ["2", "1"],
        "speeds": ["SPEED_EXPRESS"],
        "byNumber": {"-3": {"name": "m"}},
        "aWord": "w",
        "seal": "/wA=",
    }
    row("/maybe").get_by_role("button", name="Unset").click()
    button("Unset parcel")
    console.get_by_label("choice").select_option("none of them")
    press(console, "Call")
    expect(console.locator(".gv-con-foot summary")).to_have_text("History (2)")
    for name in ("maybe", "parcel", "a_word"):
        assert notebook.value(f"panel.account.entries[0].what.HasField('{name}')") is False
    assert notebook.errors() == []


def test_errors_stand_at_their_fields(open_console):
    notebook, console = open_console()
    console.get_by_role("button", name="Add to parcels").click()
    field(console, "/parcels/0/weight_grams").fill("heavy")
    console.locator(".gv-con-fold").first.click()
    expect(field(console, "/parcels/0/weight_grams")).to_have_count(0)
    field(console, "/order_number").fill("9223372036854775808")
    error = console.locator("[data-error='/order_number']")
    expect(error).to_have_text("int64 goes from -9,223,372,036,854,775,808 to 9,223,372,036,854,775,807.")
    expect(field(console, "/order_number")).to_have_attribute("aria-invalid", "true")
    expect(console.locator(".gv-con-wrong")).to_have_count(1)
    console.get_by_label("Deadline").fill("soon")
    press(console, "Call")
    expect(field(console, "/order_number")).to_be_focused()
    notebook.screenshot("console-errors", console)
    field(console, "/order_number").fill("1")
    expect(error).to_have_text("")
    console.get_by_label("Deadline").fill("5")
    press(console, "Call")
    expect(field(console, "/parcels/0/weight_grams")).to_be_focused()
    expect(state(console)).to_have_text("No call yet")
    console.locator("[data-tab=json]").click()
    expect(console.get_by_role("alert").first).to_contain_text("Mend what is marked first")
    field(console, "/parcels/0/weight_grams").fill("5")
    press(console, "Call")
    expect(state(console)).to_have_text("✓ OK")
    assert notebook.errors() == []


def test_a_refusal_is_told_and_markup_is_text(open_console):
    notebook, console = open_console()
    field(console, "/recipient").fill("nobody")
    press(console, "Call")
    expect(state(console)).to_have_text("✗ NOT_FOUND")
    expect(console.locator(".gv-con-details")).to_contain_text("<b>nobody</b> lives here")
    expect(console.get_by_role("region", name="Answer")).to_contain_text("stock")
    notebook.screenshot("console-failed", console)
    choose(console, "Watch")
    field(console, "/weight_grams").fill("3")
    press(console, "Call")
    expect(state(console)).to_have_text("✓ OK")
    expect(console.locator("li[data-n]")).to_have_count(4)
    expect(console.locator("li[data-n='3']")).to_contain_text("<img src=x onerror=alert(1)>")
    assert console.locator("img").count() == 0
    assert notebook.errors() == []


def test_a_conversation(open_console):
    notebook, console = open_console(f'{PANEL.splitlines()[0][:-1]}, method="Chat")\npanel')
    for name in ("Send", "Half-close", "Cancel"):
        expect(console.get_by_role("button", name=name, exact=True)).to_have_attribute(
            "aria-disabled", "true"
        )
    press(console, "Start")
    expect(state(console)).to_have_text("Running")
    expect(console.get_by_label("Method")).to_be_disabled()
    for number, name in enumerate(("one", "two"), 1):
        field(console, "/name").fill(name)
        press(console, "Send")
        expect(console.locator("li.gv-con-received")).to_have_count(number)
    notebook.screenshot("console-conversation", console)
    press(console, "Half-close")
    expect(state(console)).to_have_text("✓ OK")
    feed = console.locator("li[data-n]")
    expect(feed).to_have_count(5)
    assert [line.split()[0] for line in feed.all_inner_texts()] == ["→", "←", "→", "←", "→"]
    expect(feed.last).to_contain_text("half-close")
    expect(console.get_by_label("Method")).to_be_enabled()
    press(console, "Copy as Python")
    source = console.locator(".gv-con-copy pre")
    expect(source).to_contain_text('shop_pb2.Parcel(name="one"), shop_pb2.Parcel(name="two")')
    # It runs as pasted.
    notebook.page.evaluate(
        """source => {
            const cells = jupyterapp.shell.currentWidget.content.widgets;
            cells[cells.length - 1].model.sharedModel.setSource(source);
            jupyterapp.shell.currentWidget.content.activeCellIndex = cells.length - 1;
        }""",
        source.inner_text(),
    )
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    expect(notebook.cell("cell-3").locator(".jp-OutputArea-output")).to_contain_text('name: "TWO"')
    press(console, "Copy as grpcurl")
    expect(source).to_contain_text("shop.v1.Shop/Chat")
    console.get_by_label("the server tells its schema").check()
    expect(source).not_to_contain_text("-proto")
    assert notebook.errors() == []


def test_an_endless_stream_is_cancelled(open_console):
    notebook, console = open_console(f'{PANEL.splitlines()[0][:-1]}, method="Watch", timeout=600)\npanel')
    field(console, "/name").fill("forever")
    press(console, "Call")
    expect(console.locator(".gv-con-left")).to_contain_text("The newest of")
    assert notebook.value("1 + 1") == 2, "the kernel is free"
    notebook.screenshot("console-running")  # of the page: what grows is never stable
    press(console, "Cancel")
    expect(state(console)).to_have_text("✗ CANCELLED")
    assert console.locator("li[data-n]").count() == 500
    assert notebook.value("panel.account.received") > 500
    assert notebook.errors() == []


def test_the_form_as_json_and_the_history(open_console):
    notebook, console = open_console()
    field(console, "/order_number").fill("7")
    console.locator("[data-tab=json]").click()
    area = console.get_by_label("Request as JSON")
    expect(area).to_have_value('{\n  "orderNumber": "7"\n}')
    area.fill('{"orderNumber": "8", "parcels": [{"name": "x"}]}')
    press(console, "Call")
    expect(state(console)).to_have_text("✓ OK")
    notebook.screenshot("console-json", console)
    console.locator("[data-tab=form]").click()
    expect(field(console, "/order_number")).to_have_value("8")
    expect(field(console, "/parcels/0/name")).to_have_value("x")
    field(console, "/order_number").fill("9")
    press(console, "Call")
    expect(console.locator(".gv-con-foot summary")).to_have_text("History (2)")
    console.locator(".gv-con-foot summary").click()
    notebook.screenshot("console-history", console)
    console.locator(".gv-con-past").nth(1).click()
    expect(console.get_by_label("Request as JSON")).to_have_value(
        '{"orderNumber": "8", "parcels": [{"name": "x"}]}'
    )
    assert notebook.errors() == []


def test_the_keyboard_alone_will_do(open_console):
    notebook, console = open_console()
    keyboard = notebook.page.keyboard
    ids = "jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.id)"
    field(console, "/order_number").focus()
    cells = notebook.page.evaluate(ids)
    keyboard.type("12")
    keyboard.press("Tab")
    keyboard.type("add")
    keyboard.press("Control+Enter")
    expect(state(console)).to_have_text("✓ OK")
    expect(console.locator("li[data-n='1']")).to_contain_text('recipient: "add"')
    add = console.get_by_role("button", name="Add to parcels")
    add.focus()
    keyboard.press("Enter")
    expect(field(console, "/parcels/0/name")).to_be_focused()
    console.get_by_role("button", name="Remove item 1 of parcels").focus()
    keyboard.press("Enter")
    expect(add).to_be_focused()
    for key in ("a", "b", "d", "d", "x"):  # JupyterLab's own keys for cells
        keyboard.press(key)
    assert notebook.page.evaluate(ids) == cells
    expect(add).to_be_focused()
    # Whatever can be typed into or pressed has a name.
    nameless = console.evaluate(
        """node => [...node.querySelectorAll('input, select, textarea, button')]
            .filter(each => each.checkVisibility() && !each.getAttribute('aria-label'))
            .filter(each => !each.labels?.length && !each.textContent.trim())
            .map(each => each.outerHTML)"""
    )
    assert nameless == []
    assert notebook.errors() == []


def test_running_the_cell_again_cancels(open_console):
    notebook, console = open_console(f'{PANEL.splitlines()[0][:-1]}, method="Chat")\npanel')
    press(console, "Start")
    expect(state(console)).to_have_text("Running")
    notebook.value("globals().__setitem__('old', panel)")
    notebook.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 2")
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    notebook.wait_idle()
    expect(state(console)).to_have_text("No call yet")
    assert notebook.value("old.account.status.code.name") == "CANCELLED"
    assert notebook.value("panel is old") is False
    assert notebook.errors() == []


def test_clearing_the_output_cancels(open_console):
    notebook, console = open_console(f'{PANEL.splitlines()[0][:-1]}, method="Chat")\npanel')
    press(console, "Start")
    expect(state(console)).to_have_text("Running")
    notebook.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 2")
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:clear-cell-output')")
    expect(console).to_have_count(0)
    assert notebook.value("panel.wait(20).status.code.name") == "CANCELLED"
    assert notebook.errors() == []


def test_reloading_the_page_brings_the_console_back(open_console):
    notebook, console = open_console()
    field(console, "/order_number").fill("5")
    press(console, "Call")
    expect(state(console)).to_have_text("✓ OK")
    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.goto(notebook.page.url.replace("?reset", "").replace("&reset", ""))
    expect(notebook.page.locator(".gv-con-state")).to_have_text("✓ OK", timeout=60_000)
    expect(notebook.page.locator("[data-path='/order_number']")).to_have_value("5")
    expect(notebook.page.locator("li[data-n]")).to_have_count(2)


ASKED = """
from grpc_reflection.v1alpha import reflection

names = ["shop.v1.Shop", "shop.v1.Ghost"]
pool = shop_pb2.DESCRIPTOR.pool
first = serve(Shop(), reflection.ReflectionServicer(names, pool=pool))
second = serve(Shop(), reflection.ReflectionServicer(names[:1], pool=pool))
panel = Console(first)
panel
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_server_is_asked_what_it_offers(open_console, theme):
    notebook, console = open_console(ASKED, theme=theme)
    told, address = console.locator(".gv-con-offered"), console.get_by_label("Address")
    expect(told).to_have_text(
        "Told by reflection v1alpha: 1 service, 5 methods. Listed without a schema: shop.v1.Ghost."
    )
    expect(address).to_have_value(notebook.value("first.address"))
    press(console, "Call")
    expect(state(console)).to_have_text("✓ OK")
    notebook.screenshot(f"console-asked-{theme}", console)

    address.fill("127.0.0.1:1")
    address.press("Enter")
    expect(console.locator(".gv-con-ask .gv-con-problem")).to_contain_text(
        "no gRPC server without TLS answers at 127.0.0.1:1"
    )
    notebook.screenshot(f"console-asked-in-vain-{theme}", console)
    expect(state(console)).to_have_text("✓ OK")  # nothing else has changed

    address.fill(notebook.value("second.address"))
    address.press("Enter")
    expect(told).to_have_text("Told by reflection v1alpha: 1 service, 5 methods.")
    expect(console.locator(".gv-con-ask .gv-con-problem")).to_be_empty()
    expect(address).to_be_focused()
    expect(console.locator(".gv-con-where")).to_contain_text(notebook.value("second.address"))
    choose(console, "Chat")
    press(console, "Start")
    field(console, "/name").fill("ada")
    press(console, "Send")
    expect(console.get_by_role("region", name="Answer")).to_contain_text('name: "ADA"')
    press(console, "Half-close")
    expect(state(console)).to_have_text("✓ OK")
    console.get_by_role("button", name="Copy as Python").click()
    expect(console.locator(".gv-con-copy pre")).to_contain_text("ProtoReflectionDescriptorDatabase(channel)")
