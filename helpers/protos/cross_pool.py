"""Messages of one type from several descriptor pools, made to fit each other.

A class made in a private pool refuses a message of the very same type from another pool:
`reply.sent_at.CopyFrom(timestamp_pb2.Timestamp())` would fail in an edited schema, though it works in any
project. Messages whose schemas are the same to the byte are therefore taken over by way of their bytes.
Two *versions* of a message stay apart, and the error says so.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message

from .descriptors import FileDescriptorProto

_bridged: weakref.WeakSet[type[Message]] = weakref.WeakSet()


def accept_twins(cls: type[Message]) -> None:
    """Makes a message class accept its twins from other pools in the constructor, `CopyFrom` and `MergeFrom`.

    Args:
        cls: a class of a private pool; changed in place, once.
    """
    if cls in _bridged:
        return
    construct: Callable[..., None] = cls.__init__
    copy, merge = cls.CopyFrom, cls.MergeFrom

    def __init__(self: Message, /, *args: Any, **fields: Any) -> None:
        try:
            construct(self, *args, **fields)
        except TypeError:
            if any(isinstance(value, Iterator) for value in fields.values()):
                raise  # the attempt has used it up
            taken = {
                name: _take(self.DESCRIPTOR.fields_by_name.get(name), value) for name, value in fields.items()
            }
            if all(taken[name] is value for name, value in fields.items()):
                raise
            self.Clear()
            construct(self, *args, **taken)

    def CopyFrom(self: Message, other_msg: Message) -> None:
        """Replaces this message's content with that of another message of the same type."""
        copy(self, _twin(cls, other_msg))

    def MergeFrom(self: Message, other_msg: Message) -> None:
        """Merges another message of the same type into this one."""
        merge(self, _twin(cls, other_msg))

    for method in (__init__, CopyFrom, MergeFrom):
        setattr(cls, method.__name__, method)
    _bridged.add(cls)


def _take(field: Any, value: Any) -> Any:
    """A field's value as the constructor takes it, with foreign twins in it, at any depth, translated."""
    if field is None or field.message_type is None:
        return value
    if field.message_type.GetOptions().map_entry:
        entry = field.message_type.fields_by_name["value"]
        return {key: _take(entry, item) for key, item in value.items()} if _is_map(value) else value
    if field.is_repeated and isinstance(value, Iterable):
        return [_take_one(field.message_type, item) for item in value]
    return _take_one(field.message_type, value)


def _take_one(descriptor: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _take(descriptor.fields_by_name.get(name), item) for name, item in value.items()}
    return _twin(descriptor._concrete_class, value)


def _is_map(value: object) -> bool:
    return isinstance(value, Mapping)


def _twin(cls: type[Message], value: Any) -> Any:
    if not isinstance(value, Message) or isinstance(value, cls):
        return value
    mine, theirs = cls.DESCRIPTOR, value.DESCRIPTOR
    if mine.full_name != theirs.full_name:
        return value
    if not _mean_the_same(mine.file.serialized_pb, theirs.file.serialized_pb):
        raise TypeError(
            f"This is another version of {mine.full_name} than the one expected here: the schema was compiled "
            "again after this message, or the class it goes into, was made. Run the cells that use it again, "
            "or carry it over on purpose: NewClass.FromString(old.SerializeToString())."
        ) from None
    return cls.FromString(value.SerializeToString())


def _mean_the_same(one: bytes, other: bytes) -> bool:
    if one == other:
        return True
    # One file can be known by two names, such as `part.proto` to a neighbour and `acme/v1/part.proto` to others.
    files = [FileDescriptorProto.FromString(schema) for schema in (one, other)]
    for file in files:
        file.ClearField("name")
        file.ClearField("dependency")
    return files[0] == files[1]
