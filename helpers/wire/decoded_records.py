"""The decoded side of a capture: records, decoded as they come, and what was asked of them until more come."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property

from .connection import Unfinished
from .decoder import Decoder
from .direction import Direction
from .frames import Frame
from .grpc.call import Call
from .grpc.message import Message
from .http1.exchanges import Exchange, exchanges
from .http2.frames import Http2Frame
from .record import Record
from .recording import RECORD_COST
from .schema import MethodLookup
from .tls.connections import TlsConnection, tls_connections
from .totals import Totals, count

DECODED_LIMIT = 192 * 1024 * 1024
"""Bytes of memory, about, that a capture's frames and calls may take; of more, the older half is let go."""

PIECE = 256 * 1024
"""Records of more bytes, which come from files only, are taken in pieces; how much memory all takes is looked at after
each."""

MUCH = 64 * 1024
"""Bytes at once from which on the garbage collector waits while they are decoded."""

_FOLLOWED = frozenset(("SETTINGS", "PING", "FIN", "RESET", "CLOSED"))
_ASKED = ("frames", "calls", "exchanges", "encrypted", "totals", "unfinished", "_index")


_pause = threading.Lock()
_pausing = 0  # how many decode at present
_was_on = False


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep the garbage collector from looking through what is being decoded.

    Frames and messages refer to no one who refers to them, and stay as long as their capture. The collector would
    go through all of them again and again as they become more, which was measured at a third of the time.
    What is young in the process is old afterwards: looked through when all is, and not before.
    """
    global _pausing, _was_on
    with _pause:
        _pausing += 1
        if _pausing == 1:
            _was_on = gc.isenabled()
            gc.disable()
    try:
        yield
    finally:
        with _pause:
            _pausing -= 1
            if not _pausing and _was_on:
                if not gc.get_freeze_count():
                    # Moves what is young to what is old without going through it; nobody else has frozen anything.
                    gc.freeze()
                    gc.unfreeze()
                gc.enable()


class DecodedRecords:
    """The decoded side of a capture; not safe for threads by itself.

    Args:
        start: The state of the connections before the first record.
        lookup: Finds the schema of a method.
    """

    def __init__(self, start: Decoder, lookup: MethodLookup) -> None:
        self.start = start
        self.records: list[Record] = []
        self.size = 0
        """Bytes that the records take, about."""
        self.dropped = 0
        """Bytes at the start that were let go, because what they are decoded to takes too much memory."""
        self.decoder = start.clone(lookup)
        self._unweighed = 0  # of `size`, since it was last looked how much memory all takes
        self._middle: tuple[Decoder, int] | None = None  # a state, and the number of records before it
        self._before = start.passed()  # bytes of each direction
        self._unanswered: dict[int, dict[tuple[Direction, str], int]] = {}  # by connection

    def take(self, records: Iterable[Record]) -> None:
        """Decode further records."""
        records = tuple(records)
        much = sum(len(record.data) for record in records) > MUCH
        with collection_paused() if much else nullcontext():
            for record in records:
                for piece in (record,) if len(record.data) <= PIECE else _pieces(record):
                    self._take(piece)
        for name in _ASKED:
            self.__dict__.pop(name, None)

    def _take(self, record: Record) -> None:
        size = len(record.data) + RECORD_COST
        self.size += size
        for frame in self.decoder.feed(record):
            if frame.name in _FOLLOWED:
                self._follow(frame)
        self.records.append(record)
        self._unweighed += size
        if self._unweighed > PIECE:
            self._weigh()

    def _weigh(self) -> None:
        self._unweighed = 0
        weight = self.size + self.decoder.weight
        if weight > DECODED_LIMIT // 2 and self._middle is None:
            self._middle = self.decoder.clone(keep=False), len(self.records)
        elif weight > DECODED_LIMIT:
            self._let_go()

    def _let_go(self) -> None:
        """Begin anew from the middle: a small recording can be one of very many small things."""
        assert self._middle is not None
        self.start, at = self._middle
        self.dropped += sum(len(record.data) for record in self.records[:at])
        kept, self.records, self.size = self.records[at:], [], 0
        lookup = self.decoder.lookup
        for name in _ASKED:
            self.__dict__.pop(name, None)
        self._middle = None
        del self.decoder  # what both hold must not be there twice
        self.decoder = self.start.clone(lookup)
        self._before = self.start.passed()
        self._unanswered.clear()
        for record in kept:
            self._take(record)

    def _follow(self, frame: Frame) -> None:
        """Count what still waits for its acknowledgement."""
        if isinstance(frame, Http2Frame):
            asked = frame.direction.other if frame.ack else frame.direction
            waiting = self._unanswered.setdefault(frame.connection, {})
            key = asked, frame.name
            waiting[key] = waiting.get(key, 0) + (-1 if frame.ack else 1)
        else:
            self._unanswered.pop(frame.connection, None)

    @property
    def settled(self) -> bool:
        """Whether no frame is cut in two, and no PING or SETTINGS waits for its acknowledgement."""
        waiting = (number for each in self._unanswered.values() for number in each.values())
        return self.decoder.whole and all(number <= 0 for number in waiting)

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """All frames, in order."""
        return tuple(self.decoder.frames)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """All calls, in the order of their start."""
        return tuple(sorted(self.decoder.calls, key=lambda call: call.start_ns))

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All HTTP/1.1 exchanges, in the order of their start."""
        return exchanges(self.frames)

    @cached_property
    def encrypted(self) -> tuple[TlsConnection, ...]:
        """The connections with TLS."""
        return tls_connections(self.frames)

    @cached_property
    def totals(self) -> Totals:
        """Counts and sums."""
        waiting = dict.fromkeys(Direction, 0)
        for each in self.unfinished:
            waiting[each.direction] += each.size
        return count(self.frames, self.calls, waiting, self._begun())

    @cached_property
    def unfinished(self) -> tuple[Unfinished, ...]:
        """What has begun and is not complete, as far as it passed since the start."""
        before = self._before
        found = []
        for each in self.decoder.unfinished():
            earlier = max(0, before.get((each.connection, each.direction), 0) - each.offset)
            found.append(each._replace(size=max(0, each.size - earlier)))
        return tuple(each for each in found if each.size)

    def _begun(self) -> int:
        """Bytes of the frames that passed before the start."""
        found = 0
        for frame in self.frames:
            before = self._before.get((frame.connection, frame.direction), 0)
            if frame.offset < before:
                found += min(before, frame.offset + frame.size) - frame.offset
        return found

    @cached_property
    def _index(self) -> tuple[dict[tuple[int, int], Call], dict[tuple[int, int], list[Message]]]:
        """Calls by connection and stream; messages by connection and number of a frame with bytes of theirs."""
        calls: dict[tuple[int, int], Call] = {}
        messages: dict[tuple[int, int], list[Message]] = {}
        for call in self.calls:
            calls[call.connection, call.stream] = call
            for message in call.messages:
                for part in message.segments:
                    messages.setdefault((call.connection, part.frame.number), []).append(message)
        return calls, messages

    def locate(self, frame: Frame) -> tuple[Call | None, tuple[Message, ...]]:
        """The call that a frame belongs to, and the messages that have bytes in it."""
        calls, messages = self._index
        call = calls.get((frame.connection, frame.stream))
        return call, tuple(messages.get((frame.connection, frame.number), ()))


def _pieces(record: Record) -> Iterator[Record]:
    for start in range(0, len(record.data), PIECE):
        yield record._replace(data=record.data[start : start + PIECE])
