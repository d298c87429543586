"""A hedge: the next server is asked while the one before is still at it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any

import grpc

from ..engine import Check, FakeServer, FunctionResult, WriteFunction, wrong
from .setup import QUOTES, quote_pb2, quote_pb2_grpc

_AWAY, _FULL = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED
_EARLY = "A server was asked before the one before it had had its time."
_MORE = "An answer was there, and another server was asked all the same."
_LATE = "The next server is asked when `after` seconds have passed without an answer, and not when the call has ended."
_FAILED = "A server has failed, and another one was still to answer, or to be asked: its price is wanted."
_AT_ONCE = "Who has failed will not answer: ask the next one at once."
_GOES_ON = "You have a price, and a call goes on for nobody. Cancel those that are left."
_ALL = "All servers have failed. Let the caller hear one of the errors: `call.result()` raises it."
_LIMIT = "Each call has a deadline of its own: `timeout=2`."
_REPLY = "Return the first reply that comes."
_REQUEST = "Send the request that you were given."

Answer = tuple[float, "int | grpc.StatusCode"]
"""Seconds, and then a price or a status."""


def _check_hedge(check: Check) -> None:
    slow = 1.2
    _expect(check, "the first answers at once", 0.1, [(0, 500), (0, 501), (0, 502)], 500, [0])
    _expect(check, "the first is slow", 0.1, [(slow, 510), (0, 511), (0, 512)], 511, [0, 1], cancelled=[0])
    _expect(check, "the first is slow, after=0.4", 0.4, [(slow, 513), (0, 514)], 514, [0, 1], cancelled=[0])
    two: list[Answer] = [(slow, 520), (slow, 521), (0, 522)]
    _expect(check, "the first two are slow", 0.1, two, 522, [0, 1, 2], cancelled=[0, 1])
    _expect(check, "the first fails", 0.9, [(0, _AWAY), (0, 531), (0, 532)], 531, [0, 1], at_once=True)
    codes = [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK]
    chain: list[Answer] = [*((0, code) for code in codes), (0, 533)]
    _expect(check, "all but the last fail", 0.9, chain, 533, [*range(len(chain))], at_once=True)
    late: list[Answer] = [(0.9, 540), (0, _AWAY), (slow, 542)]
    _expect(check, "the second fails, and the first is late", 0.1, late, 540, [0, 1, 2], cancelled=[2])
    last: list[Answer] = [(0.9, 550), (0, _AWAY)]
    _expect(check, "the last fails, and the first is late", 0.1, last, 550, [0, 1])
    _expect(check, "there is one", 0.1, [(0.3, 560)], 560, [0])
    _expect(check, "there is one, and it fails", 0.1, [(0, _FULL)], _FULL, [0])
    _expect(check, "all fail", 0.1, [(0, _AWAY), (0.3, _FULL), (0, _AWAY)], _AWAY, [0, 1, 2])


def _expect(
    check: Check,
    story: str,
    after: float,
    answers: Sequence[Answer],
    expected: int | grpc.StatusCode,
    asked: list[int],
    *,
    cancelled: Sequence[int] = (),
    at_once: bool = False,
) -> None:
    request = quote_pb2.GetQuoteRequest(weight_grams=1200 + len(story))
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(check.fake_server(GetQuote=_answering(*each))) for each in answers]
        for server in servers:  # the first connection takes its time
            grpc.channel_ready_future(server.channel).result(5)
        stubs = [quote_pb2_grpc.QuoteServiceStub(server.channel) for server in servers]
        result = check.run(stubs, request, after, called=f"hedge(stubs, request, {after}), {story}")
        if isinstance(expected, int):
            by_grpc = isinstance(result.error, grpc.RpcError)
            result.expect(not by_grpc, f"{expected} cents", "an RpcError", _FAILED)
            result.expect_return(f"{expected} cents")
            _expect_order(result, servers, asked, after, at_once)
            result.expect_value(quote_pb2.GetQuoteResponse(price_cents=expected), _REPLY)
        else:
            if result.error is None:
                result.expect(False, "an RpcError", f"a return of {result.value!r}", _ALL)
            if not isinstance(result.error, grpc.RpcError):
                result.expect_return("an RpcError", {Exception: _ALL})
            _expect_order(result, servers, asked, after, at_once)
        for number in cancelled:
            (call,) = servers[number].received()
            call.over(within=3)
            result.expect(call.cancelled, f"server {number + 1} cancelled", "it worked to the end", _GOES_ON)
        for number in asked:
            (call,) = servers[number].received()
            result.expect(call.requests == [request], "the request", call.text, _REQUEST)
            left = call.deadline
            result.expect(
                left is not None and 1.5 < left < 2.3,
                "a deadline of 2 s",
                "none" if left is None else f"{left:.3g} s",
                _LIMIT,
            )


def _expect_order(
    result: FunctionResult, servers: Sequence[FakeServer], asked: list[int], after: float, at_once: bool
) -> None:
    wanted = [int(number in asked) for number in range(len(servers))]
    until = time.monotonic() + 0.5
    while sum(len(server.received()) for server in servers) < sum(wanted) and time.monotonic() < until:
        time.sleep(0.01)  # the last one may still be on its way
    calls = [server.received() for server in servers]
    counts = [len(each) for each in calls]
    cause = _MORE if any(a > b for a, b in zip(counts, wanted, strict=True)) else _LATE
    result.expect(counts == wanted, f"calls of the servers: {wanted}", f"{counts}", cause)
    if len(asked) < 2:
        return
    pause = calls[1][0].arrived - calls[0][0].arrived
    # What arrives, arrives late on a busy machine: half of the time, and half a second more, are told apart anywhere.
    if at_once:
        result.expect(pause < after - 0.2, "the second asked at once", f"after {pause:.2g} s", _AT_ONCE)
    elif after > 0.3:
        result.expect(pause > after / 2, f"the second asked after {after} s", f"after {pause:.2g} s", _EARLY)
        result.expect(pause < after + 0.5, f"the second asked after {after} s", f"after {pause:.2g} s", _LATE)


def _answering(seconds: float, answer: int | grpc.StatusCode) -> Any:
    def answered(request: Any, context: grpc.ServicerContext) -> Any:
        until = time.monotonic() + seconds
        while time.monotonic() < until and context.is_active():
            time.sleep(0.01)
        if isinstance(answer, grpc.StatusCode):
            context.abort(answer, "not now")
        return quote_pb2.GetQuoteResponse(price_cents=answer)

    return answered


hedge = WriteFunction(
    title="Hedge, and survive a failure",
    task="""
        **Input:** a list `stubs` of the quote service, one at least, each to a server of its own, a `request`, and a time
        `after` in seconds.

        **Goal:** call `GetQuote` of the first stub. Whenever `after` seconds have passed without an answer, or a call has
        failed, call the next one as well; nobody is called twice. Return the first reply, and cancel the calls that are
        left. If all fail, raise one of their errors. Each call has a timeout of 2 s.

        **Example:** the first server is slow, the second fails at once, the third answers: return its reply.
    """,
    services=[QUOTES],
    check=_check_hedge,
    hints=[
        "`stub.GetQuote.future(request, timeout=2)` begins a call, and `call.add_done_callback(ended.put)` puts it into a "
        "`queue.SimpleQueue()` when it has ended.",
        "`ended.get(timeout=after)` gives the next call that has ended, or raises `queue.Empty` when it is time for another "
        "server. When all have been asked there is nothing to do but wait: `ended.get()`.",
        "A call that has ended is an answer if its `code()` is OK. Count the others: when all have failed, "
        "`call.result()` raises.",
    ],
    reason="A queue of calls that have ended makes one question of two: has somebody answered, or is it time to ask the "
    "next? What is left over is cancelled in both cases.",
    wrong_answers=[
        wrong("a call goes on for nobody", ("other.cancel()", "other.code")),
        wrong("its price is wanted", ("call.code() is grpc.StatusCode.OK or over == len(stubs)", "True")),
        wrong("`timeout=2`", (", timeout=2)", ")")),
        wrong("and not when the call has ended").whole("""
            def hedge(stubs, request, after):
                for stub in stubs:
                    try:
                        return stub.GetQuote(request, timeout=2)
                    except grpc.RpcError as error:
                        last = error
                raise last
        """),
        wrong("another server was asked all the same").whole("""
            def hedge(stubs, request, after):
                ended = queue.SimpleQueue()
                calls = [stub.GetQuote.future(request, timeout=2) for stub in stubs]
                for call in calls:
                    call.add_done_callback(ended.put)
                for _ in calls:
                    call = ended.get()
                    if call.code() is grpc.StatusCode.OK:
                        break
                for other in calls:
                    other.cancel()
                return call.result()
        """),
        wrong(
            "Return the first reply that comes", ("return call.result()", "return call.result().price_cents")
        ),
        wrong("ask the next one at once").diff("""
                     over += 1
            +        if call.code() is not grpc.StatusCode.OK and over < len(stubs):
            +            time.sleep(after)
        """),
    ],
)
