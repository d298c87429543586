"""A capture: what passed through a tap while a block ran, as a value."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from helpers.wire.call import Call, Message
from helpers.wire.decoder import Decoder
from helpers.wire.exchanges import Exchange
from helpers.wire.flow import WindowSample
from helpers.wire.frames import Frame
from helpers.wire.reading import Reading
from helpers.wire.recording import Record, Recording
from helpers.wire.schema import MethodLookup, default_lookup, lookup_in
from helpers.wire.totals import Totals
from helpers.wire.values import Region

if TYPE_CHECKING:
    from helpers.wire.compare import Comparison

_renderer: Callable[[Capture], dict[str, Any]] | None = None


def set_renderer(renderer: Callable[[Capture], dict[str, Any]] | None) -> None:
    """Choose what draws captures in a notebook: from a capture to a mime bundle; None for plain text."""
    global _renderer
    _renderer = renderer


class Capture:
    """A window on a recording: the frames and calls of the time that a block ran.

    Made by ``Tap.capture``, ``Tap.snapshot`` and ``load``. While its block runs it is ``open`` and grows;
    afterwards it is a value that no longer changes. It is decoded when it is looked at. Connections may be
    older than the capture: it begins with the state they had then, so headers are complete, and a call that
    was under way has its method, though not its earlier messages.

    All methods may be called from any thread.
    """

    def __init__(
        self,
        start: Decoder,
        records: list[Record],
        *,
        start_ns: int,
        end_ns: int | None,
        title: str = "",
        dropped: int = 0,
        lookup: MethodLookup | None = None,
        source: Recording | None = None,
        position: int = 0,
    ) -> None:
        self.title = title
        """What its maker called it."""
        self.start_ns = start_ns
        """When it began, on the clock of ``Frame.t_ns``."""
        self.end_ns = end_ns
        """When it ended; None while it is open."""
        self.dropped = dropped
        """Bytes at its start that were let go, because there were more than the recording keeps."""
        self._lock = threading.RLock()
        self._lookup = lookup or default_lookup()
        self._source = source
        self._position = position
        self._total = source.total if source is not None else 0  # bytes that were recorded before
        self._reading = Reading(start, self._lookup)
        self._reading.take(records)

    @classmethod
    def begin(cls, recording: Recording, title: str = "") -> Capture:
        """A capture that is open from now on, until ``finish``."""
        start, position = recording.mark()
        now = recording.clock()
        return cls(start, [], start_ns=now, end_ns=None, title=title, source=recording, position=position)

    @classmethod
    def of(cls, recording: Recording, title: str = "") -> Capture:
        """All that a recording still has."""
        start, records, _ = recording.whole()
        first = records[0].t_ns if records else recording.clock()
        end = records[-1].t_ns if records else first
        return cls(start, records, start_ns=first, end_ns=end, title=title, dropped=recording.dropped)

    def refresh(self) -> bool:
        """While open, decode what has passed since the last time; returns whether there was something."""
        with self._lock:
            source = self._source
            if source is None:
                return False
            records = source.since(self._position)
            if records is None or self._reading.size > 2 * source.limit:
                # more has passed than the recording keeps: go on with what it still has
                start, records, self._position = source.whole()
                self.dropped = max(0, source.dropped - self._total)
                self._reading = Reading(start, self._lookup)
            else:
                self._position += len(records)
            self._reading.take(records)
            return bool(records)

    def finish(self) -> None:
        """End the capture: from here on it is a value."""
        with self._lock:
            source = self._source
            if source is None:
                return
            self.refresh()
            self.end_ns = source.clock()
            self._source = None
            source.advance(self._reading.decoder, self._position)

    @property
    def open(self) -> bool:
        """Whether it is still growing."""
        return self._source is not None

    @property
    def version(self) -> int:
        """A number that grows when something has passed; cheap to ask, nothing is decoded for it."""
        source = self._source
        return self._position if source is None else source.end

    @property
    def settled(self) -> bool:
        """Whether no frame is cut in two, and no PING or SETTINGS waits for its acknowledgement."""
        with self._lock:
            self.refresh()
            return self._reading.settled

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames and events of all connections, in the order in which they passed."""
        return self._read("frames")

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls, in the order of their start."""
        return self._read("calls")

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All HTTP/1.1 requests with their answers, in the order of their start; they are no calls."""
        return self._read("exchanges")

    @property
    def totals(self) -> Totals:
        """Counts and sums of bytes."""
        return self._read("totals")

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know before trusting it, one sentence each; mostly empty."""
        found = []
        if self.dropped:
            found.append(
                f"{self.dropped} bytes before the first frame were dropped: more passed than the recording keeps."
            )
        malformed = sum(frame.problem is not None for frame in self.frames)
        if malformed:
            found.append(f"{malformed} {'frame is' if malformed == 1 else 'frames are'} malformed.")
        return tuple(found)

    def _read(self, name: str) -> Any:
        with self._lock:
            self.refresh()
            return getattr(self._reading, name)

    def locate(self, frame: Frame) -> tuple[Call | None, tuple[Message, ...]]:
        """The call that a frame belongs to, and the messages that have bytes in it."""
        calls, messages = self._read("index")
        key = frame.connection, frame.number
        return calls.get((frame.connection, frame.stream)), tuple(messages.get(key, ()))

    def explain(self, frame: Frame) -> Region:
        """What every byte of a frame means."""
        from helpers.wire.regions import (
            explain,  # here: a program that never looks into frames needs none of it
        )

        return explain(frame, self.locate(frame)[1])

    def windows(self) -> tuple[WindowSample, ...]:
        """The flow-control windows of all connections, each time one opened or changed."""
        with self._lock:
            frames, start = self.frames, self._reading.start
        return start.windows(frames)

    def with_schema(self, *sources: Any) -> Capture:
        """The same bytes read with other schemas.

        Args:
            sources: Generated modules (``quote_pb2``), file descriptors or descriptor pools; none for
                reading without any.
        """
        return self._copy(lookup_in(*sources))

    def _copy(self, lookup: MethodLookup) -> Capture:
        with self._lock:
            self.refresh()
            end = self.end_ns if self._source is None else self._source.clock()
            return Capture(
                self._reading.start,
                self._reading.records,
                start_ns=self.start_ns,
                end_ns=end,
                title=self.title,
                dropped=self.dropped,
                lookup=lookup,
                position=self._position,
            )

    def records(self) -> tuple[Record, ...]:
        """What it was made of: bytes and events as they passed."""
        return tuple(self._read("records"))

    def state(self) -> list:
        """What was known of older connections when it began (``Decoder.state``)."""
        return self._reading.start.state()

    def save(self, path: str | os.PathLike) -> None:
        """Write it to a file that ``helpers.wire.load`` reads (see ``storage`` for the format)."""
        from helpers.wire.storage import save

        save(self, path)

    def save_pcap(self, path: str | os.PathLike) -> None:
        """Write it to a file that Wireshark and tshark read, with made-up TCP headers (see ``pcap``)."""
        from helpers.wire.pcap import save_pcap

        save_pcap(self.records(), path)

    def text(self) -> str:
        """All frames as text, in the style of ``nghttp -nv``."""
        from helpers.wire.export import export

        return export(self)

    def compare(self, other: Capture) -> Comparison:
        """What differs from another capture, in frames and bytes."""
        from helpers.wire.compare import compare

        return compare(self, other)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        if _renderer is None:
            return {"text/plain": self._plain()}
        return _renderer(self)

    def _plain(self) -> str:
        from helpers.wire.export import overview

        return overview(self)

    def __repr__(self) -> str:
        totals = self.totals
        state = ", still open" if self.open else ""
        name = f" {self.title!r}" if self.title else ""
        told = f"{totals.talk}, {totals.frames} frames, {totals.payload} B of payload in {totals.wire} B"
        return f"<Capture{name}: {told}{state}>"
