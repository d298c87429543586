"""Flow-control windows over time (RFC 9113 section 6.9): how much a sender may still send."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from .. import names
from ..direction import TO_CLIENT, TO_SERVER, Direction
from .frames import FRAME_HEADER, Http2Frame

DEFAULT_WINDOW = 65_535
"""Window of the connection, and of every stream until SETTINGS says otherwise (section 6.9.2)."""

FOLLOWED = 50_000
"""So many open streams of a connection are followed in each direction; of more, the oldest are forgotten."""

RESIZED = 200_000
"""So many samples of a connection are told for new initial sizes, each of which changes all open streams at once."""


@dataclass(frozen=True, slots=True)
class WindowSample:
    """The size of one window just after a frame changed it."""

    t_ns: int
    connection: int
    direction: Direction
    """Direction of the data that the window bounds."""
    stream: int
    """Stream identifier; 0 is the window that all streams share."""
    window: int
    """Bytes that may still be sent; below zero after a setting has shrunk it."""
    change: int
    """Bytes that the frame added or, below zero, took."""
    frame: int
    """Number of the frame within its connection."""


class FlowControl:
    """Follows the windows of one connection, as someone in the middle sees them.

    A setting counts from when it passes by, though its receiver applies it a moment later.
    """

    __slots__ = ("_connection", "_highest", "_initial", "_streams", "_told")

    def __init__(self) -> None:
        self._initial = {TO_SERVER: DEFAULT_WINDOW, TO_CLIENT: DEFAULT_WINDOW}
        self._connection = {TO_SERVER: DEFAULT_WINDOW, TO_CLIENT: DEFAULT_WINDOW}
        # Of each open stream how far its window is from the initial size: a new size moves all of them at once.
        self._streams: dict[Direction, dict[int, int]] = {TO_SERVER: {}, TO_CLIENT: {}}
        self._highest = 0  # stream identifier seen: a window that is gone must not come back
        self._told = 0  # samples for new initial sizes

    def feed(self, frame: Http2Frame, out: list[WindowSample] | None = None) -> None:
        """Take the next frame; the windows that it opened or changed are appended to `out`."""
        kind, stream, direction = frame.type, frame.stream, frame.direction
        if kind == names.DATA:
            size = len(frame.raw) - FRAME_HEADER  # padding counts too (section 6.9.1)
            if size:
                self._change(frame, direction, 0, -size, out)
                if stream:
                    self._change(frame, direction, stream, -size, out)
            if frame.flags & names.END_STREAM:
                self._streams[direction].pop(stream, None)
        elif kind == names.HEADERS:
            if stream > self._highest:
                self._highest = stream
                for way, streams in self._streams.items():
                    streams[stream] = 0
                    if len(streams) > FOLLOWED:
                        del streams[next(iter(streams))]
                    if out is not None:
                        self._tell(frame, way, stream, 0, out)
            if frame.flags & names.END_STREAM:
                self._streams[direction].pop(stream, None)
        elif kind == names.WINDOW_UPDATE:
            if frame.problem is None:
                self._change(frame, direction.other, stream, frame.increment or 0, out)
        elif kind == names.RST_STREAM:
            for streams in self._streams.values():
                streams.pop(stream, None)
        elif kind == names.SETTINGS and frame.problem is None and not frame.flags & names.ACK:
            for number, value in struct.iter_unpack("!HI", frame.raw[FRAME_HEADER:]):
                if number == names.INITIAL_WINDOW_SIZE:
                    self._resize(frame, direction.other, value, out)

    def _change(
        self,
        frame: Http2Frame,
        direction: Direction,
        stream: int,
        change: int,
        out: list[WindowSample] | None,
    ) -> None:
        if not stream:
            self._connection[direction] += change
        elif stream in self._streams[direction]:
            self._streams[direction][stream] += change
        else:
            return
        if out is not None:
            self._tell(frame, direction, stream, change, out)

    def _tell(
        self, frame: Http2Frame, direction: Direction, stream: int, change: int, out: list[WindowSample]
    ) -> None:
        window = self._connection[direction]
        if stream:
            window = self._initial[direction] + self._streams[direction][stream]
        out.append(
            WindowSample(frame.t_ns, frame.connection, direction, stream, window, change, frame.number)
        )

    def _resize(
        self, frame: Http2Frame, direction: Direction, value: int, out: list[WindowSample] | None
    ) -> None:
        """A new initial size moves all open stream windows by the difference (section 6.9.2)."""
        change = value - self._initial[direction]
        self._initial[direction] = value
        streams = self._streams[direction]
        if out is not None and self._told + len(streams) <= RESIZED:
            self._told += len(streams)
            for stream in streams:
                self._tell(frame, direction, stream, change, out)

    def state(self) -> dict[str, Any]:
        """Everything needed to go on."""
        windows = {}
        for direction, streams in self._streams.items():
            initial = self._initial[direction]
            own = [(stream, initial + moved) for stream, moved in streams.items()]
            windows[direction] = [(0, self._connection[direction]), *own]
        return {"initial": dict(self._initial), "windows": windows, "highest": self._highest}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> FlowControl:
        """Flow control that goes on from a `state`."""
        self = cls()
        for direction in self._streams:
            self._initial[direction] = initial = state["initial"][direction]
            windows = dict(state["windows"][direction])
            self._connection[direction] = windows.pop(0)
            self._streams[direction] = {stream: window - initial for stream, window in windows.items()}
        self._highest = state["highest"]
        return self
