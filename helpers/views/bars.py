"""Bars for a handful of quantities, with their spread: sizes, durations, rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from .style import bundle, escape, fmt_bytes, fmt_duration

FORMATS: dict[str, Callable[[float], str]] = {
    "B": lambda value: fmt_bytes(round(value)),
    "s": fmt_duration,
    "": lambda value: f"{value:,.3g}" if value < 1000 else f"{value:,.0f}",
}
"""Unit: how a number of it is written."""


@dataclass(frozen=True)
class Bars:
    """Quantities side by side; shows itself as a picture, or as text in a terminal.

    Attributes:
        samples: for each name its measured values, one or more; the bar is their median, the thin line
            reaches from the first to the third quartile.
        unit: `B`, `s` or nothing: see `FORMATS`.
        title: what is compared.
        note: a sentence below, on how it was measured.
    """

    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)
    unit: str = ""
    title: str = ""
    note: str = ""

    @property
    def medians(self) -> dict[str, float]:
        """The middle value of each."""
        return {name: median(values) for name, values in self.samples.items()}

    @property
    def quartiles(self) -> dict[str, tuple[float, float]]:
        """The middle half of each: from, to."""
        return {name: _quartiles(values) for name, values in self.samples.items()}

    def __str__(self) -> str:
        if not self.samples:
            return f"{self.title}: nothing to show yet"
        rows = self._rows()
        width = max(len(name) for name, *_ in rows)
        lines = [
            f"  {name:{width}}  {value:>9}  {'█' * max(1, round(24 * share)):24}  {spread}".rstrip()
            for name, value, share, _, spread in rows
        ]
        return "\n".join(line for line in (self.title, *lines, self.note) if line)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td class="gv-bars-value">{escape(value)}</td>'
            f'<td class="gv-bars-cell">{_bar(share, low, high)}</td>'
            f'<td class="gv-muted">{escape(spread)}</td></tr>'
            for name, value, share, (low, high), spread in self._rows()
        )
        note = f'<p class="gv-muted">{escape(self.note)}</p>' if self.note else ""
        body = f"<table>{rows}</table>" if rows else '<p class="gv-muted">Nothing to show yet.</p>'
        title = f'<p class="gv-bars-title">{escape(self.title)}</p>' if self.title else ""
        return bundle(f'<div class="gv gv-bars">{title}{body}{note}</div>', str(self), "bars.css")

    def _rows(self) -> list[tuple[str, str, float, tuple[float, float], str]]:
        """Name, value as text, and as shares of the longest: bar, quartiles; spread in words."""
        write = FORMATS[self.unit]
        longest = max((_quartiles(values)[1] for values in self.samples.values()), default=0) or 1
        rows = []
        for name, values in self.samples.items():
            low, high = _quartiles(values)
            spread = f"{write(low)} – {write(high)}" if len(values) > 1 else ""
            rows.append(
                (
                    name,
                    write(median(values)),
                    median(values) / longest,
                    (low / longest, high / longest),
                    spread,
                )
            )
        return rows


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    if len(values) < 2:
        return values[0], values[0]
    first, _, third = quantiles(values, n=4, method="inclusive")
    return first, third


def _bar(share: float, low: float, high: float) -> str:
    whisker = (
        f'<line x1="{100 * low:.2f}%" x2="{100 * high:.2f}%" y1="10" y2="10" class="gv-bars-spread"/>'
        if high > low
        else ""
    )
    bar = f'<rect x="0" y="3" height="14" width="{max(0.3, 100 * share):.2f}%" class="gv-bars-bar"/>'
    return f'<svg width="100%" height="20" aria-hidden="true">{bar}{whisker}</svg>'
