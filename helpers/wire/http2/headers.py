"""The values of header compression: a block of headers, and each of its entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

INDEXED = "indexed"
LITERAL_INDEXED = "literal, added to the table"
LITERAL = "literal"
NEVER_INDEXED = "literal, never indexed"
SIZE_UPDATE = "table size update"


_UNKNOWN = "(unknown "


def unknown_name(row: int) -> str:
    """What stands for the name of a row that was added to the dynamic table by bytes that a capture file does not have.

    Args:
        row: Which one, from 1, the newest of them; it stays the same as rows are added. No header has such a name.
    """
    return f"{_UNKNOWN}{row})"


@dataclass(frozen=True, slots=True)
class HeaderEntry:
    """One entry of a header block, with how it was encoded (RFC 7541 section 6)."""

    name: str
    """Name; each byte is one character (latin-1), so nothing is lost. Empty for a size update; see also `known`."""
    value: bytes
    """Value as it is after Huffman decoding. Empty for a size update."""
    encoding: str
    """`INDEXED`, `LITERAL_INDEXED`, `LITERAL`, `NEVER_INDEXED` or `SIZE_UPDATE`."""
    start: int
    """First byte of the entry within the (joined) header block."""
    value_start: int
    """First byte of the value's length; equals `end` where the value came from a table."""
    end: int
    """One past the last byte."""
    index: int = 0
    """Table index the entry names: 1 to 61 static, from 62 dynamic, 0 none; for a size update the size."""
    name_huffman: bool = False
    """Whether the name was sent Huffman-coded."""
    value_huffman: bool = False
    """Whether the value was sent Huffman-coded."""

    @property
    def known(self) -> bool:
        """Whether its name is known: else it names a row of the table that came before a capture file, or in a gap."""
        return not self.name.startswith(_UNKNOWN)

    @property
    def size(self) -> int:
        """Bytes of the entry on the wire."""
        return self.end - self.start

    @property
    def plain_size(self) -> int:
        """Bytes of name and value written out; of one whose name is not known, those on the wire."""
        return len(self.name) + len(self.value) if self.known else self.size

    @property
    def table(self) -> str | None:
        """``"static"``, ``"dynamic"`` or None: the table that `index` points into."""
        if not self.index or self.encoding == SIZE_UPDATE:
            return None
        return "static" if self.index <= 61 else "dynamic"

    @property
    def text(self) -> str:
        """The value for reading: as text where it is printable ASCII, else as Python bytes."""
        if self.encoding == SIZE_UPDATE:
            return f"{self.index} bytes"
        if self.encoding == INDEXED and not self.known:
            return "not known: what has added it to the table is not in the capture"
        text = self.value.decode("latin-1")
        return text if text.isascii() and text.isprintable() else repr(self.value)


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """A whole header block: the fragments of HEADERS or PUSH_PROMISE and its CONTINUATIONs, joined."""

    entries: tuple[HeaderEntry, ...]
    """Entries in wire order, size updates among them."""
    size: int
    """Bytes of the block on the wire."""
    parts: tuple[tuple[int, int], ...]
    """``(frame number, bytes)`` of each fragment, in order."""
    table_size: int
    """Size of the dynamic table after the block (RFC 7541 section 4.1: name + value + 32 an entry)."""
    table_limit: int
    """Maximum size of the dynamic table after the block."""
    limit_before: int = 4096
    """Maximum size of the dynamic table before the block."""
    _history: Sequence[tuple[str, bytes]] = field(default=(), repr=False, compare=False)
    _span_before: tuple[int, int] = field(default=(0, 0), repr=False, compare=False)
    _span: tuple[int, int] = field(default=(0, 0), repr=False, compare=False)

    @property
    def table_before(self) -> tuple[tuple[str, bytes], ...]:
        """The dynamic table before the block, ``(name, value)``, newest (index 62) first."""
        low, high = self._span_before
        return tuple(reversed(self._history[low:high]))

    @property
    def table(self) -> tuple[tuple[str, bytes], ...]:
        """The dynamic table after the block, ``(name, value)``, newest (index 62) first."""
        low, high = self._span
        return tuple(reversed(self._history[low:high]))

    @property
    def plain_size(self) -> int:
        """Bytes of all names and values written out: what HPACK had to shrink."""
        return sum(entry.plain_size for entry in self.entries)

    def get(self, name: str) -> bytes | None:
        """Value of the first entry with this name, or None."""
        return next((entry.value for entry in self.entries if entry.name == name), None)
