"""Captures made by hand, for tests of how they are drawn."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterable

from helpers.wire import names
from helpers.wire.byte_regions import explain
from helpers.wire.connection import Connection
from helpers.wire.direction import TO_CLIENT, TO_SERVER, Direction
from helpers.wire.frames import Frame, OtherBytes, TcpEvent
from helpers.wire.grpc.call import Call
from helpers.wire.grpc.message import Message, Segment
from helpers.wire.http1.exchanges import Exchange, exchanges
from helpers.wire.http2.frames import Http2Frame
from helpers.wire.http2.headers import LITERAL, HeaderBlock, HeaderEntry
from helpers.wire.tls.connections import TlsConnection, tls_connections
from helpers.wire.totals import Totals, count

MS = 1_000_000


def frame(number: int, name: str, direction: Direction = TO_SERVER, payload: bytes = b"", **more) -> Frame:
    """A sound frame; ``headers`` gives it a block, ``at`` is its time in milliseconds."""
    headers, at = more.pop("headers", None), more.pop("at", number)
    payload = payload or b"".join(f"{k}{v}".encode() for k, v in (headers or {}).items())
    kind = {v: k for k, v in names.FRAME_TYPES.items()}.get(name)
    stream = more.pop("stream", 1)
    raw = payload
    if kind is not None:
        size = len(payload).to_bytes(3, "big")
        raw = size + struct.pack("!BBI", kind, more.get("flags", 0), stream) + payload
    common = (
        more.pop("connection", 1), number, direction, at * MS, 0, name, raw, stream, more.pop("problem", None)
    )  # fmt: skip
    if kind is None:
        return (OtherBytes if name == "MALFORMED" else TcpEvent)(*common, **more)
    block = None
    if headers is not None:
        entries = [HeaderEntry(k, v.encode(), LITERAL, 0, 0, 0) for k, v in headers.items()]
        block = HeaderBlock(tuple(entries), len(payload), ((number, len(payload)),), 0, 4096)
    return Http2Frame(*common, kind, more.pop("flags", 0), block, **more)


class FakeCapture:
    """What a view sees of a capture, and nothing else of it."""

    def __init__(self, frames: Iterable[Frame] = (), calls: Iterable[Call] = (), *, open: bool = False):
        self.frames, self.calls, self.open = tuple(frames), tuple(calls), open
        self.start_ns, self.end_ns, self.title, self.notes = 0, None, "", ()

    def held(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def watch(self, watcher: Callable[[], object]) -> Callable[[], None]:
        self.watcher = watcher
        return lambda: None

    def grow(self, frames: Iterable[Frame], *, open: bool = True) -> None:
        """These are the frames now; a view that watches is told."""
        self.frames, self.open = tuple(frames), open
        self.watcher()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return exchanges(self.frames)

    @property
    def encrypted(self) -> tuple[TlsConnection, ...]:
        return tls_connections(self.frames)

    @property
    def totals(self) -> Totals:
        return count(self.frames, self.calls)

    def locate(self, found: Frame):
        call = next((call for call in self.calls if found in call.frames), None)
        messages = call.messages if call else ()
        return call, tuple(m for m in messages if any(part.frame is found for part in m.segments))

    def explain(self, found: Frame):
        return explain(found, self.locate(found)[1])

    def windows(self):
        return ()


def unary(
    status: str = "0", message: str = "", path: str = "/courier.v1.QuoteService/GetQuote"
) -> FakeCapture:
    """A unary call with a handshake before it, answered after 200 ms."""
    request = {":method": "POST", ":path": path, "content-type": "application/grpc"}
    trailers = {"grpc-status": status, "grpc-message": message} if message else {"grpc-status": status}
    frames = (
        frame(0, "SETTINGS", stream=0),
        frame(1, "HEADERS", headers=request, flags=4),
        frame(2, "DATA", payload=b"\0\0\0\0\x03\x08\xb0\x09", flags=1),
        frame(3, "HEADERS", TO_CLIENT, headers={":status": "200"}, flags=4, at=202),
        frame(4, "DATA", TO_CLIENT, b"\0\0\0\0\x03\x08\xb2\x05", at=202),
        frame(5, "HEADERS", TO_CLIENT, headers=trailers, flags=5, at=203),
    )
    _, head, sent, answer, got, end = frames
    messages = tuple(
        Message(0, each.direction, (Segment(each, 9, len(each.raw)),), 3, False) for each in (sent, got)
    )
    call = Call(
        1, 1, frames[1:], head.headers, answer.headers, end.headers, messages, start_ns=MS, end_ns=203 * MS
    )
    return FakeCapture(frames, [call])


def http1(*sent: tuple[float, str, bytes], connection: int = 1) -> FakeCapture:
    """What passed on an HTTP/1.1 connection; each as the time in milliseconds, direction and bytes."""
    reader = Connection(connection)
    frames: list[Frame] = []
    for at, direction, payload in sent:
        frames += reader.feed(direction, payload, int(at * MS))
    return FakeCapture(frames)


def ask(path: str, method: str = "GET") -> bytes:
    """A request without a body."""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def answer(body: bytes = b"690", status: str = "200 OK") -> bytes:
    """An answer that tells its length."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def in_line(count: int = 20) -> FakeCapture:
    """Requests on one connection, each sent 1 ms after the answer before it; answer n takes 10 × n ms."""
    sent, now = [], 0.0
    for number in range(1, count + 1):
        sent.append((now + 1, TO_SERVER, ask(f"/quote?w={number}")))
        now += 1 + 10 * number
        sent.append((now, TO_CLIENT, answer()))
    return http1(*sent)


def pipelined() -> FakeCapture:
    """Three requests at once, the second one for what is not there; answers after 10, 30 and 35 ms."""
    return http1(
        (0, TO_SERVER, ask("/slow") + ask("/nowhere") + ask("/quick")),
        (10, TO_CLIENT, answer()),
        (30, TO_CLIENT, answer(b"", "404 Not Found")),
        (35, TO_CLIENT, answer()),
    )
