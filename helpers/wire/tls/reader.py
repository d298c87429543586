"""The reader of TLS: bytes to records, and the handshake messages in the clear that are in them.

Nothing here has a key. What comes after the hello messages in TLS 1.3, and after ChangeCipherSpec in older versions,
is told by its size.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from . import names
from .handshakes import HEADER, Handshake, Hello, read
from .records import MOST_CLEAR, MOST_ENCRYPTED, RECORD_HEADER, HandshakePart, TlsSession

MESSAGE_LIMIT = 128 * 1024
"""Longest handshake message that is read, in bytes; a chain of certificates has a few thousand."""


class Negotiation:
    """What both directions of a connection share."""

    __slots__ = ("session",)

    def __init__(self) -> None:
        self.session = TlsSession()

    def state(self) -> list[Any]:
        """Everything that was agreed on, as plain values."""
        return [list(value) if isinstance(value, tuple) else value for value in self.session]

    def restore(self, state: list[Any]) -> None:
        """Go on from a `state`."""
        version, cipher, group, server_name, offered, alpn = state
        self.session = TlsSession(version, cipher, group, server_name, tuple(offered), alpn)


class RecordPiece(NamedTuple):
    """A record that was read."""

    end: int
    """The position after it."""
    encrypted: bool
    parts: tuple[HandshakePart, ...]
    open: str | None
    problem: str | None


class TlsReader:
    """Reads the records of one direction.

    Args:
        to_server: Whether it is the client's.
        negotiation: Shared by both directions: the server's choice tells how to read the client.
    """

    __slots__ = ("_encrypted", "_message", "_negotiation", "_skip", "_to_server")

    def __init__(self, to_server: bool, negotiation: Negotiation) -> None:
        self._to_server = to_server
        self._negotiation = negotiation
        self._encrypted = False  # after ChangeCipherSpec, before TLS 1.3: all types of records are
        self._message = bytearray()  # a handshake message whose rest is in the next record
        self._skip = 0  # bytes that are left of one that is too long to be read

    def state(self) -> list[Any]:
        """Everything needed to go on, as plain values."""
        return [self._encrypted, bytes(self._message), self._skip]

    def restore(self, state: list[Any]) -> None:
        """Go on from a `state`."""
        self._encrypted, message, self._skip = state
        self._message = bytearray(message)

    @staticmethod
    def is_record(data: bytes, pos: int) -> bool:
        """Whether a record may begin there, as far as its type and version tell; there are two bytes or more."""
        return data[pos] in names.RECORDS and data[pos + 1] == 3

    @staticmethod
    def begins(data: bytes) -> bool:
        """Whether a record begins there, as far as its whole header tells."""
        head = len(data) >= RECORD_HEADER and data[0] in names.RECORDS and data[1] == 3 and data[2] <= 4
        return head and int.from_bytes(data[3:5], "big") <= MOST_ENCRYPTED

    def step(self, data: bytes, pos: int) -> RecordPiece | int:
        """Read the next record; or the number of bytes needed from `pos` where there are too few.

        Args:
            data: Bytes of the direction.
            pos: Where the record begins; its header is complete.
        """
        size = int.from_bytes(data[pos + 3 : pos + RECORD_HEADER], "big")
        start, end = pos + RECORD_HEADER, pos + RECORD_HEADER + size
        if end > len(data):
            return end - pos
        kind = data[pos]
        encrypted = self._encrypted or kind == names.APPLICATION_DATA
        most = MOST_ENCRYPTED if encrypted else MOST_CLEAR
        if size > most:
            return RecordPiece(
                end, encrypted, (), None, f"a record of {size} B, where TLS allows {most} B at the most"
            )
        if encrypted:
            return RecordPiece(end, True, (), None, None)
        if kind == names.HANDSHAKE:
            parts, left = self._handshake(data, start, end)
            wrong = next((part.message.problem for part in parts if part.message.problem), None)
            problem = wrong if size else "a record of a handshake without any of it"
            return RecordPiece(
                end, False, tuple(part._replace(end=part.end - pos) for part in parts), left, problem
            )
        expected = {names.ALERT: 2, names.CHANGE_CIPHER_SPEC: 1}.get(kind, size)
        if kind == names.CHANGE_CIPHER_SPEC and self._negotiation.session.version not in (None, names.TLS13):
            self._encrypted = True  # TLS 1.3 sends it for old middleboxes alone (RFC 8446 section D.4)
        told = names.RECORDS[kind].replace("_", " ")
        problem = None if size == expected else f"a record of {told} of {size} B instead of {expected} B"
        return RecordPiece(end, False, (), None, problem)

    def _handshake(self, data: bytes, pos: int, end: int) -> tuple[list[HandshakePart], str | None]:
        """The messages that are complete with a record, and what is left of another one."""
        parts: list[HandshakePart] = []
        left = "more of a handshake message that is too long to be read here" if self._skip else None
        message = self._message
        while pos < end:
            if self._skip:
                taken = min(self._skip, end - pos)
                self._skip -= taken
                pos += taken
                continue
            wanted = HEADER if len(message) < HEADER else _length(message)
            taken = min(wanted - len(message), end - pos)
            message += data[pos : pos + taken]
            pos += taken
            if len(message) < HEADER:
                break
            if _length(message) > MESSAGE_LIMIT:
                self._skip = _length(message) - len(message)
                left = f"{_told(message)} of {_length(message)} B, which is too long to be read here"
                message.clear()
            elif len(message) == _length(message):
                parts.append(HandshakePart(pos, self._complete(bytes(message))))
                message.clear()
        if len(message) >= HEADER:
            return parts, f"{_told(message)}, {len(message)} of its {_length(message)} B so far"
        return parts, f"{len(message)} B of a handshake message" if message else left

    def _complete(self, data: bytes) -> Handshake:
        hello, _, region = read(data)
        if hello is not None and data[0] == (names.CLIENT_HELLO if self._to_server else names.SERVER_HELLO):
            self._agree(hello)
        return Handshake(data, region.problem)

    def _agree(self, hello: Hello) -> None:
        session = self._negotiation.session
        if self._to_server:
            self._negotiation.session = session._replace(
                server_name=hello.server_name, offered=tuple(hello.alpn)
            )
            return
        self._negotiation.session = session._replace(
            version=_first(hello.versions),
            cipher=_first(hello.ciphers),
            group=_first(hello.key_shares),
            alpn=hello.alpn[0] if hello.alpn else None,
        )


def _first(found: list[int]) -> int | None:
    return found[0] if found else None


def _length(message: bytearray) -> int:
    """Of a message, its header included."""
    return HEADER + int.from_bytes(message[1:HEADER], "big")


def _told(message: bytearray) -> str:
    return names.HANDSHAKES.get(message[0]) or f"handshake message of type {message[0]}"
