from __future__ import annotations

import gc
import json
import threading
import time
import weakref
from types import SimpleNamespace

import grpc
import pytest
from grpc_reflection.v1alpha import reflection

from helpers import protos, servers, views
from helpers.views.console import Console
from helpers.views.console.call import KEPT
from helpers.views.console.session import REMEMBERED, Session
from tests.views.console.samples import Every, every_pb2, every_pb2_grpc

Item, Everything = every_pb2.Item, every_pb2.Everything


@pytest.fixture
def servicer():
    return Every()


@pytest.fixture
def server(servicer):
    with servers.serve(servicer) as server:
        yield server


@pytest.fixture
def console(server):
    """A console; what it tells the browser is in `console.told`."""
    made = []

    def console(*args, **options):
        made.append(Console(*(args or (server, every_pb2)), **options))
        made[-1].told = []
        made[-1].send = lambda content, buffers=None: made[-1].told.append(json.loads(json.dumps(content)))
        return made[-1]

    yield console
    for each in made:
        each.close()


def eventually(condition, seconds=20.0):
    """Waits until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


def browser(console, do, **content):
    """What the page says, with the draft that it has."""
    draft = {**console._session.draft(), **content.pop("draft", {})}
    console._handle_custom_msg({"do": do, "draft": draft, "rev": 1, "view": "v", **content}, [])


def last(console, kind):
    """The newest message of a kind that the page was told."""
    return next(each for each in reversed(console.told) if each["kind"] == kind)


def test_two_lines_in_a_lesson(server):
    panel = Console(server, every_pb2)
    panel.press("Call")
    assert panel.wait(20).status.code is grpc.StatusCode.OK
    panel.close()


@pytest.mark.parametrize("modules", [[every_pb2], [every_pb2_grpc], [every_pb2, every_pb2_grpc]])
def test_either_module_will_do(server, modules):
    session = Session(server.address, tuple(modules))
    assert [m.name for m in session.methods.values()] == [
        "Echo",
        "Count",
        "Sum",
        "Chat",
        "Nothing",
        "Word",
        "Shape",
    ]
    assert [m.kind for m in session.methods.values()][:4] == [
        "unary", "server streaming", "client streaming", "bidirectional streaming",
    ]  # fmt: skip


def test_anything_with_an_address_will_do(server):
    assert Session(SimpleNamespace(address="[::1]:5"), (every_pb2,)).address == "[::1]:5"
    for target in (None, 5000, "nowhere", SimpleNamespace()):
        with pytest.raises(TypeError, match="takes a server or an address"):
            Session(target, (every_pb2,))


def test_what_it_is_not_made_for_is_said():
    with pytest.raises(TypeError, match="takes generated modules such as quote_pb2, not Every"):
        Session("localhost:1", (Every(),))
    with pytest.raises(ValueError, match=r"no gRPC server without TLS answers at 127.0.0.1:1: is it running"):
        Session("127.0.0.1:1", ())
    with pytest.raises(TypeError, match="takes a server or an address"):
        Session(3, ())
    bare, _ = protos.compile_cell("bare", 'syntax = "proto3"; package console.bare; message A {}')
    with pytest.raises(ValueError, match="no service to call in bare_pb2"):
        Session("localhost:1", (bare,))
    with pytest.raises(ValueError, match=r"no method 'Get'; there are console.v1.Every/Echo, "):
        Session("localhost:1", (every_pb2,), method="Get")
    with pytest.raises(ValueError, match=r"Echo takes a console.v1.Everything, not a console.v1.Item"):
        Session("localhost:1", (every_pb2,), request=Item())


@pytest.mark.parametrize(
    "name",
    [
        "Sum",
        "Every.Sum",
        "Every/Sum",
        "console.v1.Every/Sum",
        "console.v1.Every.Sum",
        "/console.v1.Every/Sum",
    ],
)
def test_names_of_a_method(name):
    assert Session("localhost:1", (every_pb2,), method=name).method.name == "Sum"


def test_the_form_of_every_message_is_described():
    spec = Console("localhost:1", every_pb2).spec
    assert json.loads(json.dumps(spec)) == spec
    fields = {field["name"]: field for field in spec["types"]["console.v1.Everything"]["fields"]}
    assert set(fields) == {field.name for field in Everything.DESCRIPTOR.fields}
    assert fields["by_item"]["oneof"] == "choice"
    assert "oneof" not in fields["maybe_int32"]
    assert fields["maybe_int32"]["presence"]
    assert not fields["an_int32"]["presence"]
    assert fields["counts"]["kind"] == "map"
    assert fields["items_by_number"]["value"] == {"kind": "message", "type": "console.v1.Item"}
    assert fields["numbers"]["value"]["kind"] == "int64"
    assert fields["color"]["names"] == [["COLOR_UNSPECIFIED", 0], ["COLOR_RED", 1], ["COLOR_MINUS", -7]]
    assert fields["wrapped_int64"]["value"]["kind"] == "int64"
    assert fields["at"]["kind"] == "timestamp"
    assert set(spec["types"]) >= {"console.v1.Everything.Node", "google.protobuf.Empty"}
    assert "google.protobuf.Struct" not in spec["types"], "it has an input of its own"
    (item,) = [f for f in spec["types"]["console.v1.Item"]["fields"] if f["name"] == "name"]
    assert item["doc"] == "What it is called."
    echo, count = spec["methods"][:2]
    assert (echo["kind"], echo["arrows"], count["arrows"]) == ("unary", "→ ←", "→ ⇇")


def test_comments_on_methods_come_from_the_stubs():
    (echo, *_) = Console("localhost:1", every_pb2, every_pb2_grpc).spec["methods"]
    assert echo["doc"] == "Sends the request back."


def test_a_lesson_fills_it_in(console, servicer):
    panel = console(
        method="Echo", request=Everything(an_int32=7), metadata=[("k", "v"), ("b-bin", b"\x01")], timeout=30
    )
    assert panel.press("Call") == {}
    account = panel.wait(20)
    assert account.entries[1].what == Everything(an_int32=7)
    assert servicer.metadata["k"] == "v"
    assert servicer.metadata["b-bin"] == b"\x01"
    assert servicer.time_left < 60


def test_a_unary_call_from_the_page(console):
    panel = console(method="Echo")
    browser(panel, "hello")
    assert last(panel, "draft")["draft"]["method"] == "/console.v1.Every/Echo"
    assert last(panel, "call")["call"] is None
    browser(panel, "press", button="call", draft={"values": {"a_string": "<script>"}})
    panel.wait(20)
    eventually(lambda: last(panel, "call")["history"] and not last(panel, "call")["open"])
    told = last(panel, "call")
    assert told["call"]["status"]["name"] == "OK"
    assert [(e["sent"], e["text"]) for e in told["entries"]] == [
        (True, 'a_string: "<script>"'),
        (False, 'a_string: "<script>"'),
    ]
    assert told["history"][0]["method"] == "Echo"
    assert ["told", "late"] in told["call"]["trailers"]


def test_errors_are_at_their_fields_and_nothing_is_called(console, servicer):
    panel = console(method="Echo")
    draft = {
        "values": {"an_int32": "x"},
        "deadline": "soon",
        "metadata": [{"key": "K", "value": "", "as": "hex"}],
    }
    browser(panel, "press", button="call", draft=draft)
    check = last(panel, "check")
    assert set(check["errors"]) == {"/an_int32", "deadline", "metadata/0/key"}
    assert check["pressed"]
    assert panel.account is None
    assert set(panel.press("Call")) == set(check["errors"])
    assert servicer.requests == []


def test_checking_says_the_size(console):
    panel = console(method="Count")
    browser(panel, "check", draft={"values": {"amount": "300"}})
    assert last(panel, "check") == {
        "kind": "check", "rev": 1, "errors": {}, "size": "3 B", "problem": "", "pressed": False,
    }  # fmt: skip


def test_a_conversation(console, servicer):
    panel = console(method="Chat")
    assert panel.press("Send") == {}, "nothing is open yet"
    browser(panel, "press", button="start", draft={"values": {"amount": "not sent"}})
    assert last(panel, "call")["open"], "a stream opens whatever its first message is to be"
    browser(panel, "press", button="send", draft={"values": {"amount": "x"}})
    assert set(last(panel, "check")["errors"]) == {"/amount"}
    for name in ("a", "b"):
        browser(panel, "press", button="send", draft={"values": {"name": name}})
    eventually(lambda: panel.account.received == 2)
    assert panel.press("Start") == {}, "one call at a time"
    browser(panel, "press", button="half-close")
    assert panel.wait(20).status.code is grpc.StatusCode.OK
    assert [m.name for m in servicer.requests] == ["a", "b"]
    eventually(lambda: not last(panel, "call")["open"])
    assert last(panel, "call")["call"]["halfClosed"]


def test_a_press_is_one_press(console, servicer):
    panel = console(method="Chat")
    browser(panel, "press", button="start")
    browser(panel, "press", button="send")
    browser(panel, "press", button="half-close")
    panel.wait(20)
    assert panel.account.sent == len(servicer.requests) == 1


def test_cancel_from_the_page(console, servicer):
    panel = console(method="Count", request=Item(name="hang", amount=1))
    panel.press("call")
    eventually(lambda: panel.account.received == 1)
    browser(panel, "press", button="cancel")
    assert panel.wait(20).status.code is grpc.StatusCode.CANCELLED
    assert servicer.ended.wait(20)
    with pytest.raises(ValueError, match="no button 'Stop'"):
        panel.press("Stop")


def test_an_endless_stream_is_told_in_few_batches(console):
    panel = console(method="Count", request=Item(name="forever"))
    began = time.monotonic()
    panel.press("Call")
    eventually(lambda: panel.account.received > 4 * KEPT)
    panel.press("Cancel")
    assert panel.wait(20).status.code is grpc.StatusCode.CANCELLED
    eventually(lambda: not last(panel, "call")["open"])
    told = [each for each in panel.told if each["kind"] == "call"]
    # At most ten a second, and those that come with a press and the end.
    assert len(told) <= 10 * (time.monotonic() - began) + 5
    assert len(told[-1]["entries"]) == KEPT
    assert told[-1]["total"] == panel.account.total
    assert max(len(json.dumps(each)) for each in told) < 500_000


def test_the_two_faces(console):
    panel = console(method="Count", request=Item(amount=5))
    browser(panel, "turn", tab="json")
    draft = last(panel, "draft")["draft"]
    assert draft["tab"] == "json"
    assert json.loads(draft["json"]) == {"amount": 5}
    browser(panel, "check", draft={"json": "{"})
    assert set(last(panel, "check")["errors"]) == {"json"}
    browser(panel, "turn", tab="form", draft={"json": "{"})
    assert "Mend what is marked" in last(panel, "check")["problem"]
    browser(panel, "turn", tab="form", draft={"json": '{"amount": 6}'})
    assert last(panel, "draft")["draft"]["values"] == {"amount": "6"}
    browser(panel, "turn", tab="json")
    browser(panel, "press", button="call", draft={"json": '{"amount": 1, "name": "j"}'})
    panel.wait(20)
    assert panel.account.entries[0].what == Item(name="j", amount=1)


def test_each_method_keeps_its_own_form_and_all_share_the_metadata(console):
    panel = console(method="Count")
    browser(
        panel,
        "check",
        draft={"values": {"amount": "1"}, "metadata": [{"key": "k", "value": "v", "as": "hex"}]},
    )
    browser(panel, "choose", method="/console.v1.Every/Chat")
    assert last(panel, "draft")["draft"]["values"] == {}
    assert last(panel, "draft")["draft"]["metadata"] == [{"key": "k", "value": "v", "as": "hex"}]
    browser(panel, "check", draft={"values": {"amount": "2"}, "method": "/console.v1.Every/Count"})
    assert panel._session.draft()["values"] == {}, (
        "a late word about another method is not taken for this one"
    )
    browser(panel, "choose", method="/console.v1.Every/Count")
    assert last(panel, "draft")["draft"]["values"] == {"amount": "1"}


def test_history_loads_a_form_again(console):
    panel = console(method="Count")
    for number in range(REMEMBERED + 2):
        browser(panel, "press", button="call", draft={"values": {"amount": str(number)}, "deadline": "30"})
        panel.wait(20)
        assert panel.history[0].draft["values"] == {"amount": str(number)}
    assert len(panel.history) == REMEMBERED
    oldest = panel.history[-1]
    assert oldest.number == 3
    panel.choose("Echo")
    browser(panel, "load", number=oldest.number)
    draft = last(panel, "draft")["draft"]
    assert draft["method"] == "/console.v1.Every/Count"
    assert draft["values"] == {"amount": "2"}
    browser(panel, "load", number=1)
    assert last(panel, "draft")["draft"]["values"] == {"amount": "2"}, "the first is forgotten"
    assert "Count: OK" in str(oldest)


def test_history_counts_every_call_once_whoever_asks(console):
    panel = console(method="Nothing")
    panel.press("Call")
    panel.wait(20)
    eventually(lambda: not last(panel, "call")["open"])
    for _ in range(3):
        browser(panel, "hello")
    assert [past.number for past in panel.history] == [1]


def test_copying(console, monkeypatch):
    panel = console(method="Sum")
    browser(panel, "copy", what="python", draft={"values": {"amount": "3"}})
    assert "every_pb2.Item(amount=3)" in last(panel, "copy")["text"]
    panel.press("Start")
    for amount in ("1", "2"):
        browser(panel, "press", button="send", draft={"values": {"amount": amount}})
    panel.press("Half-close")
    panel.wait(20)
    browser(panel, "copy", what="python")
    assert "Item(amount=1), every_pb2.Item(amount=2)" in last(panel, "copy")["text"], "all that was sent"
    browser(panel, "copy", what="grpcurl")
    assert last(panel, "copy")["text"].startswith("grpcurl -plaintext")
    assert "-proto every.proto" in last(panel, "copy")["text"]
    browser(panel, "copy", what="grpcurl", reflection=True)
    assert "-proto" not in last(panel, "copy")["text"]
    browser(panel, "copy", what="grpcurl", draft={"values": {"amount": "x"}})
    assert last(panel, "copy")["problem"] == "Mend what is marked first."
    with pytest.raises(ValueError, match="Mend"):
        panel.python()


def test_a_server_that_reflects_is_known_to():
    target = SimpleNamespace(address="localhost:1", services=("a.B", reflection.SERVICE_NAME))
    panel = Console(target, every_pb2, method="Nothing")
    assert "-proto" not in panel.grpcurl()
    assert "-proto" in panel.grpcurl(reflection=False)
    panel.close()


def test_messages_as_json_in_the_feed(console):
    panel = console(method="Count", request=Item(amount=1))
    panel.press("Call")
    panel.wait(20)
    browser(panel, "feed", form="json")
    assert json.loads(last(panel, "call")["entries"][0]["text"]) == {"amount": 1}
    assert last(panel, "call")["form"] == "json"


def test_a_server_that_comes_back_is_reached(servicer):
    server = servers.serve(servicer)
    panel = Console(server, every_pb2, method="Nothing")
    panel.press("Call")
    assert panel.wait(20).status.code is grpc.StatusCode.OK
    server.stop().wait()
    for _ in range(3):
        panel.press("Call")
        assert panel.wait(20).status.code is grpc.StatusCode.UNAVAILABLE
    with servers.serve(servicer, port=server.port):
        panel.press("Call")
        assert panel.wait(20).status.code is grpc.StatusCode.OK
    panel.close()


def test_nonsense_from_the_page_is_told_and_not_raised(console):
    panel = console()
    for content in (
        {},
        {"do": "no-such"},
        {"do": "choose"},
        {"do": "press", "draft": {}, "rev": 1, "button": "x"},
    ):
        panel._handle_custom_msg(content, [])
        assert last(panel, "problem")["text"]
        panel.told.clear()


@pytest.mark.parametrize("end", ["stop", "close", "stop_all"])
def test_it_ends_what_it_started(console, servicer, end):
    panel = console(method="Chat")
    panel.press("Start")
    panel.press("Send")
    eventually(lambda: servicer.requests)
    views.stop_all() if end == "stop_all" else getattr(panel, end)()
    assert panel.account.status.code is grpc.StatusCode.CANCELLED
    assert servicer.ended.wait(20)
    eventually(lambda: not [t for t in threading.enumerate() if t.name in ("console call", "view updates")])
    if end != "close":
        panel.choose("Nothing")
        panel.press("Call")
        assert panel.wait(20).status.code is grpc.StatusCode.OK, "it can be used again"


def test_a_panel_that_left_the_page_cancels_unless_it_is_elsewhere(console, monkeypatch):
    monkeypatch.setattr("helpers.views.console.widget._GRACE", 0.05)
    panel = console(method="Chat")
    browser(panel, "hello")
    panel.press("Start")
    browser(panel, "bye")
    assert last(panel, "who")
    browser(panel, "here")
    time.sleep(0.2)
    assert panel.account.status is None
    browser(panel, "bye")
    assert panel.wait(20).status.code is grpc.StatusCode.CANCELLED


def test_the_static_face(console, parse):
    panel = console(method="Echo", request=Everything(a_string="<img src=x>"))
    data = panel._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "Chat: bidirectional streaming" in data["text/plain"]
    assert "console.v1.Every" in data["text/plain"]
    panel.press("Call")
    panel.wait(20)
    data = panel._repr_mimebundle_()
    assert 'a_string: "<img src=x>"' in data["text/plain"]
    assert "Echo: OK after" in data["text/plain"]
    tree = parse(data["text/html"])
    assert "img" not in tree.tags()
    assert 'a_string: "<img src=x>"' in tree.text
    assert "late" in tree.text


def test_a_refusal_with_markup_stays_text(console, parse):
    panel = console(method="Echo", request=Everything(a_string="refuse"))
    panel.press("Call")
    panel.wait(20)
    tree = parse(panel.static()["text/html"])
    assert "NOT_FOUND (<b>no</b> such thing)" in tree.text
    assert "b" not in tree.tags()


def test_a_closed_console_keeps_its_address_and_not_its_target(server):
    class Target:
        address = server.address

    target = Target()
    panel, watch = Console(target, every_pb2), weakref.ref(target)
    panel.close()
    del target
    gc.collect()
    assert watch() is None, (
        "IPython's Out keeps every panel shown, and would keep the server's recording with it"
    )
    assert panel.address == server.address
