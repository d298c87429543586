"""Frames of a connection to calls (the gRPC over HTTP2 document), without sockets, threads or clocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpers.wire import metadata, names
from helpers.wire.call import Call, Message
from helpers.wire.frames import Frame
from helpers.wire.frozen import maker
from helpers.wire.headers import HeaderEntry
from helpers.wire.messages import MessageReader

MethodLookup = Callable[[str], Any]
"""From ``/package.Service/Method`` to its protobuf ``MethodDescriptor``, or None."""

_new = maker(Call)

_CUTS = {
    "FIN": "the {side} closed the connection",
    "RESET": "the {side} reset the connection",
    "CLOSED": "the tap was closed",
}
# what a stream keeps beyond its frames, messages and readers; the order is that of a saved state
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
    """A call in the making; its attributes are those of ``Call``."""

    __slots__ = (*_KEPT, "began_before", "frames", "messages", "method", "readers", "snapshot")

    def __init__(self, number: int, start_ns: int) -> None:
        self.number = number
        self.start_ns = start_ns
        self.end_ns: int | None = None
        self.earlier = 0
        self.request_headers: tuple[HeaderEntry, ...] = ()
        self.response_headers: tuple[HeaderEntry, ...] = ()
        self.trailers: tuple[HeaderEntry, ...] = ()
        self.trailers_only = False
        self.half_closed: tuple[str, ...] = ()
        self.reset: tuple[str, str] | None = None
        self.cut: str | None = None
        self.problems: tuple[str, ...] = ()
        self.began_before = False
        self.frames: list[Frame] = []
        self.messages: list[Message] = []
        self.method: Any = None
        self.readers = {names.TO_SERVER: MessageReader(), names.TO_CLIENT: MessageReader()}
        self.snapshot: Call | None = None

    @property
    def open(self) -> bool:
        """Whether it can still go on."""
        return self.reset is None and self.cut is None and len(self.half_closed) < 2

    def end(self, t_ns: int) -> None:
        """The answer is complete, or there will be none."""
        if self.end_ns is None:
            self.end_ns = t_ns

    def finish(self, direction: str) -> None:
        """No more data will come in this direction: a message under way stays incomplete."""
        rest = self.readers[direction].rest(direction)
        if rest is not None:
            self.messages.append(rest)

    def forget(self) -> None:
        """Let go of what has been told already."""
        self.earlier += len(self.messages)
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
        self._highest = {0: 0, 1: 0}  # stream identifier seen, of even and of odd ones

    def feed(self, frame: Frame) -> list[Message]:
        """Take the next frame; returns the messages it completes."""
        out: list[Message] = []
        kind = frame.type
        if kind is None:
            self._event(frame)
        elif frame.stream:
            stream = self._streams.get(frame.stream) or self._new(frame)
            if stream is not None:
                stream.frames.append(frame)
                stream.snapshot = None
                if kind == names.DATA:
                    self._data(stream, frame, out)
                elif kind == names.HEADERS:
                    self._headers(stream, frame)
                elif kind == names.RST_STREAM:
                    self._reset(stream, frame)
                elif kind == names.PUSH_PROMISE:
                    self._promise(frame)
                if not self._keep:
                    stream.forget()
                    if not stream.open:
                        del self._streams[frame.stream]
        elif kind == names.GOAWAY:
            self._goaway(frame)
        return out

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls so far, in order of their start, as values."""
        return tuple(self._call(stream) for stream in self._streams.values())

    def _new(self, frame: Frame) -> _Stream | None:
        parity = frame.stream & 1
        if frame.stream <= self._highest[parity]:
            return None  # a late frame of a call that has ended
        if frame.type not in (names.HEADERS, names.DATA):
            return None
        self._highest[parity] = frame.stream
        stream = self._streams[frame.stream] = _Stream(frame.stream, frame.t_ns)
        stream.began_before = frame.type != names.HEADERS or frame.direction != names.TO_SERVER
        return stream

    def _promise(self, frame: Frame) -> None:
        """A server announces the request that it is going to answer unasked (RFC 9113 section 8.4)."""
        number = frame.promised_stream or 0
        parity = number & 1
        if number <= self._highest[parity]:
            return
        self._highest[parity] = number
        promised = self._streams[number] = _Stream(number, frame.t_ns)
        promised.request_headers = frame.headers
        promised.half_closed = (names.TO_SERVER,)
        self._find_method(promised)

    def _headers(self, stream: _Stream, frame: Frame) -> None:
        entries = frame.headers
        reader = stream.readers[frame.direction]
        if frame.direction == names.TO_SERVER:
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
                reader.enabled = entry.value.startswith(b"application/grpc")
            elif entry.name == "grpc-encoding":
                reader.encoding = entry.value.decode("latin-1")
        if frame.flags & names.END_STREAM:
            self._end_stream(stream, frame)

    def _data(self, stream: _Stream, frame: Frame, out: list[Message]) -> None:
        reader = stream.readers[frame.direction]
        if reader.enabled:
            problem = reader.feed(frame, out)
            stream.messages += out
            if problem is not None:
                stream.problems += (problem,)
        if frame.flags & names.END_STREAM:
            self._end_stream(stream, frame)

    def _end_stream(self, stream: _Stream, frame: Frame) -> None:
        if frame.direction not in stream.half_closed:
            stream.half_closed += (frame.direction,)
        stream.finish(frame.direction)
        if frame.direction == names.TO_CLIENT:
            stream.end(frame.t_ns)

    def _reset(self, stream: _Stream, frame: Frame) -> None:
        if stream.reset is None:
            stream.reset = (frame.direction, names.error_name(frame.error_code or 0))
        self._stop(stream, frame)

    def _stop(self, stream: _Stream, frame: Frame) -> None:
        for direction in stream.readers:
            stream.finish(direction)
        stream.end(frame.t_ns)
        stream.snapshot = None

    def _goaway(self, frame: Frame) -> None:
        last = frame.last_stream or 0
        parity = 1 if frame.direction == names.TO_CLIENT else 0  # the streams that its receiver began
        for stream in self._open():
            if stream.number > last and stream.number & 1 == parity:
                self._cut(stream, frame, f"not taken up: GOAWAY names {last} as the last stream")

    def _event(self, frame: Frame) -> None:
        reason = _CUTS.get(frame.name)
        if reason is not None:
            side = "client" if frame.direction == names.TO_SERVER else "server"
            for stream in self._open():
                self._cut(stream, frame, reason.format(side=side))

    def _cut(self, stream: _Stream, frame: Frame, reason: str) -> None:
        stream.cut = reason
        self._stop(stream, frame)
        if not self._keep:
            del self._streams[stream.number]

    def _open(self) -> list[_Stream]:
        return [stream for stream in self._streams.values() if stream.open and stream.end_ns is None]

    def _find_method(self, stream: _Stream) -> None:
        stream.method = self._lookup(metadata.find(stream.request_headers, ":path") or "")
        if stream.method is not None:
            stream.readers[names.TO_SERVER].type = stream.method.input_type
            stream.readers[names.TO_CLIENT].type = stream.method.output_type

    def _call(self, stream: _Stream) -> Call:
        if stream.snapshot is None:
            stream.snapshot = _new(
                self._connection,
                stream.number,
                tuple(stream.frames),
                stream.request_headers,
                stream.response_headers,
                stream.trailers,
                tuple(stream.messages),
                stream.method,
                stream.trailers_only,
                stream.half_closed,
                stream.reset,
                stream.cut,
                stream.start_ns,
                stream.end_ns,
                stream.earlier,
                stream.began_before,
                stream.problems,
            )
        return stream.snapshot

    def state(self) -> dict:
        """Everything needed to go on: the open calls without their frames and messages so far."""
        streams = [
            [
                [getattr(stream, name) for name in _KEPT],
                len(stream.messages),
                [reader.state() for reader in stream.readers.values()],
            ]
            for stream in self._streams.values()
            if stream.open
        ]
        return {"highest": list(self._highest.values()), "streams": streams}

    @classmethod
    def restore(cls, connection: int, state: dict, lookup: MethodLookup, *, keep: bool = True) -> CallReader:
        """A reader that goes on from a ``state``; its calls began before."""
        self = cls(connection, lookup, keep=keep)
        self._highest = dict(enumerate(state["highest"]))
        for kept, told, readers in state["streams"]:
            stream = _Stream(0, 0)
            for name, value in zip(_KEPT, kept, strict=True):
                setattr(stream, name, tuple(value) if isinstance(value, list) else value)
            stream.readers = {
                direction: MessageReader.restore(each)
                for direction, each in zip((names.TO_SERVER, names.TO_CLIENT), readers, strict=True)
            }
            stream.earlier += told
            stream.began_before = True
            self._find_method(stream)
            self._streams[stream.number] = stream
        return self
