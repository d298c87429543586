"""Things that stand one after the other, each with its length: gRPC messages, HTTP/2 frames, delimited messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .. import names
from ..grpc.message import PREFIX, TRAILERS_FLAG
from ..http2.frames import FRAME_HEADER

_OF_CONNECTION = frozenset((names.SETTINGS, names.PING, names.GOAWAY))
_SIZES = {names.PRIORITY: 5, names.RST_STREAM: 4, names.PING: 8, names.WINDOW_UPDATE: 4}

EndOf = Callable[[bytes, int], "tuple[int, int] | None"]
"""Where the body of the thing begins that stands at a position, and where it ends; None where there is none."""


class ChainLink(NamedTuple):
    """One thing of a chain."""

    start: int
    body: int
    """Where what it carries begins, behind its length."""
    end: int
    """Where it ends, by its length: behind the last byte where it is cut short."""


def frame_at(data: bytes, pos: int) -> tuple[int, int] | None:
    """An HTTP/2 frame whose header makes sense (RFC 9113 section 6)."""
    body = pos + FRAME_HEADER
    if body > len(data):
        return None
    length, kind = int.from_bytes(data[pos : pos + 3], "big"), data[pos + 3]
    stream = int.from_bytes(data[pos + 5 : body], "big")
    # WINDOW_UPDATE may be of the connection or of a stream, all others are of one of them.
    misplaced = kind != names.WINDOW_UPDATE and (kind in _OF_CONNECTION) is not (stream == 0)
    if kind not in names.FRAME_TYPES or stream >> 31 or misplaced:
        return None
    if data[pos + 4] & ~sum(names.FLAGS.get(kind, ())):
        return None
    if length != _SIZES.get(kind, length) or (kind == names.SETTINGS and length % 6):
        return None
    return body, body + length


def prefixed_at(data: bytes, pos: int) -> tuple[int, int] | None:
    """A message with gRPC's prefix: a byte of flags and a length of four bytes."""
    body = pos + PREFIX
    if body > len(data) or data[pos] & ~TRAILERS_FLAG > 1:
        return None
    return body, body + int.from_bytes(data[pos + 1 : body], "big")


def delimited_at(data: bytes, pos: int) -> tuple[int, int] | None:
    """A message with its length as a varint before it."""
    value = 0
    for n, byte in enumerate(data[pos : pos + 5]):
        value |= (byte & 0x7F) << 7 * n
        if byte < 0x80:
            return pos + n + 1, pos + n + 1 + value
    return None


def chain(data: bytes, at: EndOf) -> Iterator[ChainLink]:
    """The things from the beginning on; the last one may be cut short."""
    pos = 0
    while pos < len(data) and (found := at(data, pos)) is not None:
        yield ChainLink(pos, *found)
        pos = found[1]


def is_chain(data: bytes, at: EndOf) -> bool:
    """Whether all bytes are such things, and the last one is whole."""
    end = 0
    for link in chain(data, at):
        end = link.end
    return bool(data) and end == len(data)
