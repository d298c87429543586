"""A real dispatch server for tests: whatever one client says or draws, the others get."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from helpers import protos, serve, servers

dispatch_pb2, dispatch_pb2_grpc = protos.load("courier/v1/dispatch.proto")


class Dispatch(dispatch_pb2_grpc.DispatchServiceServicer):
    """``clients`` holds a queue for each open call."""

    def __init__(self) -> None:
        self.clients: list[queue.SimpleQueue] = []

    def Talk(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        """Everybody hears everything, also what they said themselves."""
        yield from self._share(
            requests, context, lambda r: dispatch_pb2.TalkResponse(author=r.author, text=r.text), echo=True
        )

    def Draw(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        """Everybody sees what the others draw."""
        yield from self._share(
            requests,
            context,
            lambda r: dispatch_pb2.DrawResponse(author=r.author, segment=r.segment),
            echo=False,
        )

    def _share(
        self, requests: Iterator[Any], context: grpc.ServicerContext, reply: Callable[[Any], Any], echo: bool
    ) -> Iterator[Any]:
        outbox: queue.SimpleQueue = queue.SimpleQueue()
        self.clients.append(outbox)
        context.add_callback(lambda: outbox.put(None))

        def listen() -> None:
            try:
                for request in requests:
                    for other in list(self.clients):
                        if echo or other is not outbox:
                            other.put(reply(request))
            except grpc.RpcError:
                pass  # the client has left
            outbox.put(None)

        threading.Thread(target=listen, name="fan-out", daemon=True).start()
        try:
            yield from iter(outbox.get, None)
        finally:
            self.clients.remove(outbox)


PATIENCE = 30.0  # seconds for what must happen; nothing depends on how long it takes


def until(condition: Callable[[], object]) -> None:
    """Waits until something is so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@contextmanager
def dispatching() -> Iterator[tuple[Any, Dispatch]]:
    """A stub, and the servicer that it calls."""
    servicer = Dispatch()
    server = serve(servicer)
    with grpc.insecure_channel(server.address) as channel:
        yield dispatch_pb2_grpc.DispatchServiceStub(channel), servicer
    servers.stop_all()
