"""Bytes for tests, made by hand: frames, header blocks, messages, and records of them."""

from __future__ import annotations

from collections.abc import Iterable

import hpack

from helpers.wire import names
from helpers.wire.connection import Connection
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import PREFACE, Frame
from helpers.wire.record import Record

REQUEST = [
    (":method", "POST"),
    (":scheme", "http"),
    (":path", "/wiretest.v1.Kinds/Unary"),
    (":authority", "localhost"),
    ("content-type", "application/grpc"),
    ("te", "trailers"),
]
RESPONSE = [(":status", "200"), ("content-type", "application/grpc")]
TRAILERS = [("grpc-status", "0")]

Sent = tuple[str, bytes]


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"") -> bytes:
    """One frame."""
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def block(headers: Iterable[tuple[str, str | bytes]], encoder: hpack.Encoder | None = None) -> bytes:
    """A header block."""
    return (encoder or hpack.Encoder()).encode(headers)


def headers(
    entries: Iterable, stream: int = 1, flags: int = 0, encoder: hpack.Encoder | None = None
) -> bytes:
    """A whole HEADERS frame."""
    return frame(names.HEADERS, names.END_HEADERS | flags, stream, block(entries, encoder))


def data(payload: bytes, stream: int = 1, flags: int = 0) -> bytes:
    """A DATA frame."""
    return frame(names.DATA, flags, stream, payload)


def message(payload: bytes, compressed: bool = False) -> bytes:
    """A gRPC message with its prefix."""
    return bytes((compressed,)) + len(payload).to_bytes(4, "big") + payload


def settings(*pairs: tuple[int, int]) -> bytes:
    """A SETTINGS frame."""
    return frame(
        names.SETTINGS, payload=b"".join(n.to_bytes(2, "big") + v.to_bytes(4, "big") for n, v in pairs)
    )


OPENING: list[Sent] = [(TO_SERVER, PREFACE + settings()), (TO_CLIENT, settings())]


def unary(request: bytes = b"\x0a\x01x", reply: bytes = b"\x0a\x01y", stream: int = 1) -> list[Sent]:
    """A whole unary call."""
    return [
        (TO_SERVER, headers(REQUEST, stream) + data(message(request), stream, names.END_STREAM)),
        (
            TO_CLIENT,
            headers(RESPONSE, stream)
            + data(message(reply), stream)
            + headers(TRAILERS, stream, names.END_STREAM),
        ),
    ]


def read(sent: Iterable[Sent], connection: Connection | None = None) -> list[Frame]:
    """The frames of what was sent on one connection."""
    connection = connection or Connection()
    return [each for direction, payload in sent for each in connection.feed(direction, payload)]


def to_server(*payloads: bytes) -> list[Frame]:
    """The frames that a client sends after its preface, without the preface."""
    return read([(TO_SERVER, PREFACE + b"".join(payloads))])[1:]


def records(sent: Iterable[Sent], connection: int = 1, start: int = 0) -> list[Record]:
    """Records of what was sent, a microsecond apart."""
    return [
        Record(connection, direction, 1000 * number, payload)
        for number, (direction, payload) in enumerate(sent, start)
    ]


def decode(sent: Iterable[Sent], **kwargs: object) -> Decoder:
    """A decoder that has read what was sent on one connection."""
    decoder = Decoder(**kwargs)
    for record in records(sent):
        decoder.feed(record)
    return decoder
