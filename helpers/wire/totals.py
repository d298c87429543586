"""Sums over frames and calls: what was said, against what it took on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpers.wire import names
from helpers.wire.call import Call
from helpers.wire.frames import Frame


@dataclass(frozen=True)
class Totals:
    """Sums of a capture; sizes in bytes, without those of TCP and IP."""

    calls: int
    frames: int
    messages: int
    payload: int
    """Messages as sent, without prefixes; of what is not gRPC, the content of its bodies."""
    wire: int
    """All that passed."""
    to_server: int
    """Of ``wire``, what the client sent."""
    to_client: int
    """Of ``wire``, what the server sent."""
    exchanges: int = 0
    """HTTP/1.1 requests, answered or not."""

    @property
    def talk(self) -> str:
        """What calls and exchanges there were: ``3 calls``, ``20 exchanges``, ``3 calls, 20 exchanges``."""
        told = [f"{self.calls} calls"] if self.calls or not self.exchanges else []
        return ", ".join([*told, f"{self.exchanges} exchanges"] if self.exchanges else told)

    @property
    def overhead(self) -> int:
        """What was not payload: frame headers, header blocks, prefixes, control frames."""
        return self.wire - self.payload


def count(frames: Iterable[Frame], calls: Iterable[Call]) -> Totals:
    """Sum up."""
    calls = tuple(calls)
    grpc = {(call.connection, call.stream) for call in calls if call.is_grpc}
    sizes = {names.TO_SERVER: 0, names.TO_CLIENT: 0}
    number = payload = 0
    exchanges: set[tuple[int, int]] = set()
    for frame in frames:
        number += 1
        if frame.exchange:
            exchanges.add((frame.connection, frame.exchange))
        sizes[frame.direction] += len(frame.raw)
        is_body = frame.name == "BODY"
        if is_body or (frame.type == names.DATA and (frame.connection, frame.stream) not in grpc):
            start, end = frame.body
            payload += end - start
    payload += sum(call.payload_bytes for call in calls if call.is_grpc)
    messages = sum(len(call.messages) for call in calls)
    to_server, to_client = sizes[names.TO_SERVER], sizes[names.TO_CLIENT]
    wire = to_server + to_client
    return Totals(len(calls), number, messages, payload, wire, to_server, to_client, len(exchanges))
