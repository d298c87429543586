"""One call made by the console: it runs in a thread of its own and keeps a bounded account of what happened.

Nothing here blocks the one who presses a button, and nothing prints. Whoever shows the call is told that
there is news, and then looks.
"""

from __future__ import annotations

import collections
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import grpc
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from ..kit.style import fmt_duration
from .schema import Method

KEPT = 500
"""So many entries of a call are kept; the older ones are counted."""
FREE = 2000
"""So many messages are read as fast as they come; after them `RATE` a second."""
RATE = 1000
_PAUSE = 0.02  # seconds that a reader who is ahead waits: long enough for the kernel's other threads

Metadata = Sequence[tuple[str, "str | bytes"]]


@dataclass(frozen=True)
class CallEvent:
    """One line of a call's account.

    Attributes:
        number: 0 for the first line.
        at: seconds since the call began.
        sent: whether it went from the client to the server.
        what: the message, or words for something else (``"half-close"``).
    """

    number: int
    at: float
    sent: bool
    what: Message | str


@dataclass(frozen=True)
class CallStatus:
    """How a call ended.

    Attributes:
        code: the status code.
        details: the words that came with it.
    """

    code: grpc.StatusCode
    details: str


@dataclass(frozen=True)
class CallState:
    """What is known of a call at one moment, as a value.

    Attributes:
        entries: the newest entries, oldest first, at most `KEPT`.
        total: how many there have been.
        sent: messages sent; 0 of a call that ended without having found a connection.
        received: messages received.
        waiting: messages that gRPC has not taken yet, because the one before it is not sent.
        initial: initial metadata; None before it has arrived.
        trailers: trailing metadata; None before the end.
        status: None before the end.
        half_closed: whether the client has said that no more requests come.
        seconds: since the call began, or how long it took.
        braked: whether responses come faster than they are read, to leave the kernel time for other things.
    """

    entries: tuple[CallEvent, ...]
    total: int
    sent: int
    received: int
    waiting: int
    initial: Metadata | None
    trailers: Metadata | None
    status: CallStatus | None
    half_closed: bool
    seconds: float
    braked: bool

    @property
    def outcome(self) -> str:
        """How the call stands, in a line."""
        counts = f"{self.sent:,} sent, {self.received:,} received"
        if self.status is None:
            return f"running, {counts}"
        details = f" ({self.status.details})" if self.status.details else ""
        return f"{self.status.code.name}{details} after {fmt_duration(self.seconds)}, {counts}"


