"""A servicer that checks what the schema cannot, and tells all faults at once."""

from __future__ import annotations

import grpc

from ..engine import Case, Check, Raised, WriteServicer, raises, wrong
from ..engine.formatting import status_text
from ..engine.servicer_client import ServicerClient
from .setup import QUOTES, quote_pb2

_FIELDS = ("weight_grams", "distance_km", "speed")
_UNSET = (
    "It was quoted. A field that nobody has set reads as 0, and nothing tells that from a 0 that was sent."
)
_OPEN = "It was quoted. An enum in proto3 is open: {} has no name, and the handler gets it all the same."
_NAN = (
    "NaN is neither less nor more than anything, so `distance_km < 0` is False for it. Ask the other way round, for "
    'what is right: `0 <= distance_km < float("inf")`.'
)
_INFINITE = "Infinity is a double like any other, and more than 0. Is there an upper limit in your condition?"

# What is wrong with a request, by field; the rest of it is right. And what it means to let it through.
_FAULTS: list[tuple[dict[str, object], str]] = [
    ({"weight_grams": 0}, _UNSET),
    ({"weight_grams": -5}, "It was quoted. An int32 can be negative, whatever it stands for."),
    ({"speed": quote_pb2.SPEED_UNSPECIFIED}, f"{_UNSET} That is why the 0 of an enum means unspecified."),
    ({"speed": 9}, _OPEN.format(9)),
    ({"speed": 3}, _OPEN.format(3)),
    ({"speed": -1}, _OPEN.format(-1)),
    ({"distance_km": -0.25}, "It was quoted. No road has a negative length."),
    ({"distance_km": float("nan")}, f"It was quoted. {_NAN}"),
    ({"distance_km": float("inf")}, f"It was quoted. {_INFINITE}"),
    ({"weight_grams": -5, "speed": 9}, _UNSET),
    ({"weight_grams": 0, "distance_km": float("-inf"), "speed": 0}, _UNSET),
]


_FINE = {
    grpc.StatusCode.INVALID_ARGUMENT: "This request is right in every field. Look at the limits once more: 1 g is enough, "
    "and so are 0 km, and there is no upper limit.",
    ...: "The price is none of your concern here; leave it as given.",
}


def _costs(cents: int, grams: int, km: float, speed: int = quote_pb2.SPEED_STANDARD) -> Case:
    request = quote_pb2.GetQuoteRequest(weight_grams=grams, distance_km=km, speed=speed)
    return Case(request, {"price_cents": cents}, _FINE)


def _check_checked_quote(check: Check) -> None:
    with check.serve() as quotes:
        for fields, let_through in _FAULTS:
            _expect_refusal(quotes, fields, let_through)


def _expect_refusal(quotes: ServicerClient, fields: dict[str, object], let_through: str) -> None:
    right = {"weight_grams": 1200, "distance_km": 3.5, "speed": quote_pb2.SPEED_STANDARD}
    call = quotes.call("GetQuote", quote_pb2.GetQuoteRequest(**{**right, **fields}))
    raised = {
        OverflowError: f"The infinite distance got as far as the price. {_INFINITE}",
        ValueError: f"The distance that is no number (NaN) got as far as the price. {_NAN}",
    }
    call.expect_status(grpc.StatusCode.INVALID_ARGUMENT, diagnosis={
        grpc.StatusCode.OK: let_through,
        grpc.StatusCode.OUT_OF_RANGE: "OUT_OF_RANGE means that asking again later may help, as beyond the end of a file. "
        "This request is wrong whatever happens: INVALID_ARGUMENT.",
        grpc.StatusCode.FAILED_PRECONDITION: "FAILED_PRECONDITION means that the same request may be fine later. This one "
        "never will be: INVALID_ARGUMENT.",
        Raised: "What you raise reaches the client as UNKNOWN. `context.abort(code, text)` says whose mistake it is.",
        **(raised if "distance_km" in fields else {}),
    })  # fmt: skip
    named = [name for name in _FIELDS if name in call.details.lower()]
    missing = [name for name in fields if name not in named]
    extra = [name for name in named if name not in fields]
    actual = status_text(call.code, call.details) if call.details else "INVALID_ARGUMENT without a text"
    wanted = f"INVALID_ARGUMENT with a text that names {' and '.join(fields)}, and no other field"
    call.expect(not missing, wanted, actual, (
        f"The status is right, and its text does not name `{missing[0]}`, so nobody knows what to correct." if not named
        else "Only a part of it is told. Whoever corrects that and sends again is refused again: collect the faults in a "
        "list, and abort once, after looking at all the fields."
    ) if missing else "")  # fmt: skip
    call.expect(not extra, wanted, actual, (
        f"`{extra[0]}` is right in this request, and your text names it. Name the fields that are at fault, and no other."
    ) if extra else "")  # fmt: skip


