"""A project whose generated code does not import, because of where its contract lies."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..engine import Check, WriteFunction, wrong

_CONTRACT = """\
syntax = "proto3";

package depot.v1;

service ParcelService {
  rpc StoreParcel(StoreParcelRequest) returns (StoreParcelResponse);
}

message StoreParcelRequest {
  string parcel_id = 1;
}

message StoreParcelResponse {
  int32 shelf = 1;
}
"""
_FILES = {
    "proto/parcel.proto": _CONTRACT,
    "src/depot/__init__.py": "",
    "src/depot/server.py": "from depot.v1 import parcel_pb2, parcel_pb2_grpc\n\nSTUB = parcel_pb2_grpc.ParcelServiceStub\n",
}
_NEW = "proto/depot/v1/parcel.proto"
_CODE = "src/depot/v1/parcel_pb2.py", "src/depot/v1/parcel_pb2_grpc.py"

_MOVE = "The contract says `package depot.v1;`. Below `proto` it belongs into the folders of that name: `depot/v1`."
_TWICE = "The contract is there twice. Whoever edits one of them has changed half of it: move it."
_TOUCHED = "This file is as it should be, and need not be touched."
_BOTH = (
    "There are two modules to generate: `--python_out` for the messages, `--grpc_python_out` for the service."
)
_WHERE = (
    "The code belongs below `src`, as the contract below `proto`: `--python_out=src`, and the contract by its whole name, "
    "`depot/v1/parcel.proto`."
)
_NAME = (
    "The import is made of the contract's name, and the name begins where `--proto_path` says. Let it say `proto`, and call "
    "the contract `depot/v1/parcel.proto`."
)
_EDITED = "This is not what protoc has generated. The next time it runs, edits are lost."


@functools.cache
def _generated() -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(prefix="depot-") as name:
        folder = Path(name)
        (folder / "proto/depot/v1").mkdir(parents=True)
        (folder / "src").mkdir()
        (folder / _NEW).write_text(_CONTRACT, encoding="utf-8")
        flags = ["--proto_path=proto", "--python_out=src", "--grpc_python_out=src", "depot/v1/parcel.proto"]
        subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *flags], cwd=folder, check=True)
        return tuple((folder / code).read_text(encoding="utf-8") for code in _CODE)


@contextlib.contextmanager
def _project() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="depot-", ignore_cleanup_errors=True) as name:
        for path, text in _FILES.items():
            file = Path(name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        yield Path(name)


def _check_will_import(check: Check) -> None:
    for _ in range(2):
        _expect_mended(check)


def _expect_mended(check: Check) -> None:
    with _project() as folder:
        result = check.run(folder, called="mend(folder)", within=10)
        result.expect_return("a folder that is mended")
        there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.p*") if path.is_file())
        seen = ", ".join(there) or "nothing"
        result.expect((folder / _NEW).is_file(), _NEW, seen, _MOVE)
        result.expect(not (folder / "proto/parcel.proto").exists(), f"{_NEW} alone", seen, _TWICE)
        for path, text in {**_FILES, _NEW: _CONTRACT}.items():
            if path == "proto/parcel.proto":
                continue
            found = folder / path
            same = found.is_file() and found.read_text(encoding="utf-8") == text
            result.expect(
                same, f"{path} as it was", "another text" if found.is_file() else "no such file", _TOUCHED
            )
        for path in _CODE:
            made = [each for each in there if each.endswith(path.rpartition("/")[2])]
            result.expect((folder / path).is_file(), path, seen, _WHERE if made else _BOTH)
        _expect_import(check, folder)
        for path, text in zip(_CODE, _generated(), strict=True):
            same = (folder / path).read_text(encoding="utf-8") == text
            result.expect(same, f"{path} as protoc makes it", "another text", _EDITED)


def _expect_import(check: Check, folder: Path) -> None:
    check.waiting_for = "`import depot.server` in a process of its own"
    typed = subprocess.run(
        [sys.executable, "-c", "import depot.server"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(folder / "src")}, capture_output=True, encoding="utf-8",
        timeout=15, check=False,
    )  # fmt: skip
    last = typed.stderr.strip().rpartition("\n")[2]
    check.expect(typed.returncode == 0, "nothing, it works", last, _NAME, called="import depot.server")


will_import = WriteFunction(
    title="A project that will not import",
    task="""
        **Input:** `folder`, the `Path` of a project. In `proto/parcel.proto` stands `package depot.v1;`. Nothing is
        generated yet, and `src/depot/server.py` begins with `from depot.v1 import parcel_pb2, parcel_pb2_grpc`.

        **Goal:** move the contract to where its package says, and generate both modules, so that `import depot.server`
        works with `src` on the path. Edit no file, and no generated code.

        **Example:** none is needed; run it, and look.
    """,
    check=_check_will_import,
    limit=30,
    hints=[
        "Where would `from depot.v1 import parcel_pb2` look below `src`? The contract belongs there below `proto`.",
        "`(folder / \"proto/depot/v1\").mkdir(parents=True)`, and `rename` moves a file.",
        "`subprocess.run([sys.executable, \"-m\", \"grpc_tools.protoc\", …], cwd=folder, check=True)`, with the flags of "
        "the lesson, and `depot/v1/parcel.proto` as the last of them.",
    ],
    reason="Package, path and import say the same name, so protoc writes the import that works, for everybody, each time.",
    wrong_answers=[
        wrong("belongs into the folders of that name").whole("""
            def mend(folder):
                protoc = [sys.executable, "-m", "grpc_tools.protoc", "-Iproto", "--python_out=src", "--grpc_python_out=src"]
                subprocess.run([*protoc, "parcel.proto"], cwd=folder, check=True)
        """),
        wrong("is there twice", ('(folder / "proto/parcel.proto").rename(named / "parcel.proto")',
              '(named / "parcel.proto").write_text((folder / "proto/parcel.proto").read_text())')),
        wrong("There are two modules", (', "--grpc_python_out=src"', "")),
        wrong("the contract by its whole name", ("--proto_path=proto", "--proto_path=proto/depot/v1"),
              ('"depot/v1/parcel.proto"', '"parcel.proto"')),
        wrong("the name begins where `--proto_path` says").diff("""
            -    flags = ["--proto_path=proto", "--python_out=src", "--grpc_python_out=src"]
            -    protoc = [sys.executable, "-m", "grpc_tools.protoc", *flags, "depot/v1/parcel.proto"]
            +    (folder / "src/depot/v1").mkdir()
            +    flags = ["-Iproto/depot/v1", "--python_out=src/depot/v1", "--grpc_python_out=src/depot/v1"]
            +    protoc = [sys.executable, "-m", "grpc_tools.protoc", *flags, "parcel.proto"]
        """),
        wrong("need not be touched").diff("""
                 subprocess.run(protoc, cwd=folder, check=True)
            +    (folder / "src/depot/server.py").write_text("from depot.v1 import parcel_pb2_grpc")
        """),
        wrong("edits are lost").diff("""
                 subprocess.run(protoc, cwd=folder, check=True)
            +    code = folder / "src/depot/v1/parcel_pb2_grpc.py"
            +    code.write_text(code.read_text().replace("from depot.v1 import", "from . import"))
        """),
    ],
)  # fmt: skip
