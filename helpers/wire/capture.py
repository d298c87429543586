"""A capture: what passed through a tap while a block ran, as a value."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from helpers.display import Displayed
from helpers.text import plural

from . import storage
from .byte_region import ByteRegion
from .byte_regions import explain, message_parts
from .compare import Comparison, Side, compare
from .connection import Unfinished
from .decoded_records import DecodedRecords
from .decoder import Decoder
from .export import export
from .frames import Frame
from .grpc.call import Call
from .grpc.message import Message
from .http1.exchanges import Exchange
from .http2.flow_control import WindowSample
from .packets.files import recognized
from .packets.reading import read_packets
from .pcap import save_pcap
from .record import Record
from .recording import Recording
from .schema import MethodLookup, default_lookup, lookup_in
from .tls.connections import TlsConnection
from .totals import Totals
from .wireshark import WiresharkFolder, save_for_wireshark


class Capture(Displayed):
    """A window on a recording: the frames and calls of the time that a block ran.

    Made by `Tap.capture`, `Tap.snapshot` and `load`. While its block runs it is `open` and grows;
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
        remarks: tuple[str, ...] = (),
    ) -> None:
        self.title = title
        """What its maker called it."""
        self.start_ns = start_ns
        """When it began, on the clock of `Frame.t_ns`."""
        self.end_ns = end_ns
        """When it ended; None while it is open."""
        self._dropped = dropped  # before the records
        self._remarks = remarks  # of where it comes from
        self._lock = threading.RLock()
        self._lookup = lookup or default_lookup()
        self._source = source
        self._position = position
        self._total = source.total if source is not None else 0  # bytes that were recorded before
        self._decoded = DecodedRecords(start, self._lookup)
        self._decoded.take(records)
        self._held = 0  # how many read it as it was at one moment
        self._watchers: list[Callable[[], object]] = []
        self._last_parts: tuple[Message, tuple[ByteRegion, ...]] | None = None

    @classmethod
    def begin(cls, recording: Recording, title: str = "") -> Capture:
        """A capture that is open from now on, until `finish`."""
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
            if source is None or self._held:
                return False
            records = source.since(self._position)
            if records is None or self._decoded.size > 2 * source.limit:
                # more has passed than the recording keeps: go on with what it still has
                start, records, self._position = source.whole()
                self._dropped = max(0, source.dropped - self._total)
                self._decoded = DecodedRecords(start, self._lookup)
            else:
                self._position += len(records)
            self._decoded.take(records)
            return bool(records)

    @contextmanager
    def held(self) -> Iterator[None]:
        """One moment of an open capture: what is read of it belongs together, and what passes is decoded afterwards.

        Whoever draws many frames reads them so: else each look would decode what has passed since the last one, and
        sort all calls and messages anew.
        """
        with self._lock:
            self.refresh()
            self._held += 1
            try:
                yield
            finally:
                self._held -= 1

    def finish(self) -> None:
        """End the capture: from here on it is a value."""
        with self._lock:
            source = self._source
            if source is None:
                return
            self.refresh()
            self.end_ns = source.clock()
            self._source = None
            source.advance(self._decoded.decoder, self._position)
            watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            source.unwatch(watcher)
            watcher()

    def watch(self, watcher: Callable[[], object]) -> Callable[[], None]:
        """While it is open, call ``watcher`` after all that passes, and once more when it has ended.

        Args:
            watcher: Must return at once, because it is called in the thread that records.

        Returns:
            What ends it before the capture does.
        """

        def unwatch() -> None:
            with self._lock:
                if self._source is not None and watcher in self._watchers:
                    self._watchers.remove(watcher)
                    self._source.unwatch(watcher)

        with self._lock:
            if self._source is not None:
                self._watchers.append(watcher)
                self._source.watch(watcher)
        return unwatch

    @property
    def dropped(self) -> int:
        """Bytes at its start that were let go, because more passed than is kept."""
        return self._dropped + self._decoded.dropped

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
        with self._refreshed() as decoded:
            return decoded.settled

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames and events of all connections, in the order in which they passed."""
        with self._refreshed() as decoded:
            return decoded.frames

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls, in the order of their start."""
        with self._refreshed() as decoded:
            return decoded.calls

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All HTTP/1.1 requests with their answers, in the order of their start; they are no calls."""
        with self._refreshed() as decoded:
            return decoded.exchanges

    @property
    def encrypted(self) -> tuple[TlsConnection, ...]:
        """The connections with TLS, and what can be said of each without its keys."""
        with self._refreshed() as decoded:
            return decoded.encrypted

    @property
    def totals(self) -> Totals:
        """Counts and sums of bytes."""
        with self._refreshed() as decoded:
            return decoded.totals

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know before trusting it, one sentence each; mostly empty."""
        with self._refreshed() as decoded:
            return (*self._remarks, *_notes(decoded, self.dropped))

    @property
    def unfinished(self) -> tuple[Unfinished, ...]:
        """What has begun and is not complete: it is no frame (yet), but counts in `totals.wire`."""
        with self._refreshed() as decoded:
            return decoded.unfinished

    @contextmanager
    def _refreshed(self) -> Iterator[DecodedRecords]:
        """All that has passed until now, for nobody else as long as it is looked at."""
        with self._lock:
            self.refresh()
            yield self._decoded

    def locate(self, frame: Frame) -> tuple[Call | None, tuple[Message, ...]]:
        """The call that a frame belongs to, and the messages that have bytes in it."""
        with self._lock:  # and no more than that: this is asked for each of very many frames
            self.refresh()
            return self._decoded.locate(frame)

    def explain(self, frame: Frame) -> ByteRegion:
        """What every byte of a frame means."""
        return explain(frame, self.locate(frame)[1], self._message_parts)

    def _message_parts(self, message: Message) -> tuple[ByteRegion, ...]:
        """The parts of a message; those of a long one are kept for the next frame with bytes of it."""
        if len(message.segments) == 1:
            return message_parts(message)
        kept = self._last_parts
        if kept is None or kept[0] is not message:
            kept = self._last_parts = message, message_parts(message)
        return kept[1]

    def windows(self) -> tuple[WindowSample, ...]:
        """The flow-control windows of all connections, each time one opened or changed.

        A new initial size changes all open streams at once: of very many such changes (``flow.RESIZED``) no samples
        are told, the next ones of these streams are right again.
        """
        with self._refreshed() as decoded:
            frames, start = decoded.frames, decoded.start
        return start.windows(frames)

    def with_schema(self, *sources: Any) -> Capture:
        """The same bytes read with other schemas.

        Args:
            sources: Generated modules (``quote_pb2``), file descriptors or descriptor pools; none for
                reading without any.
        """
        with self._refreshed() as decoded:
            end = self.end_ns if self._source is None else self._source.clock()
            return Capture(
                decoded.start,
                decoded.records,
                start_ns=self.start_ns,
                end_ns=end,
                title=self.title,
                dropped=self.dropped,
                lookup=lookup_in(*sources),
                position=self._position,
                remarks=self._remarks,
            )

    def records(self) -> tuple[Record, ...]:
        """What it was made of: bytes and events as they passed."""
        with self._refreshed() as decoded:
            return tuple(decoded.records)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file that `load` reads (see `storage` for the format)."""
        with self._refreshed() as decoded:
            saved = storage.SavedCapture(
                self.title,
                self.start_ns,
                self.end_ns,
                self.dropped,
                decoded.start.state(),
                list(decoded.records),
                self._remarks,
            )
        storage.save(saved, path)

    def save_pcap(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file that Wireshark and tshark read, with made-up TCP headers (see `pcap`)."""
        save_pcap(self.records(), path)

    def save_for_wireshark(self, folder: str | os.PathLike[str]) -> WiresharkFolder:
        """Write it into a folder as `save_pcap` does, and the schemas of its calls beside it.

        Wireshark reads messages by ``.proto`` files alone: those that the called methods were loaded from are written
        there, with all that they import.

        Args:
            folder: Where; it is made where it does not exist.

        Returns:
            What was written. Shown at the end of a cell, it tells the steps to take in Wireshark, and the commands.

        Raises:
            OSError: The folder cannot be written.
        """
        methods = [call.method for call in self.calls if call.method is not None]
        return save_for_wireshark(self.records(), methods, folder)

    def text(self) -> str:
        """All frames as text, in the style of ``nghttp -nv``."""
        with self._refreshed() as decoded:
            return export(decoded, self.start_ns, (*self._remarks, *_notes(decoded, self.dropped)))

    def compare(self, other: Capture, *, ignore: Iterable[str] = ()) -> Comparison:
        """What differs from another capture: in frames and bytes, and in what the calls say.

        ``assert not kept.compare(made).differences`` is a test that a call is answered as it was before.

        Args:
            other: The other capture.
            ignore: Names of metadata and of fields that may differ (``parcel_id``, ``parcel.parcel_id``), with ``*``
                for any text. What differs each time (times, ports, deadlines, ...) is left out without that, see
                `differences`.
        """
        return compare(self._side("first"), other._side("second"), ignore)

    def _side(self, title: str) -> Side:
        with self._refreshed() as decoded:
            return Side(
                self.title or title, decoded.frames, decoded.unfinished, decoded.totals, decoded.calls
            )

    def __repr__(self) -> str:
        totals = self.totals
        state = ", still open" if self.open else ""
        name = f" {self.title!r}" if self.title else ""
        told = f"{totals.talk}, {totals.frames} frames, {totals.payload} B of payload in {totals.wire} B"
        return f"<Capture{name}: {told}{state}>"


