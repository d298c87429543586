"""Exercises that are answered with tests: which answers pass, and what is said of the others."""

from __future__ import annotations

import textwrap
import time

import pytest

from helpers.exercises.engine import WriteTests


def as_it_is(subject):
    yield subject


@pytest.fixture
def judge():
    """Judges the text of tests of `double`, a function that is to double a number."""
    exercise = WriteTests(
        id="sample.double", title="Twice", task="Test it.", hints=["One.", "Two."], reason="So.", patience=0.3,
        fixture="double", provide=as_it_is,
        good={"A function that adds": lambda number: number + number, "One that multiplies": lambda number: 2 * number},
        broken={"A function that squares": lambda number: number**2, "One that returns nothing": lambda number: None},
    )  # fmt: skip
    exercise.answer = "@sample.double\ndef test_double(double):\n    assert double(3) == 6"

    def judged(source):
        return exercise.judge_source(textwrap.dedent(source).strip())

    return judged


@pytest.fixture(autouse=True)
def _namespace(monkeypatch):
    monkeypatch.setattr(WriteTests, "namespace", {"pytest": pytest, "time": time})


def test_a_function_and_a_class_that_tell_both_apart_pass(judge):
    verdict = judge("@sample.double\ndef test_double(double):\n    assert double(3) == 6")
    assert (verdict.outcome, verdict.sentence) == (
        "passed",
        "What is right passes, and 2 broken ones are caught.",
    )
    verdict = judge("""
        @sample.double
        class TestDouble:
            @pytest.mark.parametrize("number", [2, 3])
            def test_some(self, double, number):
                assert double(number) == 2 * number

            def test_zero(self, double):
                assert double(0) == 0
    """)
    assert verdict.outcome == "passed", str(verdict)


@pytest.mark.parametrize(
    ("body", "outcome", "says"),
    [
        ("...", "open", "`test_double` does nothing yet"),
        ("assert double(2) == 4", "failed", "A function that squares gets past your test."),
        ("assert double(2)", "failed", "A function that squares gets past your test."),
        ("assert double(3) == 9", "failed", "A function that adds is refused by your test."),
        ("assert double(3) + 0 == 6", "failed", "One that returns nothing makes your test crash."),
        ("assert duoble(3) == 6", "raised", "NameError"),
        ("pytest.skip('later')", "failed", "says nothing"),
        ("time.sleep(1)", "failed", "A test may take 0.3 s"),
        ("while True: pass", "failed", "A test may take 0.3 s"),
    ],
)
def test_what_is_said_of_a_test(judge, body, outcome, says):
    verdict = judge(f"@sample.double\ndef test_double(double):\n    {body}")
    assert (verdict.outcome, says in verdict.sentence) == (outcome, True), str(verdict)
    if outcome != "open":
        assert verdict.called
        assert verdict.actual


def test_a_test_that_hangs_with_a_broken_one_alone_is_told_of(judge):
    verdict = judge(
        "@sample.double\ndef test_double(double):\n    while double(3) == 9: pass\n    assert double(3) == 6"
    )
    assert "still running" in verdict.sentence
    assert verdict.called == "test_double, with a function that squares"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def check_double(double): pass", "names begin with `test_`"),
        ("class Doubles:\n    def test_it(self, double): assert 1", "names begin with `Test`"),
        ("class TestDouble:\n    def it(self, double): assert 1", "names begin with `Test`"),
        ("def test_double(): assert 1 < 2", "comes by a parameter"),
        ("def test_double(double, triple): assert triple(1)", "there is none named `triple`"),
    ],
)
def test_what_pytest_would_not_find_is_told(judge, source, says):
    verdict = judge(f"@sample.double\n{source}")
    assert (verdict.outcome, says in verdict.sentence) == ("failed", True), str(verdict)


def test_something_else_than_a_test_is_told(judge):
    verdict = judge("sample.double(42)")
    assert "put `@sample.double` on the line right above" in verdict.sentence
