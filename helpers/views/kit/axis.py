"""The ticks of an axis: round times or quantities, and their labels."""

from __future__ import annotations

import math
from collections.abc import Iterable


def ticks(end: float, most: int = 6) -> tuple[float, ...]:
    """Round times from 0 to ``end``, at most ``most`` steps of 1, 2 or 5 times a power of ten."""
    step = _step(end, most)
    return tuple(round(step * n, 9) for n in range(int(end / step * (1 + 1e-9)) + 1))


def tick_labels(times: Iterable[float]) -> tuple[str, ...]:
    """The labels of one axis: one unit, one number of decimals."""
    times = tuple(times)
    step = times[1] - times[0] if len(times) > 1 else 1.0
    scale, unit = (1, "s") if times[-1] >= 1 else (1e3, "ms")
    decimals = max(0, -math.floor(math.log10(step * scale) + 1e-9))
    return tuple(f"{time * scale:.{decimals}f} {unit}" for time in times)


def scale(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """Round values from 0 or below ``low`` to above ``high``, at most ``most`` + 2 of them: an axis that begins at zero."""
    low, high = min(0.0, low), max(0.0, high)
    step = _step((high - low) or 1.0, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(step * n, 12) for n in range(first, max(last, first + 1) + 1))


def value_labels(values: Iterable[float], unit: str) -> tuple[str, ...]:
    """The labels of one axis of quantities: one unit, one number of decimals.

    Args:
        values: the ticks, in even steps.
        unit: ``B``, ``B/s`` and ``s`` take a prefix (kB, MB/s, ms); any other stands behind the number.
    """
    values = tuple(values)
    largest = max(map(abs, values), default=0.0)
    step = (values[1] - values[0] if len(values) > 1 else largest) or 1.0
    units = _PREFIXED.get(unit, ((1.0, unit),))
    factor, name = next(((each, word) for each, word in units if largest >= each), units[-1])
    decimals = max(0, -math.floor(math.log10(step / factor) + 1e-9))
    return tuple(f"{value / factor:,.{decimals}f} {name}".rstrip() for value in values)


_BYTES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
_PREFIXED = {
    "B": _BYTES,
    "B/s": tuple((factor, f"{name}/s") for factor, name in _BYTES),
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")),
}


def _step(span: float, most: int) -> float:
    """1, 2 or 5 times a power of ten, which goes into ``span`` at most ``most`` times."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
