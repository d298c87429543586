from __future__ import annotations

import contextlib
import io
import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2, wrappers_pb2

from helpers import protos, servers
from helpers.views.console.grpcurl import REFLECTION, grpcurl_command, import_path
from helpers.views.console.python import python_source
from helpers.views.console.schema import methods_of
from tests.views.console.samples import (
    EVERY,
    Editions,
    Every,
    Olds,
    edition_pb2,
    edition_pb2_grpc,
    every_pb2,
    every_pb2_grpc,
    older_pb2,
    older_pb2_grpc,
)
from tests.views.console.test_form import full

METHODS = {method.name: method for method in methods_of([every_pb2])}
Item, Everything = every_pb2.Item, every_pb2.Everything
NAMES = {"every_pb2": every_pb2, "every_pb2_grpc": every_pb2_grpc}


@pytest.fixture
def servicer():
    return Every()


@pytest.fixture
def server(servicer):
    with servers.serve(servicer, Olds(), Editions()) as server:
        yield server


def run(source, namespace):
    """Runs source as a cell would; returns what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "<cell>", "exec"), dict(namespace))
    return printed.getvalue()


def test_a_small_call_reads_well():
    request = Item(name='say "hi"', amount=-2)
    source = python_source(METHODS["Count"], [request], "127.0.0.1:1", [("k", "v")], 2.5, NAMES)
    assert source == (
        "import grpc\n"
        "\n"
        "request = every_pb2.Item(name='say \"hi\"', amount=-2)\n"
        'with grpc.insecure_channel("127.0.0.1:1") as channel:\n'
        "    stub = every_pb2_grpc.EveryStub(channel)\n"
        '    for reply in stub.Count(request, timeout=2.5, metadata=[("k", "v")]):\n'
        "        print(reply)\n"
    )


def test_long_calls_are_broken_up(server):
    items = [Item(name="a long enough name to fill a line", amount=n) for n in range(3)]
    source = python_source(METHODS["Echo"], [Everything(items=items)], server.address, (), None, NAMES)
    assert max(map(len, source.splitlines())) <= 88
    assert "    items=[\n        every_pb2.Item(" in source
    assert run(source, NAMES).count("a long enough name") == 3


def test_every_field_runs_as_pasted(server, servicer):
    message = full()
    message.ClearField("self")  # no constructor takes it; the next test has it
    source = python_source(METHODS["Echo"], [message], server.address, (), 30, NAMES)
    assert run(source, NAMES) == f"{message}\n"
    assert servicer.requests == [message]
    assert "every_pb2.COLOR_MINUS" in source
    assert "every_pb2.Everything.INNER_ONE" in source
    assert "every_pb2.Everything.Node(" in source
    assert 'every_pb2.Item(name="packed", amount=3).SerializeToString()' in source


def test_a_field_that_no_constructor_takes_runs_as_pasted(server, servicer):
    message = full()
    source = python_source(METHODS["Echo"], [message], server.address, (), 30, NAMES)
    assert "json_format.ParseDict(" in source
    run(source, NAMES)
    assert servicer.requests == [message]


@pytest.mark.parametrize("chosen", [{"by_name": ""}, {"by_number": 0}, {"by_item": {}}, {"color": 77}, {}])
def test_one_field_runs_as_pasted(server, servicer, chosen):
    message = Everything(**chosen)
    run(python_source(METHODS["Echo"], [message], server.address, (), None, NAMES), NAMES)
    assert servicer.requests == [message]


def test_all_four_kinds_run_as_pasted(server, servicer):
    items = [Item(name="a", amount=1), Item(name="b", amount=2)]
    printed = {
        name: run(python_source(METHODS[name], requests, server.address, (), 30, NAMES), NAMES)
        for name, requests in {
            "Echo": [Everything(an_int32=5)],
            "Count": items[1:],
            "Sum": items,
            "Chat": items,
        }.items()
    }
    assert printed["Echo"] == "an_int32: 5\n\n"
    assert printed["Count"].count("name") == 2
    assert "amount: 3" in printed["Sum"]
    assert printed["Chat"].index('"A"') < printed["Chat"].index('"B"')


def test_metadata_and_deadline_run_as_pasted(server, servicer):
    pairs = [("who", "it's me"), ("raw-bin", b"\x00\xff'"), ("who-else", '"')]
    run(python_source(METHODS["Nothing"], [empty_pb2.Empty()], server.address, pairs, 30, NAMES), NAMES)
    assert {k: servicer.metadata[k] for k, _ in pairs} == dict(pairs)
    assert servicer.time_left < 60


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Nothing", empty_pb2.Empty()),
        ("Word", wrappers_pb2.StringValue(value="w")),
        ("Shape", struct_pb2.Struct(fields={"a": struct_pb2.Value(number_value=1.5)})),
    ],
)
def test_well_known_requests_run_as_pasted(server, servicer, name, message):
    run(python_source(METHODS[name], [message], server.address, (), None, NAMES), NAMES)
    assert servicer.requests == [message]


def test_proto2_and_editions_run_as_pasted(server):
    old = older_pb2.Old(needed=1, closed="ONE", pair={"right": 2}, packed=[1])
    extended = older_pb2.Old(needed=1)
    extended.Extensions[older_pb2.more] = 5
    extended.Extensions[older_pb2.Extra.extra].word = "w"
    edition = edition_pb2.Edition(explicit=0, needed=1, shuts=[1])
    edition.inside.needed = 2
    for pb2, pb2_grpc, message in (
        (older_pb2, older_pb2_grpc, old),
        (older_pb2, older_pb2_grpc, extended),
        (edition_pb2, edition_pb2_grpc, edition),
    ):
        (method,) = methods_of([pb2])
        names = {pb2.__name__: pb2, pb2_grpc.__name__: pb2_grpc}
        source = python_source(method, [message], server.address, (), None, names)
        assert run(source, names) == f"{message}\n"


def test_it_uses_the_names_that_the_notebook_has(server):
    names = {"first": every_pb2, "second": every_pb2_grpc, "grpc": grpc, "_i": every_pb2}
    source = python_source(METHODS["Chat"], [Item(name="x")], server.address, (), None, names)
    assert "first.Item" in source
    assert "second.EveryStub" in source
    assert "X" in run(source, names)


def test_two_versions_of_a_schema_are_told_apart(server):
    other, other_grpc = protos.compile_cell(
        "every", EVERY.replace("int32 amount = 2;", "int32 amount = 2; int32 x = 3;")
    )
    protos.compile_cell("every", EVERY)
    names = {"v2_pb2": other, "v2_pb2_grpc": other_grpc, "v1_pb2": every_pb2, "v1_pb2_grpc": every_pb2_grpc}
    source = python_source(METHODS["Sum"], [Item()], server.address, (), None, names)
    assert "v1_pb2.Item()" in source
    assert "v1_pb2_grpc.EveryStub" in source
    assert "v2" not in source


def test_what_the_notebook_does_not_have_is_loaded():
    quote_pb2, _ = protos.load("courier/v1/quote.proto")
    method = next(m for m in methods_of([quote_pb2]) if m.name == "GetQuote")
    source = python_source(method, [quote_pb2.GetQuoteRequest(weight_grams=5)], "127.0.0.1:1", (), None, {})
    assert source.splitlines()[:5] == [
        "import grpc",
        "from helpers import protos",
        "",
        'quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")',
        "",
    ]
    namespace: dict = {}
    with pytest.raises(grpc.RpcError):  # it runs, and nobody listens there
        exec(source, namespace)
    assert namespace["request"].weight_grams == 5


def test_messages_of_modules_without_a_name_are_written_as_dicts(server):
    protos.compile_cell(
        "part",
        'syntax = "proto3"; package console.part; message Part { int32 n = 1; enum E { Z = 0; Y = 1; } E e = 2; }',
    )
    whole_pb2, whole_pb2_grpc = protos.compile_cell(
        "whole",
        'syntax = "proto3"; package console.whole; import "part.proto";'
        " message Whole { console.part.Part part = 1; repeated console.part.Part parts = 2;"
        " map<string, console.part.Part> by_name = 3; }"
        " service Wholes { rpc Get(Whole) returns (Whole); }",
    )
    (method,) = methods_of([whole_pb2])
    request = whole_pb2.Whole(part={"n": 1, "e": 1}, parts=[{"n": 2}], by_name={"a": {"n": 3}})
    names = {"whole_pb2": whole_pb2, "whole_pb2_grpc": whole_pb2_grpc}
    source = python_source(method, [request], "127.0.0.1:1", (), None, names)
    assert 'part={"n": 1, "e": "Y"}' in source
    namespace = dict(names)
    with pytest.raises(grpc.RpcError):
        exec(source, namespace)
    assert namespace["request"] == request


def test_a_request_from_a_module_without_a_name_is_loaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "console_asked.proto").write_text(
        'syntax = "proto3"; package console.asked; message Asked { int32 n = 1; }', encoding="utf-8"
    )
    (tmp_path / "console_asks.proto").write_text(
        'syntax = "proto3"; package console.asks; import "console_asked.proto";'
        " service Asks { rpc Ask(console.asked.Asked) returns (console.asked.Asked); }",
        encoding="utf-8",
    )
    asked_pb2, _ = protos.load("console_asked.proto")
    asks_pb2, asks_pb2_grpc = protos.load("console_asks.proto")
    (method,) = methods_of([asks_pb2])
    names = {"asks_pb2": asks_pb2, "asks_pb2_grpc": asks_pb2_grpc}
    source = python_source(method, [asked_pb2.Asked(n=1)], "127.0.0.1:1", (), None, names)
    assert 'console_asked_pb2, console_asked_pb2_grpc = protos.load("console_asked.proto")' in source
    namespace = dict(names)
    with pytest.raises(grpc.RpcError):
        exec(source, namespace)
    assert namespace["request"] == asked_pb2.Asked(n=1)


def parts_of(command):
    """A command line as a shell would read it: options by name, and what remains."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words.pop(0) == "grpcurl"
    options: dict = {"-H": []}
    while words and words[0].startswith("-"):
        name = words.pop(0)
        if name == "-plaintext":
            options[name] = True
        elif name == "-H":
            options[name].append(words.pop(0))
        else:
            options[name] = words.pop(0)
    return options, words


