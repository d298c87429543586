"""A question on two ways to count bytes, answered by counting them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

from helpers.wire.taps.open_taps import tap

from ...servers import serve_http
from ..engine import Check, Option, Predict
from .setup import QUOTES, quote_pb2, quote_pb2_grpc

_CALLS = 10


def _grpc_bytes(check: Check) -> tuple[int, int]:
    request = quote_pb2.GetQuoteRequest(weight_grams=1200)
    reply = quote_pb2.GetQuoteResponse(price_cents=690)
    with check.fake_server(GetQuote=reply) as server, tap(server) as wire:
        return _a_call(
            wire,
            lambda: grpc.insecure_channel(wire.address, options=[("grpc.use_local_subchannel_pool", 1)]),
            lambda channel: quote_pb2_grpc.QuoteServiceStub(channel).GetQuote(request),
        )


def _rest_bytes() -> tuple[int, int]:
    import httpx
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def quote(request: Request) -> JSONResponse:
        await request.json()
        return JSONResponse({"price_cents": 690})

    app = Starlette(routes=[Route("/quotes", quote, methods=["POST"])])
    with serve_http(app) as server, tap(server) as wire:
        url = f"http://{wire.address}/quotes"
        return _a_call(
            wire,
            lambda: httpx.Client(trust_env=False),
            lambda client: client.post(url, json={"weight_grams": 1200}),
        )


def _a_call(wire: Any, connect: Callable[[], Any], call: Callable[[Any], object]) -> tuple[int, int]:
    """Bytes a call, with a connection for each, and with one for all."""
    with wire.capture() as single:
        for _ in range(_CALLS):
            with connect() as client:
                call(client)
    with wire.capture() as kept, connect() as client:
        for _ in range(_CALLS):
            call(client)
    return round(single.totals.wire / _CALLS), round(kept.totals.wire / _CALLS)


def _observe_fewer_bytes(check: Check) -> tuple[object, str]:
    (grpc_single, grpc_kept), (rest_single, rest_kept) = _grpc_bytes(check), _rest_bytes()
    account = (
        f"A connection for each call: {grpc_single} bytes a call by gRPC, {rest_single} by REST. "
        f"One connection for all ten: {grpc_kept} and {rest_kept}."
    )
    pairs = ((grpc_single, rest_single), (grpc_kept, rest_kept))
    return tuple("gRPC" if one < other else "REST" for one, other in pairs), account


fewer_bytes = Predict(
    title="Which of the two sends fewer bytes?",
    task="The same small question is asked ten times by gRPC, and ten times by REST over HTTP/1.1 with httpx. Two people "
    "count the bytes of both sides, with connections and all, and divide by ten. The first opens a connection for each "
    "call and closes it afterwards; the second keeps one open for all ten. Whose side sends fewer bytes a call?",
    services=[QUOTES],
    observe=_observe_fewer_bytes,
    expected=("REST", "gRPC"),
    options=[
        Option(
            "gRPC for both: it is binary.",
            "The message is, and it is the smallest part here. What is sent once for each connection?",
            ("gRPC", "gRPC"),
        ),
        Option(
            "REST for both: HTTP/2 has more frames than HTTP/1.1 has lines.",
            "For a single call it is so. But what was sent before on a connection HTTP/2 sends as a number.",
            ("REST", "REST"),
        ),
        Option(
            "REST for the first, gRPC for the second.",
            "Right: gRPC spends bytes on a new connection, and gets them back with the calls that follow on it.",
            ("REST", "gRPC"),
        ),
        Option(
            "gRPC for the first, REST for the second.",
            "The other way round: HTTP/1.1 begins without ceremony, and says the same headers each time.",
            ("gRPC", "REST"),
        ),
    ],
    hints=[
        "What goes over a new HTTP/2 connection before the first request? And over one of HTTP/1.1?",
        "The tenth request of HTTP/1.1 is as long as its first. How long is the tenth HEADERS frame?",
    ],
    reason="Both people counted right, and either could write a headline. A figure is worth as much as the description "
    "of how it came about: kept connections or new ones, first calls or later ones, small messages or large.",
)
