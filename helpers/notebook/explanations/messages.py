"""Messages of Protocol Buffers: fields, labels and values that do not fit their schema."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from google.protobuf import json_format, text_format
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from helpers import protos
from helpers.protos import cross_pool
from helpers.text import article

from ..error_context import ErrorContext
from ..failing_line import UNKNOWN, nodes, value_of
from .rows import FEW, Row, describe, near

_NUMBERS = {
    "int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1), "int64": (-(2**63), 2**63 - 1), "uint64": (0, 2**64 - 1),
}  # fmt: skip
_KINDS = {
    FieldDescriptor.CPPTYPE_STRING: ("text", "str({})"),
    FieldDescriptor.CPPTYPE_BOOL: ("True or False", "bool({})"),
    FieldDescriptor.CPPTYPE_FLOAT: ("a number", "float({})"),
    FieldDescriptor.CPPTYPE_DOUBLE: ("a number", "float({})"),
}


# What the learner's line did with messages.

CONSTRUCTOR = Path(cross_pool.__file__).as_posix()
"""Where messages of a schema that was edited are constructed, in Python."""


def _given(context: ErrorContext) -> Iterator[tuple[Any, str, object]]:
    """Message type, field and value of each field that the line sets, as far as the line tells them."""
    construct = context.called_in(CONSTRUCTOR, "__init__")
    if construct is not None and isinstance(construct.f_locals.get("self"), Message):
        for name, value in construct.f_locals.get("fields", {}).items():
            yield construct.f_locals["self"].DESCRIPTOR, name, value
    if context.own is None:
        return
    frame = context.own.tb_frame
    for node in nodes(context.own):
        if isinstance(node, ast.Call):
            cls = value_of(node.func, frame)
            if isinstance(cls, type) and issubclass(cls, Message):
                for keyword in node.keywords:
                    value = value_of(keyword.value, frame)
                    if keyword.arg:
                        yield cls.DESCRIPTOR, keyword.arg, value
                    elif isinstance(value, dict):  # **value
                        yield from ((cls.DESCRIPTOR, name, item) for name, item in value.items())
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node]
            if isinstance(node, ast.Attribute)
            else []
        )
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.ctx, ast.Store):
                owner = value_of(target.value, frame)
                if isinstance(owner, Message):
                    value = value_of(node.value, frame) if isinstance(node, ast.Assign) else UNKNOWN
                    yield owner.DESCRIPTOR, target.attr, value


def _misfit(context: ErrorContext) -> str | None:
    """The field of the line whose value its type does not take, found by trying each alone."""
    for descriptor, name, value in _given(context):
        field = descriptor.fields_by_name.get(name)
        if field is None or value is UNKNOWN or value is None:
            continue
        try:
            descriptor._concrete_class(**{name: value})
        except (TypeError, ValueError, AttributeError) as error:
            if str(error) == context.text:
                return _tell_misfit(field, value)
    return None


def _no_text(context: ErrorContext, _: re.Match[str]) -> str | None:
    """protobuf's own words for a text field with something else are "bad argument type for built-in operation"."""
    fields = [
        name
        for descriptor, name, value in _given(context)
        if (field := descriptor.fields_by_name.get(name)) is not None
        and field.type == FieldDescriptor.TYPE_STRING
        and not isinstance(value, str)
    ]
    names = " or ".join(f"`{name}`" for name in dict.fromkeys(fields))
    return (
        f"{names} is text in the schema, and got something else.\nstr(...) makes text of it."
        if names
        else None
    )


def _tell_misfit(field: FieldDescriptor, value: object) -> str | None:
    name = field.name
    if _is_map(field):
        return f"`{name}` is a map, and one of its keys or values has the wrong type: {value!r}.\n{_entry(field)}"
    if field.is_repeated:
        return f"`{name}` is a list of {_plural(field)}, and got {_value(value)}.\nWrite {name}=[...]."
    if field.message_type is not None:
        inner = field.message_type.name
        return f"`{name}` is a message, {inner}, and got {_value(value)}.\nWrite {name}={inner}(...), or a dictionary."
    if field.enum_type is not None:
        labels = ", ".join(item.name for item in field.enum_type.values[:6])
        return f"`{name}` is an enum, and got {_value(value)}.\nIts labels are {labels}."
    kind = _type_name(field)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return f"`{name}` is bytes in the schema, and got {_value(value)}.\nWrite {name}=text.encode()."
    if kind in _NUMBERS and isinstance(value, int):
        low, high = _NUMBERS[kind]
        return f"`{name}` is {article(kind)}, from {low:,} to {high:,}, and {value:,} does not fit.\nTake a wider type."
    what, make = _KINDS.get(field.cpp_type, ("a whole number", "int({})"))
    return (
        f"`{name}` is {article(kind)} in the schema, {what}, and got {_value(value)}.\n"
        f"Give it {what}, as {make.format('...')} makes it of other values."
    )


