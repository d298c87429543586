"""A servicer that works something out: a price with a minimum and a surcharge."""

from __future__ import annotations

from ..engine import Case, WriteServicer, raises, wrong
from ..engine.diagnosis import Diagnosis
from .setup import QUOTES, quote_pb2

_MINIMUM = "The minimum is missing: a light parcel costs 450 cents, too."
_STEPS = "Only full steps of 10 g count: first cut the weight down to full steps, then multiply."
_STANDARD = (
    "Only express costs more. STANDARD is the number 1, so it counts as true, too: compare with a name."
)


def _costs(cents: int, diagnosis: Diagnosis, **fields: object) -> Case:
    return Case(quote_pb2.GetQuoteRequest(**fields), {"price_cents": cents}, diagnosis)


_CASES = [
    _costs(1000, {
        1450: "450 cents is the least a delivery can cost, not a part of every price. Take the larger of two numbers.",
        450: "5 kg cost 450 cents here, which is what the lightest parcel costs. Of the minimum and the price by weight "
        "the larger one counts.",
    }, weight_grams=5000),
    _costs(450, {20: _MINIMUM, 0: "Is `price_cents` set in the reply?"}, weight_grams=100),
    _costs(602, {603: _STEPS, 604: _STEPS}, weight_grams=3019),
    _costs(452, {450: "2260 g cost a little more than the minimum already."}, weight_grams=2260),
    _costs(450, {0: _MINIMUM}, weight_grams=0),
    _costs(1300, {
        1000: "Express is not dearer yet. Compare `request.speed` with `quote_pb2.SPEED_EXPRESS`.",
    }, weight_grams=5000, speed=quote_pb2.SPEED_EXPRESS),
    _costs(750, {
        450: "The minimum swallows the surcharge. Apply the minimum first, and add the 300 after it.",
    }, weight_grams=100, speed=quote_pb2.SPEED_EXPRESS),
    _costs(1000, {1300: _STANDARD}, weight_grams=5000, speed=quote_pb2.SPEED_STANDARD),
    _costs(450, {750: _STANDARD}, weight_grams=100, speed=quote_pb2.SPEED_STANDARD),
    _costs(1000, {
        1300: "Only express costs more. A newer client may send a speed that this contract does not have yet: "
        "compare with `quote_pb2.SPEED_EXPRESS`, and with nothing else.",
    }, weight_grams=5000, speed=7),
    _costs(1000, {1300: "A call before this one was by express. Is its surcharge kept somewhere?"}, weight_grams=5000),
    _costs(246_912, "5 kg were right, and this heavy parcel is not. The rule is the same for every weight.",
           weight_grams=1_234_567),
    _costs(1000, "Weight and speed make the price, and nothing else: here the way was 80 km, and costs nothing.",
           weight_grams=5000, distance_km=80),
]  # fmt: skip

minimum_price = WriteServicer(
    title="A price with a minimum",
    task="""
        **Input:** a `GetQuoteRequest` with `weight_grams` and `speed`.

        **Goal:** answer with the price in cents. Every full 10 g cost 2 cents, and no delivery costs less
        than 450 cents. `SPEED_EXPRESS` costs 300 cents on top of that; no other speed costs more.

        **Example:** 5000 g cost 1000 cents; 100 g cost 450 cents; 100 g by express cost 750 cents.
    """,
    services=[QUOTES],
    cases=_CASES,
    hints=[
        "Work out the price by weight first. `//` divides and drops the rest: `weight // 10` is the number of full steps.",
        "`max(a, b)` gives the larger of two numbers; that is all a minimum needs.",
        "Enum values are numbers with names in the module: `request.speed == quote_pb2.SPEED_EXPRESS`. "
        "Add the surcharge after the minimum.",
    ],
    reason="The minimum holds for the price by weight, so the surcharge comes after it. Whole cents and `//` keep "
    "every number exact; a float would bring rounding errors onto an invoice.",
    wrong_answers=[
        wrong(
            "The minimum is missing",
            ("max(450, request.weight_grams // 10 * 2)", "request.weight_grams // 10 * 2"),
        ),
        wrong("not a part of every price", ("max(450, ", "(450 + ")),
        wrong("the larger one counts", ("max(", "min(")),
        wrong("Only full steps of 10 g count", (".weight_grams // 10 * 2", ".weight_grams * 2 // 10")),
        wrong(
            "The minimum swallows the surcharge",
            ("price = max(450, request.weight_grams // 10 * 2)", "price = request.weight_grams // 10 * 2"),
            ("price_cents=price", "price_cents=max(450, price)"),
        ),
        wrong("Express is not dearer yet", ("quote_pb2.SPEED_EXPRESS", '"SPEED_EXPRESS"')),
        wrong("gave back an int", ("quote_pb2.GetQuoteResponse(price_cents=price)", "price")),
        wrong("Is a `return` missing", ("return ", "")),
        wrong("the way was 80 km, and costs nothing", ("10 * 2", "10 * 2 + round(25 * request.distance_km)")),
        wrong(
            "The rule is the same for every weight",
            ("request.weight_grams //", "min(request.weight_grams, 30_000) //"),
        ),
        wrong("STANDARD is the number 1", ("request.speed == quote_pb2.SPEED_EXPRESS", "request.speed")),
        wrong("compare with `quote_pb2.SPEED_EXPRESS`", ("==", ">=")),
        raises("`/` gives one even where it comes out even", ("// 10", "/ 10")),
        raises("with its fields by name", ("price_cents=price", "price")),
        raises("`GetQuoteRequest` has no field `weight`", ("request.weight_grams", "request.weight")),
    ],
)
