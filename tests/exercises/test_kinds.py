"""Exercises on schemas and captures, and the learner's side of every exercise: hints, solution, tries, cards."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from helpers import protos
from helpers.exercises import progress, unary
from helpers.exercises.engine import Check, Failed, ReadCapture, WriteFunction, WriteSchema, wrong

STUB = """
syntax = "proto3";
package sample.v1;

message Parcel {
  string parcel_id = 1;
}
"""


def _old_readers_understand(check: Check) -> None:
    fields = check.answer.Parcel.DESCRIPTOR.fields_by_name
    if "note" not in fields:
        raise Failed("There is no field `note` yet.", expected="note", came=", ".join(fields))
    new = check.answer.Parcel(parcel_id="P-1", note="fragile")
    old = check.answer.Parcel.FromString(b"\x0a\x03P-1")
    if (old.parcel_id, new.note) != ("P-1", "fragile"):
        raise Failed(
            "Field 1 has a new meaning, so old messages are misread.", expected="P-1", came=old.parcel_id
        )


@pytest.fixture
def schema_exercise():
    return WriteSchema(
        id="sample.add_field",
        title="One field more",
        task="Add a note.",
        hints=["A number of its own.", "It is 2."],
        module="sample_parcel",
        stub=STUB,
        answer=STUB.replace("= 1;", "= 1;\n  string note = 2;"),
        reason="A new number is unknown to old readers, and they skip it.",
        check=_old_readers_understand,
        wrong_answers=[
            wrong("no field `note`", ("note", "remark")),
            wrong("new meaning", ("parcel_id = 1", "parcel_id = 3"), ("note = 2", "note = 1")),
        ],
    )


def test_a_schema_exercise(schema_exercise):
    exercise = schema_exercise
    assert exercise.rehearse(exercise.stub).outcome == "open"
    assert exercise.rehearse(exercise.answer).outcome == "passed"
    for mistake in exercise.wrong_answers:
        verdict = exercise.rehearse(exercise.wrong_cell(mistake))
        assert (verdict.outcome, mistake.says in verdict.sentence) == ("failed", True), verdict
    assert exercise.cells[0].startswith('%%proto sample_parcel\nsyntax = "proto3";')
    assert exercise.cells[1] == "sample.add_field(sample_parcel_pb2)"


def test_a_schema_exercise_is_called_with_the_module(schema_exercise, capsys):
    made, _ = protos.compile_cell("sample_parcel", schema_exercise.answer)
    assert schema_exercise(made) is None
    assert "Passed: One field more" in capsys.readouterr().out
    for thing in (None, 42, unary.minimum_price, made.Parcel):
        verdict = schema_exercise.judge(thing)
        assert "Hand over the module" in verdict.sentence


@pytest.fixture
def reading(monkeypatch):
    monkeypatch.setitem(sys.modules, "helpers.exercises.sample.setup", SimpleNamespace(__name__="setup"))
    return ReadCapture(
        id="sample.request_bytes",
        title="Bytes of a request",
        task="How long is it?",
        hints=["Look at DATA.", "Leave out the prefix."],
        stub="sample.request_bytes(call, answer=...)",
        answer="sample.request_bytes(call, answer=7)",
        reason="The prefix has five bytes.",
        truth=lambda call: len(call.requests[0]),
        explain=lambda call, answer: (
            "The prefix does not count." if answer == 12 else "Look at the DATA frame."
        ),
        example=lambda: SimpleNamespace(requests=[b"1234567"]),
        wrong_answers=[wrong("does not count", ("7", "12")), wrong("Look at the DATA", ("7", "'seven'"))],
    )


def test_a_question_on_a_capture(reading, capsys):
    assert reading.rehearse(reading.stub).outcome == "open"
    assert reading.rehearse(reading.answer).outcome == "passed"
    for mistake in reading.wrong_answers:
        verdict = reading.rehearse(reading.wrong_cell(mistake))
        assert (verdict.outcome, mistake.says in verdict.sentence) == ("failed", True), verdict
    assert reading(reading.example(), answer=7) is None
    assert "Passed" in capsys.readouterr().out
    assert "Run the cells above" in reading.judge((None, 7)).sentence


def test_a_function_that_calls_no_server(capsys):
    exercise = WriteFunction(
        id="sample.double", title="Twice as much", task="Double it.", hints=["Add.", "Or multiply."], reason="So.",
        parameters=["number"], check=lambda check: check.run(2).expect_value(4, {2: "That is the same number."}),
    )  # fmt: skip
    assert exercise.judge(lambda number: number * 2).outcome == "passed"
    same = exercise.judge(lambda number: number)
    assert (same.outcome, same.sentence, same.came) == ("failed", "That is the same number.", "2")
    assert exercise.judge(lambda: 4).outcome == "failed"


def test_an_answer_comes_back_unchanged(capsys):
    class PricedQuotes:
        pass

    def order():
        return 1

    assert unary.minimum_price(PricedQuotes) is PricedQuotes
    assert unary.patient_client(order) is order
    assert unary.minimum_price() is unary.minimum_price  # @unary.minimum_price()
    assert capsys.readouterr().out.count("✗ Failed") == 2


@pytest.fixture
def fresh():
    unary.minimum_price.reset()
    yield unary.minimum_price
    unary.minimum_price.reset()


def test_hints_come_one_by_one(fresh):
    first, second, third, again = (str(fresh.hint()) for _ in range(4))
    assert "Hint 1 of 3" in first
    assert "Hint 2 of 3" in second
    assert "steps" in second  # the first hint is still there
    assert "unary.minimum_price.solution()" in third
    assert again == third
    fresh.reset()
    assert str(fresh.hint()) == first


def test_the_solution_opens_after_some_tries(fresh, capsys):
    assert "opens after 2 tries" in str(fresh.solution())
    assert "def GetQuote" in str(fresh.solution(now=True))
    fresh(fresh)  # a wrong answer
    assert "opens after one more try" in str(fresh.solution())
    fresh(fresh)
    assert "`unary.minimum_price.solution()` is open now" in capsys.readouterr().out
    assert "def GetQuote" in str(fresh.solution())


def test_a_pass_is_kept_and_shows_the_solution_for_comparison(fresh, capsys):
    names = {"unary": unary, **fresh.namespace}
    exec(fresh.answer, names)
    shown = capsys.readouterr().out
    assert shown.startswith("✓ Passed: A price with a minimum")
    assert "for comparison with yours" in shown
    assert "def GetQuote" in shown
    assert progress.is_passed("unary.minimum_price")
    assert fresh.last.outcome == "passed"
    assert "def GetQuote" in str(fresh.solution())
    fresh.reset()
    assert not progress.is_passed("unary.minimum_price")


def test_an_untouched_stub_leaves_no_trace(fresh, progress_file, capsys):
    fresh.reset()
    progress_file.unlink()
    exec(fresh.stub, {"unary": unary, **fresh.namespace})
    assert "○ Not attempted" in capsys.readouterr().out
    assert not progress_file.exists()


def test_a_failed_card_says_what_was_called_expected_and_came(fresh, capsys):
    exec(fresh.wrong_cell(fresh.wrong_answers[0]), {"unary": unary, **fresh.namespace})
    shown = capsys.readouterr().out
    for line in (
        "✗ Failed: A price with a minimum",
        "Called    GetQuote(weight_grams=100)",
        "Expected  price_cents=450",
        "Came      price_cents=20",
    ):
        assert line in shown


def test_cards_announce_themselves_and_escape_what_learners_wrote(fresh):
    from helpers.exercises.engine import face

    source = fresh.answer.replace("price = max", 'raise ValueError("<b>bold</b>")\n        price = max')
    html = face.verdict_card(fresh, fresh.rehearse(source)).html()
    assert 'role="status"' in html
    assert "<b>bold</b>" not in html
    assert "&lt;b&gt;bold" in html


def test_an_exercise_shows_its_task():
    bundle = unary.unknown_parcel._repr_mimebundle_()
    assert "NOT_FOUND" in bundle["text/plain"]
    assert "A parcel that nobody knows" in bundle["text/html"]
    assert repr(unary.unknown_parcel) == bundle["text/plain"]
