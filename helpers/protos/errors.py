"""What is wrong with a schema, in one short message: where, what, and the cure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import NamedTuple

ReadLine = Callable[[str, int], "str | None"]

SCALARS = (
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "bool", "string", "bytes",
)  # fmt: skip

# protoc's own wording (grpcio-tools 1.85) on the left, what to do about it on the right.
_CURES = (
    (r'Expected ";"', "Each field, rpc, import and option ends with a semicolon."),
    (r"Missing field number", "Give the field a number that is new in this message: `string name = 1;`."),
    (r"has already been used in", "Each field of a message needs a number of its own."),
    (
        r"uses reserved number|is reserved|Field name .* is reserved",
        "It was set aside so that old data is never misread. Take a name and a number that were never used.",
    ),
    (
        r"out of range|must be positive integers|Field numbers 19000|Expected field number",
        "Field numbers run from 1 to 536,870,911, without 19,000 to 19,999.",
    ),
    (r"first enum value must be zero", "Start the enum with a value 0, by custom named ..._UNSPECIFIED."),
    (r"Required fields are not allowed", "proto3 has no `required`: drop the word."),
    (r"is already defined", "A full name (package and name) can be defined once. Rename one of the two."),
    (
        r'Expected "required"',
        'A proto3 schema starts with `syntax = "proto3";`. Without that line it is read as proto2.',
    ),
    (r"Expected message type", "An rpc takes one message and returns one: wrap the value in a message."),
    (r'Expected "returns"', "An rpc reads `rpc Name(Request) returns (Response);`."),
    (r"default JSON name", "Both fields would have one name in JSON. Rename one of them."),
    (r"Reached end of input", "A closing brace `}` is missing."),
    (
        r"Expected top-level statement",
        "At the top of a file stand `message`, `enum`, `service`, `import`, `package`.",
    ),
    (r"Unrecognized syntax identifier", 'The first line is `syntax = "proto3";`.'),
    (r"recursively imports itself", "Move what both files need into a third file that both import."),
)


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
    absent = {p.path for p in problems if p.what == "File not found."}
    imports = [p for p in problems if (name := _import(p.what)) and name in absent]
    broken = [p for p in problems if not _import(p.what) and p.path not in absent]
    first, *rest = imports or [p for p in broken if p.line] or broken or problems
    source = read_line(first.path, first.line) if first.line else None
    if (
        first.what.startswith('Expected ";"')
        and source is not None
        and not source[: first.column - 1].strip()
    ):
        first, source = _end_of_previous(first, read_line) or (first, source)
    return SchemaError(
        first.what,
        cure=_cure(first.what, names),
        path=first.path,
        line=first.line,
        column=first.column,
        source=source,
        more=len(rest),
    )


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


def _import(what: str) -> str | None:
    match = re.match(r'Import "(.+)" was not found or had errors', what)
    return match[1] if match else None


def _end_of_previous(problem: _Problem, read_line: ReadLine) -> tuple[_Problem, str] | None:
    # protoc points at the word where it noticed; the semicolon belongs behind the line before.
    for line in range(problem.line - 1, 0, -1):
        text = (read_line(problem.path, line) or "").split("//")[0].rstrip()
        if text:
            return problem._replace(line=line, column=len(text) + 1), text
    return None


def _cure(what: str, names: tuple[str, ...]) -> str:
    unknown = re.match(r'"([\w.]+)" is not defined', what)
    if unknown:
        familiar = {"str": "string", "int": "int32", "integer": "int32", "long": "int64", "boolean": "bool"}
        near = difflib.get_close_matches(unknown[1], SCALARS + names, n=1, cutoff=0.6)
        meant = familiar.get(unknown[1].lower()) or (near[0] if near else None)
        if meant:
            return f"Did you mean `{meant}`?"
        return "Define it in this file, or import the file that does and write the name with its package."
    if missing := _import(what):
        near = difflib.get_close_matches(missing, names, n=1, cutoff=0.6)
        return f'Did you mean `import "{near[0]}";`?' if near else "Imports are named from `protos/` on."
    return next((cure for pattern, cure in _CURES if re.search(pattern, what)), "")
