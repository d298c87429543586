"""The totals of a capture: sums over frames and calls, whose parts add up to the whole.

Each frame counts once: for the call or the HTTP/1.1 exchange that it belongs to, or else for the connection. What
serves the connection (`Frame.control`), WINDOW_UPDATE on a call's stream among it, is the connection's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpers.text import plural

from .direction import TO_CLIENT, TO_SERVER, Direction
from .frames import Frame
from .grpc.call import Call
from .http1.parts import Http1Part


@dataclass(frozen=True)
class Share:
    """A part of what passed."""

    frames: int = 0
    wire: int = 0
    """Bytes."""


@dataclass(frozen=True)
class Totals:
    """Sums of a capture; sizes in bytes, without those of TCP and IP."""

    calls: int
    frames: int
    """All frames, with what happened to the TCP connections: ``in_calls + in_exchanges + in_connections``."""
    messages: int
    """Complete gRPC messages."""
    payload: int
    """Messages as sent, without prefixes; of what is not gRPC, the content of its bodies."""
    wire: int
    """All that passed, with what is `unfinished`."""
    to_server: int
    """Of `wire`, what the client sent."""
    to_client: int
    """Of `wire`, what the server sent."""
    exchanges: int = 0
    """HTTP/1.1 requests, answered or not."""
    in_calls: Share = Share()
    """Frames of calls: those of `Call.own_frames`."""
    in_exchanges: Share = Share()
    """Heads and bodies of HTTP/1.1 exchanges."""
    in_connections: Share = Share()
    """All other frames: they serve a connection, or belong to nothing that is known."""
    unfinished: int = 0
    """Bytes at the end that are the beginning of a frame."""
    begun: int = 0
    """Bytes of `frames` that passed before the capture began, since a frame counts where it ends."""

    @property
    def talk(self) -> str:
        """What calls and exchanges there were: ``3 calls``, ``1 exchange``, ``3 calls, 20 exchanges``."""
        told = [plural(self.calls, "call")] if self.calls or not self.exchanges else []
        return ", ".join([*told, plural(self.exchanges, "exchange")] if self.exchanges else told)


def count(
    frames: Iterable[Frame],
    calls: Iterable[Call],
    unfinished: dict[Direction, int] | None = None,
    begun: int = 0,
) -> Totals:
    """Sum up; ``unfinished`` has for each direction the bytes that are no frame yet, ``begun`` what passed earlier."""
    calls = tuple(calls)
    sizes = {**dict.fromkeys(Direction, 0), **(unfinished or {})}
    number = passed = answered = heads = payload = 0
    exchanges: set[tuple[int, int]] = set()
    for frame in frames:
        size = len(frame.raw)
        number += 1
        passed += size
        sizes[frame.direction] += size
        if isinstance(frame, Http1Part):
            exchanges.add((frame.connection, frame.exchange))
            answered += 1
            heads += size
            if frame.name == "BODY":
                start, end = frame.body
                payload += end - start
    own = [len(call.own_frames) for call in calls]
    in_calls = Share(sum(own), sum(call.wire_bytes for call in calls))
    in_exchanges = Share(answered, heads)
    in_connections = Share(
        number - in_calls.frames - in_exchanges.frames, passed - in_calls.wire - in_exchanges.wire
    )
    to_server, to_client = sizes[TO_SERVER], sizes[TO_CLIENT]
    return Totals(
        len(calls),
        number,
        sum(len(call.requests) + len(call.responses) for call in calls),
        payload + sum(call.payload_bytes for call in calls),
        to_server + to_client,
        to_server,
        to_client,
        len(exchanges),
        in_calls,
        in_exchanges,
        in_connections,
        sum((unfinished or {}).values()),
        begun,
    )
