"""The types of a message's fields as its descriptor has them, worked out once for each message type."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor

VARINT, FIXED64, LENGTH, GROUP, END_GROUP, FIXED32 = range(6)
"""Wire types (the protobuf encoding page, "Message Structure")."""

# FieldDescriptor.TYPE_* to (name, wire type)
_TYPES = {
    1: ("double", FIXED64),
    2: ("float", FIXED32),
    3: ("int64", VARINT),
    4: ("uint64", VARINT),
    5: ("int32", VARINT),
    6: ("fixed64", FIXED64),
    7: ("fixed32", FIXED32),
    8: ("bool", VARINT),
    9: ("string", LENGTH),
    10: ("group", GROUP),
    11: ("message", LENGTH),
    12: ("bytes", LENGTH),
    13: ("uint32", VARINT),
    14: ("enum", VARINT),
    15: ("sfixed32", FIXED32),
    16: ("sfixed64", FIXED64),
    17: ("sint32", VARINT),
    18: ("sint64", VARINT),
}


class FieldType(NamedTuple):
    """What a descriptor says about one field, as far as its bytes are read by it."""

    name: str
    kind: str
    """``int32``, ``sint64``, ``string``, ``enum``, ``message``, ``group``, ..."""
    wire_type: int
    """The wire type of one value."""
    type: str
    """For people: ``repeated int32``, ``map<string, int32>``, ``courier.v1.Money``."""
    message: Descriptor | None
    """Descriptor of a nested message or group, else None."""
    enum: dict[int, str] | None
    """Number to name of an enum."""
    packable: bool
    """Whether several values may come in one length-delimited field."""
    plain: bool = False
    """Whether a small varint is its value as it is: no zigzag, no bool, no enum."""


@lru_cache(maxsize=256)
def field_types(descriptor: Descriptor) -> dict[int, FieldType]:
    """Field number to how it is read, for the known fields of a message type."""
    return {field.number: _field_type(field) for field in descriptor.fields}


@lru_cache(maxsize=256)
def extension_type(descriptor: Descriptor, number: int) -> FieldType | None:
    """How an extension is read (proto2); None where there is none with this number."""
    try:
        found = descriptor.file.pool.FindExtensionByNumber(descriptor, number)
    except KeyError:
        return None
    # the name in brackets is how the text format writes extensions
    return _field_type(found)._replace(name=f"[{found.full_name}]")


def _field_type(field: FieldDescriptor) -> FieldType:
    kind, wire_type = _TYPES[field.type]
    repeated = field.is_repeated
    enum = None
    if field.enum_type is not None:
        enum = {value.number: value.name for value in reversed(field.enum_type.values)}
    packable = repeated and wire_type in (VARINT, FIXED32, FIXED64)
    return FieldType(
        field.name,
        kind,
        wire_type,
        _type_name(field, kind, repeated),
        field.message_type,
        enum,
        packable,
        kind in ("int32", "int64", "uint32", "uint64"),
    )


def _type_name(field: FieldDescriptor, kind: str, repeated: bool) -> str:
    name = kind
    if field.enum_type is not None:
        name = field.enum_type.full_name
    elif field.message_type is not None:
        if field.message_type.GetOptions().map_entry:
            parts = [_field_type(part).type for part in field.message_type.fields]
            return f"map<{', '.join(parts)}>"
        name = field.message_type.full_name
    return f"repeated {name}" if repeated else name
