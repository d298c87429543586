"""The reader of protobuf messages: bytes to fields with their byte ranges (the protobuf encoding page).

With a descriptor, fields have their names and types. Without one, a field is told as well as the bytes
allow: the likeliest reading, and the other ones beside it. Malformed bytes become fields that say so.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any, TypeGuard

from google.protobuf.descriptor import Descriptor

from ..constructors import constructor_of
from .field import EnumValue, Field
from .field_types import (
    END_GROUP,
    FIXED32,
    FIXED64,
    GROUP,
    LENGTH,
    VARINT,
    FieldType,
    extension_type,
    field_types,
)
from .guess import Guess, guess_fixed, guess_text, signed, zigzag

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
_new = constructor_of(Field)
_TOO_MANY = f"more than {FIELD_LIMIT} fields: the rest is not told apart"
_TOO_DEEP = f"nested deeper than {DEPTH_LIMIT} messages"


class _Malformed(Exception):
    """Bytes that are no field; becomes a `Field` with a `problem`."""


def walk(data: bytes, descriptor: Descriptor | None = None) -> tuple[Field, ...]:
    """Read the fields of a serialized message.

    Args:
        data: The bytes, any bytes.
        descriptor: The message's type (`quote_pb2.GetQuoteRequest.DESCRIPTOR`), or None.

    Returns:
        Its fields in wire order. Together their ranges cover `data` without gaps; where bytes are
        malformed, one last field with a `problem` covers the rest.
    """
    return _Walker(data).message(0, len(data), descriptor, 0)


class _Walker:
    """One walk over one message: positions count within `data` at all depths."""

    __slots__ = ("count", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.count = 0

    def message(
        self, pos: int, end: int, descriptor: Descriptor | None, depth: int, *, strict: bool = False
    ) -> tuple[Field, ...]:
        """The fields between two positions; with `strict` it raises instead of telling a problem."""
        out: list[Field] = []
        types = field_types(descriptor) if descriptor is not None else None
        while pos < end:
            try:
                field = self.usual(pos, end, types) or self.field(pos, end, descriptor, types, depth)
                if field.wire_type == END_GROUP:
                    raise _Malformed("the end of a group that was never begun")
            except _Malformed as error:
                if strict:
                    raise
                raw = self.data[pos:end]
                field = Field(0, -1, pos, pos, pos, end, end, raw, None, "malformed", problem=str(error))
            out.append(field)
            pos = field.end
        # Its fields go first: to ask each message for its name takes time.
        if out and out[-1].name in ("type_url", "value") and _is_any(descriptor):
            return self.unpacked(out, descriptor, depth)
        return tuple(out)

    def unpacked(self, fields: list[Field], descriptor: Descriptor, depth: int) -> tuple[Field, ...]:
        """The fields of an `Any`: its value is read as the message that its type URL names, where that is known."""
        url = next((field.value for field in fields if field.name == "type_url"), "")
        try:
            packed = descriptor.file.pool.FindMessageTypeByName(url.rpartition("/")[2])
        except (KeyError, TypeError, UnicodeError):  # not there; or a name that no schema can have
            return tuple(fields)
        return tuple(
            replace(
                field,
                value=None,
                type=packed.full_name,
                children=self.message(field.value_start, field.value_end, packed, depth + 1),
            )
            if field.name == "value" and depth < DEPTH_LIMIT
            else field
            for field in fields
        )

    def usual(self, start: int, end: int, types: dict[int, FieldType] | None) -> Field | None:
        """The field at a position where it is short and plain, as nearly all are; None for all others.

        That is: a tag of one byte, and a varint of one or two bytes, or a text of fewer than 128; of what the schema
        says, or of any type where there is none.
        """
        data = self.data
        tag = data[start]
        pos = start + 1
        if tag >= 0x80 or tag < 8 or pos >= end or self.count >= FIELD_LIMIT:
            return None
        number, wire_type = tag >> 3, tag & 7
        found = None if types is None else types.get(number)
        value = data[pos]
        if wire_type == VARINT:
            stop = pos + 1
            if value >= 0x80:
                if stop >= end or data[stop] >= 0x80:
                    return None
                value = value & 0x7F | data[stop] << 7
                stop += 1
            if found is not None and found.wire_type == VARINT:
                told = value if found.plain else _whole(found, value)
                self.count += 1
                return _new(number, 0, start, pos, pos, stop, stop, told, found.name, found.type, (), True)
            if types is None:
                self.count += 1
                return _new(
                    number, 0, start, pos, pos, stop, stop, value, None, "varint", (), False, None, b""
                )
        elif wire_type == LENGTH and 0 < value < 0x80:
            begin = pos + 1
            stop = begin + value
            if stop > end or (types is not None and (found is None or found.kind != "string")):
                return None
            raw = data[begin:stop]
            if not raw.isascii():
                return None
            text = raw.decode()
            if found is not None:
                self.count += 1
                return _new(number, 2, start, pos, begin, stop, stop, text, found.name, found.type, (), True)
            if text.isprintable():
                self.count += 1
                return _new(
                    number, 2, start, pos, begin, stop, stop, text, None, "string", (), False, None, raw
                )
        return None

    def field(
        self,
        start: int,
        end: int,
        descriptor: Descriptor | None,
        types: dict[int, FieldType] | None,
        depth: int,
    ) -> Field:
        """The field at a position; the end of a group comes as a field without a value."""
        self.count += 1
        if self.count > FIELD_LIMIT:
            raise _Malformed(_TOO_MANY)
        tag, pos = self.varint(start, end)
        number, wire_type = tag >> 3, tag & 7
        if not 0 < number < 1 << 29:
            raise _Malformed(f"field number {number} is not allowed")
        found = None
        if types is not None and descriptor is not None:
            found = types.get(number) or extension_type(descriptor, number)
        if wire_type == LENGTH:
            return self.delimited(number, start, pos, end, found, depth)
        if wire_type == GROUP:
            return self.group(number, start, pos, end, found, depth)
        if wire_type == END_GROUP:
            return _new(number, END_GROUP, start, pos, pos, pos, pos, None)
        fitting = found if found is not None and found.wire_type == wire_type else None
        if wire_type == VARINT:
            value, stop = self.varint(pos, end)
            guess = (
                Guess(fitting.type, _whole(fitting, value)) if fitting else Guess("varint", value, (), b"")
            )
        elif wire_type in (FIXED32, FIXED64):
            raw, stop = self.fixed(wire_type, pos, end)
            guess = Guess(fitting.type, _unpack(fitting, raw)) if fitting else guess_fixed(raw)
        else:
            raise _Malformed(f"wire type {wire_type} does not exist")
        return _field(number, wire_type, (start, pos, pos, stop, stop), found, fitting, guess)

    def delimited(
        self, number: int, start: int, pos: int, end: int, found: FieldType | None, depth: int
    ) -> Field:
        """A length-delimited field: string, bytes, nested message or packed elements."""
        length, begin = self.varint(pos, end)
        stop = begin + length
        if stop > end:
            raise _Malformed(f"a field of {length} bytes, but only {end - begin} are left")
        fitting = found if found is not None and (found.wire_type == LENGTH or found.packable) else None
        problem = None
        if fitting is None:
            guess = self.guess(begin, stop, depth)
        elif fitting.packable:
            children, problem = self.packed(number, fitting, begin, stop)
            guess = Guess(fitting.type, None, children)
        elif fitting.kind == "message" and depth < DEPTH_LIMIT:
            guess = Guess(fitting.type, None, self.message(begin, stop, fitting.message, depth + 1))
        elif fitting.kind == "string":
            try:
                guess = Guess(fitting.type, self.data[begin:stop].decode())
            except UnicodeDecodeError:
                problem = "not valid UTF-8"
                guess = Guess(fitting.type, self.data[begin:stop].decode("utf-8", "replace"))
        else:
            problem = _TOO_DEEP if fitting.kind == "message" else None
            guess = Guess(fitting.type, self.data[begin:stop])
        return _field(number, LENGTH, (start, pos, begin, stop, stop), found, fitting, guess, problem)

    def packed(
        self, number: int, found: FieldType, pos: int, end: int
    ) -> tuple[tuple[Field, ...], str | None]:
        """The elements of a packed field, and what is malformed about them."""
        out: list[Field] = []
        name, kind, wire_type = found.name, found.type.removeprefix("repeated "), found.wire_type
        try:
            while pos < end:
                self.count += 1
                if self.count > FIELD_LIMIT:
                    raise _Malformed(_TOO_MANY)
                value: Any
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

    def group(
        self, number: int, start: int, pos: int, end: int, found: FieldType | None, depth: int
    ) -> Field:
        """A group (proto2, or DELIMITED in editions): fields up to the matching end tag."""
        if depth >= DEPTH_LIMIT:
            raise _Malformed(_TOO_DEEP)
        fitting = found if found is not None and found.wire_type == GROUP else None
        descriptor = fitting.message if fitting is not None else None
        types = field_types(descriptor) if descriptor is not None else None
        children: list[Field] = []
        begin = pos
        while True:
            if pos >= end:
                raise _Malformed(f"group {number} is never ended")
            child = self.field(pos, end, descriptor, types, depth + 1)
            if child.wire_type == END_GROUP:
                break
            children.append(child)
            pos = child.end
        if child.number != number:
            raise _Malformed(f"group {number} is ended as group {child.number}")
        guess = Guess(fitting.type if fitting else "group", None, tuple(children))
        return _field(number, GROUP, (start, begin, begin, pos, child.end), found, fitting, guess)

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


def _is_any(descriptor: Descriptor | None) -> TypeGuard[Descriptor]:
    return descriptor is not None and descriptor.full_name == "google.protobuf.Any"


def _field(
    number: int,
    wire_type: int,
    ranges: tuple[int, int, int, int, int],
    found: FieldType | None,
    fitting: FieldType | None,
    guess: Guess,
    problem: str | None = None,
) -> Field:
    if found is not None and fitting is None:
        # what a parser does with a field whose type was changed in the schema: it keeps it as unknown
        problem = f"the schema has {found.type} {found.name} here, which is {WIRE_TYPES[found.wire_type]}"
    return _new(
        number,
        wire_type,
        *ranges,
        guess.value,
        fitting.name if fitting else None,
        guess.type,
        guess.children,
        fitting is not None,
        problem,
        None if fitting else guess.raw,
    )


def _whole(found: FieldType, value: int) -> Any:
    kind = found.kind
    if kind == "bool":
        return value != 0
    if kind == "enum":
        number = signed(value, 32)
        return EnumValue(number, (found.enum or {}).get(number))
    if kind in ("sint32", "sint64"):
        return zigzag(value & 0xFFFFFFFF if kind == "sint32" else value)
    if kind == "int64":
        return signed(value, 64)
    if kind == "int32":
        return signed(value, 32)
    return value & 0xFFFFFFFF if kind == "uint32" else value


def _unpack(found: FieldType, raw: bytes) -> Any:
    return struct.unpack(_FORMATS[found.kind], raw)[0]
