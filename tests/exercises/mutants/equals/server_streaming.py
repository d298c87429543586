"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_A_ROUND = "one round of sixty, 50 ms in 3 s, which a clock cannot tell on a busy machine"
_AT_ONCE = (
    "the event stays set, so that the handler ends at once all the same, and nobody reads what it sends"
)

EQUALS: dict[str, dict[str, str]] = {
    "whole_route": {
        "…ion(x_km=x, y_km=y), arrived=number [== -> >=] len(route))": "the number never exceeds the length"
    },
    "until_near": {"+ stream.cancel()": "cancelling a call that is cancelled changes nothing"},
    "ride_so_far": {
        "except [grpc.RpcError -> Exception]:": (
            "the call raises nothing else, and the loop does nothing that could fail"
        ),
    },
    "planned_ride": {
        "+ context.add_callback(gone.set)": "an event that is set twice is set",
        "yield [tracking_pb2.TrackParcelResponse(arr… -> first_seen(tracking_pb2.TrackParcelR…])": (
            "it is the same message in every call"
        ),
        "for _ in [range(60 -> __import__('itertools').islice(range…]):": _A_ROUND,
        "for _ in range([60 -> 61]):": _A_ROUND,
        "for _ in range([60 -> 59]):": _A_ROUND,
        "[return -> pass]": _AT_ONCE,
        "[return -> break]": _AT_ONCE,
        "[return -> continue]": _AT_ONCE,
    },
}

UNSOLVED: dict[str, list[str]] = {}
