"""Two values for reading bytes: a field of a protobuf message, and what a range of bytes means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from helpers.wire.guess import alternatives

TEXT_LIMIT = 200
"""Characters of a value that its text shows."""

SHOWN = 20
"""Elements or fields of a value that its text shows."""


def shorten(text: str, limit: int = 2 * TEXT_LIMIT) -> str:
    """The text, cut to about ``limit`` characters."""
    return text if len(text) <= limit else text[:limit] + "…"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a protobuf message, with its byte ranges (the protobuf encoding page).

    ``start <= tag_end <= value_start <= value_end <= end`` count within the message: the tag, then for
    length-delimited fields the length, then the value, then for groups the end tag. An element of a
    packed field has neither tag nor length of its own.
    """

    number: int
    """Field number; of a packed element that of its field."""
    wire_type: int
    """0 varint, 1 fixed 64 bit, 2 length-delimited, 3 group, 5 fixed 32 bit."""
    start: int
    tag_end: int
    value_start: int
    value_end: int
    end: int
    value: Any
    """The value as Python has it: int, float, bool, str or bytes; None where ``children`` say it."""
    name: str | None = None
    """Name from the schema; None where the field is unknown."""
    type: str = ""
    """Type from the schema (``int32``, ``map<string, int32>``, ``courier.v1.Money``), else the best guess."""
    children: tuple[Field, ...] = ()
    """Fields of a nested message or group, elements of a packed field."""
    known: bool = False
    """Whether the schema has this field."""
    problem: str | None = None
    """What is malformed about it; None for a sound field."""
    _raw: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Where the type is a guess: other ways to read the same bytes, such as ``sint: -1``."""
        return () if self._raw is None else alternatives(self.type, self.value, self._raw)

    @property
    def label(self) -> str:
        """Name where known, else ``field 7``."""
        return self.name or f"field {self.number}"

    @property
    def text(self) -> str:
        """The value for reading, on one line and at most a few hundred characters."""
        if self.children:
            shown = self.children[:SHOWN]
            inner = ", ".join(
                child.text if child.is_element else f"{child.label}: {child.text}" for child in shown
            )
            inner += f", … ({len(self.children)})" if len(self.children) > SHOWN else ""
            return shorten(f"[{inner}]" if self.children[0].is_element else f"{{{inner}}}")
        if self.value is None:
            return "{}"
        if isinstance(self.value, (str, bytes)) and len(self.value) > TEXT_LIMIT:
            unit = "characters" if isinstance(self.value, str) else "bytes"
            return f"{self.value[:TEXT_LIMIT]!r}… ({len(self.value)} {unit})"
        return str(self.value).lower() if isinstance(self.value, bool) else repr(self.value)

    @property
    def is_element(self) -> bool:
        """Whether it is an element of a packed field."""
        return self.start == self.tag_end

    def __repr__(self) -> str:
        return f"{self.label}: {self.text}" + (f" ⚠ {self.problem}" if self.problem else "")


class EnumValue(int):
    """The number of an enum field, which knows its name: ``EnumValue(2, "STATE_DELIVERED")``."""

    name: str | None

    def __new__(cls, number: int, name: str | None = None) -> EnumValue:
        """Make the number; ``name`` None means that the schema has no value with this number."""
        self = super().__new__(cls, number)
        self.name = name
        return self

    def __str__(self) -> str:
        return f"{self.name} ({int(self)})" if self.name else f"{int(self)} (no such value)"

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class Region:
    """What a range of bytes means: a node of the tree that hex and tree views share.

    Children lie within their parent, in order, and may leave gaps. ``kind`` chooses the color:
    ``frame`` (a whole frame), ``frame-header``, ``hpack``, ``prefix`` (gRPC's 5 bytes), ``message``,
    ``field``, ``tag``, ``length``, ``value``, ``padding``, ``setting``, ``number``, ``text``,
    ``compressed``, ``malformed``.
    """

    start: int
    end: int
    kind: str
    label: str
    """What it is: ``stream identifier``, ``:path``, ``weight_grams``."""
    text: str = ""
    """What it says: ``1``, ``/courier.v1.QuoteService/GetQuote``, ``1200``."""
    children: tuple[Region, ...] = ()
    problem: str | None = None