checked_quote = WriteServicer(
    title="All faults at once",
    task="""
        **Input:** a `GetQuoteRequest`. The code below quotes whatever comes.

        **Goal:** refuse what cannot be meant, with `INVALID_ARGUMENT` and one text that names every field at
        fault and no other, as FastAPI's 422 does with its list. Right are: a `weight_grams` above 0; a
        `distance_km` of 0 or more that is a finite number; a `speed` that is standard or express.

        **Example:** -5 g with speed 9 are refused with `weight_grams must be above 0; speed must be standard
        or express`; 1200 g over 3.5 km by standard still cost 508 cents.
    """,
    services=[QUOTES],
    cases=[
        _costs(508, 1200, 3.5),
        _costs(1016, 1200, 3.5, quote_pb2.SPEED_EXPRESS),
        _costs(300, 1, 0.0),
        _costs(25_000_000_200_000_300, 2_000_000_000, 1e15),
    ],
    check=_check_checked_quote,
    hints=[
        "Look at each field in an `if` of its own, and only note what is wrong: `faults.append(...)`. What to do about "
        "it comes after the last field.",
        "A double can be NaN or infinite. Say what is right, and turn it round with `not`: "
        '`if not 0 <= request.distance_km < float("inf"):`.',
        "`request.speed not in (quote_pb2.SPEED_STANDARD, quote_pb2.SPEED_EXPRESS)`, and at the end `if faults:` "
        '`context.abort(grpc.StatusCode.INVALID_ARGUMENT, "; ".join(faults))`.',
    ],
    reason="The schema promises types, the handler makes sure of sense, and whoever has three mistakes corrects them in "
    "one go. A text is for people. Where a program should read the faults, `google.rpc.BadRequest` carries them field by "
    "field, in the trailers.",
    wrong_answers=[
        wrong(
            "there is no upper limit", ("request.weight_grams <= 0", "not 0 < request.weight_grams <= 30_000")
        ),
        wrong("there is no upper limit", ('float("inf")', "1000")),
        wrong("there is no upper limit", ('float("inf")', "1e9")),
        wrong("-1 has no name").diff("""
            -        if request.speed not in (quote_pb2.SPEED_STANDARD, quote_pb2.SPEED_EXPRESS):
            +        if not request.speed or request.speed > quote_pb2.SPEED_EXPRESS:
        """),
        wrong("No road has a negative length", ("not 0 <= request", "not -0.5 <= request")),
        wrong("nothing tells that from a 0", ("if request.weight_grams <= 0", "if request.weight_grams < 0")),
        wrong("An int32 can be negative", ("if request.weight_grams <= 0", "if not request.weight_grams")),
        wrong(
            "the 0 of an enum means unspecified",
            ("(quote_pb2.SPEED_STANDARD, quote_pb2.SPEED_EXPRESS)", "quote_pb2.Speed.values()"),
        ),
        wrong(
            "An enum in proto3 is open",
            ("request.speed not in (quote_pb2.SPEED_STANDARD, quote_pb2.SPEED_EXPRESS)", "not request.speed"),
        ),
        wrong("No road has a negative length", ('not 0 <= request.distance_km < float("inf")', "False")),
        raises(
            "NaN is neither less nor more",
            ('not 0 <= request.distance_km < float("inf")', "request.distance_km < 0"),
        ),
        wrong(
            "NaN is neither less nor more",
            ('not 0 <= request.distance_km < float("inf")', "request.distance_km < 0"),
            (
                "round(25 * request.distance_km)",
                "(round(25 * request.distance_km) if request.distance_km > 0 else 0)",
            ),
        ),
        raises(
            "Is there an upper limit",
            ('not 0 <= request.distance_km < float("inf")', "not request.distance_km >= 0"),
        ),
        wrong("1 g is enough, and so are 0 km", ("not 0 <= ", "not 0 < ")),
        wrong("1 g is enough, and so are 0 km", ("weight_grams <= 0", "weight_grams <= 1")),
        wrong(
            "Only a part of it is told",
            ("    if not 0 <=", "    elif not 0 <="),
            ("    if request.speed not", "    elif request.speed not"),
        ),
        wrong("Only a part of it is told", ('"; ".join(faults)', "faults[0]")),
        wrong(
            "Name the fields that are at fault",
            ('"; ".join(faults)', '"look at weight_grams, distance_km and speed"'),
        ),
        wrong("nobody knows what to correct", ('"; ".join(faults)', '"bad request"')),
        wrong("nobody knows what to correct", ("weight_grams must be", "the weight must be")),
        wrong("wrong whatever happens", ("INVALID_ARGUMENT", "OUT_OF_RANGE")),
        wrong("may be fine later", ("INVALID_ARGUMENT", "FAILED_PRECONDITION")),
        raises("says whose mistake it is").diff("""
            -            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "; ".join(faults))
            +            raise ValueError("; ".join(faults))
        """),
        wrong("leave it as given", ("price_cents *= 2", "price_cents += 300")),
    ],
)
