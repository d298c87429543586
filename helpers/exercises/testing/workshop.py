"""What the lesson makes on its way, and the exercises use: a server for a test, a fake, a clock, an error with a status."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc

from ... import protos

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
ParcelServiceServicer: Any = quote_pb2_grpc.ParcelServiceServicer


@contextlib.contextmanager
def serving(servicer: Any, interceptors: Any = ()) -> Iterator[Any]:
    """Runs a server for a while, and gives a stub."""
    server = grpc.server(futures.ThreadPoolExecutor(4), interceptors=interceptors)
    quote_pb2_grpc.add_ParcelServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield quote_pb2_grpc.ParcelServiceStub(channel)
    finally:
        server.stop(None).wait()


class Scripted(ParcelServiceServicer):
    """A fake: answers from a list, the last answer for ever, and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[Any] = []

    def GetParcel(self, request: Any, context: Any) -> Any:
        """Answers, or ends with a status."""
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, grpc.StatusCode):
            context.abort(answer, "as told")
        return answer


class FakeClock:
    """A clock that stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        """The time, in seconds."""
        return self.now


class Unavailable(grpc.RpcError):
    """What a stub raises, as far as a client looks at it."""

    def code(self) -> grpc.StatusCode:
        """The status."""
        return grpc.StatusCode.UNAVAILABLE


def as_it_is(subject: object) -> Iterator[object]:
    """A fixture's value that needs no preparation."""
    yield subject
