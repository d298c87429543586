"""A servicer that works something out: a price with a minimum and a surcharge."""

from __future__ import annotations

from ..engine import Call, Check, WriteServicer, wrong
from .setup import QUOTES, quote_pb2


def _check_minimum_price(check: Check) -> None:
    fraction = "`price_cents` is a whole number, and `/` gives a fraction. `//` gives whole steps."
    part = "450 cents is the least a delivery can cost, not a part of every price. Take the larger of two numbers."
    ceiling = (
        "Your 450 cents is a ceiling, and it should be a floor. Of the two numbers the larger one counts."
    )
    minimum = "The minimum is missing: a light parcel costs 450 cents, too."
    steps = "Only full steps of 10 g count: first cut the weight down to full steps, then multiply."
    express = "Express is not dearer yet. Compare `request.speed` with `quote_pb2.SPEED_EXPRESS`."
    swallowed = "The minimum swallows the surcharge. Apply the minimum first, and add the 300 after it."

    with check.serve() as quotes:

        def quote(grams: int, speed: int = quote_pb2.SPEED_UNSPECIFIED) -> Call:
            return quotes.call("GetQuote", quote_pb2.GetQuoteRequest(weight_grams=grams, speed=speed))

        quote(5000).expect_reply({1450: part, 450: ceiling, TypeError: fraction}, price_cents=1000)
        quote(100).expect_reply({20: minimum, 0: "Is `price_cents` set in the reply?"}, price_cents=450)
        quote(3019).expect_reply({603: steps, 604: steps}, price_cents=602)
        quote(5000, quote_pb2.SPEED_EXPRESS).expect_reply({1000: express}, price_cents=1300)
        quote(100, quote_pb2.SPEED_EXPRESS).expect_reply({450: swallowed}, price_cents=750)


minimum_price = WriteServicer(
    id="unary.minimum_price",
    title="A price with a minimum",
    task="""
        **Input:** a `GetQuoteRequest` with `weight_grams` and `speed`.

        **Goal:** answer with the price in cents. Every full 10 g cost 2 cents, and no delivery costs less
        than 450 cents. Express costs 300 cents on top of that.

        **Example:** 5000 g cost 1000 cents; 100 g cost 450 cents; 100 g by express cost 750 cents.
    """,
    services=[QUOTES],
    methods=["GetQuote"],
    check=_check_minimum_price,
    hints=[
        "Work out the price by weight first. `//` divides and drops the rest: `weight // 10` is the number of full steps.",
        "`max(a, b)` gives the larger of two numbers; that is all a minimum needs.",
        "Enum values are numbers with names in the module: `request.speed == quote_pb2.SPEED_EXPRESS`. "
        "Add the surcharge after the minimum.",
    ],
    stub="""
        @unary.minimum_price
        class PricedQuotes(quote_pb2_grpc.QuoteServiceServicer):
            def GetQuote(self, request, context):
                # your code here
                ...
    """,
    answer="""
        @unary.minimum_price
        class PricedQuotes(quote_pb2_grpc.QuoteServiceServicer):
            def GetQuote(self, request, context):
                price = max(450, request.weight_grams // 10 * 2)
                if request.speed == quote_pb2.SPEED_EXPRESS:
                    price += 300
                return quote_pb2.GetQuoteResponse(price_cents=price)
    """,
    reason="The minimum holds for the price by weight, so the surcharge comes after it. Whole cents and `//` keep "
    "every number exact; a float would bring rounding errors onto an invoice.",
    wrong_answers=[
        wrong(
            "The minimum is missing",
            ("max(450, request.weight_grams // 10 * 2)", "request.weight_grams // 10 * 2"),
        ),
        wrong("not a part of every price", ("max(450, ", "(450 + ")),
        wrong("it should be a floor", ("max(", "min(")),
        wrong(
            "Only full steps of 10 g count",
            ("request.weight_grams // 10 * 2", "request.weight_grams * 2 // 10"),
        ),
        wrong(
            "The minimum swallows the surcharge",
            (
                "        price = max(450, request.weight_grams // 10 * 2)",
                "        price = request.weight_grams // 10 * 2",
            ),
            ("price_cents=price", "price_cents=max(450, price)"),
        ),
        wrong("Express is not dearer yet", ("quote_pb2.SPEED_EXPRESS", '"SPEED_EXPRESS"')),
        wrong("gave back an int", ("quote_pb2.GetQuoteResponse(price_cents=price)", "price")),
        wrong("Is a `return` missing", ("return ", "")),
        wrong("`/` gives a fraction", ("// 10", "/ 10"), outcome="raised"),
    ],
)
