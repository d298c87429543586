"""Small mechanical changes of a schema, a line at a time."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

_FIELD = re.compile(
    r"(?P<indent>\s+)(?P<label>repeated |optional )?(?P<type>[\w.<>, ]+?) (?P<name>\w+) = (?P<number>\d+)(?P<rest>[ \[;].*)"
)
_LABEL = re.compile(r"(?P<indent>\s+)(?P<name>[A-Z][A-Z0-9_]*) = (?P<number>\d+);")
_RPC = re.compile(
    r"(?P<indent>\s+)rpc (?P<name>\w+)\((?P<taken>[^)]*)\) returns \((?P<given>[^)]*)\)(?P<rest>.*)"
)
_TYPES = (
    "int32",
    "int64",
    "uint32",
    "uint64",
    "sint32",
    "sint64",
    "fixed64",
    "double",
    "bool",
    "string",
    "bytes",
)


def mutants(source: str) -> Iterator[str]:
    """Schemas that differ from the source in one line, or in the order of two; some do not compile."""
    lines, seen = source.splitlines(), {source}
    for index, line in enumerate(lines):
        for new in _of_line(line):
            text = "\n".join([*lines[:index], *new, *lines[index + 1 :]])
            if text not in seen:
                seen.add(text)
                yield text
    numbered = [index for index, line in enumerate(lines) if _FIELD.fullmatch(line) or _LABEL.fullmatch(line)]
    for one, other in itertools.pairwise(numbered):
        if other == one + 1:  # the neighbours' numbers change places
            first, second = (re.search(r"= (\d+)", lines[index])[1] for index in (one, other))
            swapped = list(lines)
            swapped[one] = re.sub(r"= \d+", f"= {second}", lines[one])
            swapped[other] = re.sub(r"= \d+", f"= {first}", lines[other])
            yield "\n".join(swapped)


def _of_line(line: str) -> Iterator[list[str]]:
    if not line.strip() or line.lstrip().startswith("//") or line.startswith("syntax"):
        return
    if line.rstrip().endswith(";"):
        yield []
    if found := _LABEL.fullmatch(line):
        number = int(found["number"])
        yield [f"{found['indent']}{found['name']}X = {number};"]
        yield [f"{found['indent']}{found['name']} = {number + 7};"]
    elif found := _FIELD.fullmatch(line):
        yield from ([text] for text in _of_field(**found.groupdict(default="")))
    elif found := _RPC.fullmatch(line):
        yield from ([text] for text in _of_rpc(**found.groupdict()))
    elif found := re.fullmatch(r'(\s+reserved )(\d+|"\w+");', line):
        closed = found[2]
        yield [f"{found[1]}{int(closed) + 100};" if closed.isdecimal() else f'{found[1]}{closed[:-1]}x";']
    elif found := re.fullmatch(r"package ([\w.]+);", line):
        yield [f"package {found[1]}x;"]


def _of_field(indent: str, label: str, type: str, name: str, number: str, rest: str) -> Iterator[str]:
    for other in ("", "repeated ", "optional "):
        yield f"{indent}{other}{type} {name} = {number}{rest}"
    for other in _TYPES:
        yield f"{indent}{label}{other} {name} = {number}{rest}"
    yield f"{indent}{label}{type} {name}x = {number}{rest}"
    yield f"{indent}{label}{type} {name} = {int(number) + 7}{rest}"


def _of_rpc(indent: str, name: str, taken: str, given: str, rest: str) -> Iterator[str]:
    yield f"{indent}rpc {name}x({taken}) returns ({given}){rest}"
    yield f"{indent}rpc {name}({given}) returns ({taken}){rest}"
    for one, other in ((taken, given), (given, taken)):
        new = one.removeprefix("stream ") if one.startswith("stream ") else f"stream {one}"
        pair = (new, other) if one is taken else (other, new)
        yield f"{indent}rpc {name}({pair[0]}) returns ({pair[1]}){rest}"
