"""Text that a learner types, to scalar values and back, with errors that say what to type instead.

Numbers travel between browser and kernel as text: JavaScript would round an int64 beyond 2^53.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from typing import Any

from google.protobuf.descriptor import EnumDescriptor

from ..kit.floats import as_float, shortest_float

INTEGERS: dict[str, tuple[int, int]] = {
    # kind: (lowest, highest)
    **dict.fromkeys(("int32", "sint32", "sfixed32"), (-(2**31), 2**31 - 1)),
    **dict.fromkeys(("int64", "sint64", "sfixed64"), (-(2**63), 2**63 - 1)),
    **dict.fromkeys(("uint32", "fixed32"), (0, 2**32 - 1)),
    **dict.fromkeys(("uint64", "fixed64"), (0, 2**64 - 1)),
}
"""The range of each integer type."""

NUMBERS = frozenset(INTEGERS) | {"float", "double"}

_INTEGER = re.compile(r"[+-]?(?:[0-9]{1,40}|0[xX][0-9a-fA-F]{1,32})")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SPECIAL = re.compile(r"([+-]?)(?:inf|infinity|nan)", re.IGNORECASE)


def parse_scalar(kind: str, value: Any) -> Any:
    """The Python value of what was put into the input of a scalar field.

    Args:
        kind: one of the fifteen scalar types.
        value: a bool for ``bool``, ``{"as": "text" | "hex" | "base64", "text": …}`` for ``bytes``, otherwise text.

    Raises:
        ValueError: what is wrong with it, in a sentence for the one who typed it.
    """
    if kind == "bool":
        if not isinstance(value, bool):
            raise ValueError("Choose true or false.")
        return value
    if kind == "bytes":
        return parse_bytes(value)
    text = str(value)
    if kind == "string":
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("A string is Unicode text; half a surrogate pair is not.") from None
        return text
    return parse_integer(kind, text) if kind in INTEGERS else parse_float(kind, text)


def parse_integer(kind: str, text: str) -> int:
    """An integer of one of the types in `INTEGERS`; decimal, or hexadecimal after ``0x``.

    Raises:
        ValueError: no integer, or outside of the type's range.
    """
    text = text.strip()
    if not _INTEGER.fullmatch(text):
        raise ValueError("Type a whole number.")
    number = int(text, 16 if "x" in text.lower() else 10)
    lowest, highest = INTEGERS[kind]
    if not lowest <= number <= highest:
        raise ValueError(f"{kind} goes from {lowest:,} to {highest:,}.")
    return number


def parse_float(kind: str, text: str) -> float:
    """A ``float`` or ``double``; also ``inf``, ``-inf`` and ``nan``.

    Raises:
        ValueError: no number, or larger than the type can hold.
    """
    text = text.strip()
    if _SPECIAL.fullmatch(text):
        return float(text)
    if not _FLOAT.fullmatch(text):
        raise ValueError("Type a number, such as 2.5 or 1e-3.")
    number = float(text)
    if math.isinf(number) or (kind == "float" and math.isinf(as_float(number))):
        largest = "3.4e38" if kind == "float" else "1.8e308"
        raise ValueError(f"A {kind} holds at most {largest}; type inf for infinity.")
    return number


def parse_bytes(value: Any) -> bytes:
    """Bytes from ``{"as": "text" | "hex" | "base64", "text": …}``.

    Raises:
        ValueError: not of that form.
    """
    if not isinstance(value, dict):
        raise ValueError("Type the bytes as text, hex or base64.")
    text, form = str(value.get("text", "")), value.get("as")
    if form == "hex":
        digits = re.sub(r"[\s:]|0x", "", text)
        if not re.fullmatch(r"[0-9a-fA-F]*", digits):
            raise ValueError("Hex has the digits 0–9 and a–f only.")
        if len(digits) % 2:
            raise ValueError("Hex takes two digits a byte; one is missing.")
        return bytes.fromhex(digits)
    if form == "base64":
        packed = re.sub(r"\s", "", text).rstrip("=").translate(str.maketrans("-_", "+/"))
        try:
            return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("This is not base64.") from None
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueError("Half a surrogate pair has no bytes in UTF-8.") from None


def parse_enum(enum: EnumDescriptor, value: Any) -> int:
    """The number of an enum value given by name or, where the enum is open, by any int32.

    Raises:
        ValueError: no such name; or a closed enum (proto2, or ``enum_type = CLOSED``) has no such number.
    """
    text = str(value).strip()
    if text in enum.values_by_name:
        return enum.values_by_name[text].number
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{enum.name} has no value {text!r}." if text else "Type the value's number.")
    number = parse_integer("int32", text)
    if enum.is_closed and number not in enum.values_by_number:
        raise ValueError(f"{enum.name} is closed: it has no value with the number {number}.")
    return number


def scalar_text(kind: str, value: Any) -> Any:
    """What to put into a field's input for this value: the inverse of `parse_scalar`."""
    if kind == "bool":
        return bool(value)
    if kind == "bytes":
        return bytes_text(value)
    if kind == "float":
        return repr(shortest_float(value))
    return repr(value) if kind == "double" else str(value)


def bytes_text(value: bytes) -> dict[str, str]:
    """Bytes as text where they are printable UTF-8, and as hex where not: the inverse of `parse_bytes`."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None and (text.isprintable() or not text):
        return {"as": "text", "text": text}
    return {"as": "hex", "text": value.hex(" ")}


def enum_text(enum: EnumDescriptor, number: int) -> str:
    """The first name of an enum's number, or the number."""
    value = enum.values_by_number.get(number)
    return str(number) if value is None else value.name
