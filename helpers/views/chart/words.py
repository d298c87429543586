"""How a chart says its quantities and its state."""

from __future__ import annotations

from ..kit.bars import fmt_number
from ..kit.style import fmt_bytes, fmt_duration
from .model import ChartRecord, Series

NOTHING = "–"
EMPTY = "Nothing is measured yet."
_SIGNS = {"done": "✓", "failed": "✗"}


def quantity(value: float | None, unit: str) -> str:
    """A value with its unit: ``45.1 MB``, ``620 MB/s``, ``1.24 ms``, ``98.5 %``; ``–`` where there is none."""
    if value is None:
        return NOTHING
    if unit in ("B", "B/s"):
        return fmt_bytes(round(value)) + unit[1:]
    if unit == "s":
        return fmt_duration(value)
    return f"{fmt_number(value)} {unit}".rstrip()


def moment(time: float) -> str:
    """A time on the axis: ``0.52 s``."""
    return f"{time:.2f} s" if time < 99.95 else f"{time:.0f} s"


def state(record: ChartRecord) -> str:
    """What is going on: ``running``, ``✓ done``, ``✗ stopped by you``; nothing before the first value."""
    if record.state not in _SIGNS:
        return "" if record.state == "empty" else "running"
    return f"{_SIGNS[record.state]} {record.ending or record.state}"


def figures(series: Series) -> list[str]:
    """What stands behind the name of a series: its last value and its largest."""
    if series.most is None:
        return ["no value yet" if not series.count else "could not be measured"]
    return [f"last {quantity(series.last, series.unit)}", f"most {quantity(series.most, series.unit)}"]


def summary(record: ChartRecord) -> str:
    """The chart in a sentence, for a screen reader."""
    told = [f"{series.name}: {', '.join(figures(series))}" for series in record.shown]
    return f"{record.title or 'Chart'}, {moment(record.end)}. {'; '.join(told)}."
