"""A call under way, for streams: what is sent may depend on what has come."""

from __future__ import annotations

import inspect
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from . import formatting
from .call_result import CallResult
from .verdict import Incorrect, Raised
from .watched_server import WatchedServer

MOST_REPLIES = 1000  # of a stream; one that goes on longer counts as endless and is cancelled
_END = object()


class RunningCall:
    """A call that `ServicerClient.start` has begun.

    Attributes:
        method: the method's descriptor.
        rpc: gRPC's own object for the call.
        taken: how many replies `next` has given.
    """

    def __init__(
        self,
        server: WatchedServer,
        multicallable: Any,
        method: MethodDescriptor,
        request: Any,
        metadata: Sequence[tuple[str, str | bytes]],
        timeout: float,
        *,
        own_limit: bool,
    ):
        self.method, self._timeout, self._own_limit, self._server = method, timeout, own_limit, server
        self._trouble, self.taken = "", 0
        self._sent: list[Message] = []
        self._outbox: queue.SimpleQueue = queue.SimpleQueue()
        self._inbox: queue.SimpleQueue = queue.SimpleQueue()
        self._replies: list[Message] = []
        self._arrivals: list[float] = []
        self._started = time.monotonic()
        self._ended, self._over = False, threading.Event()
        if method.client_streaming:
            self.send(*request or ())
            if request is not None:
                self.half_close()
            request = iter(self._outbox.get, _END)
        else:
            self._sent.append(request)
        send = multicallable if method.server_streaming else multicallable.future
        self._raised: Exception | None = None
        try:
            self.rpc = send(request, timeout=timeout, metadata=tuple(metadata) or None)
        except Exception as error:  # of an interceptor of the learner's
            raise Raised(error, called=self.text) from None
        self._require_a_call()
        threading.Thread(target=self._read, name="exercise", daemon=True).start()

    @property
    def text(self) -> str:
        """The call with what was sent."""
        sent = self._sent if self.method.client_streaming else self._sent[0]
        return formatting.call_text(self.method.name, sent)

    def send(self, *messages: Message) -> None:
        """Sends more requests."""
        for message in messages:
            self._sent.append(message)
            self._outbox.put(message)

    def half_close(self) -> None:
        """Says that no more requests come."""
        self._outbox.put(_END)

    def cancel(self) -> None:
        """Cancels the call, as a client does that has lost interest."""
        self.rpc.cancel()
        self._outbox.put(_END)

    def next(self, diagnosis: str = "", within: float = 5.0) -> Any:
        """Waits for the next reply.

        Raises:
            Incorrect: none comes within that many seconds, or the call ends instead.
        """
        expected = f"reply number {len(self._replies) + 1}"
        try:
            reply = self._inbox.get(timeout=within)
        except queue.Empty:
            self.rpc.cancel()
            raise Incorrect(
                diagnosis, called=self.text, expected=expected, actual=f"nothing within {within:g} s"
            ) from None
        if reply is _END:
            self._ended = True
            self.finish().surface(expected, diagnosis)
            raise Incorrect(diagnosis, called=self.text, expected=expected, actual="the end of the call")
        self._replies.append(reply)
        self.taken += 1
        return reply

    def over(self, within: float) -> bool:
        """Waits until the server has ended the call, `within` seconds at most, and returns whether it has.

        Nothing is half-closed for it: this is for a server that ends a call by itself.
        """
        return self._over.wait(within)

    def finish(self) -> CallResult:
        """Half-closes, takes the rest of the replies and returns the `CallResult`."""
        self._outbox.put(_END)
        for reply in self._rest():
            self._replies.append(reply)
            if len(self._replies) > MOST_REPLIES:
                self._trouble = (
                    f"`{self.method.name}` sends replies without end: {MOST_REPLIES:,} of them and still going on. "
                    "What should make it stop?"
                )
                self.rpc.cancel()
                break
        if self._raised:
            raise Raised(self._raised, called=self.text)
        timed_out = self._own_limit and self.rpc.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        if timed_out and not self._trouble and time.monotonic() - self._started > 0.9 * self._timeout:
            self._trouble = (
                f"The check waited {self._timeout:g} s for `{self.method.name}` to end its call. "
                "Is there a loop that never ends, or does it wait for something that never comes?"
            )
        return CallResult(
            self.text, len(self._sent), self._replies, self._arrivals, self.rpc, self._server, self._trouble,
            GetMessageClass(self.method.output_type),
        )  # fmt: skip

    def _require_a_call(self) -> None:
        """Refuses what an interceptor of the client returned in place of the call."""
        if not all(hasattr(self.rpc, name) for name in ("cancel", "code", "trailing_metadata")):
            self._outbox.put(_END)
            raise Incorrect(
                "A client interceptor returns the call that `continuation` gave it: its caller may want to cancel it, or "
                "to ask for its status."
                + (" A `yield` makes a generator of your function." if inspect.isgenerator(self.rpc) else ""),
                called=self.text, expected="a call", actual=formatting.describe(self.rpc),
            )  # fmt: skip

    def _rest(self) -> Iterator[Message]:
        while not self._ended:
            # The call has a deadline, so the end always comes.
            reply = self._inbox.get()
            if reply is _END:
                self._ended = True
                return
            yield reply

    def _read(self) -> None:
        try:
            replies = self.rpc if self.method.server_streaming else [self.rpc.result()]
            for reply in replies:
                self._arrivals.append(time.monotonic() - self._started)
                self._inbox.put(reply)
        except (grpc.RpcError, grpc.FutureCancelledError):
            pass  # the call's status says it
        except Exception as error:  # of an interceptor of the learner's
            self._raised = error
        finally:
            self._inbox.put(_END)
            self._over.set()
