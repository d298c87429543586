"""`%%proto`: a schema in a cell, edited and run again."""

from __future__ import annotations

SCHEMA = """%%proto item
syntax = "proto3";

message Item {
  int32 first = 1;
}

enum Size {
  SIZE_UNSPECIFIED = 0;
}

service ItemService {
  rpc Ask(Item) returns (Item);
}
"""


def test_a_cell_gives_modules_and_says_so(kernel):
    run = kernel.run(SCHEMA, cell="schema")
    assert run.stdout == "item_pb2: Item, Size\nitem_pb2_grpc: ItemService\n"
    assert (run.stderr, run.error) == ("", "")
    assert kernel.value("item_pb2.Item(first=3).first") == 3
    assert kernel.run("assert item_pb2_grpc.ItemServiceStub").error == ""


def test_an_edit_gives_new_ones_beside_the_old(kernel):
    kernel.run(SCHEMA, cell="schema")
    kernel.run("old = item_pb2")
    run = kernel.run(SCHEMA.replace("first", "second"), cell="schema")
    assert run.error == ""
    assert kernel.value("(item_pb2.Item(second=2).second, old.Item(first=1).first)") == (2, 1)
    kernel.run("again = item_pb2")
    kernel.run(SCHEMA.replace("first", "second"), cell="schema")
    assert kernel.value("item_pb2 is again") is True


def test_a_mistake_is_told_by_the_cell_s_own_line(kernel):
    kernel.run(SCHEMA, cell="schema")
    run = kernel.run(SCHEMA.replace("first = 1;", "first = 1"), cell="schema")
    assert run.error.split("\n") == [
        'SchemaError: item.proto:5:18: Expected ";".',
        "5 |   int32 first = 1",
        "                     ^",
        "Each field, rpc, import and option ends with a semicolon.",
    ]
    assert (run.stdout, run.stderr, run.displays) == ("", "", [])
    assert kernel.run("item_pb2").error.endswith("Mend that cell, run it again, and then this one.")


def test_without_a_name_it_is_called_schema(kernel):
    run = kernel.run('%%proto\nsyntax = "proto3";\nmessage Alone {}')
    assert run.stdout == "schema_pb2: Alone\n"
    assert kernel.run("assert schema_pb2.Alone").error == ""


def test_a_name_that_is_none_is_told(kernel):
    run = kernel.run('%%proto my/item\nsyntax = "proto3";')
    assert run.error == (
        "SchemaError: `my/item` cannot be a module's name.\nUse letters, digits and _: `%%proto quote`."
    )


def test_a_name_that_python_does_not_spell_gives_the_nearest_that_it_does(kernel):
    for name, variable in {
        "my-item": "my_item_pb2",
        "1st item.v2": "_1st_item_v2_pb2",
        "größe": "größe_pb2",
    }.items():
        run = kernel.run(f'%%proto {name}\nsyntax = "proto3";\nmessage Odd {{ int32 a = 1; }}')
        assert (run.stdout, run.error) == (f"{variable}: Odd\n", "")
        assert kernel.value(f"{variable}.Odd(a=3).a") == 3


def test_a_service_that_python_cannot_spell_is_told_and_leaves_the_messages(kernel):
    text = '%%proto item\nsyntax = "proto3";\nmessage A {}\nservice S { rpc import(A) returns (A); }'
    run = kernel.run(text)
    assert run.error == ""
    assert run.stdout.startswith("item_pb2: A\nitem_pb2_grpc: item.proto:4:17: `import` is a Python keyword")
    assert kernel.value("item_pb2.A().ByteSize()") == 0
    assert kernel.run("item_pb2_grpc.SStub").error.startswith("UnusableService: item.proto:4:17")


def test_a_schema_that_the_compiler_dies_on_leaves_the_kernel_alive(kernel):
    run = kernel.run("""%%proto deadly
syntax = "proto3";
import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { string note = 50001; }
option (note) = "\\xff";""")
    assert run.error.startswith("SchemaError: deadly.proto:5: protoc crashes here.")
    assert kernel.run(SCHEMA, cell="schema").error == ""


def test_an_empty_schema(kernel):
    run = kernel.run("%%proto nothing\n// yet")
    assert (run.stdout, run.error) == ("nothing_pb2: no messages\n", "")
    assert "the cell body is empty" in kernel.run("%%proto nothing").stderr


def test_a_cell_imports_a_cell(kernel):
    kernel.run(SCHEMA, cell="schema")
    run = kernel.run('%%proto box\nsyntax = "proto3";\nimport "item.proto";\nmessage Box { Item item = 1; }')
    assert run.error == ""
    assert kernel.value("box_pb2.Box(item=item_pb2.Item(first=3)).item.first") == 3


def test_comments_are_help(kernel):
    kernel.run('%%proto told\nsyntax = "proto3";\n// Told in the schema.\nmessage Told {}')
    assert "Told in the schema." in kernel.value("told_pb2.Told.__doc__")


def test_a_server_over_a_schema_in_a_cell(kernel):
    kernel.run(SCHEMA, cell="schema")
    run = kernel.run("""
class Items(item_pb2_grpc.ItemServiceServicer):
    def Ask(self, request, context):
        return item_pb2.Item(first=request.first + 1)
with serve(Items()) as server:
    with grpc.insecure_channel(server.address) as channel:
        answer = item_pb2_grpc.ItemServiceStub(channel).Ask(item_pb2.Item(first=1), timeout=20).first
answer
""")
    assert run.value == 2
