"""The reader of messages: data of one direction of a stream, cut where their prefixes say."""

from __future__ import annotations

import struct
from typing import Any

from google.protobuf.descriptor import Descriptor

from .. import names
from ..constructors import constructor_of
from ..direction import Direction
from ..http2.frames import FRAME_HEADER, Http2Frame
from .message import PREFIX, TRAILERS_FLAG, Message, Segment

_PREFIX = struct.Struct(">BI")

_new = constructor_of(Message)
_segment = constructor_of(Segment)

CARRY_LIMIT = 8 * 1024 * 1024
"""Bytes of an unfinished message that are kept across `forget`."""


class MessageReader:
    """Cuts the data of one direction of a stream into messages, which may share frames or span them."""

    __slots__ = (
        "_have",
        "_lost",
        "_missing",
        "_prefix",
        "_remaining",
        "_segments",
        "_torn",
        "broken",
        "count",
        "doubtful",
        "enabled",
        "encoding",
        "torn",
        "type",
        "web",
    )

    def __init__(self) -> None:
        self.enabled = False
        """Whether the data carries gRPC messages at all; set from the ``content-type``."""
        self.web = False
        """Whether it is gRPC-Web, where a message marked with 0x80 has the trailers."""
        self.encoding = "identity"
        """``grpc-encoding`` of the direction."""
        self.type: Descriptor | None = None
        """Descriptor of the messages, where a schema is known."""
        self.count = 0
        """Messages completed so far."""
        self.broken = False
        """Whether a prefix made no sense, so that what follows cannot be cut into messages."""
        self.doubtful = False
        """Whether it is not known if a message begins with the next byte: then only what fits exactly is read."""
        self.torn = 0
        """Messages of which bytes are missing in a capture file; they take numbers, too."""
        self._lost = 0  # bytes of the message under way that are missing so
        self._torn = False  # whether it has bytes in a frame that is not whole
        self._prefix = b""
        self._remaining = 0  # bytes of the message still to come, once its prefix is whole
        self._segments: list[Segment] = []
        self._have = 0  # bytes of it so far
        self._missing = 0  # bytes at its start that are no longer kept

    def feed(self, frame: Http2Frame, out: list[Message]) -> None:
        """Take a DATA frame, and append the messages it completes to `out`."""
        raw = frame.raw
        start, end = (FRAME_HEADER, len(raw)) if not frame.flags & names.PADDED else frame.body
        if self.doubtful and not self._fits(raw, start, end):
            return
        if start + PREFIX <= end and not (self._have or self.broken):
            # nearly all frames of small messages carry exactly one
            flag, length = _PREFIX.unpack_from(raw, start)
            if start + PREFIX + length == end and flag < 2:
                number = self.count + self.torn
                self.count += 1
                whole = (_segment(frame, start, end),)
                out.append(_new(number, frame.direction, whole, length, flag == 1, self.encoding, self.type))
                return
        while start < end:
            begin = start
            if self.broken:
                self._take(frame, begin, end)
                return
            if len(self._prefix) < PREFIX:
                take = min(PREFIX - len(self._prefix), end - start)
                self._prefix += raw[start : start + take]
                if self._prefix[0] & (0x7E if self.web else 0xFE):
                    self.broken = True
                    continue
                start += take
                if len(self._prefix) < PREFIX:
                    self._take(frame, begin, start)
                    return
                self._remaining = int.from_bytes(self._prefix[1:], "big")
            take = min(self._remaining, end - start)
            start += take
            self._remaining -= take
            self._take(frame, begin, start)
            if not self._remaining:
                self._complete(frame.direction, out)

    def _complete(self, direction: Direction, out: list[Message]) -> None:
        """A message is over."""
        if self._torn:
            of = f"{self._lost:,} of its {self._have:,} bytes are missing in the capture"
            out.append(self._message(direction, of if self._lost else "it is in a frame that is not whole"))
            self.torn += 1
        else:
            out.append(self._message(direction))
            # trailers are no message, and take no number from one
            self.count += not self._prefix[0] & TRAILERS_FLAG
        self._prefix, self._segments, self._have, self._missing = b"", [], 0, 0
        self._lost, self._torn = 0, False

    def _fits(self, raw: bytes, start: int, end: int) -> bool:
        """Whether a frame has whole messages and nothing else, so that it is certain that one begins there."""
        while start + PREFIX <= end:
            flag, length = _PREFIX.unpack_from(raw, start)
            if flag > 1:
                return False
            start += PREFIX + length
        if start == end:
            self.doubtful = False
        return start == end

    def pass_over(self, part: bytes, lost: int, direction: Direction, out: list[Message]) -> None:
        """Take what a frame carries that is not whole: bytes of it, or so many that are missing.

        A message that has them is told as one that is not complete; where the next one begins is still known, unless
        bytes of a prefix are missing.
        """
        size, pos = len(part) + lost, 0
        while pos < size and not self.broken and not self.doubtful:
            if len(self._prefix) < PREFIX:
                known = part[pos : pos + PREFIX - len(self._prefix)]
                if not known:
                    self.doubt(direction, out)
                    return
                self._prefix += known
                self._have += len(known)
                self._torn = True
                pos += len(known)
                if self._prefix[0] & 0xFE:
                    self.broken = True
                    return
                if len(self._prefix) < PREFIX:
                    continue
                self._remaining = int.from_bytes(self._prefix[1:], "big")
            take = min(self._remaining, size - pos)
            pos += take
            self._remaining -= take
            self._have += take
            self._lost += take if lost else 0
            self._torn = True
            if not self._remaining:
                self._complete(direction, out)

    def doubt(self, direction: Direction, out: list[Message]) -> None:
        """Bytes of the direction may be missing here, nobody knows which."""
        message = self.rest(direction, "bytes are missing in the capture")
        if message is not None:
            out.append(message)
            self.torn += 1
        self.doubtful = not self.broken

    def _take(self, frame: Http2Frame, start: int, end: int) -> None:
        self._segments.append(_segment(frame, start, end, self._have))
        self._have += end - start

    def under_way(self, direction: Direction, ended: str = "") -> Message | None:
        """What has come of a message that is not complete, or of data that is no message; None without any.

        Args:
            direction: The direction.
            ended: What has ended it in the middle, in a few words; empty while more may come.
        """
        have = self._have
        if not have:
            return None
        if self.broken:
            fault = f"no gRPC message: a message begins with 0 or 1, not with {self._prefix[0]}"
        else:
            known = len(self._prefix) == PREFIX
            whole = PREFIX + int.from_bytes(self._prefix[1:], "big") if known else PREFIX
            of = f"{have:,} of {whole:,} bytes" if known else f"{have} of the {PREFIX} bytes of its prefix"
            fault = f"{ended} after {of}" if ended else f"only {of} so far"
            if self._lost:
                fault += f", of which {self._lost:,} are missing in the capture"
        return self._message(direction, fault, not ended)

    def rest(self, direction: Direction, ended: str) -> Message | None:
        """As `under_way`, when nothing more can come."""
        message = self.under_way(direction, ended)
        self._segments, self._have, self._missing = [], 0, 0
        self._lost, self._torn = 0, False
        if not self.broken:
            self._prefix = b""
        return message

    def _message(self, direction: Direction, fault: str | None = None, under_way: bool = False) -> Message:
        prefix = self._prefix
        known = len(prefix) == PREFIX and not self.broken
        flags = prefix[0] if prefix and not self.broken else 0
        trailers = bool(flags & TRAILERS_FLAG)
        return _new(
            self.count + self.torn,
            direction,
            tuple(self._segments),
            int.from_bytes(prefix[1:], "big") if known else 0,
            bool(flags & 1),
            self.encoding,
            None if trailers or self.broken else self.type,
            fault is None,
            self._missing,
            fault,
            trailers,
            self.broken,
            under_way,
        )

    def forget(self) -> None:
        """Let go of a long unfinished message, but for what it takes to find its end."""
        if self.broken or self._have - self._missing > CARRY_LIMIT:
            self._missing = self._have
            self._segments = []

    def state(self) -> list[Any]:
        """Everything needed to go on, but `type`."""
        rest = [[part.frame, part.start, part.end] for part in self._segments]
        told = [self.enabled, self.encoding, self.count, self.broken]
        whole = sum(part.end - part.start for part in self._segments) + self._missing
        gaps = [self.doubtful, self.torn, self._lost, self._torn, self._have - whole]
        return [*told, self._prefix, self._remaining, self._missing, rest, self.web, gaps]

    @classmethod
    def restore(cls, state: list[Any]) -> MessageReader:
        """A reader that goes on from a `state`."""
        self = cls()
        self.enabled, self.encoding, self.count, self.broken = state[:4]
        self._prefix, self._remaining, self._missing, rest, *web = state[4:]
        self._have = self._missing
        for part in rest:
            self._take(*part)
        self.web = bool(web and web[0])  # files that were saved before it was known do not tell it
        if len(web) > 1:
            self.doubtful, self.torn, self._lost, self._torn, without = web[1]
            self._have += without
        return self
