"""What the exercises on gRPC and REST stand on, and that they let right answers of another shape pass."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time

import httpx
import pytest

from helpers.comparison import judging
from helpers.exercises import grpc_or_rest
from helpers.exercises.engine import Choose, WriteFunction

RIGHT = [
    (
        grpc_or_rest.told_apart,
        """
        @grpc_or_rest.told_apart
        def faster(a, b):
            for name, mine, other in (("a", a, b), ("b", b, a)):
                wins = sum(x < y for x, y in zip(mine, other))
                if len(mine) >= 5 and wins / len(mine) > 0.9:
                    if statistics.quantiles(mine)[2] < statistics.quantiles(other)[0]:
                        return name
        """,
    ),
    (
        grpc_or_rest.lines,
        """
        @grpc_or_rest.lines
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
        grpc_or_rest.lines,
        """
        import codecs

        @grpc_or_rest.lines
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
    (
        grpc_or_rest.checked_quote,
        """
        import math

        @grpc_or_rest.checked_quote
        class Quotes(quote_pb2_grpc.QuoteServiceServicer):
            def GetQuote(self, request, context):
                right = {
                    "weight_grams": request.weight_grams > 0,
                    "distance_km": math.isfinite(request.distance_km) and request.distance_km >= 0,
                    "speed": request.speed in (1, 2),
                }
                if not all(right.values()):
                    context.set_code(grpc.StatusCode.INVALID_ARGUMENT)
                    context.set_details(f"wrong: {[name for name, fine in right.items() if not fine]}")
                    return quote_pb2.GetQuoteResponse()
                cents = 300 + request.weight_grams // 10 + round(25 * request.distance_km)
                return quote_pb2.GetQuoteResponse(price_cents=cents * request.speed)
        """,
    ),
    (
        grpc_or_rest.bridge,
        """
        HTTP_STATUS = {"INVALID_ARGUMENT": 400, "NOT_FOUND": 404, "UNAVAILABLE": 503, "DEADLINE_EXCEEDED": 504}

        def problem(status, code, message):
            return status, json.dumps({"code": code, "message": message}).encode()

        @grpc_or_rest.bridge
        def quote_over_http(quotes, body, timeout):
            request = quote_pb2.GetQuoteRequest()
            try:
                json_format.ParseDict(json.loads(body), request)
            except Exception as error:
                return problem(400, "INVALID_ARGUMENT", repr(error))
            future = quotes.GetQuote.future(request, timeout=timeout)
            if (code := future.code().name) != "OK":
                status = HTTP_STATUS.get(code, 500)
                return problem(status, code, "something went wrong" if status == 500 else future.details())
            return 200, json.dumps({"priceCents": str(future.result().price_cents)}).encode()
        """,
    ),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=lambda item: getattr(item, "id", ""))
def test_a_right_answer_of_another_shape_passes(exercise, answer):
    verdict = exercise.rehearse(textwrap.dedent(answer).strip())
    assert verdict.outcome == "passed", verdict


def test_the_lessons_own_judge_passes_the_exercise():
    def faster(a, b):
        return "a" if judging.faster(a, b) else "b" if judging.faster(b, a) else None

    verdict = grpc_or_rest.told_apart.judge(faster)
    assert verdict.outcome == "passed", verdict
    assert judging.LEAST_RATIO == 1.05  # as the solution's reason says


def test_the_question_says_what_each_server_let_through():
    right = next(option for option in grpc_or_rest.let_through.options if "all four" in option.text)
    verdict = grpc_or_rest.let_through.rehearse(right.text)
    by_grpc, by_rest = verdict.sentence.partition("Run just now: ")[2].split("; ")
    assert by_grpc == "gRPC let through a missing weight, an unknown speed, `insured` and -5 g"
    assert by_rest == "FastAPI let through `insured` and -5 g."


def test_the_question_leaves_no_thread_behind():
    question = grpc_or_rest.let_through
    question.rehearse(question.answer)
    before = threading.active_count()
    for option in question.options:
        question.rehearse(option.text)
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.02)
    assert threading.active_count() <= before


def test_the_exercises_do_not_import_a_web_framework():
    code = (
        "import sys, helpers.exercises.grpc_or_rest as lesson\n"
        "lesson.told_apart.rehearse(lesson.told_apart.answer)\n"
        "print(sorted({'fastapi', 'starlette', 'httpx', 'pydantic'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_httpx_takes_a_letter_for_the_end_of_a_line_as_the_lesson_says():
    body = '{"note": "left\u2028right"}\n'.encode()
    response = httpx.Response(200, content=body, headers={"content-type": "text/plain; charset=utf-8"})
    assert len(list(response.iter_lines())) == 2


def test_one_is_a_question_and_the_rest_is_written():
    questions = [exercise for exercise in grpc_or_rest.EXERCISES if isinstance(exercise, Choose)]
    assert questions == [grpc_or_rest.let_through]
    assert len(grpc_or_rest.EXERCISES) == 5


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
        ran = check.run(3, within=0.3, stuck="It goes round and round.", through=list)
        ran.expect_value([0, 1, 2], "These are others.")

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
    assert (verdict.outcome, verdict.came) == ("raised", "KeyError"), verdict
