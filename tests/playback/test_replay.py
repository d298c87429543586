"""The client's side of a capture is played again: the same calls, compared with what was recorded, and nothing hangs."""

from __future__ import annotations

import _thread
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from helpers import display
from helpers.playback import player, replay
from helpers.playback.script import Script, script_of
from helpers.wire import Capture, names, tap
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.record import Record
from tests.wire.build import OPENING, REQUEST, RESPONSE, Sent, data, frame, headers, message, records, unary

C, S, END = TO_SERVER, TO_CLIENT, names.END_STREAM
OPTIONS = (("grpc.enable_http_proxy", 0), ("grpc.use_local_subchannel_pool", 1))
Handler = Callable[[Iterator[bytes], grpc.ServicerContext], Iterator[bytes]]


class Anything(grpc.GenericRpcHandler):
    """Answers each call by a function of its name, as bytes; remembers what it was asked."""

    def __init__(self, **methods: Handler) -> None:
        self.methods = methods
        self.seen: list[tuple] = []

    def service(self, details):
        name = details.method.rpartition("/")[2]

        def handle(requests, context):
            got: list[bytes] = []
            metadata = tuple(
                (key, value) for key, value in context.invocation_metadata() if key != "user-agent"
            )
            self.seen.append((name, got, metadata, context))
            yield from self.methods[name]((got.append(each) or each for each in requests), context)

        return grpc.stream_stream_rpc_method_handler(handle) if name in self.methods else None


def echo(requests, context):
    context.send_initial_metadata((("first", "1"),))
    for each in requests:
        yield b"\x0a\x02" + each[-2:]


def collect(requests, context):
    yield b"\x0a\x01" + b"%d" % len(list(requests))


def refuse(requests, context):
    next(requests)
    context.abort(grpc.StatusCode.NOT_FOUND, "no parcel 7")
    yield b""


def hang(requests, context):
    yield from requests
    while context.is_active():
        time.sleep(0.005)


def endless(requests, context):
    while context.is_active():
        yield b"more"


@pytest.fixture
def run():
    """Starts servers; gives each one's port, and its handler."""
    running = []

    def run(**methods: Handler) -> tuple[int, Anything]:
        handler = Anything(**methods)
        server = grpc.server(ThreadPoolExecutor(8), options=(("grpc.so_reuseport", 0),), handlers=(handler,))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        running.append(server)
        return port, handler

    yield run
    for server in running:
        server.stop(None).wait(5)


