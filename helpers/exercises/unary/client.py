"""A client that waits only so long, and tries again only where that is safe."""

from __future__ import annotations

import grpc

from ..engine import Check, Ran, WriteClient, wrong
from .setup import PARCELS, QUOTES, quote_pb2, quote_pb2_grpc


def _check_patient_client(check: Check) -> None:
    away, invalid = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INVALID_ARGUMENT
    quote = quote_pb2.GetQuoteResponse(price_cents=450)
    created = quote_pb2.CreateParcelResponse(parcel=quote_pb2.Parcel(parcel_id="P-1"))
    silent = "Your function gave back None. Is a `return` missing?"
    safe = "A price may be asked for twice at no harm, so one retry after UNAVAILABLE is right."
    twice = "One retry means two attempts in all. A server in trouble is not helped by more."
    useless = "INVALID_ARGUMENT would be the answer again. Retry UNAVAILABLE only: look at `error.code()`."
    risky = (
        "The parcel may have been taken in, with only the answer lost. Asking again might send it twice, "
        "so `CreateParcel` is not repeated."
    )
    through = "An error that your client cannot mend belongs to its caller: let it through with `raise`."

    def run(story: str, **answers: object) -> Ran:
        with check.desk(**answers) as desk:
            quotes = quote_pb2_grpc.QuoteServiceStub(desk.channel)
            parcels = quote_pb2_grpc.ParcelServiceStub(desk.channel)
            called = f'order(quotes, parcels, "Ada", 1200), {story}'
            return check.run(quotes, parcels, "Ada", 1200, called=called, stuck=twice)

    ran = run("all is well", GetQuote=quote, CreateParcel=created)
    ran.expect_value((450, "P-1"), {None: silent})
    ran.expect_sent("GetQuote", quote_pb2.GetQuoteRequest(weight_grams=1200))
    ran.expect_sent("CreateParcel", quote_pb2.CreateParcelRequest(recipient="Ada", weight_grams=1200))
    ran.expect_deadlines(1.0)

    ran = run("GetQuote is UNAVAILABLE the first time", GetQuote=(away, quote), CreateParcel=created)
    ran.expect_value((450, "P-1"), {away: safe, None: silent}).expect_deadlines(1.0)

    ran = run("GetQuote is always UNAVAILABLE", GetQuote=away, CreateParcel=created)
    ran.expect_attempts("GetQuote", 2, twice).expect_error(away, through)

    ran = run("GetQuote is refused with INVALID_ARGUMENT", GetQuote=invalid, CreateParcel=created)
    ran.expect_attempts("GetQuote", 1, useless).expect_error(invalid, through)

    ran = run("CreateParcel is UNAVAILABLE the first time", GetQuote=quote, CreateParcel=(away, created))
    ran.expect_attempts("CreateParcel", 1, risky).expect_error(away, through)


patient_client = WriteClient(
    id="unary.patient_client",
    title="A client with patience, but not too much",
    task="""
        **Input:** the stubs `quotes` and `parcels`, a recipient and a weight in grams.

        **Goal:** ask for the price, then create the parcel, and return both as `(price_cents, parcel_id)`.
        No attempt may take longer than 1 second. If `GetQuote` fails with `UNAVAILABLE`, try it once more.
        `CreateParcel` is never repeated: the first attempt may have worked. Every other error goes to the
        caller as it is.

        **Example:** `order(quotes, parcels, "Ada", 1200)` returns `(450, "P-1")`, also if the first
        `GetQuote` was `UNAVAILABLE`.
    """,
    services=[QUOTES, PARCELS],
    parameters=["quotes", "parcels", "recipient", "weight_grams"],
    check=_check_patient_client,
    hints=[
        "Every call of a stub takes `timeout=` in seconds, and the retry is a call of its own.",
        "`except grpc.RpcError as error:` catches a failed call, and `error.code()` tells which status it had.",
        "If the code is not `grpc.StatusCode.UNAVAILABLE`, a bare `raise` lets the error go on to the caller. "
        "`CreateParcel` stands outside of the `try`.",
    ],
    stub="""
        @unary.patient_client
        def order(quotes, parcels, recipient, weight_grams):
            # your code here
            ...
    """,
    answer="""
        @unary.patient_client
        def order(quotes, parcels, recipient, weight_grams):
            request = quote_pb2.GetQuoteRequest(weight_grams=weight_grams)
            try:
                quote = quotes.GetQuote(request, timeout=1)
            except grpc.RpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
                quote = quotes.GetQuote(request, timeout=1)
            request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=weight_grams)
            created = parcels.CreateParcel(request, timeout=1)
            return quote.price_cents, created.parcel.parcel_id
    """,
    reason="A deadline bounds the wait; a retry is safe only where doing it twice is the same as doing it once. "
    "UNAVAILABLE is the status that asks for a retry; the others would come again.",
    wrong_answers=[
        wrong("Give `timeout=1` to every call", (", timeout=1", "")),
        wrong(
            "Give `timeout=1` to every call",
            (
                "            raise\n        quote = quotes.GetQuote(request, timeout=1)",
                "            raise\n        quote = quotes.GetQuote(request)",
            ),
        ),
        wrong("`timeout` counts in seconds", ("timeout=1", "timeout=1000")),
        wrong(
            "one retry after UNAVAILABLE is right",
            source="""
            @unary.patient_client
            def order(quotes, parcels, recipient, weight_grams):
                quote = quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=weight_grams), timeout=1)
                request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=weight_grams)
                return quote.price_cents, parcels.CreateParcel(request, timeout=1).parcel.parcel_id
        """,
        ),
        wrong("would be the answer again", ("is not grpc.StatusCode.UNAVAILABLE", "is None")),
        wrong(
            "might send it twice",
            (
                "    created = parcels.CreateParcel(request, timeout=1)",
                "    try:\n        created = parcels.CreateParcel(request, timeout=1)\n"
                "    except grpc.RpcError:\n        created = parcels.CreateParcel(request, timeout=1)",
            ),
        ),
        wrong(
            "One retry means two attempts",
            source="""
            @unary.patient_client
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
        """,
        ),
        wrong(
            "One retry means two attempts",
            source="""
            @unary.patient_client
            def order(quotes, parcels, recipient, weight_grams):
                while True:
                    try:
                        quote = quotes.GetQuote(quote_pb2.GetQuoteRequest(weight_grams=weight_grams), timeout=1)
                        break
                    except grpc.RpcError:
                        pass
                request = quote_pb2.CreateParcelRequest(recipient=recipient, weight_grams=weight_grams)
                return quote.price_cents, parcels.CreateParcel(request, timeout=1).parcel.parcel_id
        """,
        ),
        wrong("let it through with `raise`", ("            raise\n", "            return None\n")),
        wrong(
            "Is a `return` missing", ("    return quote.price_cents, created.parcel.parcel_id", "    created")
        ),
    ],
)
