"""An honest judge of two things that were measured in turn."""

from __future__ import annotations

import statistics

from ..engine import Check, WriteFunction, wrong

_CALM = [1.02, 1.05, 1.01, 1.08, 1.04, 1.03, 1.07, 1.02, 1.06, 1.04]
_SLOW = [1.55, 1.52, 1.58, 1.51, 1.54, 1.57, 1.53, 1.56, 1.52, 1.55]
_WILD = [1.0, 1.5, 1.1, 1.4, 1.2, 1.3, 1.0, 1.5, 1.1, 1.4]
_WILD_TOO = [1.4, 1.2, 1.5, 1.3, 1.1, 1.6, 1.2, 1.1, 1.5, 1.3]
_ONE_HICCUP = [1.02, 1.05, 1.01, 1.08, 1.04, 9.8, 1.07, 1.02, 1.06, 1.04, 1.03, 1.05]
_WARMING = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9]
_WARMING_TOO = [1.01, 1.11, 1.21, 1.31, 1.41, 1.51, 1.61, 1.71, 1.81, 1.91]
_TWICE_BEATEN = [1.02, 1.05, 1.56, 1.08, 1.04, 1.03, 1.07, 1.57, 1.06, 1.04, 1.05, 1.03]
_TWICE_AHEAD = [1.55, 1.62, 1.52, 1.58, 1.65, 1.59, 1.61, 1.53, 1.64, 1.58, 1.63, 1.57]

_SAID = 'Your function gave back {}. The answer is one of `"a"`, `"b"` and `None`.'
_SIDES = "The smaller number is the faster one: these are seconds, not calls a second. Is the answer the right way round?"
_BOTH = "This is clear, and for the other side. Look at both: `a` may be the faster one, and so may `b`."


def _check_told_apart(check: Check) -> None:
    strict = (
        "This is clear: the middle halves lie far apart, and every round went the same way. "
        "Is a condition stricter than the task says?"
    )
    _judge(check, _CALM, _SLOW, "a", {"b": _SIDES, None: strict})
    _judge(check, _SLOW, _CALM, "b", {"a": _SIDES, None: _BOTH})

    _judge(check, _WILD, _WILD_TOO, None, {
        ...: "One center is a little lower, and that is all: both go up and down by far more, and neither wins nine "
        "rounds in ten. A difference within the spread is none that you can claim.",
    })  # fmt: skip
    _judge(check, _CALM, list(_CALM), None, {
        ...: "Both took exactly as long, in every round. Where nobody was faster, nobody may be called so."
    })  # fmt: skip
    _judge(check, _ONE_HICCUP, _TWICE_AHEAD, "a", {
        "b": "One round of twelve was disturbed, and it decided for you: a mean, or a sum, follows a single value. "
        "The middle half does not.",
        None: "`a` was faster in eleven of twelve rounds, which is enough, and the round that was disturbed lies outside "
        "of the middle half. A range from the least to the greatest value takes it in, and so does a standard deviation.",
    })  # fmt: skip
    _judge(check, _WARMING, _WARMING_TOO, None, {
        "a": "`a` won every round, by one hundredth, while the machine itself slowed down by ninety. The middle halves "
        "overlap nearly whole, and the task asks for both conditions.",
        ...: _SIDES,
    })  # fmt: skip
    _judge(check, _TWICE_BEATEN, _TWICE_AHEAD, None, {
        "a": "The middle halves lie apart, and yet `b` won two rounds of twelve: `a` has ten, less than nine in ten. "
        "Compare the values of one round with each other, `zip(a, b)`, in the order they were measured.",
        ...: _SIDES,
    })  # fmt: skip

    _judge(check, _CALM[:4], _SLOW[:4], None, {
        ...: "Four rounds are too few: of two that are the same, one wins all four in every eighth try. "
        "Claim nothing below five.",
    })  # fmt: skip
    _judge(check, _SLOW[:5], _CALM[:5], "b", {
        "a": _SIDES, None: "Five rounds are enough, the task says, and these are clear.",
    })  # fmt: skip
    _judge(check, _CALM[:1], _SLOW[:1], None, {
        ...: "A single round says nothing about spread. Look at the number of rounds before anything else.",
        statistics.StatisticsError: "Quartiles need more than one value. Look at the number of rounds first.",
    })  # fmt: skip


