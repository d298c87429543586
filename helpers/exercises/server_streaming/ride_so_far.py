"""A client that makes the best of a stream that fails in the middle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import grpc

from ..engine import Check, FunctionResult, Incorrect, WriteClient, raises, wrong
from ..engine.formatting import is_status, show
from .setup import TRACKING, tracking_pb2_grpc
from .sights import Place, as_pairs, expect_request, ride, seen

_PLACES: list[Place] = [(1, 1), (1, 4), (5, 4)]
_LONGER: list[Place] = [*_PLACES, (5, 6), (6, 6)]
_PATIENCE = 1.0  # seconds
_DETAILS = "the courier's phone is off"

_SILENT = "Your function gave back None. Is a `return` missing on some way through it?"
_PAIRS = "Return two values: the list of pairs `(x, y)`, and whether it is complete."
_DOUBTED = "This ride came to its end, so it is complete."
_SOON = "This ride is over after half a second, and your function gave up before. It has one second."
_UNSAID = (
    "A part that looks like the whole is worse than an error. Let the second value say that it is a part."
)
_LOST = (
    "The positions that came before the failure are lost. Keep each one as it comes, outside of the `try`."
)
_OUTSIDE = "The exception comes out of the `for` itself, which asks for the next message. Put the `try` around the loop."
_ANY_STATUS = "{} is a failure like any other: what came before it counts, whatever the status is."
_NOTHING = "Nothing had come, so there is no part to keep: let the error go on to the caller with `raise`."
_AS_IT_IS = (
    "The caller should get the error as it was, with its status and its text. A bare `raise` passes it on."
)
_STUCK = "A server that says nothing more is waited for. Which argument of the call bounds the wait?"


def _check_ride_so_far(check: Check) -> None:
    for parcel_id, story, answer, otherwise in (
        ("P-1", "all is well", ride(_PLACES), _DOUBTED),
        ("P-2", "all is well, and takes half a second", _slow_ride, _SOON),
    ):
        result = _run(check, parcel_id, story, answer)
        _expect_pair(result, _PLACES, True, {grpc.StatusCode.DEADLINE_EXCEEDED: _SOON}, otherwise)
        result.expect_deadlines(_PATIENCE)

    whole = "This stream ended with OK, so what came is complete, whatever `arrived` says and however many there were."
    for story, places in (
        ("the ride goes on, and the stream ends with OK", _LONGER),
        ("no position, and then OK", []),
    ):
        result = _run(check, "P-3", story, list(map(seen, places)))
        _expect_pair(result, places, True, {}, whole)

    # Every status that a server can end a stream with, the one that the lesson shows first.
    failures = [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK]
    for code in sorted(failures, key=lambda code: code is not grpc.StatusCode.UNAVAILABLE):
        raised = _OUTSIDE if code is grpc.StatusCode.UNAVAILABLE else _ANY_STATUS.format(code.name)
        result = _run(check, "P-1", f"{code.name} after two positions", _part(2, _abort(code)))
        _expect_pair(result, _PLACES[:2], False, {code: raised}, _UNSAID)
    away = grpc.StatusCode.UNAVAILABLE
    for count, what in ((1, "one position"), (3, "three positions"), (5, "five positions")):
        result = _run(check, "P-3", f"{away.name} after {what}", _part(count, _abort(away)))
        after = f"{what.capitalize()} came before the failure: only where there is none does the error go on."
        _expect_pair(result, _LONGER[:count], False, {away: after}, _UNSAID)
    late = {grpc.StatusCode.DEADLINE_EXCEEDED: _ANY_STATUS.format("A deadline that runs out")}
    result = _run(check, "P-1", "silence after two positions", _part(2, _wait))
    _expect_pair(result, _PLACES[:2], False, late, _UNSAID)

    for code in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        result = _run(check, "P-404", f"{code.name} at once", _part(0, _abort(code)))
        if isinstance(result.error, grpc.RpcError) and not is_status(result.error):
            wanted = f"the call's error, {code.name}"
            raise Incorrect(_AS_IT_IS, called=result.text, expected=wanted, actual=show(result.error))
        result.expect_error(code, {None: _SILENT, ...: _AS_IT_IS if result.error else _NOTHING})
        details = result.error.details()
        result.expect(details == _DETAILS, f'{code.name} "{_DETAILS}"', f'{code.name} "{details}"', _AS_IT_IS)


def _run(check: Check, parcel_id: str, story: str, answer: object) -> FunctionResult:
    result = check.run_client(parcel_id, story=story, within=4, stuck=_STUCK, TrackParcel=answer)
    expect_request(result, parcel_id)
    return result


def _expect_pair(
    result: FunctionResult, places: list[Place], complete: bool, raised: Mapping[Any, str], otherwise: str
) -> None:
    """Expects these places, and whether they are complete.

    Args:
        raised: causes by the status of an error that came instead.
        otherwise: the cause where the places are right, and the second value is not.
    """
    value = result.expect_return(show((places, complete)), raised)
    found, said = value if isinstance(value, tuple) and len(value) == 2 else (None, None)
    if (found := as_pairs(found)) == places and said == complete:
        return
    if value is None:
        diagnosis = _SILENT
    elif found is None:
        diagnosis = _PAIRS
    elif found == places:
        diagnosis = otherwise
    elif found != places[: len(found)]:
        diagnosis = "These are not the positions that came."
    elif complete:
        diagnosis = _SOON if otherwise is _SOON else "These are not the positions that came."
    else:
        diagnosis = _LOST
    result.expect(False, show((places, complete)), show(value), diagnosis)


def _slow_ride(request, context: grpc.ServicerContext) -> Iterator:
    for message in ride(_PLACES):
        time.sleep(0.5 / len(_PLACES))
        yield message


def _part(count: int, end: Callable[[grpc.ServicerContext], None]) -> Callable:
    """A handler that sends so many positions, and then `end(context)`."""

    def track(request, context: grpc.ServicerContext) -> Iterator:
        yield from map(seen, _LONGER[:count])
        end(context)

    return track


def _abort(code: grpc.StatusCode) -> Callable[[grpc.ServicerContext], None]:
    return lambda context: context.abort(code, _DETAILS)


def _wait(context: grpc.ServicerContext) -> None:
    gone = threading.Event()
    context.add_callback(gone.set)
    gone.wait(10)


ride_so_far = WriteClient(
    title="Half a ride is better than none",
    task="""
        **Input:** a stub `tracking` and a parcel.

        **Goal:** return the positions and whether they are complete, as `(places, complete)`. They are if the
        stream ends with OK. The whole stream has 1 second, as the call's deadline. If it fails after some
        positions, with whatever status, or takes longer, return those, with `complete` False. If it fails
        before the first one, the error goes to the caller as it is.

        **Example:** `([(1, 1), (1, 4), (5, 4)], True)`; and if the courier's phone dies after two positions,
        `([(1, 1), (1, 4)], False)`.
    """,
    services=[TRACKING],
    stubs=[tracking_pb2_grpc.TrackingServiceStub],
    check=_check_ride_so_far,
    hints=[
        "A deadline counts for a stream as a whole: `tracking.TrackParcel(request, timeout=1)`.",
        "Make the list before the `try`, and put the whole `for` into it, with `except grpc.RpcError:` below.",
        "In the `except`: a bare `raise` if the list is empty, and otherwise return it with False.",
    ],
    reason="A stream may give both, messages and an error. What the part is worth is for the caller to decide, so the "
    "caller must be told that it is one. A deadline turns silence into an error, too.",
    wrong_answers=[
        wrong("Give `timeout=1` to every call", (", timeout=1", "")),
        wrong("`timeout` counts in seconds", ("timeout=1", "timeout=1000")),
        wrong("Let the second value say", ("return places, False", "return places, True")),
        wrong("gave up before", ("timeout=1", "timeout=0.2")),
        wrong("so what came is complete", ("return places, True", "return places, seen.arrived")),
        wrong("so what came is complete", ("return places, True", "return places, len(places) == 3")),
        wrong("One position came before the failure", ("if not places:", "if len(places) < 2:")),
        wrong("came before the failure are lost", ("return places, False", "return places[:2], False")),
        wrong("Ask for the parcel", ("parcel_id=parcel_id", 'parcel_id="P-1"')),
        raises("has no field `id`", ("parcel_id=parcel_id", "id=parcel_id")),
        wrong("came to its end, so it is complete", ("return places, True", "return places, False")),
        wrong("came before the failure are lost", ("return places, False", "return [], False")),
        wrong("came before the failure are lost").whole("""
            def ride_so_far(tracking, parcel_id):
                request = tracking_pb2.TrackParcelRequest(parcel_id=parcel_id)
                try:
                    stream = list(tracking.TrackParcel(request, timeout=1))
                except grpc.RpcError:
                    return [], False
                return [(seen.position.x_km, seen.position.y_km) for seen in stream], True
        """),
        wrong("Put the `try` around the loop").whole("""
            def ride_so_far(tracking, parcel_id):
                request = tracking_pb2.TrackParcelRequest(parcel_id=parcel_id)
                places = []
                for seen in tracking.TrackParcel(request, timeout=1):
                    try:
                        places.append((seen.position.x_km, seen.position.y_km))
                    except grpc.RpcError:
                        return places, False
                return places, True
        """),
        wrong(
            "whatever the status is",
            ("except grpc.RpcError:", "except grpc.RpcError as error:"),
            ("if not places:", "if not places or error.code() is not grpc.StatusCode.UNAVAILABLE:"),
        ),
        raises("raised RuntimeError", ("            raise\n", '            raise RuntimeError("no ride")\n')),
        wrong("there is no part to keep", ("        if not places:\n            raise\n", "")),
        wrong("Return two values", ("return places, True", "return places")),
        wrong("Is a `return` missing", ("    return places, True", "    places")),
    ],
)