def test_grpcurl_reads_the_schema_from_the_file(tmp_path):
    quote_pb2, _ = protos.load("courier/v1/quote.proto")
    method = next(m for m in methods_of([quote_pb2]) if m.name == "GetQuote")
    folder = Path(protos.PROTOS).parent / "notebooks"
    command = grpcurl_command(
        method, [quote_pb2.GetQuoteRequest(weight_grams=5)], "127.0.0.1:1", folder=folder
    )
    assert command == (
        "grpcurl -plaintext \\\n  -import-path ../protos -proto courier/v1/quote.proto \\\n"
        "  -d '{\"weightGrams\": 5}' \\\n  127.0.0.1:1 courier.v1.QuoteService/GetQuote"
    )
    assert import_path("nowhere.proto", tmp_path) == "."


def test_grpcurl_with_everything():
    message = full()
    message.any.Clear()
    pairs = [("who", "it's me"), ("raw-bin", b"\x00\xff")]
    options, rest = parts_of(
        grpcurl_command(METHODS["Echo"], [message], "127.0.0.1:1", pairs, 2.5, reflection=True)
    )
    assert rest == ["127.0.0.1:1", "console.v1.Every/Echo"]
    assert options["-plaintext"]
    assert options["-max-time"] == "2.5"
    assert options["-H"] == ["who: it's me", "raw-bin: AP8="]
    assert "-proto" not in options
    data = json.loads(options["-d"])
    assert data["mask"] == {"paths": ["an_int32", "item.name"]}, "grpcurl wants a FieldMask so"
    data["mask"] = "anInt32,item.name"
    assert json_format.ParseDict(data, Everything()) == message


