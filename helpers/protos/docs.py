"""A schema's comments as help text: `quote_pb2.GetQuoteRequest?` shows what the .proto says."""

from __future__ import annotations

from types import ModuleType

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    SourceCodeInfo,
)
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message_factory import GetMessageClass

# A place in a schema is named by field numbers of descriptor.proto (SourceCodeInfo.Location.path there).
_SYNTAX = FileDescriptorProto.SYNTAX_FIELD_NUMBER
_PACKAGE = FileDescriptorProto.PACKAGE_FIELD_NUMBER
_MESSAGES = FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER
_ENUMS = FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER
_FIELDS = DescriptorProto.FIELD_FIELD_NUMBER
_NESTED = DescriptorProto.NESTED_TYPE_FIELD_NUMBER
_VALUES = EnumDescriptorProto.VALUE_FIELD_NUMBER

_Comments = dict[tuple[int, ...], str]


def attach(file: FileDescriptorProto, module: ModuleType) -> None:
    """Puts the comments of a schema (`source_code_info`) where `help` and `?` find them, in its `_pb2` module."""
    types = module.DESCRIPTOR.message_types_by_name
    commented = (p for p in file.source_code_info.location if p.leading_comments or p.trailing_comments)
    comments = {tuple(place.path): _text(place) for place in commented}
    module.__doc__ = comments.get((_SYNTAX,)) or comments.get((_PACKAGE,)) or module.__doc__
    for number, message in enumerate(file.message_type):
        _document(types[message.name], message, (_MESSAGES, number), comments)
    for number, enum in enumerate(file.enum_type):
        path = (_ENUMS, number)
        values = [
            f"{value.name} = {value.number}{_beside(comments, (*path, _VALUES, index))}"
            for index, value in enumerate(enum.value)
        ]
        made = getattr(module, enum.name)
        if isinstance(made, EnumTypeWrapper):
            made.__doc__ = _page(comments.get(path), f"enum {enum.name}", values)


def _document(
    descriptor: Descriptor, message: DescriptorProto, path: tuple[int, ...], comments: _Comments
) -> None:
    entries = {nested.name: nested for nested in message.nested_type if nested.options.map_entry}
    fields = [
        f"{_label(field, message, entries)} {field.name} = {field.number}"
        f"{_beside(comments, (*path, _FIELDS, index))}"
        for index, field in enumerate(message.field)
    ]
    GetMessageClass(descriptor).__doc__ = _page(comments.get(path), f"message {message.name}", fields)
    for index, nested in enumerate(message.nested_type):
        if nested.name not in entries:
            _document(descriptor.nested_types_by_name[nested.name], nested, (*path, _NESTED, index), comments)


def _label(field: FieldDescriptorProto, message: DescriptorProto, entries: dict[str, DescriptorProto]) -> str:
    entry = entries.get(field.type_name.rpartition(".")[2])
    if entry is not None:
        return f"map<{_type(entry.field[0])}, {_type(entry.field[1])}>"
    if field.proto3_optional:
        return f"optional {_type(field)}"
    if field.HasField("oneof_index"):
        return f"oneof {message.oneof_decl[field.oneof_index].name}: {_type(field)}"
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"repeated {_type(field)}"
    return _type(field)


def _type(field: FieldDescriptorProto) -> str:
    named = field.type_name.lstrip(".")
    return named or FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()


def _page(comment: str | None, title: str, lines: list[str]) -> str:
    listing = f"{title}:\n" + "\n".join(f"    {line}" for line in lines) if lines else f"{title} (no fields)"
    return f"{comment}\n\n{listing}" if comment else listing


def _beside(comments: _Comments, path: tuple[int, ...]) -> str:
    comment = comments.get(path)
    return f"  # {' '.join(comment.split())}" if comment else ""


def _text(place: SourceCodeInfo.Location) -> str:
    comment = place.leading_comments or place.trailing_comments
    return "\n".join(line.removeprefix(" ") for line in comment.rstrip().split("\n"))
