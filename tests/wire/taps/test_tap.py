"""The relay: what it records, what it passes on, how it ends, and what it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import psutil
import pytest

from helpers import cells, serve
from helpers.wire import close_all, tap
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.taps import open_taps
from helpers.wire.taps.open_taps import parse_target
from helpers.wire.taps.tap import Tap

C, S = TO_SERVER, TO_CLIENT


@pytest.fixture
def peer():
    """A listening socket that tests answer on by hand."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        yield listener


@pytest.fixture
def pair(peer):
    """A tap, and a connection through it: ``(tap, client, server)``."""
    with tap(peer.getsockname()[1]) as wire, socket.create_connection(("127.0.0.1", wire.port), 5) as client:
        server, _ = peer.accept()
        server.settimeout(5)
        with server:
            yield wire, client, server


def until(condition, seconds: float = 5.0) -> bool:
    """Wait for something that threads do."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def events(wire: Tap) -> list[tuple[str, str | bytes]]:
    return [(each.direction, each.event or each.data) for each in wire.snapshot().records()]


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def test_bytes_are_recorded_and_passed_on(pair):
    wire, client, server = pair
    client.sendall(b"hello")
    assert server.recv(100) == b"hello"
    server.sendall(b"you")
    assert client.recv(100) == b"you"
    assert events(wire) == [(C, "OPEN"), (C, b"hello"), (S, b"you")]
    times = [each.t_ns for each in wire.snapshot().records()]
    assert times == sorted(times)


def test_half_close_passes_through(pair):
    wire, client, server = pair
    client.sendall(b"request")
    client.shutdown(socket.SHUT_WR)
    assert server.recv(100) == b"request"
    assert server.recv(100) == b""
    server.sendall(b"answer after the half-close")
    server.close()
    assert client.recv(100) == b"answer after the half-close"
    assert client.recv(100) == b""
    assert until(lambda: events(wire)[-1] == (S, "GONE"))
    assert [what for _, what in events(wire) if isinstance(what, str)] == ["OPEN", "FIN", "FIN", "GONE"]


@pytest.mark.parametrize("sender", ["client", "server"])
def test_reset_passes_through(pair, sender):
    wire, client, server = pair
    client.sendall(b"x")
    assert server.recv(100) == b"x"
    first, second = (client, server) if sender == "client" else (server, client)
    reset(first)
    with pytest.raises(ConnectionResetError):
        second.recv(100)
    assert until(lambda: events(wire)[-1] == (S, "GONE"))
    assert (C if sender == "client" else S, "RESET") in events(wire)
    assert not any(what == "FIN" for _, what in events(wire))


def test_reset_while_the_other_side_keeps_sending(pair):
    wire, client, server = pair

    def flood():
        with contextlib.suppress(OSError):
            while True:
                server.sendall(bytes(100_000))

    thread = threading.Thread(target=flood)
    thread.start()
    client.recv(1000)
    reset(client)
    thread.join(5)
    assert not thread.is_alive()
    assert until(lambda: events(wire)[-1] == (S, "GONE"))
    assert (C, "RESET") in events(wire)
    assert not any(what == "FIN" for _, what in events(wire))


def test_a_refused_connection_is_passed_on_and_recorded():
    # Bound, so that nobody else listens there, and not listening.
    with socket.socket() as held, contextlib.ExitStack() as stack:
        held.bind(("127.0.0.1", 0))
        wire = stack.enter_context(tap(held.getsockname()[1]))
        with pytest.raises(ConnectionError), socket.create_connection(("127.0.0.1", wire.port), 5) as client:
            client.recv(100)
        assert until(lambda: events(wire)[-1] == (S, "GONE"))
        assert events(wire) == [(C, "OPEN"), (S, "REFUSED"), (S, "GONE")]
        assert [each.name for each in wire.snapshot().frames] == ["OPEN", "REFUSED"]


def test_a_slow_reader_slows_the_sender_down(pair):
    _, client, server = pair
    server.settimeout(0.5)
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < 1_000_000_000:
            sent += server.send(bytes(1_000_000))
    assert sent < 1_000_000_000
    received = 0
    client.settimeout(5)
    while received < sent:
        received += len(client.recv(1_000_000))
    assert received == sent


def test_many_connections_at_once(peer):
    with tap(peer.getsockname()[1]) as wire:

        def talk(number: int) -> bytes:
            with socket.create_connection(("127.0.0.1", wire.port), 5) as client:
                server, _ = peer.accept()
                with server:
                    client.sendall(b"%d" % number)
                    server.sendall(b"=" + server.recv(100))
                    return client.recv(100)

        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(talk, range(60)))
        assert sum(answer.startswith(b"=") for answer in answers) == 60
        assert until(lambda: sum(what == "GONE" for _, what in events(wire)) == 60)
        assert len({each.connection for each in wire.snapshot().frames}) == 60


def test_a_large_transfer_is_whole(pair):
    wire, client, server = pair
    sent = os.urandom(20_000_000)
    thread = threading.Thread(target=lambda: (client.sendall(sent), client.shutdown(socket.SHUT_WR)))
    thread.start()
    received = bytearray()
    while piece := server.recv(1_000_000):
        received += piece
    thread.join()
    assert received == sent
    assert b"".join(each.data for each in wire.snapshot().records()) == sent


# Calls


def test_a_call_is_captured_with_what_it_leaves_behind(wire, stub, kinds_pb2):
    with wire.capture("one") as call:
        assert call.open
        assert stub.Unary(kinds_pb2.Request(text="x")).text == "x"
        assert call.calls[0].status == "OK"  # live
    assert not call.open
    (found,) = call.calls
    assert (found.path, found.kind, found.outcome) == ("/wiretest.v1.Kinds/Unary", "unary", "OK")
    assert found.requests[0].fields[0].name == "text"
    pings = [each for each in call.frames if each.name == "PING"]
    assert sum(each.ack for each in pings) * 2 == len(pings)
    with wire.capture() as second:
        stub.Unary(kinds_pb2.Request(text="y"))
    assert [each.requests[0].fields[0].value for each in second.calls] == ["y"]
    assert second.calls[0].frames[0].size < found.frames[0].size
    assert not any(each.problem for each in second.frames)


def test_all_four_kinds(wire, stub, kinds_pb2):
    requests = [kinds_pb2.Request(text=letter) for letter in "abc"]
    with wire.capture() as found:
        stub.Unary(requests[0])
        assert len(list(stub.ServerStream(kinds_pb2.Request(text="s", count=4)))) == 4
        stub.ClientStream(iter(requests))
        assert len(list(stub.Both(iter(requests)))) == 3
    assert [(call.kind, len(call.requests), len(call.responses)) for call in found.calls] == [
        ("unary", 1, 1),
        ("server streaming", 1, 4),
        ("client streaming", 3, 1),
        ("bidirectional streaming", 3, 3),
    ]


def test_failed_calls(wire, stub, kinds_pb2):
    with wire.capture() as found:
        with pytest.raises(grpc.RpcError) as error:
            stub.Unary(kinds_pb2.Request(how="abort"))
        with pytest.raises(grpc.RpcError):
            stub.Unary(kinds_pb2.Request(how="sleep"), timeout=0.15)
        stream = stub.ServerStream(kinds_pb2.Request(count=2, how="sleep"))
        next(stream)
        stream.cancel()
    assert error.value.details() == "no parcel № 7"
    aborted, late, cancelled = found.calls
    assert aborted.trailers_only
    assert aborted.outcome == "NOT_FOUND: no parcel № 7"
    assert aborted.trailing_metadata == (("reason", "none"), ("reason-bin", b"\x00\xff"))
    assert late.cancelled or late.status == "DEADLINE_EXCEEDED"  # both clocks run out at about the same time
    assert 0 < late.timeout_ns <= 160_000_000  # gRPC rounds up
    assert cancelled.cancelled
    assert len(cancelled.responses) >= 1


def test_metadata_and_large_compressed_messages(wire, kinds, channel_to):
    pb2, pb2_grpc = kinds
    with channel_to(wire.address) as channel, wire.capture() as found:
        pb2_grpc.KindsStub(channel).Unary(
            pb2.Request(text="ab" * 50_000, how="metadata"),
            metadata=(("x-id", "7"), ("k-bin", b"\x00\x01\xff")),
            compression=grpc.Compression.Gzip,
        )
    (call,) = found.calls
    assert call.metadata == (("x-id", "7"), ("k-bin", b"\x00\x01\xff"))
    assert call.initial_metadata == (("first", "1"),)
    assert call.trailing_metadata == (("last", "2"),)
    assert call.requests[0].compressed
    assert call.requests[0].fields[0].value == "ab" * 50_000
    assert call.requests[0].length < 1000
    assert call.responses[0].fields[0].value == "ab" * 50_000


def test_async_capture_leaves_the_loop_free(wire, kinds):
    pb2, pb2_grpc = kinds
    ticks = []

    async def ticker():
        while True:
            ticks.append(1)
            await asyncio.sleep(0.002)

    async def main():
        task = asyncio.create_task(ticker())
        async with grpc.aio.insecure_channel(wire.address) as channel, wire.capture() as found:
            await pb2_grpc.KindsStub(channel).Unary(pb2.Request(text="x"))
            before = len(ticks)
        task.cancel()
        return found, len(ticks) - before

    found, during = asyncio.run(main())
    assert found.calls[0].outcome == "OK"
    assert during > 1


def test_a_block_that_raises_still_ends_its_capture(wire):
    with pytest.raises(ZeroDivisionError), wire.capture() as found:
        raise ZeroDivisionError
    assert not found.open


def test_a_stream_that_goes_on_does_not_hold_up_the_end(wire, stub, kinds_pb2):
    with wire.capture() as found:
        stream = stub.ServerStream(kinds_pb2.Request(count=3, how="sleep"))
        next(stream)
    assert not found.calls[0].done
    with wire.capture() as later:
        stream.cancel()
    assert later.calls[0].began_before
    assert later.calls[0].path == "/wiretest.v1.Kinds/ServerStream"
    assert later.calls[0].cancelled


# Life and end


def test_the_same_target_gives_the_same_tap(make_server):
    port = make_server()
    first = tap(port)
    assert tap(f"127.0.0.1:{port}") is first
    first.close()
    assert tap(port) is not first


def test_a_tap_ends_with_its_server(servicer, kinds_pb2, kinds, channel_to):
    server = serve(servicer)
    wire = tap(server)
    assert tap(server) is wire
    with channel_to(wire.address) as channel:
        kinds[1].KindsStub(channel).Unary(kinds_pb2.Request(text="x"))
        server.stop().wait(5)
        assert until(lambda: wire.closed and not open_taps._taps)
    assert wire.snapshot().calls[0].status == "OK"
    assert tap_threads() == 0


def test_a_graceful_stop_lets_running_calls_end(servicer, kinds_pb2, kinds, channel_to):
    server = serve(servicer)
    wire = tap(server)
    with channel_to(wire.address) as channel:
        stream = kinds[1].KindsStub(channel).Both(iter([kinds_pb2.Request(text="x")] * 3))
        next(stream)
        stopped = server.stop(5)
        assert len(list(stream)) == 2
        assert stopped.wait(5)
        names_seen = [each.name for each in wire.snapshot().frames]
    assert "GOAWAY" in names_seen


def test_closing_cuts_open_connections(pair):
    wire, client, server = pair
    client.sendall(b"x")
    assert server.recv(10) == b"x"
    wire.close()
    wire.close()
    assert client.recv(10) == b""
    assert server.recv(10) == b""
    assert [what for _, what in events(wire) if isinstance(what, str)] == ["OPEN", "CLOSED", "GONE"]
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", wire.port), 1)
    assert "closed" in repr(wire)
    with wire.capture() as nothing:
        pass
    assert nothing.frames == ()


def test_nothing_is_left_behind(kinds, servicer, channel_to):
    def once():
        server = serve(servicer)
        wire = tap(server)
        with channel_to(wire.address) as channel, wire.capture():
            kinds[1].KindsStub(channel).Unary(kinds[0].Request(text="x"))
        server.stop().wait(5)

    once()
    assert until(lambda: tap_threads() == 0)
    gc.collect()
    process = psutil.Process()
    descriptors = process.num_fds()
    for _ in range(15):
        once()
    assert until(lambda: tap_threads() == 0)
    assert until(lambda: (gc.collect(), process.num_fds() <= descriptors + 3)[1])
    assert open_taps._taps == []


def tap_threads() -> int:
    return sum(thread.name.startswith("tap-") for thread in threading.enumerate())


def test_close_all(make_server):
    taps = [tap(make_server()), tap(make_server())]
    close_all()
    assert all(each.closed for each in taps)
    assert tap_threads() == 0


def test_cells_replace_what_their_earlier_run_made(monkeypatch, make_server):
    ports = [make_server() for _ in range(4)]
    run = ["cell", "1"]
    monkeypatch.setattr(cells, "running", lambda: cells.CellRun(*run))
    first, second = tap(ports[0]), tap(ports[1])
    run[1] = "2"
    assert tap(ports[0]) is first
    replacing = tap(ports[2])
    assert not first.closed
    assert second.closed
    run[:] = ["other", "3"]
    shared = tap(ports[2])
    assert shared is replacing
    run[:] = ["cell", "4"]
    assert tap(ports[3]) is not first
    assert first.closed
    tap(ports[3])
    assert not replacing.closed  # another cell uses it too


def test_outside_of_a_notebook_nothing_is_replaced(make_server):
    assert cells.running() is None
    first = tap(make_server())
    second = tap(make_server())
    assert not first.closed
    assert not second.closed


@pytest.mark.parametrize(
    ("given", "target"),
    [
        (50051, ("127.0.0.1", 50051)),
        ("50051", ("127.0.0.1", 50051)),
        ("localhost:1", ("localhost", 1)),
        ("127.0.0.2:1", ("127.0.0.2", 1)),
        ("[::1]:1", ("::1", 1)),
    ],
)
def test_targets(given, target):
    assert parse_target(given) == target


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("example.com:80", "this machine only"),
        ("10.0.0.1:80", "this machine only"),
        ("127.evil.example:80", "this machine only"),
        ("0.0.0.0:80", "this machine only"),
        ("localhost", "no port"),
        ("localhost:", "no port"),
        ("localhost:99999", "no port"),
        (0, "no port"),
        (None, "not None"),
        (True, "not True"),
        (object(), "takes a server"),
    ],
)
def test_targets_that_are_refused(given, reason):
    with pytest.raises(ValueError, match=reason):
        tap(given)


def test_silence_keeps_what_is_sent_and_tells_nobody(pair):
    wire, client, server = pair
    client.sendall(b"before")
    assert server.recv(100) == b"before"
    with wire.silence():
        client.sendall(b"meanwhile")
        server.sendall(b"back")
        assert until(lambda: (C, b"meanwhile") in events(wire) and (S, b"back") in events(wire)), (
            "it is recorded"
        )
        client.sendall(b", and more")
        assert until(lambda: (C, b", and more") in events(wire)), "when it comes"
        for end in (client, server):
            end.settimeout(0.05)
            with pytest.raises(TimeoutError):
                end.recv(100)
            end.settimeout(5)
    assert server.recv(100) == b"meanwhile, and more"
    assert client.recv(100) == b"back"


def test_silence_keeps_the_end_of_a_connection(pair):
    wire, client, server = pair
    with wire.silence():
        client.close()
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.recv(100)
        server.settimeout(5)
    assert server.recv(100) == b""


def test_silence_keeps_a_reset(pair):
    wire, client, server = pair
    with wire.silence():
        client.sendall(b"before the end")
        assert until(lambda: (C, b"before the end") in events(wire))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.recv(100)
        server.settimeout(5)
    with contextlib.suppress(ConnectionResetError):
        assert server.recv(100) in (b"before the end", b"")
    assert until(lambda: (C, "RESET") in events(wire))


def test_a_silent_tap_can_be_closed(pair):
    wire, client, _ = pair
    with wire.silence():
        client.sendall(b"never heard")
        assert until(lambda: (C, b"never heard") in events(wire))
        wire.close()
        assert client.recv(100) == b""
    assert wire.closed
