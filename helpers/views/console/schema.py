"""What the console knows of a schema: its services, and what a form for each message is made of.

`Method` is a value with the descriptors in it; `type_spec` and `method_spec` turn descriptors into plain JSON,
which is all that the browser sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, cast

from google.protobuf.descriptor import (
    Descriptor,
    FieldDescriptor,
    FileDescriptor,
    MethodDescriptor,
    ServiceDescriptor,
)
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

KINDS: dict[tuple[bool, bool], tuple[str, str]] = {
    # (the client streams, the server streams): (words, arrows with the client at the left)
    (False, False): ("unary", "→ ←"),
    (False, True): ("server streaming", "→ ⇇"),
    (True, False): ("client streaming", "⇉ ←"),
    (True, True): ("bidirectional streaming", "⇉ ⇇"),
}
"""The four kinds of call."""

SCALARS: dict[int, str] = {
    getattr(FieldDescriptor, f"TYPE_{name.upper()}"): name
    for name in (
        *("double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64"),
        *("fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes"),
    )
}
"""The fifteen scalar types, by their number in a descriptor."""

WRAPPED = ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
WELL_KNOWN: dict[str, str] = {
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
    "google.protobuf.FieldMask": "mask",
    "google.protobuf.Any": "any",
    "google.protobuf.Struct": "json",
    "google.protobuf.Value": "json",
    "google.protobuf.ListValue": "json",
    **{f"google.protobuf.{name}Value": "wrapper" for name in WRAPPED},
}
"""Messages with a form of their own, by full name; every other message is a form of its fields."""

_NO_COMMENT = "Missing associated documentation comment in .proto file."


@dataclass(frozen=True)
class Method:
    """One method of a service.

    Attributes:
        descriptor: its descriptor.
        doc: the comment above it in the schema, where the generated code has it.
    """

    descriptor: MethodDescriptor
    doc: str = ""

    @property
    def name(self) -> str:
        """The method's own name."""
        return self.descriptor.name

    @property
    def service(self) -> ServiceDescriptor:
        """The service it belongs to."""
        return self.descriptor.containing_service

    @property
    def path(self) -> str:
        """As it is called on the wire: ``/courier.v1.QuoteService/GetQuote``."""
        return f"/{self.service.full_name}/{self.name}"

    @property
    def client_streams(self) -> bool:
        """Whether requests come as a stream."""
        return self.descriptor.client_streaming

    @property
    def server_streams(self) -> bool:
        """Whether responses come as a stream."""
        return self.descriptor.server_streaming

    @property
    def kind(self) -> str:
        """The kind of call in words, as in `KINDS`."""
        return KINDS[self.client_streams, self.server_streams][0]

    @property
    def request(self) -> Descriptor:
        """The type of its requests."""
        return self.descriptor.input_type

    @property
    def response(self) -> Descriptor:
        """The type of its responses."""
        return self.descriptor.output_type


def methods_of(modules: Iterable[object]) -> list[Method]:
    """The methods of every service that these modules define.

    Args:
        modules: generated modules, ``x_pb2`` or ``x_pb2_grpc`` (which knows its ``x_pb2``), in any order.

    Raises:
        TypeError: something else than such a module.
        ValueError: no service in any of them.
    """
    modules = list(modules)
    files: dict[tuple[int, str], FileDescriptor] = {}
    comments: dict[str, str] = {}
    for module in modules:
        for file in _files(module):
            files[id(file.pool), file.name] = file
        comments.update(_method_comments(module))
    services = [service for file in files.values() for service in file.services_by_name.values()]
    found = [Method(m, comments.get(f"{s.name}.{m.name}", "")) for s in services for m in s.methods]
    if not found:
        named = ", ".join(getattr(module, "__name__", repr(module)).rpartition(".")[2] for module in modules)
        raise ValueError(f"no service to call in {named}: give the console a schema with a `service`")
    return found


def method_spec(method: Method) -> dict[str, Any]:
    """A method as JSON."""
    words, arrows = KINDS[method.client_streams, method.server_streams]
    return {
        "path": method.path,
        "name": method.name,
        "service": method.service.full_name,
        "kind": words,
        "arrows": arrows,
        "clientStreams": method.client_streams,
        "request": message_kind(method.request),
        "doc": method.doc,
    }


def types_spec(roots: Iterable[Descriptor]) -> dict[str, Any]:
    """What forms for these messages and all within them are made of, as JSON: full name to `type_spec`."""
    types: dict[str, Any] = {}
    waiting = list(roots)
    while waiting:
        descriptor = waiting.pop()
        if descriptor.full_name in types or descriptor.full_name in WELL_KNOWN:
            continue
        types[descriptor.full_name] = type_spec(descriptor)
        for field in fields_of(descriptor):
            inner = map_fields(field)[1].message_type if is_map(field) else field.message_type
            if inner is not None:
                waiting.append(inner)
    return types


