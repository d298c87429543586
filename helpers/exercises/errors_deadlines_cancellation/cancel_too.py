"""A call to a backend that ends when the client of the front has gone."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc

from ..engine import Check, FunctionResult, WriteFunction, formatting, raises, wrong
from .setup import ORDERS, QUOTES, order_pb2, order_pb2_grpc, quote_pb2, quote_pb2_grpc

_WORKED_ON = (
    "The backend's call went on when the client had gone. `method(request)` cannot be stopped: start the call with "
    "`method.future(request)`, and let `context.add_callback(...)` cancel it."
)
_EARLY = (
    "`add_callback` returns False where the client had gone before, and then never runs what it was given. Cancel in "
    "that case, too."
)
_AT_ONCE = (
    "The call was cancelled, and its client was still there. Hand the method over, `call.cancel`: with parentheses it "
    "runs at once."
)
_WAITED = "Your function went on waiting when the client had gone. Is there something that ends its wait?"
_REPLY = "Return the backend's reply: `call.result()` waits for it."
_THROUGH = "An error of the backend goes to the caller as it is; `call.result()` raises it."


@dataclass
class _Backend:
    """A handler of `GetQuote` that needs so many seconds, unless its call is over before."""

    seconds: float
    price_cents: int = 450

    def quote(self, request: Any, context: grpc.ServicerContext) -> Any:
        over = threading.Event()
        context.add_callback(over.set)
        over.wait(self.seconds)
        return quote_pb2.GetQuoteResponse(price_cents=self.price_cents)


def _check_cancel_too(check: Check) -> None:
    for grams, cents in ((1200, 450), (30, 510)):
        result, received = _ask(check, "all is well", _Backend(0.1, cents).quote, grams=grams)
        reply = quote_pb2.GetQuoteResponse(price_cents=cents)
        result.expect_value(reply, {None: _REPLY, grpc.FutureCancelledError: _AT_ONCE})
        result.expect(
            [each.requests for each in received] == [[quote_pb2.GetQuoteRequest(weight_grams=grams)]],
            f"1 × GetQuote(weight_grams={grams})",
            ", ".join(each.text for each in received) or "no call",
            "Make one call, with the request that you were given.",
        )
    result, _ = _ask(check, "the backend refuses", grpc.StatusCode.NOT_FOUND)
    result.expect_error(grpc.StatusCode.NOT_FOUND, _THROUGH)

    for story, hang_up, cause in (
        ("the client cancels after 0.3 s", 0.3, _WORKED_ON),
        ("the client had gone before", 0.0, _EARLY),
    ):
        started = time.monotonic()
        result, received = _ask(check, story, _Backend(3).quote, hang_up=hang_up, stuck=cause)
        took = time.monotonic() - started
        # A call that was cancelled at once may never have reached the backend.
        ended = all(each.over(within=1.0) and each.cancelled for each in received)
        result.expect(ended, "the backend's call cancelled", "a backend that works on", cause)
        result.expect(took < 2.5, "a function that ends with the call", f"{took:.2g} s of waiting", _WAITED)
        late = formatting.is_status(result.error) and result.error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        result.expect(not late, "the call cancelled", "the call ended at a deadline", cause)
        if not isinstance(result.error, (grpc.FutureCancelledError, grpc.RpcError, type(None))):
            result.expect_value(None)


def _ask(
    check: Check,
    story: str,
    answer: Any,
    *,
    grams: int = 1200,
    hang_up: float | None = None,
    stuck: str = "",
) -> tuple[FunctionResult, list[Any]]:
    """Has the learner's function ask a backend in the name of a client, who hangs up after so many seconds."""
    contexts: queue.Queue[grpc.ServicerContext] = queue.Queue()
    done, gone = threading.Event(), threading.Event()

    def front(request: Any, context: grpc.ServicerContext) -> Any:
        context.add_callback(gone.set)
        contexts.put(context)
        done.wait(5)
        return order_pb2.PlaceOrderResponse()

    with check.fake_server(PlaceOrder=front, GetQuote=answer) as server:
        orders = order_pb2_grpc.OrderServiceStub(server.channel)
        method = quote_pb2_grpc.QuoteServiceStub(server.channel).GetQuote
        client = orders.PlaceOrder.future(order_pb2.PlaceOrderRequest(), timeout=10)
        context = contexts.get(timeout=5)
        try:
            if hang_up == 0.0:
                client.cancel()
                gone.wait(5)
            elif hang_up:
                _later(hang_up, client.cancel)
            request = quote_pb2.GetQuoteRequest(weight_grams=grams)
            called = f"ask(quotes.GetQuote, request, context), {story}"
            result = check.run(method, request, context, called=called, stuck=stuck)
        finally:
            done.set()
        return result, server.received("GetQuote")


def _later(seconds: float, function: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()


cancel_too = WriteFunction(
    title="Cancel the backend, too",
    task="""
        **Input:** a `method` of a stub, such as `quotes.GetQuote`, a request for it, and the `context` of the handler
        that needs the answer.

        **Goal:** call the method and return its reply; let its errors through. As soon as the client of the handler
        has gone, cancel the call and stop waiting, also if the client had gone before.

        **Example:** the backend needs 3 seconds, and the client hangs up after 0.3: the backend's call is cancelled
        then.
    """,
    services=[ORDERS, QUOTES],
    check=_check_cancel_too,
    hints=[
        "`method.future(request)` starts the call and returns it at once. It has `cancel()`, and `result()` to wait.",
        "`context.add_callback(function)` has a function run when the client's call is over. Give it the method of the "
        "call, without parentheses.",
        "`add_callback` returns False if it came too late.",
    ],
    reason="A thread that waits in `method(request)` cannot be told anything; a call that is under way can be "
    "cancelled from any thread. The callback runs at every end of the client's call, and cancelling what is done "
    "already does nothing.",
    wrong_answers=[
        wrong("`method(request)` cannot be stopped").whole("""
            def ask(method, request, context):
                return method(request)
        """),
        wrong("`method(request)` cannot be stopped").whole("""
            def ask(method, request, context):
                return method(request, timeout=1)
        """),
        wrong("the client had gone before").diff("""
            -    if not context.add_callback(call.cancel):
            -        call.cancel()
            +    context.add_callback(call.cancel)
        """),
        raises("with parentheses it runs at once", ("(call.cancel):", "(call.cancel()):")),
        wrong("Return the backend's reply", ("    return call.result()", "    call.result()")),
        wrong("`call.result()` raises it").diff("""
            -    return call.result()
            +    try:
            +        return call.result()
            +    except grpc.RpcError:
            +        return None
        """),
    ],
)
