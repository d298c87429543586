"""The bytes of one direction of a TCP connection, put together from its segments (RFC 9293 section 3.4).

Segments may come twice, in any order and overlapping. What does not come is waited for as long as it can still come;
then the place is told, and how many bytes are missing there.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

HELD_SEGMENTS, HELD_BYTES = 2000, 1024 * 1024
"""So much of what comes after a missing segment is held until that comes; then it is given up."""

FARTHEST = 64 * 1024 * 1024
"""Bytes that can be under way; an acknowledgement of more is not believed."""

PATIENCE = 64
"""Packets of a connection after which a segment is given up that its receiver has acknowledged.

The capture has missed it then; or packets of several queues of a network card were written in another order.
"""

_MASK, _HALF = 2**32 - 1, 2**31


class Arrival(NamedTuple):
    """Something of the direction, in the order of its bytes."""

    t_ns: int
    """When it was there for the receiver's program, as far as the capture tells."""
    data: bytes
    lost: int = 0
    """Instead of data: so many bytes are missing here."""
    end: bool = False
    """Instead of data: the sender has closed its side."""


class Inflow:
    """Puts one direction together."""

    __slots__ = (
        "_acknowledged",
        "_base",
        "_held",
        "_last_ns",
        "_next",
        "_waited",
        "ended",
        "held",
        "repeated",
    )

    def __init__(self) -> None:
        self.repeated = 0
        """Segments that brought nothing new."""
        self.held = 0
        """Bytes that wait for a segment before them."""
        self._base: int | None = None  # sequence number of position 0; None before the first segment
        self._next = 0  # position of the next byte
        self._held: list[
            tuple[int, int, bytes, int, int, bool]
        ] = []  # position, order, data, missing, time, end
        self._waited = 0
        self._acknowledged = 0
        self._last_ns = 0
        self.ended = False
        """Whether its sender has closed it, and all before that has come."""

    @property
    def waiting(self) -> bool:
        """Whether bytes have not come (yet): later ones have, or its receiver has acknowledged them."""
        return bool(self._held) or self._acknowledged > self._next

    @property
    def started(self) -> bool:
        """Whether its first sequence number is known."""
        return self._base is not None

    def start(self, sequence: int) -> bool:
        """The number of the first byte, from a SYN; False where the direction has begun with another one."""
        if self._base is None:
            self._base = sequence
        return self._base == sequence & _MASK

    def take(self, sequence: int, data: bytes, missing: int, end: bool, t_ns: int) -> list[Arrival]:
        """Take a segment.

        Args:
            sequence: The number of its first byte.
            data: Its bytes.
            missing: How many at its end the file does not have.
            end: Whether it has FIN.
            t_ns: When it was captured.

        Returns:
            What is complete with it.
        """
        if self._base is None:
            self._base = sequence
        position = self._position(sequence)
        if position == self._next and not self._held and not self.ended:
            return self._deliver(data, missing, end, t_ns)
        if position + len(data) + missing + end <= self._next or self.ended:
            self.repeated += bool(data or missing)
            return []
        heapq.heappush(self._held, (position, len(self._held), data, missing, t_ns, end))
        self.held += len(data)
        out: list[Arrival] = []
        self._release(out, t_ns)
        if len(self._held) > HELD_SEGMENTS or self.held > HELD_BYTES:
            out += self.give_up()
        return out

    def acknowledge(self, number: int) -> None:
        """Its receiver has said which byte it expects next."""
        if self._base is None:
            self._base = number  # all before has come, and nothing after it
        elif not self.ended:
            position = self._position(number)
            # One byte may be a FIN that is missing; and what is far ahead, nobody can have sent.
            if self._next + 1 < position <= self._next + FARTHEST:
                self._acknowledged = max(self._acknowledged, position)

    def wait(self) -> list[Arrival]:
        """Another packet of the connection has passed: whether what is missing can still come."""
        if self._acknowledged <= self._next or (self._held and self._acknowledged < self._held[0][0]):
            self._waited = 0
            return []
        self._waited += 1
        return self.give_up() if self._waited > PATIENCE else []

    def give_up(self) -> list[Arrival]:
        """What is held, with the places before it where bytes are missing."""
        out: list[Arrival] = []
        self._waited = 0
        while self._held:
            position, _, _, _, t_ns, _ = self._held[0]
            if position > self._next:
                out.append(Arrival(self._last_ns or t_ns, b"", position - self._next))
                self._next = position
            self._release(out, None)
        if self._acknowledged > self._next and not self.ended:
            out.append(Arrival(self._last_ns, b"", self._acknowledged - self._next))
            self._next = self._acknowledged
        return out

    def _position(self, number: int) -> int:
        assert self._base is not None
        return self._next + ((number - self._base - self._next + _HALF) & _MASK) - _HALF

    def _release(self, out: list[Arrival], t_ns: int | None) -> None:
        """What is held and begins where the next byte is; ``t_ns`` is when it became so, None for its own time."""
        while self._held and self._held[0][0] <= self._next:
            position, _, data, missing, its_ns, end = heapq.heappop(self._held)
            self.held -= len(data)
            old = self._next - position
            if old >= len(data) + missing + end:
                self.repeated += bool(data or missing)
                continue
            lost = missing if old <= len(data) else missing - (old - len(data))
            out += self._deliver(data[old:], max(0, lost), end, its_ns if t_ns is None else t_ns)

    def _deliver(self, data: bytes, missing: int, end: bool, t_ns: int) -> list[Arrival]:
        t_ns = self._time(t_ns)
        out = []
        if data:
            out.append(Arrival(t_ns, data))
        if missing:
            out.append(Arrival(t_ns, b"", missing))
        self._next += len(data) + missing
        if end:
            self.ended = True
            out.append(Arrival(t_ns, b"", end=True))
        return out

    def _time(self, t_ns: int) -> int:
        self._last_ns = max(self._last_ns, t_ns)
        return self._last_ns