def type_spec(descriptor: Descriptor) -> dict[str, Any]:
    """One message as JSON: its name and the spec of each field, in the order of the schema."""
    comments = field_comments(descriptor)
    return {
        "name": descriptor.name,
        "fields": [_field_spec(field, comments.get(field.name, "")) for field in fields_of(descriptor)],
    }


def _field_spec(field: FieldDescriptor, doc: str) -> dict[str, Any]:
    spec: dict[str, Any] = {"name": key_of(field), "doc": doc}
    if is_map(field):
        key, value = map(_element, map_fields(field))
        return {**spec, "kind": "map", "key": key, "value": value}
    if field.is_repeated:
        return {**spec, "kind": "list", "value": _element(field)}
    spec.update(_element(field), presence=field.has_presence, required=field.is_required)
    oneof = real_oneof(field)
    if oneof is not None:
        spec["oneof"] = oneof
    if field.has_default_value and spec["kind"] != "bytes":
        default = field.default_value
        names = field.enum_type and field.enum_type.values_by_number
        spec["default"] = names[default].name if names else str(default)
    return spec


def _element(field: FieldDescriptor) -> dict[str, Any]:
    """One value of a field: its kind, and what its input needs."""
    if field.message_type is not None:
        return message_kind(field.message_type)
    if field.enum_type is None:
        return {"kind": SCALARS[field.type], "type": SCALARS[field.type]}
    return {
        "kind": "enum",
        "type": field.enum_type.full_name,
        "open": not field.enum_type.is_closed,
        "names": [[value.name, value.number] for value in field.enum_type.values],
    }


def message_kind(descriptor: Descriptor) -> dict[str, Any]:
    """How a message of this type is filled in: the spec of one value, without its fields."""
    kind = WELL_KNOWN.get(descriptor.full_name, "message")
    spec: dict[str, Any] = {"kind": kind, "type": descriptor.full_name}
    if kind == "wrapper":
        spec["value"] = _element(descriptor.fields_by_name["value"])
    return spec


def fields_of(descriptor: Descriptor) -> list[FieldDescriptor]:
    """A message's fields in the order of the schema, and after them the extensions that the pool knows."""
    pool = descriptor.file.pool
    extensions = pool.FindAllExtensions(descriptor) if descriptor.is_extendable else []
    return [*descriptor.fields, *sorted(extensions, key=lambda field: field.number)]


def key_of(field: FieldDescriptor) -> str:
    """A field's name in a form; an extension's is ``[package.name]``, as in JSON."""
    return f"[{field.full_name}]" if field.is_extension else field.name


def is_map(field: FieldDescriptor) -> bool:
    """Whether a field is a map, which a descriptor shows as a repeated entry message."""
    return field.is_repeated and field.message_type is not None and field.message_type.GetOptions().map_entry


def map_fields(field: FieldDescriptor) -> tuple[FieldDescriptor, FieldDescriptor]:
    """The fields of a map's key and value."""
    entry: Any = field.message_type  # a field that is a map has one
    return entry.fields_by_name["key"], entry.fields_by_name["value"]


def descriptor_of(message: Message | type[Message]) -> Descriptor:
    """The descriptor of a message; the types of protobuf give it another class here than anywhere else."""
    return cast("Descriptor", message.DESCRIPTOR)


def real_oneof(field: FieldDescriptor) -> str | None:
    """The oneof a field belongs to; not the one that protoc makes up for each ``optional`` of proto3."""
    oneof = field.containing_oneof
    if oneof is None or (len(oneof.fields) == 1 and re.fullmatch(rf"X*_{field.name}", oneof.name)):
        return None
    return oneof.name


def field_comments(descriptor: Descriptor) -> dict[str, str]:
    """The schema's comments on a message's fields, which loaded classes carry in their help text."""
    page = GetMessageClass(descriptor).__doc__ or ""
    return dict(re.findall(r"^ {4}\S.* (\w+) = \d+  # (.+)$", page, re.MULTILINE))


def _files(module: object) -> Iterator[FileDescriptor]:
    if not isinstance(module, ModuleType):
        raise TypeError(f"the console takes generated modules such as quote_pb2, not {type(module).__name__}")
    own = getattr(module, "DESCRIPTOR", None)
    if isinstance(own, FileDescriptor):
        yield own
        return
    # A _pb2_grpc module has a stub for each service, and imports the _pb2 modules of its messages.
    for imported in vars(module).values():
        file = getattr(imported, "DESCRIPTOR", None)
        if isinstance(file, FileDescriptor) and any(
            hasattr(module, f"{service}Stub") for service in file.services_by_name
        ):
            yield file


def _method_comments(module: object) -> dict[str, str]:
    found = {}
    for name, servicer in vars(module).items():
        if isinstance(servicer, type) and name.endswith("Servicer"):
            for method, function in vars(servicer).items():
                doc = " ".join((getattr(function, "__doc__", None) or "").split())
                if doc and not method.startswith("_") and doc != _NO_COMMENT:
                    found[f"{name.removesuffix('Servicer')}.{method}"] = doc
    return found
