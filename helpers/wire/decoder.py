"""The decoder, all layers together: records of any number of connections to frames and calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .connection import Connection, Unfinished
from .direction import Direction
from .frames import Frame, Gap
from .grpc.call import Call
from .grpc.call_reader import CallReader
from .http2.flow_control import FlowControl, WindowSample
from .http2.frames import Http2Frame
from .record import Record
from .schema import MethodLookup, no_schema

FRAME_COST, ENTRY_COST, MESSAGE_COST, CONNECTION_COST = 270, 145, 500, 8000
"""Bytes of memory that a frame takes beyond its data, and what a header entry, a message and a connection take, as
measured."""


_Connected = tuple[Connection, CallReader, FlowControl]


class Decoder:
    """Decodes a recording, record by record; takes any bytes, never raises.

    Args:
        lookup: Finds the schema of a method by its path.
        keep: False to follow the state only, without remembering frames and calls.
    """

    def __init__(self, lookup: MethodLookup = no_schema, *, keep: bool = True) -> None:
        self.lookup = lookup
        self.keep = keep
        self.frames: list[Frame] = []
        """Frames so far, in order of completion; empty without `keep`."""
        self._connections: dict[int, _Connected] = {}
        self._live: dict[int, _Connected] = {}  # those of which more may come
        self._gone: set[int] = set()
        self._gone_weight = 0

    def feed(self, record: Record) -> list[Frame]:
        """Take the next record; returns the frames it completes. ``GONE`` ends a connection's memory."""
        number, direction, t_ns, data, event = record
        found = self._connections.get(number)
        if found is None:
            found = Connection(number), CallReader(number, self.lookup, keep=self.keep), FlowControl()
            self._connections[number] = self._live[number] = found
        if event == "GONE":
            if self.keep:
                self._gone.add(number)
                if self._live.pop(number, None) is not None:
                    self._gone_weight += _weight(found)
            else:
                del self._connections[number], self._live[number]
            return []
        connection, calls, flow = found
        frames = (
            connection.feed(direction, data, t_ns)
            if event is None
            else connection.event(direction, event, t_ns)
        )
        to_calls, to_flow = calls.feed, flow.feed
        for frame in frames:
            if isinstance(frame, Http2Frame):
                to_calls(frame)
                to_flow(frame)
            else:
                calls.feed_other(frame)
        if self.keep:
            self.frames += frames
        return frames

    @property
    def calls(self) -> tuple[Call, ...]:
        """Calls so far, connection by connection, each in order of start."""
        return tuple(call for _, calls, _ in self._connections.values() for call in calls.calls)

    @property
    def weight(self) -> int:
        """Bytes of memory that frames and calls take beyond the bytes that they were decoded from, about."""
        made = self._gone_weight + sum(_weight(each) for each in self._live.values())
        return FRAME_COST * len(self.frames) + made

    @property
    def whole(self) -> bool:
        """Whether no frame is cut in two at present."""
        return all(connection.idle for connection, _, _ in self._connections.values())

    def unfinished(self) -> tuple[Unfinished, ...]:
        """What has begun on any connection and is not complete at present."""
        return tuple(
            each for connection, _, _ in self._connections.values() for each in connection.unfinished()
        )

    def passed(self) -> dict[tuple[int, Direction], int]:
        """Bytes so far, by connection and direction."""
        return {
            (number, direction): connection.passed(direction)
            for number, (connection, _, _) in self._connections.items()
            for direction in Direction
        }

    def windows(self, frames: Iterable[Frame]) -> tuple[WindowSample, ...]:
        """The windows over time when these frames follow on the present state (which does not change).

        Of a connection of which frames are missing, they are not known.
        """
        blind: set[int] = set()
        flows = {
            number: FlowControl.restore(flow.state()) for number, (_, _, flow) in self._connections.items()
        }
        out: list[WindowSample] = []
        for frame in frames:
            if frame.name == "JOINED" or (isinstance(frame, Gap) and not frame.within):
                blind.add(frame.connection)
            if isinstance(frame, Http2Frame) and frame.connection not in blind:
                flow = flows.get(frame.connection)
                if flow is None:
                    flow = flows[frame.connection] = FlowControl()
                flow.feed(frame, out)
        return tuple(out)

    def clone(self, lookup: MethodLookup | None = None, *, keep: bool = True) -> Decoder:
        """A decoder that goes on from here on its own way, without the frames and calls so far."""
        return self.restore(self.state(), lookup or self.lookup, keep=keep)

    def state(self) -> list[Any]:
        """Everything needed to go on: lists, dicts, numbers, strings, bytes, frames and header entries."""
        return [
            [number, connection.state(), calls.state(), flow.state()]
            for number, (connection, calls, flow) in self._connections.items()
            if number not in self._gone
        ]

    @classmethod
    def restore(cls, state: list[Any], lookup: MethodLookup = no_schema, *, keep: bool = True) -> Decoder:
        """A decoder that goes on from a `state`."""
        self = cls(lookup, keep=keep)
        for number, connection, calls, flow in state:
            self._connections[number] = self._live[number] = (
                Connection.restore(number, connection),
                CallReader.restore(number, calls, lookup, keep=keep),
                FlowControl.restore(flow),
            )
        return self


def _weight(connected: _Connected) -> int:
    """Bytes of memory that what was made of a connection takes, without its frames, about."""
    connection, calls, _ = connected
    return CONNECTION_COST + ENTRY_COST * connection.entries + MESSAGE_COST * calls.made
