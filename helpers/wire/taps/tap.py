"""A tap: a relay on loopback that records what passes through it.

A tap accepts connections on a port of its own and forwards them to its target. Of each piece of bytes it
first notes ``(connection, direction, time, bytes)``, then sends it on; decoding comes later and elsewhere.
Two threads a connection, one for each direction, block in ``recv`` and ``send``. One thread with epoll, which
asks the system three times a piece instead of twice, was measured slower (a small unary call took 1.4 times
as long as direct, against 1.1); and a slow reader slows its sender down as it would without a relay.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from ..capture import Capture
from ..recording import DEFAULT_LIMIT, Recording
from .capturing import Capturing
from .relay import RelayedConnection
from .termination import Tls


class Tap:
    """A running relay; made by `tap`.

    Args:
        target: Host and port to forward to.
        limit: Most bytes that the recording keeps.
        delay: Seconds that every byte is on the way, in each direction.
        tls: How to end TLS; None to relay what passes as it is.
        ended: Called with the tap when nothing of it is left.
    """

    def __init__(
        self,
        target: tuple[str, int],
        *,
        limit: int = DEFAULT_LIMIT,
        delay: float = 0.0,
        tls: Tls | None = None,
        ended: Callable[[Tap], None] = lambda tap: None,
    ) -> None:
        self.target = target
        self.delay = delay
        self.tls = tls
        self._ended = ended
        self.recording = Recording(limit)
        """Everything that passed, as records."""
        self.closed = False
        """Whether it has stopped accepting connections."""
        self._lock = threading.Lock()
        self._connections: set[RelayedConnection] = set()
        self._servers: weakref.WeakSet[Any] = weakref.WeakSet()
        self._count = 0
        self._newest: RelayedConnection | None = None
        self._passing = threading.Event()
        self._passing.set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, name=f"tap-{self.port}", daemon=True)
        self._acceptor.start()

    @property
    def address(self) -> str:
        """Where clients connect: ``127.0.0.1:port``."""
        return f"127.0.0.1:{self.port}"

    @property
    def rejection(self) -> str:
        """Why the newest connection came to nothing, where the tap ends TLS: one sentence, or nothing."""
        return self._newest.rejection if self._newest else ""

    @property
    def dropped(self) -> int:
        """Bytes that the recording no longer has, because there were more than its limit."""
        return self.recording.dropped

    def capture(self, title: str = "") -> Capturing[Capture]:
        """Record what passes while a block runs.

        ``with wire.capture() as call:`` gives a `Capture` that is live inside of the block and a value
        after it; ``async with`` does the same without holding up the event loop. What a call leaves behind
        (RST_STREAM, WINDOW_UPDATE, the answer to a PING) may pass a moment after the client has its result;
        so the end waits until nothing has passed for 20 ms and every PING and SETTINGS has its answer, but
        at most 200 ms, as other calls may never be quiet.
        """
        return Capturing([self.recording], lambda captures: captures[0], title)

    @contextlib.contextmanager
    def silence(self) -> Iterator[Tap]:
        """Let nothing pass while a block runs, in either direction: as if the peer were stuck, or the cable cut.

        Connections stay open and new ones are accepted, so that neither side is told. What a peer sends is recorded
        and kept, and sent on after the block; ``close`` ends the silence, too.
        """
        self._passing.clear()
        try:
            yield self
        finally:
            self._passing.set()

    def snapshot(self, title: str = "") -> Capture:
        """All that the recording still has, as a capture."""
        return Capture.of(self.recording, title)

    def end_with(self, server: Any) -> None:
        """Accept nothing more once ``server`` stops, if it can tell (``on_stop``); calls may still end."""
        if not hasattr(server, "on_stop"):
            return
        with self._lock:
            if server in self._servers:
                return
            self._servers.add(server)
        server.on_stop(self.drain)

    def drain(self) -> None:
        """Accept nothing more; open connections go on until they end by themselves."""
        with self._lock:
            if self.closed:
                return
            self.closed = True
            empty = not self._connections
        _wake(self._listener, self.port)
        self._acceptor.join(1.0)
        if empty:
            self._ended(self)

    def close(self) -> None:
        """Stop: accept nothing more, and end the open connections.

        Captures and the recording stay. Calling it again does nothing.
        """
        self._passing.set()
        self.drain()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            connection.cut()
        for connection in connections:
            connection.join(1.0)

    def _accept(self) -> None:
        with self._listener:
            while not self.closed:
                try:
                    client, _ = self._listener.accept()
                except OSError:  # closed, or out of file descriptors for the moment
                    time.sleep(0.01)
                    continue
                with self._lock:
                    if self.closed:
                        client.close()
                        return
                    self._count += 1
                    connection = RelayedConnection(
                        self._count,
                        client,
                        self.target,
                        self.recording,
                        self.delay,
                        self.tls,
                        self._passing,
                        self._forget,
                    )
                    self._connections.add(connection)
                    self._newest = connection
                connection.start()

    def _forget(self, connection: RelayedConnection) -> None:
        with self._lock:
            self._connections.discard(connection)
            over = self.closed and not self._connections
        if over:
            self._ended(self)

    def __enter__(self) -> Tap:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"{self._count} connections so far"
        dropped = f", {self.dropped} bytes dropped" if self.dropped else ""
        return f"<Tap {self.address} → {self.target[0]}:{self.target[1]}, {state}{dropped}>"


def _wake(listener: socket.socket, port: int) -> None:
    """Make a thread that waits in ``accept`` return."""
    try:
        listener.shutdown(socket.SHUT_RDWR)
    except OSError:  # not every system can; a last connection does it everywhere
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
