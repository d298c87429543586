"""Names, attributes and modules that are not there: which cell makes them, or what was meant."""

from __future__ import annotations

import builtins
import enum
import inspect
import linecache
import re
import sys
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import Message

from helpers import cells, protos
from helpers.protos.import_roots import PROTOS

from .. import lesson_file, stale_names
from ..error_context import ErrorContext
from .rows import FEW, Row, near

COMMON = (
    "asyncio", "concurrent", "fastapi", "google", "grpc", "grpc_channelz", "grpc_health", "grpc_reflection", "grpc_status",
    "helpers", "hpack", "httpx", "hypothesis", "ipytest", "ipywidgets", "json", "orjson", "pydantic", "pytest", "starlette",
    "threading", "time",
)  # fmt: skip
"""Modules that lessons import."""
RUN_ABOVE = (
    "Run the setup cell at the top and the cells in between: menu Run, then Run All Above Selected Cell."
)


def _name(context: ErrorContext, found: re.Match[str]) -> str | None:
    if isinstance(context.error, UnboundLocalError):
        return None
    return _tell_name(context, found[1])


def _ended(context: ErrorContext, _: re.Match[str]) -> str:
    if context.called_in("/grpc/_server.py") is not None:
        return (
            "The client sent no more requests: the stream of them has ended.\n"
            "Read them with `for request in requests:`, or one with next(requests, None), which may be None."
        )
    cause = "There is nothing more to read: this iterator has come to its end."
    if context.own is not None and not context.own.tb_frame.f_code.co_name.startswith("<"):  # in a function
        return f"{cause}\nWhere that can happen, give next a second argument: next(iterator, None) gives None then."
    return f"{cause}\nRun the cell that makes it, and then this one."


def _tell_name(context: ErrorContext, name: str) -> str:
    names = context.shell.user_ns
    all_cells = lesson_file.cells(names)
    if cause := stale_names.advice(name):
        return cause
    cell = _maker(name, all_cells)
    if cell is None and name in sys.stdlib_module_names:
        cause = f"`{name}` is a module of Python's, and no cell that imports it has been run."
        return f"{cause}\nRun the setup cell at the top, or write `import {name}`."
    if cell is None and (inside := _generated_with(name, names)):
        return f"No name `{name}` is here, but {inside} has one.\nWrite `{inside}.{name}`."
    known = [key for key in names if not key.startswith("_") and key not in context.shell.user_ns_hidden]
    meant = near(name, [*known, *dir(builtins)])
    guess = f"\nOr did you mean `{meant}`?" if meant else ""
    if cell is not None:
        setup = all_cells[0]
        if cell is not setup and setup.makes and not any(made in names for made in setup.makes):
            return f"`{name}` is not there yet, and neither is what the setup cell makes.\n{RUN_ABOVE}"
        return f"`{name}` is not there yet.\nRun {cell}, and then this one."
    if all_cells:
        cure = f"Did you mean `{meant}`?" if meant else "Is it misspelt, or still to be written?"
        return f"No cell of this notebook, as it was saved last, makes `{name}`.\n{cure}"
    cause = f"This kernel does not know `{name}` yet: no cell that makes it has been run since the kernel started."
    return f"{cause}\n{RUN_ABOVE}{guess}"


def _generated_with(name: str, names: Mapping[str, object]) -> str | None:
    """The generated module among the learner's names that has this one, `quote_pb2`."""
    for key, value in names.items():
        is_generated = isinstance(value, types.ModuleType) and value.__name__.endswith(("_pb2", "_pb2_grpc"))
        if not is_generated or key.startswith("_") or name.startswith("_") or name == "DESCRIPTOR":
            continue
        if name in vars(value) and not isinstance(vars(value)[name], types.ModuleType):
            return key
    return None


def _maker(name: str, all_cells: Sequence[lesson_file.Cell]) -> lesson_file.Cell | None:
    running = cells.running()
    return lesson_file.cell_that_makes(name, all_cells, running.cell if running else None)


def _attribute(context: ErrorContext, found: re.Match[str]) -> str | None:
    error = context.error
    thing, name = getattr(error, "obj", None), getattr(error, "name", None) or found["name"]
    if inspect.iscoroutine(thing) or thing is None:
        return None
    if isinstance(thing, Message) or (isinstance(thing, type) and issubclass(thing, Message)):
        return None  # the table of messages knows more
    if isinstance(thing, tuple):
        return _of_pair(thing)
    if isinstance(thing, types.ModuleType):
        kind, names = f"The module `{thing.__name__.rpartition('.')[2]}`", dir(thing)
    else:
        cls = thing if isinstance(thing, type) else type(thing)
        kind, names = f"{cls.__name__}", dir(thing)
    few = isinstance(thing, types.ModuleType) and thing.__name__.endswith(("_pb2", "_pb2_grpc"))
    if few and (inside := _generated_with(name, context.shell.user_ns)):
        return f"{kind} has no `{name}`, but {inside} has one.\nWrite `{inside}.{name}`."
    few = few or type(thing).__name__.endswith("Stub") or isinstance(thing, enum.EnumMeta)
    meant = near(name, [key for key in names if not key.startswith("_")], FEW if few else 0.75)
    if meant:
        return f"{kind} has no `{name}`.\nDid you mean `{meant}`?"
    if type(thing).__name__.endswith("Stub"):
        methods = ", ".join(sorted(key for key in vars(thing) if not key.startswith("_")))
        return f"{kind} has no method `{name}`.\nIts methods are {methods}."
    return None


