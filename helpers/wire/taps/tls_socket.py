"""A socket that speaks TLS, for the two threads of a relayed connection."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading

BUFFER = 64 * 1024
"""Most bytes of records that are taken at once."""

HANDSHAKE, ALERT = 0x16, 0x15  # types of records (RFC 8446 section 5.1)


class TlsSocket:
    """One end of a TLS connection, with as much of a socket's interface as a relay needs.

    One thread may receive while another sends, which `ssl.SSLSocket` does not allow. Here the cryptography is apart
    from the socket: an `ssl.SSLObject` between two buffers in memory never waits for anyone, so a lock around each of
    its steps is held for microseconds, and no thread has it while it waits for a peer.

    Only the sending thread sends. What receiving wants to have sent (the answer to a KeyUpdate) goes with what is sent
    next, as it may (RFC 8446 section 4.6.3).

    Args:
        plain: The connection; whoever has this owns it.
        context: What this end shows and trusts.
        server_name: The name that the peer's certificate must be made for; None where the peer is a client.
    """

    def __init__(
        self, plain: socket.socket, context: ssl.SSLContext, *, server_name: str | None = None
    ) -> None:
        self.plain = plain
        self.server_name = server_name
        self.answered = b""
        """The first byte that the peer has sent: a TLS record's type, where it speaks TLS at all."""
        self.spoke = False
        """Whether this end has said anything: as a server it then has shown its certificate, or why it will not."""
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._in, self._out, server_side=server_name is None, server_hostname=server_name
        )
        self._lock = threading.Lock()
        self._buffer = bytearray(BUFFER)

    def handshake(self) -> str:
        """Shake hands with the peer; before anything else, and for the thread that has made this.

        Returns:
            What was agreed on: ``TLS 1.3, TLS_AES_256_GCM_SHA384, ALPN h2``.

        Raises:
            ssl.SSLError: The peer does not speak TLS, or one of the two does not trust the other.
            OSError: The connection has ended.
        """
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._flush()
            except ssl.SSLError:
                with contextlib.suppress(OSError):
                    self._flush()  # the alert that tells the peer why
                raise
            if not self._fill():
                raise ConnectionResetError
        self._flush()
        cipher = self._tls.cipher()
        alpn = self._tls.selected_alpn_protocol()
        version = (self._tls.version() or "").replace("v", " ")
        return ", ".join([version, cipher[0] if cipher else "", f"ALPN {alpn}" if alpn else "no ALPN"])

    @property
    def alpn(self) -> str | None:
        """The protocol that both have agreed on, ``h2``; None where one of them did not ask."""
        return self._tls.selected_alpn_protocol()

    def recv_into(self, buffer: bytearray) -> int:
        """Receives what has been encrypted; returns how many bytes, 0 at the end."""
        ended = False
        while True:
            with self._lock:
                try:
                    return int(
                        self._tls.read(len(buffer), buffer)
                    )  # typeshed has the bytes of read(n) here, too
                except ssl.SSLWantReadError:
                    if ended:
                        return 0
                except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                    return 0
            ended = not self._fill()

    def sendall(self, data: bytes) -> None:
        """Encrypts and sends bytes."""
        view = memoryview(data)
        while view:
            with self._lock:
                view = view[self._tls.write(view) :]  # a record at a time
        self._flush()

    def shutdown(self, how: int) -> None:
        """Ends one direction, or both at once; says so in TLS where only sending ends."""
        if how == socket.SHUT_WR:
            with self._lock, contextlib.suppress(ssl.SSLError):
                self._tls.unwrap()  # sends close_notify, and raises because it has no answer yet
            self._flush()
        self.plain.shutdown(how)

    def setsockopt(self, level: int, option: int, value: int | bytes) -> None:
        """Sets an option of the connection."""
        self.plain.setsockopt(level, option, value)

    def fileno(self) -> int:
        """The connection's descriptor."""
        return self.plain.fileno()

    def close(self) -> None:
        """Closes the connection."""
        self.plain.close()

    def _fill(self) -> int:
        count = self.plain.recv_into(self._buffer)
        if count and not self.answered:
            self.answered = bytes(self._buffer[:1])
        with self._lock:
            if count:
                self._in.write(memoryview(self._buffer)[:count])
            else:
                self._in.write_eof()
        return count

    def _flush(self) -> None:
        with self._lock:
            data = self._out.read()
        if data:
            self.spoke = True
            self.plain.sendall(data)
