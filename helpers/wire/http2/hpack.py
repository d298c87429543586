"""The HPACK decoder, entry by entry (RFC 7541): what each entry was, how it was encoded, and where its bytes are.

The `hpack` package decodes header lists but tells nothing about encodings and byte ranges, so the walk is
done here; its static table and its Huffman decoder are used as they are.
"""

from __future__ import annotations

from hpack.exceptions import HPACKDecodingError
from hpack.huffman_table import decode_huffman
from hpack.table import HeaderTable as _Reference

from ..constructors import constructor_of
from .headers import (
    INDEXED,
    LITERAL,
    LITERAL_INDEXED,
    NEVER_INDEXED,
    SIZE_UPDATE,
    HeaderBlock,
    HeaderEntry,
    unknown_name,
)

DEFAULT_TABLE_SIZE = 4096
"""Initial value of SETTINGS_HEADER_TABLE_SIZE (RFC 9113 section 6.5.2)."""

HEADER_LIST_LIMIT = 1024 * 1024
"""Most bytes a block may expand to (RFC 9113 section 6.5.2 counting): an index of one byte can stand for kilobytes."""

TABLE_LIMIT = 4 * 1024 * 1024
"""Most bytes of a dynamic table that are followed, by the same counting; no known peer asks for a hundredth of it."""

STATIC_TABLE: tuple[tuple[str, bytes], ...] = tuple(
    (name.decode("ascii"), value) for name, value in _Reference.STATIC_TABLE
)
"""Appendix A; index 1 is at position 0."""

_entry = constructor_of(HeaderEntry)
_block = constructor_of(HeaderBlock)

_STATIC_SIZE = len(STATIC_TABLE)
# As `_seen` of a decoder, of entries of the static table: those mean the same in all of them, always.
_SEEN_STATIC: dict[int, HeaderEntry] = {}
_MAX_SHIFT = 28  # integers of up to five continuation bytes: enough for 32 bits, as section 5.1 allows


