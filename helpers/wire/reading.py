"""Records, decoded as they come, with what is asked of them kept until more come."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from helpers.wire import names
from helpers.wire.call import Call, Message
from helpers.wire.decoder import Decoder
from helpers.wire.exchanges import Exchange, exchanges
from helpers.wire.frames import Frame
from helpers.wire.recording import RECORD_COST, Record
from helpers.wire.schema import MethodLookup
from helpers.wire.totals import Totals, count

_OTHER = {names.TO_SERVER: names.TO_CLIENT, names.TO_CLIENT: names.TO_SERVER}
_ASKED = ("frames", "calls", "exchanges", "totals", "index")


class Reading:
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
        self.decoder = start.clone(lookup)
        self._unanswered: dict[tuple[int, str, int], int] = {}

    def take(self, records: Iterable[Record]) -> None:
        """Decode further records."""
        for record in records:
            self.size += len(record.data) + RECORD_COST
            for frame in self.decoder.feed(record):
                self._follow(frame)
            self.records.append(record)
        for name in _ASKED:
            self.__dict__.pop(name, None)

    def _follow(self, frame: Frame) -> None:
        """Count what still waits for its acknowledgement."""
        if frame.type in (names.SETTINGS, names.PING):
            asked = _OTHER[frame.direction] if frame.ack else frame.direction
            key = frame.connection, asked, frame.type
            self._unanswered[key] = self._unanswered.get(key, 0) + (-1 if frame.ack else 1)
        elif frame.name in ("FIN", "RESET", "CLOSED"):
            for key in [key for key in self._unanswered if key[0] == frame.connection]:
                del self._unanswered[key]

    @property
    def settled(self) -> bool:
        """Whether no frame is cut in two, and no PING or SETTINGS waits for its acknowledgement."""
        return self.decoder.whole and all(waiting <= 0 for waiting in self._unanswered.values())

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
    def totals(self) -> Totals:
        """Counts and sums."""
        return count(self.frames, self.calls)

    @cached_property
    def index(self) -> tuple[dict[tuple[int, int], Call], dict[tuple[int, int], list[Message]]]:
        """Calls by connection and stream; messages by connection and number of a frame with bytes of theirs."""
        calls: dict[tuple[int, int], Call] = {}
        messages: dict[tuple[int, int], list[Message]] = {}
        for call in self.calls:
            calls[call.connection, call.stream] = call
            for message in call.messages:
                for part in message.segments:
                    messages.setdefault((call.connection, part.frame.number), []).append(message)
        return calls, messages
