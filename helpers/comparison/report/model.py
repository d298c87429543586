"""The plain values of a report between two families, and where they lie on an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from helpers.views.kit.axis import ticks


class CandidateRow(NamedTuple):
    """One candidate in one case. `bar`, `low` and `high` are on the case's axis; CPU is in seconds."""

    name: str
    family: str
    first: bool
    bar: float
    low: float
    high: float
    value: str
    middle_half: str
    ratio: str
    client_cpu: float
    server_cpu: float
    payload: int
    wire: int


class CaseSection(NamedTuple):
    """One case. `unit` is `s`, or that of a rate; `better` is `less` or `more`; `gaps` says who is missing."""

    title: str
    question: str
    unit: str
    better: str
    rows: tuple[CandidateRow, ...]
    findings: tuple[str, ...]
    gaps: tuple[str, ...] = ()


class OverviewRow(NamedTuple):
    """The best of either family in one case.

    `grpc` and `rest` are each a name and a value, which may be empty; `times` is how many times as long REST
    took (first quartile, median, third), `leader` a family or nothing.
    """

    title: str
    grpc: tuple[str, str]
    rest: tuple[str, str]
    verdict: str
    leader: str
    times: tuple[float, float, float] | None


class Report(NamedTuple):
    """All that the view shows; `tutorials` are pairs of what a tutorial of either side has."""

    title: str
    when: str
    machine: str
    notes: tuple[str, ...]
    summary: tuple[str, ...]
    pairs: tuple[OverviewRow, ...]
    tutorials: tuple[OverviewRow, ...]
    sections: tuple[CaseSection, ...]
    legend: str


def pair_reach(pairs: Sequence[OverviewRow]) -> float:
    """How far the picture of the pairs reaches to either side of level, in powers of two; at least one."""
    found = [abs(math.log2(value)) for pair in pairs if pair.times for value in pair.times if value > 0]
    return max([1.0, *found]) * 1.08


def pair_position(value: float, reach: float) -> float:
    """Where a ratio lies in the picture of the pairs, in percent; level is in the middle."""
    return 50 + 48 * math.log2(value) / reach


def pair_ticks(reach: float) -> list[tuple[float, str]]:
    """Positions and labels of the ratios that are named below the picture of the pairs."""
    step = max(1, math.ceil(reach / 2))
    powers = range(-int(reach // step) * step, int(reach // step) * step + 1, step)
    return [
        (pair_position(2.0**power, reach), f"{2 ** abs(power)}×" if power else "level") for power in powers
    ]


def axis(top: float, unit: str) -> tuple[str, list[tuple[float, str]]]:
    """The unit of an axis from 0 to `top`, and its ticks: value and label."""
    scale, unit = (1.0, unit) if unit != "s" else next(((s, u) for s, u in _SCALES if top >= s), _SCALES[-1])
    return unit, [(tick * scale, f"{tick:,.10g}") for tick in ticks(top / scale, 5)]


_SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
