"""The reader of HTTP/1.1: bytes to heads and pieces of bodies (RFC 9112), enough to draw them beside HTTP/2."""

from __future__ import annotations

import re
from collections import deque
from typing import Any

from helpers.text import plural

from .parts import Http1Body, Http1Message

HEAD_LIMIT = 16 * 1024
"""Longest head that is recognised, in bytes."""

PIECE = 64 * 1024
"""A body whose length is told comes in pieces of at most this many bytes."""

_REQUEST = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32} [^ \r\n]+ HTTP/1\.[01]")
_STATUS = re.compile(rb"HTTP/1\.[01] [1-9][0-9][0-9]( [^\r\n]*)?")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(;[^\r\n]*)?\r?\n")

Piece = tuple[int, str, "Http1Message | Http1Body | None", "str | None"]


class Http1Reader:
    """Reads one direction. `methods` is shared by both: an answer to HEAD has no body (section 6.3)."""

    __slots__ = ("_complete", "_remaining", "_state", "exchange", "methods", "to_server", "upgraded")

    def __init__(self, to_server: bool, methods: deque[str]) -> None:
        self.to_server = to_server
        self.methods = methods
        self.upgraded: str | None = None
        """Protocol that an answer 101 has switched to, such as ``h2c``."""
        self.exchange = 0
        """Number of the request that was read last, or that the answer read last is for; from 1."""
        self._complete = True  # false after an answer 1xx: the final one to the same request follows
        self._state = "head"
        self._remaining = 0

    def state(self) -> list[Any]:
        """Everything needed to go on, but `methods`."""
        return [
            self.to_server,
            self.upgraded,
            self._state,
            self._remaining,
            self.exchange,
            self._complete,
        ]

    @classmethod
    def restore(cls, state: list[Any], methods: deque[str]) -> Http1Reader:
        """A reader that goes on from a `state`."""
        self = cls(state[0], methods)
        _, self.upgraded, self._state, self._remaining, *numbering = state
        if numbering:  # files that were saved before exchanges had numbers have none
            self.exchange, self._complete = numbering
        return self

    def step(self, data: bytes, pos: int) -> Piece | int:
        """Read the next head or piece of a body.

        Args:
            data: Bytes of the direction.
            pos: Where to begin; there is at least one byte.

        Returns:
            The number of bytes needed from `pos` where there are too few; else the end of what was read,
            its name (``HTTP/1.1``, ``BODY`` or ``MALFORMED``), its head, and what is malformed about it.
        """
        if self._state == "head":
            return self._head(data, pos)
        if self._state == "chunked":
            return self._chunk(data, pos)
        if self._state == "trailers":
            return self._trailers(data, pos)
        size = PIECE if self._state == "close" else min(self._remaining, PIECE)
        if len(data) - pos < size:
            return size
        content = size
        if self._state == "long chunk":  # the line end after it is counted, but is no content
            content = min(size, max(0, self._remaining - 2))
        if self._state != "close":
            self._remaining -= size
            if not self._remaining:
                self._state = "chunked" if self._state == "long chunk" else "head"
        return pos + size, "BODY", Http1Body(0, content, self._state == "head"), None

    def unfinished(self, size: int) -> str:
        """What so many bytes are the beginning of, in words."""
        told = plural(size, "byte")
        if self._state == "head":
            return f"{told} of an HTTP/1.1 head without its end"
        if self._state == "trailers":
            return f"{told} of the trailers of a body"
        if self._state == "chunked":
            return f"{told} of a chunk"
        if self._state == "close":
            return f"{told} of a body that ends with the connection"
        return f"{size} of the {self._remaining} bytes that are left of a body"

    def begins(self, data: bytes) -> bool:
        """Whether a head begins there, where bytes before it are missing; then it is read from here on."""
        line, end, _ = data[:HEAD_LIMIT].partition(b"\r\n")
        found = bool(end and (_REQUEST if self.to_server else _STATUS).fullmatch(line))
        if found:
            self._state, self._remaining = "head", 0
        return found

    @property
    def between(self) -> bool:
        """Whether the next byte begins a new message."""
        return self._state == "head"

    @property
    def until_close(self) -> bool:
        """Whether the body ends with the connection, so that what is left then is its last piece."""
        return self._state == "close"

    def _head(self, data: bytes, pos: int) -> Piece | int:
        start = _REQUEST if self.to_server else _STATUS
        end = data.find(b"\r\n\r\n", pos, pos + HEAD_LIMIT)
        if end < 0:
            if len(data) - pos >= HEAD_LIMIT:
                return pos + HEAD_LIMIT, "MALFORMED", None, f"an HTTP/1.1 head longer than {HEAD_LIMIT} bytes"
            return len(data) - pos + 1
        lines = data[pos:end].split(b"\r\n")
        if not start.fullmatch(lines[0]):
            return end + 4, "MALFORMED", None, "neither HTTP/2 nor HTTP/1.1"
        headers, problem = [], None
        for line in lines[1:]:
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or not name or name != name.strip():
                problem = f"not a header line: {line[:60]!r}"
            headers.append((name, value.strip(" \t")))
        message = self._framing(lines[0].decode("latin-1"), tuple(headers))
        return end + 4, "HTTP/1.1", message, problem

    def _framing(self, line: str, headers: tuple[tuple[str, str], ...]) -> Http1Message:
        """Decide how the body ends (section 6.3) and get ready for it."""
        found = {name.lower(): value for name, value in reversed(headers)}
        body, length = "none", None
        status = 0
        self.exchange += self._complete
        if self.to_server:
            if len(self.methods) < 1024:  # pipelining without answers must not fill memory
                self.methods.append(line.partition(" ")[0])
        else:
            status = int(line.split(" ")[1])
            self._complete = final = status >= 200 or status == 101
            method = self.methods.popleft() if final and self.methods else ""
            body = "none" if status < 200 or status in (204, 304) or method == "HEAD" else "close"
        if self.to_server or body == "close":
            told = found.get("content-length", "")
            if "chunked" in found.get("transfer-encoding", "").lower():
                body = "chunked"
            elif told.isascii() and told.isdigit() and len(told) < 16:
                length = int(told)
                body = "length" if length else "none"
        if status == 101:
            self.upgraded = found.get("upgrade", "?")
        self._state = {"none": "head"}.get(body, body)
        self._remaining = length or 0
        return Http1Message(line, headers, body, length)

    def _chunk(self, data: bytes, pos: int) -> Piece | int:
        line_end = data.find(b"\n", pos, pos + 256) + 1
        if not line_end:
            if len(data) - pos < 256:
                return len(data) - pos + 1
            return pos + 256, "MALFORMED", None, "not the size of a chunk"
        head = _CHUNK.fullmatch(data, pos, line_end)
        if head is None:
            return line_end, "MALFORMED", None, "not the size of a chunk"
        size = int(head[1], 16)
        if not size:
            self._state = "trailers"
            return self._trailers(data, pos)
        if size > PIECE:
            self._state, self._remaining = "long chunk", size + 2
            return line_end, "BODY", Http1Body(line_end - pos, line_end - pos), None
        end = line_end + size + 2
        if end > len(data):
            return end - pos
        return end, "BODY", Http1Body(line_end - pos, end - pos - 2), None

    def _trailers(self, data: bytes, pos: int) -> Piece | int:
        """The last chunk, trailer lines and the empty line, as one piece (section 7.1.2)."""
        end = data.find(b"\r\n\r\n", pos, pos + HEAD_LIMIT)
        if end < 0:
            if len(data) - pos < HEAD_LIMIT:
                return len(data) - pos + 1
            return pos + HEAD_LIMIT, "MALFORMED", None, f"trailers longer than {HEAD_LIMIT} bytes"
        self._state = "head"
        return end + 4, "BODY", Http1Body(0, 0, True), None