def _of_pair(pair: tuple[object, ...]) -> str | None:
    """What is asked of two things at once, as two functions of a lesson give them."""
    if len(pair) == 2 and isinstance(pair[1], grpc.Call):
        return "`.with_call(...)` gives two things, the reply and the call.\nWrite `reply, call = ...`."
    if len(pair) == 2 and all(isinstance(item, types.ModuleType) for item in pair):
        return (
            "`protos.load` gives two modules: one with the messages, one with the stubs and servicers.\n"
            "Write `quote_pb2, quote_pb2_grpc = protos.load(...)`."
        )
    return None


def _module(context: ErrorContext, found: re.Match[str]) -> str | None:
    name = found[1]
    last = name.rpartition(".")[2]
    if match := re.fullmatch(r"(\w+)_pb2(_grpc)?", last):
        return _generated(context, match[1], last)
    top = name.partition(".")[0]
    files = [path for path in sorted(PROTOS.rglob("*.proto")) if _import_name(path).startswith(f"{top}/")]
    if files:
        line = (
            linecache.getline(context.own.tb_frame.f_code.co_filename, context.own.tb_lineno)
            if context.own
            else ""
        )
        return _load(next((path for path in files if f"{path.stem}_pb2" in line), files[0]))
    parent = name.rpartition(".")[0]
    if parent in sys.modules:
        meant = near(last, dir(sys.modules[parent]), FEW)
        meant = meant and f"{parent}.{meant}"
    else:
        meant = near(name, COMMON, 0.7)
    return f"There is no module `{name}` here.\nDid you mean `{meant}`?" if meant else None


def _import_name(path: Path) -> str:
    return path.relative_to(PROTOS).as_posix()


def _generated(context: ErrorContext, stem: str, module: str) -> str:
    if module in context.shell.user_ns:
        return (
            f"`{module}` is no file: `%%proto` or `protos.load` has put it into this notebook's names.\n"
            f"Leave the import out, and use `{module}`."
        )
    files = sorted(PROTOS.rglob(f"{stem}.proto"))
    if files:
        return _load(files[0])
    cell = _maker(module, lesson_file.cells(context.shell.user_ns))
    if cell is not None:
        return f"`{module}` is no file, and needs no import.\nRun {cell}: it makes the name."
    return (
        f"There is no generated file {module}.py here: in this course schemas are compiled on the fly.\n"
        f"Run the cell with `%%proto {stem}`, or load the file: "
        f'{stem}_pb2, {stem}_pb2_grpc = protos.load("{stem}.proto").'
    )


def _load(path: Path) -> str:
    stem, name = path.stem, _import_name(path)
    return (
        "No generated file lies on disk: in this course schemas are compiled on the fly.\n"
        f'Write {stem}_pb2, {stem}_pb2_grpc = protos.load("{name}").'
    )


def _cell_of_schema(context: ErrorContext, found: re.Match[str]) -> str | None:
    cell = _maker(f"{found[1]}_pb2", lesson_file.cells(context.shell.user_ns))
    return f"Run {cell}, and then this one." if cell is not None else None


def _in_braces(context: ErrorContext, found: re.Match[str]) -> str | None:
    name = found[1]
    if name in context.shell.user_ns:
        return None
    cell = _maker(name, lesson_file.cells(context.shell.user_ns))
    cure = f"Run {cell}, and then this one." if cell is not None else RUN_ABOVE
    return f"In the first line `{{{name}}}` stands for a name that is not there yet.\n{cure}"


def _imported(context: ErrorContext, found: re.Match[str]) -> str | None:
    module = sys.modules.get(found[2])
    meant = near(found[1], dir(module)) if module else None
    return f"`{found[2]}` has no `{found[1]}`.\nDid you mean `{meant}`?" if meant else None


def _keyword(context: ErrorContext, found: re.Match[str]) -> str | None:
    function: Any = _resolve(found[1], context)
    try:
        parameters = inspect.signature(function).parameters if function is not None else {}
    except (TypeError, ValueError):
        return None
    names = [name for name in parameters if name != "self"]
    cause = f"`{found[1].removesuffix('.__init__')}` takes no `{found[2]}`."
    if meant := near(found[2], names, FEW):
        return f"{cause}\nDid you mean `{meant}`?"
    return f"{cause}\nIt takes {', '.join(names)}." if names else None


def _resolve(path: str, context: ErrorContext) -> object:
    first, *rest = path.split(".")
    value = context.shell.user_ns.get(first)
    for name in rest:
        value = getattr(value, name, None)
    return value if callable(value) else None


TABLE = (
    Row(protos.SchemaError, r'Import "(\w+)\.proto" was not found', _cell_of_schema),
    Row(NameError, r"name '(\w+)' is not defined", _name),
    Row(StopIteration, r"^$", _ended),
    Row(ModuleNotFoundError, r"No module named '([\w.]+)'", _module),
    Row(FileNotFoundError, r"'[^']*\{(\w+)\}", _in_braces),
    Row(ImportError, r"cannot import name '(\w+)' from '([\w.]+)'", _imported),
    Row(TypeError, r"^([\w.]+)\(\) got an unexpected keyword argument '(\w+)'", _keyword),
    Row(AttributeError, r"has no attribute '(?P<name>\w+)'|^(?P<alone>\w+)$", _attribute),
)
