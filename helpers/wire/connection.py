"""Bytes of a TCP connection to frames, whatever it speaks, without sockets, threads or clocks.

``Connection.feed`` takes the bytes of either direction as they come, in any pieces, and returns the frames
that are complete with them. Whatever the bytes are, it returns frames and never raises: what is malformed
becomes a frame that says so. HTTP/1.1 and TLS are recognized.
"""

from __future__ import annotations

from collections import deque

from helpers.wire import names
from helpers.wire.frames import FRAME_HEADER, PREFACE, Frame, Http1Body, Http1Message
from helpers.wire.http1 import Http1Reader
from helpers.wire.http2 import FrameReader, Numbering

RAW_PIECE = 4096
"""Bytes in no known protocol are told in pieces of this size."""

START, HTTP2, HTTP1, TLS, RAW = "start", "http2", "http1", "tls", "raw"

_UNKNOWN = "neither HTTP/2 nor HTTP/1.1 nor TLS"


class _Side:
    """What is known of one direction."""

    __slots__ = ("direction", "frames", "http1", "mode", "need", "offset", "parts", "size")

    def __init__(self, direction: str, numbering: Numbering, methods: deque[str]) -> None:
        self.direction = direction
        self.mode = START
        self.offset = 0  # of the first byte in parts
        self.parts: list[bytes] = []  # not yet read
        self.size = 0  # of parts
        self.need = 0  # no sense in looking before there are this many
        self.frames = FrameReader(direction, numbering)
        self.http1 = Http1Reader(direction == names.TO_SERVER, methods)


