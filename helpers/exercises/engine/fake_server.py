"""A server of ours for the learner's client to call."""

from __future__ import annotations

import threading
from collections.abc import Callable

import grpc

from .received_call import ReceivedCall
from .watched_server import WatchedServer


class FakeServer:
    """A server of ours, and a channel to it.

    Attributes:
        address: `"127.0.0.1:41233"`.
        channel: a channel to it, from which the author makes stubs.
    """

    def __init__(self, server: WatchedServer):
        self._server, self.address = server, server.address
        self.channel = grpc.insecure_channel(server.address, options=[("grpc.use_local_subchannel_pool", 1)])

    def received(self, method: str = "") -> list[ReceivedCall]:
        """The calls that came in so far, in order; those of one method if it is named."""
        return [received for received in self._server.received if method in ("", received.method)]

    def state(self) -> str:
        """What the server is doing, in words."""
        for received in self.received():
            if received.ended is None and not received.half_closed:
                count = len(received.requests)
                return (
                    f"the server has {count} message{'s' if count != 1 else ''} of `{received.method}` and waits "
                    "for the end of the requests, which nobody has sent (the half-close)"
                )
            if received.ended is None:
                return f"the server is still busy with `{received.text}`"
        return f"calls that the server has received: {len(self.received())}"

    def close(self) -> None:
        """Stops it."""
        self.channel.close()
        self._server.stop()


def scripted(answers: object) -> Callable:
    """A handler with answers given beforehand, for the servers that a learner's client calls.

    Args:
        answers: a message, a list of messages (a stream's), a status code, an exception to raise, or a function
            `(request, context) -> reply`; or a tuple of these for the first, the second, ... call, the
            last one for all after it.
    """
    script = answers if isinstance(answers, tuple) else (answers,)
    lock, served = threading.Lock(), []

    def answer(request, context):
        with lock:
            served.append(None)
            this = script[min(len(served), len(script)) - 1]
        if isinstance(this, grpc.StatusCode):
            context.abort(this, f"this server answers {this.name} for now")
        if isinstance(this, Exception):
            raise this.with_traceback(None)
        if callable(this):
            return this(request, context)
        return iter(this) if isinstance(this, list) else this

    return answer
