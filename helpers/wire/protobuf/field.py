"""A field of a protobuf message, with its byte ranges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from helpers.text import shorten, visible

from .guess import alternatives

TEXT_LIMIT = 200
"""Characters of a value that its text shows."""

SHOWN = 20
"""Elements or fields of a value that its text shows."""


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
    """The value as Python has it: int, float, bool, str or bytes; None where `children` say it."""
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
        """Name where known, else ``field 7``; ``malformed`` for bytes that are no field."""
        return self.name or (f"field {self.number}" if self.wire_type >= 0 else "malformed")

    @property
    def text(self) -> str:
        """The value for reading, on one line and at most a few hundred characters."""
        return self.text_with(child.text for child in self.children[:SHOWN])

    def text_with(self, texts: Iterable[str]) -> str:
        """`text`, where those of the first `SHOWN` children are known already."""
        if self.children:
            inner = ", ".join(map(Field.labelled, self.children, texts))
            inner += f", … ({len(self.children)})" if len(self.children) > SHOWN else ""
            return shorten(f"[{inner}]" if self.children[0].is_element else f"{{{inner}}}", 2 * TEXT_LIMIT)
        if self.value is None:
            return "{}"
        if isinstance(self.value, (str, bytes)) and len(self.value) > TEXT_LIMIT:
            unit = "characters" if isinstance(self.value, str) else "bytes"
            return f"{self.value[:TEXT_LIMIT]!r}… ({len(self.value)} {unit})"
        return str(self.value).lower() if isinstance(self.value, bool) else repr(self.value)

    @property
    def is_element(self) -> bool:
        """Whether it is an element of a packed field."""
        return self.start == self.tag_end and self.wire_type >= 0

    def labelled(self, text: str) -> str:
        """`text` as it stands among others: with its label, and with what is malformed about it."""
        told = text if self.is_element else f"{self.label}: {text}"
        return f"{told} ⚠ {self.problem}" if self.problem else told

    def __repr__(self) -> str:
        problem = f" ⚠ {self.problem}" if self.problem else ""
        return visible(f"{self.label}: {self.text}{problem}", lines=False)


class EnumValue(int):
    """The number of an enum field, which knows its name: ``EnumValue(2, "STATE_DELIVERED")``."""

    name: str | None

    def __new__(cls, number: int, name: str | None = None) -> EnumValue:
        """Make the number; `name` None means that the schema has no value with this number."""
        self = super().__new__(cls, number)
        self.name = name
        return self

    def __str__(self) -> str:
        return f"{self.name} ({int(self)})" if self.name else f"{int(self)} (no such value)"

    __repr__ = __str__
