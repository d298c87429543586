"""What to do about a mistake in a schema, by what protoc says of it and where."""

from __future__ import annotations

import difflib
import re

SCALARS = (
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "bool", "string", "bytes",
)  # fmt: skip

_FAMILIAR = {"str": "string", "int": "int32", "integer": "int32", "long": "int64", "boolean": "bool"}

_RPC = "An rpc reads `rpc Name(Request) returns (Response);`, with `stream` inside the parentheses."

# protoc's own wording (grpcio-tools 1.85), the text it points at, and what to do.
_CURES = (
    (r'Expected ";"|Missing field number|Expected top-level', r"#", "Comments begin with `//`."),
    (r'Expected ";"|Missing field number', r"-", "A name cannot contain a hyphen: write `_`."),
    (
        r"Expected top-level",
        r"(syntax|edition)\b",
        "Only comments may stand before the line with `syntax`, and there is one such line.",
    ),
    (
        r"Expected type name",
        r"\)",
        "An rpc takes one message. If there is nothing to say, define an empty one.",
    ),
    (r"Expected type name", r"\}", "There is a field missing here."),
    (r'Expected "(\(|\)|returns)"', r"", _RPC),
    (r"Expected message type", r"", "An rpc takes one message and returns one: wrap the value in a message."),
    (r'Expected ";"', r"", "Each field, rpc, import and option ends with a semicolon."),
    (r"Expected field name", r"", "A field reads `int32 count = 1;`, a list `repeated int32 counts = 1;`."),
    (
        r"Missing field number",
        r"",
        "Give the field a number that is new in this message: `string name = 1;`.",
    ),
    (r"Missing numeric value", r"", "Each value of an enum has a number: `SPEED_EXPRESS = 2;`."),
    (r"has already been used in", r"", "Each field of a message needs a number of its own."),
    (
        r"uses reserved number|Field name .* is reserved",
        r"",
        "It was set aside so that old data is never misread. Take a name and a number that were never used.",
    ),
    (r"Reserved names must be string", r"", 'Write reserved names in quotes: `reserved "name";`.'),
    (
        r"Field numbers|Expected field number",
        r"",
        "Field numbers run from 1 to 536,870,911, without 19,000 to 19,999.",
    ),
    (
        r"first enum value must be zero",
        r"",
        "Start the enum with a value 0, by custom named ..._UNSPECIFIED.",
    ),
    (
        r"at least one value",
        r"",
        "Give the enum its first value, 0, by custom named ..._UNSPECIFIED.",
    ),
    (r"Required fields are not allowed", r"", "proto3 has no `required`: drop the word."),
    (r"Explicit default values", r"", "proto3 has no `default`: an unset field is 0, empty or false."),
    (r"labels? .*not allowed|must not have labels", r"", "Drop the word `repeated` or `optional` here."),
    (
        r"is already defined",
        r"",
        "A full name (package and name) can be defined once. Rename one of the two.",
    ),
    (
        r'Expected "required"',
        r"",
        'A proto3 schema starts with `syntax = "proto3";`. Without that line it is read as proto2.',
    ),
    (r"default JSON name", r"", "Both fields would have one name in JSON. Rename one of them."),
    (r"Reached end of input", r"", "A closing brace `}` is missing."),
    (r"Multiline strings", r"", "A closing quote is missing."),
    (
        r"non ascii codepoint",
        r"",
        "Names are made of a to z, A to Z, 0 to 9 and _, and quotes are straight. "
        "Other letters can stand in comments and strings.",
    ),
    (
        r"Expected a string naming the file",
        r"",
        'Write the path in quotes: `import "courier/v1/quote.proto";`.',
    ),
    (
        r"Expected top-level statement",
        r"",
        "At the top of a file stand `message`, `enum`, `service`, `import`, `package`.",
    ),
    (r"syntax identifier", r"", 'The first line is `syntax = "proto3";`.'),
    (r"recursively imports itself", r"", "Move what both files need into a third file that both import."),
)

_WELL_KNOWN = {
    **{name: name.lower() for name in ("Any", "Duration", "Empty", "Struct", "Timestamp")},
    **dict.fromkeys(("ListValue", "NullValue", "Value"), "struct"),
    **{f"{name}Value": "wrappers" for name in ("Bool", "Bytes", "Double", "Float", "String")},
    **{f"{name}Value": "wrappers" for name in ("Int32", "Int64", "UInt32", "UInt64")},
    "FieldMask": "field_mask",
}


def find(what: str, here: str, names: tuple[str, ...]) -> str:
    """One sentence on what to do, or `""`.

    Args:
        what: protoc's message.
        here: the schema's text from the place that protoc points at to the end of the line.
        names: full names of types, and paths of files, that may have been meant.
    """
    if unknown := re.match(r'"([\w.]+)" is not defined', what):
        return _unknown_type(unknown[1], [name for name in names if "/" not in name])
    if missing := imported(what):
        near = difflib.get_close_matches(missing, names, n=1, cutoff=0.6)
        if near and near[0] != missing:
            return f'Did you mean `import "{near[0]}";`?'
        return "Imports are named from `protos/` on, without `./` and `..`."
    return next((cure for said, text, cure in _CURES if re.search(said, what) and re.match(text, here)), "")


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
    near = same or difflib.get_close_matches(name, [*SCALARS, *types], n=1, cutoff=0.6)
    meant = _FAMILIAR.get(name.lower()) or (near[0] if near else None)
    if meant:
        return f"Did you mean `{meant}`?"
    return "Define it in this file, or import the file that does and write the name with its package."
