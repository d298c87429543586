"""Run protoc in this process: schema text in, descriptors and generated source out."""

from __future__ import annotations

import contextlib
import functools
import html
import importlib.util
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from google.protobuf import descriptor_pb2
from grpc_tools import protoc

from . import errors

# protoc writes to file descriptor 2 of the whole process, so one run at a time.
_protoc = threading.Lock()
_out = tempfile.TemporaryDirectory(prefix="protoc-")


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
    _descriptors: bytes = field(repr=False)

    @functools.cached_property
    def pyi(self) -> str:
        """Source of `quote_pb2.pyi`: the types, for editors and for reading. Written when asked for."""
        known = Path(_out.name, "known.set")
        with _protoc:
            known.write_bytes(self._descriptors)
            _, (pyi,) = _run([f"--descriptor_set_in={known}"], self.path, "pyi")
        return pyi.decode()

    def __str__(self) -> str:
        return self.proto.strip()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        stem = self.path.rpartition("/")[2].removesuffix(".proto")
        parts = {
            f"the contract: {self.path}": self.proto,
            f"its messages: {stem}_pb2 (the types, from {stem}_pb2.pyi)": self.pyi,
            f"its services: {stem}_pb2_grpc": self.pb2_grpc,
        }
        page = "".join(
            f"<details{' open' if text is self.proto else ''}><summary>{html.escape(title)}</summary>"
            f'<pre tabindex="0" style="max-height: 24em; overflow: auto">{html.escape(text.strip())}</pre></details>'
            for title, text in parts.items()
        )
        return {"text/html": page, "text/plain": str(self)}


@dataclass(frozen=True)
class Compiled:
    """One schema file, compiled.

    Attributes:
        generated: the sources protoc wrote for this file.
        files: `FileDescriptorProto` by path, of this file and all it imports, imports first;
            with the comments of this file.
    """

    generated: Generated
    files: dict[str, descriptor_pb2.FileDescriptorProto]


def installed_roots() -> tuple[Path, ...]:
    """Folders of schemas that come with Python packages: `google/protobuf/*.proto`, `google/rpc/*.proto`."""
    roots = [Path(str(resources.files("grpc_tools") / "_proto"))]
    rpc = importlib.util.find_spec("google.rpc")
    for place in (rpc.submodule_search_locations or ()) if rpc else ():
        if (Path(place) / "status.proto").exists():
            roots.append(Path(place).parent.parent)
    return tuple(roots)


INSTALLED = installed_roots()


def find(path: str, roots: tuple[Path, ...]) -> Path | None:
    """The file that `import "path"` means: the first match in `roots`, as protoc resolves it."""
    return next((root / path for root in roots if (root / path).is_file()), None)


def compile_file(path: str, roots: tuple[Path, ...]) -> Compiled:
    """Compiles one schema with everything it imports.

    Args:
        path: relative to one of `roots`, with forward slashes.
        roots: folders that imports are resolved against, in this order.

    Raises:
        SchemaError: the schema, or one it imports, is wrong.
    """
    text = _text(path, roots)
    arguments = [f"-I{root}" for root in (*roots, *INSTALLED)]
    arguments += ["--include_imports", "--include_source_info"]
    with _protoc:
        messages, written = _run(arguments, path, "python", "grpc_python", "descriptor_set")
    if not written:
        for root in roots:
            # Where protoc knows a file by its place on disk, the learner knows it by its import name.
            messages = messages.replace(f"{root}/", "")
        raise errors.from_protoc(messages, lambda file, line: _line(file, line, roots), _known(path, roots))
    pb2, pb2_grpc, descriptors = written
    generated = Generated(path, text, pb2.decode(), pb2_grpc.decode(), descriptors)
    files = descriptor_pb2.FileDescriptorSet.FromString(descriptors).file
    return Compiled(generated, {file.name: file for file in files})


# What protoc is asked to write: the name of its option, and how the name of the file ends.
_ENDINGS = {"python": "_pb2.py", "grpc_python": "_pb2_grpc.py", "pyi": "_pb2.pyi", "descriptor_set": ".set"}


def _run(arguments: list[str], path: str, *kinds: str) -> tuple[str, list[bytes]]:
    """Runs protoc, under its lock: what it said, and the files it wrote, none where it failed."""
    out = Path(_out.name)
    out.mkdir(exist_ok=True)
    stem = path.removesuffix(".proto").replace("-", "_")
    files = [out / f"{stem}{_ENDINGS[kind]}" for kind in kinds]
    files[-1].parent.mkdir(parents=True, exist_ok=True)
    options = [
        f"--{kind}_out={file if kind == 'descriptor_set' else out}"
        for kind, file in zip(kinds, files, strict=True)
    ]
    with _captured_stderr() as messages:
        failed = protoc.main(["protoc", *arguments, *options, path])
    written = [] if failed else [file.read_bytes() for file in files]
    for file in files:
        # Making and removing a folder each time would take longer than protoc itself.
        file.unlink(missing_ok=True)
    return "".join(messages), written


@contextlib.contextmanager
def _captured_stderr() -> Iterator[list[str]]:
    messages: list[str] = []
    with tempfile.TemporaryFile() as file:
        sys.stderr.flush()
        terminal = os.dup(2)
        try:
            os.dup2(file.fileno(), 2)
            yield messages
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
            file.seek(0)
            messages.append(file.read().decode("utf-8", "replace"))


def _text(path: str, roots: tuple[Path, ...]) -> str:
    """A schema's text; protoc takes other encodings than UTF-8, but writes code then that Python does not."""
    file = find(path, (*roots, *INSTALLED))
    data = file.read_bytes() if file else b""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.SchemaError(
            "This file is not UTF-8 text.",
            cure="Save it with the encoding UTF-8; an editor's Save As offers that.",
            path=path,
            line=data.count(b"\n", 0, error.start) + 1,
        ) from None


def _line(path: str, line: int, roots: tuple[Path, ...]) -> str | None:
    lines = _loosely(path, roots).splitlines()
    return lines[line - 1] if 0 < line <= len(lines) else None


def _known(path: str, roots: tuple[Path, ...]) -> tuple[str, ...]:
    """Names that may have been meant: types of this file and of its imports, and files to import."""
    text = _loosely(path, roots)
    types = re.findall(r"\b(?:message|enum)\s+(\w+)", text)
    for other in re.findall(r'\bimport\s+(?:public\s+)?"([^"]+)"', text):
        imported = _loosely(other, roots)
        package = re.search(r"^\s*package\s+([\w.]+)", imported, re.MULTILINE)
        prefix = f"{package[1]}." if package else ""
        types += [prefix + name for name in re.findall(r"^(?:message|enum)\s+(\w+)", imported, re.MULTILINE)]
    files = [file.relative_to(root).as_posix() for root in roots for file in root.glob("*/*/*.proto")]
    files += [f.relative_to(INSTALLED[0]).as_posix() for f in INSTALLED[0].glob("google/protobuf/*.proto")]
    return (*types, *files)


def _loosely(path: str, roots: tuple[Path, ...]) -> str:
    file = find(path, roots)
    return file.read_text(encoding="utf-8", errors="replace") if file else ""
