"""The type of pasted messages: the one that was given, or the one of a file that fits them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, FileDescriptor

from ..protobuf.field import Field
from ..protobuf.reader import walk
from ..schema import default_lookup, lookup_in

_MOST_TRIED = 200  # message types of a file that are tried
_MOST_READ = 64 * 1024  # bytes of messages with which they are tried


class Schemas:
    """The schema that was given, in whichever form.

    Args:
        schema: A message class or descriptor; modules, of whose messages one is to be chosen; or None.

    Raises:
        TypeError: It is none of these.
    """

    def __init__(self, schema: Any) -> None:
        self.notes: tuple[str, ...] = ()
        """What is to be said about the choice, in sentences."""
        self._one: Descriptor | None = None
        self._files: list[FileDescriptor] = []
        for source in schema if isinstance(schema, (tuple, list)) else [schema]:
            found: Any = getattr(source, "DESCRIPTOR", source)
            if hasattr(found, "fields_by_number"):
                self._one = found
            elif hasattr(found, "message_types_by_name"):
                self._files.append(found)
            elif found is not None and not getattr(source, "__name__", "").endswith("_pb2_grpc"):
                raise TypeError(
                    "a schema is a message class such as quote_pb2.GetQuoteRequest, or a module such as quote_pb2, "
                    f"not {source!r}"
                )
        self.lookup = lookup_in(*self._files, descriptor_pool.Default()) if self._files else default_lookup()

    def choose(self, messages: Sequence[bytes]) -> Descriptor | None:
        """The type of these messages: the one that was given, or that which fits best."""
        self.notes = ()
        if self._one is not None or not self._files or not any(messages):
            return self._one
        types = [each for file in self._files for each in _types(file.message_types_by_name.values())]
        fits = [each for each in types[:_MOST_TRIED] if _fits(messages, each)]
        names = ", ".join(file.name for file in self._files)
        if not fits:
            self.notes = (f"No message of {names} fits, so it was read without a schema.",)
            return None
        if len(fits) > 1:
            rest = ", ".join(each.full_name for each in fits[1:4]) + (", …" if len(fits) > 4 else "")
            self.notes = (f"It also fits {rest}: say which one it is with `schema=`.",)
        return fits[0]


def _types(found: Any) -> Iterator[Descriptor]:
    for each in found:
        if not each.GetOptions().map_entry:
            yield each
            yield from _types(each.nested_types)


def _fits(messages: Sequence[bytes], descriptor: Descriptor) -> bool:
    """Whether all fields are ones of the type, at all depths, as far as it is looked.

    A message may be cut short, or be broken at its end, where most of it fits.
    """
    left = _MOST_READ
    for data in messages:
        fields = walk(data, descriptor)
        if fields and fields[-1].wire_type < 0 and 2 * fields[-1].start > len(data):
            fields = fields[:-1]
        if not _all_known(fields):
            return False
        left -= len(data)
        if left < 0:
            break
    return True


def _all_known(fields: Sequence[Field]) -> bool:
    return all(
        not field.problem and (field.known or field.is_element) and _all_known(field.children)
        for field in fields
    )
