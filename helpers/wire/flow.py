"""Flow-control windows over time (RFC 9113 section 6.9): how much a sender may still send."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from helpers.wire import names
from helpers.wire.frames import FRAME_HEADER, Frame

DEFAULT_WINDOW = 65_535
"""Window of the connection, and of every stream until SETTINGS says otherwise (section 6.9.2)."""

_OTHER = {names.TO_SERVER: names.TO_CLIENT, names.TO_CLIENT: names.TO_SERVER}


@dataclass(frozen=True, slots=True)
class WindowSample:
    """The size of one window just after a frame changed it."""

    t_ns: int
    connection: int
    direction: str
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

    def __init__(self) -> None:
        self._initial = {names.TO_SERVER: DEFAULT_WINDOW, names.TO_CLIENT: DEFAULT_WINDOW}
        self._windows = {names.TO_SERVER: {0: DEFAULT_WINDOW}, names.TO_CLIENT: {0: DEFAULT_WINDOW}}
        self._highest = 0  # stream identifier seen: a window that is gone must not come back

    def feed(self, frame: Frame, out: list[WindowSample] | None = None) -> None:
        """Take the next frame; the windows that it opened or changed are appended to ``out``."""
        kind = frame.type
        if kind is None:
            return
        if kind == names.DATA:
            size = len(frame.raw) - FRAME_HEADER  # padding counts too (section 6.9.1)
            if size:
                self._change(frame, frame.direction, 0, -size, out)
                self._change(frame, frame.direction, frame.stream, -size, out)
        elif kind == names.WINDOW_UPDATE and frame.problem is None:
            self._change(frame, _OTHER[frame.direction], frame.stream, frame.increment or 0, out)
        elif kind == names.SETTINGS and frame.problem is None and not frame.flags & names.ACK:
            for number, value in struct.iter_unpack("!HI", frame.raw[FRAME_HEADER:]):
                if number == names.INITIAL_WINDOW_SIZE:
                    self._resize(frame, _OTHER[frame.direction], value, out)
        elif kind == names.HEADERS and frame.stream > self._highest:
            self._highest = frame.stream
            for direction, windows in self._windows.items():
                windows[frame.stream] = self._initial[direction]
                self._change(frame, direction, frame.stream, 0, out)
        if kind == names.RST_STREAM and frame.stream:
            for windows in self._windows.values():
                windows.pop(frame.stream, None)
        elif frame.end_stream and frame.stream:
            self._windows[frame.direction].pop(frame.stream, None)

    def _change(
        self, frame: Frame, direction: str, stream: int, change: int, out: list[WindowSample]
    ) -> None:
        windows = self._windows[direction]
        if stream in windows:
            windows[stream] = window = windows[stream] + change
            if out is None:
                return
            out.append(
                WindowSample(frame.t_ns, frame.connection, direction, stream, window, change, frame.number)
            )

    def _resize(self, frame: Frame, direction: str, value: int, out: list[WindowSample] | None) -> None:
        """A new initial size moves all open stream windows by the difference (section 6.9.2)."""
        change = value - self._initial[direction]
        self._initial[direction] = value
        for stream in [stream for stream in self._windows[direction] if stream]:
            self._change(frame, direction, stream, change, out)

    def state(self) -> dict:
        """Everything needed to go on."""
        windows = {direction: list(each.items()) for direction, each in self._windows.items()}
        return {"initial": dict(self._initial), "windows": windows, "highest": self._highest}

    @classmethod
    def restore(cls, state: dict) -> FlowControl:
        """Flow control that goes on from a ``state``."""
        self = cls()
        for direction in self._windows:
            self._initial[direction] = state["initial"][direction]
            self._windows[direction] = dict(state["windows"][direction])
        self._highest = state["highest"]
        return self
