"""A call as Python source: what a learner would write with the real API to make the same call."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, FileDescriptor
from google.protobuf.message import DecodeError, Message

from .console_calls import Metadata
from .console_known import any_class, plain_json
from .console_scalars import shortest_float
from .console_schema import WELL_KNOWN, Method, is_map, map_value

_WIDTH = 88


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
    call = (
        f"getattr(stub, {_quoted(method.name)})" if keyword.iskeyword(method.name) else f"stub.{method.name}"
    )
    if method.client_streams:
        build = _assign("requests", _List(tuple(names.message(each) for each in requests)))
        arguments: list[tuple[str, _Node]] = [("", "iter(requests)")]
    else:
        build = _assign("request", names.message(requests[0]))
        arguments = [("", "request")]
    if timeout is not None:
        arguments.append(("timeout", f"{timeout:.12g}"))
    if metadata:
        pairs = tuple(f"({_quoted(key)}, {_quoted(value)})" for key, value in metadata)
        arguments.append(("metadata", _List(pairs)))
    target = _Call(call, tuple(arguments))
    lines = [
        f"with grpc.insecure_channel({_quoted(address)}) as channel:",
        f"    stub = {stubs}.{method.service.name}Stub(channel)",
    ]
    if method.server_streams:
        lines += [f"    for reply in {_layout(target, 4, 18)}:", "        print(reply)"]
    else:
        lines += [f"    reply = {_layout(target, 4, 12)}", "    print(reply)"]
    return "\n".join([*names.imports(), "", build, *lines]) + "\n"


@dataclass(frozen=True)
class _Call:
    """``name(argument, keyword=value)``, and what follows it."""

    name: str
    arguments: tuple[tuple[str, _Node], ...]
    after: str = ""


@dataclass(frozen=True)
class _List:
    items: tuple[_Node, ...]


@dataclass(frozen=True)
class _Dict:
    items: tuple[tuple[str, _Node], ...]


@dataclass(frozen=True)
class _Imports:
    """``from package import a, b``: the brackets come with the line breaks."""

    start: str
    names: tuple[str, ...]


_Node = "str | _Imports | _Call | _List | _Dict"


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
        froms = [
            _layout(_Imports(f"from {package} import ", tuple(sorted(names))), 0, 0)
            for package, names in sorted(self._imports.items())
        ]
        return ["import grpc", *froms, *(["", *self._loads] if self._loads else [])]

    def stubs(self, method: Method) -> str:
        """The name of the module with the service's stub."""
        file = method.service.file
        stub = f"{method.service.name}Stub"
        for name, module in self._modules.items():
            imported = (getattr(each, "DESCRIPTOR", None) for each in vars(module).values())
            if hasattr(module, stub) and any(each is file for each in imported):
                self._find(file, load=True)
                return name
        self._load(file)
        return f"{self._loaded[file.name]}_grpc"

    def message(self, message: Message) -> _Node:
        """An expression that makes this message."""
        descriptor = message.DESCRIPTOR
        kind = WELL_KNOWN.get(descriptor.full_name)
        cls = self._class(descriptor)
        if kind == "any" and (inner := self._packed(message)) is not None:
            url = ("type_url", _quoted(message.type_url))
            return _Call(cls or "", (url, ("value", inner)))
        if cls and (kind == "json" or any(map(_no_keyword, message.ListFields()))):
            self._import("google.protobuf", "json_format")
            parsed = [("", _literal(plain_json(message))), ("", f"{cls}()")]
            if kind != "json":
                # Extensions and the types in an Any are looked up in the schema's own pool.
                parsed.append(("descriptor_pool", f"{self._find(descriptor.file)}.DESCRIPTOR.pool"))
            return _Call("json_format.ParseDict", tuple(parsed))
        arguments = [(field.name, self._field(field, value)) for field, value in message.ListFields()]
        if cls is None:
            return _Dict(tuple((_quoted(name), node) for name, node in arguments))
        odd = [(name, node) for name, node in arguments if keyword.iskeyword(name)]
        fine = [(name, node) for name, node in arguments if not keyword.iskeyword(name)]
        if odd:
            fine.append(("**", _Dict(tuple((_quoted(name), node) for name, node in odd))))
        return _Call(cls, tuple(fine))

    def _packed(self, message: Any) -> _Node | None:
        """What is packed in an `Any`, as an expression that makes its bytes."""
        cls = any_class(message.type_url, message.DESCRIPTOR.file.pool)
        if cls is None or self._class(cls.DESCRIPTOR) is None:
            return None
        try:
            made = self.message(cls.FromString(message.value))
        except DecodeError:
            return None
        return replace(made, after=".SerializeToString()") if isinstance(made, _Call) else None

    def _field(self, field: FieldDescriptor, value: Any) -> _Node:
        if is_map(field):
            inner, key = map_value(field), field.message_type.fields_by_name["key"]
            rows = ((self._value(key, each), self._value(inner, value[each])) for each in sorted(value))
            return _Dict(tuple(rows))
        if field.is_repeated:
            return _List(tuple(self._value(field, each) for each in value))
        return self._value(field, value)

    def _value(self, field: FieldDescriptor, value: Any) -> _Node:
        if field.message_type is not None:
            return self.message(value)
        if field.enum_type is not None:
            return self._enum(field.enum_type, value)
        if isinstance(value, float):
            if not math.isfinite(value):
                return f'float("{value}")'
            return shortest_float(value) if field.type == FieldDescriptor.TYPE_FLOAT else repr(value)
        return _quoted(value)

    def _enum(self, enum: EnumDescriptor, number: int) -> str:
        value = enum.values_by_number.get(number)
        if value is None:
            return str(number)
        outer = enum.containing_type
        where = self._find(enum.file) if outer is None else self._class(outer)
        if where is None or keyword.iskeyword(value.name):
            return _quoted(value.name)  # a constructor takes names, too
        return f"{where}.{value.name}"

    def _class(self, descriptor: Descriptor) -> str | None:
        """The class's name, or None where the notebook has no name for its module."""
        path = [descriptor.name]
        outer = descriptor.containing_type
        while outer is not None:
            path.insert(0, outer.name)
            outer = outer.containing_type
        module = self._find(descriptor.file)
        if module is None or any(map(keyword.iskeyword, path)):
            return None
        return ".".join([module, *path])

    def _find(self, file: FileDescriptor, load: bool = False) -> str | None:
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
        self._loads.append(f"{name}, {name}_grpc = protos.load({_quoted(file.name)})")


