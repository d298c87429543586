"""When one may be called faster than another.

Every round runs all contenders side by side, so values are compared in pairs, round by round: what slows the
machine down for a while slows both. One is told apart from another only if all of this holds:

- there are at least `LEAST_ROUNDS` rounds;
- their middle halves (from the first to the third quartile) do not overlap; with fewer than `FEW_ROUNDS`
  rounds, where one lucky round moves a quartile, not even the slowest and the fastest round may;
- it was faster in more than nine rounds out of ten;
- the medians differ by more than 5 %: two processes that run the same program differ by a few percent for as
  long as they live, which no number of rounds shows.

What chance alone does with that (rounds of 10 % noise, simulated): of two equal contenders one is called faster
in 1 % of comparisons with five rounds, and in fewer with more. Of nine equal ones none comes out as the only
winner; one or more lose the first place that they should share in 17 % with five rounds and 2 % with fifteen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from .values import Case, Contender, Measurement, Results

LEAST_ROUNDS = 5
FEW_ROUNDS = 8
LEAST_RATIO = 1.05
CLEARLY = 1.25  # a lead that shrinks by this factor without its best contender is told in both sizes
FAMILIES = ("gRPC", "REST")


class Spread(NamedTuple):
    """The middle half of some values, and their median."""

    low: float
    middle: float
    high: float

    @property
    def width(self) -> float:
        """How wide the middle half is, as a share of the median; 0 where the median is 0."""
        return (self.high - self.low) / self.middle if self.middle else 0.0


def spread(values: Sequence[float]) -> Spread:
    """The median and the quartiles around it.

    Raises:
        ValueError: no values.
    """
    if not values:
        raise ValueError("a spread needs at least one value")
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    first, _, third = quantiles(values, n=4, method="inclusive")
    return Spread(first, median(values), third)


def ratio(one: Sequence[float], other: Sequence[float]) -> Spread | None:
    """How many times as long `one` took as `other`, round by round; None where the other took no time."""
    rounds = [a / b for a, b in zip(one, other) if b > 0]  # noqa: B905
    return spread(rounds) if rounds else None


def faster(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether `one` may be called faster than `other`, by the rule of this module.

    Args:
        one: seconds, a value a round.
        other: the same, in the same rounds; what one of them has more is left out.
    """
    pairs = list(zip(one, other))  # noqa: B905
    if len(pairs) < LEAST_ROUNDS:
        return False
    mine, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    if median(theirs) <= LEAST_RATIO * median(mine):
        return False
    few = len(pairs) < FEW_ROUNDS
    slowest, fastest = (max(mine), min(theirs)) if few else (spread(mine).high, spread(theirs).low)
    return slowest < fastest and 10 * sum(a < b for a, b in pairs) > 9 * len(pairs)


