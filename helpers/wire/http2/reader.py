"""The reader of HTTP/2: bytes of one direction of a connection to frames (RFC 9113)."""

from __future__ import annotations

import struct
from collections import deque
from typing import Any

from .. import names
from ..constructors import constructor_of
from ..direction import Direction
from ..frames import Frame
from .frames import FRAME_HEADER, Http2Frame, body_range
from .hpack import HpackDecoder
from .validation import check

HEADER_BLOCK_LIMIT = 1024 * 1024
"""Most bytes of a header block that are joined; a longer one is malformed."""

DEFAULT_FRAME_SIZE = 16_384
"""Initial value of SETTINGS_MAX_FRAME_SIZE (section 6.5.2)."""

UNANSWERED_LIMIT = 100
"""So many SETTINGS frames are followed that wait for their acknowledgement."""

_new = constructor_of(Http2Frame)
_HEADER = struct.Struct("!HBBBL")
_BLOCKS = frozenset((names.HEADERS, names.PUSH_PROMISE))
_WITH_MORE = names.PADDED | names.PRIORITY_FLAG  # flags with which HEADERS have more than the fragment
_UNFINISHED = "the header block is not finished: CONTINUATION must follow"


class FrameCounter:
    """Numbers the frames of one connection, those of both directions together."""

    __slots__ = ("connection", "next")

    def __init__(self, connection: int) -> None:
        self.connection = connection
        self.next = 0
        """Number of the next frame."""

    def take(self) -> int:
        """The number of the next frame, which is taken with it."""
        number = self.next
        self.next = number + 1
        return number


