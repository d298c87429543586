from __future__ import annotations

import contextlib
import socket
import threading
import time

import grpc
import pytest
from google.protobuf import duration_pb2
from google.rpc import error_details_pb2, status_pb2

from helpers import servers
from helpers.views.console import call as console_call
from helpers.views.console.call import KEPT, ConsoleCall
from helpers.views.console.feed import (
    BATCH,
    LONGEST,
    call_json,
    entries_json,
    message_text,
    metadata_json,
    news_json,
    rich_details,
    whole_json,
)
from helpers.views.console.schema import methods_of
from tests.views.console.samples import Every, every_pb2, every_pb2_grpc

METHODS = {method.name: method for method in methods_of([every_pb2])}
Item, Everything = every_pb2.Item, every_pb2.Everything


@pytest.fixture
def servicer():
    return Every()


@pytest.fixture
def channel(servicer):
    with servers.serve(servicer) as server, grpc.insecure_channel(server.address) as channel:
        yield channel


@pytest.fixture
def start(channel):
    """Starts a call; cancels it in the end."""
    calls = []

    def start(name, request=None, **options):
        calls.append(ConsoleCall(channel, METHODS[name], request, **options))
        return calls[-1]

    yield start
    for call in calls:
        call.cancel()
        assert call.wait(10)


