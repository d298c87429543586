"""Short ways to write the messages of a ride, for the checks."""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf.message import Message

from .setup import tracking_pb2

Place = tuple[float, float]


def request(parcel_id: str = "P-1") -> Message:
    """What a customer asks for."""
    return tracking_pb2.TrackParcelRequest(parcel_id=parcel_id)


def seen(place: Place, arrived: bool = False) -> Message:
    """One message of the stream."""
    position = tracking_pb2.Position(x_km=place[0], y_km=place[1])
    return tracking_pb2.TrackParcelResponse(position=position, arrived=arrived)


def ride(places: list[Place]) -> list[Message]:
    """All messages of a ride that ends at the last place."""
    return [seen(place, number == len(places)) for number, place in enumerate(places, 1)]


def text(places: Iterable[Place]) -> str:
    """`(1, 4), (7.25, 5.5)`."""
    return ", ".join(f"({x:g}, {y:g})" for x, y in places) or "no place"
