"""The tree of byte regions of a frame or a message: what every byte means, for the hex and the tree view."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence

from google.protobuf.descriptor import Descriptor

from helpers.text import shorten

from . import names
from .byte_region import END, START, ByteRegion, new_region, shifted
from .frames import Frame
from .grpc import metadata, status_details
from .grpc.message import PREFIX, Message
from .http1.parts import Http1Message, Http1Part
from .http2.frames import FRAME_HEADER, Http2Frame
from .http2.headers import SIZE_UPDATE, HeaderBlock, HeaderEntry
from .protobuf.field import Field
from .protobuf.reader import WIRE_TYPES, walk
from .tls.records import TlsRecord
from .tls.regions import record_regions

MESSAGE_LIMIT = 1024 * 1024
"""Longest message whose fields are told apart in a frame, in bytes."""


def explain(
    frame: Frame,
    messages: Sequence[Message] = (),
    tree: Callable[[Message], tuple[ByteRegion, ...]] | None = None,
) -> ByteRegion:
    """The tree of a frame.

    Args:
        frame: Any frame.
        messages: The gRPC messages that have bytes in it (`Capture.locate`).
        tree: Gives the parts of a message: `message_parts`, or what remembers them.

    Returns:
        A region of kind ``frame`` over all of `frame.raw`; ranges count within `frame.raw`.
    """
    children: list[ByteRegion] = []
    if isinstance(frame, Http1Part):
        children = _http1(frame)
    elif isinstance(frame, TlsRecord):
        children = list(record_regions(frame))
    elif isinstance(frame, Http2Frame):
        children = [_frame_header(frame), *_payload(frame, messages, tree or message_parts)]
    return ByteRegion(0, len(frame.raw), "frame", frame.name, frame.summary, tuple(children), frame.problem)


def message_regions(data: bytes, descriptor: Descriptor | None = None) -> ByteRegion:
    """The tree of one serialized message by itself: a region of kind ``message``; ranges count within `data`."""
    name = descriptor.full_name if descriptor is not None else "message"
    return ByteRegion(0, len(data), "message", name, f"{len(data)} B", _fields(data, descriptor, 0))


def _fields(data: bytes, descriptor: Descriptor | None, at: int) -> tuple[ByteRegion, ...]:
    """The trees of the fields of a message that begins at `at`."""
    return tuple(_field(field, at) for field in walk(data, descriptor))


def _field(field: Field, at: int) -> ByteRegion:
    """The tree of one protobuf field: tag, length, value, and what is in it."""
    start, value_start, value_end = field.start + at, field.value_start + at, field.value_end + at
    tag_end, end = field.tag_end + at, field.end + at
    if field.wire_type < 0:
        return new_region(start, end, "malformed", "malformed", "", (), field.problem)
    if field.is_element:
        return new_region(start, end, "value", "element", field.text, (), field.problem)
    parts = [new_region(start, tag_end, "tag", "tag", f"field {field.number}, {WIRE_TYPES[field.wire_type]}")]
    if value_start > tag_end:
        parts.append(new_region(tag_end, value_start, "length", "length", f"{value_end - value_start}"))
    inner = tuple([_field(child, at) for child in field.children])
    # From the texts of its children, which have been made: each anew would be made once for each level above it.
    text = told = field.text_with(each.text for each in inner)
    others = field.alternatives
    if others:
        text += f" as {field.type}; or {'; or '.join(others)}"
    parts.append(new_region(value_start, value_end, "value", "value", text, inner))
    if end > value_end:
        parts.append(new_region(value_end, end, "tag", "end of group", f"field {field.number}"))
    return new_region(start, end, "field", field.label, told, tuple(parts), field.problem)


def _frame_header(frame: Http2Frame) -> ByteRegion:
    length = int.from_bytes(frame.raw[:3], "big")
    flags = " ".join(frame.flag_names) or "none"
    return ByteRegion(
        0,
        FRAME_HEADER,
        "frame-header",
        "frame header",
        "",
        (
            ByteRegion(0, 3, "number", "length", f"{length}"),
            ByteRegion(3, 4, "number", "type", f"0x{frame.raw[3]:02x} {frame.name}"),
            ByteRegion(4, 5, "number", "flags", f"0x{frame.raw[4]:02x} {flags}"),
            ByteRegion(5, 9, "number", "stream", f"{frame.stream}" if frame.stream else "0 (the connection)"),
        ),
    )


def _payload(
    frame: Http2Frame, messages: Sequence[Message], tree: Callable[[Message], tuple[ByteRegion, ...]]
) -> Iterable[ByteRegion]:
    start, end = frame.body
    kind, size = frame.type, len(frame.raw)
    if start > FRAME_HEADER:
        yield from _fixed_part(frame, start)
    if frame.block is not None:
        yield from _header_entries(frame, frame.block, start, end)
    elif kind == names.DATA:
        yield from _data(frame, messages, start, end, tree)
    elif kind == names.SETTINGS:
        for number, setting in enumerate(frame.settings):
            at = FRAME_HEADER + 6 * number
            parts = (
                ByteRegion(at, at + 2, "number", "identifier", f"0x{setting.id:04x}"),
                ByteRegion(at + 2, at + 6, "number", "value", f"{setting.value}"),
            )
            yield ByteRegion(at, at + 6, "setting", setting.name, f"{setting.value}", parts)
    elif kind == names.WINDOW_UPDATE and size >= FRAME_HEADER + 4:
        yield ByteRegion(FRAME_HEADER, FRAME_HEADER + 4, "number", "increment", f"{frame.increment} B")
    elif kind == names.RST_STREAM and size >= FRAME_HEADER + 4:
        code = frame.error_code or 0
        yield ByteRegion(
            FRAME_HEADER, FRAME_HEADER + 4, "number", "error code", f"{code} {names.error_name(code)}"
        )
    elif kind == names.GOAWAY and size >= FRAME_HEADER + 8:
        code = frame.error_code or 0
        yield ByteRegion(9, 13, "number", "last stream", f"{frame.last_stream}")
        yield ByteRegion(13, 17, "number", "error code", f"{code} {names.error_name(code)}")
        if size > 17:
            yield ByteRegion(17, size, "text", "debug data", shorten(repr(frame.raw[17:217])))
    elif end > start:
        label = "opaque data" if kind == names.PING else "payload"
        yield ByteRegion(start, end, "text", label, shorten(frame.raw[start:end][:64].hex(" ")))
    if end < size and start < size:
        yield ByteRegion(end, size, "padding", "padding", f"{size - end} B")


def _fixed_part(frame: Http2Frame, start: int) -> Iterable[ByteRegion]:
    pos = FRAME_HEADER
    if frame.flags & names.PADDED and frame.type in (names.DATA, names.HEADERS, names.PUSH_PROMISE):
        yield ByteRegion(pos, pos + 1, "padding", "pad length", f"{frame.raw[pos]}")
        pos += 1
    if start - pos == 5:
        depends = int.from_bytes(frame.raw[pos : pos + 4], "big")
        text = f"{depends & 0x7FFFFFFF}" + (", exclusive" if depends >> 31 else "")
        yield ByteRegion(pos, pos + 4, "number", "depends on stream", text)
        yield ByteRegion(pos + 4, start, "number", "weight", f"{frame.raw[pos + 4] + 1}")
    elif start - pos == 4:
        yield ByteRegion(pos, start, "number", "promised stream", f"{frame.promised_stream}")


def _header_entries(frame: Http2Frame, block: HeaderBlock, start: int, end: int) -> Iterable[ByteRegion]:
    """The entries with bytes in this frame: with CONTINUATION, the block is spread over several."""
    before = 0
    for number, size in block.parts:
        if number == frame.number:
            break
        before += size
    at = start - before
    done = start
    # only those with bytes in this frame: a block may have thousands of entries, and thousands of frames
    first = bisect_right(block.entries, before, key=END)
    for entry in block.entries[first : bisect_left(block.entries, before + end - start, key=START)]:
        region = shifted(_header_entry(entry), at, start, end)
        if region is not None:
            yield region
            done = region.end
    if done < end and (not block.entries or block.entries[-1].end < block.size):
        yield ByteRegion(done, end, "malformed", "not readable", f"{end - done} B", (), frame.problem)


def _header_entry(entry: HeaderEntry) -> ByteRegion:
    if entry.encoding == SIZE_UPDATE:
        return ByteRegion(entry.start, entry.end, "hpack", "table size", entry.text)
    parts: list[ByteRegion] = []
    if entry.value_start < entry.end:
        from_table = (
            f"name from the {entry.table} table, index {entry.index}" if entry.index else "name written out"
        )
        huffman = ", Huffman-coded" if entry.name_huffman else ""
        parts = [
            ByteRegion(
                entry.start, entry.value_start, "number", "name", f"{from_table}{huffman}; {entry.encoding}"
            ),
            _header_value(entry),
        ]
    else:
        found = f"index {entry.index} of the {entry.table} table"
        parts = [ByteRegion(entry.start, entry.end, "number", "index", found)]
    text = shorten(entry.text)
    if entry.name == status_details.NAME and (status := _status(entry)):
        text = shorten(f"{{{', '.join(field.labelled(field.text) for field in status)}}}")
    return ByteRegion(entry.start, entry.end, "hpack", entry.name, text, tuple(parts))


def _header_value(entry: HeaderEntry) -> ByteRegion:
    """The value of an entry that has it written out; the parts of a binary one that came as it is (`-bin`)."""
    told = f"{entry.end - entry.value_start} B" + (", Huffman-coded" if entry.value_huffman else "")
    begin = entry.end - len(entry.value)
    parts: tuple[ByteRegion, ...] = ()
    if entry.name.endswith("-bin") and not entry.value_huffman and entry.value[:1] == b"\0":
        body = ByteRegion(begin + 1, entry.end, "text", "bytes", f"{len(entry.value) - 1} B")
        if entry.name == status_details.NAME and (descriptor := status_details.status_type()) is not None:
            fields = _fields(entry.value[1:], descriptor, begin + 1)
            told_of = f"{len(entry.value) - 1} B"
            body = ByteRegion(begin + 1, entry.end, "message", descriptor.full_name, told_of, fields)
        parts = (
            ByteRegion(entry.value_start, begin, "length", "length", f"{len(entry.value)}"),
            ByteRegion(begin, begin + 1, "number", "encoding", "0: bytes as they are, not base64"),
            body,
        )
    return ByteRegion(entry.value_start, entry.end, "text", "value", told, parts)


def _status(entry: HeaderEntry) -> tuple[Field, ...]:
    """The fields of a rich status, however it is encoded; none where its type is not known."""
    descriptor = status_details.status_type()
    return walk(metadata.binary_values(entry.value)[0], descriptor) if descriptor is not None else ()


def _data(
    frame: Http2Frame,
    messages: Sequence[Message],
    start: int,
    end: int,
    tree: Callable[[Message], tuple[ByteRegion, ...]],
) -> Iterable[ByteRegion]:
    pos = start
    for message in messages:
        place = message.place(frame)
        if place is None:
            continue
        part = message.segments[place]
        if pos < part.start:
            yield ByteRegion(pos, part.start, "text", "data", f"{part.start - pos} B")
        for region in tree(message):
            moved = shifted(region, part.start - part.offset, part.start, part.end)
            if moved is not None:
                yield moved
        pos = part.end
    if pos < end:
        yield ByteRegion(pos, end, "text", "data", f"{end - pos} B", (), None)


def message_parts(message: Message) -> tuple[ByteRegion, ...]:
    """The prefix and the body of a message; ranges count within the message as sent, prefix included."""
    size, have = message.length, message.missing + message.size
    if message.stray:
        return (ByteRegion(0, have, "malformed", "no gRPC message", "", (), message.problem),)
    if have < PREFIX:
        known = (ByteRegion(0, 1, "number", "compressed", "yes" if message.compressed else "no"),)
        return (ByteRegion(0, have, "prefix", "message prefix, cut short", "", known, message.problem),)
    flag = "compressed: yes" if message.compressed else "compressed: no"
    first = ByteRegion(0, 1, "number", "compressed", "yes" if message.compressed else "no")
    if message.trailers:
        first = ByteRegion(0, 1, "number", "flags", f"trailers follow, {flag}")
    parts = (first, ByteRegion(1, PREFIX, "number", "length", f"{size}"))
    return ByteRegion(0, PREFIX, "prefix", "message prefix", "", parts), _message_body(message, have)


def _message_body(message: Message, have: int) -> ByteRegion:
    size, end = message.length, have if not message.complete else PREFIX + message.length
    name = message.type.full_name if message.type is not None else "message"
    told = f"message {message.number}, {size} B"
    if message.trailers:
        name, told = "trailers", f"{size} B"
    if not message.complete:
        told += f", {have - PREFIX} B of it here"
    if message.compressed:
        if message.complete:
            told += f", {message.encoding}, {message.data_size} B decompressed"
        return ByteRegion(PREFIX, end, "compressed", name, told, (), message.problem)
    if message.problem is not None:
        return ByteRegion(PREFIX, end, "message", name, told, (), message.problem)
    if message.trailers:
        lines = tuple(
            ByteRegion(PREFIX + each.start, PREFIX + each.end, "text", each.name, each.text)
            for each in metadata.trailers(message.data)
        )
        return ByteRegion(PREFIX, end, "message", name, told, lines)
    if size > MESSAGE_LIMIT:
        told += f": too long for its fields to be told apart here, the most is {MESSAGE_LIMIT} B"
        return ByteRegion(PREFIX, end, "message", name, told)
    return ByteRegion(PREFIX, end, "message", name, told, _fields(message.data, message.type, PREFIX))


def _http1(frame: Http1Part) -> list[ByteRegion]:
    if isinstance(frame.detail, Http1Message):
        lines: list[ByteRegion] = []
        pos = 0
        for line in frame.raw.split(b"\r\n")[:-2]:
            stop = pos + len(line) + 2
            name, colon, value = line.decode("latin-1").partition(":")
            label, text = (name, value.strip()) if colon and pos else ("start line", line.decode("latin-1"))
            lines.append(ByteRegion(pos, stop, "text", label, shorten(text)))
            pos = stop
        return [*lines, ByteRegion(pos, len(frame.raw), "text", "end of the head")]
    start, end = frame.body
    if frame.name == "BODY" and (start or end < len(frame.raw)):
        parts = [("chunk size", 0, start), ("content", start, end), ("end of chunk", end, len(frame.raw))]
        return [
            ByteRegion(low, high, "text", label, f"{high - low} B")
            for label, low, high in parts
            if high > low
        ]
    return []
