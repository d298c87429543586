"""A `buf.yaml` that stops what breaks somebody, and lets everything else pass."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..engine import Check, FunctionResult, WriteFunction, wrong

_SERVICE = """\
syntax = "proto3";

package depot;

service ParcelService {
  rpc StoreParcel(StoreParcelRequest) returns (StoreParcelResponse);
  rpc DropParcel(DropParcelRequest) returns (DropParcelResponse);
}
"""
_STORE = """
message StoreParcelRequest {
  string parcel_id = 1;
}

message StoreParcelResponse {
  int32 shelf = 1;
}
"""
_DROP = """
message DropParcelRequest {
  string parcel_id = 1;
}

message DropParcelResponse {}
"""
_FILE = "proto/depot/parcel.proto"
_AGREED = {_FILE: _SERVICE + _STORE + _DROP}
_APART = {
    _FILE: _SERVICE.replace("service ", 'import "depot/drop.proto";\n\nservice ') + _STORE,
    "proto/depot/drop.proto": 'syntax = "proto3";\n\npackage depot;\n' + _DROP,
}

_TEXT = "Return the text of the file; a text over several lines stands between three quotes."
_READ = "buf cannot use this file. What it says stands below."
_FOUND = "Names of contracts begin below `proto`: `modules` says so."
_SUFFIX = "This package has no version, as was agreed: what `lint` is to leave out stands below `except`, beside `use`."
_STANDARD = "This should be found. All rules of `STANDARD` but one are to hold."
_WIRE = (
    "The bytes look the same without this method, and whoever calls it gets UNIMPLEMENTED. `WIRE` and `WIRE_JSON` look at "
    "messages alone: the category must be a wider one."
)
_NUMBER = (
    "A number that moves breaks every program that was built before. Is there a `breaking` with a category?"
)
_MOVED = (
    "The message is the same, in the same package, and its Python module alone has another name. `FILE` forbids that; the "
    "next narrower category does not."
)
_ADDED = "A new field breaks nobody, and must pass."


def _check_guard(check: Check) -> None:
    result = check.run(called="buf_yaml()")
    text = result.expect_return("the text of a buf.yaml")
    result.expect(isinstance(text, str), "a text", type(text).__name__, _TEXT)
    lint = "buf lint"
    _expect(result, text, _AGREED, None, f"{lint}, of a contract as agreed", False, _SUFFIX)
    field = _edited("string parcel_id = 1", "string parcelId = 1")
    _expect(result, text, field, None, f"{lint}, with a field parcelId", True, _STANDARD)
    service = _edited("ParcelService", "Parcels")
    _expect(result, text, service, None, f"{lint}, with a service Parcels", True, _STANDARD)
    breaking = "buf breaking"
    new = _edited("int32 shelf = 1;", "int32 shelf = 1;\n  string hall = 2;")
    _expect(result, text, new, _AGREED, f"{breaking}, with a new field", False, _ADDED)
    number = _edited("int32 shelf = 1", "int32 shelf = 2")
    _expect(result, text, number, _AGREED, f"{breaking}, with another number of a field", True, _NUMBER)
    method = _edited("  rpc DropParcel(DropParcelRequest) returns (DropParcelResponse);\n", "")
    _expect(result, text, method, _AGREED, f"{breaking}, without the method DropParcel", True, _WIRE)
    _expect(result, text, _APART, _AGREED, f"{breaking}, with a message in a file of its own", False, _MOVED)


def _edited(old: str, new: str) -> dict[str, str]:
    return {_FILE: _AGREED[_FILE].replace(old, new)}


def _expect(
    result: FunctionResult,
    text: str,
    new: Mapping[str, str],
    old: Mapping[str, str] | None,
    story: str,
    stops: bool,
    cause: str,
) -> None:
    """Runs buf with this file, and expects that it stops, or does not."""
    command = [shutil.which("buf", path=sysconfig.get_path("scripts")) or "buf"]
    with tempfile.TemporaryDirectory(prefix="depot-") as name:
        folders = [
            _written(Path(name, each), text, files) for each, files in (("new", new), ("old", old)) if files
        ]
        command += ["breaking", "--against", str(folders[1])] if old else ["lint"]
        ran = subprocess.run(
            command, cwd=folders[0], capture_output=True, encoding="utf-8", timeout=15, check=False
        )
        said = (ran.stdout + ran.stderr).replace(name, "…").strip()
    actual: Any = said or "nothing"
    if "had no .proto files" in said or "must be within a directory" in said:
        cause = _FOUND
    elif ran.returncode not in (0, 100):
        cause = _READ
    good = ran.returncode == (100 if stops else 0)
    result.text = story
    result.expect(good, "a finding" if stops else "nothing", actual, cause)


def _written(folder: Path, config: str, files: Mapping[str, str]) -> Path:
    for path, text in {"buf.yaml": config, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


guard = WriteFunction(
    title="A change that CI must stop",
    task="""
        **Input:** none. The contracts lie below `proto`, in `package depot`, without a version.

        **Goal:** return the text of a `buf.yaml`. `buf lint` has all `STANDARD` rules, and does not mind the missing
        version. `buf breaking` stops another number of a field, and a method that is gone. A new field, and a message
        that moves into another file of the package, pass.

        **Example:** the lesson's file stops the moved message, too.
    """,
    check=_check_guard,
    limit=60,
    hints=[
        "Begin with the lesson's `buf.yaml`. Each of the two parts differs from it by a word or a line.",
        "What `buf lint` minds has a name, `PACKAGE_VERSION_SUFFIX`, which stands in a list `except` beside `use`.",
        "The categories of `buf breaking`, from wide to narrow: `FILE`, `PACKAGE`, `WIRE_JSON`, `WIRE`.",
    ],
    reason="`FILE` is right for languages in which the file is part of a name, as in Python's imports. Where all callers "
    "rebuild together with their imports, `PACKAGE` lets you tidy up. What every category stops is what changes the bytes.",
    wrong_answers=[
        wrong("what `lint` is to leave out", ("  except: [PACKAGE_VERSION_SUFFIX]\n", "")),
        wrong("All rules of `STANDARD`", ("[STANDARD]", "[MINIMAL]")),
        wrong("the next narrower category does not", ("[PACKAGE]", "[FILE]")),
        wrong("the category must be a wider one", ("[PACKAGE]", "[WIRE_JSON]")),
        wrong("buf cannot use this file", ("[PACKAGE]", "[PACKAGES]")),
        wrong("buf cannot use this file", ("use: [STANDARD]", "use [STANDARD]")),
        wrong("Return the text of the file").whole("""
            def buf_yaml():
                print("version: v2")
        """),
    ],
)
