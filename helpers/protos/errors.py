"""`SchemaError`: a mistake in a schema as one short message, with the place, the cause and the cure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from . import cures, scan

ReadLine = Callable[[str, int], "str | None"]
Visible = Callable[[str], Mapping[str, "Path | None"]]


class Text(Protocol):
    """What is known of a schema file here: its text."""

    @property
    def text(self) -> str:
        """The text of the schema."""
        ...


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


def from_protoc(
    output: str, sources: Mapping[str, Text], visible: Visible = lambda importer: {}
) -> SchemaError:
    """Turns what protoc wrote into one error.

    Args:
        output: protoc's messages, a line each, `file:line:column: text` (1-based).
        sources: the texts of the schema and of what it imports, by name.
        visible: the files that a file could import, asked for where an import was not found.

    Returns:
        The problem to mend first, as a `SchemaError`.
    """
    problems = [problem for text in output.splitlines() if (problem := _parse(text, sources))]
    if not problems:
        return SchemaError(output.strip() or "The compiler gave up without a message.")
    # A missing import makes every name of that file unknown; a broken one is reported where it is
    # broken as well as where it is imported. Either way one message names the root of it.
    absent = {p.path for p in problems if p.what == "File not found." or "virtual path" in p.what}
    imports = [p for p in problems if cures.imported(p.what) in absent]
    broken = [p for p in problems if not cures.imported(p.what) and p.path not in absent]
    first, *rest = imports or [p for p in broken if p.line] or broken or problems

    def read_line(path: str, line: int) -> str | None:
        lines = sources[path].text.splitlines() if path in sources else []
        return lines[line - 1] if 0 < line <= len(lines) else None

    source = read_line(first.path, first.line) if first.line else None
    if first.column and source is not None:
        column = _character(source, first.column)
        first = first._replace(column=column)
        here = source[column - 1 :]
        if _IS_MISSED_EARLIER.match(first.what) and not source[: column - 1].strip():
            first, source = _end_of_previous(first, read_line) or (first, source)
            here = ""
    else:
        here = ""
    if any(_SIBLINGS in p.what for p in rest):
        cure = "The values of an enum stand beside it, not inside. Begin each with the enum's name: `SPEED_EXPRESS`."
    elif missing := cures.imported(first.what):
        cure = cures.for_import(missing, visible(first.path) if first.path in sources else {})
    else:
        text = sources[first.path].text if first.path in sources else ""
        imported = [sources[name].text for name in scan.imports(text) if name in sources]
        cure = cures.find(first.what, here, text, imported)
    return SchemaError(
        first.what,
        cure=cure,
        path=first.path,
        line=first.line,
        column=first.column,
        source=source,
        more=sum(not _IS_REMARK.match(p.what) for p in rest),
    )


def from_runtime(error: Exception, path: str) -> SchemaError:
    """What the protobuf runtime has against a schema that protoc accepts."""
    reason = (
        str(error).removeprefix("Couldn't build proto file into descriptor pool").lstrip(": ").rstrip(".")
    )
    if match := re.match(r"duplicate json_name (?:for )?\((.+?)\)", reason):
        return SchemaError(
            f"protoc accepts this schema, but Python does not: the JSON name of `{match[1]}` belongs to another field.",
            cure="Rename one of the two, or give it another `json_name`.",
            path=path,
        )
    if not isinstance(error, TypeError):
        reason = f"{type(error).__name__}: {reason}"
    return SchemaError(
        f"protoc accepts this schema, but Python's protobuf does not: {reason}.",
        cure="Rename or renumber what it names.",
        path=path,
    )


_IS_MISSED_EARLIER = re.compile('Expected ";"|Missing field number')
_SIBLINGS = "enum values use C++ scoping rules"
_IS_REMARK = re.compile("Note that|Suggested field numbers")


class _Problem(NamedTuple):
    path: str
    line: int | None
    column: int | None
    what: str


def _parse(text: str, sources: Mapping[str, Text]) -> _Problem | None:
    # A name may hold a colon: those that are known go first.
    known = [name for name in sources if text.startswith(f"{name}:")]
    path = re.escape(max(known, key=len)) if known else ".+?"
    match = re.match(rf"(?P<path>{path}):(?:(?P<line>\d+):(?P<column>\d+):)?\s*(?P<what>.*)", text)
    if not match or (not known and not match["what"]) or match["what"].startswith("warning:"):
        return None
    if _IS_LOG.match(text):
        return None
    line, column = (int(match[part]) if match[part] else None for part in ("line", "column"))
    return _Problem(match["path"], line, column, match["what"].removeprefix("error: "))


# `W0000 00:00:1795892257.875547   28907 descriptor.cc:5286] ...`, and the remark before the first of these
_IS_LOG = re.compile(r"[IWEF]\d{4} |WARNING: All log messages|\*\*\* Check failure")


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
    for line in range((problem.line or 0) - 1, 0, -1):
        source = read_line(problem.path, line) or ""
        text = source.split("//")[0].rstrip()
        if text:
            return problem._replace(line=line, column=len(text) + 1), source
    return None
