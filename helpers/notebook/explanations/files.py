"""Files and folders that are not there: those that cells of a lesson write, and what a build makes of them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from helpers import cells

from .. import lesson_file
from ..error_context import ErrorContext
from .rows import Row


def _not_there(context: ErrorContext, _: re.Match[str]) -> str | None:
    named = getattr(context.error, "filename", None)
    if not isinstance(named, (str, os.PathLike)):
        return None
    path, running = Path(named), cells.running()
    below = [
        value for value in context.shell.user_ns.values() if isinstance(value, Path) and value in path.parents
    ]
    writers = [
        cell
        for cell in lesson_file.cells(context.shell.user_ns)
        if cell.writes and path.as_posix().endswith(cell.writes) and cell.id != (running and running.cell)
    ]
    if writers:
        return f"There is no file {path.name} yet.\nRun {writers[0]}, and then this one."
    if not below:
        return None
    if not path.parent.is_dir():
        return f"There is no folder {path.parent}.\nRun the cell that makes it, and then this one."
    return f"There is no {path.name} in {path.parent}.\nRun the cell that makes it first; or is its name another?"


TABLE = (Row(FileNotFoundError, r"No such file or directory", _not_there),)
