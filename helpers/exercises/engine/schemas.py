"""The messages, fields and methods that are meant in a learner's schema, and what stands in their place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.protobuf.message import DecodeError, EncodeError, Message

from .verdict import Incorrect

_F = FieldDescriptor
UNSIGNED = frozenset({_F.TYPE_UINT32, _F.TYPE_UINT64, _F.TYPE_FIXED32, _F.TYPE_FIXED64})
WHOLE = UNSIGNED | {
    *(_F.TYPE_INT32, _F.TYPE_INT64, _F.TYPE_SINT32, _F.TYPE_SINT64, _F.TYPE_SFIXED32, _F.TYPE_SFIXED64),
}
_KINDS: dict[int, str] = {
    number: name[len("TYPE_") :].lower() for name, number in FieldDescriptorProto.Type.items()
}
FRACTIONS = frozenset({_F.TYPE_FLOAT, _F.TYPE_DOUBLE})


def find_message(module: ModuleType, name: str, package: str) -> Descriptor:
    """The message of this name, in the package that it was given in.

    Raises:
        Incorrect: there is none, or its full name is another one; says what is there instead.
    """
    top: dict[str, Descriptor] = module.DESCRIPTOR.message_types_by_name
    if name not in top:
        within = [message.containing_type for message in _below(top.values()) if message.name == name]
        diagnosis = f"There is no message `{name}`{_but(name, top) or ' any more.'}"
        if within and within[0]:
            diagnosis = (
                f"`{name}` stands inside of `{within[0].name}` here. It belongs to the top of the file."
            )
        raise Incorrect(diagnosis, called=f"{name}()", expected=name, actual=", ".join(top) or "no message")
    if top[name].full_name != f"{package}.{name}":
        raise Incorrect(
            f"The package was `{package}`. It is a part of the message's full name, by which an `Any` and a "
            "method of a service know it, so it stays.",
            called=f"{name}()", expected=f"{package}.{name}", actual=top[name].full_name,
        )  # fmt: skip
    return top[name]


def find_field(message: Descriptor, name: str) -> FieldDescriptor:
    """The field of this name.

    Raises:
        Incorrect: there is none; says what is called so, or nearly so, instead.
    """
    if name in message.fields_by_name:
        return message.fields_by_name[name]
    there = ", ".join(message.fields_by_name) or "no fields"
    why = _why_missing(message, name)
    raise Incorrect(why, called=f"{message.name}()", expected=f"a field {name}", actual=there)


def find_service(module: ModuleType, name: str, package: str) -> ServiceDescriptor:
    """The service of this name, in the package that it was given in; raises as `find_message` does."""
    there: dict[str, ServiceDescriptor] = module.DESCRIPTOR.services_by_name
    if name in there and there[name].full_name == f"{package}.{name}":
        return there[name]
    diagnosis = f"There is no service `{name}`{_but(name, there) or '.'}"
    if name in there:
        diagnosis = (
            f"The package was `{package}`. It is a part of the path by which a client calls, so it stays."
        )
    actual = ", ".join(service.full_name for service in there.values()) or "no service"
    raise Incorrect(diagnosis, called=f"service {name}", expected=f"{package}.{name}", actual=actual)


def find_method(service: ServiceDescriptor, name: str) -> MethodDescriptor:
    """The method of this name.

    Raises:
        Incorrect: there is none; says what is called so, or nearly so, instead.
    """
    if name in service.methods_by_name:
        return service.methods_by_name[name]
    there, others = service.methods_by_name, service.file.services_by_name.values()
    elsewhere = [f"; there is one in `{other.name}`." for other in others if name in other.methods_by_name]
    where = _but(name, there) or "".join(elsewhere[:1]) or "."
    diagnosis, actual = (
        f"There is no method `{name}` in `{service.name}`{where}",
        ", ".join(there) or "no methods",
    )
    raise Incorrect(diagnosis, called=f"service {service.name}", expected=f"rpc {name}", actual=actual)


def in_words(field: FieldDescriptor) -> str:
    """The field's type as a schema has it: `repeated Line`, `map<string, int64>`, `optional int32`."""
    if field.message_type is not None and _is_map(field):
        key, value = (field.message_type.fields_by_name[part] for part in ("key", "value"))
        return f"map<{in_words(key)}, {in_words(value)}>"
    named = field.message_type or field.enum_type
    kind = named.name if named else _KINDS[field.type]
    if field.is_repeated:
        return f"repeated {kind}"
    if field.is_required:
        return f"required {kind}"
    if choice := field.containing_oneof:
        return kind if len(choice.fields) > 1 or choice.name != f"_{field.name}" else f"optional {kind}"
    return kind


