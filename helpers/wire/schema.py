"""The lookup of schemas: from a method's path to its descriptor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pool import DescriptorPool

from helpers import protos

MethodLookup = Callable[[str], "MethodDescriptor | None"]
"""From ``/package.Service/Method`` to its protobuf `MethodDescriptor`, or None."""


def no_schema(path: str) -> MethodDescriptor | None:
    """A lookup that knows no method."""
    return None


def lookup_in(*sources: Any) -> MethodLookup:
    """A lookup in the given schemas, the first that knows the method wins.

    Args:
        sources: Generated modules (``quote_pb2``), file descriptors (``quote_pb2.DESCRIPTOR``) or
            descriptor pools.

    Returns:
        A function from ``/package.Service/Method`` to the protobuf `MethodDescriptor`, or None.

    Raises:
        TypeError: A source is none of these.
    """
    finders = [_finder(source) for source in sources]
    known: dict[str, MethodDescriptor | None] = {}

    def lookup(path: str) -> MethodDescriptor | None:
        if path not in known:
            if len(known) > 1000:  # paths come from the wire
                known.clear()
            known[path] = next((method for find in finders if (method := find(path)) is not None), None)
        return known[path]

    return lookup


def default_lookup() -> MethodLookup:
    """A lookup in all schemas that are loaded now: those of ``helpers.protos`` first, newest first.

    Later versions of a schema do not change it: a capture keeps the meaning it had when it was made.
    """
    return lookup_in(*protos.loaded(), descriptor_pool.Default())


def _finder(source: Any) -> MethodLookup:
    source = getattr(source, "DESCRIPTOR", source)
    if hasattr(source, "services_by_name"):
        return lambda path: _find_in_file(source, path)
    if hasattr(source, "FindServiceByName"):
        return lambda path: _find_in_pool(source, path)
    raise TypeError(f"a schema is a generated module, a file descriptor or a descriptor pool, not {source!r}")


def _split(path: str) -> tuple[str, str] | None:
    empty, _, rest = path.partition("/")
    service, slash, method = rest.partition("/")
    return (service, method) if not empty and slash and service and method else None


def _find_in_file(file: FileDescriptor, path: str) -> MethodDescriptor | None:
    parts = _split(path)
    if parts is None:
        return None
    package, _, name = parts[0].rpartition(".")
    service = file.services_by_name.get(name) if package == file.package else None
    return service.methods_by_name.get(parts[1]) if service is not None else None


def _find_in_pool(pool: DescriptorPool, path: str) -> MethodDescriptor | None:
    parts = _split(path)
    if parts is None:
        return None
    try:
        service: ServiceDescriptor = pool.FindServiceByName(parts[0])
        return service.methods_by_name.get(parts[1])
    except (KeyError, TypeError, UnicodeError):  # not there; or a name that no schema can have
        return None
