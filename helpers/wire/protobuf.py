"""Bytes of a protobuf message to fields with their byte ranges (the protobuf encoding page).

With a descriptor, fields have their names and types. Without one, a field is told as well as the bytes
allow: the likeliest reading, and the other ones beside it. Malformed bytes become fields that say so.
"""

from __future__ import annotations

import struct
from typing import Any

from helpers.wire.frozen import maker
from helpers.wire.guess import Guess, guess_fixed, guess_text, signed, zigzag
from helpers.wire.plans import END_GROUP, FIXED32, FIXED64, GROUP, LENGTH, VARINT, Plan, extension, plan
from helpers.wire.values import EnumValue, Field

DEPTH_LIMIT = 64
"""Messages nested deeper are told as bytes (protobuf's own limit is 100)."""

FIELD_LIMIT = 100_000
"""Most fields and packed elements of one message; what follows is told as one field of bytes."""

WIRE_TYPES = ("varint", "fixed 64 bit", "length-delimited", "group", "end of group", "fixed 32 bit")
"""Names of the wire types, the number is the position."""

_FORMATS = {
    "double": "<d",
    "float": "<f",
    "fixed64": "<Q",
    "fixed32": "<I",
    "sfixed64": "<q",
    "sfixed32": "<i",
}
_new = maker(Field)
_TOO_MANY = f"more than {FIELD_LIMIT} fields: the rest is not told apart"
_TOO_DEEP = f"nested deeper than {DEPTH_LIMIT} messages"


class _Malformed(Exception):
    """Bytes that are no field; becomes a ``Field`` with a ``problem``."""


def walk(data: bytes, descriptor: Any = None) -> tuple[Field, ...]:
    """Read the fields of a serialized message.

    Args:
        data: The bytes, any bytes.
        descriptor: The message's type (``quote_pb2.GetQuoteRequest.DESCRIPTOR``), or None.

    Returns:
        Its fields in wire order. Together their ranges cover ``data`` without gaps; where bytes are
        malformed, one last field with a ``problem`` covers the rest.
    """
    return _Walker(data).message(0, len(data), descriptor, 0)


