"""Captures in files: the ``.h2cap`` format, version 1.

A file has, one after the other:

1. the line ``h2cap 1 XXXXXXXX``, with the CRC-32 of all that follows in hex;
2. one line of JSON: `title`; `start_ns`, `end_ns` and `dropped` of the capture; `records`, their number;
   `notes`, what else must be known of it (older files have none);
   and `state`, what is known at its beginning of connections that are older (frames cut in two, header
   tables, open calls, windows), in the form of `Decoder.state` with bytes as ``{"bytes": base64}``, frames
   as ``{"frame": [...]}`` and header entries as ``{"entry": [...]}``;
3. the records: for each 18 bytes, big-endian (connection 4, direction 1, event 1, t_ns 8, length 4), then
   ``length`` bytes of data. Direction 0 is to the server, 1 to the client; event 0 is data, the others are
   those of `EVENTS`, and where one says something (``HANDSHAKE: …``), that is its data, as UTF-8.

Times are nanoseconds of the recording machine's monotonic clock: only differences mean something. A schema is
not part of the file.
"""

from __future__ import annotations

import base64
import json
import os
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

from .direction import Direction
from .http2.frames import Http2Frame
from .http2.headers import HeaderEntry
from .record import Record

MAGIC = b"h2cap 1 "

LARGEST = 512 * 1024 * 1024
"""Bytes of the largest file that is read: several times what a recording keeps."""

EVENTS = (
    *(None, "OPEN", "FIN", "RESET", "REFUSED", "CLOSED", "GONE", "HANDSHAKE", "REJECTED"),
    *("JOINED", "LOST"),
)
"""Events by their number in the file."""

_RECORD = struct.Struct(">IBBQI")
# what reading a state raises where it has another shape than a state
_WRONG = (
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
)
_DIRECTIONS = tuple(Direction)
_ENTRY = tuple(HeaderEntry.__dataclass_fields__)
# A state has frames only where a gRPC message is under way: those are DATA, which have no header block.
_FRAME = (
    *("connection", "number", "direction", "t_ns", "offset", "name", "raw", "type", "flags", "stream"),
    "problem",
)


class CaptureFileError(ValueError):
    """A file is no capture, or is damaged, or comes from a later version."""


class SavedCapture(NamedTuple):
    """What a file has of a capture."""

    title: str
    start_ns: int
    end_ns: int | None
    dropped: int
    state: list[Any]
    """`Decoder.state` before the first record."""
    records: list[Record]
    notes: tuple[str, ...] = ()
    """What a reader must know of where it comes from, one sentence each."""


def save(saved: SavedCapture, path: str | os.PathLike[str]) -> None:
    """Write a capture to a file.

    Raises:
        OSError: The file cannot be written.
    """
    body = b"".join(_pack(record) for record in saved.records)
    head = {**saved._asdict(), "records": len(saved.records)}
    content = json.dumps(head, default=_encode).encode() + b"\n" + body
    with open(path, "wb") as file:
        file.write(MAGIC + b"%08x\n" % zlib.crc32(content) + content)


def load(file: BinaryIO, path: str | os.PathLike[str]) -> SavedCapture:
    """Read a file that `save` wrote.

    Args:
        file: The file, at its beginning.
        path: Its name, for messages.

    Raises:
        CaptureFileError: The file is no capture, or is damaged.
        OSError: The file cannot be read.
    """
    content = file.read(len(MAGIC))
    if content == MAGIC:
        content += file.read(LARGEST)
        if len(content) > LARGEST:
            raise CaptureFileError(
                f"{os.fspath(path)} has more than {LARGEST >> 20} MiB, more than a capture can have"
            )
    if not content.startswith(MAGIC):
        later = content.startswith(b"h2cap ")
        what = "comes from a later version" if later else "is no capture: neither .h2cap nor pcap nor pcapng"
        raise CaptureFileError(f"{os.fspath(path)} {what}")
    checksum, _, content = content[len(MAGIC) :].partition(b"\n")
    if checksum != b"%08x" % zlib.crc32(content):
        raise CaptureFileError(f"{os.fspath(path)} is damaged or cut short: its checksum does not fit")
    line, _, body = content.partition(b"\n")
    with making_sense(path):
        head = json.loads(line, object_hook=_decode)
        records = _unpack(body)
        if len(records) != head["records"]:
            raise ValueError("another number of records")
        start_ns = int(head["start_ns"])
        end_ns = int(head["end_ns"]) if head["end_ns"] is not None else start_ns
        return SavedCapture(
            str(head["title"]),
            start_ns,
            end_ns,
            int(head["dropped"]),
            head["state"],
            records,
            tuple(map(str, head.get("notes", ()))),
        )


def open_file(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a file to read it; what is none, and might never end, is refused.

    Raises:
        CaptureFileError: It is a pipe or a device.
        OSError: The file cannot be read.
    """
    kind = os.stat(path).st_mode
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):  # of a folder, `open` tells
        raise CaptureFileError(f"{os.fspath(path)} is no file but a pipe or a device")
    return open(path, "rb")


@contextmanager
def making_sense(path: str | os.PathLike[str]) -> Iterator[None]:
    """Blame the file for what reading its content raises, a state of another shape among it.

    Raises:
        CaptureFileError: The content does not make sense.
    """
    try:
        yield
    except _WRONG as error:
        raise CaptureFileError(
            f"{os.fspath(path)} does not make sense: {type(error).__name__}: {error}"
        ) from error


def _pack(record: Record) -> bytes:
    number, direction, t_ns, data, event = record
    if event is not None:
        event, _, text = event.partition(": ")
        data = text.encode()
    return _RECORD.pack(number, _DIRECTIONS.index(direction), EVENTS.index(event), t_ns, len(data)) + data


def _unpack(body: bytes) -> list[Record]:
    records, pos = [], 0
    while pos < len(body):
        number, direction, event, t_ns, length = _RECORD.unpack_from(body, pos)
        pos += _RECORD.size
        data = body[pos : pos + length]
        if len(data) != length:
            raise ValueError("a record is cut short")
        name = EVENTS[event]
        if name is not None and data:
            name, data = f"{name}: {data.decode()}", b""
        records.append(Record(number, _DIRECTIONS[direction], t_ns, data, name))
        pos += length
    return records


def _encode(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, HeaderEntry):
        return {"entry": [getattr(value, name) for name in _ENTRY]}
    if isinstance(value, Http2Frame):
        return {"frame": [getattr(value, name) for name in _FRAME]}
    raise TypeError(f"not part of a capture's state: {type(value).__name__}")


def _decode(value: dict[str, Any]) -> Any:
    if value.keys() == {"bytes"} and isinstance(value["bytes"], str):
        return base64.b64decode(value["bytes"], validate=True)
    if value.keys() == {"entry"}:
        return HeaderEntry(**dict(zip(_ENTRY, value["entry"], strict=True)))
    if value.keys() == {"frame"}:
        found = dict(zip(_FRAME, value["frame"], strict=True))
        return Http2Frame(**{**found, "direction": Direction(found["direction"])})
    return value
