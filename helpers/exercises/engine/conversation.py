"""A call under way: for streams, where what is sent depends on what has come."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from . import wording
from .call import Call
from .hosting import Host
from .verdict import Failed

_END = object()


class Conversation:
    """A call that `Service.start` has begun.

    Attributes:
        method: the method's descriptor.
        rpc: gRPC's own object for the call.
    """

    def __init__(
        self,
        host: Host,
        multicallable: Callable,
        method: MethodDescriptor,
        request: Message | Iterable[Message] | None,
        metadata: Sequence[tuple[str, str | bytes]],
        timeout: float,
        *,
        own_limit: bool,
    ):
        self.method, self._timeout, self._own_limit, self._host = method, timeout, own_limit, host
        self._trouble = ""
        self._sent: list[Message] = []
        self._outbox: queue.SimpleQueue = queue.SimpleQueue()
        self._inbox: queue.SimpleQueue = queue.SimpleQueue()
        self._replies: list[Message] = []
        self._arrivals: list[float] = []
        self._started = time.monotonic()
        self._ended, self._over = False, threading.Event()
        if method.client_streaming:
            for message in request or ():
                self.send(message)
            if request is not None:
                self.half_close()
            request = iter(self._outbox.get, _END)
        else:
            self._sent.append(request)
        send = multicallable if method.server_streaming else multicallable.future
        self.rpc = send(request, timeout=timeout, metadata=tuple(metadata) or None)
        threading.Thread(target=self._read, name="exercise", daemon=True).start()

    @property
    def text(self) -> str:
        """The call with what was sent."""
        sent = self._sent if self.method.client_streaming else self._sent[0]
        return wording.call_text(self.method.name, sent)

    def send(self, message: Message) -> None:
        """Sends one more request."""
        self._sent.append(message)
        self._outbox.put(message)

    def half_close(self) -> None:
        """Says that no more requests come."""
        self._outbox.put(_END)

    def cancel(self) -> None:
        """Cancels the call, as a client does that has lost interest."""
        self.rpc.cancel()
        self._outbox.put(_END)

    def next(self, likely: str = "", within: float = 5.0) -> Message:
        """Waits for the next reply.

        Raises:
            Failed: none comes within that many seconds, or the call ends instead.
        """
        expected = f"reply number {len(self._replies) + 1}"
        try:
            reply = self._inbox.get(timeout=within)
        except queue.Empty:
            self.rpc.cancel()
            raise Failed(
                likely, called=self.text, expected=expected, came=f"nothing within {within:g} s"
            ) from None
        if reply is _END:
            self._ended = True
            self.finish().surface(expected, likely)
            raise Failed(likely, called=self.text, expected=expected, came="the end of the call")
        self._replies.append(reply)
        return reply

    def over(self, within: float) -> bool:
        """Waits until the server has ended the call, `within` seconds at most, and returns whether it has.

        Nothing is half-closed for it: this is for a server that ends a call by itself.
        """
        return self._over.wait(within)

    def finish(self, at_most: int = 1000) -> Call:
        """Half-closes, takes the rest of the replies and returns the `Call`."""
        self._outbox.put(_END)
        for reply in self._rest():
            self._replies.append(reply)
            if len(self._replies) > at_most:
                self._trouble = (
                    f"`{self.method.name}` sends replies without end: {at_most:,} of them and still going on. "
                    "What should make it stop?"
                )
                self.rpc.cancel()
                break
        if not self._trouble and self._own_limit and self.rpc.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
            self._trouble = (
                f"The check waited {self._timeout:g} s for `{self.method.name}` to end its call. "
                "Is there a loop that never ends, or does it wait for something that never comes?"
            )
        return Call(
            self.text, self._replies, self._arrivals, self.rpc, self._started, self._host, self._trouble
        )

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
        finally:
            self._inbox.put(_END)
            self._over.set()
