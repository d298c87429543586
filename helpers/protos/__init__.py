"""Python modules out of `.proto` files and cells, on the fly, as often as they are edited.

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
import re
import threading
import unicodedata
import weakref
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from google.protobuf.descriptor import FileDescriptor

from . import compiler, errors, modules
from .breaking import breaking
from .compiler import Compiled, Generated
from .errors import SchemaError
from .import_roots import INSTALLED, PROTOS, names_below
from .pools import DEFAULT, Pool, installed, symbols
from .sources import Search, Source, Sources, find_installed, locate, read

__all__ = [
    "Generated",
    "SchemaError",
    "breaking",
    "compile_cell",
    "generated",
    "load",
    "loaded",
    "sources",
    "unusable",
]


@dataclass(frozen=True)
class _Loaded:
    """A compiled schema: what it was made from, what it defines, and what it gave."""

    sources: Sources
    symbols: frozenset[str]
    modules: tuple[ModuleType, ModuleType]


_lock = threading.RLock()
_current: dict[tuple[Path | None, str], _Loaded] = {}
_workspace = Pool()
_generated: weakref.WeakKeyDictionary[ModuleType, Generated] = weakref.WeakKeyDictionary()
_history: list[weakref.ref[ModuleType]] = []
_cells: dict[str, bytes] = {}


def load(
    path: str | os.PathLike[str], *, include: Iterable[str | os.PathLike[str]] = ()
) -> tuple[ModuleType, ModuleType]:
    """Compiles a `.proto` file and returns its generated modules, as if protoc had just run.

    An import is looked for in the folders of `include`; then in the folder that the importing file's own name
    begins at, beside that file, and in each folder above it, there also below `proto/`, `protos/` and
    `third_party/`; then likewise around the current folder; then among the schemas of the course and those
    that Python packages bring (`google/protobuf/timestamp.proto`).

    Args:
        path: a file, `"proto/acme/v1/order.proto"`; or a name as an import would give it,
            `"courier/v1/quote.proto"`, looked for in `include`, in `protos/` and `proto/` of the current
            folder, and among the schemas of the course and of Python packages. A file goes first.
        include: more import roots, as protoc's `-I`.

    Returns:
        `(quote_pb2, quote_pb2_grpc)`. The same modules as long as the file and all it imports are
        unchanged; new ones, beside the old, after an edit.

    Raises:
        SchemaError: no such file, or a mistake in it; says where, and what to do.
    """
    with _lock:
        roots = _folders(include)
        return _load(_locate(path, roots), Search(roots))


def compile_cell(name: str, text: str) -> tuple[ModuleType, ModuleType]:
    """Compiles schema text; what `%%proto name` does.

    Other cells can import it as `name.proto`. Its own imports are looked for among the cells, then in the
    current folder and those above it, as `load` does, then among the schemas of the course and of packages.

    Args:
        name: `quote` gives `quote_pb2` and `quote_pb2_grpc`. What cannot stand in a Python name becomes `_`:
            `my-quote` gives `my_quote_pb2`.
        text: the schema.

    Raises:
        SchemaError: a mistake in the name or in the schema.
    """
    if not isinstance(name, str) or not isinstance(text, str):
        wrong = type(name if not isinstance(name, str) else text).__name__
        raise SchemaError(
            f"compile_cell takes a name and the text of a schema, not {wrong}.",
            cure='For example: protos.compile_cell("quote", "...").',
        )
    stem = unicodedata.normalize("NFKC", name).removesuffix(".proto")
    if not re.search(r"\w", stem) or re.search(r"[^\w.\- ]", stem) or len(stem) > 100:
        raise SchemaError(
            f"`{name}` cannot be a module's name.", cure="Use letters, digits and _: `%%proto quote`."
        )
    with _lock:
        data = text.encode("utf-8", "replace")
        _cells[f"{stem}.proto"] = data
        return _load(Source(f"{stem}.proto", None, None, data), Search((), _cells))


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


def unusable(module: ModuleType) -> SchemaError | None:
    """Why nothing of a `x_pb2_grpc` can be used, as where an rpc is named like a keyword; `None` if it can."""
    return vars(module).get("__unusable__")


def loaded() -> list[FileDescriptor]:
    """The descriptors of all schemas in use, the newest version first."""
    with _lock:
        _history[:] = [reference for reference in _history if reference() is not None]
        return [module.DESCRIPTOR for reference in reversed(_history) if (module := reference()) is not None]


def sources(schema: ModuleType | FileDescriptor) -> dict[str, str]:
    """The texts that a loaded schema was made from: its own and those of all it imports.

    Args:
        schema: `x_pb2` from `load` or `%%proto`, or its `DESCRIPTOR`.

    Returns:
        Text by name, `{"courier/v1/quote.proto": "..."}`; empty for a schema that did not come from here, or of
        which there is a newer version.
    """
    file: FileDescriptor = schema.DESCRIPTOR if isinstance(schema, ModuleType) else schema
    with _lock:
        for each in _current.values():
            mine = each.modules[0].DESCRIPTOR
            if mine.name == file.name and mine.serialized_pb == file.serialized_pb:
                return {name: source.text for name, source in each.sources.items()}
    return {}


def _load(top: Source, search: Search) -> tuple[ModuleType, ModuleType]:
    known = _current.get((top.path, top.name))
    sources = search.gather(top)
    if known is None or known.sources != sources:
        compiled = compiler.compile_file(top, sources, search)
        defined = frozenset(symbols(compiled.files[top.name]))
        if top.path is not None:
            _refuse_second_definition(top, defined, compiled.files)
        made = _build_somewhere(compiled, sources)
        _current[top.path, top.name] = known = _Loaded(sources, defined, made)
    return known.modules


def _build_somewhere(compiled: Compiled, sources: Sources) -> tuple[ModuleType, ModuleType]:
    """Runs the code of a schema in the first pool that takes it."""
    global _workspace
    path = compiled.generated.path
    own = [file for name, file in compiled.files.items() if not _is_installed(name, sources)]
    is_cell = sources[path].path is None
    for pool in (DEFAULT, _workspace):
        if pool.fits(own) and not (is_cell and pool is DEFAULT):
            try:
                return _build(compiled, sources, pool)
            except SchemaError:
                raise
            except Exception:
                continue  # what this pool has against it, or what any has: a new one will tell
    pool = Pool()
    try:
        made = _build(compiled, sources, pool)
    except SchemaError:
        raise
    except Exception as error:
        raise errors.from_runtime(error, path) from None
    _workspace = pool
    return made


def _is_installed(name: str, sources: Sources) -> bool:
    return name in sources and sources[name].is_installed and installed(name) is not None


def _build(compiled: Compiled, sources: Sources, pool: Pool) -> tuple[ModuleType, ModuleType]:
    """Runs the generated code of a schema, and before it of those it imports, in one pool."""
    path = compiled.generated.path
    for name in compiled.files:
        if _is_installed(name, sources):
            pool.add_installed(name)
    missing = [name for name in compiled.files if name not in pool.modules and name != path]
    code = {**compiler.write_code(missing, sources), path: compiled.generated}
    for name in (*missing, path):
        ready = installed(name) if _is_installed(name, sources) else None
        made = modules.build(code[name], compiled.files, pool, ready)
        pool.added(compiled.files[name], made)
        for module in made:
            _generated[module] = code[name]
        _history.append(weakref.ref(made[0]))
    return made


def _refuse_second_definition(top: Source, mine: frozenset[str], files: Container[str]) -> None:
    """In a program that imports generated files a full name can come from one file only; say so here, too."""
    for (path, name), known in _current.items():
        other = known.sources[name]
        if path is None or path == top.path or other.root != top.root or name in files:
            continue
        try:
            is_current = path.read_bytes() == other.data
        except OSError:
            continue
        twice = mine & known.symbols if is_current else None
        if twice:
            raise SchemaError(
                f"`{min(twice)}` is already defined by {name}, which is loaded in this kernel.",
                cure="A program can hold a full name once: rename it, or give this file a package of its own.",
                path=top.name,
            )


def _folders(include: Iterable[str | os.PathLike[str]]) -> tuple[Path, ...]:
    if isinstance(include, (str, os.PathLike)):
        include = (include,)
    try:
        roots = tuple(Path(os.path.abspath(folder)) for folder in include)
    except (TypeError, ValueError):
        raise SchemaError(
            "`include` takes folders to look for imports in.",
            cure='For example: protos.load("order.proto", include=["proto"]).',
        ) from None
    for root in roots:
        if not root.is_dir():
            raise SchemaError(f"There is no folder {str(root)!r} to look for imports in.")
    return roots


def _locate(path: str | os.PathLike[str], include: tuple[Path, ...]) -> Source:
    """The schema that a path or the name of an import means."""
    if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
        raise SchemaError(
            f"load takes the path of a .proto file, not {type(path).__name__}.",
            cure='For example: protos.load("courier/v1/quote.proto").',
        )
    given = Path(path)
    file = Path(os.path.abspath(given))
    if file.is_file():
        return locate(file, include)
    name = given.as_posix()
    here = Path.cwd()
    roots = (*include, *(here / folder for folder in ("protos", "proto")), PROTOS, *INSTALLED)
    if not given.is_absolute() and ".." not in given.parts:
        for root, inner in itertools.product(roots, (name, name.removeprefix("protos/"))):
            if (root / inner).is_file():
                return read(inner, root / inner, root)
        if source := find_installed(name):
            return source
    raise SchemaError(
        f"There is no schema {name!r} in protos/ or in {here}.", cure=_meant(given, name, roots)
    )


def _meant(given: Path, name: str, roots: Iterable[Path]) -> str:
    """Names that would have worked, as near as can be."""
    course = [file for root in (*roots,) for file in names_below(root) if root not in INSTALLED]
    there = [*course, *names_below(Path.cwd())]
    if given.is_absolute() or ".." in given.parts:
        there += [(given.parent / file).as_posix() for file in names_below(given.parent)]
    same = [file for file in there if file.rpartition("/")[2] == given.name]
    near = same or difflib.get_close_matches(
        name, [*there, *(file.removesuffix(".proto") for file in there)], n=1
    )
    if near:
        return f'Did you mean "{near[0].removesuffix(".proto")}.proto"?'
    return "Did you mean one of: " + ", ".join(dict.fromkeys(course)) + "?"
