"""The depot with FastAPI, as its tutorial has it: models, type hints, and JSON made from them."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Literal

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from . import business


class Delivery(BaseModel):
    """What to deliver."""

    weight_grams: int
    distance_km: float
    speed: Literal["standard", "express"]


class Price(BaseModel):
    """What it costs."""

    price_cents: int


class Parcel(BaseModel):
    """A parcel in the depot."""

    parcel_id: str
    recipient: str
    weight_grams: int
    speed: Literal["standard", "express"]
    price_cents: int


class Position(BaseModel):
    """Where a courier is."""

    courier_id: str
    x_km: float
    y_km: float


app = FastAPI()


@app.post("/price")
async def price_delivery(delivery: Delivery) -> Price:
    """The price of one delivery."""
    return Price(price_cents=business.price(delivery.weight_grams, delivery.distance_km, delivery.speed))


@app.post("/photo")
async def store_photo(request: Request) -> Response:
    """Stores a photo and gives it back."""
    return Response(business.store(await request.body()), media_type="application/octet-stream")


@app.get("/parcels", response_model=list[Parcel])
async def list_parcels(limit: int):
    """The parcels that wait here."""
    return business.parcels(limit)


@app.get("/positions")
async def watch_couriers(count: int) -> AsyncIterable[Position]:
    """Where couriers are, a line of JSON each; FastAPI writes every line by itself."""
    for positions in business.positions(count):
        for position in positions:
            yield Position.model_validate(position, from_attributes=True)
