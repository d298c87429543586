"""Where compiled schemas live: the default pool as in production, or a private one for each version.

A `DescriptorPool` holds a full name once and never forgets it, so an edited schema cannot go where its
old version is. What is on disk and new to the process goes into protobuf's default pool, as if it had been
imported from generated files. What has been edited, or comes from a cell, goes into a private pool.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, symbol_database
from google.protobuf.message import Message

from . import bridge


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
        self._classes: dict[str, type[Message]] = {}

    def fits(self, files: dict[str, descriptor_pb2.FileDescriptorProto]) -> bool:
        """Whether these files can be here: each is new, with only new names, or here already, unchanged."""
        return all(self._holds(file) or self._is_new(file) for file in files.values() if not installed(file))

    def _holds(self, file: descriptor_pb2.FileDescriptorProto) -> bool:
        return self._contents.get(file.name) == content(file)

    def _is_new(self, file: descriptor_pb2.FileDescriptorProto) -> bool:
        if _found(self.descriptors.FindFileByName, file.name):
            return False
        return not any(_found(self.descriptors.FindFileContainingSymbol, name) for name in symbols(file))

    def add_installed(self, file: descriptor_pb2.FileDescriptorProto) -> None:
        """Brings in a schema that a Python package ships, such as `google/protobuf/timestamp.proto`."""
        module = installed(file)
        if self.private and not _found(self.descriptors.FindFileByName, file.name):
            self.descriptors.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
            for cls in self._bridge(file.name):
                cls.__module__ = module.__name__
        self.modules[file.name] = (module, module)

    def added(self, file: descriptor_pb2.FileDescriptorProto, modules: tuple[ModuleType, ModuleType]) -> None:
        """Takes note that generated code has just put `file` here."""
        self._contents[file.name] = content(file)
        self.modules[file.name] = modules
        if self.private:
            self._bridge(file.name)

    def _bridge(self, name: str) -> list[type[Message]]:
        registered = getattr(symbol_database.Default(), "_classes", {})
        classes = []
        for message in _messages(self.descriptors.FindFileByName(name).message_types_by_name.values()):
            classes.append(message_factory.GetMessageClass(message))
            bridge.accept_twins(classes[-1])
            # Generated code registers each class for good, which would keep every old version alive.
            registered.pop(message, None)
        # A descriptor refers to its class weakly: without this a new one, not bridged, would take its place.
        self._classes.update({cls.DESCRIPTOR.full_name: cls for cls in classes})
        return classes


DEFAULT = Pool(descriptor_pool.Default())


def content(file: descriptor_pb2.FileDescriptorProto) -> bytes:
    """What a schema means, as bytes: everything but comments and positions."""
    bare = descriptor_pb2.FileDescriptorProto()
    bare.CopyFrom(file)
    bare.ClearField("source_code_info")
    return bare.SerializeToString(deterministic=True)


def symbols(file: descriptor_pb2.FileDescriptorProto) -> list[str]:
    """The full names that a schema defines at its top level (enum values stand beside their enum)."""
    names = [
        item.name
        for kind in ("message_type", "enum_type", "service", "extension")
        for item in getattr(file, kind)
    ]
    names += [value.name for enum in file.enum_type for value in enum.value]
    return [f"{file.package}.{name}" if file.package else name for name in names]


def module_name(path: str) -> str:
    """`courier/v1/quote.proto` -> `courier.v1.quote_pb2`, as protoc names it."""
    return path.removesuffix(".proto").replace("-", "_").replace("/", ".") + "_pb2"


def installed(file: descriptor_pb2.FileDescriptorProto) -> ModuleType | None:
    """The module that a Python package ships for this schema, such as `timestamp_pb2`; `None` for our own."""
    if not file.name.startswith("google/"):
        return None
    try:
        return importlib.import_module(module_name(file.name))
    except ImportError:
        return None


def _messages(descriptors):
    for descriptor in descriptors:
        if not descriptor.GetOptions().map_entry:
            yield descriptor
            yield from _messages(descriptor.nested_types)


def _found(find, name: str) -> bool:
    try:
        find(name)
    except KeyError:
        return False
    return True
