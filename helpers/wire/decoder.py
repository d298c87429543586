"""All layers together: records of any number of connections to frames and calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from helpers.wire.call import Call
from helpers.wire.calls import CallReader
from helpers.wire.connection import Connection
from helpers.wire.flow import FlowControl, WindowSample
from helpers.wire.frames import Frame

if TYPE_CHECKING:
    from helpers.wire.recording import Record


def no_schema(path: str) -> Any:
    """A lookup that knows no method."""
    return None


class Decoder:
    """Decodes a recording, record by record; takes any bytes, never raises.

    Args:
        lookup: Finds the schema of a method by its path.
        keep: False to follow the state only, without remembering frames and calls.
    """

    def __init__(self, lookup: Callable[[str], Any] = no_schema, *, keep: bool = True) -> None:
        self.lookup = lookup
        self.keep = keep
        self.frames: list[Frame] = []
        """Frames so far, in order of completion; empty without ``keep``."""
        self._connections: dict[int, tuple[Connection, CallReader, FlowControl]] = {}
        self._gone: set[int] = set()

    def feed(self, record: Record) -> list[Frame]:
        """Take the next record; returns the frames it completes. ``GONE`` ends a connection's memory."""
        number, direction, t_ns, data, event = record
        found = self._connections.get(number)
        if found is None:
            found = Connection(number), CallReader(number, self.lookup, keep=self.keep), FlowControl()
            self._connections[number] = found
        if event == "GONE":
            if self.keep:
                self._gone.add(number)
            else:
                del self._connections[number]
            return []
        connection, calls, flow = found
        frames = (
            connection.feed(direction, data, t_ns)
            if event is None
            else connection.event(direction, event, t_ns)
        )
        for frame in frames:
            calls.feed(frame)
            flow.feed(frame)
        if self.keep:
            self.frames += frames
        return frames

    @property
    def calls(self) -> tuple[Call, ...]:
        """Calls so far, connection by connection, each in order of start."""
        return tuple(call for _, calls, _ in self._connections.values() for call in calls.calls)

    @property
    def whole(self) -> bool:
        """Whether no frame is cut in two at present."""
        return all(connection.idle for connection, _, _ in self._connections.values())

    def windows(self, frames: Iterable[Frame]) -> tuple[WindowSample, ...]:
        """The windows over time when these frames follow on the present state (which does not change)."""
        flows = {
            number: FlowControl.restore(flow.state()) for number, (_, _, flow) in self._connections.items()
        }
        out: list[WindowSample] = []
        for frame in frames:
            flow = flows.get(frame.connection)
            if flow is None:
                flow = flows[frame.connection] = FlowControl()
            flow.feed(frame, out)
        return tuple(out)

    def clone(self, lookup: Callable[[str], Any] | None = None, *, keep: bool = True) -> Decoder:
        """A decoder that goes on from here on its own way, without the frames and calls so far."""
        return self.restore(self.state(), lookup or self.lookup, keep=keep)

    def state(self) -> list:
        """Everything needed to go on: lists, dicts, numbers, strings, bytes, frames and header entries."""
        return [
            [number, connection.state(), calls.state(), flow.state()]
            for number, (connection, calls, flow) in self._connections.items()
            if number not in self._gone
        ]

    @classmethod
    def restore(cls, state: list, lookup: Callable[[str], Any] = no_schema, *, keep: bool = True) -> Decoder:
        """A decoder that goes on from a ``state``."""
        self = cls(lookup, keep=keep)
        for number, connection, calls, flow in state:
            self._connections[number] = (
                Connection.restore(number, connection),
                CallReader.restore(number, calls, lookup, keep=keep),
                FlowControl.restore(flow),
            )
        return self
