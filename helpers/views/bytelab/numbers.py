"""The steps from a number to its bytes: varint, zigzag, two's complement, fixed size, IEEE 754."""

from __future__ import annotations

import math

from ..kit.floats import as_float
from .encode import varint, zigzag
from .model import Bits, Step
from .types import SPEEDS, Kind, grouped

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def varint_steps(value: int) -> tuple[Step, ...]:
    """An unsigned number below 2⁶⁴ to a varint ("Base 128 Varints")."""
    data = varint(value)
    if len(data) == 1:
        note = "Below 128, so it fits into seven bits: one byte, and the bit in front says 0, the last one."
        return (Step("Varint", bits=(_varint_byte(value, ""),), note=note),)
    groups = [Bits(f"{byte & 0x7F:07b}", f"group {place}") for place, byte in enumerate(data, 1)]
    cut = Step("Groups of 7", "", tuple(reversed(groups)), note="In binary, cut from the right.")
    tiles = tuple(_varint_byte(byte, f"group {place}") for place, byte in enumerate(data, 1))
    note = "Lowest group first. The bit in front of each: 1 more follow, 0 the last one."
    return (cut, Step("Varint", bits=tiles, note=note))


def _varint_byte(byte: int, label: str) -> Bits:
    return Bits(f"{byte & 0x7F:07b}", label, byte > 0x7F, byte)


def number_steps(kind: Kind, value: int) -> tuple[Step, ...]:
    """A value of a type that is sent as a varint: first as an unsigned number, then as its bytes."""
    before = []
    if kind.name == "bool":
        before.append(Step("As a number", f"{str(value).lower()} → {value:d}"))
    elif kind.name == "enum" and value in SPEEDS:
        before.append(Step("As a number", f"{SPEEDS[value]} → {value}"))
    elif kind.name.startswith("sint"):
        how = f"2 × {grouped(value)}" if value >= 0 else f"2 × {grouped(-value)} − 1"
        note = "0, −1, 1, −2, 2 become 0, 1, 2, 3, 4: a number near zero is short, whatever its sign."
        before.append(Step("Zigzag", f"{grouped(value)} → {how} = {grouped(zigzag(value))}", note=note))
        value = zigzag(value)
    elif value < 0:
        note = "Negative numbers count down from 2⁶⁴, so their upper bits are set: always ten bytes."
        if kind.bits == 32:
            note += " 64 bits even here, so that an int64 would read the same number."
        wide = value % (1 << 64)
        before.append(Step("Two's complement", f"2⁶⁴ − {grouped(-value)} = {grouped(wide)}", note=note))
        value = wide
    return (*before, *varint_steps(int(value)))


def fixed_steps(kind: Kind, value: int, data: bytes) -> tuple[Step, ...]:
    """A whole number of a fixed size to its bytes ("Non-varint Numbers")."""
    first = []
    if value < 0:
        power = f"2{str(kind.bits).translate(_SUPERSCRIPTS)}"
        wide = grouped(value % (1 << kind.bits))
        first.append(Step("Two's complement", f"{power} − {grouped(-value)} = {wide}"))
    high = tuple(Bits(f"{byte:08b}") for byte in reversed(data))
    cut = Step(f"{kind.bits} bits", bits=high, note=f"Always {len(data)} bytes, however small the number.")
    return (*first, cut, _little_endian(data))


def real_steps(kind: Kind, value: float, data: bytes) -> tuple[Step, ...]:
    """A float or double to its bytes (IEEE 754 binary32 and binary64)."""
    bits = f"{int.from_bytes(data, 'little'):0{kind.bits}b}"
    width = 8 if kind.bits == 32 else 11
    sign, exponent, fraction = bits[0], bits[1 : 1 + width], bits[1 + width :]
    stored = as_float(value) if kind.bits == 32 else value
    parts = (Bits(sign, "sign"), Bits(exponent, "exponent"), Bits(fraction, "fraction"))
    step = Step("IEEE 754", _ieee(sign, exponent, fraction, stored), parts, note=_nearest(value, stored))
    return (step, _little_endian(data))


def _ieee(sign: str, exponent: str, fraction: str, stored: float) -> str:
    """The number that the three parts stand for, as a formula."""
    bias = (1 << len(exponent) - 1) - 1
    power, part = int(exponent, 2), int(fraction, 2) / (1 << len(fraction))
    if math.isnan(stored):
        return "exponent all ones, fraction not zero = not a number"
    front = "−" if sign == "1" else ""
    if math.isinf(stored):
        return f"exponent all ones, fraction zero = {front}infinity"
    if stored == 0:
        return f"all zero but the sign = {front}0" if front else "all zero = 0"
    mantissa, scale = (part, 1 - bias) if power == 0 else (1 + part, power - bias)
    # A fraction of 52 bits can be smaller than what is left of it beside the 1, hence no rounding here.
    return f"{front}{mantissa!r} × 2{str(scale).translate(_SUPERSCRIPTS)} = {stored!r}".replace("= -", "= −")


def _nearest(value: float, stored: float) -> str:
    if math.isinf(stored) and not math.isinf(value):
        return "Beyond the largest float, 3.4028235e+38: infinity is stored. A double can hold it."
    if stored != value and not math.isnan(value):
        return f"No float is exactly {value!r}; this is the nearest one. A double comes closer."
    return "The exponent counts powers of two, the fraction what is left between two of them."


def _little_endian(data: bytes) -> Step:
    tiles = tuple(Bits(f"{byte:08b}", "", None, byte) for byte in data)
    return Step("Lowest byte first", bits=tiles)