def _type_name(field: FieldDescriptor) -> str:
    names = {
        getattr(FieldDescriptor, key): key[5:].lower()
        for key in dir(FieldDescriptor)
        if key.startswith("TYPE_")
    }
    kind = names[field.type]
    return {"sint32": "int32", "sfixed32": "int32", "fixed32": "uint32", "sint64": "int64", "sfixed64": "int64",
            "fixed64": "uint64"}.get(kind, kind)  # fmt: skip


def _plural(field: FieldDescriptor) -> str:
    kind = field.message_type.name if field.message_type else _type_name(field)
    return f"{kind} values"


def _value(value: object) -> str:
    return (
        f"{value!r}" if isinstance(value, (list, dict, tuple)) and len(repr(value)) < 40 else describe(value)
    )


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _entry(field: FieldDescriptor) -> str:
    entry: Any = field.message_type
    key, value = (entry.fields_by_name[name] for name in ("key", "value"))
    of = value.message_type.name if value.message_type else _type_name(value)
    return f"Its keys are {_type_name(key)}, its values {of}."


# Which message or enum an error is about.


def _files() -> Iterator[Any]:
    return iter(protos.loaded())


def _messages(within: Any) -> Iterator[Descriptor]:
    inner = getattr(within, "message_types_by_name", None) or getattr(within, "nested_types_by_name", {})
    for descriptor in inner.values():
        yield descriptor
        yield from _messages(descriptor)


def _called(name: str, context: ErrorContext) -> Descriptor | None:
    """The message of this name that the line uses, or the newest one that is loaded."""
    used = [descriptor for descriptor, _, _ in _given(context) if descriptor.name == name]
    loaded = (found for file in _files() for found in _messages(file) if found.name == name)
    return used[0] if used else next(loaded, None)


def _enums(context: ErrorContext) -> Iterator[EnumDescriptor]:
    for descriptor, name, _ in _given(context):
        field = descriptor.fields_by_name.get(name)
        if field is not None and field.enum_type is not None:
            yield field.enum_type
    for file in _files():
        yield from file.enum_types_by_name.values()
        for message in _messages(file):
            yield from message.enum_types_by_name.values()


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


# The answers.


def _no_field(context: ErrorContext, found: re.Match[str]) -> str | None:
    descriptor = _called(found["message"], context)
    if descriptor is None or found["field"] in descriptor.fields_by_name:
        return None
    return _tell_no_field(descriptor, found["field"])


def _tell_no_field(descriptor: Any, name: str) -> str:
    fields = descriptor.fields_by_name
    camel = next((field.name for field in fields.values() if field.json_name == name), None)
    meant = camel or near(name, [*fields, *descriptor.oneofs_by_name], FEW)
    cause = f"{descriptor.name} has no field `{name}`."
    if meant:
        return f"{cause}\nDid you mean `{meant}`?"
    if len(fields) == 1:
        return f"{cause}\nIts one field is `{next(iter(fields))}`."
    return f"{cause}\nIts fields are {_listed(fields)}." if fields else f"{cause}\nIt has no fields at all."


def _attribute(context: ErrorContext, _: re.Match[str]) -> str | None:
    thing, name = getattr(context.error, "obj", None), getattr(context.error, "name", None)
    if not name:
        return None
    if isinstance(thing, Message):
        methods = [key for key in dir(thing) if not key.startswith("_")]
        known = [*thing.DESCRIPTOR.fields_by_name, *thing.DESCRIPTOR.oneofs_by_name]
        if name not in known and not near(name, known, FEW) and (meant := near(name, methods, 0.75)):
            return f"{thing.DESCRIPTOR.name} has no `{name}`.\nDid you mean `{meant}`?"
        return _tell_no_field(thing.DESCRIPTOR, name)
    if isinstance(thing, type) and issubclass(thing, Message):
        meant = near(name, [key for key in dir(thing) if not key.startswith("_")], FEW)
        cause = f"The class {thing.__name__} has no `{name}`."
        return f"{cause}\nDid you mean `{meant}`?" if meant else cause
    return None


def _label(context: ErrorContext, found: re.Match[str]) -> str | None:
    wanted = found["label"]
    for enum in _enums(context):
        labels = [value.name for value in enum.values]
        if "enum" in found.re.groupindex and found["enum"] != enum.name:
            continue
        ending = [label for label in labels if label.endswith(f"_{wanted.upper()}")]
        if meant := (ending[0] if ending else near(wanted, labels, FEW)):
            return f"The enum {enum.name} has no label `{wanted}`.\nDid you mean `{meant}`?"
        if "enum" in found.re.groupindex:
            return f"The enum {enum.name} has no label `{wanted}`.\nIts labels are {_listed(labels)}."
    return None


