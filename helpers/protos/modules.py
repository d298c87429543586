"""Modules made of protoc's output, without writing it to disk.

The generated source runs as it is. Only some of its imports are answered from here: other schemas of the
same pool, and the descriptor pool it registers with. Where the path of a schema cannot be spelled in Python's
`import`, the source gets another name for its module.
"""

from __future__ import annotations

import builtins
import functools
import keyword
import linecache
import re
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, ModuleType, SimpleNamespace
from typing import NoReturn

from google.protobuf import descriptor
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, MethodDescriptorProto, ServiceDescriptorProto

from . import docs
from .compiler import Generated
from .errors import SchemaError
from .pools import Pool, module_name

# A place in a schema is named by field numbers of descriptor.proto (SourceCodeInfo.Location.path there).
_SERVICES = FileDescriptorProto.SERVICE_FIELD_NUMBER
_METHODS = ServiceDescriptorProto.METHOD_FIELD_NUMBER
_NAME = MethodDescriptorProto.NAME_FIELD_NUMBER


class UnusableService(SchemaError, AttributeError):
    """The services of a schema have no Python code that runs; its messages have."""


def build(
    generated: Generated,
    files: dict[str, FileDescriptorProto],
    pool: Pool,
    installed: ModuleType | None = None,
) -> tuple[ModuleType, ModuleType]:
    """Runs the generated code of one schema.

    Args:
        generated: what protoc wrote for it.
        files: descriptors by path, with comments, of this schema and at least of all that it imports.
        pool: where its messages go; everything it imports is there already.
        installed: the module of its messages, where a Python package brings it.

    Returns:
        `(x_pb2, x_pb2_grpc)`. Where Python cannot run the code of the services, as with an rpc named like a
        keyword, whatever is asked of `x_pb2_grpc` says so.

    Raises:
        Exception: whatever the protobuf runtime has against the schema.
    """
    file = files[generated.path]
    name = module_name(file.name)
    answers: dict[str, object] = {
        module_name(path): pool.modules[path][0] for path in files if path in pool.modules
    }
    spelled = _spellings([name, *answers])
    answers |= {stand_in: answers[module] for module, stand_in in spelled.items() if module in answers}
    adding = SimpleNamespace(AddSerializedFile=lambda data: pool.add(file, data))
    answers["google.protobuf.descriptor_pool"] = SimpleNamespace(Default=lambda: adding)
    # What protoc writes for a path with a keyword in it.
    answers["importlib"] = SimpleNamespace(import_module=lambda module: answers[module])
    pb2 = installed
    if pb2 is None:
        pb2 = _run(name, _spell(generated.pb2, spelled), answers)
        if not isinstance(pb2.DESCRIPTOR, FileDescriptor):
            raise SchemaError(
                "`DESCRIPTOR` is what the generated code calls the schema as a whole.",
                cure="Rename what is called so in the schema.",
                path=file.name,
            )
        docs.attach(file, pb2)
    answers[name] = answers[spelled.get(name, name)] = pb2
    try:
        pb2_grpc = _run(f"{name}_grpc", _spell(generated.pb2_grpc, spelled), answers)
    except Exception as error:
        pb2_grpc = _unusable(f"{name}_grpc", _why_unusable(error, file, generated))
    return pb2, pb2_grpc


def _run(name: str, source: str, answers: dict[str, object]) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = f"<{name.replace('.', '/')}.py>"
    # So that tracebacks, `??` and inspect.getsource show the generated code.
    linecache.cache[module.__file__] = (len(source), None, source.splitlines(keepends=True), module.__file__)
    vars(module)["__builtins__"] = {**vars(builtins), "__import__": _importer(answers)}
    exec(_code(source, module.__file__), vars(module))
    return module


@functools.lru_cache(maxsize=32)
def _code(source: str, file: str) -> CodeType:
    # Python takes longer over this code than protoc does. An edit seldom touches the services; and what stands
    # under this condition in the messages' code, the last of it, is for a runtime that is written in Python.
    if descriptor._USE_C_DESCRIPTORS:
        kept, _, last = source.rpartition("\nif not _descriptor._USE_C_DESCRIPTORS:")
        source = source if "\nelse:" in last else kept or last
    return compile(source, file, "exec", dont_inherit=True)


def _importer(answers: dict[str, object]) -> Callable[..., object]:
    def __import__(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> object:
        if not fromlist or tuple(fromlist) == ("*",):
            if name in answers:
                return answers[name]
        else:
            found = {item: answers[f"{name}.{item}"] for item in fromlist if f"{name}.{item}" in answers}
            if found:
                return SimpleNamespace(**found)
        return builtins.__import__(name, globals, locals, fromlist, level)

    return __import__


def _spellings(names: list[str]) -> dict[str, str]:
    """Other names for the modules that cannot be imported by theirs, such as `1st_pb2`."""
    unusual = [
        n for n in names if not all(p.isidentifier() and not keyword.iskeyword(p) for p in n.split("."))
    ]
    # The longest first: one can be part of another.
    return {name: f"_schema_{number}" for number, name in enumerate(sorted(unusual, key=len, reverse=True))}


def _spell(source: str, spelled: dict[str, str]) -> str:
    for name, stand_in in spelled.items():
        package, _, last = name.rpartition(".")
        alias = name.replace("_", "__").replace(".", "_dot_")
        statement = f"from {package} import {last} as {alias}" if package else f"import {name} as {alias}"
        source = source.replace(f"\n{statement}\n", f"\nimport {stand_in} as {alias}\n")
        source = source.replace(f"\nfrom {name} import *\n", f"\nfrom {stand_in} import *\n")
        if not alias.isidentifier():
            source = re.sub(rf"(?<!\w){re.escape(alias)}(?!\w)", stand_in, source)
    return source


def _why_unusable(error: Exception, file: FileDescriptorProto, generated: Generated) -> UnusableService:
    for number, service in enumerate(file.service):
        named: list[tuple[tuple[int, ...], str]] = [((_SERVICES, number), service.name)]
        named += [
            ((_SERVICES, number, _METHODS, index), rpc.name) for index, rpc in enumerate(service.method)
        ]
        for path, name in named:
            if keyword.iskeyword(name):
                place = next(p for p in file.source_code_info.location if tuple(p.path) == (*path, _NAME))
                line, column = place.span[0] + 1, place.span[1] + 1
                return UnusableService(
                    f"`{name}` is a Python keyword, so Python cannot call it. The messages can be used.",
                    cure="Name services and rpcs in CamelCase, rpcs by custom with a verb: `GetQuote`.",
                    path=file.name,
                    line=line,
                    column=column,
                    source=generated.proto.splitlines()[line - 1],
                )
    if isinstance(error, SyntaxError):
        return UnusableService(
            f"Python cannot run the code of this service: `{(error.text or '').strip()}`. The messages can be used.",
            cure="Rename the message that is called like a Python keyword.",
            path=file.name,
        )
    return UnusableService(
        f"Python cannot run the code of this service ({type(error).__name__}: {error}). The messages can be used.",
        cure="A name in the schema may be one that the generated code needs itself: rename it.",
        path=file.name,
    )


def _unusable(name: str, why: UnusableService) -> ModuleType:
    module = ModuleType(name, str(why))

    def __getattr__(attribute: str) -> NoReturn:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        raise UnusableService(
            why.problem, cure=why.cure, path=why.path, line=why.line, column=why.column, source=why.source
        )

    module.__getattr__ = __getattr__  # type: ignore[method-assign]
    module.__unusable__ = why  # type: ignore[attr-defined]
    return module
