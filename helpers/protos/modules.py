"""Turn protoc's output into modules without writing them to disk.

The generated source runs as it is. Only two of its imports are answered from here: other schemas of the
same pool, and the descriptor pool it registers with.
"""

from __future__ import annotations

import builtins
import functools
import keyword
import linecache
from types import CodeType, ModuleType, SimpleNamespace

from google.protobuf.descriptor_pb2 import FileDescriptorProto, MethodDescriptorProto, ServiceDescriptorProto

from . import docs
from .compiler import Compiled
from .errors import SchemaError
from .pools import Pool, installed, module_name

# A place in a schema is named by field numbers of descriptor.proto (SourceCodeInfo.Location.path there).
_SERVICES = FileDescriptorProto.SERVICE_FIELD_NUMBER
_METHODS = ServiceDescriptorProto.METHOD_FIELD_NUMBER
_NAME = MethodDescriptorProto.NAME_FIELD_NUMBER


def build(compiled: Compiled, pool: Pool) -> tuple[ModuleType, ModuleType]:
    """Runs the generated code of one schema.

    Args:
        compiled: what protoc made of it.
        pool: where its messages go; everything it imports is there already.

    Returns:
        `(x_pb2, x_pb2_grpc)`.

    Raises:
        SchemaError: something is named like a Python keyword, so that the code cannot run.
    """
    generated, file = compiled.generated, compiled.files[compiled.generated.path]
    _refuse_keywords(compiled)
    name = module_name(generated.path)
    answers = {module_name(path): pool.modules[path][0] for path in compiled.files if path != file.name}
    answers["google.protobuf.descriptor_pool"] = SimpleNamespace(Default=lambda: pool.descriptors)
    # What protoc writes for a path that Python's `import` cannot spell.
    answers["importlib"] = SimpleNamespace(import_module=lambda module: answers[module])
    pb2 = installed(file)
    if pb2 is None:
        pb2 = _run(name, generated.pb2, answers)
        docs.attach(file, pb2)
    answers[name] = pb2
    try:
        pb2_grpc = _run(f"{name}_grpc", generated.pb2_grpc, answers)
    except SyntaxError as error:
        raise SchemaError(
            f"Python cannot run the code of this service: `{(error.text or '').strip()}`.",
            cure="Rename the folder, file or message that is called like a Python keyword.",
            path=file.name,
        ) from None
    return pb2, pb2_grpc


def _run(name: str, source: str, answers: dict[str, object]) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = f"<{name.replace('.', '/')}.py>"
    # So that tracebacks, `??` and inspect.getsource show the generated code.
    linecache.cache[module.__file__] = (len(source), None, source.splitlines(keepends=True), module.__file__)
    module.__builtins__ = {**vars(builtins), "__import__": _importer(answers)}
    exec(_code(source, module.__file__), vars(module))
    return module


@functools.lru_cache(maxsize=32)
def _code(source: str, file: str) -> CodeType:
    # An edit seldom touches the services, and Python takes longer over their code than protoc does.
    return compile(source, file, "exec", dont_inherit=True)


def _importer(answers: dict[str, object]):
    def __import__(name, globals=None, locals=None, fromlist=(), level=0):
        if not fromlist or tuple(fromlist) == ("*",):
            if name in answers:
                return answers[name]
        else:
            found = {item: answers[f"{name}.{item}"] for item in fromlist if f"{name}.{item}" in answers}
            if found:
                return SimpleNamespace(**found)
        return builtins.__import__(name, globals, locals, fromlist, level)

    return __import__


def _refuse_keywords(compiled: Compiled) -> None:
    file = compiled.files[compiled.generated.path]
    for number, service in enumerate(file.service):
        named = [((_SERVICES, number), service.name)]
        named += [
            ((_SERVICES, number, _METHODS, index), rpc.name) for index, rpc in enumerate(service.method)
        ]
        for path, name in named:
            if keyword.iskeyword(name):
                place = next(p for p in file.source_code_info.location if tuple(p.path) == (*path, _NAME))
                line, column = place.span[0] + 1, place.span[1] + 1
                raise SchemaError(
                    f"`{name}` is a Python keyword, so Python cannot call it.",
                    cure="Name services and rpcs in CamelCase, rpcs by custom with a verb: `GetQuote`.",
                    path=file.name,
                    line=line,
                    column=column,
                    source=compiled.generated.proto.splitlines()[line - 1],
                )