def expect_one(field: FieldDescriptor, called: str) -> None:
    """Expects a field that has one value, and that may be left out.

    Raises:
        Incorrect: it is a list, a map, or `required`.
    """
    whole = field.containing_type.name if field.containing_type else "the file"
    if _is_map(field):
        diagnosis = f"`{field.name}` is one value of `{whole}`, and a map holds any number of them."
    elif field.is_repeated:
        diagnosis = f"`{whole}` has one `{field.name}`, so it is no list: leave out `repeated`."
    elif field.is_required:
        diagnosis = (
            f"A `{whole}` without `{field.name}` can be neither written nor read where the field is `required`, "
            "and there are such. Say `optional`."
        )
    else:
        return
    raise Incorrect(diagnosis, called=called, expected=f"one {field.name}", actual=in_words(field))


def expect_together(message: Descriptor, names: Sequence[str]) -> None:
    """Expects that all of these fields can be set at once.

    Raises:
        Incorrect: two of them are members of one `oneof`.
    """
    for choice in message.oneofs:
        members = [field.name for field in choice.fields if field.name in names]
        if len(members) > 1:
            raise Incorrect(
                f"`{members[0]}` and `{members[1]}` are members of one `oneof`, so setting one clears the other. "
                f"`{message.name}` has room for both at once.",
                called=f"{message.name}()", expected=" and ".join(members), actual=f"oneof {choice.name}",
            )  # fmt: skip


def exchange(called: str, written: Message, reader: type[Message]) -> Any:
    """A message as a program with another version of the schema reads it.

    Raises:
        Incorrect: it can be neither written nor read; says what protobuf says of it.
    """
    try:
        data = written.SerializeToString()
    except EncodeError as error:
        diagnosis = "This cannot even be written, since a `required` field has no value. Say `optional`."
        raise Incorrect(diagnosis, called=called, expected="bytes", actual=str(error)) from None
    try:
        return reader.FromString(data)
    except DecodeError as error:
        diagnosis = (
            "This cannot be read at all. A field that takes text may have the number of another one, or a "
            "`required` field is missing."
        )
        wanted = f"a {reader.DESCRIPTOR.name}"
        raise Incorrect(diagnosis, called=called, expected=wanted, actual=str(error)) from None


def _why_missing(message: Descriptor, name: str) -> str:
    if name in message.oneofs_by_name:
        members = " or ".join(f"`{field.name}`" for field in message.oneofs_by_name[name].fields)
        return (
            f"`{name}` is a `oneof` here, which is no field: it means that one of its fields may be set, {members}. "
            f"Declare a field that is called `{name}`."
        )
    file = message.file
    for kind, declared in (
        ("a message", {**file.message_types_by_name, **message.nested_types_by_name}),
        ("an enum", {**file.enum_types_by_name, **message.enum_types_by_name}),
    ):
        if name in declared:
            return (
                f"`{name}` is {kind} here. That declares a type; a field of it is a line of its own, "
                "`Type name = number;`."
            )
    others = _below(file.message_types_by_name.values())
    elsewhere = [f"; there is one in `{other.name}`." for other in others if name in other.fields_by_name]
    where = _but(name, message.fields_by_name) or "".join(elsewhere[:1]) or "."
    return f"There is no field `{name}` in `{message.name}`{where}"


def _but(name: str, names: Iterable[str]) -> str:
    near = _near(name, names)
    return f", but one named `{near}`. Names must match letter by letter." if near else ""


def _near(name: str, names: Iterable[str]) -> str:
    """The name that is nearly the same: other capitals and underscores, a slip, a word more or less at the end."""
    letters = {other.replace("_", "").lower(): other for other in names}
    wanted = name.replace("_", "").lower()
    close = difflib.get_close_matches(wanted, letters, n=1, cutoff=0.8)
    close += [
        other
        for other in letters
        if len(other) > 3 and (wanted.startswith(other) or other.startswith(wanted))
    ]
    return letters[close[0]] if close else ""


def _below(messages: Iterable[Descriptor]) -> Iterator[Descriptor]:
    for message in messages:
        yield message
        yield from _below(message.nested_types)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry
