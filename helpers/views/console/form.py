"""A form's values to a message and back.

Values are plain JSON, as the browser keeps them. A message is ``{field: value}`` with the fields that are
set; a scalar is what `scalars` reads, a well-known type what `well_known` reads, a repeated field a
list, a map a list of ``[key, value]`` rows, an enum a name or a number as text. Errors go by path:
``/items/2/weight_grams`` for a field, ``/counts/0/0`` for the key of a map's first row, an empty path for a
request that is no form of fields itself.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from .scalars import enum_text, parse_enum, parse_scalar, scalar_text
from .schema import SCALARS, WELL_KNOWN, descriptor_of, fields_of, is_map, key_of, map_fields, real_oneof
from .well_known import FieldErrors, fill_known, known_value

_REQUIRED = "This field is required."
_DEEPEST = 90  # messages inside of each other; protobuf itself refuses to read more than 100


def message_from(descriptor: Descriptor, values: Any) -> tuple[Message, dict[str, str]]:
    """Reads a form.

    Args:
        descriptor: the type of the message.
        values: the form's values; None for an empty form.

    Returns:
        The message, made of all that could be read, and an error for each path that could not. The message
        may be sent if there is none.
    """
    message = GetMessageClass(descriptor)()
    reader = _Reader()
    if values is not None or descriptor.full_name not in WELL_KNOWN:
        reader.message(message, values, "", 0)
    return message, reader.errors


def values_from(message: Message) -> Any:
    """The form's values for a message: the inverse of `message_from`."""
    kind = WELL_KNOWN.get(message.DESCRIPTOR.full_name)
    if kind == "wrapper":
        inner = descriptor_of(message).fields_by_name["value"]
        return _element_value(inner, _get(message, inner))
    if kind is not None:
        return known_value(kind, message)
    values: dict[str, Any] = {}
    for field, value in message.ListFields():
        if is_map(field):
            key, inner = map_fields(field)
            values[key_of(field)] = [
                [_element_value(key, each), _element_value(inner, value[each])] for each in sorted(value)
            ]
        elif field.is_repeated:
            values[key_of(field)] = [_element_value(field, each) for each in value]
        else:
            values[key_of(field)] = _element_value(field, value)
    return values


def _element_value(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is not None:
        return values_from(value)
    if field.enum_type is not None:
        return enum_text(field.enum_type, value)
    return scalar_text(SCALARS[field.type], value)


class _Reader:
    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def message(self, message: Message, value: Any, path: str, depth: int) -> None:
        """Fills an empty message from the value of its input or, if it has fields, of theirs."""
        kind = WELL_KNOWN.get(message.DESCRIPTOR.full_name)
        try:
            if depth > _DEEPEST:
                raise ValueError(f"More than {_DEEPEST} messages inside of each other are too many.")
            if kind == "wrapper":
                field = descriptor_of(message).fields_by_name["value"]
                _set(message, field, self.scalar(field, value))
            elif kind is not None:
                fill_known(kind, message, value)
            else:
                self.fields(message, value if isinstance(value, dict) else {}, path, depth)
        except FieldErrors as error:
            self.errors.update({path + part: text for part, text in error.errors.items()})
        except ValueError as error:
            self.errors[path] = str(error)

    def fields(self, message: Message, values: dict[str, Any], path: str, depth: int) -> None:
        taken: set[str] = set()
        for field in fields_of(descriptor_of(message)):
            key = key_of(field)
            if key not in values:
                if field.is_required:
                    self.errors[f"{path}/{key}"] = _REQUIRED
                continue
            oneof = real_oneof(field)
            if oneof in taken:
                self.errors[f"{path}/{key}"] = f"Only one of {oneof} can be set."
                continue
            taken.update([oneof] if oneof else [])
            self.field(message, field, values[key], f"{path}/{key}", depth)

    def field(self, message: Message, field: FieldDescriptor, value: Any, path: str, depth: int) -> None:
        try:
            if is_map(field):
                self.map(_get(message, field), field, value, path, depth)
            elif field.is_repeated:
                self.list(_get(message, field), field, value, path, depth)
            elif field.message_type is not None:
                inner = _get(message, field)
                inner.SetInParent()
                self.message(inner, value, path, depth + 1)
            elif field.has_presence or not _is_blank(field, value):
                _set(message, field, self.scalar(field, value))
        except ValueError as error:
            self.errors[path] = str(error)

    def list(self, items: Any, field: FieldDescriptor, value: Any, path: str, depth: int) -> None:
        for number, each in enumerate(value if isinstance(value, list) else []):
            here = f"{path}/{number}"
            try:
                if field.message_type is not None:
                    self.message(items.add(), each, here, depth + 1)
                else:
                    items.append(self.scalar(field, each))
            except ValueError as error:
                self.errors[here] = str(error)

    def map(self, items: Any, field: FieldDescriptor, value: Any, path: str, depth: int) -> None:
        seen = set()
        key_field, inner = map_fields(field)
        for number, (key_text, each) in enumerate(value if isinstance(value, list) else []):
            here = f"{path}/{number}"
            try:
                key = self.scalar(key_field, key_text)
                if key in seen:
                    raise ValueError("This key is there already.")
                seen.add(key)
            except ValueError as error:
                self.errors[f"{here}/0"] = str(error)
                key = None
            try:
                if inner.message_type is not None:
                    target = GetMessageClass(inner.message_type)() if key is None else items[key]
                    self.message(target, each, f"{here}/1", depth + 1)
                else:
                    read = self.scalar(inner, each)
                    if key is not None:
                        items[key] = read
            except ValueError as error:
                self.errors[f"{here}/1"] = str(error)

    def scalar(self, field: FieldDescriptor, value: Any) -> Any:
        if field.enum_type is not None:
            return parse_enum(field.enum_type, value)
        return parse_scalar(SCALARS[field.type], value)


def _is_blank(field: FieldDescriptor, value: Any) -> bool:
    """An empty input of a field without presence: the default, which is not sent."""
    return value == "" and field.type not in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_ENUM)


# `Any`: the types of `Extensions` know those of generated modules alone.
def _get(message: Any, field: FieldDescriptor) -> Any:
    return message.Extensions[field] if field.is_extension else getattr(message, field.name)


def _set(message: Any, field: FieldDescriptor, value: Any) -> None:
    if field.is_extension:
        message.Extensions[field] = value
    else:
        setattr(message, field.name, value)
