"""The history of the dynamic tables: what each header entry used, added and evicted (RFC 7541 sections 2.3 and 4).

Each direction of a connection has a table of its own. The decoder keeps what a table holds after each block;
here is how it got there, worked out for one block at a time, since few are ever looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH

from ..direction import Direction
from ..frames import Frame
from .frames import Http2Frame
from .headers import LITERAL_INDEXED, SIZE_UPDATE, HeaderBlock, HeaderEntry
from .hpack import STATIC_TABLE, TABLE_LIMIT

FIRST_DYNAMIC = len(STATIC_TABLE) + 1
"""The index of a dynamic table's newest row: 62."""

ROW_COST = 32
"""Bytes that a row counts beyond its name and value (section 4.1)."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a dynamic table."""

    number: int
    """Which insertion it was, from 1 with the first block of the log; 0 and below are older than that."""
    name: str
    value: bytes

    @property
    def size(self) -> int:
        """Bytes that it counts: name, value, and 32 more (section 4.1)."""
        return len(self.name) + len(self.value) + ROW_COST


@dataclass(frozen=True, slots=True)
class TableStep:
    """One entry of a header block, and what it did to the table."""

    entry: HeaderEntry
    used: TableRow | None = None
    """The row of the dynamic table that the entry names."""
    added: TableRow | None = None
    """The row that the entry added; it is among `evicted` where it is too large for the table."""
    evicted: tuple[TableRow, ...] = ()
    """The rows that had to go, oldest first (section 4.4)."""


@dataclass(frozen=True, slots=True)
class TableChange:
    """What one header block did to the table of its direction."""

    steps: tuple[TableStep, ...]
    """Entry by entry, in wire order."""
    before: tuple[TableRow, ...]
    """The table before the block, newest first."""
    after: tuple[TableRow, ...]
    """The table after the block, newest (index 62) first."""

    @property
    def evicted(self) -> tuple[TableRow, ...]:
        """All rows that had to go, in the order in which they went."""
        return tuple(row for step in self.steps for row in step.evicted)

    def index(self, row: TableRow) -> int | None:
        """The index that a row has after the block; None where it is not in the table."""
        # The table is one run of insertions, so a row's place follows from its number.
        place = self.after[0].number - row.number if self.after else -1
        return FIRST_DYNAMIC + place if 0 <= place < len(self.after) else None


@dataclass(frozen=True, slots=True)
class SentBlock:
    """One header block as it was sent: its frames, HEADERS or PUSH_PROMISE first, then any CONTINUATIONs."""

    frames: tuple[Http2Frame, ...]

    @property
    def first(self) -> Http2Frame:
        """The frame that begins it: it has the stream, the role, and what is malformed about the block."""
        return self.frames[0]

    @property
    def block(self) -> HeaderBlock:
        """Its entries."""
        assert self.first.block is not None  # header_logs takes no other frames
        return self.first.block

    @property
    def stream(self) -> int:
        """The stream that it is about: of PUSH_PROMISE the promised one."""
        return self.first.promised_stream or self.first.stream

    @property
    def data(self) -> bytes:
        """Its bytes: the fragments of all frames, joined."""
        return b"".join([frame.raw[slice(*frame.body)] for frame in self.frames])


class HeaderLog:
    """All header blocks of one direction of one connection, in order."""

    def __init__(self, connection: int, direction: Direction, blocks: Iterable[SentBlock]) -> None:
        self.connection = connection
        self.direction = direction
        self.blocks: tuple[SentBlock, ...] = tuple(blocks)

    def __len__(self) -> int:
        return len(self.blocks)

    @cached_property
    def size(self) -> int:
        """Bytes of all blocks on the wire."""
        return sum(each.block.size for each in self.blocks)

    @cached_property
    def plain_size(self) -> int:
        """Bytes of all names and values written out."""
        return sum(each.block.plain_size for each in self.blocks)

    @cached_property
    def _insertions(self) -> list[int]:
        """After each block, how many rows have been added so far."""
        return list(
            accumulate(
                sum(entry.encoding == LITERAL_INDEXED for entry in each.block.entries) for each in self.blocks
            )
        )

    def adder(self, row: TableRow) -> int | None:
        """Position of the block that added a row; None where the row is older than the log."""
        return bisect_left(self._insertions, row.number) if row.number > 0 else None

    def change(self, position: int) -> TableChange:
        """What the block at a position, from 0, did to the table.

        Raises:
            IndexError: there is no such block.
        """
        block = self.blocks[position].block
        inserted = self._insertions[position - 1] if position else 0
        before = tuple(TableRow(inserted - place, *each) for place, each in enumerate(block.table_before))
        table, size, limit = deque(before), sum(row.size for row in before), block.limit_before
        steps = []
        for entry in block.entries:
            used = added = None
            place = entry.index - FIRST_DYNAMIC
            if entry.table == "dynamic" and place < len(table):
                used = table[place]
            if entry.encoding == LITERAL_INDEXED:
                inserted += 1
                added = TableRow(inserted, entry.name, entry.value)
                table.appendleft(added)
                size += added.size
            elif entry.encoding == SIZE_UPDATE:
                limit = entry.index
            evicted = []
            while size > min(limit, TABLE_LIMIT):
                evicted.append(table.pop())
                size -= evicted[-1].size
            steps.append(TableStep(entry, used, added, tuple(evicted)))
        return TableChange(tuple(steps), before, tuple(table))


def header_logs(frames: Iterable[Frame]) -> dict[tuple[int, Direction], HeaderLog]:
    """The header blocks in a capture's frames, sorted by where they went.

    Args:
        frames: Frames in order of arrival, of any connections.

    Returns:
        For each ``(connection, direction)`` that has header blocks its log, in order of their first block.
    """
    found: dict[tuple[int, Direction], list[list[Http2Frame]]] = {}
    for frame in frames:
        if not isinstance(frame, Http2Frame) or frame.block is None:
            continue
        blocks = found.setdefault((frame.connection, frame.direction), [])
        # All frames of a block have the very same value as their block.
        if blocks and blocks[-1][0].block is frame.block:
            blocks[-1].append(frame)
        else:
            blocks.append([frame])
    return {key: HeaderLog(*key, (SentBlock(tuple(each)) for each in found[key])) for key in found}


def huffman_code(byte: int) -> str:
    """The bits that a byte has in HPACK's Huffman code (appendix B), such as ``"00011"`` for an ``a``."""
    return f"{REQUEST_CODES[byte]:0{REQUEST_CODES_LENGTH[byte]}b}"
