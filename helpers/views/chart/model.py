"""What a chart knows: a few series of points, what happened when, and how it ended. Plain values, bounded in size."""

from __future__ import annotations

import bisect
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import NamedTuple

MOST_SERIES = 6
"""Series that are drawn: there are as many kinds of lines that can be told apart."""
MOST_POINTS = 800
"""Points of one series that are kept; older ones are thinned."""
MOST_MARKS = 9
"""Marks that are kept: the last ones."""


class ChartPoint(NamedTuple):
    """One value: when (seconds since the chart began), and how much; None where there was nothing to measure."""

    time: float
    value: float | None


def thinned(points: list[ChartPoint], most: int) -> list[ChartPoint]:
    """At most about ``most`` of the points: of neighbors the least and the largest stay, and the first and the last."""
    if len(points) <= most:
        return list(points)
    group = math.ceil(2 * len(points) / most)
    kept = [points[0]]
    for start in range(1, len(points) - 1, group):
        some = points[start : min(start + group, len(points) - 1)]
        measured = [point for point in some if point.value is not None]
        ends = {min(measured, key=_size), max(measured, key=_size)} if measured else set()
        gap = next((point for point in some if point.value is None), None)
        kept += sorted(ends | ({gap} if gap else set()), key=lambda point: point.time)
    return [*kept, points[-1]]


def _size(point: ChartPoint) -> float:
    return point.value or 0.0


class Series:
    """One quantity over time.

    Attributes:
        name: what it is the quantity of.
        unit: ``B``, ``B/s``, ``s``, ``%``, or whatever stands behind the number.
        points: its values, in the order of time, thinned where there are many.
        last: the last value; None before the first one, and where it could not be measured.
        least: the smallest of all values, also of those that are no longer kept.
        most: the largest of them.
        count: how many values there were.
    """

    def __init__(self, name: str, unit: str) -> None:
        self.name, self.unit = name, unit
        self.points: list[ChartPoint] = []
        self.last: float | None = None
        self.least: float | None = None
        self.most: float | None = None
        self.count = 0

    def add(self, time: float, value: object) -> None:
        """One more value; None (or a NaN) says that there was nothing to measure.

        Raises:
            TypeError: the value is no number.
            ValueError: the value is infinite, or its time lies before that of the last one.
        """
        if value is not None and not isinstance(value, Real):
            raise TypeError(f"a value of {self.name!r} must be a number or None, not {value!r}")
        number = None if value is None else float(value)
        if number is not None and math.isinf(number):
            raise ValueError(f"a value of {self.name!r} must be finite")
        if number is not None and math.isnan(number):
            number = None
        if self.points and time < self.points[-1].time:
            raise ValueError(
                f"{time} s lies before the last value of {self.name!r}, {self.points[-1].time} s"
            )
        self.points.append(ChartPoint(time, number))
        self.last = number
        self.count += 1
        if number is not None:
            self.least = number if self.least is None else min(self.least, number)
            self.most = number if self.most is None else max(self.most, number)
        if len(self.points) > 2 * MOST_POINTS:
            self.points = thinned(self.points, MOST_POINTS)

    def at(self, time: float) -> float | None:
        """The value at a time: the last one until then."""
        place = bisect.bisect_right(self.points, time, key=lambda point: point.time)
        return self.points[place - 1].value if place else None


class Mark(NamedTuple):
    """Something that happened: when (seconds since the chart began), and what."""

    time: float
    text: str


@dataclass
class ChartRecord:
    """All that a chart shows.

    Attributes:
        series: the quantities by name.
        title: what is shown.
        note: a sentence below.
        marks: what happened meanwhile, at most `MOST_MARKS` of it.
        state: ``empty``, ``running``, ``done`` or ``failed``.
        ending: what is said of the end.
        forgotten: how many marks are no longer kept.
        key: tells this chart from all others.
        problems: why a series cannot be measured now, by its name; empty where it can.
    """

    series: dict[str, Series]
    title: str = ""
    note: str = ""
    marks: list[Mark] = field(default_factory=list)
    state: str = "empty"
    ending: str = ""
    forgotten: int = 0
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    problems: dict[str, str] = field(default_factory=dict)

    def mark(self, time: float, text: str) -> None:
        """Notes what happened at a time."""
        self.marks = sorted([*self.marks, Mark(time, text)], key=lambda mark: mark.time)
        if len(self.marks) > MOST_MARKS:
            self.marks.pop(0)
            self.forgotten += 1

    @property
    def end(self) -> float:
        """Seconds that the chart reaches: to the last value or mark."""
        times = [series.points[-1].time for series in self.series.values() if series.points]
        return max([*times, *(mark.time for mark in self.marks)], default=0.0)

    @property
    def shown(self) -> list[Series]:
        """The series that are drawn."""
        return list(self.series.values())[:MOST_SERIES]

    @property
    def panels(self) -> dict[str, list[Series]]:
        """The series that share an axis, by unit."""
        found: dict[str, list[Series]] = {}
        for series in self.shown:
            found.setdefault(series.unit, []).append(series)
        return found

    @property
    def has_values(self) -> bool:
        """Whether anything was measured."""
        return any(series.most is not None for series in self.series.values())

    def stops(self, most: int) -> list[float]:
        """At most ``most`` times at which there are values, the first and the last among them."""
        times = sorted({point.time for series in self.shown for point in series.points})
        if len(times) <= most:
            return times
        return [times[round(n * (len(times) - 1) / (most - 1))] for n in range(most)]

    def left_out(self) -> list[str]:
        """What is not shown, and what could not be measured, in sentences."""
        told = [f"{problem}." for problem in self.problems.values() if problem]
        if len(self.series) > MOST_SERIES:
            hidden = ", ".join(list(self.series)[MOST_SERIES:])
            told.append(f"{MOST_SERIES} of {len(self.series)} series are drawn; not drawn: {hidden}.")
        if any(series.count > len(series.points) for series in self.shown):
            count = sum(series.count for series in self.shown)
            told.append(
                f"{count:,} values have come; those are kept that are the least or the most around them."
            )
        if self.forgotten:
            told.append(f"{self.forgotten} earlier marks are not shown.")
        return told


def new_record(series: Mapping[str, str], title: str, note: str) -> ChartRecord:
    """A record of series (name: unit) without values.

    Raises:
        TypeError: what is given are no names and units.
        ValueError: there is no series.
    """
    if not isinstance(series, Mapping):
        raise TypeError(f"series are names and their units, as in {{'server': 'B'}}, not {series!r}")
    for name, unit in series.items():
        if not isinstance(name, str) or not isinstance(unit, str):
            raise TypeError(f"a name and its unit are texts, not {name!r}: {unit!r}")
    if not series:
        raise ValueError("a chart needs a series at least, as in {'server': 'B'}")
    return ChartRecord({name: Series(name, unit) for name, unit in series.items()}, str(title), str(note))
