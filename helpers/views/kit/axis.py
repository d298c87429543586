"""The ticks of a time axis: round times, and their labels."""

from __future__ import annotations

import math
from collections.abc import Iterable


def ticks(end: float, most: int = 6) -> tuple[float, ...]:
    """Round times from 0 to ``end``, at most ``most`` steps of 1, 2 or 5 times a power of ten."""
    rough = end / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    return tuple(round(step * n, 9) for n in range(int(end / step * (1 + 1e-9)) + 1))


def tick_labels(times: Iterable[float]) -> tuple[str, ...]:
    """The labels of one axis: one unit, one number of decimals."""
    times = tuple(times)
    step = times[1] - times[0] if len(times) > 1 else 1.0
    scale, unit = (1, "s") if times[-1] >= 1 else (1e3, "ms")
    decimals = max(0, -math.floor(math.log10(step * scale) + 1e-9))
    return tuple(f"{time * scale:.{decimals}f} {unit}" for time in times)
