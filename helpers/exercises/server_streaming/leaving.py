"""A handler that is busy for long, and notices when nobody waits for it any more."""

from __future__ import annotations

from ..engine import Check, Failed, WriteServicer, wrong
from ..engine.calling import Service
from ..engine.conversation import Conversation
from ..engine.received import Received
from .setup import TRACKING
from .sights import request

_PLANNING = 3.0  # seconds, as in the stub
_NOTICED = 1.5  # seconds: half of that, and far more than one round of the loop


def _check_planned_ride(check: Check) -> None:
    with check.serve() as tracking:
        leaving, received = _arrived(tracking, "P-2")
        staying, _ = _arrived(tracking, "P-1")
        leaving.cancel()
        ended = received.over(within=_NOTICED)
        stayed = staying.finish()
        no_method = {
            AttributeError: "The context of a server with threads has no such thing. It has `context.is_active()`, and "
            "`context.add_callback(function)`."
        }
        stayed.surface("a reply", no_method)
        stayed.expect(
            len(stayed.replies) == 1 and stayed.replies[0].arrived, "one reply with arrived=True",
            f"{len(stayed.replies)} replies, {stayed.code.name}",
            "This client has not gone, and still waits for its reply. Is the question the right way round?",
        )  # fmt: skip
        stayed.expect(
            stayed.seconds >= 0.75 * _PLANNING, "a reply after all of the planning", f"{stayed.seconds:.2g} s of planning",
            "The planning should still be done, all sixty rounds, for a client that waits.",
        )  # fmt: skip
        if not ended:
            raise Failed(
                "The handler went on after its client had gone. Nobody can stop a function from outside: let it ask in "
                "every round, `context.is_active()`, or wait for an Event that `context.add_callback` sets.",
                called="TrackParcel, canceled by the client", expected="an end of the handler in a moment",
                came=f"a handler still busy after {_NOTICED:g} s",
            )  # fmt: skip


def _arrived(tracking: Service, parcel_id: str) -> tuple[Conversation, Received]:
    """A call that has reached its handler, and the server's side of it."""
    count = len(tracking.received) + 1
    conversation = tracking.start("TrackParcel", request(parcel_id))
    return conversation, tracking.arrival(count)


planned_ride = WriteServicer(
    id="server_streaming.planned_ride",
    title="Nobody is waiting any more",
    task="""
        **Input:** a handler that plans for three seconds before its first message.

        **Goal:** let it end within a moment when its client has gone. For a client that waits, nothing changes:
        all of the planning, and then the message.

        **Example:** a client cancels after 0.1 s; the handler's thread is free soon after that, and not only
        after three seconds.
    """,
    services=[TRACKING],
    methods=["TrackParcel"],
    check=_check_planned_ride,
    hints=[
        "A running function cannot be ended from outside, so it has to ask. When, and how often?",
        "`context.is_active()` is True as long as somebody waits. A `return` ends a generator.",
        "Without asking: `gone = threading.Event()`, `context.add_callback(gone.set)`, and `gone.wait(0.05)` in place of "
        "the `sleep`; it returns True as soon as the client has gone.",
    ],
    stub="""
        @server_streaming.planned_ride
        class PlannedRide(tracking_pb2_grpc.TrackingServiceServicer):
            def TrackParcel(self, request, context):
                for _ in range(60):  # three seconds of planning
                    time.sleep(0.05)
                yield tracking_pb2.TrackParcelResponse(arrived=True)
    """,
    answer="""
        @server_streaming.planned_ride
        class PlannedRide(tracking_pb2_grpc.TrackingServiceServicer):
            def TrackParcel(self, request, context):
                gone = threading.Event()
                context.add_callback(gone.set)
                for _ in range(60):  # three seconds of planning
                    if gone.wait(0.05):
                        return
                yield tracking_pb2.TrackParcelResponse(arrived=True)
    """,
    reason="The Event wakes the handler at once, where `is_active()` in the loop answers at the next round; both are right. "
    "Real work has rounds, too: a row of a table, a page of a file. Ask there.",
    wrong_answers=[
        wrong(
            "went on after its client had gone",
            source="""
            @server_streaming.planned_ride
            class PlannedRide(tracking_pb2_grpc.TrackingServiceServicer):
                def TrackParcel(self, request, context):
                    if not context.is_active():
                        return
                    for _ in range(60):
                        time.sleep(0.05)
                    yield tracking_pb2.TrackParcelResponse(arrived=True)
        """,
        ),
        wrong(
            "went on after its client had gone",
            source="""
            @server_streaming.planned_ride
            class PlannedRide(tracking_pb2_grpc.TrackingServiceServicer):
                def TrackParcel(self, request, context):
                    for _ in range(60):
                        time.sleep(0.05)
                    if context.is_active():
                        yield tracking_pb2.TrackParcelResponse(arrived=True)
        """,
        ),
        wrong("went on after its client had gone", ("if gone.wait(0.05):", "time.sleep(0.05)\n            if False:")),
        wrong("the right way round", ("if gone.wait(0.05):", "time.sleep(0.05)\n            if context.is_active():")),
        wrong("all sixty rounds", ("range(60)", "range(3)")),
        wrong(
            "has no such thing",
            ("if gone.wait(0.05):", "time.sleep(0.05)\n            if context.cancelled():"),
            outcome="raised",
        ),
        wrong("has no such thing", ("context.add_callback", "context.add_done_callback"), outcome="raised"),
    ],
)  # fmt: skip
