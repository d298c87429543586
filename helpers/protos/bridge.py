"""Let the same message from two pools meet.

A class made in a private pool refuses a message of the very same type from another pool:
`reply.sent_at.CopyFrom(timestamp_pb2.Timestamp())` would fail in an edited schema, though it works in any
project. Messages whose schemas are the same to the byte are therefore taken over by way of their bytes.
Two *versions* of a message stay apart, and the error says so.
"""

from __future__ import annotations

from google.protobuf.message import Message


def accept_twins(cls: type[Message]) -> None:
    """Makes a message class accept its twins from other pools in the constructor, `CopyFrom` and `MergeFrom`.

    Args:
        cls: a class of a private pool; changed in place, once.
    """
    if getattr(cls.__init__, "accepts_twins", False):
        return
    construct, copy, merge = cls.__init__, cls.CopyFrom, cls.MergeFrom

    def __init__(self, *args, **fields):
        try:
            construct(self, *args, **fields)
        except TypeError:
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
    """A field's value as the constructor takes it: foreign twins, alone, in a list or in a map, translated."""
    if field is None or field.message_type is None:
        return value
    if field.message_type.GetOptions().map_entry:
        entry = field.message_type.fields_by_name["value"]
        if entry.message_type is None or not isinstance(value, dict):
            return value
        return {key: _twin(entry.message_type._concrete_class, item) for key, item in value.items()}
    cls = field.message_type._concrete_class
    return [_twin(cls, item) for item in value] if isinstance(value, (list, tuple)) else _twin(cls, value)


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
        )
    return cls.FromString(value.SerializeToString())