def _judge(check: Check, a: list[float], b: list[float], truth: str | None, causes: dict) -> None:
    ran = check.run(list(a), list(b), called=f"faster({a}, {b})", within=3.0)
    if ran.error is None and ran.value not in ("a", "b", None):
        ran.expect(False, _shown(truth), repr(ran.value)[:80], _SAID.format(f"`{str(ran.value)[:40]}`"))
    if ran.value is None and truth == "a" and _returns_nothing(check):
        causes = {
            **causes,
            None: "Your function gave back None, as it does for every pair. Is a `return` missing?",
        }
    ran.expect_value(truth, causes)


def _returns_nothing(check: Check) -> bool:
    """Whether it says None to the clearest of pairs, either way."""
    pairs = ((_CALM, _SLOW), (_SLOW, _CALM))
    return all(check.run(list(a), list(b), within=3.0).value is None for a, b in pairs)


def _shown(truth: str | None) -> str:
    return f'"{truth}"' if truth else "None"


told_apart = WriteFunction(
    id="grpc_or_rest.told_apart",
    title="Which of the two is faster?",
    task="""
        **Input:** two lists of seconds, equally long. `a` and `b` were measured in turn, so that `a[0]` and
        `b[0]` are from the same round.

        **Goal:** return `"a"` or `"b"`, whichever is faster, or `None` where that may not be said. It may be
        said if three things hold: there are five rounds at least; the middle halves (from the first to the
        third quartile) do not overlap; and the faster one won more than nine rounds in ten.

        **Example:** twelve rounds of about 1.05 s against twelve of about 1.58 s give `"a"`, also if one of the
        first was disturbed and took 9.8 s. Two that vary from 1.0 to 1.6 s give `None`.
    """,
    parameters=["a", "b"],
    check=_check_told_apart,
    hints=[
        "Three conditions, and all must hold. What does not need any quartile comes first: the number of rounds.",
        '`q1, _, q3 = statistics.quantiles(a, n=4, method="inclusive")` gives the borders of the middle half. '
        "`a` lies below `b` if the upper border of `a` is less than the lower one of `b`.",
        "`sum(x < y for x, y in zip(a, b, strict=True))` counts the rounds that `a` has won. Then the same the other "
        "way round, for `b`.",
    ],
    stub="""
        @grpc_or_rest.told_apart
        def faster(a, b):
            # your code here
            ...
    """,
    answer="""
        @grpc_or_rest.told_apart
        def faster(a, b):
            if len(a) < 5:
                return None
            a_low, _, a_high = statistics.quantiles(a, n=4, method="inclusive")
            b_low, _, b_high = statistics.quantiles(b, n=4, method="inclusive")
            a_won = sum(x < y for x, y in zip(a, b, strict=True))
            b_won = sum(y < x for x, y in zip(a, b, strict=True))
            if a_high < b_low and a_won > 0.9 * len(a):
                return "a"
            if b_high < a_low and b_won > 0.9 * len(b):
                return "b"
            return None
    """,
    reason="Quartiles forget the one run that a mail program disturbed; a mean never does. Rounds that are compared "
    "pair by pair forget that the machine got slower meanwhile. None does not say that both are equal: it says that "
    "this measurement cannot tell, and more rounds on a calmer machine might. The lesson's own pictures go by this "
    "rule, a little more strictly: below 5 %, for one, they claim no difference.",
    wrong_answers=[
        wrong(
            "A difference within the spread",
            source="""
            @grpc_or_rest.told_apart
            def faster(a, b):
                return "a" if statistics.median(a) < statistics.median(b) else "b"
        """,
        ),
        wrong(
            "A difference within the spread",
            source="""
            @grpc_or_rest.told_apart
            def faster(a, b):
                if len(a) < 5 or statistics.mean(a) == statistics.mean(b):
                    return None
                return "a" if statistics.mean(a) < statistics.mean(b) else "b"
        """,
        ),
        wrong(
            "nobody may be called so",
            source="""
            @grpc_or_rest.told_apart
            def faster(a, b):
                a_low, _, a_high = statistics.quantiles(a, n=4, method="inclusive")
                b_low, _, b_high = statistics.quantiles(b, n=4, method="inclusive")
                if max(a_low, b_low) < min(a_high, b_high) and a != b:
                    return None
                return "a" if sum(a) <= sum(b) else "b"
        """,
        ),
        wrong(
            "it decided for you",
            source="""
            @grpc_or_rest.told_apart
            def faster(a, b):
                a_low, _, a_high = statistics.quantiles(a, n=4)
                b_low, _, b_high = statistics.quantiles(b, n=4)
                a_won = sum(x < y for x, y in zip(a, b))
                apart = a_high < b_low or b_high < a_low
                if len(a) < 5 or not apart or len(a) / 10 <= a_won <= 0.9 * len(a):
                    return None
                return "a" if statistics.mean(a) < statistics.mean(b) else "b"
        """,
        ),
        wrong(
            "takes it in",
            (
                'a_low, _, a_high = statistics.quantiles(a, n=4, method="inclusive")',
                "a_low, a_high = min(a), max(a)",
            ),
            (
                'b_low, _, b_high = statistics.quantiles(b, n=4, method="inclusive")',
                "b_low, b_high = min(b), max(b)",
            ),
        ),
        wrong(
            "takes it in",
            (
                'a_low, _, a_high = statistics.quantiles(a, n=4, method="inclusive")',
                "a_low, a_high = statistics.mean(a) - statistics.stdev(a), statistics.mean(a) + statistics.stdev(a)",
            ),
            (
                'b_low, _, b_high = statistics.quantiles(b, n=4, method="inclusive")',
                "b_low, b_high = statistics.mean(b) - statistics.stdev(b), statistics.mean(b) + statistics.stdev(b)",
            ),
        ),
        wrong("takes it in", ("a_won > 0.9 * len(a)", "a_won == len(a)")),
        wrong("the machine itself slowed down", ("a_high < b_low and ", ""), ("b_high < a_low and ", "")),
        wrong("Compare the values of one round", (" and a_won > 0.9 * len(a)", "")),
        wrong("Compare the values of one round", ("zip(a, b, strict=True)", "zip(sorted(a), sorted(b))")),
        wrong("Compare the values of one round", ("    if len(a) < 5", "    a.sort()\n    b.sort()\n    if len(a) < 5")),
        wrong("Claim nothing below five", ("    if len(a) < 5:\n        return None\n", "")),
        wrong("Claim nothing below five", ("len(a) < 5", "len(a) < 2")),
        wrong("Five rounds are enough", ("len(a) < 5", "len(a) <= 5")),
        wrong(
            "Is the answer the right way round",
            ('return "a"', 'return "c"'), ('return "b"', 'return "a"'), ('return "c"', 'return "b"'),
        ),
        wrong(
            "Look at both",
            ("    if b_high < a_low and b_won > 0.9 * len(b):\n        return \"b\"\n", ""),
        ),
        wrong("stricter than the task", ("a_high < b_low", "2 * a_high < b_low")),
        wrong("The answer is one of", ('return "a"', "return a"), ('return "b"', "return b")),
        wrong("Is a `return` missing", ('return "a"', '"a"'), ('return "b"', '"b"')),
        wrong(
            "Look at the number of rounds first",
            ("    if len(a) < 5:\n        return None\n", ""),
            (' and a_won > 0.9 * len(a)', " and a_won > 0.9 * len(a) >= 4.5"),
            (' and b_won > 0.9 * len(b)', " and b_won > 0.9 * len(b) >= 4.5"),
            ("statistics.quantiles(", "quartiles("),
            ("    a_low, _, a_high", "    def quartiles(values, n, method):\n        if len(values) < 2:\n            "
             "raise statistics.StatisticsError\n        return statistics.quantiles(values, n=n, method=method)\n\n"
             "    a_low, _, a_high"),
            outcome="raised",
        ),
    ],
)  # fmt: skip
