"""A question about iterators, answered by running it."""

from __future__ import annotations

import grpc

from ..engine import Check, Option, Predict
from .setup import TRACKING, tracking_pb2, tracking_pb2_grpc


def _count(requests, context):
    return tracking_pb2.RecordRouteResponse(points=sum(1 for _ in requests))


def _observe_sent_twice(check: Check) -> tuple[object, str]:
    ride = [tracking_pb2.RecordRouteRequest(position=tracking_pb2.Position(x_km=x)) for x in (1, 2, 3)]
    with check.fake_server(RecordRoute=_count) as server:
        stub, points, seen = tracking_pb2_grpc.TrackingServiceStub(server.channel), iter(ride), []
        for _ in range(2):
            try:
                seen.append(f"{stub.RecordRoute(points, timeout=5).points} points")
            except grpc.RpcError as error:
                seen.append(error.code().name)
    return tuple(seen), f"the first call gave {seen[0]}, the second {seen[1]}."


sent_twice = Predict(
    title="The ride that was sent twice",
    task="`points = iter(ride)` is an iterator over three points. A client calls `RecordRoute(points, timeout=5)`, the "
    "handler counts what comes, and all goes well. To be on the safe side the client makes the same call again, "
    "with the same `points`. What do the two calls give?",
    services=[TRACKING],
    observe=_observe_sent_twice,
    expected=("3 points", "0 points"),
    options=[
        Option(
            "3 points and 3 points: the same call gives the same answer.",
            "With a list in the place of the iterator one could start again from its first point. An iterator does not "
            "know what it has given away.",
            ("3 points", "3 points"),
        ),
        Option(
            "3 points, then UNKNOWN: an iterator may be used only once, and gRPC notices.",
            "How should it notice? An iterator at its end and one that never had anything in it look the same.",
            ("3 points", "UNKNOWN"),
        ),
        Option(
            "3 points, then DEADLINE_EXCEEDED: nothing comes any more, so the server waits.",
            "The server would wait if the client's side stayed open. Where the iterator ends, gRPC half-closes.",
            ("3 points", "DEADLINE_EXCEEDED"),
        ),
        Option(
            "3 points, then 0 points, and both are OK.",
            "Right: an iterator at its end half-closes at once, and a stream without messages is a proper stream.",
            ("3 points", "0 points"),
        ),
    ],
    hints=[
        "What does `list(points)` give the second time, without any gRPC?",
        "When the iterator ends, gRPC half-closes. The handler's loop is then over, and what has it counted?",
    ],
    reason="Requests that were taken from an iterator are gone. To repeat a call, make a new iterator: `iter(ride)` again, "
    "or call the generator function once more. For the same reason a server that gets an empty stream should ask itself "
    "whether that makes sense.",
)
