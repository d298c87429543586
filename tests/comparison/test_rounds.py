"""Rounds: everybody once in each, in turn, in an order that changes; who fails is out."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from helpers.comparison.clients import Work
from helpers.comparison.expected import WrongAnswer
from helpers.comparison.rounds import MODES, Mode, Sampler, how_many, measure, orders

WORK = Work("price")


class Clock:
    """A client and a server whose times are made up."""

    def __init__(self, seconds: float, log: list | None = None, fails_at: int = 0) -> None:
        self.seconds, self.log, self.fails_at = seconds, [] if log is None else log, fails_at
        self.calls, self.taken = 0, 0.0

    def run(self, work: Work, repeats: int) -> float:
        self.calls += 1
        self.log.append((self, repeats))
        if self.calls == self.fails_at:
            raise WrongAnswer("a price of 1 cents")
        self.taken += 0.25 * self.seconds * repeats
        return self.seconds * repeats

    def cpu(self) -> float:
        return self.taken

    def close(self) -> None: ...


def players_of(clocks: dict[str, Clock]) -> dict[str, Sampler]:
    return {name: Sampler(clock, clock) for name, clock in clocks.items()}


def test_everybody_plays_once_in_each_round_and_nobody_always_follows_the_same():
    names = [f"candidate {number}" for number in range(8)]
    found = orders(names, 25)
    assert all(sorted(order) == names for order in found)
    assert found == orders(names, 25)  # the same at each run
    assert found[:5] == orders(names, 5)
    before = {name: Counter() for name in names}
    for order in found:
        for first, second in itertools.pairwise(order):
            before[second][first] += 1
    assert all(max(counts.values()) < 25 / 2 for counts in before.values())
    assert all(len({order.index(name) for order in found}) > 4 for name in names)


def test_rounds_run_side_by_side():
    log: list = []
    clocks = {name: Clock(0.1, log) for name in "abc"}
    shares = []
    measure(players_of(clocks), WORK, 6, lambda *_: None, shares.append)
    names = {clock: name for name, clock in clocks.items()}
    played = [names[clock] for clock, _ in log]
    assert len(played) == 18
    assert all(sorted(played[start : start + 3]) == ["a", "b", "c"] for start in range(0, 18, 3))
    assert shares == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1])


@pytest.mark.parametrize(
    ("seconds", "rounds"),
    [(0.001, 25), (0.1, 10), (0.11, 9), (1.0, 8), (1000.0, 8)],
)
def test_rounds_fit_the_budget_but_are_eight_at_least(seconds, rounds):
    sampler = Sampler(Clock(1), Clock(1), estimate=seconds / 2)
    assert how_many([sampler, sampler], Mode(budget=1.0, least=0.01)) == rounds


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_no_mode_has_fewer_than_eight_rounds(mode):
    assert 8 <= mode.least_rounds <= mode.most_rounds


def test_where_nobody_is_left_nothing_is_played():
    shares = []
    measure({}, WORK, how_many([], MODES["quick"]), lambda *_: None, shares.append)
    assert shares[-1] == 1


def test_a_fast_one_repeats_its_work_until_the_clock_can_tell():
    fast, slow = Clock(0.001), Clock(3.0)
    samplers = players_of({"fast": fast, "slow": slow})
    for sampler in samplers.values():
        sampler.warm_up(WORK, WORK, least=0.02)
    assert (samplers["fast"].repeats, samplers["slow"].repeats) == (20, 1)
    assert samplers["slow"].estimate == pytest.approx(3.0)
    measure(samplers, WORK, 5, lambda *_: None, lambda _: None)
    assert samplers["fast"].seconds == pytest.approx([0.001] * 5)  # of one run, whatever the repeats
    assert samplers["slow"].seconds == pytest.approx([3.0] * 5)
    assert samplers["fast"].runs == 100
    assert samplers["fast"].server_cpu / samplers["fast"].runs == pytest.approx(0.00025)


def test_what_takes_no_time_at_all_is_repeated_a_lot_and_ends():
    sampler = Sampler(Clock(0.0), Clock(0.0))
    sampler.warm_up(WORK, WORK, least=0.02)
    assert sampler.repeats == 10_000


def test_a_warm_up_with_a_part_of_the_stream_is_scaled():
    class PerItem(Clock):
        def run(self, work: Work, repeats: int) -> float:
            return 0.001 * work.count * repeats

    sampler = Sampler(PerItem(0), Clock(0))
    sampler.warm_up(Work("positions", count=100), Work("positions", count=1000), least=0.02)
    assert (sampler.repeats, sampler.estimate) == (1, pytest.approx(1.0))


def test_warming_up_does_not_count():
    sampler = Sampler(Clock(0.001), Clock(0.0))
    sampler.warm_up(WORK, WORK, least=0.02)
    assert (sampler.seconds, sampler.client_cpu, sampler.server_cpu) == ([], 0.0, 0.0)


def test_who_fails_is_out_and_the_others_go_on():
    clocks = {"good": Clock(0.1), "bad": Clock(0.1, fails_at=3)}
    samplers, told = players_of(clocks), []
    measure(samplers, WORK, 6, lambda name, error: told.append((name, str(error))), lambda _: None)
    assert told == [("bad", "a price of 1 cents")]
    assert clocks["bad"].calls == 3
    assert len(samplers["good"].seconds) == 6
