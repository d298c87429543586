"""A client that waits only so long, and tries again only where that is safe."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.message import Message

from ..engine import Check, FunctionResult, WriteClient, raises, wrong
from .setup import PARCELS, QUOTES, quote_pb2, quote_pb2_grpc

_AWAY, _REFUSED = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INVALID_ARGUMENT
_INTERNAL = grpc.StatusCode.INTERNAL
_OTHERS = [code for code in grpc.StatusCode if code not in (grpc.StatusCode.OK, _AWAY)]
_STUBS = (quote_pb2_grpc.QuoteServiceStub, quote_pb2_grpc.ParcelServiceStub)
_QUOTE = quote_pb2.GetQuoteResponse(price_cents=450)
_CREATED = quote_pb2.CreateParcelResponse(parcel=quote_pb2.Parcel(parcel_id="P-1"))

_TWICE = "One retry means two attempts in all. A server in trouble is not helped by more."
_RISKY = (
    "The parcel may have been taken in, with only the answer lost. Asking again might send it twice, "
    "so `CreateParcel` is not repeated."
)
_ANEW = "Nobody was asked for this price: it is one of an order before. Ask for it in each order."
_BY_CODE = (
    "Whether to repeat is told by the status, `error.code()`. The text is for people, and may say anything."
)
_NO_PRICE = "Without a price there is no parcel: the error ends the order."
_THROUGH = "An error that your client cannot mend belongs to its caller: let it through with `raise`."


def _check_patient_client(check: Check) -> None:
    _all_is_well(check)
    _price_is_asked_for_again(check)
    _nothing_else_is_repeated(check)


def _order(
    check: Check, story: str, recipient: str = "Ada", grams: int = 1200, *, stuck: str = "", **answers: Any
) -> FunctionResult:
    """Orders from a server that answers so; every attempt has its deadline, whatever comes of it."""
    answers = {"GetQuote": _QUOTE, "CreateParcel": _CREATED, **answers}
    result = check.run_client(recipient, grams, story=story, stuck=stuck, **answers)
    return result if result.accident() else result.expect_deadlines(1.0)


def _all_is_well(check: Check) -> None:
    fast = "This server needed a tenth of a second. An attempt may take up to 1 s."
    quote, created = _after(0.1, _QUOTE), _after(0.1, _CREATED)
    result = _order(check, "all is well", GetQuote=quote, CreateParcel=created)
    result.expect_value((450, "P-1"), {grpc.StatusCode.DEADLINE_EXCEEDED: fast})
    result.expect_sent("GetQuote", quote_pb2.GetQuoteRequest(weight_grams=1200))
    result.expect_sent("CreateParcel", quote_pb2.CreateParcelRequest(recipient="Ada", weight_grams=1200))
    first, second = result.received()
    in_order = first.method == "GetQuote" and second.arrived >= (first.ended or 0)
    actual = (
        f"{first.method}, then {second.method}" if first.method != "GetQuote" else "both at the same time"
    )
    before = "The price comes first: a customer who gets no price must not get a parcel either."
    result.expect(in_order, "GetQuote, then CreateParcel", actual, before)

    other = quote_pb2.CreateParcelResponse(parcel=quote_pb2.Parcel(parcel_id="P-22"))
    dear = quote_pb2.GetQuoteResponse(price_cents=777)
    result = _order(check, "with another price and number", "Bob", 30, GetQuote=dear, CreateParcel=other)
    result.expect_value((777, "P-22"), "Return what the server answered to this order.")
    result.expect_sent("GetQuote", quote_pb2.GetQuoteRequest(weight_grams=30))
    result.expect_sent("CreateParcel", quote_pb2.CreateParcelRequest(recipient="Bob", weight_grams=30))


def _price_is_asked_for_again(check: Check) -> None:
    safe = "A price may be asked for twice at no harm, so one retry after UNAVAILABLE is right."
    result = _order(check, "GetQuote is UNAVAILABLE the first time", GetQuote=(_AWAY, _after(0.1, _QUOTE)))
    result.expect_value((450, "P-1"), {_AWAY: safe}).expect_attempts("CreateParcel", 1)
    result.expect_attempts("GetQuote", 2, {0: _ANEW, 1: safe, ...: _TWICE})
    asked = [received.requests[0].weight_grams for received in result.received("GetQuote")]
    again = "A retry asks the same again."
    result.expect(asked == [1200, 1200], "the same request twice", f"weights of {asked} g", again)

    other = quote_pb2.GetQuoteResponse(price_cents=510)
    result = _order(check, "GetQuote is UNAVAILABLE once more", GetQuote=(_AWAY, other))
    result.expect_value((510, "P-1"), "The price is the one that the second attempt got.")

    result = _order(check, "GetQuote is always UNAVAILABLE", stuck=_TWICE, GetQuote=_AWAY)
    result.expect_attempts("GetQuote", 2, {1: safe, ...: _TWICE}).expect_error(_AWAY, _THROUGH)
    result.expect_attempts("CreateParcel", 0, _NO_PRICE)

    text = "back in a minute"
    story = f'GetQuote is UNAVAILABLE with the text "{text}"'
    result = _order(check, story, GetQuote=(_saying(_AWAY, text), other))
    result.expect_value((510, "P-1"), {_AWAY: _BY_CODE})

    story = "GetQuote is UNAVAILABLE, and then refused with INVALID_ARGUMENT"
    result = _order(check, story, GetQuote=(_AWAY, _REFUSED, _QUOTE))
    result.expect_attempts("GetQuote", 2, _TWICE).expect_error(_REFUSED, _THROUGH)


def _nothing_else_is_repeated(check: Check) -> None:
    for code in _OTHERS:
        useless = (
            f"After {code.name} nothing is to be repeated: the task asks for one retry after UNAVAILABLE, and after "
            "nothing else. Look at `error.code()`."
        )
        result = _order(check, f"GetQuote ends with {code.name}", GetQuote=(code, _QUOTE))
        result.expect_attempts("GetQuote", 1, useless).expect_error(code, {None: _THROUGH, ...: _THROUGH})
        result.expect_attempts("CreateParcel", 0, _NO_PRICE)

    text = "the price list is UNAVAILABLE"
    story = f'GetQuote is INTERNAL with the text "{text}"'
    result = _order(check, story, GetQuote=(_saying(_INTERNAL, text), _QUOTE))
    result.expect_attempts("GetQuote", 1, _BY_CODE).expect_error(_INTERNAL, _THROUGH)

    known = "The price was known. Nothing is repeated because of the parcel."
    for status in (_AWAY, grpc.StatusCode.DEADLINE_EXCEEDED, _INTERNAL):
        result = _order(check, f"CreateParcel ends with {status.name}", CreateParcel=(status, _CREATED))
        result.expect_attempts("CreateParcel", 1, _RISKY).expect_error(status, _THROUGH)
        result.expect_attempts("GetQuote", 1, known)

    with check.fake_server(GetQuote=_QUOTE, CreateParcel=_CREATED) as server:
        stubs = [stub(server.channel) for stub in _STUBS]
        server.channel.close()
        called = 'order(quotes, parcels, "Ada", 1200), on a channel that is closed'
        other = "This error is no RpcError and has no `code()`. `except grpc.RpcError` lets it through to the caller."
        check.run(*stubs, "Ada", 1200, called=called).expect_raised(ValueError, other)


def _saying(code: grpc.StatusCode, text: str) -> Callable:
    """A handler that ends with this status and this text."""
    return lambda request, context: context.abort(code, text)


def _after(seconds: float, reply: Message) -> Callable:
    """A handler that takes its time."""

    def answer(request: Message, context: grpc.ServicerContext) -> Message:
        time.sleep(seconds)
        return reply

    return answer


patient_client = WriteClient(
    title="A client with patience, but not too much",
    task="""
        **Input:** the stubs `quotes` and `parcels`, a recipient and a weight in grams.

        **Goal:** ask for the price, then create the parcel, and return both as `(price_cents, parcel_id)`.
        No attempt may take longer than 1 second. If `GetQuote` fails with `UNAVAILABLE`, try it once more:
        asking for a price changes nothing, so it is safe even if the first request has arrived.
        `CreateParcel` is never repeated, since the first attempt may have worked. Every other error goes to
        the caller as it is.

        **Example:** `order(quotes, parcels, "Ada", 1200)` returns `(450, "P-1")`, also if the first
        `GetQuote` was `UNAVAILABLE`.
    """,
    services=[QUOTES, PARCELS],
    stubs=_STUBS,
    check=_check_patient_client,
    hints=[
        "Every call of a stub takes `timeout=` in seconds, and the retry is a call of its own.",
        "`except grpc.RpcError as error:` catches a failed call, and `error.code()` tells which status it had.",
        "If the code is not `grpc.StatusCode.UNAVAILABLE`, a bare `raise` lets the error go on to the caller. "
        "`CreateParcel` stands outside of the `try`.",
    ],
    reason="A deadline bounds the wait. UNAVAILABLE says that there was no connection, or that it broke, and often "
    "passes; it does not say whether the request arrived. So a retry is safe only where doing a thing twice is the same "
    "as doing it once.",
    wrong_answers=[
        wrong("Give `timeout=1` to every call", (", timeout=1", "")),
        wrong("Give `timeout=1` to every call").diff("""
                         raise
            -        quote = quotes.GetQuote(request, timeout=1)
            +        quote = quotes.GetQuote(request)
        """),
        wrong("`timeout` counts in seconds", ("timeout=1", "timeout=1000")),
        wrong(
            "told by the status, `error.code()`",
            ("error.code() is not grpc.StatusCode.UNAVAILABLE", '"UNAVAILABLE" not in error.details()'),
        ),
        wrong("Nobody was asked for this price").whole("""
            prices = {}


            @unary.patient_client
            def order(quotes, parcels, recipient, weight_grams):
                if weight_grams not in prices:
                    request = quote_pb2.GetQuoteRequest(weight_grams=weight_grams)
                    prices[weight_grams] = quotes.GetQuote(request, timeout=1).price_cents
                request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=weight_grams)
                created = parcels.CreateParcel(request, timeout=1)
                return prices[weight_grams], created.parcel.parcel_id
        """),
        wrong("one retry after UNAVAILABLE is right").whole("""
            def order(quotes, parcels, recipient, weight_grams):
                quote = quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=weight_grams), timeout=1)
                request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=weight_grams)
                return quote.price_cents, parcels.CreateParcel(request, timeout=1).parcel.parcel_id
        """),
        wrong("nothing is to be repeated", ("is not grpc.StatusCode.UNAVAILABLE", "is None")),
        wrong("After DEADLINE_EXCEEDED nothing is to be repeated").diff("""
            -        if error.code() is not grpc.StatusCode.UNAVAILABLE:
            +        if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        """),
        wrong("The price comes first").whole("""
            def order(quotes, parcels, recipient, weight_grams):
                created = parcels.CreateParcel(
                    quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=weight_grams), timeout=1
                )
                request = quote_pb2.GetQuoteRequest(weight_grams=weight_grams)
                try:
                    quote = quotes.GetQuote(request, timeout=1)
                except grpc.RpcError as error:
                    if error.code() != grpc.StatusCode.UNAVAILABLE:
                        raise
                    quote = quotes.GetQuote(request, timeout=1)
                return quote.price_cents, created.parcel.parcel_id
        """),
        raises("lets it through to the caller", ("except grpc.RpcError as", "except Exception as")),
        wrong("An attempt may take up to 1 s", ("timeout=1", "timeout=0.01")),
        wrong("might send it twice").diff("""
            -    created = parcels.CreateParcel(request, timeout=1)
            +    try:
            +        created = parcels.CreateParcel(request, timeout=1)
            +    except grpc.RpcError:
            +        created = parcels.CreateParcel(request, timeout=1)
        """),
        wrong("One retry means two attempts").whole("""
            def order(quotes, parcels, recipient, weight_grams):
                for attempt in range(5):
                    try:
                        quote = quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=weight_grams), timeout=1)
                        break
                    except grpc.RpcError as error:
                        if error.code() != grpc.StatusCode.UNAVAILABLE or attempt == 4:
                            raise
                request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=weight_grams)
                return quote.price_cents, parcels.CreateParcel(request, timeout=1).parcel.parcel_id
        """),
        wrong("One retry means two attempts").whole("""
            def order(quotes, parcels, recipient, weight_grams):
                while True:
                    try:
                        quote = quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=weight_grams), timeout=1)
                        break
                    except grpc.RpcError:
                        pass
                request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=weight_grams)
                return quote.price_cents, parcels.CreateParcel(request, timeout=1).parcel.parcel_id
        """),
        wrong("let it through with `raise`", ("            raise\n", "            return None\n")),
        wrong("Is a `return` missing", ("return quote.price_cents, created.parcel.parcel_id", "created")),
    ],
)
