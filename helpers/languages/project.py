"""The folder in which a lesson's programs stand: a Node project, as `npm init` and `npm install` would leave it."""

from __future__ import annotations

import atexit
import functools
import importlib.resources
import os
import re
import shutil
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROTOS = HERE.parents[1] / "protos"
BROUGHT = ("contract.js", "files.mjs")
"""What programs of the lesson import; a learner's own version takes its place."""

PREFIX = "hands-on-grpc-project-"
"""How the folder's name begins; the number of its process follows."""

ENDINGS = (".js", ".mjs", ".cjs", ".html", ".json")


@functools.cache
def folder() -> Path:
    """The folder of this process; it goes with it.

    `node_modules` has the packages that `tools/node_packages.py` has put together, `protos` the course's contracts
    and those of rich errors, and `gen` what protoc-gen-es has made of one of them.
    """
    _remove_orphans()
    made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    shutil.copytree(HERE / "packages", made / "node_modules")
    shutil.copytree(HERE / "gen", made / "gen")
    shutil.copytree(PROTOS, made / "protos")
    rpc = (
        made / "protos" / "google" / "rpc"
    )  # for rich errors; what is in google.protobuf the loader has itself
    rpc.mkdir(parents=True)
    for name in ("status.proto", "error_details.proto"):
        (rpc / name).write_bytes(importlib.resources.files("google.rpc").joinpath(name).read_bytes())
    for name in BROUGHT:
        shutil.copy(HERE / "sources" / name, made)
    (made / "package.json").write_text('{ "private": true }\n', encoding="utf-8")
    return made


def _remove_orphans() -> None:
    """Removes the folders of processes that were killed, and could not do it themselves."""
    if os.name == "nt":  # there is no asking for a process there
        return
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        number = left.name.removeprefix(PREFIX).partition("-")[0]
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True)
        except (ValueError, OverflowError, OSError):  # not ours, or somebody else's
            continue


def save(name: str, text: str) -> Path:
    """Writes a file of the project, a program in JavaScript or a page; returns where it lies.

    Raises:
        ValueError: `name` is no name of such a file.
    """
    if not re.fullmatch(r"[\w-]+\.\w+", name) or Path(name).suffix not in ENDINGS:
        raise ValueError(f"{name!r} is no name of a program or a page, such as client.js or page.html")
    path = folder() / name
    path.write_text(text, encoding="utf-8")
    return path