class FrameReader:
    """Reads the frames of one direction, after the preface.

    Args:
        direction: Whose frames it reads.
        counter: Numbers the frames; both directions of a connection share it.
    """

    __slots__ = (
        "_announced",
        "_confirmed",
        "_pending",
        "_pending_size",
        "counter",
        "direction",
        "hpack",
        "longest",
        "peer",
    )

    def __init__(self, direction: Direction, counter: FrameCounter) -> None:
        self.direction = direction
        self.counter = counter
        self.hpack = HpackDecoder()
        self.peer: FrameReader | None = None
        """The reader of the other direction: what SETTINGS say here bounds the header table there."""
        self.longest = DEFAULT_FRAME_SIZE
        """Most bytes of payload that its sender may put into a frame: what the receiver allows, or allowed until now."""
        self._confirmed = DEFAULT_FRAME_SIZE  # MAX_FRAME_SIZE that the sender has acknowledged
        self._announced: deque[int | None] = deque()  # of each SETTINGS of the receiver that it has not
        # HEADERS or PUSH_PROMISE and CONTINUATIONs that wait for END_HEADERS: (offset, t_ns, raw)
        self._pending: list[tuple[int, int, bytes]] = []
        self._pending_size = 0

    @property
    def waiting(self) -> bool:
        """Whether a header block is not finished."""
        return bool(self._pending)

    @property
    def waiting_block(self) -> tuple[int, int, str]:
        """Of a header block that is not finished: where it begins, its bytes, and what it is in words."""
        begin, _, raw = self._pending[0]
        frames = "a frame" if len(self._pending) == 1 else f"{len(self._pending)} frames"
        told = f"{self._pending_size} bytes of a header block on stream {_stream(raw)} that is not finished ({frames})"
        return begin, self._pending_size, told

    def read(self, data: bytes, pos: int, offset: int, t_ns: int, out: list[Frame]) -> int:
        """Read as many frames as there are.

        Args:
            data: Bytes of the direction.
            pos: Where a frame begins in them.
            offset: Position of `data` in all bytes of the direction.
            t_ns: The time for the frames.
            out: Takes the frames; those of a header block come with its last one.

        Returns:
            The position after the last frame that was read; or, where there was not even one, minus the
            number of bytes that the next one needs.
        """
        begin, have, direction, counter = pos, len(data), self.direction, self.counter
        connection = counter.connection
        while have - pos >= FRAME_HEADER:
            high, low, kind, flags, stream = _HEADER.unpack_from(data, pos)
            end = pos + FRAME_HEADER + (high << 8 | low)
            if end > have:
                return pos if pos > begin else pos - end
            raw = data[pos:end]
            stream &= 0x7FFFFFFF
            problem = None
            if self._pending and (kind != names.CONTINUATION or stream != _stream(self._pending[0][2])):
                self.release(out, _UNFINISHED)
            if kind in _BLOCKS or self._pending:
                self._join((offset + pos, t_ns, raw), flags, out)
            else:
                if kind == names.CONTINUATION:
                    problem = "CONTINUATION without a header block to continue"
                elif kind or flags & names.PADDED or not stream:
                    problem = check(kind, flags, stream, raw, direction)
                    if kind == names.SETTINGS and problem is None:
                        self._settings(flags, raw)
                name = names.FRAME_TYPES.get(kind) or names.frame_name(kind)
                if end - pos - FRAME_HEADER > self.longest:
                    problem = problem or self._too_long(name, end - pos - FRAME_HEADER)
                number = counter.next
                counter.next = number + 1
                out.append(
                    _new(
                        connection,
                        number,
                        direction,
                        t_ns,
                        offset + pos,
                        name,
                        raw,
                        stream,
                        problem,
                        kind,
                        flags,
                    )
                )
            pos = end
        return pos if pos > begin else -FRAME_HEADER

    def unfinished(self, data: bytes) -> str:
        """What the beginning of a frame is the beginning of, in words."""
        if len(data) < FRAME_HEADER:
            return f"{len(data)} of the {FRAME_HEADER} bytes of a frame header"
        high, low, kind, _, stream = _HEADER.unpack_from(data)
        length, name = high << 8 | low, names.frame_name(kind)
        where = f" on stream {stream & 0x7FFFFFFF}" if stream & 0x7FFFFFFF else ""
        told = f"{len(data)} of the {length + FRAME_HEADER} bytes of a {name} frame{where}"
        return f"{told}; {self._too_long(name, length)}" if length > self.longest else told

    @staticmethod
    def stream_of(data: bytes) -> int:
        """The stream that the beginning of a frame names; 0 for the connection, and where it is too short to tell."""
        return _stream(data) if len(data) >= FRAME_HEADER else 0

    def _too_long(self, name: str, length: int) -> str:
        return f"{name} has {length} bytes of payload, more than the MAX_FRAME_SIZE of {self.longest}"

    def join(self) -> None:
        """What came before is not known: neither the header table, nor what peers have agreed on."""
        self.hpack.forget()
        self._allow()

    def lose(self) -> None:
        """Frames are missing: header blocks may be among them, and SETTINGS, which bound the other direction."""
        self.hpack.forget()
        if self.peer is not None:
            self.peer._allow()

    def _allow(self) -> None:
        """The receiver may have allowed anything."""
        self.hpack.allowed = 2**32 - 1
        self._confirmed = 2**24 - 1
        self._set_longest()

    def release(self, out: list[Frame], problem: str | None = _UNFINISHED) -> None:
        """Decode the waiting header block, whole or not, and emit its frames."""
        self._emit(self._pending, out, problem)
        self._pending, self._pending_size = [], 0

    def _emit(self, frames: list[tuple[int, int, bytes]], out: list[Frame], problem: str | None) -> None:
        """The frames of one header block."""
        counter, direction = self.counter, self.direction
        fragments: list[bytes] = []
        parts: list[tuple[int, int]] = []
        number = counter.next
        for _, _, raw in frames:
            start, end = FRAME_HEADER, len(raw)
            if raw[3] != names.CONTINUATION and (raw[3] == names.PUSH_PROMISE or raw[4] & _WITH_MORE):
                start, end = body_range(raw[3], raw[4], raw)
            fragments.append(raw[start:end])
            parts.append((number + len(parts), end - start))
        joined = fragments[0] if len(fragments) == 1 else b"".join(fragments)
        block, trouble = self.hpack.decode(joined, tuple(parts))
        for offset, t_ns, raw in frames:
            _, _, kind, flags, stream = _HEADER.unpack_from(raw)
            stream &= 0x7FFFFFFF
            name = names.FRAME_TYPES[kind]
            wrong = check(kind, flags, stream, raw, direction)
            if len(raw) - FRAME_HEADER > self.longest:
                wrong = wrong or self._too_long(name, len(raw) - FRAME_HEADER)
            # what is wrong with the block is told once, with its first frame
            wrong = wrong or problem or trouble
            problem = trouble = None
            out.append(
                _new(
                    counter.connection,
                    counter.take(),
                    direction,
                    t_ns,
                    offset,
                    name,
                    raw,
                    stream,
                    wrong,
                    kind,
                    flags,
                    block,
                )
            )

    def _join(self, part: tuple[int, int, bytes], flags: int, out: list[Frame]) -> None:
        if flags & names.END_HEADERS and not self._pending:  # nearly always
            self._emit([part], out, None)
            return
        self._pending.append(part)
        self._pending_size += len(part[2])
        if flags & names.END_HEADERS:
            self.release(out, None)
        elif self._pending_size > HEADER_BLOCK_LIMIT:
            self.release(out, f"the header block is longer than {HEADER_BLOCK_LIMIT} bytes")

    def _settings(self, flags: int, raw: bytes) -> None:
        """A SETTINGS frame bounds what the other direction may send, for sure once that has acknowledged it."""
        if flags & names.ACK:
            value = self._announced.popleft() if self._announced else None
            if value is not None:
                self._confirmed = value
            self._set_longest()
            return
        longest = None
        for number, value in struct.iter_unpack("!HI", raw[FRAME_HEADER:]):
            if number == names.HEADER_TABLE_SIZE and self.peer is not None:
                self.peer.hpack.allowed = value
            elif number == names.MAX_FRAME_SIZE:
                longest = value
        if self.peer is not None:
            self.peer._announce(longest)

    def _announce(self, longest: int | None) -> None:
        self._announced.append(longest)
        if len(self._announced) > UNANSWERED_LIMIT:
            self._confirmed = max(self._confirmed, self._announced.popleft() or 0)
        self._set_longest()

    def _set_longest(self) -> None:
        self.longest = max(self._confirmed, *(each or 0 for each in self._announced), 0)

    def state(self) -> list[Any]:
        """Everything needed to go on, as plain lists, numbers, strings and bytes."""
        pending = [list(part) for part in self._pending]
        return [list(self.hpack.state()), pending, self._confirmed, list(self._announced)]

    def restore(self, state: list[Any]) -> None:
        """Go on from a `state`."""
        hpack, pending, *longest = state
        self.hpack = HpackDecoder.restore(*hpack)
        self._pending = [(offset, t_ns, raw) for offset, t_ns, raw in pending]
        self._pending_size = sum(len(raw) for _, _, raw in self._pending)
        # files that were saved before it was followed do not tell it: anything may have been allowed
        self._confirmed, announced = longest or (2**24 - 1, ())
        self._announced = deque(announced)
        self._set_longest()


def _stream(raw: bytes) -> int:
    """Stream identifier of a frame; the highest bit is reserved (section 4.1)."""
    return int.from_bytes(raw[5:9], "big") & 0x7FFFFFFF
