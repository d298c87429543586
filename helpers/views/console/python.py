"""A call as Python source: what a learner would write with the real API to make the same call."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, FileDescriptor
from google.protobuf.message import DecodeError, Message

from ..kit.floats import shortest_float
from .call import Metadata
from .expression import Group, call, from_import, layout, listing, literal, mapping, quoted
from .schema import WELL_KNOWN, Method, descriptor_of, is_map, map_fields
from .well_known import any_class, plain_json


def python_source(
    method: Method,
    requests: Sequence[Message],
    address: str,
    metadata: Metadata = (),
    timeout: float | None = None,
    namespace: Mapping[str, Any] | None = None,
) -> str:
    """Source that makes this call and prints what comes back.

    Args:
        method: what to call.
        requests: the one request, or those of a request stream.
        address: where, ``"127.0.0.1:41233"``.
        metadata: what to send along.
        timeout: the deadline in seconds.
        namespace: the names of the notebook in which the source is to run: its modules are called by the
            names they have there. A module that has none is loaded.
    """
    names = _Names(namespace or {})
    stubs = names.stubs(method)
    names.find(method.request.file, load=True)
    if method.client_streams:
        build = "requests = " + layout(listing(map(names.message, requests)), column=11)
        arguments: list[tuple[str, Group | str]] = [("", "iter(requests)")]
    else:
        build = "request = " + layout(names.message(requests[0]), column=10)
        arguments = [("", "request")]
    if timeout is not None:
        arguments.append(("timeout", f"{timeout:.12g}"))
    if metadata:
        pairs = listing(f"({quoted(key)}, {quoted(value)})" for key, value in metadata)
        arguments.append(("metadata", pairs))
    odd = keyword.iskeyword(method.name)
    made = call(f"getattr(stub, {quoted(method.name)})" if odd else f"stub.{method.name}", arguments)
    lines = [
        f"with grpc.insecure_channel({quoted(address)}) as channel:",
        f"    stub = {stubs}.{method.service.name}Stub(channel)",
    ]
    if method.server_streams:
        lines += [f"    for reply in {layout(made, 4, 18)}:", "        print(reply)"]
    else:
        lines += [f"    reply = {layout(made, 4, 12)}", "    print(reply)"]
    return "\n".join([*names.imports(), "", build, *lines]) + "\n"


class _Names:
    """How things of a schema are called in the learner's notebook, and what must be imported for it."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._modules = {
            name: value
            for name, value in namespace.items()
            if isinstance(value, ModuleType) and not name.startswith("_")
        }
        self._imports: dict[str, set[str]] = {}
        self._loads: list[str] = []
        self._loaded: dict[str, str] = {}

    def imports(self) -> list[str]:
        """The first lines: imports in the usual order, and what has to be loaded."""
        froms = [from_import(package, names) for package, names in sorted(self._imports.items())]
        return ["import grpc", *froms, *(["", *self._loads] if self._loads else [])]

    def stubs(self, method: Method) -> str:
        """The name of the module with the service's stub."""
        file = method.service.file
        stub = f"{method.service.name}Stub"
        for name, module in self._modules.items():
            imported = (getattr(each, "DESCRIPTOR", None) for each in vars(module).values())
            if hasattr(module, stub) and any(each is file for each in imported):
                self.find(file, load=True)
                return name
        self._load(file)
        return f"{self._loaded[file.name]}_grpc"

    def message(self, message: Message) -> Group | str:
        """An expression that makes this message."""
        descriptor = descriptor_of(message)
        kind = WELL_KNOWN.get(descriptor.full_name)
        cls = self._class(descriptor)
        if kind == "any" and (packed := self._packed(message)) is not None:
            return call(cls or "", packed)
        if cls and (kind == "json" or any(map(_no_keyword, message.ListFields()))):
            self._import("google.protobuf", "json_format")
            parsed: list[tuple[str, Group | str]] = [("", literal(plain_json(message))), ("", f"{cls}()")]
            if kind != "json":
                # Extensions and the types in an Any are looked up in the schema's own pool.
                parsed.append(("descriptor_pool", f"{self.find(descriptor.file)}.DESCRIPTOR.pool"))
            return call("json_format.ParseDict", parsed)
        arguments = [(field.name, self._field(field, value)) for field, value in message.ListFields()]
        if cls is None:
            return mapping((quoted(name), node) for name, node in arguments)
        odd = [(name, node) for name, node in arguments if keyword.iskeyword(name)]
        fine = [(name, node) for name, node in arguments if not keyword.iskeyword(name)]
        if odd:
            fine.append(("**", mapping((quoted(name), node) for name, node in odd)))
        return call(cls, fine)

    def _packed(self, message: Any) -> list[tuple[str, Group | str]] | None:
        """The arguments that make an `Any`: its bytes as an expression that makes them of what is packed."""
        cls = any_class(message.type_url, message.DESCRIPTOR.file.pool)
        if cls is None or self._class(descriptor_of(cls)) is None:
            return None
        try:
            made = self.message(cls.FromString(message.value))
        except DecodeError:
            return None
        if not isinstance(made, Group):
            return None
        value = replace(made, closing=f"{made.closing}.SerializeToString()")
        return [("type_url", quoted(message.type_url)), ("value", value)]

    def _field(self, field: FieldDescriptor, value: Any) -> Group | str:
        if is_map(field):
            key, inner = map_fields(field)
            rows = ((str(self._value(key, each)), self._value(inner, value[each])) for each in sorted(value))
            return mapping(rows)
        if field.is_repeated:
            return listing(self._value(field, each) for each in value)
        return self._value(field, value)

    def _value(self, field: FieldDescriptor, value: Any) -> Group | str:
        if field.message_type is not None:
            return self.message(value)
        if field.enum_type is not None:
            return self._enum(field.enum_type, value)
        if isinstance(value, float):
            if not math.isfinite(value):
                return f'float("{value}")'
            return repr(shortest_float(value) if field.type == FieldDescriptor.TYPE_FLOAT else value)
        return quoted(value)

    def _enum(self, enum: EnumDescriptor, number: int) -> str:
        value = enum.values_by_number.get(number)
        if value is None:
            return str(number)
        outer = enum.containing_type
        where = self.find(enum.file) if outer is None else self._class(outer)
        if where is None or keyword.iskeyword(value.name):
            return quoted(value.name)  # a constructor takes names, too
        return f"{where}.{value.name}"

    def _class(self, descriptor: Descriptor) -> str | None:
        """The class's name, or None where the notebook has no name for its module."""
        path = [descriptor.name]
        outer = descriptor.containing_type
        while outer is not None:
            path.insert(0, outer.name)
            outer = outer.containing_type
        module = self.find(descriptor.file)
        if module is None or any(map(keyword.iskeyword, path)):
            return None
        return ".".join([module, *path])

    def find(self, file: FileDescriptor, load: bool = False) -> str | None:
        """The name of a schema's module; where the notebook has none, it is loaded if that is wanted."""
        if file.name in self._loaded:
            return self._loaded[file.name]
        if file.name.startswith("google/"):
            folder, _, name = file.name.removesuffix(".proto").rpartition("/")
            self._import(folder.replace("/", "."), f"{name}_pb2")
            return f"{name}_pb2"
        usual = _module_name(file)
        found = [n for n, module in self._modules.items() if getattr(module, "DESCRIPTOR", None) is file]
        if usual in found:
            return usual
        if not found and load:
            self._load(file)
            return usual
        return found[0] if found else None

    def _import(self, package: str, name: str) -> None:
        self._imports.setdefault(package, set()).add(name)

    def _load(self, file: FileDescriptor) -> None:
        self._import("helpers", "protos")
        self._loaded[file.name] = name = _module_name(file)
        self._loads.append(f"{name}, {name}_grpc = protos.load({quoted(file.name)})")


def _no_keyword(item: tuple[FieldDescriptor, Any]) -> bool:
    """Whether a constructor cannot take this field: an extension, or one called like its own first parameter."""
    return item[0].is_extension or item[0].name == "self"


def _module_name(file: FileDescriptor) -> str:
    return re.sub(r"\W", "_", file.name.rpartition("/")[2].removesuffix(".proto")) + "_pb2"