class Connection:
    """Reads both directions of one TCP connection.

    Both are needed: SETTINGS of one peer bound the header table of the other, and an HTTP/1.1 answer to HEAD
    has no body.
    """

    __slots__ = ("_methods", "_numbering", "_sides", "_steps", "number")

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self._methods: deque[str] = deque()
        self._numbering = Numbering(number)
        client = _Side(names.TO_SERVER, self._numbering, self._methods)
        server = _Side(names.TO_CLIENT, self._numbering, self._methods)
        client.frames.peer, server.frames.peer = server.frames, client.frames
        self._sides = {names.TO_SERVER: client, names.TO_CLIENT: server}
        self._steps = {
            START: self._start,
            HTTP2: self._http2,
            HTTP1: self._http1,
            TLS: self._tls,
            RAW: self._raw,
        }

    def feed(self, direction: str, data: bytes, t_ns: int = 0) -> list[Frame]:
        """Take bytes of one direction.

        Args:
            direction: ``names.TO_SERVER`` or ``names.TO_CLIENT``.
            data: The bytes, cut anywhere.
            t_ns: When they came; frames that they complete get this time.

        Returns:
            The frames that are now complete, in order. A header block counts as complete with its last
            CONTINUATION.
        """
        out: list[Frame] = []
        side = self._sides[direction]
        if side.parts:
            side.parts.append(data)
            side.size += len(data)
            if side.size < side.need:
                return out
            data = b"".join(side.parts)
        pos, end, need = 0, len(data), 0
        while pos < end:
            step = self._steps[side.mode](side, data, pos, t_ns, out)
            if step < 0:
                need = -step
                break
            pos = step
        side.offset += pos
        side.parts = [data[pos:]] if pos < end else []
        side.size, side.need = end - pos, need
        return out

    def event(self, direction: str, name: str, t_ns: int = 0) -> list[Frame]:
        """Take something that happened to the connection instead of bytes.

        Args:
            direction: Of whom it came; for ``CLOSED`` it does not matter.
            name: ``OPEN``, ``FIN``, ``RESET``, ``REFUSED`` or ``CLOSED``.
            t_ns: When it happened.

        Returns:
            A frame for it, after those for what was left unfinished.
        """
        out: list[Frame] = []
        if name in ("FIN", "RESET", "CLOSED"):
            for side in self._sides.values():
                if side.direction == direction or name != "FIN":
                    self._finish(side, t_ns, out)
        self._emit(self._sides[direction], out, 0, t_ns, name, b"")
        return out

    @property
    def idle(self) -> bool:
        """Whether no frame is cut in two at present."""
        return not any(side.parts or side.frames.waiting for side in self._sides.values())

    def clone(self) -> Connection:
        """A copy that goes its own way."""
        return self.restore(self.number, self.state())

    def state(self) -> dict:
        """Everything needed to go on, as plain lists, numbers, strings and bytes."""
        sides = [
            [side.mode, side.offset, b"".join(side.parts), side.need, side.frames.state(), side.http1.state()]
            for side in self._sides.values()
        ]
        return {"next": self._numbering.next, "methods": list(self._methods), "sides": sides}

    @classmethod
    def restore(cls, number: int, state: dict) -> Connection:
        """A connection that goes on from a ``state``."""
        self = cls(number)
        self._numbering.next = state["next"]
        self._methods.extend(state["methods"])
        for side, saved in zip(self._sides.values(), state["sides"], strict=True):
            side.mode, side.offset, rest, side.need, frames, http1 = saved
            if side.mode not in self._steps:
                raise ValueError(f"no such protocol: {side.mode}")
            side.parts, side.size = ([rest] if rest else []), len(rest)
            side.frames.restore(frames)
            side.http1 = Http1Reader.restore(http1, self._methods)
        return self

    def _emit(
        self,
        side: _Side,
        out: list[Frame],
        pos: int,
        t_ns: int,
        name: str,
        raw: bytes,
        detail: Http1Message | Http1Body | None = None,
        problem: str | None = None,
        exchange: int = 0,
    ) -> None:
        offset = side.offset + pos
        out.append(
            self._numbering.frame(
                side.direction, t_ns, offset, name, raw, None, 0, 0, detail, problem, exchange
            )
        )

    # Each step reads something at pos and returns the position after it, or minus the bytes it needs.

    def _start(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        """Find out which protocol the direction speaks, from as few bytes as it takes."""
        have = data[pos : pos + len(PREFACE)]
        to_server = side.direction == names.TO_SERVER
        if to_server and PREFACE.startswith(have):
            if len(have) < len(PREFACE):
                return -len(PREFACE)
            self._emit(side, out, pos, t_ns, "PREFACE", have)
            side.mode = HTTP2
            return pos + len(PREFACE)
        if have[0] in (0x15, 0x16):  # a TLS alert or handshake record (RFC 8446 section 5.1)
            if len(have) < 3:
                return -3
            side.mode = TLS if have[1] == 3 and have[2] <= 4 else RAW
        elif to_server:
            side.mode = HTTP1 if have[:1].isalpha() else RAW
        elif b"HTTP/1.".startswith(have[:7]):
            if len(have) < 7:
                return -7
            side.mode = HTTP1
        elif self._sides[names.TO_SERVER].mode == HTTP2:
            side.mode = HTTP2
        else:  # a server may speak first: its preface is a SETTINGS frame (RFC 9113 section 3.4)
            if len(have) < FRAME_HEADER:
                return -FRAME_HEADER
            plain = have[3] == names.SETTINGS and not any(have[4:FRAME_HEADER])
            side.mode = HTTP2 if plain and not have[0] and int.from_bytes(have[:3], "big") % 6 == 0 else RAW
        return pos

    def _http2(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        return side.frames.read(data, pos, side.offset, t_ns, out)

    def _http1(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        if side.http1.between and side.http1.to_server and data.startswith(PREFACE[: len(data) - pos], pos):
            side.mode = START  # HTTP/2 after an upgrade
            return pos
        between = side.http1.between
        piece = side.http1.step(data, pos)
        if isinstance(piece, int):
            return -piece
        end, name, message, problem = piece
        # What was to be a head, and is none, belongs to no exchange.
        exchange = 0 if between and name == "MALFORMED" else side.http1.exchange
        self._emit(side, out, pos, t_ns, name, data[pos:end], message, problem, exchange)
        if name == "MALFORMED":
            side.mode = RAW
        elif side.http1.upgraded == "h2c":
            side.mode = START
        elif side.http1.upgraded is not None:
            for each in self._sides.values():
                each.mode = RAW
        return end

    def _tls(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        if len(data) - pos < 5:
            return -5
        if not 20 <= data[pos] <= 24 or data[pos + 1] != 3:
            side.mode = RAW
            return pos
        end = pos + 5 + int.from_bytes(data[pos + 3 : pos + 5], "big")
        if end > len(data):
            return pos - end
        self._emit(side, out, pos, t_ns, "TLS", data[pos:end])
        return end

    def _raw(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        if len(data) - pos < RAW_PIECE:
            return -RAW_PIECE
        problem = None if self._upgraded else _UNKNOWN
        name = "BYTES" if self._upgraded else "MALFORMED"
        exchange = side.http1.exchange if self._upgraded else 0
        self._emit(side, out, pos, t_ns, name, data[pos : pos + RAW_PIECE], None, problem, exchange)
        return pos + RAW_PIECE

    @property
    def _upgraded(self) -> bool:
        return self._sides[names.TO_CLIENT].http1.upgraded not in (None, "h2c")

    def _finish(self, side: _Side, t_ns: int, out: list[Frame]) -> None:
        """Tell what a direction leaves behind when nothing more can come."""
        if side.frames.waiting:
            side.frames.release(out)
        rest = b"".join(side.parts)
        if rest:
            name, detail, problem = "MALFORMED", None, f"cut short: {len(rest)} bytes of something longer"
            in_body = side.mode == HTTP1 and not side.http1.between
            exchange = side.http1.exchange if in_body or self._upgraded else 0
            if in_body and side.http1.until_close:
                name, detail, problem = "BODY", Http1Body(0, len(rest), True), None
            elif side.mode == RAW:
                name, problem = ("BYTES", None) if self._upgraded else ("MALFORMED", _UNKNOWN)
            self._emit(side, out, 0, t_ns, name, rest, detail, problem, exchange)
        side.offset += len(rest)
        side.parts, side.size, side.need = [], 0, 0
