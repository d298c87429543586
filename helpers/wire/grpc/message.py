"""A gRPC message, and the pieces of it in DATA frames (the "Length-Prefixed-Message" of gRPC over HTTP2)."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from operator import attrgetter

from google.protobuf.descriptor import Descriptor

from ..direction import Direction
from ..frames import Frame
from ..http2.frames import Http2Frame
from ..protobuf.field import Field
from ..protobuf.reader import walk
from .compression import decompress

PREFIX = 5
"""Bytes before every message: a compressed flag and a length of four bytes, big-endian."""

TRAILERS_FLAG = 0x80
"""In gRPC-Web: the bit of a prefix's first byte which says that the trailers follow instead of a message."""

_frame_number = attrgetter("frame.number")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a message within one DATA frame; `start` and `end` count within `frame.raw`."""

    frame: Http2Frame
    start: int
    end: int
    offset: int = 0
    """Position of its first byte in the message as sent, prefix included."""


@dataclass(frozen=True, slots=True)
class Message:
    """One gRPC message: a prefix of 5 bytes (compressed flag, length) and that many bytes."""

    number: int
    """Position among the messages of its direction in its call, from 0."""
    direction: Direction
    segments: tuple[Segment, ...]
    """Where its bytes are, prefix included: one segment a DATA frame."""
    length: int
    """Length that the prefix announces, in bytes."""
    compressed: bool
    """Whether the prefix says that the bytes are compressed."""
    encoding: str = "identity"
    """The call's ``grpc-encoding`` in this direction, such as ``gzip``."""
    type: Descriptor | None = field(default=None, compare=False)
    """The protobuf `Descriptor` of the message; None where no schema is known."""
    complete: bool = True
    """False for one that the end of its stream, or of the capture, cut short; and for a `stray`."""
    missing: int = 0
    """Bytes at its start that came before the capture and are not kept."""
    fault: str | None = None
    """Why it is not complete, in a few words; None where it is."""
    trailers: bool = False
    """Whether it is no message but carries the trailers, as in gRPC-Web."""
    stray: bool = False
    """Whether it is no message at all: data of the direction where no prefix could be made sense of."""
    under_way: bool = False
    """Whether more of it may come."""
    _told: tuple[str | None, int] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def counts(self) -> bool:
        """Whether it counts as a message: it is complete, and carries no trailers."""
        return self.complete and not self.trailers

    @property
    def size(self) -> int:
        """Bytes of it that are kept, as sent, with what there is of the prefix."""
        return sum(part.end - part.start for part in self.segments)

    def place(self, frame: Frame) -> int | None:
        """Which of `segments` a frame carries, from 0; None where it carries none of them."""
        at = bisect_left(self.segments, frame.number, key=_frame_number)
        found = at < len(self.segments) and self.segments[at].frame.number == frame.number
        return at if found else None

    @property
    def t_ns(self) -> int:
        """When its last byte was recorded."""
        return self.segments[-1].frame.t_ns if self.segments else 0

    @property
    def wire(self) -> bytes:
        """Its bytes as sent, the 5-byte prefix included."""
        return b"".join([part.frame.raw[part.start : part.end] for part in self.segments])

    @property
    def payload(self) -> bytes:
        """Its bytes as sent, without the prefix."""
        return self.wire[max(0, PREFIX - self.missing) :]

    @property
    def data(self) -> bytes:
        """Its bytes, decompressed where they were compressed; empty where that fails (see `problem`)."""
        if len(self.segments) == 1 and self.complete and not self.compressed and not self.missing:
            (part,) = self.segments  # as nearly all of them are
            return part.frame.raw[part.start + PREFIX : part.end]
        return self._read()[0]

    @property
    def data_size(self) -> int:
        """Bytes of `data`."""
        return self._tell()[1]

    @property
    def problem(self) -> str | None:
        """What is malformed about it, or missing, in one sentence; None for a sound message."""
        return self._tell()[0]

    def _tell(self) -> tuple[str | None, int]:
        # Kept, since a small message may have to be decompressed to a large one for it.
        told = self._told
        if told is None:
            data, problem = self._read()
            told = problem, len(data)
            object.__setattr__(self, "_told", told)
        return told

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its protobuf fields (`Field`), by `type` where known; read anew on each access."""
        return walk(self.data, self.type)

    def _read(self) -> tuple[bytes, str | None]:
        if self.missing and not self.stray:
            return b"", f"its first {self.missing} bytes came before the capture"
        if not self.complete:
            return b"", self.fault or "not complete"
        if not self.compressed:
            return self.payload, None
        return decompress(self.payload, self.encoding)

    def __repr__(self) -> str:
        kind = "trailers" if self.trailers else self.type.full_name if self.type is not None else "message"
        frames = ", ".join(str(part.frame.number) for part in self.segments)
        fault = f", {self.fault}" if self.fault else ""
        return (
            f"<Message {self.number} {self.direction.arrow} {kind} {self.length} B in frame {frames}{fault}>"
        )
