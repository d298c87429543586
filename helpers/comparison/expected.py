"""The requests of all clients, and the answers expected: a reply that is not right is never timed as one."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from . import business

PATIENCE = 30.0
"""Seconds that a client waits for an answer. Each has such a limit, as clients should."""

DELIVERY: dict[str, Any] = {"weight_grams": 1200, "distance_km": 7.5, "speed": "express"}
PRICE_CENTS = business.price(**DELIVERY)
PHOTO = random.Random(40).randbytes(1_000_000)  # as incompressible as a photo
PARCELS = len(business.PARCELS)
POSITIONS = len(business.POSITIONS)
LINES = 100
"""Positions in one message, or lines in one write, where they are sent together."""


class WrongAnswer(Exception):
    """A server answered, but not what it should have; says what came, and what was expected."""


def check_status(status: int) -> None:
    """Raises WrongAnswer unless an HTTP status is 200."""
    if status != 200:
        raise WrongAnswer(f"HTTP status {status} instead of 200")


def check_price(cents: int) -> None:
    """Raises WrongAnswer unless it is the price of `DELIVERY`."""
    if cents != PRICE_CENTS:
        raise WrongAnswer(f"a price of {cents!r} cents instead of {PRICE_CENTS}")


def check_photo(photo: bytes) -> None:
    """Raises WrongAnswer unless it is `PHOTO`, byte by byte."""
    if photo != PHOTO:
        raise WrongAnswer(f"a photo of {len(photo):,} bytes that is not the one sent")


def value_of_parcel(record: Mapping) -> int:
    """A number that every field of a parcel has a part in, so that each of them is really read."""
    return (
        len(record["parcel_id"])
        + len(record["recipient"])
        + record["weight_grams"]
        + (record["speed"] == "express")
        + record["price_cents"]
    )


def check_parcel_dicts(records: Sequence[Mapping]) -> None:
    """Raises WrongAnswer unless these are all parcels; reads every field of each."""
    check_parcels(len(records), sum(map(value_of_parcel, records)))


def value_of_position(record: Mapping) -> float:
    """A number that every field of a position has a part in."""
    return len(record["courier_id"]) + record["x_km"] + record["y_km"]


def check_parcels(count: int, total: int) -> None:
    """Raises WrongAnswer unless `count` parcels came whose values add up to `total`."""
    _check_sum("parcels", count, total, PARCELS, _parcels_total())


def check_positions(asked: int, count: int, total: float) -> None:
    """Raises WrongAnswer unless `asked` positions came whose values add up to `total`."""
    _check_sum("positions", count, total, asked, _positions_total(asked))


def _check_sum(what: str, count: int, total: float, right_count: int, right_total: float) -> None:
    # The order of additions may round the last digits of a sum, no more.
    if count != right_count or abs(total - right_total) > 1e-6:
        raise WrongAnswer(
            f"{count:,} {what} that add up to {total:,.3f} instead of {right_count:,} and {right_total:,.3f}"
        )


@functools.lru_cache
def _parcels_total() -> int:
    return sum(value_of_parcel(asdict(parcel)) for parcel in business.parcels(PARCELS))


@functools.lru_cache
def _positions_total(count: int) -> float:
    return sum(value_of_position(asdict(position)) for (position,) in business.positions(count))
