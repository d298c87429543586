"""What every byte of a frame or message means, as a tree of regions for the hex and the tree view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from helpers.wire import names
from helpers.wire.call import PREFIX, Message
from helpers.wire.frames import FRAME_HEADER, Frame, Http1Message
from helpers.wire.headers import SIZE_UPDATE, HeaderBlock, HeaderEntry
from helpers.wire.protobuf import WIRE_TYPES, walk
from helpers.wire.values import Field, Region, shorten

MESSAGE_LIMIT = 1024 * 1024
"""Longest message whose fields are told apart in a frame, in bytes."""


def explain(frame: Frame, messages: Sequence[Message] = ()) -> Region:
    """The tree of a frame.

    Args:
        frame: Any frame.
        messages: The gRPC messages that have bytes in it (``Capture.locate``).

    Returns:
        A region of kind ``frame`` over all of ``frame.raw``; ranges count within ``frame.raw``.
    """
    if frame.type is None:
        children = _http1(frame)
    else:
        header = _frame_header(frame)
        children = [header, *_payload(frame, messages)] if len(frame.raw) >= FRAME_HEADER else []
    return Region(0, len(frame.raw), "frame", frame.name, frame.summary, tuple(children), frame.problem)


def message_regions(data: bytes, descriptor: Any = None) -> Region:
    """The tree of one serialized message by itself.

    Args:
        data: The serialized message.
        descriptor: Its type, or None.

    Returns:
        A region of kind ``message``; ranges count within ``data``.
    """
    name = descriptor.full_name if descriptor is not None else "message"
    children = tuple(field_region(field) for field in walk(data, descriptor))
    return Region(0, len(data), "message", name, f"{len(data)} B", children)


def field_region(field: Field) -> Region:
    """The tree of one protobuf field: tag, length, value, and what is in it."""
    if field.wire_type < 0:
        return Region(field.start, field.end, "malformed", "malformed", "", (), field.problem)
    if field.is_element:
        return Region(field.start, field.end, "value", "element", field.text, (), field.problem)
    kind = WIRE_TYPES[field.wire_type]
    parts = [Region(field.start, field.tag_end, "tag", "tag", f"field {field.number}, {kind}")]
    if field.value_start > field.tag_end:
        length = field.value_end - field.value_start
        parts.append(Region(field.tag_end, field.value_start, "length", "length", f"{length}"))
    inner = tuple(field_region(child) for child in field.children)
    text = field.text
    if field.alternatives:
        text += f" as {field.type}; or {'; or '.join(field.alternatives)}"
    parts.append(Region(field.value_start, field.value_end, "value", "value", text, inner))
    if field.end > field.value_end:
        parts.append(Region(field.value_end, field.end, "tag", "end of group", f"field {field.number}"))
    return Region(field.start, field.end, "field", field.label, field.text, tuple(parts), field.problem)


def _frame_header(frame: Frame) -> Region:
    length = int.from_bytes(frame.raw[:3], "big")
    flags = " ".join(frame.flag_names) or "none"
    return Region(
        0,
        FRAME_HEADER,
        "frame-header",
        "frame header",
        "",
        (
            Region(0, 3, "number", "length", f"{length}"),
            Region(3, 4, "number", "type", f"0x{frame.raw[3]:02x} {frame.name}"),
            Region(4, 5, "number", "flags", f"0x{frame.raw[4]:02x} {flags}"),
            Region(5, 9, "number", "stream", f"{frame.stream}" if frame.stream else "0 (the connection)"),
        ),
    )


def _payload(frame: Frame, messages: Sequence[Message]) -> Iterable[Region]:
    start, end = frame.body
    kind, size = frame.type, len(frame.raw)
    if start > FRAME_HEADER:
        yield from _fixed_part(frame, start)
    if isinstance(frame.detail, HeaderBlock):
        yield from _header_entries(frame, frame.detail, start, end)
    elif kind == names.DATA:
        yield from _data(frame, messages, start, end)
    elif kind == names.SETTINGS:
        for number, setting in enumerate(frame.settings):
            at = FRAME_HEADER + 6 * number
            parts = (
                Region(at, at + 2, "number", "identifier", f"0x{setting.id:04x}"),
                Region(at + 2, at + 6, "number", "value", f"{setting.value}"),
            )
            yield Region(at, at + 6, "setting", setting.name, f"{setting.value}", parts)
    elif kind == names.WINDOW_UPDATE and size >= FRAME_HEADER + 4:
        yield Region(FRAME_HEADER, FRAME_HEADER + 4, "number", "increment", f"{frame.increment} B")
    elif kind == names.RST_STREAM and size >= FRAME_HEADER + 4:
        code = frame.error_code or 0
        yield Region(
            FRAME_HEADER, FRAME_HEADER + 4, "number", "error code", f"{code} {names.error_name(code)}"
        )
    elif kind == names.GOAWAY and size >= FRAME_HEADER + 8:
        code = frame.error_code or 0
        yield Region(9, 13, "number", "last stream", f"{frame.last_stream}")
        yield Region(13, 17, "number", "error code", f"{code} {names.error_name(code)}")
        if size > 17:
            yield Region(17, size, "text", "debug data", shorten(repr(frame.raw[17:217])))
    elif end > start:
        label = "opaque data" if kind == names.PING else "payload"
        yield Region(start, end, "text", label, shorten(frame.raw[start:end][:64].hex(" ")))
    if end < size and start < size:
        yield Region(end, size, "padding", "padding", f"{size - end} B")


def _fixed_part(frame: Frame, start: int) -> Iterable[Region]:
    pos = FRAME_HEADER
    if frame.flags & names.PADDED and frame.type in (names.DATA, names.HEADERS, names.PUSH_PROMISE):
        yield Region(pos, pos + 1, "padding", "pad length", f"{frame.raw[pos]}")
        pos += 1
    if start - pos == 5:
        depends = int.from_bytes(frame.raw[pos : pos + 4], "big")
        text = f"{depends & 0x7FFFFFFF}" + (", exclusive" if depends >> 31 else "")
        yield Region(pos, pos + 4, "number", "depends on stream", text)
        yield Region(pos + 4, start, "number", "weight", f"{frame.raw[pos + 4] + 1}")
    elif start - pos == 4:
        yield Region(pos, start, "number", "promised stream", f"{frame.promised_stream}")


def _header_entries(frame: Frame, block: HeaderBlock, start: int, end: int) -> Iterable[Region]:
    """The entries with bytes in this frame: with CONTINUATION, the block is spread over several."""
    before = 0
    for number, size in block.parts:
        if number == frame.number:
            break
        before += size
    at = start - before
    done = start
    for entry in block.entries:
        region = _shift(_header_entry(entry), at, start, end)
        if region is not None:
            yield region
            done = region.end
    if done < end and (not block.entries or block.entries[-1].end < block.size):
        yield Region(done, end, "malformed", "not readable", f"{end - done} B", (), frame.problem)


def _header_entry(entry: HeaderEntry) -> Region:
    if entry.encoding == SIZE_UPDATE:
        return Region(entry.start, entry.end, "hpack", "table size", entry.text)
    parts: list[Region] = []
    if entry.value_start < entry.end:
        from_table = (
            f"name from the {entry.table} table, index {entry.index}" if entry.index else "name written out"
        )
        huffman = ", Huffman-coded" if entry.name_huffman else ""
        parts = [
            Region(
                entry.start, entry.value_start, "number", "name", f"{from_table}{huffman}; {entry.encoding}"
            ),
            Region(
                entry.value_start,
                entry.end,
                "text",
                "value",
                f"{entry.end - entry.value_start} B" + (", Huffman-coded" if entry.value_huffman else ""),
            ),
        ]
    else:
        found = f"index {entry.index} of the {entry.table} table"
        parts = [Region(entry.start, entry.end, "number", "index", found)]
    return Region(entry.start, entry.end, "hpack", entry.name, shorten(entry.text), tuple(parts))


def _data(frame: Frame, messages: Sequence[Message], start: int, end: int) -> Iterable[Region]:
    pos = start
    for message in messages:
        before = 0
        for part in message.segments:
            if part.frame is frame or part.frame == frame:
                if pos < part.start:
                    yield Region(pos, part.start, "text", "data", f"{part.start - pos} B")
                yield from _message(message, part.start - before - message.missing, part.start, part.end)
                pos = part.end
            before += part.end - part.start
    if pos < end:
        yield Region(pos, end, "text", "data", f"{end - pos} B", (), None)


def _message(message: Message, at: int, start: int, end: int) -> Iterable[Region]:
    """The parts of a message that begins at ``at`` (it may be before the frame) within a frame."""
    prefix = Region(
        0,
        PREFIX,
        "prefix",
        "message prefix",
        "",
        (
            Region(0, 1, "number", "compressed", "yes" if message.compressed else "no"),
            Region(1, PREFIX, "number", "length", f"{message.length}"),
        ),
    )
    size = message.length
    name = message.type.full_name if message.type is not None else "message"
    told = f"message {message.number}, {size} B"
    if message.compressed:
        told += f", {message.encoding}, {len(message.data)} B decompressed"
        body = Region(PREFIX, PREFIX + size, "compressed", name, told, (), message.problem)
    elif message.problem is not None or size > MESSAGE_LIMIT:
        body = Region(PREFIX, PREFIX + size, "message", name, told, (), message.problem)
    else:
        fields = message_regions(message.data, message.type).children
        inner = tuple(moved for each in fields if (moved := _shift(each, PREFIX, 0, PREFIX + size)))
        body = Region(PREFIX, PREFIX + size, "message", name, told, inner)
    for region in (prefix, body):
        moved = _shift(region, at, start, end)
        if moved is not None:
            yield moved


def _shift(region: Region, by: int, start: int, end: int) -> Region | None:
    """The region moved, and cut to a range; None where nothing of it is left there."""
    low, high = max(region.start + by, start), min(region.end + by, end)
    if low > high or (low == high and region.end > region.start):
        return None
    children = tuple(moved for child in region.children if (moved := _shift(child, by, start, end)))
    return Region(low, high, region.kind, region.label, region.text, children, region.problem)


def _http1(frame: Frame) -> list[Region]:
    if isinstance(frame.detail, Http1Message):
        lines, pos = [], 0
        for line in frame.raw.split(b"\r\n")[:-2]:
            stop = pos + len(line) + 2
            name, colon, value = line.decode("latin-1").partition(":")
            label, text = (name, value.strip()) if colon and pos else ("start line", line.decode("latin-1"))
            lines.append(Region(pos, stop, "text", label, shorten(text)))
            pos = stop
        return [*lines, Region(pos, len(frame.raw), "text", "end of the head")]
    start, end = frame.body
    if frame.name == "BODY" and (start or end < len(frame.raw)):
        parts = [("chunk size", 0, start), ("content", start, end), ("end of chunk", end, len(frame.raw))]
        return [
            Region(low, high, "text", label, f"{high - low} B") for label, low, high in parts if high > low
        ]
    return []
