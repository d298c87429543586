"""A mistake in a schema: one short message with its place, a caret and a cure, and nothing on the terminal."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from helpers import protos

RPC = "message A {{}}\nservice S {{\n  {}\n}}"
FIELD = "message A {{\n  {}\n}}"
SEMICOLON = "Each field, rpc, import and option ends with a semicolon."
NUMBER = "Give the field a number that is new in this message"
RANGE = "from 1 to 536,870,911, without 19,000 to 19,999"
ONCE = "A full name (package and name) can be defined once."

# The schema, with » where the caret belongs, and words of the message and the cure.
MISTAKES = {
    "semicolon": (FIELD.format("int32 x = 1»\n  int32 y = 2;"), 'Expected ";".', SEMICOLON),
    "semicolon, last line": (FIELD.format("int32 x = 1»"), 'Expected ";".', SEMICOLON),
    "semicolon after a comment": (FIELD.format("int32 x = 1» // one\n\n  int32 y = 2;"), ";", SEMICOLON),
    "semicolon after import": ('import "google/protobuf/any.proto"»\nmessage A {}', ";", SEMICOLON),
    "semicolon after rpc": (RPC.format("rpc Do(A) returns (A)»"), ";", SEMICOLON),
    "comma": (FIELD.format("int32 x = 1»,"), ";", SEMICOLON),
    "no number": (FIELD.format("int32 x»;"), "Missing field number", NUMBER),
    "no number, no semicolon": (FIELD.format("int32 x»"), "Missing field number", NUMBER),
    "no equals sign": (FIELD.format("int32 x »1;"), "Missing field number", NUMBER),
    "number twice": (
        FIELD.format("int32 x = 1;\n  int32 y = »1;"),
        'Field number 1 has already been used in "A" by field "x".',
        "Each field of a message needs a number of its own.",
    ),
    "name twice": (FIELD.format("int32 x = 1;\n  int32 »x = 2;"), 'already defined in "A"', ONCE),
    "message twice": ("message A {}\nmessage »A {}", '"A" is already defined.', ONCE),
    "rpc twice": (RPC.format("rpc Do(A) returns (A);\n  rpc »Do(A) returns (A);"), "already", ONCE),
    "service named as a message": ("message S {}\nservice »S {}", "already defined", ONCE),
    "reserved number": (
        FIELD.format("reserved »2;\n  int32 x = 2;"),
        'Field "x" uses reserved number 2.',
        "It was set aside so that old data is never misread.",
    ),
    "reserved name": (
        FIELD.format('reserved "x";\n  int32 »x = 2;'),
        'Field name "x" is reserved.',
        "Take a name and a number that were never used.",
    ),
    "reserved name without quotes": (FIELD.format("reserved »x;"), "string literals", 'reserved "name";'),
    "number zero": (FIELD.format("int32 x = »0;"), "must be positive", RANGE),
    "number negative": (FIELD.format("int32 x = »-1;"), "Expected field number", RANGE),
    "number too large": (FIELD.format("int32 x = »536870912;"), "cannot be greater", RANGE),
    "number is a word": (FIELD.format("int32 x = »one;"), "Expected field number", RANGE),
    "enum starts at one": ("enum E {\n  A = »1;\n}", "must be zero", "Start the enum with a value 0"),
    "enum without values": ("enum »E {\n}", "at least one value", "Give the enum its first value, 0"),
    "enum value without number": (
        "enum E {\n  A»;\n}",
        "numeric value",
        "has a number: `SPEED_EXPRESS = 2;`",
    ),
    "enum value twice": ("enum E {\n  A = 0;\n  B = »0;\n}", "same enum value", "allow_alias"),
    "enum values are siblings": (
        "enum E {\n  A = 0;\n}\nenum F {\n  »A = 0;\n}",
        '"A" is already defined.',
        "Begin each with the enum's name",
    ),
    "required": (FIELD.format("required »int32 x = 1;"), "not allowed in proto3", "drop the word"),
    "default": (FIELD.format("int32 x = 1 [default = »3];"), "not allowed in proto3", "no `default`"),
    "str": (FIELD.format("»str x = 1;"), '"str" is not defined.', "Did you mean `string`?"),
    "int": (FIELD.format("»int x = 1;"), '"int" is not defined.', "Did you mean `int32`?"),
    "String": (FIELD.format("»String x = 1;"), '"String" is not defined.', "Did you mean `string`?"),
    "misspelt type": (
        "message Parcel {}\nmessage A {\n  »Parcle x = 1;\n}",
        '"Parcle" is not defined.',
        "Did you mean `Parcel`?",
    ),
    "unknown type": (FIELD.format("»Zebra x = 1;"), "not defined", "Define it in this file, or import"),
    "type of an import without its package": (
        'import "courier/v1/quote.proto";\n' + FIELD.format("»Parcel x = 1;"),
        '"Parcel" is not defined.',
        "Did you mean `courier.v1.Parcel`?",
    ),
    "well-known type without import": (
        FIELD.format("»google.protobuf.Timestamp x = 1;"),
        "is not defined",
        'import "google/protobuf/timestamp.proto";',
    ),
    "well-known type without anything": (
        FIELD.format("»StringValue x = 1;"),
        "is not defined",
        'Write `import "google/protobuf/wrappers.proto";` at the top, and `google.protobuf.StringValue` here.',
    ),
    "missing import": (
        '»import "courier/v1/qoute.proto";\n' + FIELD.format("courier.v1.Parcel x = 1;"),
        'Import "courier/v1/qoute.proto" was not found',
        'Did you mean `import "courier/v1/quote.proto";`?',
    ),
    "missing import of nothing known": ('»import "zebra.proto";', "was not found", "from `protos/` on"),
    "relative import": ('»import "./zebra.proto";', "was not found", "without `./` and `..`"),
    "import without quotes": ("import »zebra.proto;", "Expected a string", "in quotes"),
    "rpc of scalars": (
        RPC.format("rpc Do(»string) returns (A);"),
        "message type",
        "wrap the value in a message",
    ),
    "rpc of nothing": (RPC.format("rpc Do(») returns (A);"), "type name", "define an empty one"),
    "rpc of unknown messages": (RPC.format("rpc Do(»Zebra) returns (A);"), "not defined", "Define it"),
    "rpc without returns": (RPC.format("rpc Do(A)»;"), 'Expected "returns"', "rpc Name(Request) returns"),
    "rpc with return": (RPC.format("rpc Do(A) »return (A);"), "returns", "rpc Name(Request) returns"),
    "rpc without parentheses": (RPC.format("rpc Do »A returns A;"), '"("', "rpc Name(Request) returns"),
    "stream outside": (RPC.format("rpc Do(A) returns »stream (A);"), '"("', "`stream` inside"),
    "stream misspelt": (RPC.format("rpc Do(streem »A) returns (A);"), '")"', "`stream` inside"),
    "brace missing": (FIELD.format("int32 x = 1;")[:-1] + "»", "Reached end of input", "closing brace"),
    "brace too many": ("message A {}\n»}", "top-level statement", "At the top of a file stand `message`"),
    "Python's comment": ("»# a comment", "top-level statement", "Comments begin with `//`."),
    "Python's code": ("»class A:\n  pass", "top-level statement", "At the top of a file stand `message`"),
    "Python's annotation": (FIELD.format("x»: int32 = 1;"), "field name", "A field reads `int32 count = 1;`"),
    "Python's list": (FIELD.format("list»<int32> x = 1;"), "field name", "a list `repeated int32 counts"),
    "hyphen in a name": (FIELD.format("int32 my»-field = 1;"), "field number", "cannot contain a hyphen"),
    "hyphen in a package": ("package my»-package;", ";", "cannot contain a hyphen"),
    "letter outside of ASCII": (FIELD.format("int32 gr»öße = 1;"), "non ascii", "Names are made of a to z"),
    "curly quotes": ("import »“zebra.proto”;", "non ascii", "quotes are straight"),
    "label in a oneof": (
        FIELD.format("oneof o {\n    »repeated int32 x = 1;\n  }"),
        "must not have labels",
        "Drop the word",
    ),
    "JSON names that clash": (
        FIELD.format("int32 foo_bar = 1;\n  int32 »fooBar = 2;"),
        "conflicts with",
        "Both fields would have one name in JSON",
    ),
    "imports itself": ('»import "mistake.proto";', "recursively imports itself", "third file"),
    "tab and letters of several bytes before it": (
        FIELD.format("\tint32 x = 1; /* größe, 東京 */\t»strng y = 2;"),
        "is not defined",
        "Did you mean `string`?",
    ),
}


def shown(error: protos.SchemaError) -> tuple[str, str]:
    """The line that the message shows, and what is above the caret and behind it."""
    lines = str(error).split("\n")
    caret = next(line for line in lines if line.strip() == "^").index("^")
    line = lines[1]
    return line, line[caret:]


@pytest.fixture(params=["file", "cell"])
def compile_text(request, write):
    """Compiles a schema text as a file or as a cell."""

    def compile_text(text: str):
        if request.param == "cell":
            return protos.compile_cell("mistake", text)
        Path("mistake.proto").write_text(text, encoding="utf-8")
        return protos.load("mistake.proto")

    write("unused.proto", "")  # so that the current folder is the test's own
    return compile_text


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_place_and_cure(name, compile_text, capfd):
    marked, problem, cure = MISTAKES[name]
    text = 'syntax = "proto3";\n' + marked.replace("»", "")
    before = ('syntax = "proto3";\n' + marked).split("»")[0]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    with pytest.raises(protos.SchemaError) as caught:
        compile_text(text)
    error = caught.value
    assert (error.path, error.line, error.column) == ("mistake.proto", line, column)
    assert problem in error.problem
    assert cure in str(error)
    assert str(error).startswith(f"mistake.proto:{line}:{column}: ")
    source = text.split("\n")[line - 1]
    if source:
        assert shown(error)[0] == f"{line} | {source.expandtabs(4)}"
        assert shown(error)[1] == source[column - 1 :].expandtabs(
            4 - len(source[: column - 1].expandtabs(4)) % 4
        )
    assert len(str(error).split("\n")) <= 5
    assert capfd.readouterr() == ("", "")


def test_every_mistake_has_a_mark():
    assert len(MISTAKES) > 50
    assert all(marked.count("»") == 1 for marked, *_ in MISTAKES.values())


@pytest.mark.parametrize(
    ("text", "place", "cure"),
    [
        ("message A {\n  int32 x = 1;\n}", "mistake.proto:2:3", 'starts with `syntax = "proto3";`'),
        ('syntax = "proto4";', "mistake.proto:1:10", 'The first line is `syntax = "proto3";`.'),
        ("syntax = proto3;", "mistake.proto:1:10", 'The first line is `syntax = "proto3";`.'),
        ('syntax = "proto3"\nmessage A {}', "mistake.proto:1:18", SEMICOLON),
        ('syntax = "proto3;\nmessage A {}', "mistake.proto:1:18", "A closing quote is missing."),
        ('package p;\nsyntax = "proto3";', "mistake.proto:2:1", "Only comments may stand before"),
        ('edition = "2099";', "mistake.proto:1:11", 'Unknown edition "2099"'),
    ],
)
def test_a_mistake_in_the_first_lines(text, place, cure, compile_text, capfd):
    with pytest.raises(protos.SchemaError) as caught:
        compile_text(text)
    assert caught.value.position == place
    assert cure in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_mistake_without_a_line_is_told_too(compile_text):
    with pytest.raises(protos.SchemaError) as caught:
        compile_text('syntax = "proto3"; message A { int32 x = 19000; }')
    assert caught.value.position == "mistake.proto"
    assert RANGE in str(caught.value)


def test_more_mistakes_are_counted(compile_text):
    with pytest.raises(protos.SchemaError, match=r"\(and one more\)$") as caught:
        compile_text('syntax = "proto3"; message A { Zebra x = 1; Zebra y = 2; }')
    assert caught.value.more == 1
    with pytest.raises(protos.SchemaError, match=r"\(and 2 more\)$"):
        compile_text('syntax = "proto3"; message A { Zebra x = 1; Zebra y = 2; Zebra z = 3; }')


def test_remarks_of_the_compiler_are_no_mistakes(compile_text):
    with pytest.raises(protos.SchemaError) as caught:
        compile_text('syntax = "proto3"; message A { int32 x = 0; }')
    assert caught.value.more == 0


def test_warnings_are_not_shown(compile_text, capfd):
    pb2, _ = compile_text('syntax = "proto3"; import "courier/v1/quote.proto"; message Unused {}')
    assert pb2.Unused
    compile_text("")
    assert capfd.readouterr() == ("", "")


def test_a_mistake_in_an_import_is_shown_where_it_is(write, package):
    write(f"{package}/part.proto", "message Part {\n  str x = 1;\n}", package=package)
    whole = write(f"{package}/whole.proto", f'import "{package}/part.proto"; message W {{ Part p = 1; }}')
    with pytest.raises(protos.SchemaError) as caught:
        protos.load(whole)
    assert caught.value.position == f"{package}/part.proto:4:3"
    assert "Did you mean `string`?" in str(caught.value)


def test_after_a_mistake_the_cell_is_mended_and_run_again(compile_text, package):
    text = f'syntax = "proto3"; package {package}; message A {{ int32 x = 1 }}'
    for _ in range(3):
        with pytest.raises(protos.SchemaError):
            compile_text(text)
        good, _ = compile_text(text.replace("1 }", "1; }"))
        assert good.A(x=3).x == 3


def test_two_files_with_one_symbol(write, package):
    protos.load(write(f"{package}/one.proto", "message Twice {}", package=package))
    other = write(f"{package}/two.proto", "message Twice { int32 a = 1; }", package=package)
    with pytest.raises(protos.SchemaError) as caught:
        protos.load(other)
    assert f"`{package}.Twice` is already defined by {package}/one.proto" in str(caught.value)
    assert "rename it, or give this file a package of its own" in str(caught.value)
    Path(other).write_text(f'syntax = "proto3"; package {package}; message Once {{}}', encoding="utf-8")
    assert protos.load(other)[0].Once


def test_a_symbol_may_move_from_one_file_to_another(write, package):
    one = write(f"{package}/one.proto", "message Moved {}", package=package)
    protos.load(one)
    Path(one).write_text(f'syntax = "proto3"; package {package}; message Stays {{}}', encoding="utf-8")
    other = write(f"{package}/two.proto", "message Moved {}", package=package)
    assert protos.load(other)[0].Moved
    assert protos.load(one)[0].Stays


def test_two_files_with_one_enum_value(write, package):
    protos.load(write(f"{package}/one.proto", "enum One { SAME = 0; }", package=package))
    with pytest.raises(protos.SchemaError, match=rf"`{package}\.SAME` is already defined"):
        protos.load(write(f"{package}/two.proto", "enum Two { SAME = 0; }", package=package))


def test_a_service_in_a_folder_named_like_a_keyword(write, package):
    text = "message A {} service S { rpc Do(A) returns (A); }"
    _, pb2_grpc = protos.load(write(f"{package}/class/a.proto", text, package=f"{package}.class"))
    assert pb2_grpc.SStub
    text = f'import "{package}/class/a.proto"; service T {{ rpc Do({package}.class.A) returns ({package}.class.A); }}'
    assert protos.load(write(f"{package}/b.proto", text, package=package))[1].TStub


KEYWORDS = {
    "rpc": (
        "message A { int32 a = 1; }\nservice S {\n  rpc Do(A) returns (A);\n  rpc import(A) returns (A);\n}",
        "`import` is a Python keyword",
        6,
    ),
    "service": (
        "message A { int32 a = 1; }\nservice None { rpc Do(A) returns (A); }",
        "`None` is a Python keyword",
        4,
    ),
    "message of an rpc": (
        "message A { int32 a = 1; }\nmessage True {}\nservice S { rpc Do(A) returns (True); }",
        "Python cannot run the code of this service",
        None,
    ),
}


@pytest.mark.parametrize("kind", KEYWORDS)
def test_a_service_that_python_cannot_spell_leaves_the_messages_usable(kind, compile_text, package):
    text, problem, line = KEYWORDS[kind]
    pb2, pb2_grpc = compile_text(f'syntax = "proto3"; package {package};\n\n{text}'.replace("\n\n", "\n", 1))
    assert pb2.A(a=3).a == 3
    with pytest.raises(protos.SchemaError, match=problem) as caught:
        _ = pb2_grpc.SServicer
    assert caught.value.line == (line and line - 1)
    assert "The messages can be used." in str(caught.value)
    assert str(protos.unusable(pb2_grpc)) == str(caught.value)
    assert not hasattr(pb2_grpc, "SStub"), "completion and inspection ask in this way, and get an answer"
    assert protos.unusable(pb2) is None


HIDDEN = {
    "a method hides the message": (
        "message Greet {}\nservice S { rpc Greet(»Greet) returns (Greet); }",
        "In the service `Greet` is the method, which hides the message. Write `.PACKAGE.Greet`",
    ),
    "the answer, too": (
        "message Ask {}\nmessage Greet {}\nservice S { rpc Greet(Ask) returns (»Greet); }",
        "`Greet` is the method, which hides the message",
    ),
    "of another rpc": (
        "message Ask {}\nservice S { rpc Do(»Ask) returns (Ask); rpc Ask(.PACKAGE.Ask) returns (.PACKAGE.Ask); }",
        "`Ask` is the method, which hides the message",
    ),
    "an rpc of an rpc": (
        "message A {}\nservice S { rpc Do(A) returns (A); rpc Go(»Do) returns (A); }",
        "`Do` is a method. An rpc takes one message",
    ),
    "an rpc of an enum": (
        "enum E { Z = 0; }\nmessage A {}\nservice S { rpc Do(»E) returns (A); }",
        "`E` is an enum: put it into a message.",
    ),
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_name_that_hides_another(kind, compile_text, package):
    marked, cure = (text.replace("PACKAGE", package) for text in HIDDEN[kind])
    with pytest.raises(protos.SchemaError) as caught:
        compile_text(f'syntax = "proto3"; package {package};\n{marked.replace("»", "")}')
    before = marked.split("»")[0]
    assert caught.value.line == before.count("\n") + 2
    assert caught.value.column == len(before) - before.rfind("\n")
    assert cure in str(caught.value)
    if "Write `." in cure:
        mended = marked.replace("(»Greet)", f"(.{package}.Greet)").replace(
            "returns (Greet)", f"returns (.{package}.Greet)"
        )
        assert compile_text(f'syntax = "proto3"; package {package};\n{mended}')[0].Greet


REFUSED = {
    "two JSON names": (
        'syntax = "proto2"; package PACKAGE; message A { optional int32 foo_bar = 1; optional int32 fooBar = 2; }',
        "the JSON name of `fooBar` belongs to another field",
    ),
    "a JSON name that is another's name": (
        'syntax = "proto2"; package PACKAGE; message A { optional int32 a = 1; optional int32 b = 2 [json_name="a"]; }',
        "belongs to another field",
    ),
    "the schema's own name": (
        'syntax = "proto3"; package PACKAGE; message DESCRIPTOR {}',
        "`DESCRIPTOR` is what the generated code calls the schema",
    ),
    "a name of the generated code": (
        'syntax = "proto3"; package PACKAGE; enum _builder { Z = 0; } message _descriptor {}',
        None,
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_protoc_accepts_and_python_does_not(kind, compile_text, package, capfd):
    text, problem = REFUSED[kind]
    for _ in range(2):
        if problem is None:  # it depends on the order in which the code looks things up
            with contextlib.suppress(protos.SchemaError):
                compile_text(text.replace("PACKAGE", package))
        else:
            with pytest.raises(protos.SchemaError, match=problem) as caught:
                compile_text(text.replace("PACKAGE", package))
            assert caught.value.path == "mistake.proto"
            assert len(str(caught.value).split("\n")) == 2
    assert compile_text(f'syntax = "proto3"; package {package}; message A {{}}')[0].A
    assert capfd.readouterr() == ("", "")


def test_an_extension_number_twice_over_two_files(write, package):
    base = write(
        "base.proto", f'syntax = "proto2"; package {package}; message A {{ extensions 100 to 200; }}'
    )
    for name in ("one", "two"):
        text = f'syntax = "proto2"; package {package}; import "base.proto"; extend A {{ optional int32 {name} = 100; }}'
        write(f"{name}.proto", text)
    protos.load(base)
    one, _ = protos.load("one.proto")
    two, _ = protos.load("two.proto")
    assert (one.one.number, two.two.number) == (100, 100)
    both = write(
        "both.proto", f'syntax = "proto2"; package {package}; import "one.proto"; import "two.proto";'
    )
    with pytest.raises(protos.SchemaError, match=r"[Ee]xtension") as caught:
        protos.load(both)
    assert len(str(caught.value).split("\n")) <= 4
    assert protos.load("one.proto")[0] is one


def test_in_a_notebook_it_is_shown_without_a_traceback():
    with pytest.raises(protos.SchemaError) as caught:
        protos.compile_cell("mistake", 'syntax = "proto3";\nmessage A { int32 x = 1 }')
    lines = caught.value._render_traceback_()
    assert lines[0] == 'SchemaError: mistake.proto:2:25: Expected ";".'
    assert lines[1:] == str(caught.value).split("\n")[1:]
    assert not re.search("Traceback|File ", "\n".join(lines))
