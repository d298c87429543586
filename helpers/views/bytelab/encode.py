"""A value's bytes in protobuf, its text in JSON, and when neither is written (the protobuf encoding page)."""

from __future__ import annotations

import base64
import json
import math
import struct
from typing import Any

from ..kit.floats import as_float, shortest_float
from .types import LENGTH, SPEEDS, VARINT, Kind


def varint(value: int) -> bytes:
    """An unsigned number below 2⁶⁴ as a base 128 varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value: int) -> int:
    """A signed number folded: 0, −1, 1, −2 become 0, 1, 2, 3 (`sint32`, `sint64`)."""
    return 2 * value if value >= 0 else -2 * value - 1


def payload(kind: Kind, value: Any) -> bytes:
    """The bytes of a value alone, without tag and length."""
    if kind.name == "message":
        text = value.encode()
        return varint(1 << 3 | LENGTH) + varint(len(text)) + text if text else b""
    if kind.name == "string":
        return value.encode()
    if kind.name == "bytes":
        return value
    if kind.name == "packed":
        return b"".join(varint(element % (1 << 64)) for element in value)
    if kind.wire_type == VARINT:
        return varint(zigzag(value) if kind.name.startswith("sint") else value % (1 << 64))
    if kind.most:
        return (value % (1 << kind.bits)).to_bytes(kind.bits // 8, "little")
    return struct.pack("<d", value) if kind.bits == 64 else struct.pack("<f", as_float(value))


def is_default(kind: Kind, value: Any) -> bool:
    """Whether a field that is not `optional` is left out with this value: zero, false or empty.

    A negative zero is sent, and a message is, however empty.
    """
    if kind.name == "message":
        return False
    if isinstance(value, float):
        stored = as_float(value) if kind.bits == 32 else value
        return stored == 0 and math.copysign(1, stored) > 0
    return not value


def size(number: int, kind: Kind, value: Any) -> int:
    """How many bytes a field takes that is sent: tag, length and value."""
    data = payload(kind, value)
    length = len(varint(len(data))) if kind.wire_type == LENGTH else 0
    return len(varint(number << 3)) + length + len(data)


def json_text(kind: Kind, value: Any) -> str:
    """The same field as a whole JSON document without spaces (the ProtoJSON mapping)."""
    return json.dumps({"field": _json_value(kind, value)}, ensure_ascii=False, separators=(",", ":"))


def _json_value(kind: Kind, value: Any) -> Any:
    if kind.name == "message":
        return {"text": value} if value else {}
    if kind.name == "bytes":
        return base64.b64encode(value).decode()
    if kind.name == "enum":
        return SPEEDS.get(value, value)
    if isinstance(value, float):
        return _json_real(as_float(value) if kind.bits == 32 else value, kind.bits == 32)
    # JavaScript's numbers are exact to 2⁵³ only, so 64-bit integers are text.
    return str(value) if kind.bits == 64 else value


def _json_real(value: float, short: bool) -> Any:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return shortest_float(value) if short else value
