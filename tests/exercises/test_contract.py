"""What every exercise promises, for all exercises there are: found by looking, none is listed here."""

from __future__ import annotations

import copy
import functools
import importlib

import pytest

from helpers.exercises import PACKAGES, catalog
from helpers.exercises.engine import Choose

ALL = [exercise for exercises in catalog().values() for exercise in exercises]
MISTAKES = [(exercise, mistake) for exercise in ALL for mistake in exercise.wrong_answers]


def ids(item) -> str:
    return item.id


@functools.cache
def verdict_on_the_stub(exercise):
    """What a learner is told who has not begun; two tests look at it."""
    return exercise.judge_source(exercise.stub)


def test_there_are_exercises():
    assert ALL
    assert len({exercise.id for exercise in ALL}) == len(ALL)


def test_the_lesson_on_unary_calls_has_at_least_four_that_are_written():
    written = [exercise for exercise in catalog()["02_unary"] if not isinstance(exercise, Choose)]
    assert len(written) >= 4


@pytest.mark.parametrize("exercise", ALL, ids=ids)
def test_an_exercise_is_found_under_its_id(exercise):
    lesson = importlib.import_module(f"helpers.exercises.{exercise.lesson}")
    assert getattr(lesson, exercise.name) is exercise
    groups = {PACKAGES.get(name[3:], name[3:]): group for name, group in catalog().items()}
    assert exercise in groups[exercise.lesson]


@pytest.mark.parametrize("exercise", ALL, ids=ids)
def test_the_stub_is_not_attempted(exercise):
    verdict = verdict_on_the_stub(exercise)
    assert verdict.outcome == "open", str(verdict)
    assert verdict.sentence


@pytest.mark.parametrize("exercise", ALL, ids=ids)
def test_the_solution_passes(exercise):
    verdict = exercise.judge_source(exercise.answer)
    assert verdict.outcome == "passed", str(verdict)


@pytest.mark.parametrize(
    ("exercise", "mistake"), MISTAKES, ids=lambda item: getattr(item, "says", None) or item.id
)
def test_a_recorded_wrong_answer_gets_its_own_message(exercise, mistake):
    verdict = exercise.judge_source(exercise.wrong_cell(mistake))
    assert verdict.outcome == mistake.outcome, str(verdict)
    assert mistake.says in verdict.sentence, str(verdict)
    assert isinstance(exercise, Choose) or (verdict.called and verdict.actual), str(verdict)


@pytest.mark.parametrize("exercise", ALL, ids=ids)
def test_three_wrong_answers_at_least_that_differ(exercise):
    messages = {mistake.says for mistake in exercise.wrong_answers if mistake.outcome == "failed"}
    assert len(messages) >= 3, (
        f"three that fail with messages of their own, raised ones apart; there are {messages}"
    )
    cells = [exercise.wrong_cell(mistake) for mistake in exercise.wrong_answers]
    assert len({*cells, exercise.stub, exercise.answer}) == len(cells) + 2


@pytest.mark.parametrize("exercise", ALL, ids=ids)
def test_two_hints_at_least_and_every_text_is_there(exercise):
    assert len(exercise.hints) >= 2
    for text in (exercise.title, exercise.task, exercise.reason, *exercise.hints):
        assert len(text.split()) >= 3, f"three words at least: {text}"
    if not isinstance(exercise, Choose):
        assert all(f"**{part}:**" in exercise.task for part in ("Input", "Goal", "Example"))


@pytest.mark.parametrize("exercise", ALL, ids=ids)
def test_messages_are_calm_and_whole_sentences(exercise):
    texts = [exercise.reason, *exercise.hints]
    texts += [verdict_on_the_stub(exercise).sentence]
    for text in texts:
        assert "!" not in text.replace("!r", "")
        assert text[0].isupper() or text[0] in "`\"'", text
        assert text.rstrip("`").endswith((".", "?")), text


def test_a_check_that_lets_a_wrong_answer_pass_is_noticed():
    lenient = copy.copy(ALL[0])
    lenient.check = lambda check: None
    with pytest.raises(AssertionError):
        test_a_recorded_wrong_answer_gets_its_own_message(lenient, lenient.wrong_answers[0])
