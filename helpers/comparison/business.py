"""The depot's business, in plain functions and plain values: no framework is known here.

Every server of the comparison calls these functions and adds nothing but its own way of speaking, so what
differs between two servers is that way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PER_KM_CENTS = {"standard": 40, "express": 70}


@dataclass(frozen=True)
class Parcel:
    """A parcel in the depot.

    Attributes:
        parcel_id: `P-1`, `P-2`, ...
        recipient: a name.
        weight_grams: in grams.
        speed: `standard` or `express`.
        price_cents: what was asked for it, in cents.
    """

    parcel_id: str
    recipient: str
    weight_grams: int
    speed: str
    price_cents: int


@dataclass(frozen=True)
class Position:
    """Where a courier is.

    Attributes:
        courier_id: `C-1`, `C-2`, ...
        x_km: kilometers from the western edge of the city map, to the meter.
        y_km: kilometers from its southern edge, to the meter.
    """

    courier_id: str
    x_km: float
    y_km: float


def price(weight_grams: int, distance_km: float, speed: str) -> int:
    """The price of a delivery, in cents."""
    return 450 + weight_grams // 5 + round(PER_KM_CENTS[speed] * distance_km)


def store(photo: bytes) -> bytes:
    """Stores a photo and returns what is now in the store: the same bytes."""
    return photo


def parcels(limit: int) -> Sequence[Parcel]:
    """The first `limit` parcels of the depot."""
    return PARCELS[:limit]


def positions(count: int, at_once: int = 1) -> Iterator[Sequence[Position]]:
    """The first `count` reports of couriers, `at_once` of them at a time."""
    for start in range(0, count, at_once):
        yield POSITIONS[start : min(start + at_once, count)]


def _parcel(number: int) -> Parcel:
    weight, speed = 100 + number * 7919 % 9900, "express" if number % 3 == 0 else "standard"
    recipient = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]}"
    return Parcel(f"P-{number}", recipient, weight, speed, price(weight, number * 37 % 120 / 10, speed))


def _position(number: int) -> Position:
    return Position(f"C-{1 + number % 40}", number * 7919 % 12_000 / 1000, number * 104_729 % 8_000 / 1000)


GIVEN = ("Ada", "Bo", "Chiara", "Dmitri", "Emre", "Fatou", "Grace", "Hedwig", "Ivo", "Jun", "Katalin")
FAMILY = ("Abara", "Bakker", "Castillo", "Dubois", "Eriksen", "Fischer", "García", "Hofer", "Ito", "Jansen")

# They are in memory, as in the cache of a real depot: what is measured is how they travel.
PARCELS = tuple(_parcel(number) for number in range(1, 1001))
POSITIONS = tuple(_position(number) for number in range(20_000))
