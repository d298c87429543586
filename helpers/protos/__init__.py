"""`.proto` files and cells to Python modules, on the fly, as often as you edit them.

    quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")

gives what `python -m grpc_tools.protoc` would have written to disk, and in a notebook

    %%proto quote
    syntax = "proto3";
    ...

gives `quote_pb2` and `quote_pb2_grpc`. Each version of an edited schema keeps its own classes.
"""

from __future__ import annotations

import difflib
import itertools
import os
import tempfile
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from google.protobuf.descriptor import FileDescriptor

from . import compiler, modules
from .breaking import breaking
from .compiler import Compiled, Generated
from .errors import SchemaError
from .pools import DEFAULT, Pool, installed, symbols

__all__ = ["Generated", "SchemaError", "breaking", "compile_cell", "generated", "load", "loaded"]

PROTOS = Path(__file__).resolve().parents[2] / "protos"


@dataclass(frozen=True)
class _Loaded:
    """A compiled schema, and the text on disk that it was made from."""

    compiled: Compiled
    sources: dict[Path, bytes]
    pool: Pool

    @property
    def modules(self) -> tuple[ModuleType, ModuleType]:
        return self.pool.modules[self.compiled.generated.path]

    def is_current(self) -> bool:
        return all(_read(file) == text for file, text in self.sources.items())


_lock = threading.RLock()
_current: dict[Path, _Loaded] = {}
_workspace = Pool()
_generated: weakref.WeakKeyDictionary[ModuleType, Generated] = weakref.WeakKeyDictionary()
_history: list[weakref.ref[ModuleType]] = []
_cells = tempfile.TemporaryDirectory(prefix="proto-cells-")


def load(path: str | os.PathLike[str]) -> tuple[ModuleType, ModuleType]:
    """Compiles a `.proto` file and returns its generated modules, as if protoc had just run.

    Args:
        path: as an import names it, `"courier/v1/quote.proto"`, looked for in `protos/` and then in the
            current folder; or the path of a file elsewhere.

    Returns:
        `(quote_pb2, quote_pb2_grpc)`. The same modules as long as the file and all it imports are
        unchanged; new ones, beside the old, after an edit.

    Raises:
        SchemaError: no such file, or a mistake in it; says where, and what to do.
    """
    name, roots = _locate(path)
    with _lock:
        return _load(name, roots, cell=False)


def compile_cell(name: str, text: str) -> tuple[ModuleType, ModuleType]:
    """Compiles schema text; what `%%proto name` does. Other cells can import it as `name.proto`.

    Args:
        name: a Python identifier; `quote` gives `quote_pb2` and `quote_pb2_grpc`.
        text: the schema.

    Raises:
        SchemaError: a mistake in the name or in the schema.
    """
    if not name.isidentifier():
        raise SchemaError(
            f"`{name}` cannot be a module's name.", cure="Use letters, digits and _: `%%proto quote`."
        )
    root = Path(_cells.name)
    with _lock:
        (root / f"{name}.proto").write_text(text, encoding="utf-8")
        return _load(f"{name}.proto", (root, *_roots()), cell=True)


def generated(module: ModuleType) -> Generated:
    """The source that protoc writes for a loaded schema.

    Args:
        module: `x_pb2` or `x_pb2_grpc` from `load` or `%%proto`.

    Raises:
        ValueError: a module that did not come from here.
    """
    try:
        return _generated[module]
    except (KeyError, TypeError):
        raise ValueError(f"{module!r} was not made by protos.load or %%proto") from None


def loaded() -> list[FileDescriptor]:
    """The descriptors of all schemas in use, the newest version first."""
    with _lock:
        _history[:] = [reference for reference in _history if reference() is not None]
        return [module.DESCRIPTOR for reference in reversed(_history) if (module := reference()) is not None]


def _load(name: str, roots: tuple[Path, ...], cell: bool) -> tuple[ModuleType, ModuleType]:
    file = compiler.find(name, (*roots, *compiler.INSTALLED))
    known = _current.get(file)
    if known is None or not known.is_current():
        compiled = compiler.compile_file(name, roots)
        if not cell:
            _refuse_second_definition(file, compiled)
        pool = _pool_for(compiled, cell)
        _build(compiled, roots, pool)
        found = {compiler.find(path, roots) for path in compiled.files}
        _current[file] = known = _Loaded(compiled, {place: _read(place) for place in found if place}, pool)
    return known.modules


def _pool_for(compiled: Compiled, cell: bool) -> Pool:
    global _workspace
    if not cell and DEFAULT.fits(compiled.files):
        return DEFAULT
    if not _workspace.fits(compiled.files):
        _workspace = Pool()
    return _workspace


def _build(compiled: Compiled, roots: tuple[Path, ...], pool: Pool) -> None:
    """Runs the generated code of a schema, and before it of those it imports, in one pool."""
    for path, file in compiled.files.items():
        if path == compiled.generated.path:
            continue
        if installed(file):
            pool.add_installed(file)
        elif path not in pool.modules:
            _build(compiler.compile_file(path, roots), roots, pool)
    made = modules.build(compiled, pool)
    pool.added(compiled.files[compiled.generated.path], made)
    for module in made:
        _generated[module] = compiled.generated
    _history.append(weakref.ref(made[0]))


def _refuse_second_definition(file: Path, compiled: Compiled) -> None:
    """In a program that imports generated files a full name can come from one file only; say so here, too."""
    mine = set(symbols(compiled.files[compiled.generated.path]))
    for other, known in _current.items():
        path = known.compiled.generated.path
        if (
            other == file
            or other.parent == Path(_cells.name)
            or not known.is_current()
            or path in compiled.files
        ):
            continue
        twice = mine.intersection(symbols(known.compiled.files[path]))
        if twice:
            raise SchemaError(
                f"`{min(twice)}` is already defined by {path}, which is loaded in this kernel.",
                cure="A program can hold a full name once: rename it, or give this file a package of its own.",
                path=compiled.generated.path,
            )


def _roots() -> tuple[Path, ...]:
    return (PROTOS, Path.cwd())


def _locate(path: str | os.PathLike[str]) -> tuple[str, tuple[Path, ...]]:
    """The import name of a schema, and the folders to look in."""
    if not isinstance(path, (str, os.PathLike)):
        raise SchemaError(
            f"load takes the path of a .proto file, not {type(path).__name__}.",
            cure='For example: protos.load("courier/v1/quote.proto").',
        )
    given, roots = Path(path), _roots()
    name = given.as_posix().removeprefix("protos/")
    if given.suffix == ".proto":
        is_import_name = not given.is_absolute() and ".." not in given.parts
        if is_import_name and compiler.find(name, (*roots, *compiler.INSTALLED)):
            return name, roots
        file = Path(os.path.abspath(given))
        if file.is_file():
            for place, root in itertools.product((file, file.resolve()), roots):
                if place.is_relative_to(root):
                    return place.relative_to(root).as_posix(), roots
            return file.name, (file.parent, *roots)
    there = sorted(file.relative_to(PROTOS).as_posix() for file in PROTOS.rglob("*.proto"))
    near = difflib.get_close_matches(name, [*there, *(file.removesuffix(".proto") for file in there)], n=1)
    meant = f'"{near[0].removesuffix(".proto")}.proto"' if near else "one of: " + ", ".join(there)
    raise SchemaError(
        f"There is no schema {name!r} in protos/ or in {Path.cwd()}.", cure=f"Did you mean {meant}?"
    )


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