def _no_keyword(item: tuple[FieldDescriptor, Any]) -> bool:
    """Whether a constructor cannot take this field: an extension, or one called like its own first parameter."""
    return item[0].is_extension or item[0].name == "self"


def _module_name(file: FileDescriptor) -> str:
    return re.sub(r"\W", "_", file.name.rpartition("/")[2].removesuffix(".proto")) + "_pb2"


def _literal(value: Any) -> _Node:
    if isinstance(value, dict):
        return _Dict(tuple((_quoted(key), _literal(each)) for key, each in value.items()))
    if isinstance(value, list):
        return _List(tuple(map(_literal, value)))
    return _quoted(value)


def _quoted(value: Any) -> str:
    """A literal; texts and bytes in double quotes, as the course writes them."""
    text = repr(value)
    if isinstance(value, (str, bytes)) and text.endswith("'") and '"' not in text:
        prefix = "b" if isinstance(value, bytes) else ""
        inside = text[len(prefix) + 1 : -1].replace("\\'", "'")
        return f'{prefix}"{inside}"'
    return text


def _assign(name: str, node: _Node) -> str:
    return f"{name} = {_layout(node, 0, len(name) + 3)}"


def _layout(node: _Node, indent: int, column: int) -> str:
    """An expression that begins at ``column``: on one line where it fits, otherwise one part a line."""
    if isinstance(node, str):
        return node
    line = _flat(node)
    if column + len(line) <= _WIDTH or not _parts(node):
        return line
    opening, closing = (f"{node.start}(", ")") if isinstance(node, _Imports) else _brackets(node)
    inner = indent + 4
    lines = [f"{' ' * inner}{head}{_layout(part, inner, inner + len(head))}," for head, part in _parts(node)]
    return "\n".join([opening, *lines, " " * indent + closing])


def _flat(node: _Node) -> str:
    if isinstance(node, str):
        return node
    opening, closing = _brackets(node)
    return opening + ", ".join(head + _flat(part) for head, part in _parts(node)) + closing


def _brackets(node: Any) -> tuple[str, str]:
    if isinstance(node, _Imports):
        return node.start, ""
    if isinstance(node, _Call):
        return f"{node.name}(", f"){node.after}"
    return ("[", "]") if isinstance(node, _List) else ("{", "}")


def _parts(node: Any) -> list[tuple[str, _Node]]:
    if isinstance(node, _Call):
        return [(name if name in ("", "**") else f"{name}=", part) for name, part in node.arguments]
    if isinstance(node, _Imports):
        return [("", name) for name in node.names]
    if isinstance(node, _Dict):
        return [(f"{key}: ", part) for key, part in node.items]
    return [("", part) for part in node.items]
