"""A question on streams and threads, answered by running it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import grpc

from ..engine import Check, Option, Predict
from .setup import TRACKING, tracking_pb2_grpc
from .sights import request, seen


def _waits_for(end: threading.Event) -> Callable:
    """A handler that sends one position, and then holds its stream open until `end`."""

    def track(request, context: grpc.ServicerContext) -> Iterator:
        yield seen((1, 1))
        end.wait(10)

    return track


def _first_message(stream: Iterator, arrived: threading.Event, refused: list[str]) -> None:
    try:
        next(stream)
        arrived.set()
    except grpc.RpcError as error:
        refused.append(error.code().name)


def _observe_third_customer(check: Check) -> tuple[object, str]:
    ends = [threading.Event() for _ in range(3)]
    arrived: threading.Event = threading.Event()
    refused: list[str] = []
    with check.fake_server(workers=2, TrackParcel=tuple(map(_waits_for, ends))) as server:
        stub = tracking_pb2_grpc.TrackingServiceStub(server.channel)
        try:
            followed = [stub.TrackParcel(request()) for _ in range(2)]
            for stream in followed:
                next(stream)
            third = stub.TrackParcel(request(), timeout=8)
            threading.Thread(
                target=_first_message, args=(third, arrived, refused), name="exercise", daemon=True
            ).start()
            before = arrived.wait(0.5)
            ends[0].set()
            after = arrived.wait(5)
        finally:
            for end in ends:
                end.set()
    if refused:
        return refused[0], f"the third call ended with {refused[0]}."
    when = "at once" if before else "when one of the others had ended" if after else "not even then"
    return when, f"the third customer's first position came {when}."


third_customer = Predict(
    title="The third customer",
    task="A server has two threads: `serve(Tracking(...), workers=2)`. Two customers follow rides that go on for hours; "
    "between two positions their handlers sleep. A third customer calls `TrackParcel`. When does the first "
    "position come?",
    services=[TRACKING],
    observe=_observe_third_customer,
    expected="when one of the others had ended",
    options=[
        Option(
            "At once: handlers that sleep leave their threads to others.",
            "That is so with asyncio. A function that sleeps in `time.sleep` keeps its thread, whatever it does there.",
            "at once",
        ),
        Option(
            "When one of the other two streams has ended.",
            "Right: the call is taken in, and then waits in a queue for a thread.",
            "when one of the others had ended",
        ),
        Option(
            "Never: the call fails at once with RESOURCE_EXHAUSTED.",
            "A server refuses like that if it is made with `maximum_concurrent_rpcs`. Without it, it takes in any number.",
            "RESOURCE_EXHAUSTED",
        ),
        Option(
            "Never, not even when the others have ended.",
            "What would become of a thread whose stream is over? It takes the next call from the queue.",
            "not even then",
        ),
    ],
    hints=[
        "Who runs a handler, and for how long is that somebody busy with a stream?",
        "In *Streams that never end* somebody asked a short question. What happened to it, and what after `cancel`?",
    ],
    reason="The client sees nothing of the queue, only silence, so streams need a deadline, and a server with threads "
    "more of them than it will have streams. Streams by the hundred are what the asyncio server is for.",
)
