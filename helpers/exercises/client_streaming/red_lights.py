"""A servicer that makes one answer from many requests, and refuses to make one from none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import grpc

from ..engine import CallResult, Check, WriteServicer, raises, wrong
from ..engine.servicer_client import ServicerClient
from .setup import TRACKING, tracking_pb2

Place = tuple[float, float]

_CORNER = "The way begins at the first point. Yours begins in the corner of the map, at (0, 0)."
_SQUARED = (
    "These are squared kilometers: a root is missing. `math.dist(a, b)` gives the distance of two places."
)
_BLOCKS = "Couriers ride straight from point to point: `math.dist`, not the two differences added up."
_BEELINE = "That is the straight line from the first point to the last. Add up the way from each to the next."
_LEG = "That is the last part of the way only. Add each part to those before it: `+=`."
_MORE = "It counts on from the ride before. What belongs to one call lives in the method, not in `self`."
_START = "A point at (0, 0) is a point like any other, and here it was the first. Is it lost, or taken for no point?"
_MINUS = "A point at (-1, -1) is a point like any other. Is it lost, or taken for no point?"
_WAITS = (
    "Points that repeat the one before are counted, too. The courier stood at a light; the ride did not grow."
)
_AGAIN = (
    "This courier comes back to where the ride began. Only a point equal to the one just before it "
    "does not count, so remember the last one, and not all of them."
)
_ROUNDED = (
    "The length is nearly right: it was rounded. Answer with the sum as it is; whoever shows it may round it."
)
_CLOSE = "These points are a few meters apart, and not equal. Only a point that is equal to the one before does not count."
_SHORT = "A ride of one point is a ride: 1 point and 0 km. Refuse only the one that has none."
_HAS_POINTS = "This ride has points. Refuse only the one that has none."
_SHARED = (
    "Another courier's ride was under way on a call of its own, and the two have got mixed. What belongs to one call "
    "lives in the method, not in `self`."
)
_NOTHING = {
    grpc.StatusCode.OK: "A call without a single point gets a summary, so somebody will believe in that ride. "
    "Refuse it when the loop is over.",
    Exception: "With no point at all your code stumbles, and the client gets UNKNOWN. `context.abort(code, text)` "
    "says whose mistake it is.",
    grpc.StatusCode.NOT_FOUND: "Nothing was looked for here: the request itself is incomplete. INVALID_ARGUMENT.",
}


def _requests(*places: Place) -> list:
    positions = [tracking_pb2.Position(x_km=x, y_km=y) for x, y in places]
    return [tracking_pb2.RecordRouteRequest(position=position) for position in positions]


def _check_red_lights(check: Check) -> None:
    with check.serve() as rides:

        def ride(*places: Place) -> CallResult:
            return rides.call("RecordRoute", _requests(*places))

        _expect(ride((3, 4), (6, 8)), 2, 5, lengths={10: _CORNER, 25: _SQUARED, 7: _BLOCKS})
        again = ride((1, 1), (1, 4), (5, 4))
        _expect(again, 3, 7, counts={5: _MORE}, lengths={5: _BEELINE, 4: _LEG, 12: _MORE})
        _expect(ride((0, 0), (0, 2)), 2, 2, counts={1: _START}, lengths={0: _START})
        light = ride((0, 0), (3, 4), (3, 4), (3, 4), (0, 0))
        _expect(light, 3, 10, counts={5: _WAITS, 2: _AGAIN})
        _expect(ride((2, 2), (3, 3), (4, 5)), 3, math.sqrt(2) + math.sqrt(5))
        crawl = ride((4, 4), (4, 4), (4.003, 4), (4.003, 4.004))
        _expect(crawl, 3, 0.007, counts={4: _WAITS, 2: _CLOSE, 1: _CLOSE})
        beyond = ride((-1, -1), (2, 3), (2, 3), (-1, -1), (-4, -5))
        _expect(beyond, 4, 15, counts={3: _MINUS, 5: _WAITS}, lengths={10: _MINUS})
        _expect(ride((5, 1)), 1, 0, refused=_SHORT)
        _expect(ride((5, 1), (5, 1)), 1, 0, counts={2: _WAITS}, refused=_SHORT)
        ride().expect_status(grpc.StatusCode.INVALID_ARGUMENT, naming="point", diagnosis=_NOTHING)
        _expect_two_at_a_time(rides)


def _expect(
    call: CallResult,
    points: int,
    km: float,
    *,
    counts: Mapping[Any, str] | None = None,
    lengths: Mapping[float, str] | None = None,
    refused: str = _HAS_POINTS,
) -> None:
    """Expects a summary; `counts` and `lengths` have causes by the points and the kilometers that came."""
    call.surface("a summary")
    known = {grpc.StatusCode.INVALID_ARGUMENT: refused, **(counts or {}), points: ""}
    reply = call.expect_reply(known, points=points).reply
    almost = {round(km, digits): _ROUNDED for digits in range(4)}
    actual = reply.distance_km
    causes = [cause for known, cause in {**almost, **(lengths or {})}.items() if math.isclose(actual, known)]
    right = math.isclose(actual, km, rel_tol=1e-9)
    call.expect(right, f"distance_km={km:.10g}", f"distance_km={actual:.10g}", "".join(causes[:1]))


def _expect_two_at_a_time(rides: ServicerClient) -> None:
    """Expects that two rides at the same time know nothing of each other."""
    first, *rest = _requests((1, 1), (1, 4), (5, 4))
    count = len(rides.received) + 1
    ada = rides.start("RecordRoute")
    ada.send(first)
    rides.arrival(count, requests=1)
    bob = rides.call("RecordRoute", _requests((6, 6), (6, 7)))
    bob.expect_reply(_SHARED, points=2, distance_km=1.0)
    ada.send(*rest)
    ada.finish().expect_reply(_SHARED, points=3, distance_km=7.0)


red_lights = WriteServicer(
    title="A ride with red lights",
    task="""
        **Input:** a stream of `RecordRouteRequest`s, each with a `position`. While the courier waits at a
        red light, the phone sends the same position again and again.

        **Goal:** answer with the number of points and the length of the way in kilometers, not rounded. A
        point equal to the one just before it does not count. A ride of one point is 0 km long; a ride
        without any is refused with `INVALID_ARGUMENT` and a text that says that a point is missing. Several
        phones may send at the same time.

        **Example:** (0, 0), (3, 4), (3, 4), (0, 0) are 3 points and 10 km.
    """,
    services=[TRACKING],
    check=_check_red_lights,
    hints=[
        "Loop over `requests`, and keep three things between two rounds: the points so far, the way so far, the last place.",
        "Begin with `last = None`. A place is a tuple, `(request.position.x_km, request.position.y_km)`, and tuples can be "
        "compared: `if here == last: continue`.",
        "After the loop, which the half-close ends, `last` is still None if nothing came: that is the moment for "
        "`context.abort(grpc.StatusCode.INVALID_ARGUMENT, ...)`.",
    ],
    reason="Only the last place is kept, so a ride of a week needs no more memory than one of a minute. That the stream "
    "was empty is known when it is over: the schema cannot ask for one message at least, so the handler does.",
    wrong_answers=[
        wrong("in the corner of the map", ("if last is not None", "if True"), ("(last", "(last or (0, 0)")),
        wrong(
            "a root is missing",
            ("math.dist(last, here)", "(here[0] - last[0]) ** 2 + (here[1] - last[1]) ** 2"),
        ),
        wrong(
            "not the two differences",
            ("math.dist(last, here)", "abs(here[0] - last[0]) + abs(here[1] - last[1])"),
        ),
        wrong("is the last part of the way only", ("distance +=", "distance =")),
        wrong("the straight line from the first point").diff("""
            -                distance += math.dist(last, here)
            +                distance = math.dist(first, here)
            +            else:
            +                first = here
        """),
        wrong(
            "It counts on from the ride before",
            ("    def RecordRoute", "    points = 0\n\n    def RecordRoute"),
            ("points, distance, last = 0, 0.0, None", "distance, last = 0.0, None"),
            ("points, last = points + 1, here", "self.points, last = self.points + 1, here"),
            ("points=points", "points=self.points"),
        ),
        wrong("a point like any other", ("if here == last", "if here == last or not any(here)")),
        wrong("the ride did not grow", ("if here == last", "if False")),
        wrong(
            "remember the last one, and not all of them",
            ("last = 0, 0.0, None", "last = 0, 0.0, None\n        seen = set()"),
            ("if here == last", "if here in seen"),
            ("            if last is not", "            seen.add(here)\n            if last is not"),
        ),
        wrong(
            "A point at (-1, -1) is a point like any other",
            ("0, 0.0, None", "0, 0.0, (-1, -1)"),
            ("last is not None", "last != (-1, -1)"),
            ("last is None", "last == (-1, -1)"),
        ),
        wrong("will believe in that ride", ("if last is None", "if False")),
        wrong("let it name `point`", ("a ride has one point at least", "empty")),
        wrong("the request itself is incomplete", ("INVALID_ARGUMENT", "NOT_FOUND")),
        wrong("This ride has points", ("if last is None", "if points < 3")),
        wrong("A ride of one point is a ride", ("if last is None", "if points < 2")),
        wrong("it was rounded", ("distance_km=distance", "distance_km=round(distance, 2)")),
        wrong("it was rounded", ("distance_km=distance", "distance_km=round(distance)")),
        wrong("a few meters apart", ("if here == last", "if last and math.dist(last, here) < 0.05")),
        wrong("took 1 of 2 requests and ended").diff("""
                         points, last = points + 1, here
            +            return tracking_pb2.RecordRouteResponse(points=points, distance_km=distance)
        """),
        wrong("The requests can be read once", ("for", "print(len(list(requests)))\n        for")),
        wrong("a call of its own, and the two have got mixed").whole("""
            class Rides(tracking_pb2_grpc.TrackingServiceServicer):
                def RecordRoute(self, requests, context):
                    self.route = []
                    for request in requests:
                        here = (request.position.x_km, request.position.y_km)
                        if not self.route or here != self.route[-1]:
                            self.route.append(here)
                    if not self.route:
                        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a point is missing")
                    legs = zip(self.route, self.route[1:])
                    return tracking_pb2.RecordRouteResponse(
                        points=len(self.route), distance_km=sum(math.dist(a, b) for a, b in legs)
                    )
        """),
        raises("`next(...)` raises where nothing comes any more").whole("""
            class Rides(tracking_pb2_grpc.TrackingServiceServicer):
                def RecordRoute(self, requests, context):
                    position = next(requests).position
                    points, distance, last = 1, 0.0, (position.x_km, position.y_km)
                    for request in requests:
                        here = (request.position.x_km, request.position.y_km)
                        if here != last:
                            points, distance, last = points + 1, distance + math.dist(last, here), here
                    return tracking_pb2.RecordRouteResponse(points=points, distance_km=distance)
        """),
        raises(
            "says whose mistake it is",
            ("context.abort(grpc.StatusCode.INVALID_ARGUMENT, ", "raise ValueError("),
        ),
    ],
)
