"""No small change of a solution passes, or it stands in a short list of equals with a reason."""

from __future__ import annotations

import pytest

from tests.exercises.mutants import python_code, running, schemas

EXERCISES = running.exercises()


@pytest.fixture(scope="module")
def verdicts(request):
    """The mutants of all exercises that are tested now, with their verdicts to come, by exercise."""
    wanted = [item.callspec.params["exercise"] for item in request.session.items if _needs_verdicts(item)]
    with running.pool() as executor:
        yield {exercise.id: running.judged(exercise, executor) for exercise in wanted}


def _needs_verdicts(item) -> bool:
    return "verdicts" in item.fixturenames and item.path.samefile(__file__)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_no_mutant_passes(exercise, verdicts):
    judged = verdicts[exercise.id]
    passed = {mutant for mutant, verdict in judged if verdict.result().startswith("passed")}
    listed = {*running.equals(exercise), *running.unsolved(exercise)}
    news = [f"{mutant.name!r}\n{mutant.diff}" for mutant in passed if mutant.name not in listed]
    assert not news, "these pass:\n\n" + "\n\n".join(sorted(news))
    stale = sorted(listed - {mutant.name for mutant in passed})
    assert not stale, f"these are listed, and do not pass (take them out): {stale}"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_every_equal_has_its_reason(exercise):
    for name, reason in running.equals(exercise).items():
        assert len(reason.split()) >= 4, name
        assert name not in running.unsolved(exercise)


SAMPLE = '''
@sample.price
def price(request, minimum):
    """Words."""
    cents = max(450, request.grams // 10 * 2)
    if request.speed == 2:
        cents += 300
    return cents
'''


@pytest.mark.parametrize(
    "changed",
    [
        "cents = max(451, request.grams // 10 * 2)",
        "cents = min(450, request.grams // 10 * 2)",
        "cents = request.grams // 10 * 2",
        "cents = max(450, request.grams / 10 * 2)",
        "cents = max(450, request.grams // 10)",
        "cents = max(450, first_seen(request.grams) // 10 * 2)",
        "if request.speed != 2:",
        "if request.speed >= 2:",
        "if not request.speed == 2:",
        "cents -= 300",
        "cents = 300",
        "    cents += 300",  # without the condition
    ],
)
def test_what_a_hasty_author_writes_is_among_the_mutants(changed):
    assert any(changed in mutant for mutant in python_code.mutants(SAMPLE, {}))


def test_mutants_differ_from_the_solution_and_from_each_other():
    found = [mutant.removeprefix(python_code.PRELUDE) for mutant in python_code.mutants(SAMPLE, {})]
    assert len(found) == len(set(found)) > 20
    assert all(text.startswith("@sample.price\n") for text in found)


def test_a_status_that_is_compared_with_gets_company():
    found = list(python_code.mutants("done = code is grpc.StatusCode.UNAVAILABLE", {}))
    assert "done = code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL)" in found
    assert "done = code is grpc.StatusCode.UNKNOWN" in found


def test_an_except_is_widened_and_a_loop_ends_early():
    source = "def f(stream):\n try:\n  for item in stream:\n   yield item\n except KeyError:\n  return"
    found = list(python_code.mutants(source, {}))
    for changed in ("except Exception:", "in list(stream):", "break", "return item"):
        assert any(changed in text for text in found), changed


SCHEMA = """syntax = "proto3";

message Label {
  reserved 3;
  int64 grams = 2;
  string note = 4;
}"""


@pytest.mark.parametrize(
    "changed",
    [
        "int32 grams = 2;",
        "repeated int64 grams = 2;",
        "int64 gramsx = 2;",
        "int64 grams = 9;",
        "int64 grams = 4;",
        "reserved 103;",
    ],
)
def test_a_schema_is_changed_line_by_line(changed):
    assert any(changed in text for text in schemas.mutants(SCHEMA))


def test_a_name_stays_when_other_lines_move():
    class Sample:
        answer, namespace = SAMPLE, {}

    before = {mutant.name for mutant in running.mutants(Sample)}
    Sample.answer = SAMPLE.replace("    cents = max", "    unused = 0\n    cents = max")
    after = {mutant.name for mutant in running.mutants(Sample)}
    assert len(before) > 20
    assert before <= after
    assert {"if request.speed [== -> >=] 2:", "- return cents"} <= before