def eventually(condition, seconds=20.0):
    """Waits until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


def told(call):
    """The entries as (direction, text)."""
    return [
        ("→" if e["sent"] else "←", e.get("text", e.get("event"))) for e in whole_json(call.account(), "text")
    ]


def test_unary(start, servicer):
    call = start("Echo", Everything(an_int32=5), metadata=[("who", "me"), ("raw-bin", b"\x00")], timeout=30)
    assert call.wait(20)
    account = call.account()
    assert account.status.code is grpc.StatusCode.OK
    assert ("told", "early") in account.initial
    assert ("raw-bin", b"\x00\xff") in account.initial
    assert ("told", "late") in account.trailers
    assert told(call) == [("→", "an_int32: 5"), ("←", "an_int32: 5")]
    assert servicer.metadata["who"] == "me"
    assert servicer.metadata["raw-bin"] == b"\x00"
    assert 0 < servicer.time_left < 60
    assert account.entries[0].at <= account.entries[1].at <= account.seconds
    assert call_json(account)["status"] == {
        "name": "OK", "number": 0, "ok": True, "details": "", "rich": [], "hint": "",
    }  # fmt: skip


def test_refused(start):
    call = start("Echo", Everything(a_string="refuse"))
    assert call.wait(20)
    status = call_json(call.account())["status"]
    assert (status["name"], status["number"], status["ok"]) == ("NOT_FOUND", 5, False)
    assert status["details"] == "<b>no</b> such thing"
    assert ["told", "late"] in call_json(call.account())["trailers"]
    assert call.account().received == 0


def test_server_streaming(start):
    call = start("Count", Item(amount=3))
    assert call.wait(20)
    assert [text for way, text in told(call) if way == "←"][-1] == 'name: "<i>item</i>"\namount: 2'
    account = call.account()
    assert (account.sent, account.received, account.half_closed) == (1, 3, True)


def test_a_stream_that_breaks_keeps_what_came(start):
    call = start("Count", Item(name="break", amount=2))
    assert call.wait(20)
    assert call.account().received == 2
    assert call.account().status.code is grpc.StatusCode.UNKNOWN
    assert "broken on purpose" in call.account().status.details


def test_client_streaming(start, servicer):
    call = start("Sum")
    for amount in (1, 2, 3):
        assert call.send(Item(amount=amount))
    eventually(lambda: len(servicer.requests) == 3)
    assert not call.ended
    call.half_close()
    assert call.wait(20)
    assert call.account().status.code is grpc.StatusCode.OK
    assert told(call)[-2:] == [("→", "half-close"), ("←", 'name: "sum"\namount: 6')]
    assert not call.send(Item()), "the stream is closed"


def test_the_server_may_answer_before_the_half_close(start):
    call = start("Sum")
    call.send(Item(name="enough", amount=1))
    assert call.wait(20)
    assert call.account().status.code is grpc.StatusCode.OK
    assert ("→", "half-close") not in told(call)
    assert not call.send(Item())


def test_both_directions_are_interleaved(start):
    call = start("Chat")
    for number in (1, 2):
        call.send(Item(name="a", amount=number))
        eventually(lambda number=number: call.account().received == number)
    assert [way for way, _ in told(call)] == ["→", "←", "→", "←"]
    call.half_close()
    call.half_close()
    assert call.wait(20)
    assert told(call)[-1] == ("→", "half-close")


def test_half_close_without_a_message(start):
    call = start("Sum")
    call.half_close()
    assert call.wait(20)
    assert call.account().status.code is grpc.StatusCode.OK


@pytest.mark.parametrize("name", ["Count", "Chat", "Sum"])
def test_cancel(start, servicer, name):
    call = start(name, Item(name="hang") if name == "Count" else None)
    if name != "Count":
        call.send(Item())
    eventually(lambda: servicer.requests)
    if name == "Chat":
        eventually(lambda: told(call)[-1][0] == "←")  # a reply on its way would be told behind the cancel
    call.cancel()
    assert call.wait(20)
    assert call.account().status.code is grpc.StatusCode.CANCELLED
    assert told(call)[-1] == ("→", "cancel")
    entries = call.account().total
    call.cancel()
    assert call.account().total == entries, "cancelling twice says nothing more"
    if name != "Sum":
        assert servicer.ended.wait(20), "the server has noticed"


def test_deadline(start):
    call = start("Echo", Everything(a_string="sleep"), timeout=0.1)
    assert call.wait(20)
    assert call.account().status.code is grpc.StatusCode.DEADLINE_EXCEEDED


def test_nobody_listens():
    # Bound, so that nobody else listens there, and not listening.
    with socket.socket() as held, contextlib.ExitStack() as stack:
        held.bind(("127.0.0.1", 0))
        channel = stack.enter_context(grpc.insecure_channel(f"127.0.0.1:{held.getsockname()[1]}"))
        for name in METHODS:
            request = None if METHODS[name].client_streams else METHODS[name].request._concrete_class()
            call = ConsoleCall(channel, METHODS[name], request)
            assert call.wait(20)
            assert call.account().status.code is grpc.StatusCode.UNAVAILABLE
            assert "running" in call_json(call.account())["status"]["hint"]


def test_the_server_goes_in_mid_stream(servicer):
    server = servers.serve(servicer)
    with grpc.insecure_channel(server.address) as channel:
        call = ConsoleCall(channel, METHODS["Count"], Item(name="hang", amount=1))
        eventually(lambda: call.account().received == 1)
        server.stop().wait()
        assert call.wait(20)
        assert call.account().status.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


def test_an_endless_stream_is_bounded(start, servicer):
    news = []
    call = start("Count", Item(name="forever"), news=lambda: news.append(1))
    eventually(lambda: call.account().received > 3 * KEPT)
    entries, total = news_json(call, 0, "text")
    assert len(entries) == BATCH
    assert entries[-1]["n"] == total - 1
    assert [e["n"] for e in entries] == list(range(total - BATCH, total))
    assert len(call.account().entries) == KEPT
    call.cancel()
    assert call.wait(20)
    assert servicer.ended.wait(20)
    assert call.account().total == call.account().received + 2, "the request and the cancel"


def test_a_fast_stream_is_read_slowly_and_wholly(start, monkeypatch):
    monkeypatch.setattr(console_call, "FREE", 5)
    monkeypatch.setattr(console_call, "RATE", 100)
    call = start("Count", Item(amount=20))
    assert call.wait(20)
    assert call.account().braked
    assert call.account().received == 20
    assert call.account().status.code is grpc.StatusCode.OK


def test_news_since_the_last_time(start):
    call = start("Count", Item(amount=4))
    assert call.wait(20)
    assert [e["n"] for e in news_json(call, -1, "text")[0]] == [0, 1, 2, 3, 4]
    assert [e["n"] for e in news_json(call, 2, "text")[0]] == [3, 4]
    assert news_json(call, 4, "text") == ([], 5)


def test_what_grpc_has_not_taken_is_told():
    # The reader never reads and the window is 64 kB: a few large messages fill it.
    gate = threading.Event()

    class Stuck(every_pb2_grpc.EveryServicer):
        def Sum(self, request_iterator, context):
            gate.wait(30)
            return Item()

    options = [("grpc.http2.bdp_probe", 0)]
    with (
        servers.serve(Stuck(), options=options) as server,
        grpc.insecure_channel(server.address, options=options) as channel,
    ):
        call = ConsoleCall(channel, METHODS["Sum"])
        for _ in range(8):
            call.send(Item(name="x" * 60_000))
        eventually(lambda: call.account().sent >= 2)
        assert call.account().waiting > 0
        assert call_json(call.account())["waiting"] > 0
        call.cancel()
        assert call.wait(20)
        assert call.account().waiting == 0
        gate.set()


@pytest.mark.parametrize("name", ["Echo", "Count", "Sum", "Chat"])
def test_metadata_that_grpc_does_not_take(start, name):
    # The console refuses it before; were it to get through, the call ends.
    request = None if METHODS[name].client_streams else METHODS[name].request._concrete_class()
    call = start(name, request, metadata=[("Upper Case", "x")])
    assert call.wait(20)
    assert call.account().status.code is not grpc.StatusCode.OK


def test_no_thread_is_left(start):
    def mine():
        return [t for t in threading.enumerate() if t.name == "console call"]

    start("Chat").cancel()
    call = start("Sum")
    call.half_close()
    call.wait(20)
    eventually(lambda: not mine())


def test_messages_as_text_and_as_json():
    message = Everything(an_int64=5, a_string="<b>é</b>")
    assert message_text(message, "text") == 'an_int64: 5\na_string: "<b>é</b>"'
    assert message_text(message, "json") == '{\n  "anInt64": "5",\n  "aString": "<b>é</b>"\n}'
    unknown = Everything()
    unknown.any.type_url = "type.googleapis.com/no.Such"
    unknown.any.value = b"\x08\x01"
    assert "no.Such" in message_text(unknown, "json")
    newer = Item.FromString(b"\x98\x06\x05")
    assert message_text(newer, "text") == "99: 5", "fields that the schema does not know are shown"


def test_long_messages_are_cut(start):
    call = start("Echo", Everything(a_string="x" * 10_000))
    assert call.wait(20)
    entry = entries_json(list(call.account().entries), "text")[0]
    assert len(entry["text"]) == LONGEST
    assert entry["more"] == "6,012 more characters"
    assert entry["size"] == "10.0 kB"


def test_metadata_as_text():
    pairs = (("a", "b"), ("x-bin", b"\x00\xff"), ("y-bin", b"hi"), ("z-bin", b""))
    assert metadata_json(pairs) == [["a", "b"], ["x-bin", "00 ff"], ["y-bin", "68 69  “hi”"], ["z-bin", ""]]


def test_rich_details():
    status = status_pb2.Status(code=3, message="m")
    status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=5)))
    assert "retry_delay" in rich_details((("grpc-status-details-bin", status.SerializeToString()),))[0]
    for broken in (b"\xff\xff", "text"):
        assert rich_details((("grpc-status-details-bin", broken),)) == []
    assert rich_details(()) == []
