"""Cures for mistakes in a schema, by what protoc says of them and where."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from . import scan

SCALARS = (
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "bool", "string", "bytes",
)  # fmt: skip

_FAMILIAR = {"str": "string", "int": "int32", "integer": "int32", "long": "int64", "boolean": "bool"}

_RPC = "An rpc reads `rpc Name(Request) returns (Response);`, with `stream` inside the parentheses."

_RESERVED = (
    'A line of `reserved` has numbers or names, not both. Write two: `reserved 3;` and `reserved "name";`.'
)

# protoc's own wording (grpcio-tools 1.85), what to do, and for some the text that it points at.
_CURES: tuple[tuple[str, str] | tuple[str, str, str], ...] = (
    (r'Expected ";"|Missing field number|Expected top-level', "Comments begin with `//`.", r"#"),
    (
        r'Expected ";"',
        "A range of numbers is written with `to`; a name can have no hyphen.",
        r"-\s*\d+\s*[,;]",
    ),
    (r"decimal point", "A range of numbers is written with `to`.", r"\."),
    (r'Expected ";"|Missing field number', "A name cannot contain a hyphen: write `_`.", r"-"),
    (r"Missing field number", "A name is one word: join its parts with `_`.", r"[A-Za-z_]\w*\s*="),
    (r"Need space between number and identifier", "A name begins with a letter."),
    (r"Integer out of range", "Field numbers run to 536,870,911, an enum's values to 2,147,483,647."),
    (r'Expected "rpc"', _RPC),
    (
        r'Expected "\{"',
        "What belongs to a message, an enum or a service stands in braces: `message Name { … }`.",
    ),
    (r"Expected oneof name", "A oneof has a name of its own: `oneof payment { … }`."),
    (
        r"Expected top-level",
        "Only comments may stand before the line with `syntax`, and there is one such line.",
        r"(syntax|edition)\b",
    ),
    (
        r"Expected type name",
        "An rpc takes one message. If there is nothing to say, define an empty one.",
        r"\)",
    ),
    (r"Expected type name", "There is a field missing here.", r"\}"),
    (r'Expected "(\(|\)|returns)"', _RPC),
    (r"Expected message type", "An rpc takes one message and returns one: wrap the value in a message."),
    (r'Expected ";"', "Each field, rpc, import and option ends with a semicolon."),
    (r"Expected field number range", _RESERVED, r"[\"'A-Za-z_]"),
    (r"Expected field name string literal", _RESERVED),
    (
        r"Expected field name or number range",
        'Write `reserved 3;` for a number, `reserved "name";` for a name.',
    ),
    (r"Expected field name", "A field reads `int32 count = 1;`, a list `repeated int32 counts = 1;`."),
    (r"Missing field number", "Give the field a number that is new in this message: `string name = 1;`."),
    (r"Missing numeric value", "Each value of an enum has a number: `SPEED_EXPRESS = 2;`."),
    (r"has already been used in", "Each field of a message needs a number of its own."),
    (
        r"uses reserved number|Field name .* is reserved",
        "It was set aside so that old data is never misread. Take a name and a number that were never used.",
    ),
    (r"Reserved names must be string", 'Write reserved names in quotes: `reserved "name";`.'),
    (
        r"Field numbers|Expected field number",
        "Field numbers run from 1 to 536,870,911, without 19,000 to 19,999.",
    ),
    (r"first enum value must be zero", "Start the enum with a value 0, by custom named ..._UNSPECIFIED."),
    (r"at least one value", "Give the enum its first value, 0, by custom named ..._UNSPECIFIED."),
    (r"Required fields are not allowed", "proto3 has no `required`: drop the word."),
    (r"Explicit default values", "proto3 has no `default`: an unset field is 0, empty or false."),
    (r"labels? .*not allowed|must not have labels", "Drop the word `repeated` or `optional` here."),
    (r"is already defined", "A full name (package and name) can be defined once. Rename one of the two."),
    (
        r'Expected "required"',
        'A proto3 schema starts with `syntax = "proto3";`. Without that line it is read as proto2.',
    ),
    (r"default JSON name", "Both fields would have one name in JSON. Rename one of them."),
    (r"Reached end of input", "A closing brace `}` is missing."),
    (r"Multiline strings", "A closing quote is missing."),
    (
        r"non ascii codepoint",
        "Names are made of a to z, A to Z, 0 to 9 and _, and quotes are straight. "
        "Other letters can stand in comments and strings.",
    ),
    (r"Expected a string naming the file", 'Write the path in quotes: `import "courier/v1/quote.proto";`.'),
    (
        r"Expected top-level statement",
        "At the top of a file stand `message`, `enum`, `service`, `import`, `package`.",
    ),
    (r"syntax identifier", 'The first line is `syntax = "proto3";`.'),
    (r"recursively imports itself", "Move what both files need into a third file that both import."),
)

_WELL_KNOWN = {
    **{name: name.lower() for name in ("Any", "Duration", "Empty", "Struct", "Timestamp")},
    **dict.fromkeys(("ListValue", "NullValue", "Value"), "struct"),
    **{f"{name}Value": "wrappers" for name in ("Bool", "Bytes", "Double", "Float", "String")},
    **{f"{name}Value": "wrappers" for name in ("Int32", "Int64", "UInt32", "UInt64")},
    "FieldMask": "field_mask",
}


def find(what: str, here: str, text: str, imports: Iterable[str]) -> str:
    """One sentence on what to do, or `""`.

    Args:
        what: protoc's message.
        here: the schema's text from the place that protoc points at to the end of the line.
        text: the whole text of the schema.
        imports: the texts of the schemas that it imports.
    """
    if unknown := re.match(r'"([\w.]+)" is not defined', what):
        return _unknown_type(unknown[1], _types(text, imports))
    if hidden := re.match(r'"([\w.]+)" is not a (?:message )?type', what):
        return _no_type(hidden[1], text, _types(text, imports))
    fitting = (
        cure for said, cure, *place in _CURES if re.search(said, what) and re.match("".join(place), here)
    )
    return next(fitting, "")


def for_import(name: str, files: Mapping[str, Path | None]) -> str:
    """What to do about an import that was not found.

    Args:
        name: the name that was imported.
        files: the names that can be imported instead, and the files they mean; `None` for cells.
    """
    for file, path in files.items():
        if path is not None and "/" in name and file.endswith(f"/{name}"):
            root = path.as_posix().removesuffix(f"/{name}")
            return f'It lies in {root}: give that folder to protos.load(path, include=["{root}"]).'
        if file.endswith(f"/{name}") or name.endswith(f"/{file}"):
            return f'Did you mean `import "{file}";`?'
    near = [file for file in files if _is_near(name.split("/"), file.split("/"))]
    if near:
        return f'Did you mean `import "{difflib.get_close_matches(name, near, n=1, cutoff=0)[0]}";`?'
    return (
        "Imports are named from `protos/` on, or from another folder above the file, without `./` and `..`. "
        "A folder elsewhere is given to `protos.load(path, include=[folder])`."
    )


def _is_near(one: list[str], other: list[str]) -> bool:
    """Whether two paths are so alike, part by part, that one may be a slip for the other."""
    if one == other or len(one) != len(other):
        return False
    pairs = [[part.removesuffix(".proto") for part in pair] for pair in zip(one, other, strict=True)]
    return all(difflib.SequenceMatcher(None, left, right).ratio() >= 0.7 for left, right in pairs)


def _types(text: str, imports: Iterable[str]) -> list[str]:
    """Names of types that may have been meant: those of this file, and of what it imports with their packages."""
    types = re.findall(r"\b(?:message|enum)\s+(\w+)", text)
    for other in imports:
        package = scan.package(other)
        prefix = f"{package}." if package else ""
        types += [prefix + name for name in re.findall(r"^(?:message|enum)\s+(\w+)", other, re.MULTILINE)]
    return types


def _no_type(name: str, text: str, types: list[str]) -> str:
    """A name that means something, but no type: a method, which may hide the type, or an enum."""
    package = scan.package(text)
    full = f".{package}.{name}" if package else f".{name}"
    if name in types and re.search(rf"\brpc\s+{re.escape(name)}\b", text):
        return f"In the service `{name}` is the method, which hides the message. Write `{full}`, or rename the method."
    if re.search(rf"\brpc\s+{re.escape(name)}\b", text):
        return f"`{name}` is a method. An rpc takes one message and returns one."
    if re.search(rf"\benum\s+{re.escape(name.rpartition('.')[2])}\b", text):
        return f"`{name}` is an enum: put it into a message."
    return ""


def imported(what: str) -> str | None:
    """The path of which protoc says that its import failed."""
    match = re.match(r'Import "(.+)" was not found or had errors', what)
    return match[1] if match else None


def _unknown_type(name: str, types: list[str]) -> str:
    last = name.rpartition(".")[2]
    if last in _WELL_KNOWN:
        return (
            f'Write `import "google/protobuf/{_WELL_KNOWN[last]}.proto";` at the top, '
            f"and `google.protobuf.{last}` here."
        )
    same = [known for known in types if known.rpartition(".")[2] == last and known != name]
    # Messages of one service are much alike (`GetParcelRequest`, `ListParcelsRequest`): no slip, but one is missing.
    near = same or difflib.get_close_matches(name, types, n=1, cutoff=0.8)
    near = near or difflib.get_close_matches(name, SCALARS, n=1, cutoff=0.6)
    meant = _FAMILIAR.get(name.lower()) or (near[0] if near else None)
    if meant:
        return f"Did you mean `{meant}`?"
    return "Define it in this file, or import the file that does and write the name with its package."
