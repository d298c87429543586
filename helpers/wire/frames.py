"""The frames of a connection: what passes on it, piece by piece, whatever the protocol.

A `Frame` is one of `Http2Frame`, `Http1Part`, `Preface`, `TlsRecord`, `OtherBytes` and `TcpEvent`; where a capture
file lacks bytes, also `FramePart` and `Gap`. All are small frozen values. Times are nanoseconds of one clock (monotonic
where a tap recorded them), only their differences mean something; byte ranges are half-open (``start <= i < end``).
"""

from __future__ import annotations

from dataclasses import dataclass

from helpers.text import plural, visible

from .direction import Direction

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""The 24 bytes with which an HTTP/2 client begins (RFC 9113 section 3.4)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing on the wire: what all of them have in common.

    Where something is wrong with it, `problem` says what, and the rest is told as well as can be.
    """

    connection: int
    """Number of the TCP connection, from 1."""
    number: int
    """Position among the frames of the connection, from 0, both directions counted together."""
    direction: Direction
    t_ns: int
    """When its last byte was recorded."""
    offset: int
    """Position of its first byte in the bytes of its direction."""
    name: str
    """What it is: the name of an HTTP/2 frame type, or what the other classes list."""
    raw: bytes
    """All its bytes, an HTTP/2 frame's header of 9 bytes included."""
    stream: int
    """The HTTP/2 stream; 0 for what concerns the connection as a whole."""
    problem: str | None
    """What is malformed about it, in one sentence; None for a sound one."""

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return len(self.raw)

    @property
    def payload(self) -> bytes:
        """Its bytes without a frame header."""
        return self.raw

    @property
    def body(self) -> tuple[int, int]:
        """Range within `raw` of what it carries, without what frames and pads it."""
        return 0, len(self.raw)

    @property
    def control(self) -> bool:
        """Whether it serves the connection, not a call: a view may dim it."""
        return False

    @property
    def ack(self) -> bool:
        """Whether it acknowledges a SETTINGS or PING frame."""
        return False

    @property
    def end_stream(self) -> bool:
        """Whether the sender says that nothing more follows on the stream."""
        return False

    @property
    def role(self) -> str | None:
        """Of HEADERS: ``request headers``, ``response headers``, ``trailers`` or ``trailers-only``."""
        return None

    @property
    def summary(self) -> str:
        """One line for people: what it says, without its name; a problem comes first."""
        content = self._content()
        return f"{self.problem}; {content}" if self.problem and content else self.problem or content

    def _content(self) -> str:
        return f"{len(self.raw)} B"

    def __repr__(self) -> str:
        stream = f" stream {self.stream}" if self.stream else ""
        told = (
            f"<Frame {self.number} {self.direction.arrow} {self.name}{stream} {self.size} B: {self.summary}>"
        )
        return visible(told, lines=False)


@dataclass(frozen=True, slots=True, repr=False)
class Preface(Frame):
    """The connection preface of an HTTP/2 client; its name is ``PREFACE``."""

    @property
    def control(self) -> bool:
        """Whether it serves the connection."""
        return self.problem is None

    def _content(self) -> str:
        return "HTTP/2 begins"


@dataclass(frozen=True, slots=True, repr=False)
class OtherBytes(Frame):
    """Bytes that could not be read: ``MALFORMED``, or ``BYTES`` of a protocol that is not known here.

    Where a connection ended within an HTTP/2 frame, `stream` is that of the frame.
    """


@dataclass(frozen=True, slots=True, repr=False)
class FramePart(Frame):
    """A piece of an HTTP/2 frame of which other bytes are missing in a capture file; its name is ``PART``."""

    type: int | None = None
    """Number of the frame's type; None where its header is missing."""
    data: tuple[int, int] = (0, 0)
    """Range within `raw` of what a DATA frame carries."""
    last: bool = False
    """Whether the frame ends with it, and has END_STREAM."""

    @property
    def end_stream(self) -> bool:
        """Whether the sender says that nothing more follows on the stream."""
        return self.last


@dataclass(frozen=True, slots=True, repr=False)
class Gap(Frame):
    """Bytes that passed and are missing in a capture file; its name is ``LOST``, and it has no bytes.

    Where all of them are of one frame, of which the rest is known, `stream` is that of the frame.
    """

    lost: int = 0
    """How many bytes are missing."""
    within: bool = False
    """Whether all of them are of one frame: else it is not known what is missing."""
    last: bool = False
    """Whether that frame ends with them, and has END_STREAM."""

    @property
    def end_stream(self) -> bool:
        """Whether the sender says that nothing more follows on the stream."""
        return self.last

    def _content(self) -> str:
        return f"{plural(self.lost, 'byte')} of this direction {'is' if self.lost == 1 else 'are'} missing in the file"


@dataclass(frozen=True, slots=True, repr=False)
class TcpEvent(Frame):
    """What happened to a connection: ``OPEN``, ``FIN`` (half-close), ``RESET``, ``REFUSED``, ``CLOSED`` (by the tap).

    Where the tap ends TLS also ``HANDSHAKE`` (a peer and the tap have agreed) and ``REJECTED`` (they have not). In a
    capture file ``JOINED`` stands for the beginning of a connection that is older than the file.
    """

    text: str = ""
    """Of ``HANDSHAKE`` and ``REJECTED``: what was agreed on, and why not; of a capture file's ``OPEN``: who with whom."""

    @property
    def control(self) -> bool:
        """Whether it serves the connection: its end does not, a call may end with it."""
        return self.problem is None and self.name in ("OPEN", "JOINED", "HANDSHAKE")

    def _content(self) -> str:
        return self.text or _EVENTS.get(self.name, "")


_EVENTS = {
    "OPEN": "TCP connection opened",
    "JOINED": "the connection began before the capture",
    "FIN": "no more bytes from this side",
    "RESET": "TCP connection reset",
    "REFUSED": "nobody accepts connections at the target",
    "CLOSED": "the tap was closed",
}
