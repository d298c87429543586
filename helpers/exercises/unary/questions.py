"""Two questions: one answered by running it, one by thinking."""

from __future__ import annotations

import time

import grpc

from ..engine import Check, Choose, Option, Predict
from .setup import PARCELS, quote_pb2, quote_pb2_grpc


class _SlowParcels:
    """Takes in a parcel, but only after the client's patience is over."""

    def __init__(self) -> None:
        self.taken = 0

    def create(self, request, context):
        time.sleep(0.6)
        self.taken += 1
        return quote_pb2.CreateParcelResponse(parcel=quote_pb2.Parcel(parcel_id="P-1"))


def _observe_late_parcel(check: Check) -> tuple[object, str]:
    slow = _SlowParcels()
    with check.desk(CreateParcel=slow.create) as desk:
        stub = quote_pb2_grpc.ParcelServiceStub(desk.channel)
        stub.CreateParcel(quote_pb2.CreateParcelRequest(recipient="warm-up"), timeout=5)
        slow.taken = 0
        try:
            stub.CreateParcel(quote_pb2.CreateParcelRequest(recipient="Ada"), timeout=0.3)
            status = "OK"
        except grpc.RpcError as error:
            status = error.code().name
        desk.received()[-1].over(within=5)
    account = f"the client got {status}, and the server took in {slow.taken or 'no'} parcel."
    return (status, slow.taken), account


late_parcel = Predict(
    id="unary.late_parcel",
    title="The parcel that came too late",
    task="The handler of `CreateParcel` needs 0.6 s and then stores the parcel. A client calls it with `timeout=0.3`. "
    "What does the client get, and what has the server done one second later?",
    services=[PARCELS],
    observe=_observe_late_parcel,
    expected=("DEADLINE_EXCEEDED", 1),
    options=[
        Option(
            "The client gets DEADLINE_EXCEEDED, and nothing is stored.",
            "Half of it is right. What should stop the handler, though? Python cannot end a running function from outside.",
            ("DEADLINE_EXCEEDED", 0),
        ),
        Option(
            "The client gets DEADLINE_EXCEEDED, and the parcel is stored.",
            "Right: the deadline is the client's patience, not the server's brake.",
            ("DEADLINE_EXCEEDED", 1),
        ),
        Option(
            "The client gets the parcel after 0.6 s.",
            "The deadline ends the wait at 0.3 s, whatever the server does.",
            ("OK", 1),
        ),
        Option(
            "The client gets UNAVAILABLE, and nothing is stored.",
            "UNAVAILABLE means that the server could not be reached. It was there, only slow.",
            ("UNAVAILABLE", 0),
        ),
    ],
    hints=[
        "There are two clocks: one says how long the client waits, the other how long the handler works.",
        "The handler never looks at `context`, so nothing tells it that nobody waits any more.",
    ],
    reason="A call that ended with DEADLINE_EXCEEDED may still have had its effect. A handler that does costly work "
    "can ask `context.is_active()` or `context.time_remaining()`; a client must not take the status for 'not done'.",
)


safe_to_repeat = Choose(
    id="unary.safe_to_repeat",
    title="Which call may be repeated?",
    task="Your client's connection breaks while it waits, and each of these calls ends with UNAVAILABLE. "
    "Which one should not simply be sent again?",
    options=[
        Option(
            "`GetQuote(weight_grams=1200)`",
            "A quote changes nothing on the server: asked twice, it gives the same price twice. It may be repeated.",
        ),
        Option(
            '`GetParcel(parcel_id="P-1")`',
            "Looking a parcel up leaves it as it is, so this may be repeated as often as you like.",
        ),
        Option(
            '`CreateParcel(recipient="Ada", weight_grams=1200)`',
            "Right: the first attempt may have arrived, with only its answer lost.",
            True,
        ),
        Option(
            "None of them: after an error nothing should be repeated.",
            "That is safe, but gives up too early. UNAVAILABLE often passes, and two of the three change nothing.",
        ),
    ],
    hints=[
        "Imagine that the server had done its work, and only the answer was lost on the way back.",
        "Which of the three leaves the server in another state when it runs twice?",
    ],
    reason="An operation that may run twice with the effect of one is called idempotent. To make CreateParcel so, the "
    "client would send a number of its own making with it, and the server would know it again.",
)
