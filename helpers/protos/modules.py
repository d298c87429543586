"""Turn protoc's output into modules without writing them to disk.

The generated source runs as it is. Only two of its imports are answered from here: other schemas of the
same pool, and the descriptor pool it registers with.
"""

from __future__ import annotations

import builtins
import keyword
import linecache
from types import ModuleType, SimpleNamespace

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from . import docs
from .compiler import Compiled
from .errors import SchemaError
from .pools import Pool, module_name


def build(compiled: Compiled, pool: Pool) -> tuple[ModuleType, ModuleType]:
    """Runs the generated code of one schema.

    Args:
        compiled: what protoc made of it.
        pool: where its messages go; everything it imports is there already.

    Returns:
        `(x_pb2, x_pb2_grpc)`.

    Raises:
        SchemaError: an rpc or service is named like a Python keyword, so that the code cannot run.
    """
    generated, file = compiled.generated, compiled.files[compiled.generated.path]
    _refuse_keywords(file)
    name = module_name(generated.path)
    answers = {module_name(path): pool.modules[path][0] for path in file.dependency}
    answers["google.protobuf.descriptor_pool"] = SimpleNamespace(Default=lambda: pool.descriptors)
    pb2 = _run(name, generated.pb2, answers)
    answers[name] = pb2
    pb2_grpc = _run(f"{name}_grpc", generated.pb2_grpc, answers)
    docs.attach(file, pb2)
    return pb2, pb2_grpc


def _run(name: str, source: str, answers: dict[str, object]) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = f"<{name.replace('.', '/')}.py>"
    # So that tracebacks, `??` and inspect.getsource show the generated code.
    linecache.cache[module.__file__] = (len(source), None, source.splitlines(keepends=True), module.__file__)
    module.__builtins__ = {**vars(builtins), "__import__": _importer(answers)}
    exec(compile(source, module.__file__, "exec", dont_inherit=True), vars(module))
    return module


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


def _refuse_keywords(file: FileDescriptorProto) -> None:
    for service in file.service:
        for name in (service.name, *(method.name for method in service.method)):
            if keyword.iskeyword(name):
                raise SchemaError(
                    f"`{name}` in service {service.name} is a Python keyword, so Python cannot call it.",
                    cure="Name services and rpcs in CamelCase, by custom with a verb: `GetQuote`.",
                    path=file.name,
                )
