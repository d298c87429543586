"""Figures and names as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.views.kit.style import fmt_duration

from .values import Workload

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number(count: int) -> str:
    """A count in a sentence: `zero`, `one`, ..., `nine`, `10`."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def factor(value: float) -> str:
    """How many times, at most three digits: `1`, `1.06`, `2.0`, `12`."""
    if value < 0.995:
        return f"{value:.2g}"
    if value < 1.095:
        return f"{value:.2f}".removesuffix(".00")
    return f"{value:.1f}" if value < 9.95 else f"{value:,.0f}"


def rate(value: float) -> str:
    """A number of items a second, three significant digits: `12,500`."""
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"


def speed(case: Workload, seconds: float) -> str:
    """How fast a run was, in the case's own terms: `1.24 ms`, `12,500 calls/s`."""
    if not case.per_second:
        return fmt_duration(seconds)
    return f"{rate(case.items / seconds)} {rate_unit(case)}" if seconds > 0 else "–"


def listed(items: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    names = list(items)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def spoken(name: str) -> str:
    """A name inside a sentence, where commas mean something else: `FastAPI (httpx)` for `FastAPI, httpx`."""
    base, _, rest = name.partition(", ")
    return f"{base} ({rest})" if rest else base


def rate_unit(case: Workload) -> str:
    """The unit of a case that counts items a second: `calls/s`."""
    return f"{case.of}s/s"
