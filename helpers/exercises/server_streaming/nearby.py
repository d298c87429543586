"""A client that has seen enough, and says so."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

import grpc

from ..engine import Check, Ran, WriteClient, wrong
from ..engine.wording import show
from .setup import TRACKING, tracking_pb2_grpc
from .sights import Place, request, ride, seen, text

_NEAR = 1.0  # kilometers along the streets
_DOOR: Place = (8, 6)
_STRAIGHT: list[Place] = [(1, 6), (5, 6), (7, 6), (7.5, 6), (8, 6)]
_CORNER: list[Place] = [(1, 1), (7.25, 5.5), (7.5, 5.75), (8, 6)]


def _check_until_near(check: Check) -> None:
    called = 'follow(tracking, "P-1", 8, 6)'
    stuck = (
        "The courier has other parcels, too, and this stream goes on and on. `list(stream)` waits for an end; "
        "look at each position when it comes, and stop."
    )
    for places in (_STRAIGHT, _CORNER):
        gone = threading.Event()
        with check.desk(TrackParcel=_endless(places, gone)) as desk:
            tracking, held = _holding(desk.channel)
            ran = check.run(tracking, "P-1", *_DOOR, called=called, within=3, stuck=stuck)
            ran.expect_sent("TrackParcel", request())
            _expect_places(ran, _until_near(places), places)
            ran.expect(
                gone.wait(2), "the stream canceled", "the server still sending",
                "Your function has what it wants, but the server sends on, for a client that nobody asks any more. "
                "Leaving the loop says nothing to it: `stream.cancel()` does.",
            )  # fmt: skip
            held.clear()

    far: list[Place] = [(1, 1), (1, 4), (2, 4)]
    with check.desk(TrackParcel=ride(far)) as desk:
        tracking, _ = _holding(desk.channel)
        called += ", where the ride ends far from it"
        _expect_places(check.run(tracking, "P-1", *_DOOR, called=called, stuck=stuck), far, far)


def _endless(places: list[Place], gone: threading.Event) -> Callable:
    """A handler that sends places and then the last one for ever; `gone` is set when the call is over."""

    def track(request, context: grpc.ServicerContext) -> Iterator:
        context.add_callback(gone.set)
        for place in itertools.chain(places, itertools.repeat(places[-1])):
            yield seen(place)
            if gone.wait(0.01):
                return

    return track


def _holding(channel: grpc.Channel) -> tuple[tracking_pb2_grpc.TrackingServiceStub, list]:
    """A stub that holds on to the streams it makes: Python may cancel one that nobody holds, some time or other."""
    stub, held = tracking_pb2_grpc.TrackingServiceStub(channel), []
    make = stub.TrackParcel

    def track(*args: object, **named: object) -> grpc.Call:
        held.append(make(*args, **named))
        return held[-1]

    stub.TrackParcel = track
    return stub, held


def _until_near(places: list[Place]) -> list[Place]:
    near = [abs(x - _DOOR[0]) + abs(y - _DOOR[1]) <= _NEAR for x, y in places]
    return places[: near.index(True) + 1]


def _expect_places(ran: Ran, wanted: list[Place], places: list[Place]) -> None:
    if isinstance(ran.error, grpc.RpcError):
        after = "After `cancel` there is nothing more to read, and the next round of the loop raises. Leave it: `break`."
        ran.expect_value(wanted, {grpc.StatusCode.CANCELLED: after})
    elif ran.error is not None:
        ran.expect_value(wanted)
    came = ran.value
    likely = "Return a list of pairs `(x, y)`, one for each position that came."
    if came is None:
        likely = (
            "Your function gave back None. Is a `return` missing, perhaps for a ride that never comes near?"
        )
    elif places is _STRAIGHT and came == places[: len(wanted) - 1]:
        likely = "The position that is near enough is a part of the ride, too: first keep it, then compare."
    elif places is _STRAIGHT and came == places[: len(wanted) + 1]:
        likely = "(7, 6) is exactly 1 km from the door, and that is near enough."
    elif places is _CORNER and came == places[:2]:
        likely = "Couriers ride along the streets: the way is the one in x and the one in y together."
    elif isinstance(came, list) and len(came) < len(wanted):
        likely = "Some positions that came are not in the list."
    elif isinstance(came, list) and len(came) > len(wanted):
        likely = "That is more than there was to see until the courier came near. When does your loop end?"
    shown = text(came) if _are_pairs(came) else show(came)
    ran.expect(came == wanted, text(wanted), shown, likely)


def _are_pairs(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, tuple) and len(item) == 2 for item in value)


until_near = WriteClient(
    id="server_streaming.until_near",
    title="Follow until the courier is near",
    task="""
        **Input:** a stub `tracking`, a parcel, and the customer's door, `x_km` and `y_km`.

        **Goal:** follow the parcel until it is at most 1 km away along the streets (the way in x and the way
        in y together). Then cancel the stream, so that the server stops, too, and return all positions
        seen, the near one included, as a list of pairs. A ride may also end before it comes near.

        **Example:** for a door at (8, 6) and a courier at (1, 6), (5, 6), (7, 6), (7.5, 6), ... the result
        is `[(1, 6), (5, 6), (7, 6)]`.
    """,
    services=[TRACKING],
    parameters=["tracking", "parcel_id", "x_km", "y_km"],
    check=_check_until_near,
    hints=[
        "Keep the stream in a variable: `stream = tracking.TrackParcel(...)`. You need it to loop, and to cancel.",
        "The distance along the streets is `abs(x - x_km) + abs(y - y_km)`.",
        "In the loop: append the pair, compare, and where it is near, `stream.cancel()` and `break`. "
        "`return` comes after the loop, for both ways out of it.",
    ],
    stub="""
        @server_streaming.until_near
        def follow(tracking, parcel_id, x_km, y_km):
            # your code here
            ...
    """,
    answer="""
        @server_streaming.until_near
        def follow(tracking, parcel_id, x_km, y_km):
            stream = tracking.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id=parcel_id))
            places = []
            for seen in stream:
                x, y = seen.position.x_km, seen.position.y_km
                places.append((x, y))
                if abs(x - x_km) + abs(y - y_km) <= 1:
                    stream.cancel()
                    break
            return places
    """,
    reason="Leaving a loop tells nobody; `cancel` does, with one frame. Python also cancels a stream when its last "
    "reference goes, but a variable, a traceback or a list can keep one alive for long: say it yourself.",
    wrong_answers=[
        wrong("`stream.cancel()` does", ("            stream.cancel()\n", "")),
        wrong("`list(stream)` waits for an end", ("in stream:", "in list(stream):")),
        wrong("Leave it: `break`", ("            break\n", "")),
        wrong("first keep it, then compare", ("        places.append((x, y))\n", ""),
              ("            break\n", "            break\n        places.append((x, y))\n")),
        wrong("exactly 1 km from the door", ("<= 1", "< 1")),
        wrong("along the streets", ("abs(x - x_km) + abs(y - y_km)", "max(abs(x - x_km), abs(y - y_km))")),
        wrong("along the streets", ("abs(x - x_km) + abs(y - y_km)", "((x - x_km) ** 2 + (y - y_km) ** 2) ** 0.5")),
        wrong("a list of pairs", ("places.append((x, y))", "places.append(seen)")),
        wrong("never comes near", ("            break\n    return places", "            return places")),
    ],
)  # fmt: skip
