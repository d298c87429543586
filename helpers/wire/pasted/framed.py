"""Messages one after the other: with gRPC's prefix of 5 bytes, or with a varint before each."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from google.protobuf.descriptor import Descriptor

from helpers.text import plural

from ..byte_region import ByteRegion
from ..byte_regions import message_regions
from ..grpc.compression import decompress
from ..grpc.message import TRAILERS_FLAG
from .chains import ChainLink, EndOf, chain, delimited_at, prefixed_at
from .content import DELIMITED, GRPC, Content, Schema, moved, rest

MOST_MESSAGES = 1000
"""So many messages are told apart."""
INFLATED_LIMIT = 1024 * 1024
"""Bytes to which a compressed message is decompressed."""


class _Body(NamedTuple):
    """What a message is once its prefix is read."""

    plain: bytes | None
    """Its bytes, decompressed; None where it is cut short, carries trailers, or cannot be decompressed."""
    encoding: str = ""
    """How it was compressed."""
    problem: str | None = None


def read_framed(data: bytes, schema: Schema) -> Content:
    """Read messages as gRPC frames them (the "Length-Prefixed-Message" of gRPC over HTTP2)."""
    links, after = _links(data, prefixed_at)
    bodies = [_body(data, link) for link in links]
    messages = tuple(body.plain for body in bodies if body.plain is not None)
    descriptor = schema(messages or [data[link.body : link.end] for link in links[:1]])
    regions: list[ByteRegion] = []
    for link, body in zip(links, bodies, strict=True):
        regions += (_prefix(data, link), _message(data, link, body, descriptor))
    told = f"{plural(len(links), 'message')} with gRPC's prefix of 5 bytes"
    region = ByteRegion(0, len(data), "message", "gRPC messages", told, (*regions, *after))
    packed = [
        f"Message {number} is compressed with {body.encoding}; `.messages[{number}]` has it decompressed."
        for number, body in enumerate(each for each in bodies if each.plain is not None)
        if body.encoding and body.plain is not None
    ]
    return Content(GRPC, told, region, messages, descriptor, tuple(packed[:3]))


def read_delimited(data: bytes, schema: Schema) -> Content:
    """Read messages with their lengths as varints before them."""
    links, after = _links(data, delimited_at)
    messages = tuple(data[link.body : link.end] for link in links if link.end <= len(data))
    descriptor = schema(messages or [data[link.body : link.end] for link in links[:1]])
    regions: list[ByteRegion] = []
    for link in links:
        length = ByteRegion(link.start, link.body, "length", "length", f"{link.end - link.body}")
        regions += (length, _plain(data, link, descriptor))
    told = f"{plural(len(links), 'message')} with the length before each, as `writeDelimitedTo` and its like write them"
    region = ByteRegion(0, len(data), "message", "delimited messages", told, (*regions, *after))
    return Content(DELIMITED, told, region, messages, descriptor)


def _links(data: bytes, at: EndOf) -> tuple[list[ChainLink], list[ByteRegion]]:
    """The messages, and what is left behind the last of them."""
    links = list(islice(chain(data, at), MOST_MESSAGES))
    end = links[-1].end if links else 0
    more = f"more than {MOST_MESSAGES} messages: the rest is not told apart"
    return links, rest(data, end, more if len(links) == MOST_MESSAGES else "no length that makes sense")


def _body(data: bytes, link: ChainLink) -> _Body:
    raw, flags = data[link.body : link.end], data[link.start]
    if link.end > len(data) or flags & TRAILERS_FLAG:
        return _Body(None)
    if not flags & 1:
        return _Body(raw)
    encoding = "gzip" if raw[:2] == b"\x1f\x8b" else "deflate"  # which of them it is only the headers say
    plain, problem = decompress(raw, encoding, INFLATED_LIMIT)
    return _Body(None if problem else plain, encoding, problem)


def _prefix(data: bytes, link: ChainLink) -> ByteRegion:
    flags = data[link.start]
    said = "yes" if flags & 1 else "no"
    parts = (
        ByteRegion(
            link.start,
            link.start + 1,
            "number",
            "flags" if flags & TRAILERS_FLAG else "compressed",
            f"trailers follow, compressed: {said}" if flags & TRAILERS_FLAG else said,
        ),
        ByteRegion(link.start + 1, link.body, "number", "length", f"{link.end - link.body}"),
    )
    return ByteRegion(link.start, link.body, "prefix", "message prefix", "", parts)


def _message(data: bytes, link: ChainLink, body: _Body, descriptor: Descriptor | None) -> ByteRegion:
    if data[link.start] & TRAILERS_FLAG:
        text = repr(data[link.body : link.end][:200])
        return ByteRegion(link.body, min(link.end, len(data)), "text", "trailers", text)
    if body.encoding:
        told = f"{link.end - link.body} B, {body.encoding}"
        told += f", {len(body.plain)} B decompressed" if body.plain is not None else ""
        name = descriptor.full_name if descriptor is not None else "message"
        return ByteRegion(link.body, link.end, "compressed", name, told, (), body.problem)
    return _plain(data, link, descriptor)


def _plain(data: bytes, link: ChainLink, descriptor: Descriptor | None) -> ByteRegion:
    here, length = data[link.body : link.end], link.end - link.body
    region = moved(message_regions(here, descriptor), link.body)
    if len(here) == length:
        return region
    # What is here of it says something all the same.
    return replace(region, text=f"{length} B", problem=f"cut short: {len(here)} of {length} bytes are here")