def _positional(context: ErrorContext, _: re.Match[str]) -> str:
    frame = context.own.tb_frame if context.own else None
    for node in nodes(context.own):
        if not isinstance(node, ast.Call) or frame is None:
            continue
        cls = value_of(node.func, frame)
        if isinstance(cls, type) and issubclass(cls, Message) and node.args and cls.DESCRIPTOR.fields:
            first = cls.DESCRIPTOR.fields[0].name
            return f"A message takes its fields by name.\nWrite {cls.__name__}({first}=...)."
    return "A message takes its fields by name.\nWrite Message(field=...)."


def _fits_not(context: ErrorContext, _: re.Match[str]) -> str | None:
    return _misfit(context)


def _assigned(_: ErrorContext, found: re.Match[str]) -> str:
    name = found["field"]
    if "repeated" in found[0]:
        return (
            f"`{name}` is a list or a map, which is changed in place and never assigned.\n"
            f"A list: `del x.{name}[:]`, then `x.{name}.extend(...)`. A map: `x.{name}.update(...)`."
        )
    return (
        f"`{name}` is a message inside a message, which is filled in place.\nWrite `x.{name}.CopyFrom(...)`."
    )


def _presence(_: ErrorContext, found: re.Match[str]) -> str:
    name = found[1].rpartition(".")[2]
    return (
        f"`{name}` has no presence: in proto3 a plain field that is unset and one that is 0 or empty are the same.\n"
        f"Compare its value, or write `optional` before it in the schema. For lists and maps: len(x.{name})."
    )


def _twins(_: ErrorContext, found: re.Match[str]) -> str | None:
    expected, actual = (found[name].rpartition(".")[2] for name in ("expected", "actual"))
    if expected == actual:
        return (
            f"Two classes are called {expected}: one from this version of the schema, one from another version or "
            "from google.protobuf.\n"
            "Make the message where it goes, with .add(...) or by assigning its fields, or carry it over: "
            "target.ParseFromString(value.SerializeToString())."
        )
    return f"A {expected} belongs here, and this is {_article_of(actual)}.\nMake one: {expected}(...)."


def _article_of(name: str) -> str:
    known = {
        "dict": "a dictionary",
        "str": "text",
        "int": "a number",
        "MessageMeta": "a class, not an object of it",
    }
    return known.get(name) or article(name)


def _json_field(_: ErrorContext, found: re.Match[str]) -> str:
    fields = re.findall(r"'(\w+)'", found["fields"])
    meant = near(found["name"], fields, FEW)
    cause = f"{found['message'].rpartition('.')[2]} has no field `{found['name']}`"
    if meant:
        return f"{cause}.\nDid you mean `{meant}`?"
    return f"{cause}; its fields are {_listed(fields)}.\nTo skip what is unknown: ignore_unknown_fields=True."


def _json_label(context: ErrorContext, found: re.Match[str]) -> str | None:
    return _label(context, found)


def _not_a_message(context: ErrorContext, found: re.Match[str]) -> str | None:
    frame = context.called_in("/google/protobuf/")
    if frame is None:
        return None
    module = frame.f_globals["__name__"].rpartition(".")[2]
    thing = (
        describe(getattr(context.error, "obj", None))
        if getattr(context.error, "obj", None) is not None
        else found[1]
    )
    hint = " For a dictionary there is json.dumps." if found[1] == "dict" and module == "json_format" else ""
    return f"`{module}.{frame.f_code.co_name}` takes a message, and got {thing}.\nGive it a message.{hint}"


def _parse_text(context: ErrorContext, _: re.Match[str]) -> str | None:
    frame = context.called_in("/google/protobuf/json_format.py", "Parse")
    if frame is None:
        return None
    given = frame.f_locals.get("text")
    cure = "For a dictionary there is json_format.ParseDict." if isinstance(given, dict) else "Give it text."
    return f"json_format.Parse reads JSON text, and got {describe(given)}.\n{cure}"


_VALUES = (TypeError, ValueError, UnicodeDecodeError)


