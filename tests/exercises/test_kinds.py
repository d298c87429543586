"""Exercises on schemas and captures, and the learner's side of every exercise: hints, solution, tries, cards."""

from __future__ import annotations

import pytest

from helpers import protos
from helpers.exercises import unary
from helpers.exercises.engine import Check, Incorrect, WriteFunction, WriteSchema, record, wrong
from helpers.exercises.engine.not_attempted import fingerprint

STUB = """syntax = "proto3";
package sample.v1;

message Parcel {
  string parcel_id = 1;
}"""


def _old_readers_understand(check: Check) -> None:
    fields = check.answer.Parcel.DESCRIPTOR.fields_by_name
    if "note" not in fields:
        raise Incorrect("There is no field `note` yet.", expected="note", actual=", ".join(fields))
    new = check.answer.Parcel(parcel_id="P-1", note="fragile")
    old = check.answer.Parcel.FromString(b"\x0a\x03P-1")
    if (old.parcel_id, new.note) != ("P-1", "fragile"):
        raise Incorrect(
            "Field 1 has a new meaning, so old messages are misread.", expected="P-1", actual=old.parcel_id
        )


@pytest.fixture
def schema_exercise():
    exercise = WriteSchema(
        id="sample.add_field",
        title="One field more",
        task="Add a note.",
        hints=["A number of its own.", "It is 2."],
        module="sample_parcel",
        reason="A new number is unknown to old readers, and they skip it.",
        check=_old_readers_understand,
        wrong_answers=[
            wrong("no field `note`", ("note", "remark")),
            wrong("new meaning", ("parcel_id = 1", "parcel_id = 3"), ("note = 2", "note = 1")),
        ],
    )
    exercise.stub, exercise.answer = STUB, STUB.replace("= 1;", "= 1;\n  string note = 2;")
    return exercise


def test_a_schema_exercise(schema_exercise):
    exercise = schema_exercise
    assert exercise.judge_source(exercise.stub).outcome == "open"
    assert exercise.judge_source(exercise.answer).outcome == "passed"
    for mistake in exercise.wrong_answers:
        verdict = exercise.judge_source(exercise.wrong_cell(mistake))
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


def test_a_function_that_calls_no_server(capsys):
    exercise = WriteFunction(
        id="sample.double", title="Twice as much", task="Double it.", hints=["Add.", "Or multiply."], reason="So.",
        parameters=["number"], check=lambda check: check.run(2).expect_value(4, {2: "That is the same number."}),
    )  # fmt: skip
    assert exercise.judge(lambda number: number * 2).outcome == "passed"
    same = exercise.judge(lambda number: number)
    assert (same.outcome, same.sentence, same.actual) == ("failed", "That is the same number.", "2")
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


def test_running_a_hint_cell_reveals_no_hint(fresh):
    for _ in range(4):  # as often as all cells are run
        hints = fresh.hint()
        assert not any(hint in str(hints) for hint in fresh.hints)
        assert "unary.minimum_price.hint(1)" in str(hints)
    html = hints.html()
    assert html.count("<details><summary>Hint") == 3  # what the browser opens with a click, or with Enter
    assert "<details open" not in html


def test_hints_are_shown_one_by_one(fresh):
    first, second, third = (str(fresh.hint(number)) for number in (1, 2, 3))
    assert "Hint 1 of 3" in first
    assert "max(a, b)" not in first
    assert "Hint 2 of 3" in second
    assert "steps" in second  # the first hint is still there
    assert "unary.minimum_price.solution()" in third
    for number in (0, 4, "1"):
        with pytest.raises(ValueError, match="hints 1 to 3"):
            fresh.hint(number)


def test_an_answer_that_is_judged_again_is_no_new_try(fresh, capsys):
    names = {"unary": unary, **fresh.namespace}
    for _ in range(3):  # the learner's wrong answer, and two times all cells
        exec(fresh.wrong_cell(fresh.wrong_answers[0]), names)
    assert "opens after one more try" in str(fresh.solution())
    exec(fresh.wrong_cell(fresh.wrong_answers[1]), names)
    assert "is open now" in capsys.readouterr().out
    solution = fresh.solution()
    assert "<details><summary>Details</summary>" in solution.html()
    assert "<details>" not in fresh.solution(now=True).html()


def test_an_edited_schema_is_a_new_try(schema_exercise):
    first, again, other = (
        protos.compile_cell("sample_parcel", schema_exercise.answer.replace("note", name))[0]
        for name in ("remark", "remark", "word")
    )
    assert fingerprint(first) == fingerprint(again) != fingerprint(other)


def test_the_solution_opens_after_some_tries(fresh, capsys):
    assert "opens after 2 tries" in str(fresh.solution())
    assert "def GetQuote" in str(fresh.solution(now=True))
    fresh(fresh)  # a wrong answer
    assert "opens after one more try" in str(fresh.solution())
    fresh(42)
    assert "`unary.minimum_price.solution()` is open now" in capsys.readouterr().out
    assert "def GetQuote" in str(fresh.solution())


def test_a_pass_is_kept_and_shows_the_solution_for_comparison(fresh, capsys):
    names = {"unary": unary, **fresh.namespace}
    exec(fresh.answer, names)
    shown = capsys.readouterr().out
    assert shown.startswith("✓ Passed: A price with a minimum")
    assert "for comparison with yours" in shown
    assert "def GetQuote" in shown
    assert record.is_passed("unary.minimum_price")
    assert fresh.last.outcome == "passed"
    assert "def GetQuote" in str(fresh.solution())
    fresh.reset()
    assert not record.is_passed("unary.minimum_price")


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
        "Actual    price_cents=20",
    ):
        assert line in shown


def test_cards_announce_themselves_and_escape_what_learners_wrote(fresh):
    from helpers.exercises.engine import cards

    source = fresh.answer.replace("price = max", 'raise ValueError("<b>bold</b>")\n        price = max')
    html = cards.verdict_card(fresh, fresh.judge_source(source)).html()
    assert 'role="status"' in html
    assert "<b>bold</b>" not in html
    assert "&lt;b&gt;bold" in html


def test_an_exercise_shows_its_task():
    bundle = unary.unknown_parcel._repr_mimebundle_()
    assert "NOT_FOUND" in bundle["text/plain"]
    assert "A parcel that nobody knows" in bundle["text/html"]
    assert repr(unary.unknown_parcel) == bundle["text/plain"]
