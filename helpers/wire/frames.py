"""The values of the lowest layer: what was on the wire, frame by frame.

All are small frozen values. Times are nanoseconds of one monotonic clock, only their differences mean
something; byte ranges are half-open (``start <= i < end``).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from helpers.wire import names
from helpers.wire.headers import HeaderBlock, HeaderEntry

FRAME_HEADER = 9
"""Bytes of the header that starts every HTTP/2 frame (RFC 9113 section 4.1)."""

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""The 24 bytes with which an HTTP/2 client begins (RFC 9113 section 3.4)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter of a SETTINGS frame (RFC 9113 section 6.5.1)."""

    id: int
    value: int

    @property
    def name(self) -> str:
        """Name of the parameter, such as ``MAX_FRAME_SIZE``."""
        return names.setting_name(self.id)


@dataclass(frozen=True, slots=True)
class Http1Message:
    """The head of one HTTP/1.1 request or response (RFC 9112); its body follows in ``BODY`` frames."""

    start_line: str
    """``GET /path HTTP/1.1`` or ``HTTP/1.1 200 OK``; each byte is one character (latin-1)."""
    headers: tuple[tuple[str, str], ...]
    """Names and values in wire order."""
    body: str
    """How the end of the body is told: ``none``, ``length``, ``chunked`` or ``close``."""
    length: int | None = None
    """Bytes of the body where the head says so."""

    @property
    def interim(self) -> bool:
        """Whether it is an answer such as ``100 Continue``, after which the final one follows (RFC 9110 section 15.2)."""
        return (
            self.start_line[:7] == "HTTP/1."
            and self.start_line[9:10] == "1"
            and self.start_line[9:12] != "101"
        )


