"""A fair comparison of the times of a few functions, and how much of something a machine has the time for.

Functions run in turn, round by round, so that a machine that slows down slows all of them; the first round warms
up and does not count; medians and quartiles are shown, never a single run.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping

from .views.kit.bars import Bars

ROUNDS = 15
PATIENCE = 30.0  # seconds that a long run on a page takes, about; the variable COURSE_PATIENCE has others
LEAST = 2e-3  # seconds a round of one function takes at least, so that the clock's own steps do not show


def compare(
    what: Mapping[str, Callable[[], object] | float],
    *,
    title: str = "",
    unit: str = "s",
    rounds: int = ROUNDS,
) -> Bars:
    """Draws quantities side by side; functions are timed first.

    Args:
        what: for each name a number, or a function without arguments.
        title: what is compared.
        unit: of the numbers: `"B"` for bytes, `"s"` for seconds. Functions are timed in seconds.
        rounds: how often each function is timed, at least 1.

    Raises:
        ValueError: nothing to compare, numbers and functions mixed, or no rounds.
    """
    functions = {name: value for name, value in what.items() if callable(value)}
    numbers = {name: (value,) for name, value in what.items() if not callable(value)}
    if not what or rounds < 1:
        raise ValueError("compare needs at least one thing to compare, and at least one round")
    if functions and numbers:
        raise ValueError("compare takes numbers or functions, not both at once")
    if numbers:
        return Bars(numbers, unit, title)
    samples = measure(functions, rounds)
    note = f"Time for one run: median of {rounds} rounds, and the middle half of them."
    return Bars(samples, "s", title, note)


def measure(functions: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Times functions in turn.

    Args:
        functions: by name.
        rounds: how often each is timed.

    Returns:
        For each name the seconds that one run took, a value a round.
    """
    loops = {name: _loops(function) for name, function in functions.items()}
    samples: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            samples[name].append(_time(function, loops[name]) / loops[name])
    return samples


def _loops(function: Callable[[], object]) -> int:
    """How often a function must run in a row to take long enough; running it warms it up, too."""
    function()
    loops = 1
    while (took := _time(function, loops)) < LEAST:
        loops = max(loops * 2, int(loops * LEAST / took) if took > 0 else 0)
    return loops


def _time(function: Callable[[], object], loops: int) -> float:
    started = time.perf_counter()
    for _ in range(loops):
        function()
    return time.perf_counter() - started


def affordable(full: int, rate: float) -> int:
    """How many things a page can do in a while: all of them, or on a slow machine fewer, in two digits.

    The environment variable `COURSE_PATIENCE` says how many seconds that is, for a workshop, a small machine, or a
    test; 30 where it is not set.

    >>> affordable(10_000, rate=312.0)
    9300

    Args:
        full: how many there are to do where there is time enough.
        rate: how many this machine does in a second.

    Raises:
        ValueError: `full` or `rate` is not larger than 0, or COURSE_PATIENCE is no number.
    """
    if not full > 0 or not rate > 0:
        raise ValueError(
            f"affordable needs a number and a rate that are larger than 0, not {full!r} and {rate!r}"
        )
    told = os.environ.get("COURSE_PATIENCE", "") or PATIENCE
    try:
        number = math.ceil(float(told) * rate)
    except ValueError:
        raise ValueError(f"COURSE_PATIENCE is a number of seconds, such as 20, not {told!r}") from None
    digit = 10 ** max(0, len(str(number)) - 2)
    return min(full, max(1, number // digit * digit))