def load(path: str | os.PathLike[str]) -> Capture:
    """Read a capture from a file: one that `Capture.save` wrote, or one of tcpdump, dumpcap or Wireshark.

    What the file holds is told by its content. Of pcap and pcapng files (either of them compressed with gzip, too)
    TCP is put together, and all connections are read that speak HTTP or TLS; `Capture.notes` tell what was left out,
    what is missing, and what began before. Files may be of any size: as much is kept as a tap keeps, the newest.
    Messages are read with the schemas that are loaded, or with others: `Capture.with_schema`.

    Args:
        path: The file.

    Returns:
        A capture. Its `Frame.t_ns` count, where it comes from pcap or pcapng, from 1970; `Frame.connection` from 1,
        in the order in which the connections were recognized.

    Raises:
        CaptureFileError: The file is no capture, or is damaged; or it is no regular file.
        OSError: The file cannot be read.
    """
    with storage.open_file(path) as file:
        packets = recognized(file.read(4))
        file.seek(0)
        saved = read_packets(file, path) if packets else storage.load(file, path)
    with storage.making_sense(path):
        capture = Capture(
            Decoder.restore(saved.state, keep=False),
            saved.records,
            start_ns=saved.start_ns,
            end_ns=saved.end_ns,
            title=saved.title,
            dropped=saved.dropped,
            remarks=saved.notes,
        )
        if saved.state and not packets:
            _look_at(capture)
        return capture


