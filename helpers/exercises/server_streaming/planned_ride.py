"""A handler that is busy for long, and notices when nobody waits for it any more."""

from __future__ import annotations

from ..engine import Check, WriteServicer, raises, wrong
from ..engine.received_call import ReceivedCall
from ..engine.running_call import RunningCall
from ..engine.servicer_client import ServicerClient
from .setup import TRACKING
from .sights import request

_PLANNING = 3.0  # seconds, as in the stub
_NOTICED = 1.5  # seconds: half of that, and far more than one round of the loop


def _check_planned_ride(check: Check) -> None:
    with check.serve() as tracking:
        staying, _ = _arrived(tracking, "P-1")
        leaving, received = _arrived(tracking, "P-2")
        leaving.cancel()
        ended = received.over(within=_NOTICED)
        stayed = staying.finish()
        no_method = (
            "The context of a server with threads has no such thing. It has `context.is_active()`, and "
            "`context.add_callback(function)`."
        )
        stayed.surface("a reply", {(AttributeError, "Context"): no_method})
        count, wanted = len(stayed.replies), "one reply with arrived=True"
        diagnosis = "One reply comes after the planning, as in the code that you were given."
        if not count:
            diagnosis = (
                "This client has not gone, and still waits for its reply; another one has. Is the question the right way "
                "round, and asked of this call?"
            )
        actual = f"{count} {'reply' if count == 1 else 'replies'}, {stayed.code.name}"
        stayed.expect(count == 1, wanted, actual, diagnosis)
        other = "The reply is not the one of the code that you were given."
        stayed.expect(stayed.replies[0].arrived, wanted, "one with arrived=False", other)
        wanted, actual = "a reply after all of the planning", f"a reply after {stayed.arrivals[0]:.2g} s"
        early = "The planning should still be done, all sixty rounds, for a client that waits; the reply comes after it."
        stayed.expect(stayed.arrivals[0] >= 0.95 * _PLANNING, wanted, actual, early)
        on_and_on = (
            "The handler went on after its client had gone. Nobody can stop a running thread from outside: let it ask "
            "in every round, `context.is_active()`, or wait for an Event that `context.add_callback` sets."
        )
        wanted, actual = "an end of the handler in a moment", f"a handler still busy after {_NOTICED:g} s"
        check.expect(ended, wanted, actual, on_and_on, called="TrackParcel, cancelled by the client")


def _arrived(tracking: ServicerClient, parcel_id: str) -> tuple[RunningCall, ReceivedCall]:
    """A call that has reached its handler, and the server's side of it."""
    count = len(tracking.received) + 1
    running = tracking.start("TrackParcel", request(parcel_id))
    return running, tracking.arrival(count)


planned_ride = WriteServicer(
    title="Nobody is waiting any more",
    task="""
        **Input:** a handler that plans for three seconds before its first message.

        **Goal:** let it end within a moment when its client has gone. For a client that waits, nothing changes:
        all of the planning, and then the message.

        **Example:** a client cancels after 0.1 s; the handler's thread is free soon after that, and not only
        after three seconds.
    """,
    services=[TRACKING],
    check=_check_planned_ride,
    hints=[
        "A running thread cannot be ended from outside, so it has to ask. When, and how often?",
        "`context.is_active()` is True as long as somebody waits. A `return` ends a generator.",
        "Without asking: `gone = threading.Event()`, `context.add_callback(gone.set)`, and `gone.wait(0.05)` in place of "
        "the `sleep`; it returns True as soon as the client has gone.",
    ],
    reason="The Event wakes the handler at once, where `is_active()` in the loop answers at the next round; both are right. "
    "Real work has rounds, too: a row of a table, a page of a file. Ask there.",
    wrong_answers=[
        wrong("not the one of the code that you were given", ("arrived=True", "arrived=False")),
        wrong("all sixty rounds", ("range(60)", "range(40)")),
        wrong("went on after its client had gone").whole("""
            class PlannedRide(tracking_pb2_grpc.TrackingServiceServicer):
                def TrackParcel(self, request, context):
                    if not context.is_active():
                        return
                    for _ in range(60):
                        time.sleep(0.05)
                    yield tracking_pb2.TrackParcelResponse(arrived=True)
        """),
        wrong("went on after its client had gone").whole("""
            class PlannedRide(tracking_pb2_grpc.TrackingServiceServicer):
                def TrackParcel(self, request, context):
                    for _ in range(60):
                        time.sleep(0.05)
                    if context.is_active():
                        yield tracking_pb2.TrackParcelResponse(arrived=True)
        """),
        wrong("went on after its client had gone").diff("""
            -            if gone.wait(0.05):
            +            time.sleep(0.05)
            +            if False:
        """),
        wrong(
            "asked of this call",
            ("        gone = threading.Event()\n", ""),
            ("    def TrackParcel", "    gone = threading.Event()\n\n    def TrackParcel"),
            ("gone.set", "self.gone.set"),
            ("if gone.wait", "if self.gone.wait"),
        ),
        wrong("the right way round").diff("""
            -            if gone.wait(0.05):
            +            time.sleep(0.05)
            +            if context.is_active():
        """),
        wrong("all sixty rounds", ("range(60)", "range(3)")),
        wrong("the reply comes after it").diff("""
                     context.add_callback(gone.set)
            +        yield tracking_pb2.TrackParcelResponse(arrived=True)

                             return
            -        yield tracking_pb2.TrackParcelResponse(arrived=True)
        """),
        raises("has no such thing").diff("""
            -            if gone.wait(0.05):
            +            time.sleep(0.05)
            +            if context.cancelled():
        """),
        raises("has no such thing", ("context.add_callback", "context.add_done_callback")),
    ],
)
