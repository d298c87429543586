"""`Content`: what some bytes are, and what each of them means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from google.protobuf.descriptor import Descriptor

from ..byte_region import ByteRegion, shifted

MESSAGE, GRPC, HTTP2, STATUS, DELIMITED = "message", "grpc", "http2", "status", "delimited"
CONTENTS = (MESSAGE, GRPC, HTTP2, STATUS, DELIMITED)
"""What bytes can be, by name: one serialized message; messages with gRPC's prefix of 5 bytes; HTTP/2 frames; a
`google.rpc.Status`, as ``grpc-status-details-bin`` has it; messages with their lengths as varints before them."""

Schema = Callable[[Sequence[bytes]], "Descriptor | None"]
"""Chooses the type of messages."""


class Content(NamedTuple):
    """What bytes are."""

    kind: str
    """One of `CONTENTS`; or ``text``, ``connection`` (TLS, HTTP/1.1), ``nothing``."""
    told: str
    """The same for people, without a full stop."""
    region: ByteRegion
    """What every byte means."""
    messages: tuple[bytes, ...] = ()
    """The messages that are whole, decompressed."""
    descriptor: Descriptor | None = None
    """The type that they were read with."""
    notes: tuple[str, ...] = ()
    """What else is to be said, in sentences."""


def problems(region: ByteRegion) -> Iterator[str]:
    """All that is malformed, from the outside in."""
    if region.problem:
        yield region.problem
    for child in region.children:
        yield from problems(child)


def moved(region: ByteRegion, start: int) -> ByteRegion:
    """The region of something that begins at 0, where it really begins."""
    there = shifted(region, start, start, start + region.end)
    return there if there is not None else region


def rest(data: bytes, pos: int, problem: str) -> list[ByteRegion]:
    """What is left behind the last thing that could be read: nothing, or one region."""
    left = len(data) - pos
    return [ByteRegion(pos, len(data), "malformed", "rest", f"{left} B", (), problem)] if left > 0 else []
