"""The depot with Starlette and orjson, by hand: nothing is validated, nothing is described, all is fast."""

from __future__ import annotations

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from . import business


async def price_delivery(request: Request) -> Response:
    """The price of one delivery."""
    delivery = orjson.loads(await request.body())
    cents = business.price(delivery["weight_grams"], delivery["distance_km"], delivery["speed"])
    return _json({"price_cents": cents})


async def store_photo(request: Request) -> Response:
    """Stores a photo and gives it back."""
    return Response(business.store(await request.body()), media_type="application/octet-stream")


async def list_parcels(request: Request) -> Response:
    """The parcels that wait here."""
    return _json(business.parcels(int(request.query_params["limit"])))


async def watch_couriers(request: Request) -> Response:
    """Where couriers are, a line of JSON each, `per_write` lines at a time."""
    count, per_write = int(request.query_params["count"]), int(request.query_params["per_write"])

    async def lines():
        for positions in business.positions(count, per_write):
            yield b"".join(orjson.dumps(position, option=orjson.OPT_APPEND_NEWLINE) for position in positions)

    return StreamingResponse(lines(), media_type="application/x-ndjson")


def _json(content) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")


app = Starlette(
    routes=[
        Route("/price", price_delivery, methods=["POST"]),
        Route("/photo", store_photo, methods=["POST"]),
        Route("/parcels", list_parcels),
        Route("/positions", watch_couriers),
    ]
)
