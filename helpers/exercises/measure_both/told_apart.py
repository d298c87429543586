"""An honest judge of two things that were measured in turn."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import Any

from ..engine import Case, Check, Incorrect, WriteFunction, raises, wrong
from ..engine.diagnosis import Cause

_CALM = [1.02, 1.05, 1.01, 1.08, 1.04, 1.03, 1.07, 1.02, 1.06, 1.04]
_SLOW = [1.55, 1.52, 1.58, 1.51, 1.54, 1.57, 1.53, 1.56, 1.52, 1.55]
_WILD = [1.0, 1.5, 1.1, 1.4, 1.2, 1.3, 1.0, 1.5, 1.1, 1.4]
_WILD_TOO = [1.4, 1.2, 1.5, 1.3, 1.1, 1.6, 1.2, 1.1, 1.5, 1.3]
_ONE_HICCUP = [1.02, 1.05, 1.01, 1.08, 1.04, 9.8, 1.07, 1.02, 1.06, 1.04, 1.03, 1.05]
_WARMING = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9]
_WARMING_TOO = [1.01, 1.11, 1.21, 1.31, 1.41, 1.51, 1.61, 1.71, 1.81, 1.91]
_TWICE_BEATEN = [1.02, 1.05, 1.56, 1.08, 1.04, 1.03, 1.07, 1.57, 1.06, 1.04, 1.05, 1.03]
_TWICE_AHEAD = [1.55, 1.62, 1.52, 1.58, 1.65, 1.59, 1.61, 1.53, 1.64, 1.58, 1.63, 1.57]
_ONCE_BEATEN = [1.02, 1.05, 1.56, 1.08, 1.04, 1.03, 1.07, 1.02, 1.06, 1.04]
_ONCE_AHEAD = [1.55, 1.62, 1.52, 1.58, 1.65, 1.59, 1.61, 1.53, 1.64, 1.58]
_TOUCHING = [1.0, 1.0, 1.0, 1.1, 1.1, 1.1, 1.2, 1.2, 1.2]
_TOUCHING_TOO = [1.2, 1.2, 1.2, 1.3, 1.3, 1.3, 1.4, 1.4, 1.4]
_MANY_MINUTES = [100.0, 101.0, 102.0] * 9 + [190.0, 190.0, 100.0]
_MANY_MINUTES_TOO = [150.0, 151.0, 152.0] * 10
_SAME_OFTEN = [1.0] * 12
_SAME_OFTEN_TOO = [1.5] * 10 + [1.0] * 2

_SAID = 'Your function gave back {}. The answer is one of `"a"`, `"b"` and `None`.'
_NOTHING = "Your function gave back None, as it does for every pair. Is a `return` missing?"
_SIDES = "The smaller number is the faster one: these are seconds, not calls a second. Is the answer the right way round?"
_BOTH = "This is clear, and for the other side. Look at both: `a` may be the faster one, and so may `b`."


def _check_told_apart(check: Check) -> None:
    check.expect_values(*_cases(check), accept=_side, within=3.0)


def _cases(check: Check) -> Iterator[Case]:
    def case(a: list[float], b: list[float], truth: str | None, diagnosis: Mapping[Any, str]) -> Case:
        causes: dict[Any, Cause] = dict(diagnosis)
        if truth == "a":
            causes[None] = lambda _: _NOTHING if _returns_nothing(check) else diagnosis[None]
        return Case((a, b), truth, causes, called=f"faster({a}, {b})")

    strict = (
        "This is clear: the middle halves lie far apart, and every round went the same way. "
        "Is a condition stricter than the task says?"
    )
    yield case(_CALM, _SLOW, "a", {"b": _SIDES, None: strict})
    yield case(_SLOW, _CALM, "b", {"a": _SIDES, None: _BOTH})

    yield case(_WILD, _WILD_TOO, None, {
        ...: "One center is a little lower, and that is all: both go up and down by far more, and neither wins nine "
        "rounds in ten. A difference within the spread is none that you can claim.",
    })  # fmt: skip
    yield case(_CALM, list(_CALM), None, {
        ...: "Both took exactly as long, in every round. Where nobody was faster, nobody may be called so."
    })  # fmt: skip
    yield case(_ONE_HICCUP, _TWICE_AHEAD, "a", {
        "b": "One round of twelve was disturbed, and it decided for you: a mean, or a sum, follows a single value. "
        "The middle half does not.",
        None: "`a` was faster in eleven of twelve rounds, which is enough, and the round that was disturbed lies outside "
        "of the middle half. A range from the least to the greatest value takes it in, and so does a standard deviation.",
    })  # fmt: skip
    yield case(_WARMING, _WARMING_TOO, None, {
        "a": "`a` won every round, by one hundredth, while the machine itself slowed down by ninety. The middle halves "
        "overlap nearly whole, and the task asks for both conditions.",
        ...: _SIDES,
    })  # fmt: skip
    for quicker, slower in (("a", "b"), ("b", "a")):
        for pair, cause in (
            ((_TWICE_BEATEN, _TWICE_AHEAD),
             f"The middle halves lie apart, and yet `{slower}` won two rounds of twelve: `{quicker}` has ten, less than "
             "nine in ten. Compare the values of one round with each other, `zip(a, b)`, in the order they were measured."),
            ((_ONCE_BEATEN, _ONCE_AHEAD), f"`{quicker}` won nine rounds of ten. It takes more than nine in ten."),
            ((_TOUCHING, _TOUCHING_TOO),
             "One middle half ends at 1.2, where the other one begins: they have 1.2 in common, so they overlap."),
            ((_SAME_OFTEN, _SAME_OFTEN_TOO),
             f"In two rounds of twelve both took the same time, and nobody won these: `{quicker}` has ten, less than nine "
             "in ten."),
        ):  # fmt: skip
            yield case(*(pair if quicker == "a" else pair[::-1]), None, {quicker: cause, ...: _SIDES})

    many = "28 rounds of 30 are more than nine in ten, and the middle halves lie apart, however long a round takes."
    yield case(_MANY_MINUTES, _MANY_MINUTES_TOO, "a", {None: many, ...: _SIDES})
    yield case(_MANY_MINUTES_TOO, _MANY_MINUTES, "b", {None: many, ...: _SIDES})
    yield case(_CALM[:7], _SLOW[:7], None, {
        ...: "Seven rounds are too few, the task says. Claim nothing below eight.",
    })  # fmt: skip
    enough = {None: "Eight rounds are enough, the task says, and these are clear.", ...: _SIDES}
    yield case(_SLOW[:8], _CALM[:8], "b", enough)
    yield case(_CALM[:8], _SLOW[:8], "a", enough)
    yield case(_CALM[:1], _SLOW[:1], None, {
        ...: "A single round says nothing about spread. Look at the number of rounds before anything else.",
        statistics.StatisticsError: "Quartiles need more than one value. Look at the number of rounds first.",
    })  # fmt: skip


def _side(value: object) -> object:
    if value not in ("a", "b", None):
        raise Incorrect(_SAID.format(f"`{str(value)[:40]}`"), actual=repr(value)[:80])
    return value


def _returns_nothing(check: Check) -> bool:
    """Whether it says None to the clearest of pairs, either way."""
    pairs = ((_CALM, _SLOW), (_SLOW, _CALM))
    return all(check.run(list(a), list(b), within=3.0).value is None for a, b in pairs)


told_apart = WriteFunction(
    title="Which of the two is faster?",
    task="""
        **Input:** two lists of seconds, equally long. `a` and `b` were measured in turn, so that `a[0]` and
        `b[0]` are from the same round.

        **Goal:** return `"a"` or `"b"`, whichever is faster, or `None` where that may not be said. It may be
        said if three things hold: there are eight rounds at least; the middle halves (from the first to the
        third quartile) do not overlap, nor touch; and the faster one won more than nine rounds in ten.

        **Example:** twelve rounds of about 1.05 s against twelve of about 1.58 s give `"a"`, also if one of the
        first was disturbed and took 9.8 s. Two that vary from 1.0 to 1.6 s give `None`.
    """,
    check=_check_told_apart,
    hints=[
        "Three conditions, and all must hold. What does not need any quartile comes first: the number of rounds.",
        '`q1, _, q3 = statistics.quantiles(a, n=4, method="inclusive")` gives the borders of the middle half. '
        "`a` lies below `b` if the upper border of `a` is less than the lower one of `b`.",
        "`sum(x < y for x, y in zip(a, b, strict=True))` counts the rounds that `a` has won. Then the same the other "
        "way round, for `b`.",
    ],
    reason="Quartiles forget the one run that a mail program disturbed; a mean never does. Rounds that are compared "
    "pair by pair forget that the machine got slower meanwhile. None does not say that both are equal: it says that "
    "this measurement cannot tell, and more rounds on a calmer machine might. The lesson's own measurement goes by this "
    "rule, with one condition more: below 5 % it claims no difference.",
    wrong_answers=[
        wrong("28 rounds of 30 are more", ("a_won > 0.9 * len(a)", "a_won > max(0.9 * len(a), len(a) - 2)")),
        wrong("A difference within the spread").whole("""
            def faster(a, b):
                return "a" if statistics.median(a) < statistics.median(b) else "b"
        """),
        wrong("A difference within the spread").whole("""
            def faster(a, b):
                if len(a) < 8 or statistics.mean(a) == statistics.mean(b):
                    return None
                return "a" if statistics.mean(a) < statistics.mean(b) else "b"
        """),
        wrong("nobody may be called so").whole("""
            def faster(a, b):
                a_low, _, a_high = statistics.quantiles(a, n=4, method="inclusive")
                b_low, _, b_high = statistics.quantiles(b, n=4, method="inclusive")
                if max(a_low, b_low) < min(a_high, b_high) and a != b:
                    return None
                return "a" if sum(a) <= sum(b) else "b"
        """),
        wrong("it decided for you").whole("""
            def faster(a, b):
                a_low, _, a_high = statistics.quantiles(a, n=4)
                b_low, _, b_high = statistics.quantiles(b, n=4)
                a_won = sum(x < y for x, y in zip(a, b))
                apart = a_high < b_low or b_high < a_low
                if len(a) < 8 or not apart or len(a) / 10 <= a_won <= 0.9 * len(a):
                    return None
                return "a" if statistics.mean(a) < statistics.mean(b) else "b"
        """),
        wrong(
            "takes it in",
            (', _, a_high = statistics.quantiles(a, n=4, method="inclusive")', ", a_high = min(a), max(a)"),
            (', _, b_high = statistics.quantiles(b, n=4, method="inclusive")', ", b_high = min(b), max(b)"),
        ),
        wrong("takes it in").diff("""
            -    a_low, _, a_high = statistics.quantiles(a, n=4, method="inclusive")
            -    b_low, _, b_high = statistics.quantiles(b, n=4, method="inclusive")
            +    a_low, a_high = statistics.mean(a) - statistics.stdev(a), statistics.mean(a) + statistics.stdev(a)
            +    b_low, b_high = statistics.mean(b) - statistics.stdev(b), statistics.mean(b) + statistics.stdev(b)
        """),
        wrong("takes it in", ("a_won > 0.9 * len(a)", "a_won == len(a)")),
        wrong("the machine itself slowed down", ("a_high < b_low and ", ""), ("b_high < a_low and ", "")),
        wrong("Compare the values of one round", (" and a_won > 0.9 * len(a)", "")),
        wrong("Compare the values of one round", (" and b_won > 0.9 * len(b)", "")),
        wrong("It takes more than nine in ten", ("a_won > 0.9", "a_won >= 0.9")),
        wrong("It takes more than nine in ten", ("b_won > 0.9", "b_won >= 0.9")),
        wrong("so they overlap", ("a_high < b_low", "a_high <= b_low")),
        wrong("nobody won these", ("sum(x < y for", "sum(x <= y for")),
        wrong("Compare the values of one round", ("zip(a, b, strict=True)", "zip(sorted(a), sorted(b))")),
        wrong("Compare the values of one round", ("    if len", "    a.sort()\n    b.sort()\n    if len")),
        wrong("Claim nothing below eight", ("    if len(a) < 8:\n        return None\n", "")),
        wrong("Claim nothing below eight", ("len(a) < 8", "len(a) < 7")),
        wrong("Eight rounds are enough", ("len(a) < 8", "len(a) <= 8")),
        wrong("Is the answer the right way round", (' "a"', ' "c"'), (' "b"', ' "a"'), (' "c"', ' "b"')),
        wrong("Look at both", ('    if b_high < a_low and b_won > 0.9 * len(b):\n        return "b"\n', "")),
        wrong("stricter than the task", ("a_high < b_low", "2 * a_high < b_low")),
        wrong("The answer is one of", ('return "a"', "return a"), ('return "b"', "return b")),
        wrong("Is a `return` missing", ('return "a"', '"a"'), ('return "b"', '"b"')),
        raises("Look at the number of rounds first").diff("""
            -    if len(a) < 8:
            -        return None
            -    a_low, _, a_high = statistics.quantiles(a, n=4, method="inclusive")
            -    b_low, _, b_high = statistics.quantiles(b, n=4, method="inclusive")
            +    def quartiles(values, n, method):
            +        if len(values) < 2:
            +            raise statistics.StatisticsError
            +        return statistics.quantiles(values, n=n, method=method)
            +
            +    a_low, _, a_high = quartiles(a, n=4, method="inclusive")
            +    b_low, _, b_high = quartiles(b, n=4, method="inclusive")

            -    if a_high < b_low and a_won > 0.9 * len(a):
            +    if a_high < b_low and a_won > 0.9 * len(a) >= 7.2:

            -    if b_high < a_low and b_won > 0.9 * len(b):
            +    if b_high < a_low and b_won > 0.9 * len(b) >= 7.2:
        """),
    ],
)
