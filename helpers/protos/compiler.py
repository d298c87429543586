"""Runs of protoc: the texts of schemas in, descriptors and generated source out."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from helpers.text import visible

from . import crashes, errors
from .descriptors import FileDescriptorSet
from .highlight import sources_html
from .import_roots import INSTALLED
from .sources import Search, Source, Sources
from .worker import Outcome, worker


@dataclass(frozen=True)
class Generated:
    """What protoc writes for one `.proto`, as text.

    Attributes:
        path: `courier/v1/quote.proto`.
        proto: the schema itself.
        pb2: source of `quote_pb2.py`: the messages.
        pb2_grpc: source of `quote_pb2_grpc.py`: stubs and servicers.
    """

    path: str
    proto: str
    pb2: str
    pb2_grpc: str
    _sources: Sources = field(repr=False, compare=False)

    @functools.cached_property
    def pyi(self) -> str:
        """Source of `quote_pb2.pyi`: the types, for editors and for reading. Written when asked for."""
        with worker.lock:
            _stage(self._sources)
            _, written = _run([self.path], "pyi")
        return written["pyi", self.path].decode()

    def __str__(self) -> str:
        return self.proto.strip()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        stem = self.path.rpartition("/")[2].removesuffix(".proto")
        parts = {
            f"the contract: {self.path}": ("protobuf", self.proto),
            f"its messages: {stem}_pb2 (the types, from {stem}_pb2.pyi)": ("python", self.pyi),
            f"its services: {stem}_pb2_grpc": ("python", self.pb2_grpc),
        }
        return {"text/html": sources_html(parts), "text/plain": visible(self)}


@dataclass(frozen=True)
class Compiled:
    """One schema file, compiled.

    Attributes:
        generated: the sources protoc wrote for this file.
        files: `FileDescriptorProto` by path, of this file and all it imports, imports first.
    """

    generated: Generated
    files: dict[str, FileDescriptorProto]


def compile_file(top: Source, sources: Sources, search: Search) -> Compiled:
    """Compiles one schema with everything it imports.

    Args:
        top: the schema.
        sources: it and what it imports, by name.
        search: how they were found; asked again for what may have been meant where something is missing.

    Raises:
        SchemaError: the schema, or one it imports, is wrong.
    """
    with worker.lock:
        _stage(sources)
        outcome, written = _run([top.name], *_kinds(top.name), "descriptor_set")
        if outcome.code is None:
            raise crashes.error_of(top, sources, outcome.messages, _outlives)
    if not written:
        _refuse_other_endings(outcome.messages, top, sources)
        raise errors.from_protoc(
            outcome.messages, sources, lambda importer: search.visible(sources[importer])
        )
    files = FileDescriptorSet.FromString(written["descriptor_set", ""]).file
    return Compiled(_generated(top, written, sources), {file.name: file for file in files})


def write_code(names: Iterable[str], sources: Sources) -> dict[str, Generated]:
    """What protoc writes for several files that have just been compiled as imports of another."""
    made: dict[str, Generated] = {}
    # The plugin for services takes no file with another ending, and refuses all others with it.
    for is_usual in (True, False):
        wanted = [name for name in names if name.endswith(".proto") is is_usual]
        if not wanted:
            continue
        with worker.lock:
            _stage(sources)
            outcome, written = _run(wanted, *_kinds(wanted[0]))
            if outcome.code is None:
                raise crashes.error_of(sources[wanted[0]], sources, outcome.messages, _outlives)
        if not written:
            raise errors.from_protoc(outcome.messages, sources)
        made |= {name: _generated(sources[name], written, sources) for name in wanted}
    return made


def _generated(source: Source, written: dict[tuple[str, str], bytes], sources: Sources) -> Generated:
    pb2, pb2_grpc = (written.get((kind, source.name), b"").decode() for kind in ("python", "grpc_python"))
    return Generated(source.name, source.text, pb2, pb2_grpc, sources)


def _refuse_other_endings(messages: str, top: Source, sources: Sources) -> None:
    others = [name for name in sources if not name.endswith(".proto")]
    if others and messages.startswith("--grpc_python_out"):
        raise errors.SchemaError(
            f'protoc writes no service that imports a file of another ending than .proto: "{others[0]}".',
            cure="Rename that file, and the import of it.",
            path=top.name,
        )


def _kinds(name: str) -> tuple[str, ...]:
    return ("python", "grpc_python") if name.endswith(".proto") else ("python",)


# What protoc is asked to write for a file, and how the name of what it writes ends.
_ENDINGS = {"python": "_pb2.py", "grpc_python": "_pb2_grpc.py", "pyi": "_pb2.pyi"}
_staged: dict[Path, bytes] = {}


def _stage(sources: Sources) -> None:
    """Lays the files out as their imports name them: protoc sees these, and nothing that lies near them."""
    root = worker.folder / "in"
    wanted = {root / name: source.data for name, source in sources.items() if not source.is_in_place}
    for file in _staged.keys() - wanted.keys():
        if file.is_relative_to(root):  # and not in the folder of a process that this one was forked from
            file.unlink(missing_ok=True)
        del _staged[file]
    for file, data in wanted.items():
        if _staged.get(file) == data and file.is_file():
            continue
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        except OSError:  # an earlier schema has left a folder where a file is to be
            shutil.rmtree(root, ignore_errors=True)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        _staged[file] = data


def _run(names: list[str], *kinds: str, again: bool = True) -> tuple[Outcome, dict[tuple[str, str], bytes]]:
    """Runs protoc on staged files: how it ended, and what it wrote by kind and file; nothing where it failed."""
    out = worker.folder / "out"
    files: dict[tuple[str, str], Path] = {}
    for kind in kinds:
        if kind == "descriptor_set":
            files[kind, ""] = out / ".set"
        else:
            files |= {(kind, name): out / (_stem(name) + _ENDINGS[kind]) for name in names}
    for folder in {file.parent for file in files.values()}:
        folder.mkdir(parents=True, exist_ok=True)
    roots = [f"-I{root}" for root in (worker.folder / "in", *INSTALLED)]
    options = [f"--{kind}_out={out if kind in _ENDINGS else files[kind, '']}" for kind in kinds]
    if "descriptor_set" in kinds:
        options += ["--include_imports", "--include_source_info"]
    # What begins with one of these is an option, or a file of options; any place on disk begins with neither.
    given = [str(worker.folder / "in" / name) if name[0] in "-@" else name for name in names]
    outcome = worker.run([*roots, *options, *given], again)
    # Where protoc knows a file by its place on disk, the learner knows it by its import name.
    for root in roots if outcome.messages else ():
        outcome = outcome._replace(messages=outcome.messages.replace(f"{root.removeprefix('-I')}/", ""))
    written = {} if outcome.code != 0 else {key: file.read_bytes() for key, file in files.items()}
    return outcome, written


def _outlives(top: Source, sources: Sources) -> bool:
    """Whether protoc survives this, with whatever answer."""
    _stage(sources)
    outcome, _ = _run([top.name], *_kinds(top.name), "descriptor_set", again=False)
    return outcome.code is not None


def _stem(name: str) -> str:
    """`my-quote.v1.proto` -> `my_quote/v1`: where protoc writes the code of a file."""
    return name.removesuffix(".proto").replace("-", "_").replace(".", "/")