@dataclass(frozen=True, slots=True)
class Http1Body:
    """Where the content is within a ``BODY`` frame: a chunk has its size before it and a line end after."""

    start: int
    end: int
    last: bool = False
    """Whether the body is complete with it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing on the wire: an HTTP/2 frame, the preface, an HTTP/1.1 message, or a TCP event.

    ``name`` is the frame type's name; or ``PREFACE``; ``HTTP/1.1`` (a head) and ``BODY`` (a chunk, or up to
    64 KiB of a body); ``TLS`` (a record); ``MALFORMED`` (bytes that could not be read as anything); or
    what happened to the connection: ``OPEN``, ``FIN`` (half-close), ``RESET``, ``REFUSED``, ``CLOSED`` (by the
    tap). Where something is wrong with it, ``problem`` says what, and the rest is told as well as can be.
    """

    connection: int
    """Number of the TCP connection, from 1."""
    number: int
    """Position among the frames of the connection, from 0, both directions counted together."""
    direction: str
    """``names.TO_SERVER`` or ``names.TO_CLIENT``."""
    t_ns: int
    """When its last byte was recorded."""
    offset: int
    """Position of its first byte in the bytes of its direction."""
    name: str
    raw: bytes
    """All its bytes, the 9-byte frame header included."""
    type: int | None = None
    """Number of the frame type; None where it is no HTTP/2 frame."""
    flags: int = 0
    stream: int = 0
    """Stream identifier; 0 is the connection itself."""
    detail: HeaderBlock | Http1Message | Http1Body | None = None
    """The header block (on HEADERS, PUSH_PROMISE and their CONTINUATIONs alike), or that of HTTP/1.1."""
    problem: str | None = None
    """What is malformed about it, in one sentence; None for a sound frame."""
    exchange: int = 0
    """Of HTTP/1.1: which request of its connection, from 1, it belongs to, or which one it answers.

    An answer has no number on the wire: answers come in the order of the requests (RFC 9112 section 9.3.2).
    0 for all that is no part of a request or an answer.
    """

    @property
    def size(self) -> int:
        """Bytes on the wire, frame header included."""
        return len(self.raw)

    @property
    def payload(self) -> bytes:
        """Bytes after the frame header (all bytes where it is no HTTP/2 frame)."""
        return self.raw if self.type is None else self.raw[FRAME_HEADER:]

    @property
    def flag_names(self) -> tuple[str, ...]:
        """Names of the set flags, such as ``("END_STREAM", "END_HEADERS")``."""
        return () if self.type is None else names.flag_names(self.type, self.flags)

    @property
    def ack(self) -> bool:
        """Whether it acknowledges a SETTINGS or PING frame."""
        return self.type in (names.SETTINGS, names.PING) and bool(self.flags & names.ACK)

    @property
    def end_stream(self) -> bool:
        """Whether the sender says that nothing more follows on the stream."""
        return self.type in (names.DATA, names.HEADERS) and bool(self.flags & names.END_STREAM)

    @property
    def control(self) -> bool:
        """Whether it serves the connection, not a call: a view may dim it."""
        return self.problem is None and self.name in _CONTROL

    @property
    def body(self) -> tuple[int, int]:
        """Range within ``raw`` without frame header, pad length, priority, promised stream and padding.

        That is the data of DATA, the fragment of HEADERS, PUSH_PROMISE and CONTINUATION, and the whole
        payload of all others. A frame whose padding is too long gives an empty range.
        """
        if self.type is not None:
            return body_range(self.type, self.flags, self.raw)
        return (
            (self.detail.start, self.detail.end) if isinstance(self.detail, Http1Body) else (0, len(self.raw))
        )

    @property
    def headers(self) -> tuple[HeaderEntry, ...]:
        """Entries of its header block; empty where it has none."""
        return self.detail.entries if isinstance(self.detail, HeaderBlock) else ()

    @property
    def role(self) -> str | None:
        """Of HEADERS: ``request headers``, ``response headers``, ``trailers`` or ``trailers-only``."""
        if self.type != names.HEADERS:
            return None
        found = {entry.name for entry in self.headers}
        if ":method" in found:
            return "request headers"
        if ":status" in found:
            return "trailers-only" if self.flags & names.END_STREAM else "response headers"
        return "trailers"

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Parameters of a SETTINGS frame; empty for all others."""
        if self.type != names.SETTINGS:
            return ()
        whole = len(self.payload) // 6 * 6
        return tuple(Setting(*pair) for pair in struct.iter_unpack("!HI", self.payload[:whole]))

    @property
    def increment(self) -> int | None:
        """Bytes that a WINDOW_UPDATE adds; None for all others."""
        return _number(self.payload, 0) & 0x7FFFFFFF if self.type == names.WINDOW_UPDATE else None

    @property
    def error_code(self) -> int | None:
        """Error code of RST_STREAM or GOAWAY; None for all others."""
        if self.type == names.RST_STREAM:
            return _number(self.payload, 0)
        return _number(self.payload, 4) if self.type == names.GOAWAY else None

    @property
    def last_stream(self) -> int | None:
        """The last stream that the sender of a GOAWAY took up; None for all others."""
        return _number(self.payload, 0) & 0x7FFFFFFF if self.type == names.GOAWAY else None

    @property
    def promised_stream(self) -> int | None:
        """Stream that a PUSH_PROMISE reserves; None for all others."""
        if self.type != names.PUSH_PROMISE:
            return None
        padded = bool(self.flags & names.PADDED)
        return _number(self.payload, 1 if padded else 0) & 0x7FFFFFFF

    @property
    def summary(self) -> str:
        """One line for people: what the frame says, without its name."""
        from helpers.wire.summary import summarize  # here, because summary describes frames

        return summarize(self)

    def __repr__(self) -> str:
        arrow = "→" if self.direction == names.TO_SERVER else "←"
        stream = f" stream {self.stream}" if self.stream else ""
        return f"<Frame {self.number} {arrow} {self.name}{stream} {self.size} B: {self.summary}>"


_CONTROL = frozenset(("SETTINGS", "PING", "WINDOW_UPDATE", "PRIORITY", "PREFACE", "OPEN", "ALTSVC", "ORIGIN"))
_PADDABLE = frozenset((names.DATA, names.HEADERS, names.PUSH_PROMISE))


def body_range(frame_type: int, flags: int, raw: bytes) -> tuple[int, int]:
    """What ``Frame.body`` tells, for a frame that is not built yet."""
    start, end = FRAME_HEADER, len(raw)
    if frame_type in _PADDABLE and flags & names.PADDED and start < end:
        start, end = start + 1, end - raw[FRAME_HEADER]
    if frame_type == names.HEADERS and flags & names.PRIORITY_FLAG:
        start += 5
    elif frame_type == names.PUSH_PROMISE:
        start += 4
    return min(start, len(raw)), max(min(start, len(raw)), end)


def _number(payload: bytes, start: int) -> int:
    """The 32 bits at ``start``; bytes that are missing from a malformed frame count as zero."""
    return int.from_bytes(payload[start : start + 4].ljust(4, b"\0"), "big")
