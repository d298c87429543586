"""What the bytes of a TLS record mean."""

from __future__ import annotations

from collections.abc import Iterator

from ..byte_region import ByteRegion, shifted
from . import names
from .records import RECORD_HEADER, TlsRecord


def record_regions(record: TlsRecord) -> Iterator[ByteRegion]:
    """The parts of a record; ranges count within `record.raw`."""
    raw, size = record.raw, len(record.raw)
    version = int.from_bytes(raw[1:3], "big")
    yield ByteRegion(
        0,
        RECORD_HEADER,
        "frame-header",
        "record header",
        "",
        (
            ByteRegion(0, 1, "number", "type", f"{raw[0]} {names.RECORDS[record.type]}"),
            ByteRegion(1, 3, "number", "legacy version", names.name_of(version, names.VERSIONS)),
            ByteRegion(3, RECORD_HEADER, "number", "length", f"{size - RECORD_HEADER}"),
        ),
    )
    pos = RECORD_HEADER
    for part in record.parts:
        # One that has begun in an earlier record is shown as far as it is in this one.
        region = shifted(part.message.region, part.end - len(part.message.data), pos, part.end)
        if region is not None:
            yield region
        pos = part.end
    if pos < size:
        yield from _rest(record, pos, size)


def _rest(record: TlsRecord, pos: int, size: int) -> Iterator[ByteRegion]:
    if record.alert:
        level, description = record.alert.split(" ")
        yield ByteRegion(pos, pos + 1, "number", "level", level)
        yield ByteRegion(pos + 1, size, "number", "description", description)
    elif record.encrypted:
        yield ByteRegion(pos, size, "compressed", "encrypted", f"{size - pos} B")
    else:
        yield ByteRegion(pos, size, "text", record.open or "content", f"{size - pos} B")
