"""A client that has seen enough, and says so."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import grpc

from ..engine import Check, FunctionResult, WriteClient, raises, wrong
from ..engine.formatting import show
from .setup import TRACKING, tracking_pb2_grpc
from .sights import Place, as_pairs, expect_request, ride, seen, text

_NEAR = 1.0  # kilometers along the streets
_STUCK = (
    "The courier has other parcels, too, and this stream goes on and on. `list(stream)` waits for an end; "
    "look at each position when it comes, and stop."
)
_SENDS_ON = (
    "Your function has what it wants, and the server still sends. Python cancels a stream that nobody holds any more, "
    "and this one is held: the check keeps a reference, as a variable, a list or a traceback may. `stream.cancel()` "
    "ends it, whoever holds it."
)
_DEADLINE = (
    "What ended the stream was its deadline, some time after your function had returned. `stream.cancel()` ends it as "
    "soon as the courier is near."
)

# By parcel: the customer's door, and a ride. A courier may come from every side.
_RIDES: dict[str, tuple[Place, list[Place]]] = {
    "P-1": ((8, 6), [(1, 6), (5, 6), (7, 6), (7.5, 6), (8, 6)]),
    "P-2": ((8, 6), [(1, 1), (7.25, 5.5), (7.5, 5.75), (8, 6)]),
    "P-3": ((2, 3), [(9, 3), (4, 3), (2.75, 3), (2, 3)]),
    "P-4": ((2, 3), [(2, 7), (2, 4.5), (2, 3.5), (2, 3)]),
    "P-5": ((4, 4), [(6, 2), (4.5, 2.75), (4.5, 3.5), (4, 4)]),
    "P-6": ((4, 4), [(4, 4), (5, 4)]),
    # The courier stands at a light, and the ride is longer than the others.
    "P-8": ((5, 5), [(0, 5), (1, 5), (1, 5), (2, 5), (3, 5), (3.5, 5), (4, 5), (5, 5)]),
}


def _check_until_near(check: Check) -> None:
    for parcel_id, (door, places) in _RIDES.items():
        gone = threading.Event()
        with check.fake_server(TrackParcel=_endless(places, gone)) as server:
            tracking, held = _holding(server.channel)
            result = _follow(check, tracking, parcel_id, door)
            _expect_places(result, _until_near(places, door), parcel_id)
            _expect_a_cancel(result, gone, held)
            held.clear()

    far: list[Place] = [(1, 1), (1, 4), (2, 4)]
    with check.fake_server(TrackParcel=ride(far)) as server:
        tracking, _ = _holding(server.channel)
        result = _follow(check, tracking, "P-7", (8, 6), ", where the ride ends far from it")
        _expect_places(result, far, "P-7")


def _follow(check: Check, tracking: object, parcel_id: str, door: Place, story: str = "") -> FunctionResult:
    called = f'follow(tracking, "{parcel_id}", {door[0]:g}, {door[1]:g}){story}'
    result = check.run(tracking, parcel_id, *door, called=called, within=3, stuck=_STUCK)
    expect_request(result, parcel_id)
    return result


def _expect_a_cancel(result: FunctionResult, gone: threading.Event, held: list[grpc.Call]) -> None:
    wanted = "the stream cancelled"
    result.expect(gone.wait(2), wanted, "the server still sending", _SENDS_ON)
    status = held[0].code()
    diagnosis = _DEADLINE if status is grpc.StatusCode.DEADLINE_EXCEEDED else ""
    result.expect(status is grpc.StatusCode.CANCELLED, wanted, f"its end with {status.name}", diagnosis)


def _endless(places: list[Place], gone: threading.Event) -> Callable:
    """A handler that sends places and then the last one for ever; `gone` is set when the call is over."""

    def track(request, context: grpc.ServicerContext) -> Iterator:
        context.add_callback(gone.set)
        for place in itertools.chain(places, itertools.repeat(places[-1])):
            yield seen(place)
            if gone.wait(0.01):
                return

    return track


def _holding(channel: grpc.Channel) -> tuple[Any, list[grpc.Call]]:
    """A stub that holds on to the streams it makes: Python cancels one that nobody holds, some time or other."""
    stub, held = tracking_pb2_grpc.TrackingServiceStub(channel), []
    make = stub.TrackParcel

    def track(*args: object, **named: object) -> grpc.Call:
        held.append(make(*args, **named))
        return held[-1]

    stub.TrackParcel = track
    return stub, held


def _until_near(places: list[Place], door: Place) -> list[Place]:
    near = [abs(x - door[0]) + abs(y - door[1]) <= _NEAR for x, y in places]
    return places[: near.index(True) + 1]


def _expect_places(result: FunctionResult, wanted: list[Place], parcel_id: str) -> None:
    after = "After `cancel` there is nothing more to read, and the next round of the loop raises. Leave it: `break`."
    actual = as_pairs(result.expect_return(show(wanted), {grpc.StatusCode.CANCELLED: after}))
    if actual != wanted:
        shown = show(result.value) if actual is None else text(actual)
        result.expect(False, text(wanted), shown, _why(result.value, actual, wanted, parcel_id))


def _why(value: object, actual: list[Place] | None, wanted: list[Place], parcel_id: str) -> str:
    """What is wrong with these places."""
    door, places = _RIDES.get(parcel_id, ((8, 6), wanted))
    if value is None:
        return (
            "Your function gave back None. Is a `return` missing, perhaps for a ride that never comes near?"
        )
    if actual is None:
        return "Return a list of pairs `(x, y)`, one for each position that came."
    if parcel_id == "P-1" and actual == wanted[:-1]:
        return "The position that is near enough is a part of the ride, too: first keep it, then compare."
    if parcel_id == "P-1" and actual == places[: len(wanted) + 1]:
        return "(7, 6) is exactly 1 km from the door, and that is near enough."
    if actual and len(actual) < len(wanted) and actual == wanted[: len(actual)]:
        (x, y), in_x, in_y = actual[-1], abs(actual[-1][0] - door[0]), abs(actual[-1][1] - door[1])
        return (
            f"It stopped at ({x:g}, {y:g}). From there to the door at ({door[0]:g}, {door[1]:g}) the way is {in_x:g} km "
            f"in x and {in_y:g} km in y, together {in_x + in_y:g} km."
        )
    if len(actual) > len(wanted):
        return "That is more than there was to see until the courier came near. When does your loop end?"
    return "These are not the positions that came."


until_near = WriteClient(
    title="Follow until the courier is near",
    task="""
        **Input:** a stub `tracking`, a parcel, and the customer's door, `x_km` and `y_km`.

        **Goal:** follow the parcel until it is at most 1 km away along the streets (the way in x and the way
        in y together), from whatever side. Then cancel the stream, so that the server stops at once, and
        return all positions seen, the near one included, as a list of pairs. A ride may also end before it
        comes near: return what was seen of it.

        **Example:** for a door at (8, 6) and a courier at (1, 6), (5, 6), (7, 6), (7.5, 6), ... the result
        is `[(1, 6), (5, 6), (7, 6)]`.
    """,
    services=[TRACKING],
    check=_check_until_near,
    hints=[
        "Keep the stream in a variable: `stream = tracking.TrackParcel(...)`. You need it to loop, and to cancel.",
        "The distance along the streets is `abs(x - x_km) + abs(y - y_km)`.",
        "In the loop: append the pair, compare, and where it is near, `stream.cancel()` and `break`. "
        "`return` comes after the loop, for both ways out of it.",
    ],
    reason="In CPython a stream is cancelled when its last reference goes, so `break` alone may do, and may not: a "
    "variable, a traceback or a list keeps one alive for long. `cancel` ends it at once, with one frame, whoever holds it.",
    wrong_answers=[
        wrong("Return a list of pairs", ("return places", "return [(str(x), str(y)) for x, y in places]")),
        wrong("together 3 km", ("<= 1:", "<= 1 or len(places) == 4:")),
        wrong("not the positions that came", ("return places", "return list(dict.fromkeys(places))")),
        wrong("`stream.cancel()` ends it, whoever holds it", ("            stream.cancel()\n", "")),
        wrong("What ended the stream was its deadline").diff("""
            -    stream = tracking.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id=parcel_id))
            +    stream = tracking.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id=parcel_id), timeout=1)

            -            stream.cancel()
        """),
        wrong("together 7 km", ("abs(x - x_km)", "(x - x_km)")),
        wrong("together 1.25 km", ("abs(y - y_km)", "(y - y_km)")),
        wrong("Ask for the parcel that", ("parcel_id=parcel_id", 'parcel_id="P-1"')),
        wrong("`list(stream)` waits for an end", ("in stream:", "in list(stream):")),
        wrong("Leave it: `break`", ("            break\n", "")),
        wrong("first keep it, then compare").diff("""
            -        places.append((x, y))

                         break
            +        places.append((x, y))
        """),
        wrong("exactly 1 km from the door", ("<= 1", "< 1")),
        wrong("together 1.25 km", ("abs(x - x_km) + abs(y - y_km)", "max(abs(x - x_km), abs(y - y_km))")),
        wrong(
            "together 1.25 km",
            ("abs(x - x_km) + abs(y - y_km)", "((x - x_km) ** 2 + (y - y_km) ** 2) ** 0.5"),
        ),
        wrong("a list of pairs", ("places.append((x, y))", "places.append(seen)")),
        wrong("never comes near", ("            break\n    return places", "            return places")),
        raises("raised NameError", ("    places = []", "    places = ride")),
    ],
)
