"""A servicer that makes one answer from many requests, and refuses to make one from none."""

from __future__ import annotations

import grpc

from ..engine import Call, Check, WriteServicer, wrong
from .setup import TRACKING, tracking_pb2


def _check_red_lights(check: Check) -> None:
    corner = "The way begins at the first point. Yours begins in the corner of the map, at (0, 0)."
    squared = (
        "These are squared kilometers: a root is missing. `math.dist(a, b)` gives the distance of two places."
    )
    blocks = "Couriers ride straight from point to point: `math.dist`, not the two differences added up."
    beeline = (
        "That is the straight line from the first point to the last. Add up the way from each to the next."
    )
    leg = "That is the last part of the way only. Add each part to those before it: `+=`."
    more = "It counts on from the ride before. What belongs to one call lives in the method, not in `self`."
    start = "A point at (0, 0) is a point like any other, and here it was the first. Is it lost, or taken for no point?"
    waits = "Points that repeat the one before are counted, too. The courier stood at a light; the ride did not grow."
    again = (
        "This courier comes back to where the ride began. Only a point equal to the one just before it "
        "does not count, so remember the last one, and not all of them."
    )
    nothing = {
        grpc.StatusCode.OK: "A call without a single point gets a summary, so somebody will believe in that ride. "
        "Refuse it when the loop is over.",
        StopIteration: "`next(requests)` raises StopIteration where nothing comes. Let a `for` take the requests, and "
        "look afterwards whether there was one.",
        Exception: "With no point at all your code stumbles, and the client gets UNKNOWN. `context.abort(code, text)` "
        "says whose mistake it is.",
        grpc.StatusCode.NOT_FOUND: "Nothing was looked for here: the request itself is incomplete. INVALID_ARGUMENT.",
    }
    refused = {grpc.StatusCode.INVALID_ARGUMENT: "This ride has points. Refuse only the one that has none."}

    with check.serve() as rides:

        def ride(*places: tuple[float, float]) -> Call:
            positions = [tracking_pb2.Position(x_km=x, y_km=y) for x, y in places]
            requests = [tracking_pb2.RecordRouteRequest(position=position) for position in positions]
            return rides.call("RecordRoute", requests)

        some = {10.0: corner, 25.0: squared, 7.0: blocks, **refused}
        ride((3, 4), (6, 8)).expect_reply(some, points=2, distance_km=5.0)
        ride((1, 1), (1, 4), (5, 4)).expect_reply({5: more, **refused}, points=3)
        ride((1, 1), (1, 4), (5, 4)).expect_reply({5.0: beeline, 4.0: leg}, points=3, distance_km=7.0)
        ride((0, 0), (0, 2)).expect_reply({1: start, 0.0: start, **refused}, points=2, distance_km=2.0)
        light = ride((0, 0), (3, 4), (3, 4), (3, 4), (0, 0))
        light.expect_reply({5: waits, 2: again}, points=3, distance_km=10.0)
        ride().expect_status(grpc.StatusCode.INVALID_ARGUMENT, naming="point", likely=nothing)


red_lights = WriteServicer(
    id="client_streaming.red_lights",
    title="A ride with red lights",
    task="""
        **Input:** a stream of `RecordRouteRequest`s, each with a `position`. While the courier waits at a
        red light, the phone sends the same position again and again.

        **Goal:** answer with the number of points and the length of the way in kilometers. A point equal
        to the one just before it does not count. A ride without any point is refused with
        `INVALID_ARGUMENT` and a text that says that a point is missing.

        **Example:** (0, 0), (3, 4), (3, 4), (0, 0) are 3 points and 10 km.
    """,
    services=[TRACKING],
    methods=["RecordRoute"],
    check=_check_red_lights,
    hints=[
        "Loop over `requests`, and keep three things between two rounds: the points so far, the way so far, the last place.",
        "Begin with `last = None`. A place is a tuple, `(request.position.x_km, request.position.y_km)`, and tuples can be "
        "compared: `if here == last: continue`.",
        "After the loop, which the half-close ends, `last` is still None if nothing came: that is the moment for "
        "`context.abort(grpc.StatusCode.INVALID_ARGUMENT, ...)`.",
    ],
    stub="""
        @client_streaming.red_lights
        class Rides(tracking_pb2_grpc.TrackingServiceServicer):
            def RecordRoute(self, requests, context):
                # your code here
                ...
    """,
    answer="""
        @client_streaming.red_lights
        class Rides(tracking_pb2_grpc.TrackingServiceServicer):
            def RecordRoute(self, requests, context):
                points, distance, last = 0, 0.0, None
                for request in requests:
                    here = (request.position.x_km, request.position.y_km)
                    if here == last:
                        continue
                    if last is not None:
                        distance += math.dist(last, here)
                    points, last = points + 1, here
                if last is None:
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a ride has one point at least")
                return tracking_pb2.RecordRouteResponse(points=points, distance_km=distance)
    """,
    reason="Only the last place is kept, so a ride of a week needs no more memory than one of a minute. That the stream "
    "was empty is known when it is over: the schema cannot ask for one message at least, so the handler does.",
    wrong_answers=[
        wrong("in the corner of the map", ("if last is not None", "if True"), ("dist(last,", "dist(last or (0, 0),")),
        wrong("a root is missing", ("math.dist(last, here)", "(here[0] - last[0]) ** 2 + (here[1] - last[1]) ** 2")),
        wrong("not the two differences", ("math.dist(last, here)", "abs(here[0] - last[0]) + abs(here[1] - last[1])")),
        wrong("is the last part of the way only", ("distance +=", "distance =")),
        wrong(
            "the straight line from the first point",
            ("distance += math.dist(last, here)", "distance = math.dist(first, here)"),
            ("            points, last", "            else:\n                first = here\n            points, last"),
        ),
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
        wrong("will believe in that ride", ("if last is None", "if False")),
        wrong("let it name `point`", ("a ride has one point at least", "empty")),
        wrong("the request itself is incomplete", ("INVALID_ARGUMENT", "NOT_FOUND")),
        wrong("Refuse only the one that has none", ("if last is None", "if points < 3")),
        wrong(
            "raises StopIteration where nothing comes",
            source="""
            @client_streaming.red_lights
            class Rides(tracking_pb2_grpc.TrackingServiceServicer):
                def RecordRoute(self, requests, context):
                    position = next(requests).position
                    points, distance, last = 1, 0.0, (position.x_km, position.y_km)
                    for request in requests:
                        here = (request.position.x_km, request.position.y_km)
                        if here != last:
                            points, distance, last = points + 1, distance + math.dist(last, here), here
                    return tracking_pb2.RecordRouteResponse(points=points, distance_km=distance)
        """,
            outcome="raised",
        ),
        wrong("says whose mistake it is", ("context.abort(grpc.StatusCode.INVALID_ARGUMENT, ", "raise ValueError("),
              outcome="raised"),
    ],
)  # fmt: skip
