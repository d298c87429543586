"""The types that the byte lab knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
"""Wire types (the protobuf encoding page, "Message Structure")."""

MOST_NUMBER = (1 << 29) - 1
"""The largest field number: a tag has 32 bits, three of them for the wire type."""

RESERVED = range(19_000, 20_000)
"""Field numbers that Protocol Buffers keep for themselves."""

SPEEDS = {0: "SPEED_UNSPECIFIED", 1: "SPEED_STANDARD", 2: "SPEED_EXPRESS"}
"""The values of the lab's enum, ``Speed``."""

DEFINITIONS = {
    "enum": f"enum Speed {{ {' '.join(f'{name} = {number};' for number, name in SPEEDS.items())} }}",
    "message": "message Note { string text = 1; }",
}
"""What the schema must define for a type that is not a scalar one."""


@dataclass(frozen=True)
class Kind:
    """A type to choose.

    Attributes:
        name: ``int32``, ``string``, ``packed``, …
        wire_type: how its value is delimited, see `VARINT` and its like.
        example: a text that `read` takes, shown where the text of the type before does not fit.
        hint: what to type.
        declared: the type as a schema has it.
        bits: 32 or 64 for numbers, 0 for others.
        least: the smallest whole number, else 0.
        most: the largest whole number, else 0.
        can_be_optional: whether `optional` makes a difference to it.
    """

    name: str
    wire_type: int
    example: str
    hint: str
    declared: str
    bits: int = 0
    least: int = 0
    most: int = 0
    can_be_optional: bool = True

    @property
    def group(self) -> str:
        """Under which heading it is listed."""
        return {VARINT: "Varint", LENGTH: "Length first"}.get(self.wire_type, "Fixed size")

    def holds(self, value: Any) -> bool:
        """Whether a number is one of this type's."""
        return not self.most or self.least <= value <= self.most

    def related(self) -> tuple[Kind, ...]:
        """The types for numbers of the same kind and size, itself included; none for other types."""
        if not self.bits or self.name == "enum":
            return ()
        if not self.most:
            return (KINDS["float"], KINDS["double"])
        return tuple(KINDS[f"{name}{self.bits}"] for name in ("int", "uint", "sint", "fixed", "sfixed"))


def _whole(name: str, wire_type: int, bits: int, signed: bool) -> Kind:
    least = -(1 << bits - 1) if signed else 0
    most = (1 << bits - signed) - 1
    return Kind(name, wire_type, "1200", "a whole number; ↑ ↓ count", name, bits, least, most)


_REAL = "a number, also inf or nan"
_INT32 = _whole("int32", VARINT, 32, True)
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _INT32,
        _whole("int64", VARINT, 64, True),
        _whole("uint32", VARINT, 32, False),
        _whole("uint64", VARINT, 64, False),
        _whole("sint32", VARINT, 32, True),
        _whole("sint64", VARINT, 64, True),
        Kind("bool", VARINT, "true", "true or false", "bool"),
        Kind("enum", VARINT, SPEEDS[2], "a name or a number", "Speed", 32, _INT32.least, _INT32.most),
        _whole("fixed32", FIXED32, 32, False),
        _whole("sfixed32", FIXED32, 32, True),
        Kind("float", FIXED32, "0.1", _REAL, "float", 32),
        _whole("fixed64", FIXED64, 64, False),
        _whole("sfixed64", FIXED64, 64, True),
        Kind("double", FIXED64, "0.1", _REAL, "double", 64),
        Kind("string", LENGTH, "café", "any text", "string"),
        Kind("bytes", LENGTH, "ca fe", "bytes in hex, such as ca fe", "bytes"),
        Kind(
            "packed",
            LENGTH,
            "3, 270, -1",
            "whole numbers with commas",
            "repeated int32",
            can_be_optional=False,
        ),
        Kind("message", LENGTH, "café", "the text in the message", "Note", can_be_optional=False),
    )
}
"""The types by name, in the order in which they are offered."""


def grouped(number: int) -> str:
    """A whole number for reading: ``−2,147,483,648``."""
    return f"{number:,}".replace("-", "−")
