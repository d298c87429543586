"""Questions: every answer has its word, the widget passes clicks on, and a prediction is judged by running it."""

from __future__ import annotations

import pytest

from helpers.exercises import catalog, unary
from helpers.exercises.engine import Choose, Predict, record
from helpers.exercises.engine.question_widget import QuestionWidget

QUESTIONS = [item for items in catalog().values() for item in items if isinstance(item, Choose)]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_exactly_one_answer_is_right_and_all_are_explained(question):
    truth = question.expected if isinstance(question, Predict) else True
    assert sum(option.means == truth for option in question.options) == 1
    assert len({option.says for option in question.options}) == len(question.options)
    assert all(option.says.endswith((".", "?")) for option in question.options)


def test_a_click_is_answered_with_a_card(progress_file):
    widget = QuestionWidget(unary.safe_to_repeat)
    assert widget.options[2].startswith("`CreateParcel")
    widget._handle_custom_msg({"chosen": None}, [])
    assert "Choose an answer first." in widget.verdict
    widget._handle_custom_msg({"chosen": 0}, [])
    assert "A quote changes nothing" in widget.verdict
    assert (widget.chosen, widget.turn) == (0, 2)
    assert not record.is_passed("unary.safe_to_repeat")
    widget._handle_custom_msg({"chosen": 2}, [])
    assert "gv-card-passed" in widget.verdict
    assert "idempotent" in widget.verdict
    assert record.is_passed("unary.safe_to_repeat")


@pytest.mark.parametrize("chosen", ["2", -1, 99, 1.5, True, [], "<b>"])
def test_a_click_that_no_button_sends_is_no_answer(chosen):
    widget = QuestionWidget(unary.safe_to_repeat)
    widget._handle_custom_msg({"chosen": chosen}, [])
    assert "Choose an answer first." in widget.verdict


def test_a_question_reads_without_a_widget():
    data = unary.safe_to_repeat._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "1. `GetQuote(weight_grams=1200)`" in data["text/plain"]
    assert "unary.safe_to_repeat.choose(1)" in data["text/plain"]
    assert "<style>" in data["text/html"]


def test_a_wrong_guess_shows_no_answer_before_the_second(monkeypatch, progress_file):
    unary.late_parcel.reset()
    monkeypatch.setattr(unary.late_parcel, "observe", lambda check: (("OK", 1), "this is what came."))
    first, again, second = (str(unary.late_parcel.answered(number)) for number in (1, 1, 0))
    assert "hint()" in first
    assert "this is what came" not in first + again
    assert "this is what came" in second
    unary.late_parcel.reset()


def test_an_answer_can_be_given_in_code(capsys):
    unary.safe_to_repeat.choose(3)
    assert "✓ Passed: Which call may be repeated?" in capsys.readouterr().out
    for number in (0, 5, "3", None):
        with pytest.raises(ValueError, match="1 to 4"):
            unary.safe_to_repeat.choose(number)


def test_a_prediction_is_judged_by_what_is_seen(monkeypatch):
    monkeypatch.setattr(unary.late_parcel, "observe", lambda check: (("OK", 1), "it came."))
    assert unary.late_parcel.judge(1).outcome == "failed"
    assert unary.late_parcel.judge(1).actual == "Run just now: it came."
    assert unary.late_parcel.judge(2).outcome == "passed"
    assert unary.late_parcel.judge(None).outcome == "open"
