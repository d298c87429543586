"""What the header tables say in words: which block it is, how an entry was encoded, what to know before."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.wire import names
from helpers.wire.capture import Capture
from helpers.wire.direction import TO_CLIENT, TO_SERVER, Direction
from helpers.wire.frames import Frame
from helpers.wire.http2.header_tables import (
    HeaderLog,
    SentBlock,
    TableChange,
    TableRow,
    TableStep,
    header_logs,
)
from helpers.wire.http2.headers import INDEXED, LITERAL_INDEXED, NEVER_INDEXED, SIZE_UPDATE, HeaderEntry

from ..kit.style import fmt_bytes
from ..kit.text import SHORT, plural, visible

WAYS = {
    TO_SERVER: ("Requests", "client to server"),
    TO_CLIENT: ("Responses and trailers", "server to client"),
}
"""What a direction carries, and where it points."""

_TITLES = {
    "request headers": "Request",
    "response headers": "Response",
    "trailers": "Trailers",
    "trailers-only": "Trailers-only response",
}


class Blocks:
    """The header blocks of a capture, as they are at this moment, and what each is called."""

    def __init__(self, capture: Capture) -> None:
        frames: tuple[Frame, ...] = capture.frames
        self.logs = header_logs(frames)
        self.connections: tuple[int, ...] = tuple(dict.fromkeys(connection for connection, _ in self.logs))
        self.open: bool = capture.open
        self.notes: tuple[str, ...] = capture.notes
        self.http1 = any(frame.name == "HTTP/1.1" for frame in frames)
        self.calls: dict[tuple[int, int], int] = {}
        """(connection, stream): the number of the call among those of its connection, from 1."""
        self._first: dict[tuple[int, Direction, int], int] = {}
        counts: dict[int, int] = {}
        for key, log in self.logs.items():
            for position, sent in enumerate(log.blocks):
                self._first.setdefault((*key, sent.stream), position)
        # By stream number: a client's streams count upwards, whichever direction is heard first.
        for connection, stream in sorted({(connection, stream) for connection, _, stream in self._first}):
            counts[connection] = self.calls[connection, stream] = counts.get(connection, 0) + 1

    def log(self, connection: int, direction: Direction) -> HeaderLog:
        """The blocks of one direction of one connection; empty where it has none."""
        return self.logs.get((connection, direction)) or HeaderLog(connection, direction, ())

    def position(self, connection: int, direction: Direction, stream: int) -> int:
        """Of the first block of a stream in a direction; 0 where it has none."""
        return self._first.get((connection, direction, stream), 0)

    def title(self, log: HeaderLog, position: int) -> str:
        """What a block is: ``Request 2``, ``Trailers 2``."""
        sent = log.blocks[position]
        if sent.first.type == names.PUSH_PROMISE:
            return f"Promised request {self.calls[log.connection, sent.stream]:,}"
        role = sent.first.role or "trailers"
        begins = self._first[log.connection, log.direction, sent.stream] == position
        if role == "trailers" and begins and sent.first.problem:
            # Cut before the header that would tell.
            role = "request headers" if log.direction == TO_SERVER else "response headers"
        return f"{_TITLES[role]} {self.calls[log.connection, sent.stream]:,}"

    def is_trailers(self, log: HeaderLog, position: int) -> bool:
        """Whether it gets the color of trailers."""
        return self.title(log, position).startswith("Trailers")

    def empty(self) -> str:
        """Why there is nothing to show, and what to do."""
        if self.http1:
            return (
                "No header block: this is HTTP/1.1, which writes all headers out as text, each time. HPACK came "
                "with HTTP/2."
            )
        return "No header block yet. Make a call inside `with wire.capture() as call:`, through a channel to `wire.address`."


def headline(sent: SentBlock) -> str:
    """The path that a request asks for, or the status of an answer; empty where it has neither."""
    found = {entry.name: entry for entry in reversed(sent.block.entries)}
    for name in (":path", "grpc-status", ":status"):
        if name in found:
            value = value_of(found[name])
            return value if name == ":path" else f"{name} {value}"
    return ""


def where(sent: SentBlock) -> str:
    """Stream and frames of a block: ``stream 3``, ``stream 3, in HEADERS and 2 CONTINUATION frames``."""
    more = len(sent.frames) - 1
    text = f"stream {sent.stream}"
    return f"{text}, in {sent.first.name} and {plural(more, 'CONTINUATION frame')}" if more else text


def weight(size: int, plain: int) -> str:
    """``70 bytes for 274 written out (26 %)``; written out means names and values alone."""
    share = f" ({100 * size / plain:.0f} %)" if plain else ""
    return f"{plural(size, 'byte')} for {plain:,} written out{share}"


def overview(blocks: Blocks, log: HeaderLog) -> str:
    """All blocks of a direction in one sentence."""
    way = WAYS[log.direction][1]
    return (
        f"Connection {log.connection}, {way}: {plural(len(log), 'header block')}, "
        f"{fmt_bytes(log.size)} for {fmt_bytes(log.plain_size)} written out."
    )


def how(step: TableStep, change: TableChange) -> str:
    """How an entry was encoded, in plain words."""
    entry = step.entry
    if entry.encoding == SIZE_UPDATE:
        return f"table size {entry.index:,}"
    source = f"{entry.table} table {entry.index}" if entry.table else ""
    if entry.encoding == INDEXED:
        return source
    text = f"name from {source}, value {_written(entry)}" if source else _written(entry)
    if entry.encoding == NEVER_INDEXED:
        return f"{text}, never indexed"
    if entry.encoding != LITERAL_INDEXED:
        return f"{text}, not added"
    place = change.index(step.added) if step.added else None
    if place is not None:
        return f"{text}, added to the table: now {place}"
    if step.added in step.evicted:
        return f"{text}, too large for the table: empties it"
    return f"{text}, added to the table, evicted again"


def name_of(entry: HeaderEntry) -> str:
    """The name of an entry as it is shown."""
    return "(table size)" if entry.encoding == SIZE_UPDATE else visible(entry.name)


def _written(entry: HeaderEntry) -> str:
    """How the texts of a literal were written (section 5.2: each has a flag of its own)."""
    flags = {entry.value_huffman} if entry.index else {entry.name_huffman, entry.value_huffman}
    if flags == {True, False}:
        return "in part Huffman-coded"
    return "Huffman-coded" if True in flags else "written out"


def value_text(value: bytes, limit: int = SHORT) -> str:
    """A value for reading: as text where it is printable ASCII, else as Python bytes."""
    text = value.decode("latin-1")
    return visible(text if text.isascii() and text.isprintable() else repr(value), limit)


def value_of(entry: HeaderEntry, limit: int = SHORT) -> str:
    """The value of an entry as it is shown."""
    return f"{entry.index:,} bytes" if entry.encoding == SIZE_UPDATE else value_text(entry.value, limit)


def origin(blocks: Blocks, log: HeaderLog, row: TableRow) -> str:
    """Which block added a row."""
    adder = log.adder(row)
    return "older than the capture" if adder is None else f"added by {blocks.title(log, adder)}"


def entry_words(step: TableStep, change: TableChange) -> str:
    """An entry in one line, for those who hear it."""
    entry = step.entry
    saved = f" for {entry.plain_size:,} written out" if entry.encoding != SIZE_UPDATE else ""
    return f"{name_of(entry)}: {value_of(entry)}. {how(step, change)}. {plural(entry.size, 'byte')}{saved}."


def older(change: TableChange) -> str:
    """What to say about rows that are older than the capture; empty where there are none."""
    count = sum(row.number < 1 for row in change.before)
    if not count:
        return ""
    rows = "one row of its table was" if count == 1 else f"{count} rows of its table were"
    return (
        f"This connection is older than the capture: {rows} added before, by calls that are not shown here."
    )


def unread(sent: SentBlock) -> bytes:
    """The bytes at the end of a malformed block that no entry covers."""
    entries = sent.block.entries
    return sent.data[entries[-1].end if entries else 0 :]


def problems(frames: Iterable[Frame]) -> list[str]:
    """What is malformed about the frames of a block."""
    return [frame.problem for frame in frames if frame.problem]