class _Walker:
    """One walk over one message: positions count within ``data`` at all depths."""

    __slots__ = ("count", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.count = 0

    def message(
        self, pos: int, end: int, descriptor: Any, depth: int, *, strict: bool = False
    ) -> tuple[Field, ...]:
        """The fields between two positions; with ``strict`` it raises instead of telling a problem."""
        out: list[Field] = []
        plans = plan(descriptor) if descriptor is not None else None
        while pos < end:
            try:
                field = self.field(pos, end, descriptor, plans, depth)
                if field.wire_type == END_GROUP:
                    raise _Malformed("the end of a group that was never begun")
            except _Malformed as error:
                if strict:
                    raise
                raw = self.data[pos:end]
                field = Field(0, -1, pos, pos, pos, end, end, raw, None, "malformed", problem=str(error))
            out.append(field)
            pos = field.end
        return tuple(out)

    def field(
        self, start: int, end: int, descriptor: Any, plans: dict[int, Plan] | None, depth: int
    ) -> Field:
        """The field at a position; the end of a group comes as a field without a value."""
        self.count += 1
        if self.count > FIELD_LIMIT:
            raise _Malformed(_TOO_MANY)
        tag, pos = self.varint(start, end)
        number, wire_type = tag >> 3, tag & 7
        if not 0 < number < 1 << 29:
            raise _Malformed(f"field number {number} is not allowed")
        found = None if plans is None else plans.get(number) or extension(descriptor, number)
        if wire_type == LENGTH:
            return self.delimited(number, start, pos, end, found, depth)
        if wire_type == GROUP:
            return self.group(number, start, pos, end, found, depth)
        if wire_type == END_GROUP:
            return _new(number, END_GROUP, start, pos, pos, pos, pos, None)
        fits = found is not None and found.wire_type == wire_type
        if wire_type == VARINT:
            value, stop = self.varint(pos, end)
            guess = Guess(found.type, _whole(found, value)) if fits else Guess("varint", value, (), b"")
        elif wire_type in (FIXED32, FIXED64):
            raw, stop = self.fixed(wire_type, pos, end)
            guess = Guess(found.type, _unpack(found, raw)) if fits else guess_fixed(raw)
        else:
            raise _Malformed(f"wire type {wire_type} does not exist")
        return _field(number, wire_type, (start, pos, pos, stop, stop), found, fits, guess)

    def delimited(self, number: int, start: int, pos: int, end: int, found: Plan | None, depth: int) -> Field:
        """A length-delimited field: string, bytes, nested message or packed elements."""
        length, begin = self.varint(pos, end)
        stop = begin + length
        if stop > end:
            raise _Malformed(f"a field of {length} bytes, but only {end - begin} are left")
        fits = found is not None and (found.wire_type == LENGTH or found.packable)
        problem = None
        if not fits:
            guess = self.guess(begin, stop, depth)
        elif found.packable:
            children, problem = self.packed(number, found, begin, stop)
            guess = Guess(found.type, None, children)
        elif found.kind == "message" and depth < DEPTH_LIMIT:
            guess = Guess(found.type, None, self.message(begin, stop, found.message, depth + 1))
        elif found.kind == "string":
            try:
                guess = Guess(found.type, self.data[begin:stop].decode())
            except UnicodeDecodeError:
                problem = "not valid UTF-8"
                guess = Guess(found.type, self.data[begin:stop].decode("utf-8", "replace"))
        else:
            problem = _TOO_DEEP if found.kind == "message" else None
            guess = Guess(found.type, self.data[begin:stop])
        return _field(number, LENGTH, (start, pos, begin, stop, stop), found, fits, guess, problem)

    def packed(self, number: int, found: Plan, pos: int, end: int) -> tuple[tuple[Field, ...], str | None]:
        """The elements of a packed field, and what is malformed about them."""
        out: list[Field] = []
        name, kind, wire_type = found.name, found.type.removeprefix("repeated "), found.wire_type
        try:
            while pos < end:
                self.count += 1
                if self.count > FIELD_LIMIT:
                    raise _Malformed(_TOO_MANY)
                if wire_type == VARINT:
                    value, stop = self.varint(pos, end)
                    value = _whole(found, value)
                else:
                    raw, stop = self.fixed(wire_type, pos, end)
                    value = _unpack(found, raw)
                out.append(_new(number, wire_type, pos, pos, pos, stop, stop, value, name, kind, (), True))
                pos = stop
        except _Malformed as error:
            return tuple(out), str(error)
        return tuple(out), None

    def group(self, number: int, start: int, pos: int, end: int, found: Plan | None, depth: int) -> Field:
        """A group (proto2, or DELIMITED in editions): fields up to the matching end tag."""
        if depth >= DEPTH_LIMIT:
            raise _Malformed(_TOO_DEEP)
        fits = found is not None and found.wire_type == GROUP
        descriptor = found.message if fits else None
        plans = plan(descriptor) if fits else None
        children: list[Field] = []
        begin = pos
        while True:
            if pos >= end:
                raise _Malformed(f"group {number} is never ended")
            child = self.field(pos, end, descriptor, plans, depth + 1)
            if child.wire_type == END_GROUP:
                break
            children.append(child)
            pos = child.end
        if child.number != number:
            raise _Malformed(f"group {number} is ended as group {child.number}")
        guess = Guess(found.type if fits else "group", None, tuple(children))
        return _field(number, GROUP, (start, begin, begin, pos, child.end), found, fits, guess)

    def guess(self, begin: int, end: int, depth: int) -> Guess:
        """A length-delimited value without a type: text, else a message where it is one, else bytes."""
        raw = self.data[begin:end]
        if not raw:
            return Guess("empty", raw, (), raw)
        text = guess_text(raw)
        if text is not None:
            return Guess("string", text, (), raw)
        if depth < DEPTH_LIMIT:
            count = self.count
            try:
                children = self.message(begin, end, None, depth + 1, strict=True)
                return Guess("message", None, children, raw)
            except _Malformed:
                self.count = count
        return Guess("bytes", raw, (), raw)

    def varint(self, pos: int, end: int) -> tuple[int, int]:
        """A base 128 varint and the position after it."""
        data, value, shift = self.data, 0, 0
        while pos < end:
            byte = data[pos]
            pos += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & 0xFFFFFFFFFFFFFFFF, pos
            shift += 7
            if shift > 63:
                raise _Malformed("a varint longer than 10 bytes")
        raise _Malformed("a varint is cut short")

    def fixed(self, wire_type: int, pos: int, end: int) -> tuple[bytes, int]:
        """Four or eight bytes and the position after them."""
        stop = pos + (4 if wire_type == FIXED32 else 8)
        if stop > end:
            raise _Malformed(f"a {WIRE_TYPES[wire_type]} value is cut short")
        return self.data[pos:stop], stop


def _field(
    number: int,
    wire_type: int,
    ranges: tuple[int, int, int, int, int],
    found: Plan | None,
    fits: bool,
    guess: Guess,
    problem: str | None = None,
) -> Field:
    if found is not None and not fits:
        # what a parser does with a field whose type was changed in the schema: it keeps it as unknown
        problem = f"the schema has {found.type} {found.name} here, which is {WIRE_TYPES[found.wire_type]}"
    name = found.name if fits else None
    return _new(
        number,
        wire_type,
        *ranges,
        guess.value,
        name,
        guess.type,
        guess.children,
        fits,
        problem,
        None if fits else guess.raw,
    )


def _whole(found: Plan, value: int) -> Any:
    kind = found.kind
    if kind == "bool":
        return value != 0
    if kind == "enum":
        number = signed(value, 32)
        return EnumValue(number, found.enum.get(number))
    if kind in ("sint32", "sint64"):
        return zigzag(value & 0xFFFFFFFF if kind == "sint32" else value)
    if kind == "int64":
        return signed(value, 64)
    if kind == "int32":
        return signed(value, 32)
    return value & 0xFFFFFFFF if kind == "uint32" else value


def _unpack(found: Plan, raw: bytes) -> Any:
    return struct.unpack(_FORMATS[found.kind], raw)[0]
