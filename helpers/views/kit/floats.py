"""Numbers as a protobuf `float` has them: 32 bits, of which people want to see the shortest form."""

from __future__ import annotations

import math
import struct


def as_float(value: float) -> float:
    """The number that a 32-bit float makes of a Python float: the nearest one, infinity beyond the largest."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def shortest_float(value: float) -> float:
    """The number with the fewest digits that is stored as the same 32-bit float: 0.1, not 0.10000000149011612."""
    candidates = (float(f"{value:.{digits}g}") for digits in range(1, 10))
    return next((number for number in candidates if as_float(number) == as_float(value)), value)
