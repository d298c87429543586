"""Lines through points: their length, and points at equal steps along them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

XY = tuple[float, float]


def along(points: Sequence[XY], step: float = 0.1) -> list[XY]:
    """Points every ``step`` kilometers along a line of ``points``, its first and its last among them.

    Raises:
        ValueError: where ``step`` is not larger than 0.
    """
    if not step > 0:
        raise ValueError(f"step must be larger than 0 km, not {step}")
    if not points:
        return []
    total = length(points)
    count = max(1, math.ceil(total / step - 1e-9)) if total else 0
    marks = [min(number * step, total) for number in range(count + 1)]
    found: list[XY] = []
    passed, at = 0.0, 0
    for mark in marks:
        while at < len(points) - 2 and passed + math.dist(points[at], points[at + 1]) < mark:
            passed += math.dist(points[at], points[at + 1])
            at += 1
        found.append(_between(points[at], points[min(at + 1, len(points) - 1)], mark - passed))
    return found


def length(points: Sequence[XY]) -> float:
    """Length of a line of points, in kilometers."""
    return sum(math.dist(a, b) for a, b in itertools.pairwise(points))


def _between(a: XY, b: XY, distance: float) -> XY:
    part = min(1.0, distance / math.dist(a, b)) if a != b else 0.0
    return round(a[0] + (b[0] - a[0]) * part, 3), round(a[1] + (b[1] - a[1]) * part, 3)
