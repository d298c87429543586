"""The parts of HTTP/1.1 messages as values (RFC 9112): heads, and pieces of bodies."""

from __future__ import annotations

from dataclasses import dataclass

from ..frames import Frame


@dataclass(frozen=True, slots=True)
class Http1Message:
    """The head of one HTTP/1.1 request or response; its body follows in parts that are named ``BODY``."""

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
    """Where the content is within a piece of a body: a chunk has its size before it and a line end after."""

    start: int
    end: int
    last: bool = False
    """Whether the body is complete with it."""


@dataclass(frozen=True, slots=True, repr=False)
class Http1Part(Frame):
    """A part of an HTTP/1.1 request or answer.

    Its name is ``HTTP/1.1`` (a head), ``BODY`` (a chunk, or up to 64 KiB of a body), ``MALFORMED`` (a part that could
    not be read) or ``BYTES`` (of the protocol that the connection was upgraded to).
    """

    exchange: int
    """Which request of its connection, from 1, it belongs to, or which one it answers.

    An answer has no number on the wire: answers come in the order of the requests (RFC 9112 section 9.3.2).
    """
    detail: Http1Message | Http1Body | None
    """What a head says, or where the content of a piece of a body is; None for what could not be read."""

    @property
    def body(self) -> tuple[int, int]:
        """Range of the content within `raw`: without the size of a chunk."""
        if isinstance(self.detail, Http1Body):
            return self.detail.start, self.detail.end
        return 0, len(self.raw)

    def _content(self) -> str:
        return self.detail.start_line if isinstance(self.detail, Http1Message) else f"{len(self.raw)} B"
