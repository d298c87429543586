"""Run protoc in this process: schema text in, descriptors and generated source out."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from google.protobuf import descriptor_pb2
from grpc_tools import protoc

from . import errors

# protoc writes to file descriptor 2 of the whole process, so one run at a time.
_protoc = threading.Lock()


@dataclass(frozen=True)
class Generated:
    """What protoc writes for one `.proto`, as text.

    Attributes:
        path: `courier/v1/quote.proto`.
        proto: the schema itself.
        pb2: source of `quote_pb2.py`: the messages.
        pb2_grpc: source of `quote_pb2_grpc.py`: stubs and servicers.
        pyi: source of `quote_pb2.pyi`: the types, for editors and for reading.
    """

    path: str
    proto: str
    pb2: str
    pb2_grpc: str
    pyi: str


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
    with tempfile.TemporaryDirectory(prefix="protos-") as folder:
        out = Path(folder)
        arguments = ["protoc", *(f"-I{root}" for root in (*roots, *INSTALLED))]
        arguments += [f"--{kind}_out={out}" for kind in ("python", "grpc_python", "pyi")]
        arguments += [
            f"--descriptor_set_out={out / 'set'}",
            "--include_imports",
            "--include_source_info",
            path,
        ]
        with _captured_stderr() as messages:
            failed = protoc.main(arguments)
        if failed:
            output = "".join(messages)
            for root in roots:
                # Where protoc knows a file by its place on disk, the learner knows it by its import name.
                output = output.replace(f"{root}/", "")
            raise errors.from_protoc(output, lambda file, line: _line(file, line, roots), _known(path, roots))
        files = descriptor_pb2.FileDescriptorSet.FromString((out / "set").read_bytes()).file
        stem = out / path.removesuffix(".proto").replace("-", "_")
        source = find(path, roots)
        generated = Generated(
            path=path,
            proto=source.read_text(encoding="utf-8") if source else "",
            pb2=Path(f"{stem}_pb2.py").read_text(encoding="utf-8"),
            pb2_grpc=Path(f"{stem}_pb2_grpc.py").read_text(encoding="utf-8"),
            pyi=Path(f"{stem}_pb2.pyi").read_text(encoding="utf-8"),
        )
    return Compiled(generated, {file.name: file for file in files})


@contextlib.contextmanager
def _captured_stderr() -> Iterator[list[str]]:
    messages: list[str] = []
    with _protoc, tempfile.TemporaryFile() as file:
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


def _line(path: str, line: int, roots: tuple[Path, ...]) -> str | None:
    file = find(path, roots)
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file else []
    return lines[line - 1] if 0 < line <= len(lines) else None


def _known(path: str, roots: tuple[Path, ...]) -> tuple[str, ...]:
    """Names that may have been meant: the types of this file, and the files that can be imported."""
    source = find(path, roots)
    text = source.read_text(encoding="utf-8", errors="replace") if source else ""
    types = re.findall(r"\b(?:message|enum)\s+(\w+)", text)
    files = [file.relative_to(root).as_posix() for root in roots for file in root.glob("*/*/*.proto")]
    files += [f.relative_to(INSTALLED[0]).as_posix() for f in INSTALLED[0].glob("google/protobuf/*.proto")]
    return (*types, *files)
