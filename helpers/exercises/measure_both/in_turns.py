"""Candidates that take turns, so that whatever disturbs the machine disturbs them all."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ..engine import Check, WriteFunction, wrong
from ..engine.formatting import describe, shortened, show
from ..engine.function_result import FunctionResult

_TOLERANCE = 0.001  # seconds; another clock than `perf_counter` may be a little coarser


@dataclass(frozen=True)
class _Called:
    """One call of a candidate, by `time.perf_counter`."""

    name: str
    begin: float
    end: float


def _check_in_turns(check: Check) -> None:
    _expect(check, {"a": 0.004}, 1)
    _expect(check, {"gRPC": 0.002, "REST": 0.03}, 4)
    _expect(check, {"a": 0.003, "b": 0.012, "c": 0.006}, 5)


def _expect(check: Check, pauses: dict[str, float], rounds: int) -> None:
    log: list[_Called] = []

    def candidate(name: str, pause: float) -> None:
        begin = time.perf_counter()
        # Every other call takes twice as long, so that the order of the times can be told.
        time.sleep(pause * (1 + len([called for called in log if called.name == name]) % 2))
        log.append(_Called(name, begin, time.perf_counter()))

    functions = {
        name: lambda name=name, pause=pause: candidate(name, pause) for name, pause in pauses.items()
    }
    shown = ", ".join(f'"{name}": …' for name in pauses)
    result = check.run(functions, rounds, called=f"in_turns({{{shown}}}, {rounds})", within=6.0)
    result.expect_return("{}")
    _expect_order(result, list(pauses), rounds, [called.name for called in log])
    _expect_shape(result, list(pauses), rounds)
    _expect_times(result, log, len(pauses))


def _order(names: Sequence[str], rounds: int) -> list[str]:
    """Each once without counting, then the rounds, of which each begins one further on."""
    turns = [
        name
        for number in range(rounds)
        for name in (*names[number % len(names) :], *names[: number % len(names)])
    ]
    return [*names, *turns]


def _expect_order(result: FunctionResult, names: list[str], rounds: int, actual: list[str]) -> None:
    wanted = _order(names, rounds)
    if actual == wanted:
        return
    if not actual:
        diagnosis = "None of the functions was called. `candidates[name]()` calls one."
    elif len(actual) == len(wanted) - len(names):
        diagnosis = "Before the first round each is called once, and that call is not counted: first calls set things up."
    elif sorted(actual) != sorted(wanted):
        times = f"{rounds + 1} times in all"
        diagnosis = f"Each is called once before the first round, and once in each of the {rounds}: {times}."
    elif actual in (
        [*names, *(name for name in names for _ in range(rounds))],
        sorted(actual, key=names.index),
    ):
        diagnosis = (
            "One after the other had all of its rounds. If the machine gets slower meanwhile, the last one pays: "
            "in each round every candidate has its turn."
        )
    elif actual == names * (rounds + 1):
        diagnosis = (
            "The same one begins every round, so the same one always runs after its neighbor. Round 0 begins with the "
            "first, round 1 with the second, and so on; the others follow in their order."
        )
    else:
        turns = "Round 0 begins with the first name, round 1 with the second, and so on"
        diagnosis = f"{turns}; the others follow in their order."
    result.expect(False, f"calls in the order {_listed(wanted)}", _listed(actual) or "no call", diagnosis)


def _expect_shape(result: FunctionResult, names: list[str], rounds: int) -> None:
    expected = f"a dict with {' and '.join(names)}, each with {rounds} times in seconds"
    actual = result.value
    missing = " Is a `return` missing?" if actual is None else ""
    diagnosis = f"Give back a dict from the name to the list of its times.{missing}"
    result.expect(isinstance(actual, dict), expected, describe(actual), diagnosis)
    named = sorted(actual, key=str) == sorted(names)
    result.expect(named, expected, show(list(actual)), "One entry a name, under that name.")
    for name in names:
        times, numbers = actual[name], "A list of numbers for each: one time a round."
        listed = isinstance(times, (list, tuple)) and all(isinstance(each, (int, float)) for each in times)
        result.expect(listed, expected, f"{name}: {shortened(show(times), 80)}", numbers)
        first = len(times) == rounds + 1
        diagnosis = "The call before the first round is not counted." if first else "One time a round."
        result.expect(len(times) == rounds, expected, f"{name}: {len(times)} times", diagnosis)


def _expect_times(result: FunctionResult, log: list[_Called], count: int) -> None:
    """Each time is at least what the call took, and at most what passed between its neighbors."""
    assert isinstance(result.value, dict)
    left = {name: list(times) for name, times in result.value.items()}
    for before, called, after in zip(log[count - 1 :], log[count:], [*log[count + 1 :], None], strict=False):
        said, took = left[called.name].pop(0), called.end - called.begin
        most = (after.begin if after else time.perf_counter()) - before.end
        expected, actual = f"{called.name}: about {1000 * took:.1f} ms", f"{1000 * said:.3g} ms"
        seconds = "The times are seconds: `time.perf_counter()` counts in them."
        result.expect(said <= 500 * took, expected, f"{said:.4g}", seconds)
        result.expect(
            said >= took - _TOLERANCE, expected, actual,
            "That is shorter than the call itself. Take the time right before the call and right after it, by a clock that "
            "goes on while nothing is computed, `time.perf_counter()`, and keep the times in the order of the rounds.",
        )  # fmt: skip
        result.expect(
            said <= most + _TOLERANCE, expected, actual,
            "That is longer than this one call. Read the clock for each call anew, right before it and right after it.",
        )  # fmt: skip


def _listed(names: Sequence[str]) -> str:
    return shortened(" ".join(names), 120)


in_turns = WriteFunction(
    title="Let them take turns",
    task="""
        **Input:** `candidates`, a dict from a name to a function without arguments; and `rounds`, a number.

        **Goal:** return a dict from each name to a list of its times, in seconds, one a round. First every
        function is called once, in order, and that is not counted. Then, in every round, every function is called
        once, and timed alone. Round 0 begins with the first name, round 1 with the second, and so on, and the
        others follow in their order; after the last name comes the first again.

        **Example:** with `a`, `b`, `c` and 2 rounds the calls are a b c, then a b c, then b c a.
    """,
    check=_check_in_turns,
    hints=[
        "`names = list(candidates)`. One loop for the calls that do not count; then a loop over rounds, and in it one "
        "over names.",
        "`first = number % len(names)`, and the order of the round is `names[first:] + names[:first]`.",
        "`started = time.perf_counter()`, the call, and `times[name].append(time.perf_counter() - started)`.",
    ],
    reason="First calls load, connect and warm up; they are a measurement of their own. Turns spread what disturbs the "
    "machine over all candidates, and a changing order spreads what one of them leaves behind for the next. This is how "
    "the lesson's own measurement goes about it.",
    wrong_answers=[
        wrong(
            "keep the times in the order of the rounds",
            ("return times", "return {name: sorted(each) for name, each in times.items()}"),
        ),
        wrong("and that call is not counted", ("    for name in names:\n        candidates[name]()\n", "")),
        wrong("had all of its rounds").whole("""
            def in_turns(candidates, rounds):
                times = {}
                for call in candidates.values():
                    call()
                for name, call in candidates.items():
                    times[name] = []
                    for _ in range(rounds):
                        started = time.perf_counter()
                        call()
                        times[name].append(time.perf_counter() - started)
                return times
        """),
        wrong("The same one begins every round", ("number % len(names)", "0")),
        wrong("Round 0 begins with the first", ("number % len(names)", "(number + 1) % len(names)")),
        wrong("times in all", ("range(rounds)", "range(rounds + 1)")),
        wrong("Is a `return` missing", ("    return times", "")),
        wrong("right before the call and right after", ("time.perf_counter()", "time.process_time()")),
        wrong(
            "The times are seconds",
            ("time.perf_counter() - started", "1000 * (time.perf_counter() - started)"),
        ),
        wrong("longer than this one call").diff("""
                     first = number % len(names)
            +        started = time.perf_counter()

            -            started = time.perf_counter()
        """),
        wrong(
            "A list of numbers for each",
            ("return times", "return {name: sum(each) for name, each in times.items()}"),
        ),
        wrong("None of the functions was called", ("candidates[name]()", "candidates[name]")),
        wrong("is not counted").diff("""
            -    for name in names:
            -        candidates[name]()
                 times = {name: [] for name in names}
            +    for name in names:
            +        started = time.perf_counter()
            +        candidates[name]()
            +        times[name].append(time.perf_counter() - started)
        """),
    ],
)
