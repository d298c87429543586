"""A question about a limit that asyncio sets, and what becomes of the call, answered by running it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import grpc

from ..engine import Check, Option, Predict
from .setup import quote_pb2, quote_pb2_grpc


class _Patient(quote_pb2_grpc.QuoteServiceServicer):  # type: ignore[name-defined]
    def __init__(self) -> None:
        self.left: float | None = None
        self.begun, self.over = asyncio.Event(), asyncio.Event()
        self.ended = "at its own end"

    async def GetQuote(self, request: Any, context: Any) -> Any:
        self.left = context.time_remaining()
        self.begun.set()
        try:
            await asyncio.sleep(1.0)
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise
        finally:
            self.over.set()
        return quote_pb2.GetQuoteResponse()


async def _watched() -> tuple[object, str]:
    patient, server = _Patient(), grpc.aio.server()
    quote_pb2_grpc.add_QuoteServiceServicer_to_server(patient, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            call = quote_pb2_grpc.QuoteServiceStub(channel).GetQuote(quote_pb2.GetQuoteRequest())
            await patient.begun.wait()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(call, 0.1)
            await asyncio.wait_for(patient.over.wait(), 5)
    finally:
        await server.stop(None)
    told = "no deadline" if patient.left is None else "a deadline"
    return f"{told}, {patient.ended}", f"the handler was given {told}, and ended {patient.ended}."


def _observe_wait_for(check: Check) -> tuple[object, str]:
    return asyncio.run(_watched())


wait_for = Predict(
    title="A limit of asyncio's",
    task="A handler on asyncio awaits for a second. A client calls it with "
    "`await asyncio.wait_for(stub.GetQuote(request), 0.1)`, and without `timeout=`. What does the server's handler see?",
    observe=_observe_wait_for,
    expected="no deadline, cancelled",
    options=[
        Option(
            "A deadline of 0.1 seconds; at its end it is cancelled.",
            "`wait_for` is asyncio's and knows nothing of gRPC, so no `grpc-timeout` is sent. Only `timeout=` sends one.",
            "a deadline, cancelled",
        ),
        Option(
            "No deadline, and `CancelledError` at its `await`.",
            "Right: `wait_for` cancels what it awaits, and a call that is cancelled tells its server.",
            "no deadline, cancelled",
        ),
        Option(
            "No deadline, and it works to its end.",
            "`wait_for` cancels what it awaits. What does a cancelled call do?",
            "no deadline, at its own end",
        ),
        Option(
            "A deadline, and it works to its end.",
            "No deadline was sent: that is what `timeout=` is for.",
            "a deadline, at its own end",
        ),
    ],
    hints=[
        "Does `wait_for` know that what it awaits is a call?",
        "What does `wait_for` do with what it awaits, when its time is over? See *Cancel one, cancel all*.",
    ],
    reason="Both end the call. With `timeout=` the server also knows beforehand how long it has, and ends by itself if the "
    "cancel is lost, so prefer it for a call; `wait_for` and `asyncio.timeout` are for a limit around several things.",
)
