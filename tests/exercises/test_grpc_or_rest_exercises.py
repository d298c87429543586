"""What the exercises on gRPC and REST stand on, and that they let right answers of another shape pass."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time

import pytest

from helpers.exercises import catalog, grpc_or_rest
from helpers.exercises.engine import Choose

RIGHT = [
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
    verdict = exercise.judge_source(textwrap.dedent(answer).strip())
    assert verdict.outcome == "passed", verdict


def test_the_question_says_what_each_server_let_through():
    right = next(option for option in grpc_or_rest.let_through.options if "all four" in option.text)
    verdict = grpc_or_rest.let_through.judge_source(right.text)
    by_grpc, by_rest = verdict.sentence.partition("Run just now: ")[2].split("; ")
    assert by_grpc == "gRPC let through a missing weight, an unknown speed, `insured` and -5 g"
    assert by_rest == "FastAPI let through `insured` and -5 g."


def test_the_question_leaves_no_thread_behind():
    question = grpc_or_rest.let_through
    question.judge_source(question.answer)
    before = threading.active_count()
    for option in question.options:
        question.judge_source(option.text)
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.02)
    assert threading.active_count() <= before


def test_the_exercises_do_not_import_a_web_framework():
    code = (
        "import sys, helpers.exercises.grpc_or_rest as lesson\n"
        "lesson.bridge.judge_source(lesson.bridge.answer)\n"
        "print(sorted({'fastapi', 'starlette', 'httpx', 'pydantic'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.strip() == "[]"


def test_one_is_a_question_and_the_rest_is_written():
    exercises = catalog()["40_grpc_or_rest"]
    questions = [exercise for exercise in exercises if isinstance(exercise, Choose)]
    assert questions == [grpc_or_rest.let_through]
    assert len(exercises) == 3
