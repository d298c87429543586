"""The ranking of candidates in a case, and the rule by which one may be called faster than another.

Every round runs all candidates side by side, so that what slows the machine down for a while slows all of them.
One is told apart from another only if all of this holds:

- there are at least `LEAST_ROUNDS` rounds;
- their middle halves (from the first to the third quartile) do not overlap;
- it was faster in more than nine rounds out of ten, value by value in the same round;
- the medians differ by more than 5 %: two processes that run the same program differ by a few percent for as
  long as they live, which no number of rounds shows.

A ratio has one estimator, everywhere: the quotient of the medians that stand beside it.

A side leads where all that share the first place are of that side: while one of the other side shares it, nobody does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from .values import Candidate, MeasuredRun, Measurement, Workload

LEAST_ROUNDS = 8
LEAST_RATIO = 1.05
CLEARLY = 1.25  # a lead that shrinks by this factor without its best candidate is told in both sizes
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


def ratio(one: Spread, other: Spread) -> Spread | None:
    """How many times as long `one` took as `other`, and what their middle halves leave open.

    Returns:
        The quotient of the medians, between the least and the greatest that the middle halves allow: 1 lies between
        these if the halves overlap. None where the other took no time.
    """
    if not other.low > 0:
        return None
    return Spread(one.low / other.high, one.middle / other.middle, one.high / other.low)


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
    apart = spread(mine).high < spread(theirs).low
    return apart and 10 * sum(a < b for a, b in pairs) > 9 * len(pairs)


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
    """A candidate in one case, with what was measured of it."""

    candidate: Candidate
    measurement: Measurement

    @property
    def name(self) -> str:
        """The candidate's name."""
        return self.candidate.name

    @property
    def family(self) -> str:
        """The side it stands for."""
        return self.candidate.family

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
class HeadToHead:
    """One of either family, set against each other.

    Attributes:
        one: who is ahead; where nobody is, the one with the lower median.
        other: who stands for the other family.
        decided: whether `one` may be called faster.
    """

    one: Entry
    other: Entry
    decided: bool

    @property
    def times(self) -> Spread | None:
        """How many times as long the other took; None where that cannot be told."""
        return ratio(self.other.seconds, self.one.seconds)


@dataclass(frozen=True)
class Ranking:
    """Who stands where in one case.

    Attributes:
        case: the case.
        entries: the candidates that have a result, the lowest median first, and last of all a baseline.
        first: those of them that share the first place.
        failed: candidates that took part and have no result.
        absent: candidates that took no part.
    """

    case: Workload
    entries: tuple[Entry, ...]
    first: tuple[Entry, ...]
    failed: tuple[Candidate, ...] = ()
    absent: tuple[Candidate, ...] = ()

    @property
    def ranked(self) -> tuple[Entry, ...]:
        """All but a baseline."""
        return _ranked(self.entries)

    @property
    def rounds(self) -> int:
        """How many rounds the case had."""
        return max((len(entry.rounds) for entry in self.entries), default=0)

    @property
    def enough(self) -> bool:
        """Whether there are rounds enough to say anything."""
        return self.rounds >= LEAST_ROUNDS

    def family(self, name: str) -> tuple[Entry, ...]:
        """The candidates of one side, the lowest median first, without a baseline."""
        return tuple(entry for entry in self.ranked if entry.family == name)

    @property
    def head_to_head(self) -> HeadToHead | None:
        """The best of each family; None where one of them is missing."""
        sides = [self.family(name) for name in FAMILIES]
        if not all(sides):
            return None
        firsts = [[entry for entry in side if entry in self.first] for side in sides]
        if all(firsts):
            one, other = sorted((side[0] for side in firsts), key=self.entries.index)
            return HeadToHead(one, other, False)
        ahead, behind = sides if firsts[0] else reversed(sides)
        # The lowest median may come from a candidate that varies much; a steadier one of its side is ahead then.
        quicker = [entry for entry in ahead if faster(entry.rounds, behind[0].rounds)]
        return HeadToHead(
            next((entry for entry in quicker if entry in self.first), quicker[0]), behind[0], True
        )

    @property
    def tutorials(self) -> HeadToHead | None:
        """What a tutorial of each side shows; None where one of them takes no part."""
        found = [entry for entry in self.ranked if entry.candidate.tutorial]
        if sorted(entry.family for entry in found) != sorted(FAMILIES):
            return None
        one, other = found
        return HeadToHead(one, other, faster(one.rounds, other.rounds))

    @property
    def leader(self) -> str | None:
        """The family that is ahead: all that share the first place are of it."""
        pair = self.head_to_head
        return pair.one.family if pair is not None and pair.decided else None

    def without(self, entry: Entry) -> Ranking:
        """The same case as if one candidate had not taken part."""
        entries = tuple(other for other in self.entries if other is not entry)
        return Ranking(self.case, entries, _first(entries), self.failed, self.absent)

    @property
    def depends_on(self) -> Entry | None:
        """The one candidate without which its family, though it has others, would not lead."""
        pair = self.head_to_head
        if pair is None or not pair.decided or len(self.family(pair.one.family)) < 2:
            return None
        return pair.one if self.without(pair.one).leader != pair.one.family else None

    @property
    def lesser_lead(self) -> Spread | None:
        """By how much the leading family would lead without its best, where that is clearly less."""
        pair = self.head_to_head
        if pair is None or not pair.decided or pair.times is None:
            return None
        less = self.without(pair.one)
        if less.leader != pair.one.family or less.head_to_head is None or less.head_to_head.times is None:
            return None
        return (
            less.head_to_head.times if pair.times.middle > CLEARLY * less.head_to_head.times.middle else None
        )


def rank(results: MeasuredRun, case: Workload) -> Ranking:
    """Who stands where in one case of a comparison."""
    candidates = {candidate.id: candidate for candidate in results.candidates}
    found = {
        measurement.candidate: measurement
        for measurement in results.measurements
        if measurement.case == case.id and measurement.candidate in candidates
    }
    entries = [Entry(candidates[name], found[name]) for name in candidates if _usable(found.get(name))]
    entries.sort(key=lambda entry: (entry.candidate.baseline, entry.seconds.middle))
    return Ranking(
        case,
        tuple(entries),
        _first(entries),
        tuple(candidates[name] for name in candidates if name in found and not _usable(found[name])),
        tuple(candidates[name] for name in candidates if name not in found),
    )


def rankings(results: MeasuredRun) -> tuple[Ranking, ...]:
    """Who stands where, case by case."""
    return tuple(rank(results, case) for case in results.cases)


def _first(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    names = first_place({entry.candidate.id: entry.rounds for entry in _ranked(entries)})
    return tuple(entry for entry in entries if entry.candidate.id in names)


def _ranked(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if not entry.candidate.baseline)


def _usable(measurement: Measurement | None) -> bool:
    """Whether there is a time to compare: a run that broke off has none."""
    if measurement is None or not measurement.seconds:
        return False
    return all(math.isfinite(value) and value >= 0 for value in measurement.seconds)
