"""The checks of the lesson on errors: right answers of another shape pass, and what breaks one clause does not."""

from __future__ import annotations

import textwrap

import pytest

from helpers.exercises import errors_deadlines_cancellation as lesson

RIGHT = [
    (
        lesson.every_field,
        """
        @errors_deadlines_cancellation.every_field
        class FormParcels(quote_pb2_grpc.ParcelServiceServicer):
            def CreateParcel(self, request, context):
                wrong = {}
                if not 1 <= request.weight_grams <= 30_000:
                    wrong["weight_grams"] = "1 g to 30 kg"
                if request.recipient == "":
                    wrong["recipient"] = "who gets it?"
                if wrong:
                    told = [error_details_pb2.BadRequest.FieldViolation(field=f, description=d) for f, d in wrong.items()]
                    status = status_pb2.Status(code=3, message="look at " + " and ".join(wrong))
                    status.details.add().Pack(error_details_pb2.ErrorInfo(reason="FORM", domain="courier.example"))
                    status.details.add().Pack(error_details_pb2.BadRequest(field_violations=told))
                    context.abort_with_status(rpc_status.to_status(status))
                return quote_pb2.CreateParcelResponse(
                    parcel={"recipient": request.recipient, "weight_grams": request.weight_grams}
                )
        """,
    ),
    (
        lesson.ask_later,
        """
        @errors_deadlines_cancellation.ask_later
        def get_quote(quotes, weight_grams):
            def ask():
                return quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=weight_grams), timeout=0.9).price_cents

            try:
                return ask()
            except grpc.RpcError as error:
                details = getattr(rpc_status.from_call(error), "details", ())
                hints = [each for each in details if each.Is(error_details_pb2.RetryInfo.DESCRIPTOR)]
                if not hints:
                    raise
                retry = error_details_pb2.RetryInfo.FromString(hints[0].value)
                time.sleep(retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9)
                return ask()
        """,
    ),
    (
        lesson.time_left,
        """
        @errors_deadlines_cancellation.time_left
        def time_left(context):
            left = context.time_remaining() or 0 if context.time_remaining() is not None else 100
            return 2 if left > 2.05 else max(left - 0.05, 0)
        """,
    ),
    (
        lesson.cancel_too,
        """
        @errors_deadlines_cancellation.cancel_too
        def ask(method, request, context):
            call = method.future(request, timeout=min(context.time_remaining(), 60))
            while not call.done():
                if not context.is_active():
                    call.cancel()
                time.sleep(0.01)
            return call.result()
        """,
    ),
    (
        lesson.own_words,
        """
        @errors_deadlines_cancellation.own_words
        def own_words(error):
            told = {
                grpc.StatusCode.DEADLINE_EXCEEDED: (grpc.StatusCode.DEADLINE_EXCEEDED, "the deadline has passed"),
                grpc.StatusCode.UNAVAILABLE: (grpc.StatusCode.UNAVAILABLE, "try again later: unavailable for now"),
            }
            told[grpc.StatusCode.RESOURCE_EXHAUSTED] = told[grpc.StatusCode.UNAVAILABLE]
            return told.get(error.code(), (grpc.StatusCode.INTERNAL, "an internal error; not found is not your fault"))
        """,
    ),
]
WRONG = [
    (
        lesson.cancel_too,
        """
        @errors_deadlines_cancellation.cancel_too
        def ask(method, request, context):
            call = method.future(request)
            context.add_callback(call.cancel)
            while not call.done():
                time.sleep(0.01)
            return call.result()
        """,
        "the client had gone before",
    ),
    (
        lesson.own_words,
        """
        @errors_deadlines_cancellation.own_words
        def own_words(error):
            code = grpc.StatusCode.INTERNAL
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                code = error.code()
            if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED):
                code = grpc.StatusCode.UNAVAILABLE
            return code, f"the backend said {error.code().name}"
        """,
        "The text has something of the backend's in it",
    ),
]


@pytest.mark.parametrize(("exercise", "source"), RIGHT, ids=lambda item: getattr(item, "id", ""))
def test_a_right_answer_of_another_shape_passes(exercise, source):
    verdict = exercise.judge_source(textwrap.dedent(source).strip("\n"))
    assert verdict.outcome == "passed", str(verdict)


@pytest.mark.parametrize(("exercise", "source", "told"), WRONG, ids=lambda item: getattr(item, "id", ""))
def test_an_answer_that_breaks_one_clause_fails(exercise, source, told):
    verdict = exercise.judge_source(textwrap.dedent(source).strip("\n"))
    assert verdict.outcome == "failed", str(verdict)
    assert told in verdict.sentence, str(verdict)