class HpackDecoder:
    """The decoding side of one direction of a connection.

    A watcher cannot refuse anything, so it follows the encoder even where that breaks a limit, and reports
    it. After an error in the middle of a block, the dynamic table may lack entries: later blocks then name
    indices that are not there, which is reported too.
    """

    __slots__ = ("_history", "_low", "_partial", "_seen", "_trimmed", "allowed", "limit", "made", "size")

    def __init__(self) -> None:
        # Append-only, newest last, the live part is [_low:]: blocks keep (list, range) as their view of
        # the table, which costs nothing, whereas a copy a block would be quadratic.
        self._history: list[tuple[str, bytes]] = []
        self._low = 0
        # Indexed entries of one byte, by that byte and its position: most entries are such, and as long as
        # the table stays as it is they mean the same in every block.
        self._seen: dict[int, HeaderEntry] = {}
        # Whether the table may hold older rows that are not known.
        self._partial = False
        self._trimmed = 0  # rows before `_history`, of those that were added since then
        self.made = 0
        """Entries that were read so far."""
        self.size = 0
        """Bytes of the dynamic table as section 4.1 counts them."""
        self.limit = DEFAULT_TABLE_SIZE
        """The maximum that the encoder uses at present."""
        self.allowed = DEFAULT_TABLE_SIZE
        """The maximum that the decoding peer has announced in SETTINGS."""

    def forget(self) -> None:
        """Header blocks are missing: what the table holds is not known, only what is added from here on."""
        self._history, self._low, self.size = [], 0, 0
        self._partial, self._trimmed = True, 0
        self._seen.clear()

    def state(self) -> tuple[list[tuple[str, bytes]], int, int, bool]:
        """Everything needed to go on: the table (oldest first), `limit`, `allowed`, and whether older rows are unknown."""
        return self._history[self._low :], self.limit, self.allowed, self._partial

    @classmethod
    def restore(
        cls, table: list[tuple[str, bytes]], limit: int, allowed: int, partial: bool = False
    ) -> HpackDecoder:
        """A decoder that goes on from a `state`."""
        self = cls()
        self._history = [(name, value) for name, value in table]
        self.size = sum(len(name) + len(value) + 32 for name, value in table)
        self.limit, self.allowed, self._partial = limit, allowed, partial
        return self

    def decode(self, block: bytes, parts: tuple[tuple[int, int], ...]) -> tuple[HeaderBlock, str | None]:
        """Read one whole header block and update the dynamic table.

        Args:
            block: The joined fragments.
            parts: ``(frame number, bytes)`` of the fragments, for the result.

        Returns:
            The block, and None or, in one sentence, what is malformed; the entries before it are kept.
        """
        if self._low > max(4096, len(self._history) - self._low):
            # a new list: earlier blocks keep the old one, decoders that outlive them let it go
            self._history = self._history[self._low :]
            self._trimmed += self._low
            self._low = 0
        before, limit = (self._low, len(self._history)), self.limit
        entries: list[HeaderEntry] = []
        problem, begun = None, False
        pos, end, expanded = 0, len(block), 0
        static, seen = _SEEN_STATIC, self._seen
        try:
            while pos < end:
                key = pos << 8 | block[pos]
                entry = static.get(key) or seen.get(key)
                if entry is None:
                    entry = self._entry(block, pos)
                    encoding = entry.encoding
                    if encoding == INDEXED:
                        if entry.end - pos == 1 and pos < 256:
                            (static if entry.index <= _STATIC_SIZE else seen)[key] = entry
                    elif encoding == LITERAL_INDEXED:
                        self._add(entry.name, entry.value)
                    elif encoding == SIZE_UPDATE:
                        if entry.index > self.allowed:
                            problem = f"table size {entry.index} is above the announced {self.allowed}"
                        elif begun:
                            problem = "a table size update must come before the headers"
                        self._resize(entry.index)
                    begun = begun or encoding != SIZE_UPDATE
                else:
                    begun = True
                entries.append(entry)
                pos = entry.end
                expanded += len(entry.name) + len(entry.value) + 32
                if expanded > HEADER_LIST_LIMIT:
                    problem = f"the headers expand to more than {HEADER_LIST_LIMIT} bytes"
                    break
        except (IndexError, ValueError, HPACKDecodingError) as error:
            what = "cut short" if isinstance(error, IndexError) else str(error) or "not readable"
            problem = f"header block, byte {pos}: {what}"
        self.made += len(entries)
        span = self._low, len(self._history)
        result = _block(tuple(entries), end, parts, self.size, self.limit, limit, self._history, before, span)
        return result, problem

    def _entry(self, block: bytes, start: int) -> HeaderEntry:
        """The entry at `start` (section 6); raises ValueError or IndexError where it is malformed."""
        first = block[start]
        if first & 0x80:
            index, pos = _integer(block, start, 0x7F)
            name, value = self._lookup(index)
            return _entry(name, value, INDEXED, start, pos, pos, index)
        if first & 0x40:
            encoding, mask = LITERAL_INDEXED, 0x3F
        elif first & 0x20:
            size, pos = _integer(block, start, 0x1F)
            return _entry("", b"", SIZE_UPDATE, start, pos, pos, size)
        else:
            encoding, mask = (NEVER_INDEXED if first & 0x10 else LITERAL), 0x0F
        index, pos = _integer(block, start, mask)
        name_huffman = False
        if index:
            name = self._lookup(index)[0]
        else:
            raw, pos, name_huffman = _string(block, pos)
            name = raw.decode("latin-1")
        value, end, value_huffman = _string(block, pos)
        return _entry(name, value, encoding, start, pos, end, index, name_huffman, value_huffman)

    def _lookup(self, index: int) -> tuple[str, bytes]:
        """The entry at an index of the common address space (section 2.3.3)."""
        if 0 < index <= _STATIC_SIZE:
            return STATIC_TABLE[index - 1]
        position = len(self._history) - (index - _STATIC_SIZE)
        if index and position >= self._low:
            return self._history[position]
        if index and self._partial:
            # Which rows are left follows from a limit that was agreed on earlier: those that are kept are right.
            return (
                self._history[position] if position >= 0 else (unknown_name(-position - self._trimmed), b"")
            )
        known = _STATIC_SIZE + len(self._history) - self._low
        raise ValueError(f"index {index} is not in the tables (1 to {known})")

    def _add(self, name: str, value: bytes) -> None:
        """Insert at the front (section 4.4); an entry larger than the table empties it."""
        self._seen.clear()
        self._history.append((name, value))
        self.size += len(name) + len(value) + 32
        self._evict()

    def _resize(self, limit: int) -> None:
        self.limit = limit
        self._evict()

    def _evict(self) -> None:
        limit = min(self.limit, TABLE_LIMIT)
        while self.size > limit:
            self._seen.clear()
            name, value = self._history[self._low]
            self.size -= len(name) + len(value) + 32
            self._low += 1


def _integer(block: bytes, pos: int, mask: int) -> tuple[int, int]:
    """An integer with a prefix (section 5.1) and the position after it."""
    value = block[pos] & mask
    pos += 1
    if value < mask:
        return value, pos
    shift = 0
    while True:
        byte = block[pos]
        pos += 1
        value += (byte & 0x7F) << shift
        if byte < 0x80:
            return value, pos
        shift += 7
        if shift > _MAX_SHIFT:
            raise ValueError("an integer is longer than 32 bits")


def _string(block: bytes, pos: int) -> tuple[bytes, int, bool]:
    """A string literal (section 5.2), the position after it, and whether it was Huffman-coded."""
    huffman = block[pos] >= 0x80
    length, start = _integer(block, pos, 0x7F)
    end = start + length
    if end > len(block):
        raise ValueError(f"a string of {length} bytes goes beyond the block's end")
    raw = block[start:end]
    return (decode_huffman(raw) if huffman else raw), end, huffman
