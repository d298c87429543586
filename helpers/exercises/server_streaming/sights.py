"""Short ways to write the messages of a ride, for the checks."""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf.message import Message

from ..engine import FunctionResult
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


def as_pairs(value: object) -> list[Place] | None:
    """A list of places, whichever kind of pair of numbers each of them is; None for anything else."""
    if not isinstance(value, list):
        return None
    pairs = [tuple(item) for item in value if isinstance(item, (tuple, list)) and len(item) == 2]
    pairs = [pair for pair in pairs if all(isinstance(number, (int, float)) for number in pair)]
    return pairs if len(pairs) == len(value) else None


def expect_request(result: FunctionResult, parcel_id: str) -> None:
    """Expects one `TrackParcel`, for the parcel that the learner's function was given."""
    once = {
        0: "`TrackParcel` was never called.",
        ...: "One call is enough: its stream gives one message after the other.",
    }
    result.expect_attempts("TrackParcel", 1, once)
    asked = result.received("TrackParcel")[0].requests[0].parcel_id
    given = "Ask for the parcel that your function was given: a function is for every parcel."
    result.expect(asked == parcel_id, f'parcel_id="{parcel_id}"', f'parcel_id="{asked}"', given)
