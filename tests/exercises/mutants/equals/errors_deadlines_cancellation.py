"""Mutants of this lesson that pass: EQUALS are as good as the solution, UNSOLVED are work to be done."""

from __future__ import annotations

_ORDER = "Neither of the two sees what the other does, so their order is free."

EQUALS: dict[str, dict[str, str]] = {
    "ask_later": {
        "retry = [error_details_pb2.RetryInfo( -> first_seen(error_details_pb2.RetryIn…])": (
            "`Unpack` reads anew into the message that it is given."
        ),
        "+ retry = error_details_pb2.RetryInfo(… and - retry = error_details_pb2.RetryInfo(…": _ORDER,
    },
    "cancel_too": {"+ call.cancel()": "A call that is cancelled twice is cancelled."},
    "every_field": {
        "+ if not 0 < request.weight_grams <= 3… and - if not 0 < request.weight_grams <= 3…": (
            "The goal names no order of the violations."
        ),
        "+ parcel = quote_pb2.Parcel(recipient=… and - parcel = quote_pb2.Parcel(recipient=…": _ORDER,
        "+ context.abort_with_status(rpc_status…": "The first of the two ends the handler.",
    },
    "own_words": {
        "+ if error.code() in (grpc.StatusCode.… and - if error.code() in (grpc.StatusCode.…": _ORDER,
    },
}
UNSOLVED: dict[str, tuple[str, ...]] = {}
