"""The reader of calls: frames of a connection to calls (the gRPC over HTTP2 document)."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import MethodDescriptor

from .. import names
from ..constructors import constructor_of
from ..direction import TO_CLIENT, TO_SERVER, Direction
from ..frames import Frame, FramePart, Gap
from ..http2.frames import Http2Frame
from ..http2.headers import HeaderEntry
from ..schema import MethodLookup
from . import metadata
from .call import Call
from .message import Message
from .message_reader import MessageReader

FOLLOWED = 10_000
"""So many open calls of a connection are followed before a capture; of more, the oldest are forgotten."""

_STREAM = 4  # messages that take as much memory as a stream
_new = constructor_of(Call)

_ENDLESS = "its end is missing in the capture"
_HEADLESS = "its beginning is missing in the capture"
_CUTS = {
    "FIN": "the {side} closed the connection",
    "RESET": "the {side} reset the connection",
    "CLOSED": "the tap was closed",
}
# What a stream keeps beyond its frames, messages and readers; the order is that of a saved state, in which
# `earlier` has a place though the readers know better how many messages there were.
_KEPT = (
    "number",
    "start_ns",
    "end_ns",
    "earlier",
    "request_headers",
    "response_headers",
    "trailers",
    "trailers_only",
    "half_closed",
    "reset",
    "cut",
    "problems",
)


class _Stream:
    """A call in the making; its attributes are those of `Call`."""

    __slots__ = (
        *_KEPT,
        "began_before",
        "doubts",
        "frames",
        "known_gaps",
        "messages",
        "method",
        "readers",
        "snapshot",
    )

    def __init__(self, number: int, start_ns: int) -> None:
        self.number = number
        self.start_ns = start_ns
        self.end_ns: int | None = None
        self.earlier = 0
        self.request_headers: tuple[HeaderEntry, ...] = ()
        self.response_headers: tuple[HeaderEntry, ...] = ()
        self.trailers: tuple[HeaderEntry, ...] = ()
        self.trailers_only = False
        self.half_closed: tuple[Direction, ...] = ()
        self.reset: tuple[Direction, str] | None = None
        self.cut: str | None = None
        self.problems: tuple[str, ...] = ()
        self.began_before = False
        self.known_gaps = 0  # of those from the server, how many there were when it began
        self.doubts: dict[
            Direction, int
        ] = {}  # how many gaps of each direction it knows of, where there are any
        self.frames: list[Frame] = []
        self.messages: list[Message] = []
        self.method: MethodDescriptor | None = None
        self.readers = {TO_SERVER: MessageReader(), TO_CLIENT: MessageReader()}
        self.snapshot: Call | None = None

    @property
    def open(self) -> bool:
        """Whether it can still go on."""
        return self.reset is None and self.cut is None and len(self.half_closed) < 2

    def end(self, t_ns: int) -> None:
        """The answer is complete, or there will be none."""
        if self.end_ns is None:
            self.end_ns = t_ns

    def finish(self, direction: Direction, why: str) -> None:
        """No more data will come in this direction: a message under way stays incomplete."""
        rest = self.readers[direction].rest(direction, why)
        if rest is not None:
            self.messages.append(rest)

    def wrong(self, problem: str) -> None:
        """Note what is malformed, once."""
        if problem not in self.problems:
            self.problems += (problem,)

    def forget(self) -> None:
        """Let go of what has been told already."""
        self.began_before = True
        self.messages, self.frames, self.snapshot = [], [], None
        for reader in self.readers.values():
            reader.forget()


class CallReader:
    """Puts the frames of one connection together to calls.

    Args:
        connection: Number of the connection, for the calls.
        lookup: Finds the schema of a method; messages get their types from it.
        keep: False where only the state matters, as before a capture: then ended calls are forgotten, and
            of others only what it takes to go on is kept.
    """

    def __init__(self, connection: int, lookup: MethodLookup, *, keep: bool = True) -> None:
        self._connection = connection
        self._lookup = lookup
        self._keep = keep
        self._streams: dict[int, _Stream] = {}
        self.made = 0
        """Streams and messages that were made so far; a stream counts as several."""
        self._highest = {0: 0, 1: 0}  # stream identifier seen, of even and of odd ones
        # Streams that may still be open, of even and of odd numbers, both ascending as they were begun. Whatever
        # ends many at once takes them from the end, so that each is looked at once, however often that happens.
        self._begun: dict[int, list[_Stream]] = {0: [], 1: []}
        # Gaps of each direction in which bytes of any stream may be missing; a stream hears of them when it goes on.
        self._gaps: dict[Direction, int] = {}

    def feed(self, frame: Http2Frame) -> None:
        """Take the next frame of HTTP/2."""
        kind = frame.type
        if frame.stream:
            stream = self._streams.get(frame.stream) or self._new(frame)
            if stream is not None:
                stream.frames.append(frame)
                stream.snapshot = None
                if kind == names.DATA:
                    self._data(stream, frame)
                elif kind == names.HEADERS:
                    if frame.direction in stream.half_closed:
                        stream.wrong("HEADERS after END_STREAM")
                    self._headers(stream, frame)
                elif kind == names.RST_STREAM:
                    self._reset(stream, frame)
                elif kind == names.PUSH_PROMISE:
                    self._promise(frame)
                if not self._keep:
                    stream.forget()
                    if not stream.open:
                        del self._streams[frame.stream]
                    elif len(self._streams) > FOLLOWED:
                        del self._streams[next(iter(self._streams))]
        elif kind == names.GOAWAY:
            self._goaway(frame)

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls so far, in order of their start, as values."""
        return tuple(self._call(stream) for stream in self._streams.values())

    def _new(self, frame: Http2Frame) -> _Stream | None:
        parity = frame.stream & 1
        if frame.stream <= self._highest[parity]:
            return None  # a late frame of a call that has ended
        if frame.type not in (names.HEADERS, names.DATA):
            return None
        stream = self._begin(frame.stream, frame.t_ns)
        if frame.type != names.HEADERS or frame.direction != TO_SERVER:
            if self._gaps:
                stream.wrong(_HEADLESS)
            else:
                stream.began_before = True
        return stream

    def _begin(self, number: int, t_ns: int) -> _Stream:
        self.made += _STREAM
        self._highest[number & 1] = number
        stream = self._streams[number] = _Stream(number, t_ns)
        stream.doubts, stream.known_gaps = dict(self._gaps), self._gaps.get(TO_CLIENT, 0)
        begun = self._begun[number & 1]
        begun.append(stream)
        if len(begun) > 64 + 2 * len(self._streams):  # most of them are no longer followed
            begun[:] = [each for each in begun if each.open]
        return stream

    def _promise(self, frame: Http2Frame) -> None:
        """A server announces the request that it is going to answer unasked (RFC 9113 section 8.4)."""
        number = frame.promised_stream or 0
        if number <= self._highest[number & 1]:
            return
        promised = self._begin(number, frame.t_ns)
        promised.request_headers = frame.headers
        promised.half_closed = (TO_SERVER,)
        self._find_method(promised)

    def _headers(self, stream: _Stream, frame: Http2Frame) -> None:
        entries = frame.headers
        reader = stream.readers[frame.direction]
        if self._gaps:
            self._doubt(stream, frame.direction)
        if frame.direction == TO_SERVER:
            if not stream.request_headers:
                stream.request_headers = entries
                self._find_method(stream)
        elif frame.flags & names.END_STREAM:
            stream.trailers = entries
            stream.trailers_only = not stream.response_headers and frame.role == "trailers-only"
        elif not (metadata.find(entries, ":status") or "").startswith("1"):
            stream.response_headers = entries
        for entry in entries:
            if entry.name == "content-type":
                dialect = metadata.dialect(entry.value.decode("latin-1"))
                reader.enabled = dialect in (metadata.GRPC, metadata.GRPC_WEB)
                reader.web = dialect == metadata.GRPC_WEB
            elif entry.name == "grpc-encoding":
                reader.encoding = entry.value.decode("latin-1")
            elif entry.name[:1] == "(" and not entry.known and not reader.enabled and not reader.count:
                # It may be the content-type. What is no message shows by itself.
                reader.enabled = reader.doubtful = True
        if frame.flags & names.END_STREAM:
            self._end_stream(stream, frame)

    def _data(self, stream: _Stream, frame: Http2Frame) -> None:
        reader = stream.readers[frame.direction]
        if self._gaps:
            self._doubt(stream, frame.direction)
        if stream.half_closed and frame.direction in stream.half_closed:
            stream.wrong("DATA after END_STREAM")
        if reader.enabled:
            messages = stream.messages
            known = len(messages)
            reader.feed(frame, messages)
            self.made += len(messages) - known
            if reader.web and messages and messages[-1].trailers:
                stream.trailers = metadata.trailers(messages[-1].data)
        if frame.flags & names.END_STREAM:
            self._end_stream(stream, frame)

    def _end_stream(self, stream: _Stream, frame: Frame) -> None:
        if frame.direction not in stream.half_closed:
            stream.half_closed += (frame.direction,)
        stream.finish(frame.direction, "its stream ended")
        if frame.direction == TO_CLIENT:
            stream.end(frame.t_ns)

    def _reset(self, stream: _Stream, frame: Http2Frame) -> None:
        if stream.reset is None:
            stream.reset = (frame.direction, names.error_name(frame.error_code or 0))
        self._stop(stream, frame, "the stream was reset")

    def _stop(self, stream: _Stream, frame: Frame, why: str) -> None:
        for direction in stream.readers:
            stream.finish(direction, why)
        stream.end(frame.t_ns)
        stream.snapshot = None

    def _goaway(self, frame: Http2Frame) -> None:
        last = frame.last_stream or 0
        parity = 1 if frame.direction == TO_CLIENT else 0  # the streams that its receiver began
        self._cut(frame, parity, last, f"not taken up: GOAWAY names {last} as the last stream")

    def _doubt(self, stream: _Stream, direction: Direction) -> None:
        """Let a stream hear of the gaps since it was heard of last."""
        gaps = self._gaps.get(direction, 0)
        if stream.doubts.get(direction, 0) < gaps:
            stream.doubts[direction] = gaps
            stream.readers[direction].doubt(direction, stream.messages)
            stream.wrong(
                f"bytes from the {direction.sender} are missing in the capture, some of which may be its own"
            )

    def _torn(self, frame: FramePart | Gap) -> None:
        """A frame is not whole, or nobody knows which ones are missing."""
        direction = frame.direction
        if isinstance(frame, Gap) and not frame.within:
            self._gaps[direction] = self._gaps.get(direction, 0) + 1
            return
        stream = self._streams.get(frame.stream)
        kind = frame.type if isinstance(frame, FramePart) else None
        if stream is None:
            if kind not in (names.HEADERS, names.DATA) or frame.stream <= self._highest[frame.stream & 1]:
                return
            stream = self._begin(frame.stream, frame.t_ns)
            stream.wrong(_HEADLESS)
        stream.frames.append(frame)
        stream.snapshot = None
        reader = stream.readers[direction]
        if isinstance(frame, Gap):
            if reader.enabled:
                reader.pass_over(b"", frame.lost, direction, stream.messages)
        elif kind == names.DATA and reader.enabled:
            start, end = frame.data
            reader.pass_over(frame.raw[start:end], 0, direction, stream.messages)
        elif kind == names.HEADERS:
            stream.wrong(f"a header block from the {direction.sender} is not whole in the capture")
        if frame.last:
            self._end_stream(stream, frame)
        if not self._keep:
            stream.forget()
            if not stream.open:
                del self._streams[frame.stream]

    def feed_other(self, frame: Frame) -> None:
        """Take the next frame that is none of HTTP/2: the connection may have ended with it."""
        if isinstance(frame, (FramePart, Gap)):
            self._torn(frame)
            return
        reason = _CUTS.get(frame.name)
        if reason is not None:
            for parity in self._begun:
                self._cut(frame, parity, 0, reason.format(side=frame.direction.sender))
        elif (
            self._keep and frame.stream in self._streams
        ):  # the connection ended within a frame of this stream
            stream = self._streams[frame.stream]
            stream.frames.append(frame)
            stream.snapshot = None

    def _cut(self, frame: Frame, parity: int, last: int, reason: str) -> None:
        """End the streams above `last` that are open and not answered."""
        begun = self._begun[parity]
        while begun and begun[-1].number > last:
            stream = begun.pop()
            if stream.open and stream.end_ns is None and self._streams.get(stream.number) is stream:
                for direction in self._gaps:
                    self._doubt(stream, direction)
                lacks = stream.doubts.get(TO_CLIENT, 0) > stream.known_gaps
                stream.cut = _ENDLESS if lacks else reason
                self._stop(stream, frame, stream.cut)
                if not self._keep:
                    del self._streams[stream.number]

    def _find_method(self, stream: _Stream) -> None:
        stream.method = self._lookup(metadata.find(stream.request_headers, ":path") or "")
        if stream.method is not None:
            stream.readers[TO_SERVER].type = stream.method.input_type
            stream.readers[TO_CLIENT].type = stream.method.output_type

    def _call(self, stream: _Stream) -> Call:
        if stream.snapshot is None:
            readers = stream.readers.items()
            under_way = [each for way, reader in readers if (each := reader.under_way(way)) is not None]
            messages = (*stream.messages, *under_way)
            earlier = [
                reader.count - sum(each.direction == way and each.counts for each in messages)
                for way, reader in readers
            ]
            stream.snapshot = _new(
                self._connection,
                stream.number,
                tuple(stream.frames),
                stream.request_headers,
                stream.response_headers,
                stream.trailers,
                messages,
                stream.method,
                stream.trailers_only,
                stream.half_closed,
                stream.reset,
                stream.cut,
                stream.start_ns,
                stream.end_ns,
                earlier[0],
                earlier[1],
                stream.began_before,
                stream.problems,
            )
        return stream.snapshot

    def state(self) -> dict[str, Any]:
        """Everything needed to go on: the open calls without their frames and messages so far."""
        for stream in self._streams.values() if self._gaps else ():
            for direction in stream.readers:
                self._doubt(stream, direction)
        streams = [
            [
                [getattr(stream, name) for name in _KEPT],
                0,  # what was the number of messages
                [reader.state() for reader in stream.readers.values()],
            ]
            for stream in list(self._streams.values())[-FOLLOWED:]
            if stream.open
        ]
        return {"highest": list(self._highest.values()), "streams": streams}

    @classmethod
    def restore(
        cls, connection: int, state: dict[str, Any], lookup: MethodLookup, *, keep: bool = True
    ) -> CallReader:
        """A reader that goes on from a `state`; its calls began before."""
        self = cls(connection, lookup, keep=keep)
        self._highest = dict(enumerate(state["highest"]))
        for kept, _, readers in state["streams"]:
            stream = _Stream(0, 0)
            for name, value in zip(_KEPT, kept, strict=True):
                setattr(stream, name, tuple(value) if isinstance(value, list) else value)
            stream.half_closed = tuple(map(Direction, stream.half_closed))
            if stream.reset is not None:
                stream.reset = Direction(stream.reset[0]), stream.reset[1]
            stream.readers = {
                direction: MessageReader.restore(each)
                for direction, each in zip(Direction, readers, strict=True)
            }
            stream.began_before = True
            self._find_method(stream)
            self._streams[stream.number] = stream
        for stream in sorted(self._streams.values(), key=lambda each: each.number):
            self._begun[stream.number & 1].append(stream)
        return self
