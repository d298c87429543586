"""Small mechanical changes of a program in JavaScript, a token or a statement at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r'(?P<text>"[^"\n]*"|`[^`\n]*`)|(?P<number>\b\d+n?\b)|(?P<name>[A-Za-z_$][\w$]*)'
    r"|(?P<sign>=>|===|!==|>=|<=|&&|\|\||\.\.\.|[-+*/<>!?:=.,;(){}\[\]])"
)
_SIGNS = {
    "===": ("!==",), "!==": ("===",), ">": (">=", "<"), "<": ("<=", ">"), ">=": (">",), "<=": ("<",), "+": ("-",),
    "-": ("+",), "*": ("+",), "&&": ("||",), "||": ("&&",), "!": ("", "!!"),
}  # fmt: skip
_NAMES = {
    "true": ("false",),
    "false": ("true",),
    "await": ("",),
    "continue": ("break", "return"),
    "return": ("",),
}
_STATUS = re.compile(r"(grpc\.status\.)(\w+)")


def mutants(source: str, stub: str) -> Iterator[str]:
    """Programs that differ from the source in one token or one line of those that the stub does not have."""
    given, seen = set(stub.splitlines()), {source}
    lines = source.splitlines()
    for index, line in enumerate(lines):
        if line in given or not line.strip():
            continue
        for new in _of_line(line):
            text = "\n".join([*lines[:index], *new, *lines[index + 1 :]])
            if text not in seen:
                seen.add(text)
                yield text


def _of_line(line: str) -> Iterator[list[str]]:
    if line.rstrip().endswith(";") and not line.lstrip().startswith(("const", "}")):
        yield []
        if not line.lstrip().startswith("if "):
            yield [line, line]
    for found in _TOKEN.finditer(line):
        for other in _others(found):
            yield [line[: found.start()] + other + line[found.end() :]]
    for found in re.finditer(r"\{ \.\.\.([\w.]+), ", line):  # a copy without what was copied
        yield [line[: found.start()] + "{ " + line[found.end() :]]
    for found in _STATUS.finditer(line):
        for other in ("UNKNOWN", "INTERNAL", "NOT_FOUND"):
            yield [line[: found.start(2)] + other + line[found.end(2) :]]


def _others(found: re.Match[str]) -> Iterator[str]:
    token = found[0]
    if found["text"]:
        yield token[0] + token[1:-1] + "x" + token[-1]
    elif found["number"]:
        digits, end = (token[:-1], "n") if token.endswith("n") else (token, "")
        yield f"{int(digits) + 1}{end}"
        yield digits if end else f"{digits}n"
    elif found["name"]:
        yield from _NAMES.get(token, ())
        if token in ("String", "BigInt", "Number"):
            yield from {"String", "BigInt", "Number"} - {token}
    else:
        yield from _SIGNS.get(token, ())
