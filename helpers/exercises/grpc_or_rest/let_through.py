"""A question on what a schema refuses, answered by two servers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc
from google.protobuf.message import Message

from ..engine import Check, Option, Predict
from .setup import QUOTES, quote_pb2, quote_pb2_grpc

_MISSING, _TELEPORT, _INSURED, _NEGATIVE = "a missing weight", "an unknown speed", "`insured`", "-5 g"


def _delivery(**fields: object) -> Message:
    return quote_pb2.GetQuoteRequest(**{"weight_grams": 1200, "speed": quote_pb2.SPEED_STANDARD, **fields})


def _insured() -> Message:
    """A request of a newer client, whose schema has one more field: `bool insured = 4`."""
    return quote_pb2.GetQuoteRequest.FromString(_delivery().SerializeToString() + b"\x20\x01")


def _through_grpc(check: Check) -> list[str]:
    requests = {
        _MISSING: quote_pb2.GetQuoteRequest(speed=quote_pb2.SPEED_STANDARD),
        _TELEPORT: _delivery(speed=9),
        _INSURED: _insured(),
        _NEGATIVE: _delivery(weight_grams=-5),
    }
    through = []
    with check.fake_server(GetQuote=quote_pb2.GetQuoteResponse(price_cents=450)) as server:
        quotes = quote_pb2_grpc.QuoteServiceStub(server.channel)
        for name, request in requests.items():
            try:
                quotes.GetQuote(request, timeout=5)
            except grpc.RpcError as error:
                if error.code() is not grpc.StatusCode.INVALID_ARGUMENT:
                    raise
            else:
                through.append(name)
    return through


async def _through_rest() -> list[str]:
    import httpx

    from .rest_depot import app

    bodies = {
        _MISSING: {"speed": "standard"},
        _TELEPORT: {"weight_grams": 1200, "speed": "teleport"},
        _INSURED: {"weight_grams": 1200, "speed": "standard", "insured": True},
        _NEGATIVE: {"weight_grams": -5, "speed": "standard"},
    }
    through = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://depot") as client:
        for name, body in bodies.items():
            response = await client.post("/quotes", json=body)
            if response.status_code == 200:
                through.append(name)
            elif response.status_code != 422:
                response.raise_for_status()
    return through


def _observe_let_through(check: Check) -> tuple[object, str]:
    by_grpc, by_rest = _through_grpc(check), asyncio.run(_through_rest())
    account = f"gRPC let through {_listed(by_grpc)}; FastAPI let through {_listed(by_rest)}."
    return (frozenset(by_grpc), frozenset(by_rest)), account


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "nothing"
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


_ALL = frozenset({_MISSING, _TELEPORT, _INSURED, _NEGATIVE})
_SENSE = frozenset({_INSURED, _NEGATIVE})

let_through = Predict(
    title="What does the schema stop?",
    task="Two servers quote a price, and their handlers check nothing. The gRPC one has `int32 weight_grams = 1; "
    "Speed speed = 3;`, the FastAPI one a model with `weight_grams: int` and "
    '`speed: Literal["standard", "express"]`. Each is sent four requests: one without a weight, one with a speed that '
    'nobody knows (number 9; `"teleport"`), one with a field `insured` that only a newer client knows, and one with a '
    "weight of -5. Which of them get to the handler?",
    services=[QUOTES],
    observe=_observe_let_through,
    expected=(_ALL, _SENSE),
    options=[
        Option(
            "None of the four, with either: both have a schema.",
            "A schema says what is there and of which type. -5 is an `int32` like any other, so type alone stops less "
            "than that.",
            (frozenset(), frozenset()),
        ),
        Option(
            "With gRPC only the -5, since its contract is binary and strict; with FastAPI `insured` and the -5.",
            "The half about FastAPI is right. proto3's contract is the more lenient one, though: it is made so that "
            "programs of different age understand each other.",
            (frozenset({_NEGATIVE}), _SENSE),
        ),
        Option(
            "With both, `insured` and the -5; both refuse a missing weight and an unknown speed.",
            "The half about FastAPI is right. In proto3 no field is required, and an enum is open: a number without a "
            "name is kept.",
            (_SENSE, _SENSE),
        ),
        Option(
            "With gRPC all four; with FastAPI `insured` and the -5.",
            "Right: in proto3 a missing weight reads as 0, an unknown number stays in the enum, and an unknown field is "
            "passed over.",
            (_ALL, _SENSE),
        ),
    ],
    hints=[
        "Think of a client that was built last year, or will be next year. Which of its requests should a server "
        "still be able to read?",
        "`GetQuoteRequest().weight_grams` is 0, and nothing tells it from a 0 that was sent. A Pydantic model without "
        "a default for a field requires it.",
    ],
    reason="Neither schema knows what makes sense. FastAPI refuses what does not fit its model and answers with 422 and "
    "all faults in a list; it can be told more in the model, `Field(gt=0)` for one. A gRPC server has to look at missing "
    "values and enum numbers itself, which is the price of old and new programs getting along. The next exercise pays it.",
)
