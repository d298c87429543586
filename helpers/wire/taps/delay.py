"""A delay on the way: bytes that are sent now, and arrive a while later."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time

from .tls_socket import TlsSocket


class DelayedSender:
    """The sending side of a socket, as if the receiver were far away.

    Everything arrives in order and `seconds` late, as over a long cable: the sender does not wait, and what
    is on the way does not slow down what follows. `close` ends it after all that was sent has arrived.

    Args:
        sink: where the bytes go.
        seconds: how long they are on the way.
    """

    def __init__(self, sink: socket.socket | TlsSocket, seconds: float) -> None:
        self._sink, self._seconds = sink, seconds
        self._on_the_way: queue.SimpleQueue[tuple[float, bytes | None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._deliver, name="tap-delay", daemon=True)
        self._thread.start()

    def sendall(self, data: bytes) -> None:
        """Sends bytes; returns at once."""
        self._on_the_way.put((time.monotonic() + self._seconds, data))

    def close(self) -> None:
        """Waits until all has arrived, and ends."""
        self._on_the_way.put((0.0, None))
        self._thread.join()

    def _deliver(self) -> None:
        while True:
            due, data = self._on_the_way.get()
            if data is None:
                return
            time.sleep(max(0.0, due - time.monotonic()))
            # Where the receiver has gone, the relay's other direction finds out and ends both.
            with contextlib.suppress(OSError):
                self._sink.sendall(data)
