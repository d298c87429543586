"""Bars for a handful of quantities, with their spread: sizes, durations, rates."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import NamedTuple

from helpers import display
from helpers.display import Displayed
from helpers.text import visible

from .style import bundle, escape, fmt_bytes, fmt_duration


def fmt_number(value: float) -> str:
    """A number without a unit: ``0.0421``, ``12.5``, ``12,500`` (three significant digits below 1,000)."""
    text = f"{value:.3g}"
    return text if "e+" not in text and abs(value) < 999.5 else f"{value:,.0f}"


FORMATS: dict[str, Callable[[float], str]] = {
    "B": lambda value: fmt_bytes(round(value)),
    "s": fmt_duration,
    "": fmt_number,
}
"""Unit: how a number of it is written."""

_TEXT_BAR = 24  # characters of the longest bar in a terminal


class _Row(NamedTuple):
    """One quantity as it is shown; `bar`, `low` and `high` are shares of the longest."""

    name: str
    value: str
    ratio: str
    spread: str
    bar: float
    low: float
    high: float


@dataclass(frozen=True)
class Bars(Displayed):
    """Quantities side by side; shows itself as a picture, or as text in a terminal.

    Attributes:
        samples: for each name its measured values, one or more, none below zero; the bar is their median,
            the thin line reaches from the first to the third quartile.
        unit: ``B``, ``s`` or nothing: see `FORMATS`.
        title: what is compared.
        note: a sentence below, on how it was measured.

    Raises:
        ValueError: an unknown unit, a name without values, or a value that has no place on a bar.
    """

    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)
    unit: str = ""
    title: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.unit not in FORMATS:
            raise ValueError(f"unknown unit {self.unit!r}; one of {', '.join(map(repr, FORMATS))}")
        for name, values in self.samples.items():
            if not values:
                raise ValueError(f"{name!r} has no values")
            if not all(math.isfinite(value) and value >= 0 for value in values):
                raise ValueError(f"{name!r} has a value that is negative or not a number")

    @property
    def medians(self) -> dict[str, float]:
        """The middle value of each."""
        return {name: median(values) for name, values in self.samples.items()}

    @property
    def quartiles(self) -> dict[str, tuple[float, float]]:
        """The middle half of each: from, to."""
        return {name: _quartiles(values) for name, values in self.samples.items()}

    def __str__(self) -> str:
        rows = self._rows()
        columns = zip(*((row.name, row.value, row.ratio) for row in rows), strict=True)
        wide = [max(map(len, column)) for column in columns]
        lines = [
            f"  {row.name:{wide[0]}}  {row.value:>{wide[1]}}  {_text_bar(row.bar):{_TEXT_BAR}}"
            f"  {row.ratio:>{wide[2]}}  {row.spread}".rstrip()
            for row in rows
        ]
        return visible("\n".join(filter(None, (self.title, *(lines or ["Nothing to show yet."]), self.note))))

    def html(self) -> str:
        """The markup without its style: for a view that carries ``bars.css``."""
        title = f'<p class="gv-bars-title">{escape(self.title)}</p>' if self.title else ""
        note = f'<p class="gv-muted">{escape(self.note)}</p>' if self.note else ""
        return f'<div class="gv gv-bars">{title}{self._table()}{note}</div>'

    def _table(self) -> str:
        rows = self._rows()
        if not rows:
            return '<p class="gv-muted">Nothing to show yet.</p>'
        spread = any(row.spread for row in rows)
        head = (
            f'<td></td><th scope="col" class="gv-bars-value">{"median" if spread else "value"}</th>'
            '<td class="gv-bars-cell"></td><th scope="col" class="gv-bars-ratio">ratio</th>'
            + ('<th scope="col" class="gv-bars-range">middle half</th>' if spread else "")
        )
        body = "".join(
            f'<tr><th scope="row">{escape(row.name)}</th><td class="gv-bars-value">{escape(row.value)}</td>'
            f'<td class="gv-bars-cell">{_picture(row)}</td><td class="gv-bars-ratio">{escape(row.ratio)}</td>'
            + (f'<td class="gv-bars-range">{escape(row.spread)}</td>' if spread else "")
            + "</tr>"
            for row in rows
        )
        label = escape(self.title or "Comparison")
        return f'<table aria-label="{label}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def _rows(self) -> list[_Row]:
        write = FORMATS[self.unit]
        longest = max((high for _, high in self.quartiles.values()), default=0) or 1
        least = min(self.medians.values(), default=0)
        rows = []
        for name, values in self.samples.items():
            middle, (low, high) = median(values), _quartiles(values)
            ratio = _ratio(middle, least) if len(self.samples) > 1 else ""
            spread = f"{write(low)} – {write(high)}" if len(values) > 1 else ""
            shares = (middle / longest, low / longest, high / longest)
            rows.append(_Row(name, write(middle), ratio, spread, *shares))
        return rows


@display.static.register
def _(bars: Bars) -> dict[str, str]:
    return bundle(bars.html(), str(bars), "views/kit/bars.css")


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    """From where to where the middle half of the values reaches."""
    if len(values) < 2:
        return values[0], values[0]
    first, _, third = quantiles(values, n=4, method="inclusive")
    return first, third


def _ratio(value: float, least: float) -> str:
    """How many times the least one it is: ``1×``, ``1.8×``, ``12×``."""
    if not least:
        return ""
    return f"{value / least:.1f}×".replace(".0×", "×") if value / least < 9.95 else f"{value / least:,.0f}×"


def _text_bar(share: float) -> str:
    return "█" * max(1, round(_TEXT_BAR * share)) if share else ""


def _picture(row: _Row) -> str:
    parts = [f'<rect class="gv-bars-bar" y="3" height="14" width="{_percent(row.bar)}"/>'] if row.bar else []
    if row.high > row.low:
        low, high = _percent(row.low), _percent(row.high)
        line = f'<line x1="{low}" x2="{high}" y1="10" y2="10"/>'
        ends = "".join(f'<line x1="{x}" x2="{x}" y1="6" y2="14"/>' for x in (low, high))
        # Drawn twice: the wider first one keeps the line apart from the bar below it.
        parts += [f'<g class="gv-bars-{name}">{line}{ends}</g>' for name in ("halo", "spread")]
    # The numbers beside it say the same.
    return f'<svg width="100%" height="20" aria-hidden="true">{"".join(parts)}</svg>'


def _percent(share: float) -> str:
    """A position; the longest one leaves room for its end mark, the shortest one can still be seen."""
    return f"{max(0.3, 99 * share):.2f}%"
