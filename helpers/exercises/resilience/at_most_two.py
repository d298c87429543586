"""A handler that takes two calls at a time, and tells the others when to come back."""

from __future__ import annotations

import threading
from typing import Any

import grpc

from ..engine import Check, FunctionResult, Incorrect, WriteFunction, raises, wrong
from ..engine.verdict import Raised
from .setup import QUOTES, quote_pb2, quote_pb2_grpc

_TAKEN = grpc.StatusCode.RESOURCE_EXHAUSTED
_HANDLER = "Return a function of a request and a context: it is what the server calls."
_TWO = "Two calls may run at the same time, and only one did."
_WAITS = (
    "The third call waits for a place, and should hear at once that there is none: `acquire(blocking=False)`."
)
_THIRD = "Two calls are under way, and there is room for no other one: it should not come to the handler."
_STATUS = "Who finds no place is refused with RESOURCE_EXHAUSTED."
_BACK = "Tell the client when to come back: a trailer `grpc-retry-pushback-ms` with the text `200`, set before the abort."
_FREE = "A call has ended, and its place is still taken. Give it back when the handler has ended."
_ALWAYS = "The place of a call that failed is still taken. Give it back in a `finally`."
_GROWN = "More calls run at a time than before: only who has got a place may give one back."
_APART = "The places of one handler are taken, and those of another one are free: count for each handler."
_SAME = "Hand the call on to the handler, and return what it gives."
_OWN = "The handler has refused the call itself, and the client should hear that as it is."


_REFUSED = {13: grpc.StatusCode.INTERNAL, 404: grpc.StatusCode.NOT_FOUND}


class _Handler:
    """Answers with a price of the weight; heavy parcels wait, and some are refused."""

    def __init__(self) -> None:
        self.entered: list[int] = []
        self.changed = threading.Condition()
        self.gates = {grams: threading.Event() for grams in range(1000, 1100)}

    def __call__(self, request: Any, context: grpc.ServicerContext) -> Any:
        grams = request.weight_grams
        with self.changed:
            self.entered.append(grams)
            self.changed.notify_all()
        if grams in self.gates:
            self.gates[grams].wait(10)
        if grams in _REFUSED:
            context.abort(_REFUSED[grams], "not this one")
        return quote_pb2.GetQuoteResponse(price_cents=450 + grams)

    def has(self, *grams: int) -> bool:
        """Waits for calls to come to the handler."""
        with self.changed:
            return self.changed.wait_for(lambda: set(grams) <= set(self.entered), 2)