@pytest.fixture(scope="module")
def recorded() -> Capture:
    """Calls of all kinds and with all ends, as a tap has recorded them."""
    handler = Anything(Echo=echo, Collect=collect, Refuse=refuse, Hang=hang)
    server = grpc.server(ThreadPoolExecutor(8), options=(("grpc.so_reuseport", 0),), handlers=(handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with (
        tap(port) as seen,
        grpc.insecure_channel(seen.address, OPTIONS) as channel,
        seen.capture() as capture,
    ):
        metadata = (("x-id", "7"), ("x-key-bin", b"\x00\xff"), ("x-forwarded-for", "10.1.1.1"))
        assert list(channel.stream_stream("/t.T/Echo")(iter([b"aaaa", b"bb"]), metadata=metadata, timeout=20))
        list(channel.stream_stream("/t.T/Collect")(iter([b"a", b"", b"c" * 100_000])))
        ask, answers = threading.Event(), []

        def one_by_one():
            yield b"11"
            ask.wait(20)
            yield b"22"

        for each in channel.stream_stream("/t.T/Echo")(one_by_one()):
            answers.append(each)
            ask.set()
        for method, timeout in (("Refuse", None), ("Hang", 0.1)):
            with pytest.raises(grpc.RpcError):
                list(channel.stream_stream(f"/t.T/{method}")(iter([b"xx"]), timeout=timeout))
        cancelled = channel.stream_stream("/t.T/Hang")(iter([b"yy"]))
        next(cancelled)
        cancelled.cancel()
    server.stop(None).wait(5)
    return capture


def everything(**changed: Handler) -> dict[str, Handler]:
    return {"Echo": echo, "Collect": collect, "Refuse": refuse, "Hang": hang, **changed}


@pytest.mark.parametrize("speed", [None, 3.0])
def test_the_same_server_gives_the_same(recorded, run, speed):
    port, handler = run(**everything())
    played = replay(recorded, port, speed=speed)
    assert [each.differences for each in played.calls] == [()] * 6
    assert played.same
    assert [each.status for each in played.calls[:4]] == ["OK", "OK", "OK", "NOT_FOUND"]
    assert played.calls[4].status in ("DEADLINE_EXCEEDED", "CANCELLED")
    assert (played.calls[5].status, played.calls[5].expected) == ("CANCELLED", "CANCELLED")
    assert [each.replies for each in played.calls[:3]] == [
        tuple(reply.data for reply in each.call.responses) for each in played.calls[:3]
    ]
    if speed is None:
        sent = [[each.data for each in call.requests] for call in recorded.calls]
        assert [got for _, got, _, _ in handler.seen] == sent
        assert handler.seen[0][2] == (("x-id", "7"), ("x-key-bin", b"\x00\xff"))
    assert "6 calls played again: 6 as recorded, 0 different, 0 skipped" in repr(played)
    assert set(display.static(played)) == {"text/html", "text/plain"}


def test_another_server_gives_what_differs(recorded, run):
    def other(requests, context):
        yield from list(requests)[:1]

    def fine(requests, context):
        yield b""

    port, _ = run(Echo=other, Collect=lambda requests, context: iter([b"\x0a\x011"]), Refuse=fine, Hang=hang)
    played = replay(recorded, port, calls=recorded.calls[:4])
    assert [each.differences for each in played.calls] == [
        (
            "1 reply instead of 2",
            "reply 0: malformed: b'aaaa' ⚠ a fixed 64 bit value is cut short instead of field 1: 'aa'",
        ),
        ("reply 0: field 1: '1' instead of field 1: '3'",),
        (
            "1 reply instead of 2",
            "reply 0: malformed: b'11' ⚠ a fixed 64 bit value is cut short instead of field 1: '11'",
        ),
        ("OK instead of NOT_FOUND",),
    ]
    assert len(played.different) == 4
    assert not played.same
    notes = played.calls[2].notes
    assert notes[0] == "a request went on without 1 reply, which had come before it"
    assert len(notes) == 2
    table = str(played.table)
    assert "0 as recorded, 4 different, 0 skipped" in table
    assert f"Played to 127.0.0.1:{port}, one call after another." in table


def test_metadata_can_be_given_anew(recorded, run):
    port, handler = run(**everything())
    replay(recorded, f"localhost:{port}", calls=recorded.calls[:1], metadata={"x-id": "8", "token": "new"})
    assert handler.seen[0][2] == (("x-key-bin", b"\x00\xff"), ("x-id", "8"), ("token", "new"))


def test_it_takes_whatever_has_an_address_and_channels(recorded, run):
    port, _ = run(**everything())
    one = recorded.calls[:1]
    with tap(port) as seen:
        with seen.capture() as again:
            assert replay(recorded, seen, calls=one).same
        assert [each.path for each in again.calls] == ["/t.T/Echo"]
    with grpc.insecure_channel(f"127.0.0.1:{port}", OPTIONS) as channel:
        assert replay(recorded, channel, calls=one).same
        assert replay(again, channel).same


def captured(sent: list[Sent]) -> Capture:
    made = records([*OPENING, *sent])
    return Capture(Decoder(keep=False), made, start_ns=0, end_ns=0)


ASKED = (C, headers(REQUEST) + data(message(b"x"), flags=END))


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ([ASKED], "it was still running when the capture ended"),
        ([(C, headers([(":method", "GET"), (":path", "/a")], 1, END))], "it is HTTP/2, not gRPC"),
        ([(C, headers(REQUEST) + data(message(b"x" * 50)[:20], flags=END))], "message 0 of the request: "),
        ([(S, data(message(b"x"), 1, END))], "it is HTTP/2, not gRPC"),
    ],
)
def test_what_cannot_be_played_is_skipped_and_said(sent, why):
    capture = captured(sent)
    played = replay(capture, "127.0.0.1:1")  # where nobody is asked
    assert [each.skipped is not None and why in each.skipped for each in played.calls] == [True]
    assert not played.same
    assert "– skipped: " in str(played.table)


