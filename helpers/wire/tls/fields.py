"""A reader of TLS structures: numbers, and vectors with their length before them (RFC 8446 section 3)."""

from __future__ import annotations

from collections.abc import Callable

from ..byte_region import ByteRegion, new_region
from .names import name_of


class Short(Exception):
    """A structure ends before the field that is to be read."""


class Fields:
    """Reads the fields of a structure one after another, and notes for each the region of its bytes.

    Args:
        data: The bytes.
        start: Where the structure begins.
        end: And where it ends.
    """

    __slots__ = ("data", "end", "pos", "problem", "regions")

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self.data, self.pos, self.end = data, start, end
        self.regions: list[ByteRegion] = []
        self.problem: str | None = None
        """The first thing in it that is malformed."""

    @property
    def left(self) -> int:
        """Bytes that have not been read."""
        return self.end - self.pos

    def number(self, size: int, label: str, names: dict[int, str] | None = None) -> int:
        """The next number, of so many bytes; with `names` the tree tells the one that it has."""
        start = self._advance(size)
        value = int.from_bytes(self.data[start : self.pos], "big")
        text = f"{value}" if names is None else name_of(value, names, 2 * size)
        self.regions.append(new_region(start, self.pos, "number", label, text))
        return value

    def opaque(self, size: int, label: str) -> bytes:
        """The next bytes, as they are."""
        start = self._advance(size)
        if size:
            self.regions.append(new_region(start, self.pos, "text", label, f"{size} B"))
        return self.data[start : self.pos]

    def vector(self, width: int, label: str, read: Callable[[Fields], str], *, tagged: bool = False) -> None:
        """The next vector; what is malformed in it ends with it.

        Args:
            width: Bytes of its length.
            label: What it is.
            read: Reads what is in it, and returns what it says in short.
            tagged: Whether the number before it, its type, is part of it.
        """
        at = self._advance(width)
        tag = [self.regions.pop()] if tagged else []
        start = tag[0].start if tag else at
        size = int.from_bytes(self.data[at : self.pos], "big")
        inner = Fields(self.data, self.pos, min(self.pos + size, self.end))
        inner.regions += [*tag, new_region(at, self.pos, "length", "length", f"{size}")]
        text = inner.run(label, read)
        if self.pos + size > self.end:
            inner.problem = f"{label} is cut short"
        self.pos = inner.end
        self.problem = self.problem or inner.problem
        self.regions.append(
            new_region(start, self.pos, "field", label, text, tuple(inner.regions), inner.problem)
        )

    def run(self, label: str, read: Callable[[Fields], str]) -> str:
        """Read all of this; what is left over, or missing, is malformed."""
        text = ""
        try:
            text = read(self)
            told = f"{label} has {self.left} B too many"
        except Short:
            told = f"{label} is cut short"
        if self.left:
            self.regions.append(
                new_region(self.pos, self.end, "malformed", "not readable", f"{self.left} B", (), told)
            )
        if self.left or told.endswith("short"):
            self.problem = self.problem or told
        self.pos = self.end
        return text

    def _advance(self, size: int) -> int:
        start = self.pos
        if size > self.end - start:
            raise Short
        self.pos += size
        return start