def _check_at_most_two(check: Check) -> None:
    handler = _Handler()
    result = check.run(handler, called="at_most_two(handler)")
    limited = result.expect_return("a function")
    result.expect(callable(limited), "a function", repr(limited), _HANDLER)
    raised: list[Exception] = []

    def watched(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return limited(request, context)
        except Exception as error:
            if error.args:  # what `abort` raises has none
                raised.append(error)
            raise

    with check.fake_server(GetQuote=watched) as server:
        quotes = quote_pb2_grpc.QuoteServiceStub(server.channel)

        def begin(grams: int) -> Any:
            return quotes.GetQuote.future(quote_pb2.GetQuoteRequest(weight_grams=grams), timeout=2)

        try:
            for grams in (70, 71, 72):
                cause = _SAME if grams == 70 else _FREE
                _expect_answer(result, begin(grams), 450 + grams, "a call alone", cause)
            first, second = begin(1000), begin(1001)
            result.expect(handler.has(1000, 1001), "two calls in the handler", "one", _TWO)
            for grams in (1, 2, 3):
                _expect_refusal(result, handler, begin(grams), grams, _THIRD)
            other = check.run(_Handler(), called="at_most_two(another_handler)").expect_return("a function")
            with check.fake_server(GetQuote=other) as second_server:
                stub = quote_pb2_grpc.QuoteServiceStub(second_server.channel)
                alone = stub.GetQuote.future(quote_pb2.GetQuoteRequest(weight_grams=73), timeout=2)
                _expect_answer(result, alone, 523, "a call of another handler", _APART)
            handler.gates[1000].set()
            _expect_answer(result, first, 1450, "the first of two", _SAME)
            third = begin(1002)
            result.expect(handler.has(1002), "a call in the place that is free", _seen(third), _FREE)
            _expect_refusal(result, handler, begin(4), 4, _GROWN)
            handler.gates[1001].set()
            handler.gates[1002].set()
            _expect_answer(result, second, 1451, "the second of two", _SAME)
            _expect_answer(result, third, 1452, "a call in the place that is free", _SAME)
            for number, (grams, status) in enumerate(3 * [*_REFUSED.items()]):
                own = begin(grams)
                cause = _OWN if number < 2 else _ALWAYS
                result.expect(own.code() is status, f"{status.name}, from the handler", _seen(own), cause)
            _expect_answer(result, begin(71), 521, "a call after some that failed", _ALWAYS)
            fourth, fifth = begin(1003), begin(1004)
            result.expect(handler.has(1003, 1004), "two calls in the handler", "fewer", _ALWAYS)
            _expect_refusal(result, handler, begin(5), 5, _GROWN)
            handler.gates[1003].set()
            handler.gates[1004].set()
            for call in (fourth, fifth):
                _expect_answer(result, call, 1453 + (call is fifth), "one of two", _SAME)
        except Incorrect:
            if raised:
                raise Raised(
                    raised[0], called="at_most_two(handler), and a call of what it returned"
                ) from None
            raise
        finally:
            for gate in handler.gates.values():
                gate.set()


def _expect_answer(result: FunctionResult, call: Any, cents: int, story: str, cause: str) -> None:
    code = call.code()
    actual = f"{call.result().price_cents} cents" if code is grpc.StatusCode.OK else _seen(call)
    result.expect(actual == f"{cents} cents", f"{cents} cents, for {story}", actual, cause)


def _expect_refusal(result: FunctionResult, handler: _Handler, call: Any, grams: int, through: str) -> None:
    code = call.code()
    expected = "RESOURCE_EXHAUSTED, while two calls are under way"
    result.expect(grams not in handler.entered, expected, "the call came to the handler", through)
    result.expect(code is not grpc.StatusCode.DEADLINE_EXCEEDED, expected, "no answer for 2 s", _WAITS)
    result.expect(code is _TAKEN, expected, _seen(call), _STATUS)
    sent = dict(call.trailing_metadata() or ()).get("grpc-retry-pushback-ms")
    result.expect(sent == "200", "grpc-retry-pushback-ms: 200", f"grpc-retry-pushback-ms: {sent}", _BACK)


def _seen(call: Any) -> str:
    if call.done() and call.code() is not grpc.StatusCode.OK:
        return f"{call.code().name}: {call.details()}"
    return "OK" if call.done() else "nothing yet"


at_most_two = WriteFunction(
    title="Two at a time",
    task="""
        **Input:** a `handler`, a function of a request and a context that answers a unary call.

        **Goal:** return another such function. It hands calls on to `handler`, two at a time at most, and gives back what
        `handler` gives. Further calls are refused at once: with `RESOURCE_EXHAUSTED`, and a trailer that tells gRPC to
        come back after 200 ms. A call that fails leaves its place as others do.
        Each handler has two places of its own.

        **Example:** of three calls at the same time two are answered, and one is refused before any has ended.
    """,
    services=[QUOTES],
    check=_check_at_most_two,
    hints=[
        "`threading.Semaphore(2)` has two places. Make it once, outside of the function that you return.",
        "`places.acquire(blocking=False)` says whether there was one, and does not wait.",
        '`context.set_trailing_metadata([("grpc-retry-pushback-ms", "200")])` before `context.abort(…)`; and `try` … '
        "`finally: places.release()` around the handler.",
    ],
    reason="`maximum_concurrent_rpcs` counts all calls of a server alike, and cannot push back. Here you decide for each "
    "method. A client with a retry policy for RESOURCE_EXHAUSTED comes back when it was told to.",
    wrong_answers=[
        wrong("should hear at once", ("blocking=False", "")),
        raises("Your code raised AttributeError", ("places.release()", "places.give_back()")),
        wrong("no place is refused with RESOURCE_EXHAUSTED", ("RESOURCE_EXHAUSTED", "UNAVAILABLE")),
        wrong("Tell the client when to come back").diff("""
            -            context.set_trailing_metadata([("grpc-retry-pushback-ms", "200")])
        """),
        wrong("Tell the client when to come back", ('"200"', '"0.2"')),
        wrong("room for no other one", ("Semaphore(2)", "Semaphore(3)")),
        wrong("only one did", ("Semaphore(2)", "Semaphore(1)")),
        wrong("Give it back in a `finally`").diff("""
            -        try:
            -            return handler(request, context)
            -        finally:
            -            places.release()
            +        reply = handler(request, context)
            +        places.release()
            +        return reply
        """),
        wrong("Give it back when the handler has ended").diff("""
            -        try:
            -            return handler(request, context)
            -        finally:
            -            places.release()
            +        return handler(request, context)
        """),
        wrong("Return a function of a request", ("return limited", "return places")),
        wrong("it should not come to the handler").diff("""
            -    places = threading.Semaphore(2)
            -
                 def limited(request, context):
            +        places = threading.Semaphore(2)
                     if not places.acquire(blocking=False):
        """),
    ],
)
