"""A depot as FastAPI's tutorial would write it: a model with types, and no check beyond them.

Imported only when the question is checked, since importing FastAPI takes a while.
"""

from __future__ import annotations

from typing import Literal

from fastapi import FastAPI
from pydantic import BaseModel


class Delivery(BaseModel):
    """What to quote for."""

    weight_grams: int
    speed: Literal["standard", "express"]


app = FastAPI()


@app.post("/quotes")
async def quote(delivery: Delivery) -> dict[str, int]:
    """Quotes whatever the model lets through."""
    return {"price_cents": 450}
