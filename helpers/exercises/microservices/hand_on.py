"""A call to another service, with the client's time and the client's request id."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from typing import Any

import grpc
from google.protobuf.message import Message

from ..engine import Check, FunctionResult, WriteFunction, wrong
from .setup import ORDERS, QUOTES, order_pb2, order_pb2_grpc, quote_pb2, quote_pb2_grpc

_LEFT = "Give the call what is left of the client's time, less 0.1 s: `context.time_remaining()` knows."
_MOST = "No call may take more than 2 s, however long the client would wait."
_NONE = "The call had no deadline. `timeout=` is for each call; nothing hands it on by itself."
_ID = "Hand the client's `x-request-id` on, under the same key. `context.invocation_metadata()` has it, in pairs."
_NO_ID = "A client without an `x-request-id` gets a call without one: send no key with nothing behind it."
_ALONE = "Of the client's metadata hand on the request id alone: a token, for one, was not meant for others."
_ONE = "One call, with the request that you were given."
_REPLY = "Return the reply of the call."


def _check_hand_on(check: Check) -> None:
    reply = quote_pb2.GetQuoteResponse(price_cents=450)
    cases: Sequence[tuple[str, float | None, list[tuple[str, str]], tuple[float, float], str]] = (
        (
            "a client with a token",
            1.0,
            [("authorization", "Bearer s3cret"), ("x-tenant", "acme"), ("x-request-id", "ada-4")],
            (0.5, 0.93),
            _LEFT,
        ),
        ("a client with 1 s and an id", 1.0, [("x-request-id", "ada-1")], (0.5, 0.93), _LEFT),
        ("a client with 1.5 s and another id", 1.5, [("x-request-id", "bob-7")], (1.0, 1.43), _LEFT),
        ("a client with 30 s", 30.0, [("x-request-id", "ada-2")], (1.5, 2.03), _MOST),
        ("a client without a deadline", None, [("x-request-id", "ada-3")], (1.5, 2.03), _MOST),
        ("a client without an id", 1.0, [], (0.5, 0.93), _LEFT),
    )
    for grams, (story, seconds, metadata, (least, most), cause) in enumerate(cases, 1200):
        request = quote_pb2.GetQuoteRequest(weight_grams=grams)
        result, received = _ask(check, story, seconds, metadata, reply, request)
        sent = [each.requests for each in received]
        wanted = ", ".join(each.text for each in received) or "no call"
        result.expect(sent == [[request]], f"1 × GetQuote(weight_grams={grams})", wanted, _ONE)
        (call,) = received
        extra = [key for key, _ in metadata if key != "x-request-id" and key in call.metadata]
        result.expect(not extra, "the id alone", f"{', '.join(extra)}, too", _ALONE)
        given = dict(metadata).get("x-request-id")
        seen = [value for key, value in call.pairs if key == "x-request-id"]
        missing = _ID if given else _NO_ID
        result.expect(seen == ([given] if given else []), f"x-request-id: {given}", f"{seen}", missing)
        span = f"a deadline of about {most - 0.03:.3g} s"
        result.expect(call.deadline is not None, span, "no deadline", _NONE)
        left = call.deadline or 0
        result.expect(least <= left <= most, span, f"{left:.3g} s", cause)
        result.expect_value(reply, {None: _REPLY})
    for code in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.UNAVAILABLE):
        request = quote_pb2.GetQuoteRequest(weight_grams=1)
        result, _ = _ask(check, f"the call ends with {code.name}", 1.0, [], code, request)
        result.expect_error(code, "The call's error goes to your caller as it is.")


def _ask(
    check: Check,
    story: str,
    seconds: float | None,
    metadata: list[tuple[str, str]],
    answer: Any,
    request: Message,
) -> tuple[FunctionResult, list[Any]]:
    """Has the learner's function ask a backend in the name of such a client."""
    contexts: queue.Queue[grpc.ServicerContext] = queue.Queue()
    done = threading.Event()

    def front(request: Any, context: grpc.ServicerContext) -> Any:
        contexts.put(context)
        done.wait(5)
        return order_pb2.PlaceOrderResponse()

    with check.fake_server(PlaceOrder=front, GetQuote=answer) as server:
        orders = order_pb2_grpc.OrderServiceStub(server.channel)
        method = quote_pb2_grpc.QuoteServiceStub(server.channel).GetQuote
        client = orders.PlaceOrder.future(
            order_pb2.PlaceOrderRequest(), timeout=seconds, metadata=metadata, wait_for_ready=True
        )
        try:
            called = f"ask(quotes.GetQuote, request, context), {story}"
            result = check.run(method, request, contexts.get(timeout=5), called=called)
        finally:
            done.set()
            client.cancel()
        return result, server.received("GetQuote")


hand_on = WriteFunction(
    title="Hand time and id on",
    task="""
        **Input:** a `method` of a stub, a request for it, and the `context` of the handler that needs the answer, on a
        thread.

        **Goal:** call the method and return its reply; let its errors through. The call has what is left of the
        client's time less 0.1 s, and never more than 2 s. If the client has sent an `x-request-id`, the call has it,
        too, and nothing else of what the client has sent.

        **Example:** the client has 1 s left and the id `ada-1`: the call has 0.9 s and `ada-1`.
    """,
    services=[ORDERS, QUOTES],
    check=_check_hand_on,
    hints=[
        "`min(context.time_remaining() - 0.1, 2)` is right with and without a deadline.",
        "`context.invocation_metadata()` is a sequence of pairs of key and value. Which of them are yours to hand on?",
        '`method(request, timeout=…, metadata=[("x-request-id", …)])`, with an empty list where there is no id.',
    ],
    reason="A deadline that is handed on ends work that nobody waits for, on every server. The id ties the lines of all "
    "logs together. Whatever else the client has sent was meant for this service and no other.",
    wrong_answers=[
        wrong("`timeout=` is for each call", ("timeout=left, ", "")),
        wrong("less 0.1 s", (" - 0.1", "")),
        wrong("No call may take more than 2 s", ("min(context", "(context"), (" - 0.1, 2)", " - 0.1)")),
        wrong("under the same key", (", metadata=pairs", "")),
        wrong("the request id alone", (' if key == "x-request-id"', "")),
        wrong("the request id alone", ('key == "x-request-id"', 'key.startswith("x-")')),
        wrong("Return the reply", ("return method(", "method(")),
    ],
)
