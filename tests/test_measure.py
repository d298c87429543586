"""`compare`: what is run how often, and what comes out. No clock is judged: a false one ticks here."""

from __future__ import annotations

import itertools

import pytest

from helpers import measure
from helpers.measure import affordable, compare


class Clock:
    """A clock that moves only when a function under test says so."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        self.calls = []
        monkeypatch.setattr(measure.time, "perf_counter", lambda: self.now)

    def taking(self, name, *seconds):
        """A function that takes these times in turn."""
        turns = itertools.cycle(seconds)

        def function():
            self.calls.append(name)
            self.now += next(turns)

        return function


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def test_numbers_are_drawn_as_they_are():
    bars = compare({"JSON": 55_321, "Protocol Buffers": 16_900}, unit="B", title="Size")
    assert bars.medians == {"JSON": 55_321, "Protocol Buffers": 16_900}
    assert (bars.unit, bars.title, bars.note) == ("B", "Size", "")
    assert "55.3 kB" in str(bars)


def test_functions_are_timed_in_seconds_for_one_run(clock):
    bars = compare({"slow": clock.taking("slow", 0.004), "fast": clock.taking("fast", 1e-4)}, rounds=5)
    assert bars.medians == pytest.approx({"slow": 0.004, "fast": 1e-4})
    assert {name: len(values) for name, values in bars.samples.items()} == {"slow": 5, "fast": 5}
    assert bars.unit == "s"
    assert "5 rounds" in bars.note


def test_functions_take_turns_round_by_round(clock):
    compare({"a": clock.taking("a", 0.01), "b": clock.taking("b", 0.01)}, rounds=4)
    assert "".join(clock.calls).endswith("abababab")


def test_a_short_function_is_run_often_enough_for_the_clock(clock):
    compare({"short": clock.taking("short", 1e-6)}, rounds=3)
    assert len(clock.calls) >= 3 * measure.LEAST / 1e-6


def test_a_long_function_is_not_run_more_often_than_needed(clock):
    compare({"long": clock.taking("long", 1.0)}, rounds=3)
    assert len(clock.calls) <= 3 + 2, "once to warm up, once to see how long it takes"


def test_the_first_run_warms_up_and_does_not_count(clock):
    times = itertools.chain([50.0], itertools.repeat(0.01))

    def cold_at_first():
        clock.now += next(times)

    bars = compare({"cold": cold_at_first}, rounds=3)
    assert bars.samples["cold"] == pytest.approx([0.01] * 3)


def test_one_slow_round_does_not_move_the_median(clock):
    # Two runs before the rounds begin; the fourth of five rounds is hit.
    bars = compare({"x": clock.taking("x", 0.01, 0.01, 0.01, 0.01, 0.01, 9.0, 0.01)}, rounds=5)
    assert max(bars.samples["x"]) == pytest.approx(9.0)
    assert bars.medians["x"] == pytest.approx(0.01)


def test_a_clock_that_stands_still_does_not_stop_the_measuring(clock):
    ticks = itertools.count(1)

    def coarse():
        # The clock shows nothing of the first hundred runs.
        if next(ticks) > 100:
            clock.now += 1e-3

    assert compare({"coarse": coarse}, rounds=2).medians["coarse"] == pytest.approx(1e-3)


def test_what_a_function_raises_reaches_the_cell():
    def broken():
        raise LookupError("no such parcel")

    with pytest.raises(LookupError, match="no such parcel"):
        compare({"broken": broken})


@pytest.mark.parametrize(
    ("what", "options", "why"),
    [
        ({}, {}, "at least one thing"),
        ({"a": 1}, {"rounds": 0}, "at least one round"),
        ({"a": 1, "b": lambda: None}, {}, "numbers or functions"),
        ({"a": 1}, {"unit": "kg"}, "unknown unit"),
    ],
)
def test_what_cannot_be_compared(what, options, why):
    with pytest.raises(ValueError, match=why):
        compare(what, **{"unit": "B", **options})


def test_real_functions_on_a_real_clock():
    bars = compare({"sum": lambda: sum(range(1000)), "nothing": lambda: None}, rounds=3)
    assert all(value > 0 for values in bars.samples.values() for value in values)


@pytest.mark.parametrize(
    ("full", "rate", "seconds", "number"),
    [
        (10_000, 800.0, "", 10_000),
        (10_000, 312.0, "", 9_300),
        (10_000, 312.0, "2.5", 780),
        (10_000, 312.0, "0.1", 32),
        (10_000, 3.0, "0.1", 1),
        (10, 7.0, "1", 7),
    ],
)
def test_as_much_as_there_is_time_for(full, rate, seconds, number, monkeypatch):
    monkeypatch.setenv("COURSE_PATIENCE", seconds)
    assert affordable(full, rate) == number


def test_what_is_no_number_of_seconds_is_told(monkeypatch):
    monkeypatch.setenv("COURSE_PATIENCE", "long")
    with pytest.raises(ValueError, match="COURSE_PATIENCE is a number of seconds, such as 20, not 'long'"):
        affordable(10, 1.0)
    for full, rate in ((0, 1.0), (10, 0.0)):
        with pytest.raises(ValueError, match="larger than 0"):
            affordable(full, rate)
