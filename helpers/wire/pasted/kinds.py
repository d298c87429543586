"""What bytes are that came without a word: the likeliest kind of content, and its reader."""

from __future__ import annotations

from itertools import islice

from helpers.text import plural

from ..byte_region import ByteRegion
from ..byte_regions import message_regions
from ..frames import PREFACE
from ..grpc import status_details
from ..grpc.compression import decompress
from ..protobuf.guess import guess_text
from ..protobuf.reader import walk
from ..schema import MethodLookup
from .chains import chain, delimited_at, frame_at, is_chain, prefixed_at
from .content import DELIMITED, GRPC, HTTP2, MESSAGE, STATUS, Content, Schema
from .framed import INFLATED_LIMIT, read_delimited, read_framed
from .frames import read_connection, read_frames

_LONGEST = 64 * 1024 * 1024  # bytes that a message may have of which the beginning is here


def read_content(data: bytes, schema: Schema, lookup: MethodLookup, as_: str | None = None) -> Content:
    """Find out what bytes are, and what each of them means.

    Args:
        data: Any bytes.
        schema: Chooses the type of messages.
        lookup: Finds the methods of calls.
        as_: What they are, where that is known: one of `CONTENTS`.
    """
    kind = as_ or _likeliest(data)
    if kind == HTTP2:
        return read_frames(data, schema, lookup)
    if kind == GRPC:
        return read_framed(data, schema)
    if kind == DELIMITED:
        return read_delimited(data, schema)
    if kind == "connection":
        return read_connection(data)
    if kind == STATUS:
        descriptor = status_details.status_type()
        region = message_regions(data, descriptor)
        return Content(STATUS, "a google.rpc.Status, a rich status", region, (data,), descriptor)
    return _message(data, schema, asked=as_ is not None)


def _likeliest(data: bytes) -> str:
    start = data.split(b"\r\n", 1)[0]
    if data[: len(PREFACE)] == PREFACE or is_chain(data, frame_at):
        return HTTP2
    if data[:2] == b"\x16\x03" or start.startswith(b"HTTP/1.") or start.endswith(b" HTTP/1.1"):
        return "connection"
    if is_chain(data, prefixed_at):
        return GRPC
    fields = walk(data)
    if not fields or not fields[-1].problem:
        return STATUS if _is_status(data) else MESSAGE
    if is_chain(data, delimited_at):
        return DELIMITED
    # No message begins with a zero byte: what is cut short has begun, at least.
    if data[:1] in (b"\0", b"\1"):
        frames = list(islice(chain(data, frame_at), 2))
        # A prefix and a tag may look like the header of an empty frame by chance, but not like two.
        if len(frames) > 1 or (frames and frames[0].end > len(data)):
            return HTTP2
        cut = prefixed_at(data, 0)
        if cut is not None and cut[1] <= _LONGEST:
            return GRPC
    return MESSAGE


def _is_status(data: bytes) -> bool:
    """Whether a message looks like a rich status: it has details whose types have the usual names."""
    descriptor = status_details.status_type()
    fields = walk(data, descriptor) if descriptor is not None else ()
    details = [field for field in fields if field.name == "details"]
    urls = [child.value for each in details for child in each.children if child.name == "type_url"]
    named = bool(urls) and all(str(url).startswith("type.googleapis.com/") for url in urls)
    return named and len(urls) == len(details) and all(field.known for field in fields)


def _message(data: bytes, schema: Schema, asked: bool) -> Content:
    if not data:
        told = "a message in which every field has its default takes none"
        return Content("nothing", told, message_regions(data), (data,))
    descriptor = schema([data])
    region = message_regions(data, descriptor)
    is_broken = bool(region.children) and region.children[-1].problem is not None
    text = guess_text(data)
    if descriptor is None and not asked and is_broken and text is not None:
        return Content(
            "text", "text, and no message", ByteRegion(0, len(data), "text", "text", repr(text[:200]))
        )
    notes = _of_compression(data) if is_broken else ()
    name = descriptor.full_name if descriptor is not None else "message"
    told = f"not a sound {name}" if is_broken else f"a {name}"
    return Content(MESSAGE, told, region, (data,), descriptor, notes)


def _of_compression(data: bytes) -> tuple[str, ...]:
    plain, _ = decompress(data, "gzip", INFLATED_LIMIT) if data[:2] == b"\x1f\x8b" else (b"", None)
    return (f"It begins as gzip does: decompressed it is {plural(len(plain), 'byte')}.",) if plain else ()
