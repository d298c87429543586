"""A client that leaves a stream and ends its call."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc

from ..engine import Check, FunctionResult, WriteFunction, raises, wrong
from .setup import TRACKING, tracking_pb2, tracking_pb2_grpc

_LEFT = (
    "Your function has returned, and the server still sends. On asyncio leaving the loop does not end the call: "
    "`call.cancel()` does."
)
_READ = "A call of asyncio's is read with `async for`."
_MOST = "Enough is enough: stop as soon as you have `most` positions, without waiting for one more."
_ARRIVED = (
    "The parcel has arrived, and nothing new will come. Stop at the position that says so, and keep it."
)


def _ride(steps: list[float], arrives: bool, goes_on: bool) -> Callable[..., Iterator[Any]]:
    """A handler that sends positions, and then more of them, or ends."""

    def track(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        for number, x_km in enumerate(steps, 1):
            arrived = arrives and number == len(steps)
            yield tracking_pb2.TrackParcelResponse(position={"x_km": x_km}, arrived=arrived)
        while goes_on and context.is_active():
            time.sleep(0.005)

    return track


def _followed(check: Check, story: str, parcel_id: str, most: int, ride: object) -> FunctionResult:
    """Calls the learner's function with a stub of asyncio; its channel is closed when the server's handler has ended."""
    answer = check.answer
    with check.fake_server(TrackParcel=ride) as server:

        @functools.wraps(answer)
        async def with_stub(*args: Any) -> Any:
            async with grpc.aio.insecure_channel(server.address) as channel:
                try:
                    return await answer(tracking_pb2_grpc.TrackingServiceStub(channel), *args)
                finally:
                    for received in server.received():
                        ended.append(await asyncio.to_thread(received.over, 2.0))

        ended: list[bool] = []
        check.answer = with_stub
        called = f'follow(rides, "{parcel_id}", {most}), {story}'
        try:
            stuck = "Nothing more is coming. Do you wait for a position that you do not need?"
            result = check.run(parcel_id, most, called=called, stuck=stuck)
        finally:
            check.answer = answer
        result.ended = all(ended)  # type: ignore[attr-defined]
    return result


def _check_hang_up(check: Check) -> None:
    for number, (story, steps, most, arrives, goes_on) in enumerate(
        (
            ("a ride of three positions", [1.5, 2.5, 4.0], 10, False, False),
            ("a ride that arrives, and a server that goes on", [1.0, 3.0, 3.0], 10, True, True),
            ("a ride without end", [2.0, 5.0], 2, False, True),
            ("more positions than asked for", [2.0, 4.0, 6.0, 8.0], 1, False, True),
            ("an arrival at the first position", [0.0], 5, True, True),
        ),
        1,
    ):
        parcel_id = f"P-{number}"
        result = _followed(check, story, parcel_id, most, _ride(steps, arrives, goes_on))
        wanted = steps[:most]
        value = result.expect_return(str(wanted), {TypeError: _READ})
        causes = _MOST if len(wanted) < len(steps) else _ARRIVED if arrives else ""
        result.expect(
            value == wanted,
            str(wanted),
            str(value),
            causes if value is not None else "Is a `return` missing?",
        )
        result.expect_attempts("TrackParcel", 1)
        result.expect(result.ended, "the call ended", "the server's handler still at work", _LEFT)  # type: ignore[attr-defined]
        (received,) = result.received()
        named = received.requests[0].parcel_id
        result.expect(named == parcel_id, f"asked for {parcel_id}", f"asked for {named!r}")
    result = _followed(check, "a server that fails", "P-9", 5, grpc.StatusCode.UNAVAILABLE)
    result.expect_error(grpc.StatusCode.UNAVAILABLE, "The call failed, and its error belongs to the caller.")


hang_up = WriteFunction(
    title="Hang up when you have seen enough",
    task="""
        **Input:** the stub `rides`, made over a channel of `grpc.aio`, a `parcel_id`, and a number `most`.

        **Goal:** call `TrackParcel` and return the list of the positions' `x_km`, up to the one that says `arrived`, and
        `most` of them at the most. When you return, the call is over for the server, too. Errors of the call go to the
        caller.

        **Example:** `most` is 2, and the courier rides all day: you return two numbers, and the server's handler ends.
    """,
    services=[TRACKING],
    check=_check_hang_up,
    hints=[
        "Keep the call: `call = rides.TrackParcel(...)`, then `async for reply in call:`.",
        "`break` leaves the loop, and the call goes on. Who ends it?",
        "`call.cancel()` in a `finally` ends it however the loop is left; for a call that is over it does nothing.",
    ],
    reason="A `finally` needs no thought about how the loop was left. A `timeout` is a second belt: it also works "
    "where the client's machine is gone.",
    wrong_answers=[
        wrong("leaving the loop does not end the call", ("        call.cancel()", "        pass")),
        wrong("leaving the loop does not end the call", ("        call.cancel()", "        del call")),
        wrong("Do you wait for a position", ("len(seen) == most", "len(seen) > most")),
        wrong("Do you wait for a position", ("reply.arrived or ", "")),
        wrong(
            "Stop at the position that says so",
            (
                "            seen.append(reply.position.x_km)\n            if reply.arrived or",
                "            if reply.arrived:\n                break\n"
                "            seen.append(reply.position.x_km)\n            if",
            ),
        ),
        wrong("Is a `return` missing", ("    return seen", "    print(seen)")),
        wrong(
            "belongs to the caller", ("    finally:", "    except grpc.RpcError:\n        pass\n    finally:")
        ),
        raises("is read with `async for`", ("async for reply", "for reply")),
    ],
)
