"""How many calls pass a tap, without remembering them: a map may be open for hours."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.wire.direction import TO_CLIENT
from helpers.wire.frames import Frame, TcpEvent
from helpers.wire.http2.frames import Http2Frame
from helpers.wire.recording import Recording


class Meter:
    """Counts the calls of a recording from now on; not safe for threads by itself.

    Attributes:
        passed: calls that have begun.
        traffic: frames of calls.
        failed: calls that ended otherwise than with OK.
        incomplete: whether more passed than the recording keeps, so that there were more calls than were counted.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.passed = 0
        self.traffic = 0
        self.failed = 0
        self.incomplete = False
        self._decoder, self._position = recording.mark()
        self._open: set[tuple[int, int]] = set()

    @property
    def open(self) -> int:
        """Calls under way that were seen to begin."""
        return len(self._open)

    def read(self) -> None:
        """Count what has passed since the last time."""
        records = self.recording.since(self._position)
        if records is None:
            self._decoder, records, self._position = self.recording.whole()
            self.incomplete = True
            self._open.clear()
        else:
            self._position += len(records)
        for record in records:
            for frame in self._decoder.feed(record):
                self._take(frame)

    def _take(self, frame: Frame) -> None:
        if isinstance(frame, TcpEvent):
            # A server that has sent FIN answers no more; a client that has may still be answered.
            if frame.name in ("RESET", "CLOSED") or (frame.name == "FIN" and frame.direction == TO_CLIENT):
                self._end(each for each in tuple(self._open) if each[0] == frame.connection)
            return
        if not isinstance(frame, Http2Frame) or frame.name not in ("HEADERS", "DATA", "RST_STREAM"):
            return
        self.traffic += 1
        key = frame.connection, frame.stream
        if frame.role == "request headers":
            self.passed += 1
            self._open.add(key)
        elif key in self._open and frame.direction == TO_CLIENT and frame.end_stream and _is_good(frame):
            self._open.remove(key)
        elif key in self._open and (
            frame.name == "RST_STREAM" or (frame.direction == TO_CLIENT and frame.end_stream)
        ):
            self._end([key])

    def _end(self, calls: Iterable[tuple[int, int]]) -> None:
        for call in calls:
            self._open.remove(call)
            self.failed += 1


def _is_good(frame: Http2Frame) -> bool:
    """Whether the frame that ends an answer says OK: with gRPC's status, or without one as an HTTP answer's body."""
    status = frame.block.get("grpc-status") if frame.block is not None else None
    return status in (None, b"0")
