"""One relayed connection: two threads that receive, record and send on."""

from __future__ import annotations

import contextlib
import select
import selectors
import socket
import struct
import threading
from collections.abc import Callable

from ..direction import TO_CLIENT, TO_SERVER, Direction
from ..recording import Recording
from .delay import DelayedSender
from .handshake_problems import problem_of, silence_of
from .termination import Tls
from .tls_socket import TlsSocket

BUFFER = 256 * 1024
"""Most bytes that are taken at once."""

LOOK = 0.005
"""Seconds between two looks at what has come, while nothing may pass."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close() sends RST instead of FIN


class RelayedConnection:
    """Forwards between a client that has been accepted and the target, and records before it forwards.

    The end of one direction (FIN) is passed on as such, and a reset (RST) as a reset. A target that refuses
    can only be passed on as a reset: the client was accepted before that was known.

    Args:
        number: Number of the connection, for its records.
        client: The accepted connection; it is closed here.
        target: Host and port to connect to.
        recording: Where the records go.
        delay: Seconds that bytes are on the way after they have been recorded.
        tls: How to end TLS on both sides; None to forward what comes as it is.
        passing: Set while bytes may be sent on.
        done: Called with this when nothing of it is left.
    """

    def __init__(
        self,
        number: int,
        client: socket.socket,
        target: tuple[str, int],
        recording: Recording,
        delay: float,
        tls: Tls | None,
        passing: threading.Event,
        done: Callable[[RelayedConnection], None],
    ) -> None:
        self._number = number
        self._target = target
        self._recording = recording
        self._delay = delay
        self._tls = tls
        self._passing = passing
        self._done = done
        self.rejection = ""
        """Where the tap ends TLS: why a peer did not get to talk, in a sentence."""
        self._lock = threading.Lock()
        # by the direction of what is received from them
        self._sockets: dict[Direction, socket.socket | TlsSocket] = {TO_SERVER: client}
        self._over = False  # reset or cut: what the threads still see is only an echo of that
        self._silent = {TO_SERVER, TO_CLIENT}  # directions in which nothing has come
        self._ended: set[Direction] = set()  # directions whose FIN has been passed on
        self._running = 1
        self._threads = [self._thread(self._connect, TO_SERVER)]

    def start(self) -> None:
        """Begin to forward."""
        self._threads[0].start()

    def cut(self) -> None:
        """End both directions now."""
        with self._lock:
            if self._over or not self._running:
                return
            self._over = True
            self._note(TO_CLIENT, event="CLOSED")
            for each in self._sockets.values():
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def join(self, timeout: float) -> None:
        """Wait until nothing of it is left, at most `timeout` seconds for each of its threads."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout)

    def _thread(self, run: Callable[[], None], direction: Direction) -> threading.Thread:
        return threading.Thread(target=run, name=f"tap-{self._number}-{direction}", daemon=True)

    def _note(self, direction: Direction, data: bytes = b"", event: str | None = None) -> None:
        self._recording.append(self._number, direction, data, event)

    def _connect(self) -> None:
        client = self._sockets[TO_SERVER]
        self._note(TO_SERVER, event="OPEN")
        try:
            server = socket.create_connection(self._target)
        except OSError:
            self._note(TO_CLIENT, event="REFUSED")
            _reset_on_close(client)
            self._leave()
            return
        with self._lock:
            self._sockets[TO_CLIENT] = server
            for each in (client, server):
                # a relay must not wait for more bytes before it sends: the peers have decided that
                with contextlib.suppress(OSError):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._over:
                with contextlib.suppress(OSError):
                    server.shutdown(socket.SHUT_RDWR)
        if self._tls and not self._end_tls(self._tls):
            self._leave()
            return
        self._running += 1
        back = self._thread(lambda: self._forward(TO_CLIENT), TO_CLIENT)
        self._threads.append(back)
        back.start()
        self._forward(TO_SERVER)

    def _end_tls(self, tls: Tls) -> bool:
        """Shake hands with both peers, so that what is relayed is what they have encrypted; False where one refuses.

        The server is asked for the protocol that the client has chosen.
        """
        alpn = None
        for direction in (TO_SERVER, TO_CLIENT):
            plain = self._sockets[direction]
            assert isinstance(plain, socket.socket)
            end = tls.end(direction, plain, self._target[0], alpn)
            try:
                agreed = end.handshake()
            except OSError as error:
                self._reset(
                    direction,
                    self._sockets[direction.other],
                    f"REJECTED: {problem_of(direction, error, end)}",
                )
                return False
            self._note(direction, event=f"HANDSHAKE: {agreed}")
            with self._lock:
                self._sockets[direction] = end
            alpn = end.alpn
        return True

    def _forward(self, direction: Direction) -> None:
        source, sink = self._sockets[direction], self._sockets[direction.other]
        far = DelayedSender(sink, self._delay) if self._delay else None
        try:
            self._pump(direction, source, sink, far)
        finally:
            if far:
                far.close()
            self._leave()

    def _pump(
        self,
        direction: Direction,
        source: socket.socket | TlsSocket,
        sink: socket.socket | TlsSocket,
        far: DelayedSender | None,
    ) -> None:
        # One buffer for all pieces: recv() of this size would get fresh memory from the system each time,
        # which was measured at a fifth of the latency of a small call.
        buffer = bytearray(BUFFER)
        view = memoryview(buffer)
        number, append, silent, passing = self._number, self._recording.append, self._silent, self._passing
        receive, send = source.recv_into, (far or sink).sendall
        while True:
            try:
                count = receive(buffer)
            except OSError:
                passing.wait()
                self._reset(direction, sink)
                return
            if not count:
                passing.wait()
                if self._tls and direction in self._silent:
                    self._reset(direction, sink)
                    return
                if far:
                    far.close()
                break
            data = bytes(view[:count])
            append(number, direction, data)
            silent.discard(direction)
            if not passing.is_set():
                data = self._held(direction, source, data)
            try:
                send(data)
            except OSError:
                self._reset(direction.other, source)
                return
        with self._lock:
            if self._over:
                return
            reset = direction.other not in self._ended and _hung_up(source)
            if not reset:
                self._ended.add(direction)
                self._note(direction, event="FIN")
                with contextlib.suppress(OSError):
                    sink.shutdown(socket.SHUT_WR)
        if reset:
            self._reset(direction, sink)

    def _held(self, direction: Direction, source: socket.socket | TlsSocket, data: bytes) -> bytes:
        """Waits until something may pass; what comes meanwhile is recorded when it comes, and is in what is given back."""
        if not isinstance(source, socket.socket):
            self._passing.wait()
            return data
        with selectors.DefaultSelector() as incoming:
            incoming.register(source, selectors.EVENT_READ)
            while not self._passing.wait(LOOK):
                if incoming.select(0):
                    more = b""
                    with contextlib.suppress(OSError):  # a reset is met again when this has been sent
                        more = source.recv(BUFFER)
                    if not more:
                        self._passing.wait()
                        break
                    self._note(direction, more)
                    data += more
        return data

    def _reset(self, direction: Direction, survivor: socket.socket | TlsSocket, event: str = "RESET") -> None:
        """The sender of a direction has reset, or refuses to talk: the other peer gets a reset too."""
        with self._lock:
            if self._over:
                return
            self._over = True
            if self._tls and event == "RESET" and direction in self._silent:
                client = self._sockets[TO_SERVER]
                alpn = client.alpn if isinstance(client, TlsSocket) else None
                event = f"REJECTED: {silence_of(direction, self._tls.shows_certificate, alpn)}"
            self.rejection = event.partition("REJECTED: ")[2]
            self._note(direction, event=event)
            _reset_on_close(survivor)
            # wakes the thread that waits to receive from it, and sends nothing
            with contextlib.suppress(OSError):
                survivor.shutdown(socket.SHUT_RD)

    def _leave(self) -> None:
        """The last one closes the sockets."""
        with self._lock:
            self._running -= 1
            if self._running:
                return
            for each in self._sockets.values():
                each.close()
            self._note(TO_CLIENT, event="GONE")
        self._done(self)


def _reset_on_close(each: socket.socket | TlsSocket) -> None:
    with contextlib.suppress(OSError):
        each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)


def _hung_up(source: socket.socket | TlsSocket) -> bool:
    """Whether an end of data was a reset whose error went to the thread that was sending.

    Before we have ended our own direction, the peer's FIN leaves the connection half open, while after RST it
    is closed both ways, which poll tells apart.
    """
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(source, 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))
