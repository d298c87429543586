"""The only I/O of the wire package: a loopback relay that records what passes through it.

A tap accepts connections on a port of its own and forwards them to its target. Of each piece of bytes it
first notes ``(connection, direction, time, bytes)``, then sends it on; decoding comes later and elsewhere.
Two threads a connection, one for each direction, block in ``recv`` and ``send``. One thread with epoll, which
asks the system three times a piece instead of twice, was measured slower (a small unary call took 1.4 times
as long as direct, against 1.1); and a slow reader slows its sender down as it would without a relay.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
import time
import weakref
from typing import Any

from helpers.wire import registry
from helpers.wire.capture import Capture
from helpers.wire.recording import DEFAULT_LIMIT, Recording
from helpers.wire.relay import Link

QUIET_NS = 20_000_000
"""A capture ends when, after its block, nothing has passed for this long ..."""

PATIENCE_NS = 200_000_000
"""... but at the latest after this long."""


def tap(server: Any, *, limit: int = DEFAULT_LIMIT, distance: float = 0.0) -> Tap:
    """Put a recording relay in front of a server.

    Calling it again for the same target gives the same tap, so re-running a cell is harmless; when a cell
    is run again and its target has moved, the tap it made before is closed. A tap of something that has
    ``on_stop(callback)`` ends with it.

    Args:
        server: What ``serve`` returns, or anything with an ``address`` such as ``"127.0.0.1:50051"``; or such
            a string; or a port number. Also for servers in other processes and languages, and for HTTP/1.1.
        limit: Most bytes that the recording keeps; when there are more, the oldest go.
        distance: Seconds that every byte is on the way, in each direction, as over a long cable.

    Returns:
        A running tap; connect clients to its ``address``.

    Raises:
        ValueError: The address is not on loopback, or no address; the distance is negative.
    """
    if not distance >= 0:
        raise ValueError(f"distance is a number of seconds, 0 or more, not {distance!r}")
    target = parse_target(server)
    made = registry.reuse_or_make(
        target, limit, distance, lambda: Tap(target, limit=limit, distance=distance)
    )
    made.end_with(server)
    return made


def parse_target(server: Any) -> tuple[str, int]:
    """Host and port of what ``tap`` was given; raises ValueError where it is not on loopback."""
    address = server if isinstance(server, (str, int)) else getattr(server, "address", None)
    if isinstance(address, bool) or address is None:
        raise ValueError(f"tap() takes a server, 'host:port' or a port number, not {server!r}")
    host, colon, port = str(address).rpartition(":")
    host = host.strip("[]") if colon else "127.0.0.1"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"no port in {address!r}: tap() takes something like '127.0.0.1:50051'")
    if not _on_loopback(host):
        raise ValueError(
            f"tap() reaches servers on this machine only (127.0.0.1, localhost, ::1), and {host!r} is elsewhere: "
            "it records plain bytes, so it stays off the network"
        )
    return host, int(port)


class Tap:
    """A running relay; made by ``tap``.

    Args:
        target: Host and port to forward to.
        limit: Most bytes that the recording keeps.
        distance: Seconds that every byte is on the way, in each direction.
    """

    def __init__(self, target: tuple[str, int], *, limit: int = DEFAULT_LIMIT, distance: float = 0.0) -> None:
        self.target = target
        self.distance = distance
        self.recording = Recording(limit)
        """Everything that passed, as records."""
        self.closed = False
        """Whether it has stopped accepting connections."""
        self._lock = threading.Lock()
        self._links: set[Link] = set()
        self._servers: weakref.WeakSet = weakref.WeakSet()
        self._count = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, name=f"tap-{self.port}", daemon=True)
        self._acceptor.start()

    @property
    def address(self) -> str:
        """Where clients connect: ``127.0.0.1:port``."""
        return f"127.0.0.1:{self.port}"

    @property
    def dropped(self) -> int:
        """Bytes that the recording no longer has, because there were more than its limit."""
        return self.recording.dropped

    def capture(self, title: str = "") -> Capturing:
        """Record what passes while a block runs.

        ``with wire.capture() as call:`` gives a ``Capture`` that is live inside of the block and a value
        after it; ``async with`` does the same without holding up the event loop. What a call leaves behind
        (RST_STREAM, WINDOW_UPDATE, the answer to a PING) may pass a moment after the client has its result;
        so the end waits until nothing has passed for 20 ms and every PING and SETTINGS has its answer, but
        at most 200 ms, as other calls may never be quiet.
        """
        return Capturing(self, title)

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
            empty = not self._links
        _wake(self._listener, self.port)
        self._acceptor.join(1.0)
        if empty:
            registry.forget(self)

    def close(self) -> None:
        """Stop: accept nothing more, and end the open connections.

        Captures and the recording stay. Calling it again does nothing.
        """
        self.drain()
        with self._lock:
            links = list(self._links)
        for link in links:
            link.cut()
        for link in links:
            link.join(1.0)

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
                    link = Link(self._count, client, self.target, self.recording, self.distance, self._forget)
                    self._links.add(link)
                link.start()

    def _forget(self, link: Link) -> None:
        with self._lock:
            self._links.discard(link)
            over = self.closed and not self._links
        if over:
            registry.forget(self)

    def __enter__(self) -> Tap:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"{self._count} connections so far"
        dropped = f", {self.dropped} bytes dropped" if self.dropped else ""
        return f"<Tap {self.address} → {self.target[0]}:{self.target[1]}, {state}{dropped}>"


class Capturing:
    """What ``Tap.capture`` returns: enter it with ``with`` or ``async with``."""

    def __init__(self, tap: Tap, title: str) -> None:
        self._tap = tap
        self._title = title
        self._capture: Capture | None = None

    def __enter__(self) -> Capture:
        self._capture = Capture.begin(self._tap.recording, self._title)
        return self._capture

    def __exit__(self, *exc: object) -> None:
        begin = self._tap.recording.clock()
        try:
            while (rest := self._rest(begin)) > 0:
                time.sleep(rest)
        finally:
            self._capture.finish()

    async def __aenter__(self) -> Capture:
        return self.__enter__()

    async def __aexit__(self, *exc: object) -> None:
        begin = self._tap.recording.clock()
        try:
            while (rest := self._rest(begin)) > 0:
                await asyncio.sleep(rest)
        finally:
            self._capture.finish()

    def _rest(self, begin: int) -> float:
        """Seconds to wait before looking again; zero when the capture may end."""
        recording = self._tap.recording
        now = recording.clock()
        if now >= begin + PATIENCE_NS:
            return 0.0
        quiet = max(recording.last_ns, begin) + QUIET_NS - now
        if quiet <= 0:
            return 0.0 if self._capture.settled else 0.002
        return quiet / 1e9


def _on_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wake(listener: socket.socket, port: int) -> None:
    """Make a thread that waits in ``accept`` return."""
    try:
        listener.shutdown(socket.SHUT_RDWR)
    except OSError:  # not every system can; a last connection does it everywhere
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
