"""What can be seen of a generated module pair, as plain JSON: the ruler for `protos.load` against protoc.

Runs as a program, too: `python surface.py FOLDER PATH.proto ...` imports what protoc has written to FOLDER
and then loads the same schemas with `protos.load` in the same process, and prints both.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import json
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import FieldDescriptor, FileDescriptor
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message

# How a module came to be, which differs by design; everything else must be the same.
MACHINERY = {"__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__package__", "__spec__"}


def describe(modules: tuple[ModuleType, ModuleType]) -> dict[str, Any]:
    """Both modules of a schema: every name, and behind each name what a program could use of it."""
    pb2, pb2_grpc = modules
    return {
        "pb2": {name: _value(getattr(pb2, name)) for name in _names(pb2)},
        "pb2_grpc": {name: _value(getattr(pb2_grpc, name)) for name in _names(pb2_grpc)},
        "pb2_grpc help": pb2_grpc.__doc__,
        "services": {
            name: _service(pb2_grpc, name)
            for name in pb2.DESCRIPTOR.services_by_name
            if name + "Stub" in dir(pb2_grpc)
        },
    }


def _names(module: ModuleType) -> list[str]:
    return sorted(set(dir(module)) - MACHINERY)


def _value(value: Any) -> Any:
    if isinstance(value, ModuleType) or type(value).__name__ == "SimpleNamespace":
        return "a module"
    if isinstance(value, FileDescriptor):
        file = descriptor_pb2.FileDescriptorProto()
        value.CopyToProto(file)
        return [str(file), value.serialized_pb.hex()]
    if isinstance(value, FieldDescriptor):
        return ["field", value.full_name, value.number, value.type, value.is_extension]
    if isinstance(value, EnumTypeWrapper):
        return ["enum", dir(value), value.items(), value.DESCRIPTOR.full_name]
    if inspect.isclass(value) and issubclass(value, Message):
        return _message(value)
    if inspect.isclass(value):
        members = {name: _function(item) for name, item in vars(value).items() if callable(item)}
        return ["class", value.__module__, value.__qualname__, value.__doc__, dir(value), members]
    if callable(value):
        return _function(value)
    return [type(value).__name__, repr(value) if isinstance(value, (str, int, float)) else ""]


def _message(cls: type[Message]) -> list[Any]:
    nested = {name: _value(getattr(cls, name)) for name in dir(cls) if _is_nested(getattr(cls, name))}
    defaults = {field.name: repr(field.default_value) for field in cls.DESCRIPTOR.fields}
    return ["message", cls.__module__, cls.__qualname__, cls.DESCRIPTOR.full_name, dir(cls), nested, defaults]


def _is_nested(item: Any) -> bool:
    is_message = inspect.isclass(item) and issubclass(item, Message)
    return is_message or isinstance(item, (EnumTypeWrapper, FieldDescriptor, int))


def _function(value: Callable[..., Any]) -> Any:
    # A static method is callable only from Python 3.10 on through the class: look at what it holds.
    value = getattr(value, "__func__", value)
    if not inspect.isfunction(value):
        return str(type(value).__name__)
    return ["function", value.__module__, value.__qualname__, str(inspect.signature(value)), value.__doc__]


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two surfaces differ, a line each."""
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = {key: (one.get(key), other.get(key)) for key in {**one, **other}}
    elif isinstance(one, list) and isinstance(other, list):
        pairs = dict(enumerate(itertools.zip_longest(one, other)))
    else:
        return [] if one == other else [f"{path}: {one!r} is not {other!r}"]
    return [line for key, pair in pairs.items() for line in differences(*pair, f"{path}/{key}")]


class _Channel:
    """Stands in for a channel, and writes down what a stub asks of it."""

    def __init__(self) -> None:
        self.made: list[Any] = []

    def __getattr__(self, kind: str) -> Callable[..., str]:
        def make(path: str, request_serializer: Any, response_deserializer: Any, **rest: Any) -> str:
            owner = response_deserializer.__self__
            self.made.append(
                [kind, path, request_serializer.__name__, owner.DESCRIPTOR.full_name, sorted(rest)]
            )
            return kind

        return make


class _Server:
    """Stands in for a server, and writes down what is added to it."""

    def __init__(self) -> None:
        self.added: list[Any] = []

    def add_generic_rpc_handlers(self, handlers: Any) -> None:
        self.added.append([handler.service_name() for handler in handlers])

    def add_registered_method_handlers(self, service: str, handlers: dict[str, Any]) -> None:
        for name, handler in handlers.items():
            request = handler.request_deserializer.__self__.DESCRIPTOR.full_name
            streaming = [handler.request_streaming, handler.response_streaming]
            self.added.append([service, name, streaming, request, handler.response_serializer.__name__])


def _service(pb2_grpc: ModuleType, name: str) -> list[Any]:
    channel, server = _Channel(), _Server()
    stub = getattr(pb2_grpc, f"{name}Stub")(channel)
    getattr(pb2_grpc, f"add_{name}Servicer_to_server")(getattr(pb2_grpc, f"{name}Servicer")(), server)
    return [sorted(vars(stub)), channel.made, server.added]


def module_names(path: str) -> tuple[str, str]:
    """`courier/v1/quote.proto` -> the names under which protoc's output is imported."""
    stem = path.removesuffix(".proto").replace("-", "_").replace("/", ".")
    return f"{stem}_pb2", f"{stem}_pb2_grpc"


def main(folder: str, paths: list[str]) -> None:
    """Prints `{path: [surface of protoc's modules, surface of a second version in the same process]}`."""
    sys.path.insert(0, folder)
    written = {path: tuple(map(importlib.import_module, module_names(path))) for path in paths}
    from helpers import protos

    seen = {}
    for path in paths:
        loaded = protos.load(path)
        # protoc's modules have taken the names in the default pool, so these live in a pool of their own.
        assert loaded[0].DESCRIPTOR.pool is not written[path][0].DESCRIPTOR.pool
        seen[path] = [describe(written[path]), describe(loaded)]
    print(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
