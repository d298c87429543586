"""Bytes of one direction of an HTTP/2 connection to frames (RFC 9113), without sockets, threads or clocks."""

from __future__ import annotations

import struct

from helpers.wire import names
from helpers.wire.frames import FRAME_HEADER, Frame, Http1Body, Http1Message, body_range
from helpers.wire.frozen import maker
from helpers.wire.headers import HeaderBlock
from helpers.wire.hpack import HpackDecoder
from helpers.wire.rules import check

HEADER_BLOCK_LIMIT = 1024 * 1024
"""Most bytes of a header block that are joined; a longer one is malformed."""

_new = maker(Frame)
_HEADER = struct.Struct("!HBBBL")
_BLOCKS = frozenset((names.HEADERS, names.PUSH_PROMISE))
_UNFINISHED = "the header block is not finished: CONTINUATION must follow"


class Numbering:
    """Makes the frames of one connection, and numbers them."""

    __slots__ = ("connection", "next")

    def __init__(self, connection: int) -> None:
        self.connection = connection
        self.next = 0
        """Number of the next frame."""

    def frame(
        self,
        direction: str,
        t_ns: int,
        offset: int,
        name: str,
        raw: bytes,
        kind: int | None = None,
        flags: int = 0,
        stream: int = 0,
        detail: HeaderBlock | Http1Message | Http1Body | None = None,
        problem: str | None = None,
        exchange: int = 0,
    ) -> Frame:
        """The next frame; the arguments are the attributes of ``Frame``."""
        number = self.next
        self.next = number + 1
        return _new(
            self.connection,
            number,
            direction,
            t_ns,
            offset,
            name,
            raw,
            kind,
            flags,
            stream,
            detail,
            problem,
            exchange,
        )


class FrameReader:
    """Reads the frames of one direction, after the preface.

    Args:
        direction: ``names.TO_SERVER`` or ``names.TO_CLIENT``.
        numbering: Makes the frames; both directions of a connection share it.
    """

    __slots__ = ("_pending", "_pending_size", "direction", "hpack", "numbering", "peer")

    def __init__(self, direction: str, numbering: Numbering) -> None:
        self.direction = direction
        self.numbering = numbering
        self.hpack = HpackDecoder()
        self.peer: FrameReader | None = None
        """The reader of the other direction: what SETTINGS say here bounds the header table there."""
        # HEADERS or PUSH_PROMISE and CONTINUATIONs that wait for END_HEADERS: (offset, t_ns, raw)
        self._pending: list[tuple[int, int, bytes]] = []
        self._pending_size = 0

    @property
    def waiting(self) -> bool:
        """Whether a header block is not finished."""
        return bool(self._pending)

    def read(self, data: bytes, pos: int, offset: int, t_ns: int, out: list[Frame]) -> int:
        """Read as many frames as there are.

        Args:
            data: Bytes of the direction.
            pos: Where a frame begins in them.
            offset: Position of ``data`` in all bytes of the direction.
            t_ns: The time for the frames.
            out: Takes the frames; those of a header block come with its last one.

        Returns:
            The position after the last frame that was read; or, where there was not even one, minus the
            number of bytes that the next one needs.
        """
        begin, have = pos, len(data)
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
                    problem = check(kind, flags, stream, raw)
                    if kind == names.SETTINGS and problem is None and not flags & names.ACK:
                        self._settings(raw)
                name = names.FRAME_TYPES.get(kind) or names.frame_name(kind)
                out.append(
                    self.numbering.frame(
                        self.direction, t_ns, offset + pos, name, raw, kind, flags, stream, None, problem
                    )
                )
            pos = end
        return pos if pos > begin else -FRAME_HEADER

    def release(self, out: list[Frame], problem: str | None = _UNFINISHED) -> None:
        """Decode the waiting header block, whole or not, and emit its frames."""
        fragments, parts, number = [], [], self.numbering.next
        for _, _, raw in self._pending:
            start, end = body_range(raw[3], raw[4], raw)
            fragments.append(raw[start:end])
            parts.append((number + len(parts), end - start))
        block, trouble = self.hpack.decode(b"".join(fragments), tuple(parts))
        for offset, t_ns, raw in self._pending:
            kind, flags, stream = raw[3], raw[4], _stream(raw)
            # what is wrong with the block is told once, with its first frame
            wrong = check(kind, flags, stream, raw) or problem or trouble
            problem = trouble = None
            name = names.FRAME_TYPES[kind]
            out.append(
                self.numbering.frame(
                    self.direction, t_ns, offset, name, raw, kind, flags, stream, block, wrong
                )
            )
        self._pending, self._pending_size = [], 0

    def _join(self, part: tuple[int, int, bytes], flags: int, out: list[Frame]) -> None:
        self._pending.append(part)
        self._pending_size += len(part[2])
        if flags & names.END_HEADERS:
            self.release(out, None)
        elif self._pending_size > HEADER_BLOCK_LIMIT:
            self.release(out, f"the header block is longer than {HEADER_BLOCK_LIMIT} bytes")

    def _settings(self, raw: bytes) -> None:
        for number, value in struct.iter_unpack("!HI", raw[FRAME_HEADER:]):
            if number == names.HEADER_TABLE_SIZE and self.peer is not None:
                self.peer.hpack.allowed = value

    def state(self) -> list:
        """Everything needed to go on, as plain lists, numbers, strings and bytes."""
        return [list(self.hpack.state()), [list(part) for part in self._pending]]

    def restore(self, state: list) -> None:
        """Go on from a ``state``."""
        hpack, pending = state
        self.hpack = HpackDecoder.restore(*hpack)
        self._pending = [(offset, t_ns, raw) for offset, t_ns, raw in pending]
        self._pending_size = sum(len(raw) for _, _, raw in self._pending)


def _stream(raw: bytes) -> int:
    """Stream identifier of a frame; the highest bit is reserved (section 4.1)."""
    return int.from_bytes(raw[5:9], "big") & 0x7FFFFFFF
