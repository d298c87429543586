"""Data of one direction of a stream to messages (the "Length-Prefixed-Message" of gRPC over HTTP2)."""

from __future__ import annotations

from typing import Any

from helpers.wire import names
from helpers.wire.call import PREFIX, Message, Segment
from helpers.wire.frames import FRAME_HEADER, Frame
from helpers.wire.frozen import maker

_new = maker(Message)
_segment = maker(Segment)

CARRY_LIMIT = 8 * 1024 * 1024
"""Bytes of an unfinished message that are kept across ``forget``."""


class MessageReader:
    """Cuts the data of one direction of a stream into messages, which may share frames or span them."""

    __slots__ = (
        "_missing",
        "_prefix",
        "_remaining",
        "_segments",
        "broken",
        "count",
        "enabled",
        "encoding",
        "type",
    )

    def __init__(self) -> None:
        self.enabled = False
        """Whether the data carries gRPC messages at all; set from the ``content-type``."""
        self.encoding = "identity"
        """``grpc-encoding`` of the direction."""
        self.type: Any = None
        """Descriptor of the messages, where a schema is known."""
        self.count = 0
        """Messages completed so far."""
        self.broken = False
        """Whether a prefix made no sense, so that what follows cannot be cut into messages."""
        self._prefix = b""
        self._remaining = 0  # bytes of the message still to come, once its prefix is whole
        self._segments: list[Segment] = []
        self._missing = 0  # bytes at its start that are no longer kept

    def feed(self, frame: Frame, out: list[Message]) -> str | None:
        """Take a DATA frame, append the messages it completes to ``out``; returns what is malformed."""
        raw = frame.raw
        start, end = (FRAME_HEADER, len(raw)) if not frame.flags & names.PADDED else frame.body
        if start + PREFIX <= end and not (self._segments or self._missing or self.broken):
            # nearly all frames of small messages carry exactly one
            length = int.from_bytes(raw[start + 1 : start + PREFIX], "big")
            if start + PREFIX + length == end and raw[start] < 2:
                whole = (_segment(frame, start, end),)
                compressed = raw[start] == 1
                out.append(
                    _new(self.count, frame.direction, whole, length, compressed, self.encoding, self.type)
                )
                self.count += 1
                return None
        while start < end and not self.broken:
            begin = start
            if len(self._prefix) < PREFIX:
                take = min(PREFIX - len(self._prefix), end - start)
                self._prefix += raw[start : start + take]
                start += take
                if len(self._prefix) < PREFIX:
                    self._segments.append(_segment(frame, begin, start))
                    return None
                if self._prefix[0] > 1:
                    self.broken = True
                    return f"a message prefix begins with {self._prefix[0]} instead of 0 or 1"
                self._remaining = int.from_bytes(self._prefix[1:], "big")
            take = min(self._remaining, end - start)
            start += take
            self._remaining -= take
            self._segments.append(_segment(frame, begin, start))
            if not self._remaining:
                out.append(self._message(frame.direction, complete=True))
                self.count += 1
                self._prefix, self._segments, self._missing = b"", [], 0
        return None

    def rest(self, direction: str) -> Message | None:
        """The message that the end of the stream cut short, if any."""
        if not self._segments and not self._missing:
            return None
        message = self._message(direction, complete=False)
        self._prefix, self._segments, self._missing = b"", [], 0
        return message

    def _message(self, direction: str, *, complete: bool) -> Message:
        prefix = self._prefix
        return _new(
            self.count,
            direction,
            tuple(self._segments),
            int.from_bytes(prefix[1:], "big") if len(prefix) == PREFIX else 0,
            prefix[:1] == b"\1",
            self.encoding,
            self.type,
            complete,
            self._missing,
        )

    def forget(self) -> None:
        """Let go of a long unfinished message, but for what it takes to find its end."""
        size = sum(part.end - part.start for part in self._segments)
        if size > CARRY_LIMIT:
            self._missing += size
            self._segments = []

    def state(self) -> list:
        """Everything needed to go on, but ``type``."""
        rest = [[part.frame, part.start, part.end] for part in self._segments]
        told = [self.enabled, self.encoding, self.count, self.broken]
        return [*told, self._prefix, self._remaining, self._missing, rest]

    @classmethod
    def restore(cls, state: list) -> MessageReader:
        """A reader that goes on from a ``state``."""
        self = cls()
        self.enabled, self.encoding, self.count, self.broken = state[:4]
        self._prefix, self._remaining, self._missing, rest = state[4:]
        self._segments = [Segment(*part) for part in rest]
        return self