def test_a_call_that_was_cut_or_is_older_is_skipped():
    cut = [*records([*OPENING, ASKED]), Record(1, S, 10**6, b"", "RESET")]
    capture = Capture(Decoder(keep=False), cut, start_ns=0, end_ns=0)
    assert script_of(capture.calls[0]) == "it was cut: the server reset the connection"
    before = Decoder(keep=False)
    for record in records([*OPENING, ASKED]):
        before.feed(record)
    after = Capture(before, records([(S, headers(RESPONSE) + data(message(b"y")))]), start_ns=0, end_ns=0)
    assert script_of(after.calls[0]) == "its beginning is not in the capture"


def test_metadata_that_nobody_sends_is_left_out():
    bad = [
        *REQUEST,
        ("grpc-trace-bin", "AAA"),
        ("via", "1.1 x"),
        ("x-ok", "1"),
        ("X-Bad", "1"),
        ("x-odd", b"\xff"),
    ]
    script = script_of(captured([(C, headers(bad) + data(message(b"x"), flags=END)), unary()[1]]).calls[0])
    assert isinstance(script, Script)
    assert script.metadata == (("x-ok", "1"),)
    assert script.notes == ("metadata that gRPC does not send is left out: X-Bad, x-odd",)


def test_a_reset_by_the_server_has_the_status_that_clients_see():
    refused = frame(names.RST_STREAM, 0, 1, (7).to_bytes(4, "big"))
    script = script_of(captured([ASKED, (S, refused)]).calls[0])
    assert isinstance(script, Script)
    assert script.expected == "UNAVAILABLE"


def test_a_server_that_does_not_answer_takes_no_longer_than_said(recorded, run):
    port, _ = run(**everything(Echo=hang, Collect=hang))
    played = replay(recorded, port, calls=recorded.calls[1:2], timeout=0.2)
    assert "DEADLINE_EXCEEDED" in played.calls[0].differences[0]
    assert played.calls[0].duration < 5


def test_a_server_that_never_ends_is_given_up(recorded, run, monkeypatch):
    monkeypatch.setattr(player, "MORE_REPLIES", 20)
    port, _ = run(**everything(Collect=endless))
    (played,) = replay(recorded, port, calls=recorded.calls[1:2]).calls
    assert played.notes == ("given up: it gave much more than was recorded",)
    assert 20 <= len(played.replies) < 5000
    assert played.differences


def test_nobody_there(recorded):
    with pytest.raises(ConnectionError, match=r"^nobody answers at 127.0.0.1:1 \(.*\): does the server run"):
        replay(recorded, "127.0.0.1:1")


@pytest.mark.parametrize("server", ["x", None, True, 0, "h:", "::1:5", 70_000])
def test_what_is_no_address(recorded, server):
    with pytest.raises(ValueError, match=r"replay\(\) takes"):
        replay(recorded, server)


@pytest.mark.parametrize("wrong", [{"speed": 0}, {"timeout": -1}])
def test_times_above_zero(recorded, wrong):
    with pytest.raises(ValueError, match="is a number above zero"):
        replay(recorded, 1, **wrong)


def test_the_stop_button_stops_it(recorded, run):
    port, handler = run(**everything(Collect=hang))

    def press() -> None:
        while not handler.seen:
            time.sleep(0.01)
        _thread.interrupt_main()

    button = threading.Thread(target=press)
    button.start()
    with pytest.raises(KeyboardInterrupt):
        replay(recorded, port, calls=recorded.calls[1:2], timeout=60)
    button.join()
    over = threading.Event()
    context = handler.seen[-1][3]
    if context.add_callback(over.set):
        assert over.wait(10)
    assert threading.active_count() < 100


def test_many_calls_side_by_side(run):
    port, handler = run(Unary=lambda requests, context: iter([b"\x0a\x01y"] if list(requests) else []))
    capture = captured([each for n in range(300) for each in unary(stream=2 * n + 1)])
    played = replay(capture, port, speed=1000)
    assert played.same
    assert len(handler.seen) == 300
    assert "200 more calls not listed" in played.table.note
    assert len(played.table.rows) == 100
