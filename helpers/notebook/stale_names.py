"""Names of a cell that failed, taken away: what it was to make, and did not, leaves no older version behind.

So what stands on the page is what runs: a check below a schema that no longer compiles has nothing to judge, and
says which cell to mend.
"""

from __future__ import annotations

import ast
import re
import types

from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

from helpers.protos import SchemaError

from .lesson_file import bound

_PROTO = re.compile(r"(?:[ \t]*(?:#|//).*\n|[ \t]*\n)*%%proto[ \t]*(\w*)")
_AROUND = re.compile(
    r"%%(?:time|capture)\b.*\n"
)  # magics whose cell is Python, and binds names like any other
# Where a cell is no Python at all, what it would have made is read off the beginnings of its lines.
_MAKES = re.compile(
    r"(?:(?:async +)?def|class) +(\w+)|(\w+)(?: *, *\w+)* *=(?!=)|(?:async +)?with .* as +(\w+) *:"
)
_NOTHING = object()
_failed: dict[str, str] = {}


class StaleNames:
    """Looks at the names before and after each cell; see IPython's events `pre_run_cell` and `post_run_cell`."""

    def __init__(self, shell: InteractiveShell):
        self._shell, self._before = shell, dict(shell.user_ns)

    def begin(self, info: ExecutionInfo) -> None:
        """Notes the names as they are."""
        self._before = dict(self._shell.user_ns)

    def end(self, result: ExecutionResult) -> None:
        """Takes away what the cell, if it failed, was to replace."""
        names, error = self._shell.user_ns, result.error_before_exec or result.error_in_exec
        if error is not None and result.info is not None:
            cell = f"cell [{result.execution_count}]" if result.execution_count else "the cell"
            for name in _meant(self._shell, result.info.raw_cell, error):
                if names.get(name, _NOTHING) is self._before.get(name, _NOTHING):
                    names.pop(name, None)
                    _failed[name] = f"{cell}, which makes it, failed ({type(error).__name__})"
        for name in [name for name in _failed if name in names]:
            del _failed[name]
        self._before = {}


def advice(name: str) -> str:
    """Why a name is not there and what to run, in two lines; empty where no cell that failed was to make it."""
    if name not in _failed:
        return ""
    return f"`{name}` is not there: {_failed[name]}.\nMend that cell, run it again, and then this one."


def _meant(shell: InteractiveShell, source: str, error: BaseException) -> set[str]:
    """The names that a cell was to make from the statement on that failed."""
    if found := _PROTO.match(source):
        name = found[1] or "schema"
        return {f"{name}_pb2", f"{name}_pb2_grpc"}
    source = _AROUND.sub("", source, count=1) if _AROUND.match(source) else source
    try:
        body = ast.parse(shell.transform_cell(source)).body
    except (SyntaxError, ValueError, SchemaError):
        return {
            name
            for match in map(_MAKES.match, source.splitlines())
            if match
            for name in match.groups()
            if name
        }
    line = _line(error.__traceback__)
    return {
        name for statement in body if (statement.end_lineno or 0) >= line for name in bound(statement)
    } - {"_"}


def _line(tb: types.TracebackType | None) -> int:
    """The line of the cell that failed; 0 where the cell did not begin to run."""
    while tb is not None:
        if tb.tb_frame.f_code.co_name == "<module>" and "ipykernel_" in tb.tb_frame.f_code.co_filename:
            return tb.tb_lineno
        tb = tb.tb_next
    return 0
