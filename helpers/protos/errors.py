"""What is wrong with a schema, in one short message: where, what, and the cure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from . import cures

ReadLine = Callable[[str, int], "str | None"]


class SchemaError(Exception):
    """A `.proto` schema that cannot be used.

    Attributes:
        path: the file as named in the schema's world, `courier/v1/quote.proto`, or `None`.
        line: 1-based line, or `None` where the whole file is meant.
        column: 1-based column, or `None`.
        problem: one sentence: what is wrong.
        cure: one sentence: what to do about it; may be empty.
        source: the text of the offending line, or `None`.
        more: how many further problems the compiler reported.

    In a notebook it is shown without a traceback: the position, the line with a caret, the cure.
    """

    def __init__(
        self,
        problem: str,
        *,
        cure: str = "",
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        source: str | None = None,
        more: int = 0,
    ):
        self.problem, self.cure, self.path = problem, cure, path
        self.line, self.column, self.source, self.more = line, column, source, more
        super().__init__(problem)

    @property
    def position(self) -> str:
        """`file:line:column`, as far as known."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        position = self.position
        lines = [f"{position}: {self.problem}" if position else self.problem]
        if self.source is not None and self.line is not None:
            margin = f"{self.line} | "
            lines.append(margin + self.source.expandtabs(4).rstrip())
            if self.column is not None:
                before = len(self.source[: self.column - 1].expandtabs(4))
                lines.append(" " * (len(margin) + before) + "^")
        if self.cure:
            lines.append(self.cure)
        if self.more:
            lines.append(f"(and {self.more} more)" if self.more > 1 else "(and one more)")
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this before it formats a traceback of its own.
        return f"{type(self).__name__}: {self}".split("\n")


def from_protoc(output: str, read_line: ReadLine, names: tuple[str, ...] = ()) -> SchemaError:
    """Turns what protoc wrote into one error.

    Args:
        output: protoc's messages, a line each, `file:line:column: text` (1-based).
        read_line: `(path, line) -> str | None`, the text of a line of a schema.
        names: names of types and files that may have been meant where one is unknown.

    Returns:
        The problem to mend first, as a `SchemaError`.
    """
    problems = [problem for text in output.splitlines() if (problem := _parse(text))]
    if not problems:
        return SchemaError(output.strip() or "The compiler gave up without a message.")
    # A missing import makes every name of that file unknown; a broken one is reported where it is
    # broken as well as where it is imported. Either way one message names the root of it.
    absent = {p.path for p in problems if p.what == "File not found." or "virtual path" in p.what}
    imports = [p for p in problems if cures.imported(p.what) in absent]
    broken = [p for p in problems if not cures.imported(p.what) and p.path not in absent]
    first, *rest = imports or [p for p in broken if p.line] or broken or problems
    source = read_line(first.path, first.line) if first.line else None
    if first.column and source is not None:
        first = first._replace(column=_character(source, first.column))
        here = source[first.column - 1 :]
        if _IS_MISSED_EARLIER.match(first.what) and not source[: first.column - 1].strip():
            first, source = _end_of_previous(first, read_line) or (first, source)
            here = ""
    else:
        here = ""
    if any(_SIBLINGS in p.what for p in rest):
        cure = "The values of an enum stand beside it, not inside. Begin each with the enum's name: `SPEED_EXPRESS`."
    else:
        cure = cures.find(first.what, here, names)
    return SchemaError(
        first.what,
        cure=cure,
        path=first.path,
        line=first.line,
        column=first.column,
        source=source,
        more=sum(not _IS_REMARK.match(p.what) for p in rest),
    )


_IS_MISSED_EARLIER = re.compile('Expected ";"|Missing field number')
_SIBLINGS = "enum values use C++ scoping rules"
_IS_REMARK = re.compile("Note that|Suggested field numbers")


class _Problem(NamedTuple):
    path: str
    line: int | None
    column: int | None
    what: str


def _parse(text: str) -> _Problem | None:
    match = re.match(r"(?P<path>.+?\.proto):(?:(?P<line>\d+):(?P<column>\d+):)?\s*(?P<what>.*)", text)
    if not match or match["what"].startswith("warning:"):
        return None
    line, column = (int(match[part]) if match[part] else None for part in ("line", "column"))
    return _Problem(match["path"], line, column, match["what"].removeprefix("error: "))


def _character(source: str, column: int) -> int:
    """protoc counts bytes, and a tab up to the next multiple of eight; people and editors count characters."""
    passed = 0
    for number, character in enumerate(source, 1):
        if passed >= column - 1:
            return number
        passed += 8 - passed % 8 if character == "\t" else len(character.encode())
    return len(source) + 1


def _end_of_previous(problem: _Problem, read_line: ReadLine) -> tuple[_Problem, str] | None:
    # protoc points at the word where it noticed; the semicolon belongs behind the line before.
    for line in range(problem.line - 1, 0, -1):
        source = read_line(problem.path, line) or ""
        text = source.split("//")[0].rstrip()
        if text:
            return problem._replace(line=line, column=len(text) + 1), source
    return None
