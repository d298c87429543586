"""The recording of a tap: bytes and events with their times, in a ring of bounded size."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import islice

from .decoder import Decoder
from .direction import Direction
from .record import Record
from .schema import no_schema

DEFAULT_LIMIT = 64 * 1024 * 1024
"""Bytes that a recording keeps, with what keeping them costs."""

RECORD_COST = 250
"""Bytes of memory that a record takes beyond its data, about."""


class Recording:
    """A ring of records that any number of threads may append to.

    When it is full, the oldest records go. What they say about the state of the connections (header tables,
    frame boundaries, open calls) is read before they go, so that what is left can still be decoded. Only then
    does appending cost more than a few operations.

    Args:
        limit: Most bytes to keep.
        clock: Gives the time in nanoseconds.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self.limit = limit
        self.clock = clock
        self.dropped = 0
        """Bytes of data that the ring has let go."""
        self.total = 0
        """Bytes of data that were ever appended."""
        self._watchers: tuple[Callable[[], object], ...] = ()
        self._lock = threading.Lock()
        self._records: deque[Record] = deque()
        self._first = 0  # position of the oldest record, counted from the beginning
        self._size = 0
        self._oldest = Decoder(keep=False)  # the state just before the oldest record
        self._latest_lock = threading.Lock()
        self._latest = Decoder(keep=False)  # the state at _position, near the end: where captures begin
        self._position = 0

    def append(self, connection: int, direction: Direction, data: bytes, event: str | None = None) -> None:
        """Remember bytes (or an event), with the time of now."""
        with self._lock:
            record = Record(connection, direction, self.clock(), data, event)
            self._records.append(record)
            self._size += len(data) + RECORD_COST
            self.total += len(data)
            while self._size > self.limit:
                self._drop()
        for watcher in self._watchers:
            watcher()

    def watch(self, watcher: Callable[[], object]) -> None:
        """Call ``watcher`` after each record, in the thread that appends: it must return at once."""
        with self._lock:
            self._watchers = (*self._watchers, watcher)

    def unwatch(self, watcher: Callable[[], object]) -> None:
        """Undo `watch`."""
        with self._lock:
            self._watchers = tuple(each for each in self._watchers if each != watcher)

    def _drop(self) -> None:
        record = self._records.popleft()
        self._first += 1
        self._size -= len(record.data) + RECORD_COST
        self.dropped += len(record.data)
        self._oldest.feed(record)

    @property
    def end(self) -> int:
        """Position after the newest record; positions count from the beginning and stay valid."""
        return self._first + len(self._records)

    @property
    def last_ns(self) -> int:
        """Time of the newest record; 0 where there is none."""
        try:
            return self._records[-1].t_ns
        except IndexError:
            return 0

    def since(self, position: int) -> list[Record] | None:
        """The records from a position on; None where some of them have been dropped."""
        with self._lock:
            count = self.end - position
            if position < self._first:
                return None
            newest_first = list(islice(reversed(self._records), count)) if count else []
        return newest_first[::-1]

    def whole(self) -> tuple[Decoder, list[Record], int]:
        """All that is kept: the state just before it, the records, and the position after them."""
        with self._lock:
            return self._oldest.clone(keep=False), list(self._records), self.end

    def mark(self) -> tuple[Decoder, int]:
        """The state of all connections now, for a capture that begins here, and the position."""
        with self._latest_lock:
            records = self.since(self._position)
            if records is None:
                self._latest, records, self._position = self.whole()
            else:
                self._position += len(records)
            for record in records:
                self._latest.feed(record)
            return self._latest.clone(keep=False), self._position

    def advance(self, decoder: Decoder, position: int) -> None:
        """Take over the state of a capture that has read further, so that the next `mark` need not."""
        with self._latest_lock:
            if position > self._position:
                self._latest, self._position = decoder.clone(no_schema, keep=False), position
