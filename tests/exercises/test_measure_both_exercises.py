"""What the exercises on measuring stand on, and that they let right answers of another shape pass."""

from __future__ import annotations

import textwrap

import httpx
import pytest

from helpers.comparison import ranking
from helpers.exercises import measure_both
from helpers.exercises.engine import WriteFunction

RIGHT = [
    (
        measure_both.told_apart,
        """
        @measure_both.told_apart
        def faster(a, b):
            for name, mine, other in (("a", a, b), ("b", b, a)):
                wins = sum(x < y for x, y in zip(mine, other))
                if len(mine) >= 8 and wins / len(mine) > 0.9:
                    if statistics.quantiles(mine)[2] < statistics.quantiles(other)[0]:
                        return name
        """,
    ),
    (
        measure_both.lines,
        """
        @measure_both.lines
        def records(chunks):
            rest = bytearray()
            for chunk in chunks:
                rest.extend(chunk)
                *whole, last = rest.split(b"\\n")
                rest = bytearray(last)
                yield from map(json.loads, filter(None, whole))
            yield from map(json.loads, filter(None, [rest]))
        """,
    ),
    (
        measure_both.lines,
        """
        import codecs

        @measure_both.lines
        def records(chunks):
            decoder, rest = codecs.getincrementaldecoder("utf-8")(), ""
            for chunk in chunks:
                rest += decoder.decode(chunk)
                while "\\n" in rest:
                    line, rest = rest.split("\\n", 1)
                    if line:
                        yield json.loads(line)
            if rest:
                yield json.loads(rest)
        """,
    ),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=lambda item: getattr(item, "id", ""))
def test_a_right_answer_of_another_shape_passes(exercise, answer):
    verdict = exercise.judge_source(textwrap.dedent(answer).strip())
    assert verdict.outcome == "passed", verdict


def test_the_lessons_own_judge_passes_the_exercise():
    def faster(a, b):
        return "a" if ranking.faster(a, b) else "b" if ranking.faster(b, a) else None

    verdict = measure_both.told_apart.judge(faster)
    assert verdict.outcome == "passed", verdict
    assert ranking.LEAST_RATIO == 1.05  # as the solution's reason says


def test_httpx_takes_a_letter_for_the_end_of_a_line_as_the_lesson_says():
    body = '{"note": "left\u2028right"}\n'.encode()
    response = httpx.Response(200, content=body, headers={"content-type": "text/plain; charset=utf-8"})
    assert len(list(response.iter_lines())) == 2


def count(upto):
    """Counts, as a learner's generator would."""
    yield from range(upto)


def forever(upto):
    """Never gives a value, nor an end."""
    while upto:
        pass
    yield


@pytest.mark.parametrize(
    ("function", "outcome", "says"),
    [
        (count, "passed", ""),
        (forever, "failed", "round and round"),
        (lambda upto: iter("ab"), "failed", "others"),
    ],
    ids=["right", "endless", "wrong"],
)
def test_a_check_runs_through_a_generator_within_its_time(function, outcome, says):
    def check(check) -> None:
        result = check.run(3, within=0.3, stuck="It goes round and round.", through=list)
        result.expect_value([0, 1, 2], "These are others.")

    exercise = WriteFunction(
        id="sample.count", title="Count", task="Count.", hints=["One.", "Two."], reason="So.", parameters=["upto"],
        check=check, is_generator=True,
    )  # fmt: skip
    verdict = exercise.judge(function)
    assert verdict.outcome == outcome, verdict
    assert says in verdict.sentence


def test_what_running_through_a_generator_raises_is_the_learners(capsys):
    def broken(upto):
        yield upto
        raise KeyError("lost")

    def check(check) -> None:
        check.run(3, through=list).expect_value([3])

    exercise = WriteFunction(
        id="sample.count", title="Count", task="Count.", hints=["One.", "Two."], reason="So.", parameters=["upto"],
        check=check, is_generator=True,
    )  # fmt: skip
    verdict = exercise.judge(broken)
    assert (verdict.outcome, verdict.actual) == ("raised", "KeyError"), verdict
