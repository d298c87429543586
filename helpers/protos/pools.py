"""Descriptor pools for compiled schemas: the default one as in production, or a private one for each version.

A `DescriptorPool` holds a full name once and never forgets it, so an edited schema cannot go where its
old version is. What is on disk and new to the process goes into protobuf's default pool, as if it had been
imported from generated files. What has been edited, comes from a cell, or has a name or an extension number
that is taken, goes into a private pool.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType

from google.protobuf import descriptor_pool, message_factory, symbol_database
from google.protobuf.descriptor import Descriptor, FileDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.message import Message

from . import cross_pool


class Pool:
    """A descriptor pool and what this package has put into it.

    Attributes:
        descriptors: protobuf's own pool.
        private: whether it is one of ours rather than the default pool of the process.
        modules: the `(x_pb2, x_pb2_grpc)` made here, by schema path.
    """

    def __init__(self, descriptors: descriptor_pool.DescriptorPool | None = None):
        self.private = descriptors is None
        self.descriptors = descriptors or descriptor_pool.DescriptorPool()
        self.modules: dict[str, tuple[ModuleType, ModuleType]] = {}
        self._contents: dict[str, bytes] = {}
        # Kept here because `FindFileByName` finds no name with letters beyond ASCII (protobuf 7.36, upb).
        self._files: dict[str, FileDescriptor] = {}
        self._classes: dict[str, type[Message]] = {}

    def fits(self, files: Iterable[FileDescriptorProto]) -> bool:
        """Whether these files can be here: each is new, with only new names, or here already, unchanged."""
        return all(self.holds(file) or self._is_new(file) for file in files)

    def holds(self, file: FileDescriptorProto) -> bool:
        """Whether this very file is here, put by this package."""
        return file.name in self._contents and self._contents[file.name] == content(file)

    def _is_new(self, file: FileDescriptorProto) -> bool:
        if not self.private and _belongs_to_a_package(file):
            return False
        if _found(self.descriptors.FindFileByName, file.name):
            return False
        if any(_found(self.descriptors.FindFileContainingSymbol, name) for name in symbols(file)):
            return False
        return not any(self._has_extension(field) for field in _extensions(file))

    def _has_extension(self, field: FieldDescriptorProto) -> bool:
        try:
            extended = self.descriptors.FindMessageTypeByName(field.extendee.lstrip("."))
            self.descriptors.FindExtensionByNumber(extended, field.number)
        except KeyError:
            return False
        return True

    def add(self, file: FileDescriptorProto, data: bytes) -> FileDescriptor:
        """What generated code calls to register its schema.

        Args:
            file: the schema.
            data: the same as the generated code has it.

        Raises:
            TypeError: the runtime refuses it.
        """
        # A pool takes a file twice if it is the same, but does not know it again by all defaults, such as 36.6.
        if not self.holds(file):
            self._files[file.name] = self.descriptors.AddSerializedFile(data)
        return self._files[file.name]

    def add_installed(self, path: str) -> None:
        """Brings in a schema that a Python package ships, such as `google/protobuf/timestamp.proto`."""
        module = installed(path)
        assert module is not None
        if self.private and not _found(self.descriptors.FindFileByName, path):
            for cls in self._bridge(self.descriptors.AddSerializedFile(module.DESCRIPTOR.serialized_pb)):
                cls.__module__ = module.__name__
        self.modules[path] = (module, module)

    def added(self, file: FileDescriptorProto, modules: tuple[ModuleType, ModuleType]) -> None:
        """Takes note that generated code has just put `file` here."""
        self._contents[file.name] = content(file)
        self.modules[file.name] = modules
        if self.private:
            self._bridge(self._files[file.name])

    def _bridge(self, file: FileDescriptor) -> list[type[Message]]:
        registered = getattr(symbol_database.Default(), "_classes", {})
        classes = []
        for message in _messages(file.message_types_by_name.values()):
            classes.append(message_factory.GetMessageClass(message))
            cross_pool.accept_twins(classes[-1])
            # Generated code registers each class for good, which would keep every old version alive.
            registered.pop(message, None)
        # A descriptor refers to its class weakly: without this a new one, not bridged, would take its place.
        self._classes.update({cls.DESCRIPTOR.full_name: cls for cls in classes})
        return classes


DEFAULT = Pool(descriptor_pool.Default())


def content(file: FileDescriptorProto) -> bytes:
    """What a schema means, as bytes: everything but comments and positions."""
    bare = type(file)()
    bare.CopyFrom(file)
    bare.ClearField("source_code_info")
    return bare.SerializeToString(deterministic=True)


def symbols(file: FileDescriptorProto) -> list[str]:
    """The full names that a schema defines (enum values stand beside their enum)."""
    names = [item.name for kind in ("service", "extension") for item in getattr(file, kind)]
    names += _symbols_of(file.message_type, file.enum_type)
    return [f"{file.package}.{name}" if file.package else name for name in names]


def _symbols_of(messages: Iterable[DescriptorProto], enums: Iterable[EnumDescriptorProto]) -> list[str]:
    names = [name for enum in enums for name in (enum.name, *(value.name for value in enum.value))]
    for message in messages:
        inner = [field.name for field in message.extension]
        inner += _symbols_of(message.nested_type, message.enum_type)
        names += [message.name, *(f"{message.name}.{name}" for name in inner)]
    return names


def _extensions(scope: FileDescriptorProto | DescriptorProto) -> Iterator[FieldDescriptorProto]:
    yield from scope.extension
    # By name: there are two classes of files (see `apart`).
    inner = "message_type" if hasattr(scope, "message_type") else "nested_type"
    for message in getattr(scope, inner):
        yield from _extensions(message)


def _belongs_to_a_package(file: FileDescriptorProto) -> bool:
    # A package that is imported later brings its own, and the default pool takes a name once.
    return file.name.startswith(("google/", "grpc/")) or f"{file.package}.".startswith(("google.", "grpc."))


def module_name(path: str) -> str:
    """`courier/v1/quote.proto` -> `courier.v1.quote_pb2`, as protoc names it."""
    return path.removesuffix(".proto").replace("-", "_").replace("/", ".") + "_pb2"


@functools.cache
def installed(path: str) -> ModuleType | None:
    """The module that a Python package ships for a schema of Google's, such as `timestamp_pb2`, if any does."""
    if not path.startswith("google/"):
        return None
    try:
        return importlib.import_module(module_name(path))
    except ImportError:
        return None


def _messages(descriptors: Iterable[Descriptor]) -> Iterator[Descriptor]:
    for descriptor in descriptors:
        if not descriptor.GetOptions().map_entry:
            yield descriptor
            yield from _messages(descriptor.nested_types)


def _found(find: Callable[[str], object], name: str) -> bool:
    try:
        find(name)
    except KeyError:
        return False
    return True
