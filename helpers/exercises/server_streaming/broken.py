"""A client that makes the best of a stream that fails in the middle."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import grpc

from ..engine import Check, Ran, WriteClient, wrong
from .setup import TRACKING, tracking_pb2_grpc
from .sights import Place, request, ride, seen

_PLACES: list[Place] = [(1, 1), (1, 4), (5, 4)]
_PATIENCE = 1.0  # seconds


def _check_ride_so_far(check: Check) -> None:
    away, not_found = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.NOT_FOUND
    late = grpc.StatusCode.DEADLINE_EXCEEDED
    silent = "Your function gave back None. Is a `return` missing on some way through it?"
    outside = "The exception comes out of the `for` itself, which asks for the next message. Put the `try` around the loop."
    too_long = "A deadline that runs out is a failure like any other: what came before it counts."
    lost = "The positions that came before the failure are lost. Keep each one as it comes, outside of the `try`."
    unsaid = (
        "A part that looks like the whole is worse than an error. Let the second value say that it is a part."
    )
    doubted = "This ride came to its end, so it is complete."
    pairs = "Return two values: the list of pairs `(x, y)`, and whether it is complete."
    nothing = "Nothing had come, so there is no part to keep: let the error go on to the caller with `raise`."

    def run(story: str, answer: object) -> Ran:
        called = f'ride_so_far(tracking, "P-1"), {story}'
        with check.desk(TrackParcel=answer) as desk:
            ran = check.run(tracking_pb2_grpc.TrackingServiceStub(desk.channel), "P-1", called=called, within=4, stuck=(
                "A server that says nothing more is waited for. Which argument of the call bounds the wait?"
            ))  # fmt: skip
            return ran.expect_sent("TrackParcel", request())

    whole = (_PLACES, True)
    ran = run("all is well", ride(_PLACES))
    ran.expect_value(whole, {None: silent, (): pairs, ...: doubted if _is(ran, _PLACES, False) else pairs})
    ran.expect_deadlines(_PATIENCE)

    for story, end, code, cause in (
        ("UNAVAILABLE after two positions", _abort, away, outside),
        ("silence after two positions", _wait, late, too_long),
    ):
        ran = run(story, _part(end))
        places = _PLACES[:2]
        wrong_value = unsaid if _is(ran, places, True) else lost
        ran.expect_value((places, False), {None: silent, code: cause, ...: wrong_value})

    run("NOT_FOUND at once", not_found).expect_error(not_found, nothing)


def _is(ran: Ran, places: list[Place], complete: bool) -> bool:
    return isinstance(ran.value, tuple) and ran.value == (places, complete)


def _part(end: Callable[[grpc.ServicerContext], None]) -> Callable:
    """A handler that sends two positions, and then `end(context)`."""

    def track(request, context: grpc.ServicerContext) -> Iterator:
        yield from map(seen, _PLACES[:2])
        end(context)

    return track


def _abort(context: grpc.ServicerContext) -> None:
    context.abort(grpc.StatusCode.UNAVAILABLE, "the courier's phone is off")


def _wait(context: grpc.ServicerContext) -> None:
    gone = threading.Event()
    context.add_callback(gone.set)
    gone.wait(10)


ride_so_far = WriteClient(
    id="server_streaming.ride_so_far",
    title="Half a ride is better than none",
    task="""
        **Input:** a stub `tracking` and a parcel.

        **Goal:** return the positions and whether they are complete, as `(places, complete)`. Wait 1 second at
        most for the whole stream. If it fails after some positions, or takes too long, return those, with
        `complete` False. If it fails before the first one, the error goes to the caller as it is.

        **Example:** `([(1, 1), (1, 4), (5, 4)], True)`; and if the courier's phone dies after two positions,
        `([(1, 1), (1, 4)], False)`.
    """,
    services=[TRACKING],
    parameters=["tracking", "parcel_id"],
    check=_check_ride_so_far,
    hints=[
        "A deadline counts for a stream as a whole: `tracking.TrackParcel(request, timeout=1)`.",
        "Make the list before the `try`, and put the whole `for` into it, with `except grpc.RpcError:` below.",
        "In the `except`: a bare `raise` if the list is empty, and otherwise return it with False.",
    ],
    stub="""
        @server_streaming.ride_so_far
        def ride_so_far(tracking, parcel_id):
            # your code here
            ...
    """,
    answer="""
        @server_streaming.ride_so_far
        def ride_so_far(tracking, parcel_id):
            request = tracking_pb2.TrackParcelRequest(parcel_id=parcel_id)
            places = []
            try:
                for seen in tracking.TrackParcel(request, timeout=1):
                    places.append((seen.position.x_km, seen.position.y_km))
            except grpc.RpcError:
                if not places:
                    raise
                return places, False
            return places, True
    """,
    reason="A stream may give both, messages and an error. What the part is worth is for the caller to decide, so the "
    "caller must be told that it is one. A deadline turns silence into an error, too.",
    wrong_answers=[
        wrong("Give `timeout=1` to every call", (", timeout=1", "")),
        wrong("`timeout` counts in seconds", ("timeout=1", "timeout=1000")),
        wrong("Let the second value say", ("return places, False", "return places, True")),
        wrong("came to its end, so it is complete", ("return places, True", "return places, False")),
        wrong("came before the failure are lost", ("return places, False", "return [], False")),
        wrong(
            "came before the failure are lost",
            source="""
            @server_streaming.ride_so_far
            def ride_so_far(tracking, parcel_id):
                request = tracking_pb2.TrackParcelRequest(parcel_id=parcel_id)
                try:
                    stream = list(tracking.TrackParcel(request, timeout=1))
                except grpc.RpcError:
                    return [], False
                return [(seen.position.x_km, seen.position.y_km) for seen in stream], True
        """,
        ),
        wrong(
            "Put the `try` around the loop",
            source="""
            @server_streaming.ride_so_far
            def ride_so_far(tracking, parcel_id):
                request = tracking_pb2.TrackParcelRequest(parcel_id=parcel_id)
                places = []
                for seen in tracking.TrackParcel(request, timeout=1):
                    try:
                        places.append((seen.position.x_km, seen.position.y_km))
                    except grpc.RpcError:
                        return places, False
                return places, True
        """,
        ),
        wrong(
            "A deadline that runs out",
            ("except grpc.RpcError:", "except grpc.RpcError as error:"),
            ("if not places:", "if not places or error.code() is not grpc.StatusCode.UNAVAILABLE:"),
        ),
        wrong("there is no part to keep", ("        if not places:\n            raise\n", "")),
        wrong("Return two values", ("return places, True", "return places")),
        wrong("Is a `return` missing", ("    return places, True", "    places")),
    ],
)  # fmt: skip
