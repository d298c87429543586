"""Let the same message from two pools meet.

A class made in a private pool refuses a message of the very same type from another pool:
`reply.sent_at.CopyFrom(timestamp_pb2.Timestamp())` would fail in an edited schema, though it works in any
project. Messages whose schemas are the same to the byte are therefore taken over by way of their bytes.
Two *versions* of a message stay apart, and the error says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from google.protobuf.message import Message


def accept_twins(cls: type[Message]) -> None:
    """Makes a message class accept its twins from other pools in the constructor, `CopyFrom` and `MergeFrom`.

    Args:
        cls: a class of a private pool; changed in place, once.
    """
    if getattr(cls.__init__, "accepts_twins", False):
        return
    construct, copy, merge = cls.__init__, cls.CopyFrom, cls.MergeFrom

    def __init__(self, /, *args, **fields):
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

    def CopyFrom(self, other_msg):
        """Replaces this message's content with that of another message of the same type."""
        copy(self, _twin(cls, other_msg))

    def MergeFrom(self, other_msg):
        """Merges another message of the same type into this one."""
        merge(self, _twin(cls, other_msg))

    __init__.accepts_twins = True
    cls.__init__, cls.CopyFrom, cls.MergeFrom = __init__, CopyFrom, MergeFrom


def _take(field, value):
    """A field's value as the constructor takes it, with foreign twins in it, at any depth, translated."""
    if field is None or field.message_type is None:
        return value
    if field.message_type.GetOptions().map_entry:
        entry = field.message_type.fields_by_name["value"]
        return {key: _take(entry, item) for key, item in value.items()} if _is_map(value) else value
    if field.is_repeated and isinstance(value, Iterable):
        return [_take_one(field.message_type, item) for item in value]
    return _take_one(field.message_type, value)


def _take_one(descriptor, value):
    if isinstance(value, dict):
        return {name: _take(descriptor.fields_by_name.get(name), item) for name, item in value.items()}
    return _twin(descriptor._concrete_class, value)


def _is_map(value) -> bool:
    return isinstance(value, Mapping)


def _twin(cls: type[Message], value):
    if not isinstance(value, Message) or isinstance(value, cls):
        return value
    mine, theirs = cls.DESCRIPTOR, value.DESCRIPTOR
    if mine.full_name != theirs.full_name:
        return value
    if mine.file.serialized_pb != theirs.file.serialized_pb:
        raise TypeError(
            f"This is another version of {mine.full_name} than the one expected here: the schema was compiled "
            "again after this message, or the class it goes into, was made. Run the cells that use it again, "
            "or carry it over on purpose: NewClass.FromString(old.SerializeToString())."
        ) from None
    return cls.FromString(value.SerializeToString())
