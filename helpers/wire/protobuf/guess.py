"""The likeliest reading of a protobuf value when no schema tells its type, and the other possible ones."""

from __future__ import annotations

import math
import struct
from typing import Any, NamedTuple

SHOWN = 16
"""Most elements of a packed reading that are spelled out."""


class Guess(NamedTuple):
    """A reading of a value."""

    type: str
    value: Any
    children: tuple[Any, ...] = ()
    raw: bytes | None = None
    """The bytes that may be read otherwise too (`alternatives`); None where the type is known."""


def zigzag(value: int) -> int:
    """The signed number behind a zigzag-coded one: 0, -1, 1, -2, ... (the encoding page)."""
    return (value >> 1) ^ -(value & 1)


def signed(value: int, bits: int) -> int:
    """Two's complement of the lowest bits."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def guess_fixed(raw: bytes) -> Guess:
    """Four or eight bytes: a float or double where that gives a usual magnitude, else a whole number."""
    real, whole = _real(raw), int.from_bytes(raw, "little")
    if math.isfinite(real) and 1e-6 < abs(real) < 1e15:
        return Guess("float" if len(raw) == 4 else "double", real, (), raw)
    return Guess(f"fixed{len(raw) * 8}", whole, (), raw)


def alternatives(kind: str, value: Any, raw: bytes) -> tuple[str, ...]:
    """The other ways to read a value that was guessed to be of a kind."""
    if kind == "varint":
        others = [f"int: {signed(value, 64)}"] if value >> 63 else []
        others.append(f"sint: {zigzag(value)}")
        if value < 2:
            others.append(f"bool: {'true' if value else 'false'}")
        return tuple(others)
    if kind == "empty":
        return ("string", "bytes", "message")
    if kind in ("float", "double") or kind.startswith("fixed"):
        bits, whole = len(raw) * 8, int.from_bytes(raw, "little")
        name = "float" if bits == 32 else "double"
        first = f"fixed{bits}: {whole}" if kind == name else f"{name}: {_real(raw)!r}"
        return first, f"sfixed{bits}: {signed(whole, bits)}"
    return _packed(raw)


def _real(raw: bytes) -> float:
    return float(struct.unpack("<f" if len(raw) == 4 else "<d", raw)[0])


def guess_text(raw: bytes) -> str | None:
    """The bytes as text where they are UTF-8 without control characters, else None."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return (
        text if text.isprintable() or all(char.isprintable() or char in "\t\r\n" for char in text) else None
    )


def _packed(raw: bytes) -> tuple[str, ...]:
    """The bytes as elements of a packed field: varints where they are a whole number of short ones."""
    numbers, value, shift = [], 0, 0
    for byte in raw[: SHOWN * 10]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value = shift = 0
        if shift > 63 or len(numbers) > SHOWN:
            break
    if shift or len(numbers) > SHOWN or not numbers:
        return ()
    return (f"packed varints: {', '.join(map(str, numbers))}",)
