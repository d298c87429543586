"""A question on what a deadline ends, answered by running it."""

from __future__ import annotations

import time

import grpc

from ..engine import Check, Option, Predict
from .setup import PARCELS, quote_pb2, quote_pb2_grpc


def _observe_late_parcel(check: Check) -> tuple[object, str]:
    taken: list[str] = []

    def create(request, context):
        time.sleep(0.6)
        taken.append(request.recipient)
        return quote_pb2.CreateParcelResponse(parcel=quote_pb2.Parcel(parcel_id="P-1"))

    with check.fake_server(CreateParcel=create) as server:
        stub = quote_pb2_grpc.ParcelServiceStub(server.channel)
        stub.CreateParcel(quote_pb2.CreateParcelRequest(recipient="warm-up"), timeout=5)
        try:
            stub.CreateParcel(quote_pb2.CreateParcelRequest(recipient="Ada"), timeout=0.3)
            status = "OK"
        except grpc.RpcError as error:
            status = error.code().name
        server.received()[-1].over(within=5)
    count = taken.count("Ada")
    return (status, count), f"the client got {status}, and the server took in {count or 'no'} parcel."


late_parcel = Predict(
    title="The parcel that came too late",
    task="The handler of `CreateParcel` needs 0.6 s and then stores the parcel. A client calls it with `timeout=0.3`. "
    "What does the client get, and what has the server done one second later?",
    services=[PARCELS],
    observe=_observe_late_parcel,
    expected=("DEADLINE_EXCEEDED", 1),
    options=[
        Option(
            "The client gets DEADLINE_EXCEEDED, and nothing is stored.",
            "Half of it is right. What should stop the handler, though? Nothing ends a running thread from outside.",
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
            "UNAVAILABLE is what a client gets when a connection cannot be made, or breaks. This one held all the time.",
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