class ConsoleCall:
    """A call that has been started.

    Args:
        channel: where to call.
        method: what to call.
        request: the one request; None where the client streams (`send`).
        metadata: keys and values to send along.
        timeout: the deadline in seconds from now; None for none.
        news: called after each change, from any thread; must be quick.

    Raises:
        ValueError: gRPC does not take the metadata or the deadline.
    """

    def __init__(
        self,
        channel: grpc.Channel,
        method: Method,
        request: Message | None = None,
        *,
        metadata: Metadata = (),
        timeout: float | None = None,
        news: Callable[[], None] = lambda: None,
    ) -> None:
        self.method = method
        self.requests: collections.deque[Message] = collections.deque(maxlen=KEPT)
        self._news = news
        self._lock = threading.Lock()
        self._entries: collections.deque[CallEvent] = collections.deque(maxlen=KEPT)
        self._total = self._queued = self._sent = self._received = 0
        self._initial: Metadata | None = None
        self._trailers: Metadata | None = None
        self._status: CallStatus | None = None
        self._half_closed = not method.client_streams
        self._took = 0.0
        self._braked = False
        self._outbox = _Outbox(self._add_sent)
        self._began = time.monotonic()
        if request is not None:
            self.requests.append(request)
            self._add_sent(request)
        first: Any = self._outbox if method.client_streams else request
        self._rpc = _callable(channel, method)(first, timeout=timeout, metadata=tuple(metadata) or None)
        self._thread = threading.Thread(target=self._read, name="console call", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether the status is there."""
        return self._status is not None

    def send(self, message: Message) -> bool:
        """Sends a message of a request stream; False where the stream is closed."""
        with self._lock:
            if self._half_closed or self._status is not None:
                return False
            self.requests.append(message)
            self._queued += 1
        self._outbox.put(message)
        self._news()
        return True

    def half_close(self) -> None:
        """Says that no more requests come, once those before it are sent."""
        with self._lock:
            if self._half_closed or self._status is not None:
                return
            self._half_closed = True
        self._outbox.close()
        self._news()

    def cancel(self) -> None:
        """Ends the call with CANCELLED; does nothing after its end."""
        with self._lock:
            if self._status is not None:
                return
            self._add(True, "cancel")
        self._rpc.cancel()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits (seconds) for the end; whether it has come."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def account(self, entries: bool = True) -> CallState:
        """What is known now, with the entries or without."""
        with self._lock:
            return CallState(
                entries=tuple(self._entries) if entries else (),
                total=self._total,
                sent=self._sent,
                received=self._received,
                waiting=0 if self._status else max(0, self._queued - self._sent),
                initial=self._initial,
                trailers=self._trailers,
                status=self._status,
                half_closed=self._half_closed,
                seconds=self._took if self._status else time.monotonic() - self._began,
                braked=self._braked,
            )

    def entries_after(self, number: int, most: int) -> tuple[list[CallEvent], int]:
        """The newest entries, at most ``most``, of those after ``number``; and how many there were in all."""
        with self._lock:
            count = min(most, self._total - 1 - number, len(self._entries))
            return list(islice(self._entries, len(self._entries) - count, None)), self._total

    def _add(self, sent: bool, what: Message | str) -> None:
        self._entries.append(CallEvent(self._total, time.monotonic() - self._began, sent, what))
        self._total += 1

    def _add_sent(self, message: Message | None) -> None:
        with self._lock:
            if message is None:
                self._add(True, "half-close")
            else:
                self._sent += 1
                self._add(True, message)
        self._news()

    def _read(self) -> None:
        rpc = self._rpc
        try:
            initial = tuple(rpc.initial_metadata() or ())
            with self._lock:
                self._initial = initial
            self._news()
            for reply in rpc if self.method.server_streams else (rpc.result(),):
                with self._lock:
                    self._received += 1
                    self._add(False, reply)
                self._news()
                self._brake()
        except (grpc.RpcError, grpc.FutureCancelledError):
            pass  # the status says it
        finally:
            self._end(CallStatus(rpc.code(), rpc.details() or ""), tuple(rpc.trailing_metadata() or ()))

    def _brake(self) -> None:
        """Waits where messages come faster than `RATE`: gRPC's flow control then slows the server down."""
        due = (self._received - FREE) / RATE
        if due > _PAUSE and due > time.monotonic() - self._began:
            self._braked = True
            time.sleep(_PAUSE)

    def _end(self, status: CallStatus, trailers: Metadata) -> None:
        with self._lock:
            if _NEVER_LEFT.match(status.details):
                self._sent = 0  # gRPC had taken them, and they got no further
            self._took = time.monotonic() - self._began
            self._trailers, self._status = trailers, status
        self._outbox.close(quietly=True)
        self._news()


# What gRPC 1.85 says of a call that found no connection, or was refused by the library itself.
_NEVER_LEFT = re.compile(
    r"failed to connect|errors? resolving|DNS resolution failed|Invalid metadata|Exception serializing request"
)


class _Outbox:
    """The iterator from which gRPC takes requests: it waits for the next one until it is closed.

    ``taken`` is told of each message that gRPC takes, and gets None at the half-close.
    """

    def __init__(self, taken: Callable[[Message | None], None]) -> None:
        self._queue: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._taken = taken
        self._quiet = self._over = False

    def put(self, message: Message) -> None:
        self._queue.put(message)

    def close(self, quietly: bool = False) -> None:
        self._quiet = self._quiet or quietly
        self._queue.put(None)

    def __iter__(self) -> Iterator[Message]:
        return self

    def __next__(self) -> Message:
        message = None if self._over or self._quiet else self._queue.get()
        if self._quiet:
            raise StopIteration
        if message is None:
            if not self._over:
                self._over = True
                self._taken(None)
            raise StopIteration
        self._taken(message)
        return message


def _callable(channel: grpc.Channel, method: Method) -> Callable[..., Any]:
    """What starts a call of this method without waiting for it."""
    kinds: dict[tuple[bool, bool], Callable[..., Any]] = {
        (False, False): channel.unary_unary,
        (False, True): channel.unary_stream,
        (True, False): channel.stream_unary,
        (True, True): channel.stream_stream,
    }
    multi = kinds[method.client_streams, method.server_streams](
        method.path,
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=GetMessageClass(method.response).FromString,
    )
    return multi if method.server_streams else multi.future
