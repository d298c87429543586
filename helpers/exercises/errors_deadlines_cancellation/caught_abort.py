"""A question on an abort that the handler itself catches, answered by running it."""

from __future__ import annotations

import grpc

from ..engine import Check, Option, Predict
from .setup import QUOTES, quote_pb2, quote_pb2_grpc


def _observe_caught_abort(check: Check) -> tuple[object, str]:
    went_on: list[bool] = []

    def answer(request, context):
        try:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such street")
        except Exception:
            went_on.append(True)
        return quote_pb2.GetQuoteResponse(price_cents=450)

    with check.fake_server(GetQuote=answer) as server:
        stub = quote_pb2_grpc.QuoteServiceStub(server.channel)
        try:
            stub.GetQuote(quote_pb2.GetQuoteRequest(), timeout=5)
            status = "OK"
        except grpc.RpcError as error:
            status = error.code().name
    account = f"the client got {status}, and the handler {'went on' if went_on else 'ended'} after its abort."
    return (status, bool(went_on)), account


caught_abort = Predict(
    title="An abort that is caught",
    task="""
        A handler calls `context.abort(grpc.StatusCode.NOT_FOUND, "no such street")` inside of a `try`, whose
        `except Exception` writes a line into a log. Below it stands `return GetQuoteResponse(price_cents=450)`.
        What does the client get, and does the handler go on?
    """,
    services=[QUOTES],
    observe=_observe_caught_abort,
    expected=("NOT_FOUND", True),
    options=[
        Option(
            "NOT_FOUND; the handler ends at the abort.",
            "Half of it is right. `abort` ends a handler by raising, though, and what is raised can be caught.",
            ("NOT_FOUND", False),
        ),
        Option(
            "NOT_FOUND; the handler goes on, and its reply is thrown away.",
            "Right: the status was set before anything was raised, and it stands.",
            ("NOT_FOUND", True),
        ),
        Option(
            "OK and the price: the exception was caught, so nothing has happened.",
            "The exception was caught, but `abort` had done something before it raised: the status is set for good.",
            ("OK", True),
        ),
        Option(
            "UNKNOWN: an exception in a handler always becomes that.",
            "What leaves a handler becomes UNKNOWN. This exception never left it.",
            ("UNKNOWN", True),
        ),
    ],
    hints=[
        "`abort` does two things: it notes the status, and it ends the handler. How can a method end its caller?",
        "It raises a plain `Exception`, which `except Exception` catches like any other.",
    ],
    reason="The client is told the truth, and yet the handler runs on: it may charge somebody for an order that was "
    "refused. Call `abort` outside of the `try`, or catch the exceptions that you expect and no others.",
)
