"""A client that asks again when the server says when, and never else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import grpc
from google.protobuf.message import Message

from ..engine import Check, FunctionResult, WriteClient, raises, wrong
from .setup import QUOTES, error_details_pb2, quote_pb2, quote_pb2_grpc, rpc_status, status_pb2

_FULL, _AWAY = grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE
_QUOTE = quote_pb2.GetQuoteResponse(price_cents=450)
_OTHER = quote_pb2.GetQuoteResponse(price_cents=510)
_INFO = error_details_pb2.ErrorInfo(reason="DEPOT_FULL", domain="courier.example")

_MISSED = "The server has said when to ask again: there is a `RetryInfo` in the details. Look at all of them."
_UNASKED = (
    "Nobody said when to ask again, so do not: without a `RetryInfo` the error goes to the caller at once."
)
_ONCE = "Ask again once, and no more. The second error goes to the caller, whatever its details say."
_THROUGH = "An error that your client cannot mend belongs to its caller: let it through with `raise`."
_SOON = "Wait first, for as long as `retry_delay` says: it has `seconds` and `nanos`. The server asked for this pause."
_LATE = "That is much longer than the server asked for. Which unit does `time.sleep` take?"


def _check_ask_later(check: Check) -> None:
    for grams, quote in ((1200, _QUOTE), (30, _OTHER)):
        result = _run(check, "all is well", quote, grams).expect_value(quote.price_cents)
        result.expect_sent("GetQuote", quote_pb2.GetQuoteRequest(weight_grams=grams))

    for seconds, others in ((0.25, []), (0.4, [_INFO]), (1.4, [_INFO])):
        refusal = _refusing(_FULL, [*others, _retry(seconds)])
        result = _run(check, f"refused, with a RetryInfo of {seconds:g} s", (refusal, _OTHER))
        result.expect_attempts("GetQuote", 2, {1: _MISSED, ...: _ONCE})
        result.expect_value(510, "Return the price of the second answer.")
        first, second = result.received("GetQuote")
        again = "Ask the same again."
        result.expect(first.requests == second.requests, "the same request twice", second.text, again)
        # No constant pause is within the limits of all three.
        # From the server's side, the first call ends a little before the client hears of it.
        pause = second.arrived - (first.ended or first.arrived)
        wanted, actual = f"a pause of {seconds:g} s", f"{pause:.2g} s"
        result.expect(pause >= 0.95 * seconds, wanted, actual, _SOON)
        result.expect(pause < seconds + 1, wanted, actual, _LATE)

    busy = _refusing(_AWAY, [_retry(0.1)])
    _run(check, "UNAVAILABLE, with a RetryInfo of 0.1 s", (busy, _QUOTE)).expect_attempts(
        "GetQuote", 2, "Whether to ask again is told by the details, whatever the status is."
    ).expect_value(450)

    refusals: dict[str, Any] = {
        "UNAVAILABLE without details": _AWAY,
        "RESOURCE_EXHAUSTED with an ErrorInfo alone": _refusing(_FULL, [_INFO]),
        "RESOURCE_EXHAUSTED with a Status that has no details": _refusing(_FULL, []),
    }
    for story, refusal in refusals.items():
        result = _run(check, story, (refusal, _QUOTE)).expect_attempts("GetQuote", 1, _UNASKED)
        result.expect_error(_AWAY if refusal is _AWAY else _FULL, _THROUGH)

    result = _run(check, "refused twice, with a RetryInfo each", _refusing(_FULL, [_retry(0.1)]))
    result.expect_attempts("GetQuote", 2, {1: _MISSED, ...: _ONCE}).expect_error(_FULL, _THROUGH)

    with check.fake_server(GetQuote=_QUOTE) as server:
        quotes = quote_pb2_grpc.QuoteServiceStub(server.channel)
        server.channel.close()
        check.run(quotes, 1200, called="get_quote(quotes, 1200), on a channel that is closed").expect_raised(
            ValueError,
            "This error is no RpcError and has no details. `except grpc.RpcError` lets it through to the caller.",
        )


def _run(check: Check, story: str, answers: Any, grams: int = 1200) -> FunctionResult:
    result = check.run_client(grams, story=story, stuck=_ONCE, GetQuote=answers)
    return result if result.accident() else result.expect_deadlines(1.0)


def _retry(seconds: float) -> error_details_pb2.RetryInfo:
    whole = int(seconds)
    nanos = round((seconds - whole) * 1e9)
    return error_details_pb2.RetryInfo(retry_delay={"seconds": whole, "nanos": nanos})


def _refusing(code: grpc.StatusCode, details: Sequence[Message]) -> Callable:
    """A handler that refuses with these details."""
    status = status_pb2.Status(code=code.value[0], message="not now")
    for detail in details:
        status.details.add().Pack(detail)
    return lambda request, context: context.abort_with_status(rpc_status.to_status(status))


ask_later = WriteClient(
    title="Ask again when you are told to",
    task="""
        **Input:** the stub `quotes`, and a weight in grams.

        **Goal:** return the `price_cents` of `GetQuote`. If the call fails and a `RetryInfo` is among the details,
        wait for its `retry_delay` and ask once more. An error without a `RetryInfo`, and that of the second call, go
        to the caller as they are. No call may take longer than 1 second.

        **Example:** refused with a `RetryInfo` of 0.4 s, you ask again 0.4 s later, and return the price.
    """,
    services=[QUOTES],
    stubs=[quote_pb2_grpc.QuoteServiceStub],
    check=_check_ask_later,
    hints=[
        "`rpc_status.from_call(error)` is a `Status`, or None where the error has no details.",
        "Go through `status.details`, and try `detail.Unpack(retry)` with a `retry = error_details_pb2.RetryInfo()`: "
        "it says whether it was one.",
        "`retry.retry_delay.ToTimedelta().total_seconds()` is what `time.sleep` takes. The second call stands behind "
        "the `except`, so that nothing catches its error.",
    ],
    reason="The server knows when it will have room again; a client that guesses asks too early, and makes it worse. "
    "One that was told nothing cannot know whether asking again is safe at all.",
    wrong_answers=[
        wrong(
            "there is a `RetryInfo` in the details",
            ("any(detail.Unpack(retry) for detail in status.details)", "status.details[0].Unpack(retry)"),
        ),
        wrong("Wait first", ("    time.sleep(retry.retry_delay.ToTimedelta().total_seconds())\n", "")),
        wrong(
            "it has `seconds` and `nanos`",
            ("retry.retry_delay.ToTimedelta().total_seconds()", "retry.retry_delay.seconds"),
        ),
        wrong(
            "it has `seconds` and `nanos`",
            ("retry.retry_delay.ToTimedelta().total_seconds()", "retry.retry_delay.nanos / 1e9"),
        ),
        wrong("it has `seconds` and `nanos`", ("retry.retry_delay.ToTimedelta().total_seconds()", "1.2")),
        wrong("without a `RetryInfo` the error goes to the caller").diff("""
            -        if status is None or not any(detail.Unpack(retry) for detail in status.details):
            -            raise
            +        for detail in status.details if status else ():
            +            detail.Unpack(retry)
        """),
        wrong("whatever the status is").diff("""
            +        if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
            +            raise
                     status = rpc_status.from_call(error)
        """),
        wrong(
            "Give `timeout=1` to every call",
            (
                "return quotes.GetQuote(request, timeout=1).price_cents\n    except",
                "return quotes.GetQuote(request).price_cents\n    except",
            ),
        ),
        raises("lets it through to the caller", ("except grpc.RpcError as", "except Exception as")),
        wrong("Ask again once, and no more").whole("""
            @errors_deadlines_cancellation.ask_later
            def get_quote(quotes, weight_grams):
                request = quote_pb2.GetQuoteRequest(weight_grams=weight_grams)
                for attempt in range(5):
                    try:
                        return quotes.GetQuote(request, timeout=1).price_cents
                    except grpc.RpcError as error:
                        status = rpc_status.from_call(error)
                        retry = error_details_pb2.RetryInfo()
                        if attempt == 4 or status is None or not any(d.Unpack(retry) for d in status.details):
                            raise
                        time.sleep(retry.retry_delay.ToTimedelta().total_seconds())
        """),
    ],
)