def _look_at(capture: Capture) -> None:
    """Ask for all that a state has a part in: one of another shape is to be noticed here, and not in a view."""
    for call in capture.calls:
        if call.began_before:
            told = (
                call,
                call.metadata,
                call.initial_metadata,
                call.trailing_metadata,
                call.timeout_ns,
                call.wire_bytes,
            )
            repr((told, [(each, each.t_ns, each.wire, each.fields) for each in call.messages]))
            for each in (*call.request_headers, *call.response_headers, *call.trailers):
                repr((each.text, each.size, each.plain_size, each.table))
    repr((capture.totals, capture.notes, capture.exchanges, capture.encrypted))
    for sample in capture.windows():
        sample.t_ns + sample.window + sample.change


def _notes(decoded: DecodedRecords, dropped: int) -> Iterator[str]:
    if dropped:
        yield f"{dropped} bytes before the first frame were dropped: more passed than is kept."
    begun = decoded.totals.begun
    if begun:
        yield f"{plural(begun, 'byte')} of the first frames passed before the capture began, and count with them."
    for secret in decoded.encrypted:
        which = f"Connection {secret.connection}" if len(decoded.encrypted) > 1 else "The connection"
        yield f"{which} is {secret.text}"
    malformed = sum(frame.problem is not None and frame.name != "PART" for frame in decoded.frames)
    if malformed:
        yield f"{malformed} {'frame is' if malformed == 1 else 'frames are'} malformed."
    for each in decoded.unfinished:
        where = f" on connection {each.connection}" if each.connection > 1 else ""
        yield f"The last thing from the {each.direction.sender}{where} is not complete: {each.what}."
