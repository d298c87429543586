"""The reader of a TCP connection: bytes to frames, whatever it speaks, without sockets, threads or clocks.

`Connection.feed` takes the bytes of either direction as they come, in any pieces, and returns the frames
that are complete with them. Whatever the bytes are, it returns frames and never raises: what is malformed
becomes a frame that says so. HTTP/1.1 and TLS are recognized.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from helpers.text import plural

from . import names
from .direction import TO_CLIENT, TO_SERVER, Direction
from .frames import PREFACE, Frame, FramePart, Gap, OtherBytes, Preface, TcpEvent
from .http1.parts import Http1Body, Http1Part
from .http1.reader import Http1Reader
from .http2.frames import FRAME_HEADER
from .http2.reader import FrameCounter, FrameReader
from .http2.resync import find_frame
from .tls.reader import Negotiation, TlsReader
from .tls.records import RECORD_HEADER, TlsRecord

RAW_PIECE = 4096
"""Bytes in no known protocol are told in pieces of this size."""

START, HTTP2, HTTP1, TLS, RAW = "start", "http2", "http1", "tls", "raw"
FIND, PART = "find", "part"
"""Where bytes are missing: something that can be read has to be found first, or the rest of a frame comes next."""

_UNKNOWN = "neither HTTP/2 nor HTTP/1.1 nor TLS"


class Unfinished(NamedTuple):
    """Bytes that are the beginning of something whose rest has not passed (yet)."""

    connection: int
    direction: Direction
    offset: int
    """Position of the first of them in the bytes of the direction."""
    size: int
    what: str
    """What they are, with their number: ``12 of the 1009 bytes of a DATA frame on stream 1``."""


class _Side:
    """What is known of one direction."""

    __slots__ = ("direction", "frames", "http1", "mode", "need", "offset", "part", "parts", "size", "tls")

    def __init__(
        self, direction: Direction, counter: FrameCounter, methods: deque[str], negotiation: Negotiation
    ) -> None:
        self.direction = direction
        self.mode = START
        self.offset = 0  # of the first byte in parts
        self.parts: list[bytes] = []  # not yet read
        self.size = 0  # of parts
        self.need = 0  # no sense in looking before there are this many
        self.part = [0, 0, 0, 0]  # of a frame that is not whole: bytes to come, stream, type and flags
        self.frames = FrameReader(direction, counter)
        self.http1 = Http1Reader(direction == TO_SERVER, methods)
        self.tls = TlsReader(direction == TO_SERVER, negotiation)


class Connection:
    """Reads both directions of one TCP connection.

    Both are needed: SETTINGS of one peer bound the header table of the other, and an HTTP/1.1 answer to HEAD
    has no body; and what a TLS server has chosen tells how to read its client.
    """

    __slots__ = ("_counter", "_methods", "_negotiation", "_sides", "_steps", "number")

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self._methods: deque[str] = deque()
        self._counter = FrameCounter(number)
        self._negotiation = Negotiation()
        client, server = (
            _Side(direction, self._counter, self._methods, self._negotiation)
            for direction in (TO_SERVER, TO_CLIENT)
        )
        client.frames.peer, server.frames.peer = server.frames, client.frames
        self._sides = {TO_SERVER: client, TO_CLIENT: server}
        self._steps: dict[str, Callable[[_Side, bytes, int, int, list[Frame]], int]] = {
            START: self._start,
            HTTP2: self._http2,
            HTTP1: self._http1,
            TLS: self._tls,
            RAW: self._raw,
            FIND: self._find,
            PART: self._part,
        }

    def feed(self, direction: Direction, data: bytes, t_ns: int = 0) -> list[Frame]:
        """Take bytes of one direction.

        Args:
            direction: Whose bytes they are.
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

    def event(self, direction: Direction, name: str, t_ns: int = 0) -> list[Frame]:
        """Take something that happened to the connection instead of bytes.

        Args:
            direction: Of whom it came; for ``CLOSED`` it does not matter.
            name: ``OPEN``, ``FIN``, ``RESET``, ``REFUSED`` or ``CLOSED``; ``HANDSHAKE: …`` or ``REJECTED: …``, with
                what is said of it. Of capture files also ``JOINED``, which comes first, and ``LOST: …``, with the
                number of bytes that are missing from the direction.
            t_ns: When it happened.

        Returns:
            A frame for it, after those for what was left unfinished.
        """
        out: list[Frame] = []
        name, _, text = name.partition(": ")
        if name == "LOST":
            self._lose(self._sides[direction], max(0, int(text)), t_ns, out)
            return out
        if name == "JOINED":
            for side in self._sides.values():
                side.mode = FIND
                side.frames.join()
        if name in ("FIN", "RESET", "CLOSED"):
            for side in self._sides.values():
                if side.direction == direction or name != "FIN":
                    self._finish(side, t_ns, out)
        out.append(TcpEvent(*self._place(self._sides[direction], 0, t_ns), name, b"", 0, None, text))
        return out

    @property
    def idle(self) -> bool:
        """Whether no frame is cut in two at present."""
        return not any(side.parts or side.frames.waiting for side in self._sides.values())

    def unfinished(self) -> list[Unfinished]:
        """What has begun in each direction and is not complete at present."""
        found = []
        for side in self._sides.values():
            if side.frames.waiting:
                offset, size, what = side.frames.waiting_block
                found.append(Unfinished(self.number, side.direction, offset, size, what))
            if side.size:
                what = self._beginning(side, b"".join(side.parts))
                found.append(Unfinished(self.number, side.direction, side.offset, side.size, what))
        return found

    @property
    def entries(self) -> int:
        """Header entries that were read so far."""
        return sum(side.frames.hpack.made for side in self._sides.values())

    def passed(self, direction: Direction) -> int:
        """Bytes of a direction so far."""
        side = self._sides[direction]
        return side.offset + side.size

    def state(self) -> dict[str, Any]:
        """Everything needed to go on, as plain lists, numbers, strings and bytes."""
        sides = [
            [
                side.mode,
                side.offset,
                b"".join(side.parts),
                side.need,
                side.frames.state(),
                side.http1.state(),
                side.tls.state(),
                side.part,
            ]
            for side in self._sides.values()
        ]
        return {
            "next": self._counter.next,
            "methods": list(self._methods),
            "tls": self._negotiation.state(),
            "sides": sides,
        }

    @classmethod
    def restore(cls, number: int, state: dict[str, Any]) -> Connection:
        """A connection that goes on from a `state`."""
        self = cls(number)
        self._counter.next = state["next"]
        self._methods.extend(state["methods"])
        self._negotiation.restore(state["tls"])
        for side, saved in zip(self._sides.values(), state["sides"], strict=True):
            side.mode, side.offset, rest, side.need, frames, http1, tls, *part = saved
            side.part = list(part[0]) if part else side.part  # files that were saved before have none
            if side.mode not in self._steps:
                raise ValueError(f"no such protocol: {side.mode}")
            side.parts, side.size = ([rest] if rest else []), len(rest)
            side.frames.restore(frames)
            side.http1 = Http1Reader.restore(http1, self._methods)
            side.tls.restore(tls)
        return self

    def _place(self, side: _Side, pos: int, t_ns: int) -> tuple[int, int, Direction, int, int]:
        """What the next frame of a direction begins with: connection, number, direction, time and offset."""
        return self.number, self._counter.take(), side.direction, t_ns, side.offset + pos

    # Each step reads something at pos and returns the position after it, or minus the bytes it needs.

    def _start(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        """Find out which protocol the direction speaks, from as few bytes as it takes."""
        have = data[pos : pos + len(PREFACE)]
        to_server = side.direction == TO_SERVER
        if to_server and PREFACE.startswith(have):
            if len(have) < len(PREFACE):
                return -len(PREFACE)
            out.append(Preface(*self._place(side, pos, t_ns), "PREFACE", have, 0, None))
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
        elif self._sides[TO_SERVER].mode == HTTP2:
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
        place, raw = self._place(side, pos, t_ns), data[pos:end]
        if between and name == "MALFORMED":  # what was to be a head, and is none, belongs to no exchange
            out.append(OtherBytes(*place, name, raw, 0, problem))
        else:
            out.append(Http1Part(*place, name, raw, 0, problem, side.http1.exchange, message))
        if name == "MALFORMED":
            side.mode = RAW
        elif side.http1.upgraded == "h2c":
            side.mode = START
        elif side.http1.upgraded is not None:
            for each in self._sides.values():
                each.mode = RAW
        return end

    def _tls(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        if len(data) - pos < RECORD_HEADER:
            return -RECORD_HEADER
        if not side.tls.is_record(data, pos):
            side.mode = RAW
            return pos
        piece = side.tls.step(data, pos)
        if isinstance(piece, int):
            return -piece
        end, encrypted, parts, left, problem = piece
        place, raw = self._place(side, pos, t_ns), data[pos:end]
        session = self._negotiation.session
        out.append(TlsRecord(*place, "TLS", raw, 0, problem, raw[0], encrypted, session, parts, left))
        return end

    def _find(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        """Find something that can be read in what came together; what is before it cannot."""
        have = data[pos:]
        if side.tls.begins(have):
            side.mode = TLS
        elif side.http1.begins(have):
            side.mode = HTTP1
        elif side.direction == TO_SERVER and have.startswith(PREFACE):
            side.mode = START
        else:
            at = find_frame(have)
            if at != 0:
                raw = have[:at]  # all of it where there is none
                problem = f"{plural(len(raw), 'byte')} of a frame whose beginning is missing"
                out.append(FramePart(*self._place(side, pos, t_ns), "PART", raw, 0, problem))
                pos += len(raw)
            if at is not None:
                side.mode = HTTP2
        return pos

    def _part(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        """More of a frame that is not whole."""
        left, stream, kind, flags = side.part
        end = min(len(data), pos + left)
        side.part[0] -= end - pos
        last = not side.part[0]
        which = f"{'the last' if last else 'further'} {end - pos} bytes"
        problem = f"{which} of a {names.frame_name(kind)} frame that is not whole"
        out.append(
            FramePart(
                *self._place(side, pos, t_ns),
                "PART",
                data[pos:end],
                stream,
                problem,
                kind,
                (0, end - pos) if kind == names.DATA else (0, 0),
                last and _ends(kind, flags),
            )
        )
        if last:
            side.mode = HTTP2
        return end

    def _lose(self, side: _Side, size: int, t_ns: int, out: list[Frame]) -> None:
        """So many bytes are missing in a direction. Where they are of one frame, the next one is known to follow it."""
        rest, in_http2 = b"".join(side.parts), side.mode in (HTTP2, PART, FIND)
        if side.frames.waiting:
            side.frames.release(out, "the rest of the header block is missing")
            side.frames.hpack.forget()
        if side.mode == HTTP2 and len(rest) >= FRAME_HEADER:
            self._break(side, rest, t_ns, out)
        elif in_http2 and rest:
            problem = f"{len(rest)} of the {FRAME_HEADER} bytes of a frame header; the others are missing"
            out.append(FramePart(*self._place(side, 0, t_ns), "PART", rest, 0, problem))
        elif rest:
            out.append(self._rest(side, t_ns, rest))
        side.offset += len(rest)
        side.parts, side.size, side.need = [], 0, 0
        left, stream, kind, flags = side.part
        within = side.mode == PART and size <= left
        if within:
            side.part[0] = left - size
            ends = not side.part[0]
            place = self._place(side, 0, t_ns)
            out.append(Gap(*place, "LOST", b"", stream, None, size, True, ends and _ends(kind, flags)))
            side.mode = HTTP2 if ends else PART
        else:
            out.append(Gap(*self._place(side, 0, t_ns), "LOST", b"", 0, None, size))
            side.frames.lose()
            if side.mode != RAW:
                side.mode = FIND
        side.offset += size

    def _break(self, side: _Side, rest: bytes, t_ns: int, out: list[Frame]) -> None:
        """The beginning of a frame whose rest is missing, wholly or in part."""
        length, kind, flags, stream = (
            int.from_bytes(rest[:3], "big"),
            rest[3],
            rest[4],
            side.frames.stream_of(rest),
        )
        carried = (FRAME_HEADER, len(rest)) if kind == names.DATA and not flags & names.PADDED else (0, 0)
        problem = f"{self._beginning(side, rest)}; bytes after these are missing"
        out.append(FramePart(*self._place(side, 0, t_ns), "PART", rest, stream, problem, kind, carried))
        if kind in (names.HEADERS, names.PUSH_PROMISE, names.CONTINUATION):
            side.frames.hpack.forget()
        side.part = [FRAME_HEADER + length - len(rest), stream, kind, flags]
        side.mode = PART

    def _raw(self, side: _Side, data: bytes, pos: int, t_ns: int, out: list[Frame]) -> int:
        if len(data) - pos < RAW_PIECE:
            return -RAW_PIECE
        out.append(self._unread(side, pos, t_ns, data[pos : pos + RAW_PIECE]))
        return pos + RAW_PIECE

    def _unread(self, side: _Side, pos: int, t_ns: int, raw: bytes) -> Frame:
        place = self._place(side, pos, t_ns)
        if self._upgraded:
            return Http1Part(*place, "BYTES", raw, 0, None, side.http1.exchange, None)
        return OtherBytes(*place, "MALFORMED", raw, 0, _UNKNOWN)

    def _beginning(self, side: _Side, data: bytes) -> str:
        """What the rest of a direction is the beginning of, in words."""
        size = plural(len(data), "byte")
        if side.mode == HTTP2:
            return side.frames.unfinished(data)
        if side.mode == START and side.direction == TO_SERVER and PREFACE.startswith(data):
            return f"{len(data)} of the {len(PREFACE)} bytes of the HTTP/2 preface"
        if side.mode == START:
            return f"{size}, too few to tell the protocol"
        if side.mode == HTTP1:
            return side.http1.unfinished(len(data))
        if side.mode == TLS and len(data) >= 5:
            return f"{len(data)} of the {5 + int.from_bytes(data[3:5], 'big')} bytes of a TLS record"
        if side.mode == TLS:
            return f"{size} of a TLS record"
        return f"{size} of another protocol" if self._upgraded else f"{size}, {_UNKNOWN}"

    @property
    def _upgraded(self) -> bool:
        return self._sides[TO_CLIENT].http1.upgraded not in (None, "h2c")

    def _finish(self, side: _Side, t_ns: int, out: list[Frame]) -> None:
        """Tell what a direction leaves behind when nothing more can come."""
        if side.frames.waiting:
            side.frames.release(out)
        rest = b"".join(side.parts)
        if rest:
            out.append(self._rest(side, t_ns, rest))
        side.offset += len(rest)
        side.parts, side.size, side.need = [], 0, 0

    def _rest(self, side: _Side, t_ns: int, rest: bytes) -> Frame:
        if side.mode == RAW:
            return self._unread(side, 0, t_ns, rest)
        in_body = side.mode == HTTP1 and not side.http1.between
        if in_body and side.http1.until_close:
            body = Http1Body(0, len(rest), True)
            return Http1Part(*self._place(side, 0, t_ns), "BODY", rest, 0, None, side.http1.exchange, body)
        problem = f"cut short: {self._beginning(side, rest)}"
        if in_body or self._upgraded:
            exchange = side.http1.exchange
            return Http1Part(*self._place(side, 0, t_ns), "MALFORMED", rest, 0, problem, exchange, None)
        stream = side.frames.stream_of(rest) if side.mode == HTTP2 else 0
        return OtherBytes(*self._place(side, 0, t_ns), "MALFORMED", rest, stream, problem)


def _ends(kind: int, flags: int) -> bool:
    """Whether a frame says that its sender has nothing more to say on the stream."""
    return kind in (names.DATA, names.HEADERS) and bool(flags & names.END_STREAM)