def _no_container(context: ErrorContext, found: re.Match[str]) -> str | None:
    """A message that is used like a dictionary, a list or a function."""
    name = next(filter(None, found.groups()))
    descriptor = next(
        (file.message_types_by_name[name] for file in _files() if name in file.message_types_by_name), None
    )
    namesake = context.shell.user_ns.get(name)
    if descriptor is None or (isinstance(namesake, type) and not issubclass(namesake, Message)):
        return None
    if "await" in found[0]:
        return (
            f"{name} is a message, and there is nothing to wait for: a call of a plain stub gives its reply at once.\n"
            "Leave `await` out, or make the stub over grpc.aio.insecure_channel(...)."
        )
    field = descriptor.fields[0].name if descriptor.fields else "field"
    return (
        f"{name} is one message, and no dictionary, list or stream.\nIts fields are read by name: x.{field}."
    )


TABLE = (
    Row(
        TypeError,
        r"^'(\w+)' object is not (?:subscriptable|iterable|an iterator)|^object of type '(\w+)' has no len"
        r"|^cannot unpack non-iterable (\w+) object|^(?:object |')(\w+)'?(?: object)? can't be (?:used in 'await'|awaited)",
        _no_container,
    ),
    Row(
        (ValueError, AttributeError),
        r'^Protocol message (?P<message>\w+) has no "(?P<field>[^"]*)" field',
        _no_field,
    ),
    Row(AttributeError, r"^\w+$", _attribute),
    Row(
        AttributeError,
        r'Assignment not allowed to (?:message|map, or repeated) field "(?P<field>\w+)"',
        _assigned,
    ),
    Row(ValueError, r'^unknown enum label "(?P<label>\w*)"', _label),
    Row(
        (ValueError, AttributeError),
        r"^Enum (?P<enum>\w+) has no value defined for name '(?P<label>\w*)'",
        _label,
    ),
    Row(
        ValueError,
        r"^Enum (\w+) has no name defined for value (-?\d+)",
        "The enum has no label for this number: it may come from a newer schema.\n"
        "Ask first: number in Enum.values().",
    ),
    Row(TypeError, r"^No positional arguments allowed", _positional),
    Row(ValueError, r"^Field ([\w.]+) does not have presence", _presence),
    Row(
        ValueError,
        r"^Message objects may not be assigned",
        "The values of this map are messages, which are filled in place.\nWrite x.field[key].CopyFrom(...).",
    ),
    Row(
        TypeError,
        r"expected <class '(?P<expected>[\w.]+)'> got <class '(?P<actual>[\w.]+)'>",
        _twins,
    ),
    Row(
        TypeError,
        r"^Expected a message object, but got",
        "A list of messages takes messages.\nWrite x.field.add(name=...), or append a message of its type.",
    ),
    Row(_VALUES, r"", _fits_not),
    Row(TypeError, r"^bad argument type for built-in operation", _no_text),
    Row(
        ValueError,
        r"^Value out of range: -?\d+",
        "The number does not fit the field's type in the schema.\n"
        "int32 goes to 2,147,483,647 either way, uint32 from 0 to 4,294,967,295; int64 and uint64 go further.",
    ),
    Row(
        TypeError,
        r"^expected bytes, (?P<actual>\w+) found",
        "Bytes belong here.\nText becomes bytes by text.encode(), a message by message.SerializeToString().",
    ),
    Row(
        DecodeError,
        r"Error parsing message",
        "These bytes are no message of this type: they end too early, are damaged, or are of another type.\n"
        "Look at them with bytes_of, or run the cell that makes them again.",
    ),
    Row(
        (json_format.ParseError, text_format.ParseError),
        r'Message type "(?P<message>[\w.]+)" has no field named "(?P<name>[^"]*)" at .*?Available Fields[^"]*"'
        r"\[(?P<fields>[^\]]*)\]",
        _json_field,
    ),
    Row(
        json_format.ParseError,
        r"Invalid enum value (?P<label>\w+) for enum type (?:[\w.]+\.)?(?P<enum>\w+)",
        _json_label,
    ),
    Row(
        json_format.ParseError,
        r"Failed to load JSON",
        "The text is no JSON; the error says where it stops being one.\n"
        "Names and text stand in double quotes, and nothing follows the last comma.",
    ),
    Row(AttributeError, r"^'(\w+)' object has no attribute 'DESCRIPTOR'", _not_a_message),
    Row(AttributeError, r"^'(\w+)' object has no attribute 'decode'", _parse_text),
    Row(
        Exception,
        r"Can not find message descriptor by type_url",
        "The message inside the Any is of a schema that json_format cannot find by itself.\n"
        "Say where it is: descriptor_pool=x_pb2.DESCRIPTOR.pool, with the module of that schema for x_pb2.",
    ),
    Row(
        (pickle.PicklingError, TypeError, AttributeError),
        r"Can't pickle <class '[\w.]+_pb2\.",
        "Pickle wants a class that can be imported from a file, and this one was compiled on the fly.\n"
        "Protobuf has its own way: value.SerializeToString(), and Class.FromString(data) to read it.",
    ),
)