def first_place(samples: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    """Who shares the first place: all that nobody may be called faster than, the lowest median first."""
    names = sorted(samples, key=lambda name: median(samples[name]))
    return tuple(
        name
        for place, name in enumerate(names)
        if not any(faster(samples[better], samples[name]) for better in names[:place])
    )


@dataclass(frozen=True)
class Entry:
    """A contender in one case, with what was measured of it."""

    contender: Contender
    measurement: Measurement

    @property
    def name(self) -> str:
        """The contender's name."""
        return self.contender.name

    @property
    def family(self) -> str:
        """The side it stands for."""
        return self.contender.family

    @property
    def rounds(self) -> tuple[float, ...]:
        """Seconds of one run, a value a round."""
        return self.measurement.seconds

    @property
    def seconds(self) -> Spread:
        """Median and middle half of the rounds."""
        return spread(self.rounds)

    @property
    def cpu(self) -> float:
        """Processor time of client and server together for one run, in seconds."""
        return self.measurement.client_cpu + self.measurement.server_cpu


@dataclass(frozen=True)
class Duel:
    """The best of one family against the best of the other.

    Attributes:
        one: who is ahead; where nobody is, the one with the lower median.
        other: the best of the other family.
        times: how many times as long the other took, round by round; None where that cannot be told.
        decided: whether `one` may be called faster.
    """

    one: Entry
    other: Entry
    times: Spread | None
    decided: bool


@dataclass(frozen=True)
class Standing:
    """Who stands where in one case.

    Attributes:
        case: the case.
        entries: the contenders that have a result, the lowest median first, and last of all a floor.
        first: those of them that share the first place.
        failed: contenders that took part and have no result.
        absent: contenders that took no part.
    """

    case: Case
    entries: tuple[Entry, ...]
    first: tuple[Entry, ...]
    failed: tuple[Contender, ...] = ()
    absent: tuple[Contender, ...] = ()

    @property
    def contesting(self) -> tuple[Entry, ...]:
        """All but a floor."""
        return _contesting(self.entries)

    @property
    def rounds(self) -> int:
        """How many rounds the case had."""
        return max((len(entry.rounds) for entry in self.entries), default=0)

    @property
    def enough(self) -> bool:
        """Whether there are rounds enough to say anything."""
        return self.rounds >= LEAST_ROUNDS

    def family(self, name: str) -> tuple[Entry, ...]:
        """The contenders of one side, the lowest median first, without a floor."""
        return tuple(entry for entry in self.contesting if entry.family == name)

    @property
    def duel(self) -> Duel | None:
        """Family against family; None where one of them is missing."""
        sides = [self.family(name) for name in FAMILIES]
        if not all(sides):
            return None
        one, other = sorted((side[0] for side in sides), key=lambda entry: self.entries.index(entry))
        # The lowest median may come from a contender that varies much; a steadier one of its side may be ahead.
        ahead = (entry for entry in self.family(one.family) if faster(entry.rounds, other.rounds))
        winner = next(ahead, None)
        return Duel(winner or one, other, ratio(other.rounds, (winner or one).rounds), winner is not None)

    @property
    def leader(self) -> str | None:
        """The family that is ahead: its best may be called faster than the best of the other."""
        duel = self.duel
        return duel.one.family if duel is not None and duel.decided else None

    def without(self, entry: Entry) -> Standing:
        """The same case as if one contender had not taken part."""
        entries = tuple(other for other in self.entries if other is not entry)
        return Standing(self.case, entries, _first(entries), self.failed, self.absent)

    @property
    def depends_on(self) -> Entry | None:
        """The one contender without which its family, though it has others, would not lead."""
        duel = self.duel
        if duel is None or not duel.decided or len(self.family(duel.one.family)) < 2:
            return None
        return duel.one if self.without(duel.one).leader != duel.one.family else None

    @property
    def lesser_lead(self) -> Spread | None:
        """By how much the leading family would lead without its best, where that is clearly less."""
        duel = self.duel
        if duel is None or not duel.decided or duel.times is None:
            return None
        less = self.without(duel.one)
        if less.leader != duel.one.family or less.duel is None or less.duel.times is None:
            return None
        return less.duel.times if duel.times.middle > CLEARLY * less.duel.times.middle else None


def judge(results: Results, case: Case) -> Standing:
    """Who stands where in one case of a comparison."""
    contenders = {contender.id: contender for contender in results.contenders}
    found = {
        measurement.contender: measurement
        for measurement in results.measurements
        if measurement.case == case.id and measurement.contender in contenders
    }
    entries = [Entry(contenders[name], found[name]) for name in contenders if _usable(found.get(name))]
    entries.sort(key=lambda entry: (entry.contender.floor, entry.seconds.middle))
    return Standing(
        case,
        tuple(entries),
        _first(entries),
        tuple(contenders[name] for name in contenders if name in found and not _usable(found[name])),
        tuple(contenders[name] for name in contenders if name not in found),
    )


def standings(results: Results) -> tuple[Standing, ...]:
    """Who stands where, case by case."""
    return tuple(judge(results, case) for case in results.cases)


def _first(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    names = first_place({entry.contender.id: entry.rounds for entry in _contesting(entries)})
    return tuple(entry for entry in entries if entry.contender.id in names)


def _contesting(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if not entry.contender.floor)


def _usable(measurement: Measurement | None) -> bool:
    """Whether there is a time to compare: a run that broke off has none."""
    if measurement is None or not measurement.seconds:
        return False
    return all(math.isfinite(value) and value >= 0 for value in measurement.seconds)
