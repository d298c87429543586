"""Bytes handed to a server over a plain socket, and what the server did about them."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

import hpack

from helpers.wire import names
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER, Direction
from helpers.wire.frames import PREFACE, Frame
from helpers.wire.grpc.call import Call
from helpers.wire.record import Record

PATIENCE = 2.5  # seconds of silence: gRPC delays a refusal by up to one second
_AFTERWARDS = 0.15  # seconds for what follows the end of a stream, such as RST_STREAM

Header = tuple[str, str]


@dataclass(frozen=True)
class RawExchange:
    """What was sent to a server, and what came back.

    Attributes:
        sent: the frames that the bytes read as; a rest that is no whole frame is `MALFORMED`.
        received: the server's frames.
        call: the call as both sides' frames tell it; None where there was none.
        closed: whether the server ended the connection.
        patience: seconds of silence after which nobody waited any longer.
    """

    sent: tuple[Frame, ...]
    received: tuple[Frame, ...]
    call: Call | None
    closed: bool
    patience: float

    @property
    def reset(self) -> Frame | None:
        """The server's RST_STREAM or GOAWAY, whichever came first."""
        return next((frame for frame in self.received if frame.name in ("RST_STREAM", "GOAWAY")), None)

    @property
    def greeted(self) -> bool:
        """Whether the server has acknowledged the client's SETTINGS, and so has understood the beginning."""
        return any(frame.name == "SETTINGS" and frame.ack for frame in self.received)

    @property
    def text(self) -> str:
        """What the server did, in words."""
        seen = []
        if self.call is not None and self.call.status is not None:
            said = f": {self.call.status_message}" if self.call.status_message else ""
            seen.append(f"grpc-status {self.call.status_code} {self.call.status}{said}")
        if (reset := self.reset) is not None:
            seen.append(f"{reset.name} {reset.summary}")
        if not seen:
            seen.append("your SETTINGS acknowledged" if self.greeted else "the server's own SETTINGS")
            seen += [] if self.closed else [f"nothing for {self.patience:g} s"]
        if self.closed:
            seen.append("the end of the connection")
        return ", then ".join(seen)


def send_bytes(address: str, data: bytes, patience: float = PATIENCE) -> RawExchange:
    """Connects, sends the bytes, and listens until the call is over, or all is silent.

    Args:
        address: `"127.0.0.1:41233"`.
        data: all that the client says; nothing is added to it.
        patience: seconds of silence to wait through.
    """
    decoder, closed, wait = Decoder(), False, patience
    _take(decoder, TO_SERVER, data)
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=patience) as connection:
        # The server may hang up before all is sent; what it has said is there all the same.
        with contextlib.suppress(OSError):
            connection.sendall(data)
        while not closed:
            connection.settimeout(wait)
            try:
                piece = connection.recv(65536)
            except TimeoutError:
                break
            except ConnectionError:
                piece = b""
            closed = not piece
            frames = _take(decoder, TO_CLIENT, piece)
            if any(frame.end_stream or frame.name == "RST_STREAM" for frame in frames):
                wait = _AFTERWARDS
    if not decoder.whole:
        decoder.feed(Record(1, TO_SERVER, time.monotonic_ns(), b"", "FIN"))
    sent, received = (
        tuple(frame for frame in decoder.frames if frame.direction == way and frame.name != "FIN")
        for way in (TO_SERVER, TO_CLIENT)
    )
    return RawExchange(sent, received, next(iter(decoder.calls), None), closed, patience)


def _take(decoder: Decoder, direction: Direction, data: bytes) -> list[Frame]:
    return decoder.feed(Record(1, direction, time.monotonic_ns(), data))


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"") -> bytes:
    """One frame (RFC 9113 section 4.1)."""
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def prefixed(message: bytes) -> bytes:
    """A message as it is in DATA: not compressed, its length, its bytes (gRPC over HTTP2)."""
    return b"\0" + len(message).to_bytes(4, "big") + message


def request_headers(path: str, authority: str) -> Sequence[Header]:
    """The headers of a call, in the usual order."""
    return (
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", authority),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    )


def request_bytes(path: str, authority: str, message: bytes) -> bytes:
    """All that a client has to say for a unary call."""
    block = hpack.Encoder().encode(request_headers(path, authority))
    data = frame(names.DATA, names.END_STREAM, 1, prefixed(message))
    return PREFACE + frame(names.SETTINGS) + frame(names.HEADERS, names.END_HEADERS, 1, block) + data
