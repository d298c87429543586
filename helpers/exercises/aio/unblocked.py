"""A handler that leaves a blocking line to a thread."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc

from ..engine import Check, Raised, WriteServicer, wrong
from .setup import QUOTES, quote_pb2

_PRICES = {1200: 731, 1: 17, 30_000: 2999}  # of no rule that could be guessed
_ON_THE_LOOP = (
    "`price` ran on the loop's own thread, so that nothing else could run meanwhile. Give the function itself to "
    "`asyncio.to_thread`, and what it is called with behind it."
)
_OTHER = {
    540: "This is the price of the code that you were given, and this server has another list. Call `self.price`.",
    0: "The price has not come into the reply. Is `price_cents=` set?",
    Raised: "",
}


def _check_unblocked(check: Check) -> None:
    places: list[str] = []
    asked: list[int] = []

    def price(weight_grams: int) -> int:
        asked.append(weight_grams)
        try:
            asyncio.get_running_loop()
            places.append("the loop's thread")
        except RuntimeError:
            places.append("a thread of its own")
        return _PRICES[weight_grams]

    with check.serve(aio=True) as quotes:
        for grams, cents in ((1201, 540), (29, 500), (61, 502)):
            _expect_old_price(check, quotes.servicer, grams, cents)
        quotes.servicer.price = price
        for grams, cents in _PRICES.items():
            asked.clear()
            places.clear()
            ended = quotes.call("GetQuote", quote_pb2.GetQuoteRequest(weight_grams=grams))
            ended.expect_reply(_OTHER, price_cents=cents)
            ended.expect(asked == [grams], "one call of `price`", f"{len(asked)} calls", "Once is enough.")
            ended.expect(
                places == ["a thread of its own"], "`price` on a thread of its own", places[0], _ON_THE_LOOP
            )
        for grams in (0, -5):
            asked.clear()
            ended = quotes.call("GetQuote", quote_pb2.GetQuoteRequest(weight_grams=grams))
            ended.expect_status(
                grpc.StatusCode.INVALID_ARGUMENT,
                naming="weight_grams",
                diagnosis={
                    grpc.StatusCode.OK: "A parcel of no weight got a price. `await context.abort(code, text)` refuses it.",
                    KeyError: "This weight has no price, and `price` was asked for one all the same. Refuse it before.",
                },
            )
            before = "Refuse the request before you ask for a price."
            ended.expect(not asked, "`price` not called", "`price` called", before)


def _expect_old_price(check: Check, servicer: Any, grams: int, cents: int) -> None:
    """Expects that the learner's `price` is still the one that was given."""
    try:
        given = servicer.price(grams)
    except Exception as error:
        given = type(error).__name__
    as_it_was = "`price` stands for a library that you cannot change. Leave it as it was."
    check.expect(given == cents, f"{cents}", f"{given}", as_it_was, called=f"self.price({grams})")


unblocked = WriteServicer(
    title="A price that does not block",
    task="""
        **Input:** a `GetQuoteRequest` with `weight_grams`. The method `price` below is slow, and blocks the thread on
        which it runs; it stays as it is.

        **Goal:** answer with the `price_cents` that `self.price` gives, asked once, without blocking the loop. Refuse
        a weight of 0 or less with `INVALID_ARGUMENT` and a text that names `weight_grams`, before asking.

        **Example:** while one customer's `price` sleeps, the handlers of all others go on.
    """,
    services=[QUOTES],
    check=_check_unblocked,
    hints=[
        "Who could wait for a function that blocks, other than the loop?",
        "`await asyncio.to_thread(function, argument)` runs `function(argument)` on a thread, and gives what it returns.",
        "On asyncio `context.abort` is awaited, too.",
    ],
    reason="The loop hands the slow line to a thread and goes on; the `await` comes back with the result. A `def GetQuote` "
    "without `async` is as good: then the whole handler runs on a thread, and `abort` is not awaited.",
    wrong_answers=[
        wrong(
            "on the loop's own thread",
            ("await asyncio.to_thread(self.price, request.weight_grams)", "self.price(request.weight_grams)"),
        ),
        wrong(
            "on the loop's own thread",
            (
                "asyncio.to_thread(self.price, request.weight_grams)",
                "asyncio.to_thread(int, self.price(request.weight_grams))",
            ),
        ),
        wrong(
            "this server has another list",
            ("await asyncio.to_thread(self.price, request.weight_grams)", "500 + request.weight_grams // 30"),
        ),
        wrong("got a price").diff("""
            -        if request.weight_grams <= 0:
            -            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "weight_grams must be larger than 0")
            -        price_cents = await asyncio.to_thread(self.price, request.weight_grams)
            +        price_cents = 0
            +        if request.weight_grams > 0:
            +            price_cents = await asyncio.to_thread(self.price, request.weight_grams)
        """),
        wrong("Refuse the request before you ask").diff("""
            -        if request.weight_grams <= 0:
            -            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "weight_grams must be larger than 0")
            -        price_cents = await asyncio.to_thread(self.price, request.weight_grams)
            +        try:
            +            price_cents = await asyncio.to_thread(self.price, request.weight_grams)
            +        except KeyError:
            +            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "weight_grams must be larger than 0")
        """),
        wrong("Leave it as it was", ("return 500 + weight_grams // 30", "return 400 + weight_grams // 30")),
        wrong("let it name `weight_grams`", ("weight_grams must be larger", "must be larger")),
        wrong(
            "Once is enough",
            (
                "        price_cents = await",
                "        await asyncio.to_thread(self.price, request.weight_grams)\n        price_cents = await",
            ),
        ),
    ],
)