def test_grpcurl_with_a_stream_of_requests():
    items = [Item(name="a"), Item(name="it's", amount=2), Item()]
    options, _ = parts_of(grpcurl_command(METHODS["Sum"], items, "127.0.0.1:1"))
    decoder, text, found = json.JSONDecoder(), options["-d"], []
    while text:
        value, end = decoder.raw_decode(text)
        found.append(json_format.ParseDict(value, Item()))
        text = text[end:].lstrip()
    assert found == items


@pytest.mark.skipif(shutil.which("grpcurl") is None, reason="no grpcurl on the path")
@pytest.mark.parametrize("name", ["Echo", "Count", "Sum", "Chat", "Nothing", "Word"])
def test_the_real_grpcurl_makes_the_call(server, servicer, name, tmp_path):
    (tmp_path / "every.proto").write_text(EVERY, encoding="utf-8")
    items = [Item(name="it's", amount=1), Item(name="b", amount=2)]
    plain = full()
    plain.ClearField("any")
    requests = {
        "Echo": [plain], "Count": items[1:], "Nothing": [empty_pb2.Empty()], "Word": [wrappers_pb2.StringValue(value="w")],
    }.get(name, items)  # fmt: skip
    pairs = [("who", "it's me"), ("raw-bin", b"\x00\xff")]
    command = grpcurl_command(METHODS[name], requests, server.address, pairs, 30, folder=tmp_path)
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    assert servicer.requests == requests
    assert servicer.metadata["who"] == "it's me"
    assert servicer.metadata["raw-bin"] == b"\x00\xff"


def test_reflection_is_named_as_the_package_names_it():
    from grpc_reflection.v1alpha import reflection

    assert reflection.SERVICE_NAME in REFLECTION


def test_source_is_as_clean_as_the_course():
    message = full()
    message.ClearField("self")
    source = python_source(METHODS["Echo"], [message], "127.0.0.1:1", [("a", "b")], 1, NAMES)
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--target-version", "py310", "--select", "E,F,I", "-"],
        input=source.replace("every_pb2_grpc", "dict").replace("every_pb2", "dict"),
        capture_output=True, text=True, check=False, encoding="utf-8")  # fmt: skip
    assert ran.stdout.strip() in ("All checks passed!", ""), ran.stdout
