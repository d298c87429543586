"""Schemas in cells: what `%%proto` compiles, what cells import, and the help and code they show."""

from __future__ import annotations

import inspect
import traceback

import pytest

from helpers import protos

PROTO3 = 'syntax = "proto3";\n'


def test_a_cell_gives_modules_of_its_name():
    pb2, pb2_grpc = protos.compile_cell(
        "quote", PROTO3 + "message Quote {} service S { rpc Do(Quote) returns (Quote); }"
    )
    assert (pb2.__name__, pb2_grpc.__name__) == ("quote_pb2", "quote_pb2_grpc")
    assert pb2.DESCRIPTOR.name == "quote.proto"
    assert pb2_grpc.SStub


def test_a_cell_may_define_what_a_file_defines(write):
    """Version 2 of a schema, tried out beside version 1."""
    on_disk, _ = protos.load("courier/v1/quote.proto")
    text = PROTO3 + "package courier.v1; message Parcel { string parcel_id = 1; bool fragile = 9; }"
    pb2, _ = protos.compile_cell("quote", text)
    assert pb2.Parcel.DESCRIPTOR.full_name == on_disk.Parcel.DESCRIPTOR.full_name
    read = on_disk.Parcel.FromString(pb2.Parcel(parcel_id="P-1", fragile=True).SerializeToString())
    assert read.parcel_id == "P-1"
    assert pb2.Parcel.FromString(read.SerializeToString()).fragile


def test_a_cell_imports_a_file_of_the_course():
    pb2, _ = protos.compile_cell(
        "order", PROTO3 + 'import "courier/v1/quote.proto"; message Order { courier.v1.Parcel parcel = 1; }'
    )
    quote_pb2, _ = protos.load("courier/v1/quote.proto")
    assert pb2.Order(parcel=quote_pb2.Parcel(parcel_id="P-1")).parcel.parcel_id == "P-1"


def test_a_cell_imports_a_cell_and_follows_its_edits(package):
    def part(fields: str):
        return protos.compile_cell("part", f"{PROTO3}package {package}; message Part {{ {fields} }}")[0]

    def whole():
        text = f'{PROTO3}package {package}; import "part.proto"; message Whole {{ Part part = 1; }}'
        return protos.compile_cell("whole", text)[0]

    first_part = part("int32 a = 1;")
    first = whole()
    assert first.Whole(part=first_part.Part(a=1)).part.a == 1
    assert whole() is first
    second_part = part("int32 a = 1; int32 b = 2;")
    second = whole()
    assert second is not first
    assert second.Whole(part=second_part.Part(b=2)).part.b == 2
    assert first.Whole(part=first_part.Part(a=3)).part.a == 3


def test_a_cell_imports_a_file_in_the_current_folder(write, package):
    write("part.proto", "message Part {}", package=package)
    text = f'{PROTO3}package {package}; import "part.proto"; message Whole {{ Part part = 1; }}'
    # A cell of an earlier test may be called `part`: cells come before files, so this one is `fresh`.
    write("fresh.proto", "message Fresh {}", package=package)
    pb2, _ = protos.compile_cell("whole", text.replace("part.proto", "fresh.proto").replace("Part", "Fresh"))
    assert pb2.Whole().part is not None


def test_a_file_does_not_see_cells(write, package):
    protos.compile_cell("hidden_cell", PROTO3 + "message Hidden {}")
    path = write("sees.proto", 'import "hidden_cell.proto"; message A { Hidden h = 1; }', package=package)
    with pytest.raises(protos.SchemaError, match="was not found"):
        protos.load(path)


@pytest.mark.parametrize(
    "name",
    ["courier/v1/quote", "..\\quote", 'quo"te', "a\nb", "a:b", "", " ", "-", ".", "..", ".proto", "x" * 300],
)
def test_a_name_that_cannot_be_a_module_s_is_told(name):
    with pytest.raises(protos.SchemaError, match="cannot be a module's name") as caught:
        protos.compile_cell(name, PROTO3)
    assert "%%proto quote" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "file", "module"),
    [
        ("my-quote", "my-quote.proto", "my_quote_pb2"),
        ("my.quote", "my.quote.proto", "my.quote_pb2"),
        ("quote.proto", "quote.proto", "quote_pb2"),
        ("1st", "1st.proto", "1st_pb2"),
        ("a b", "a b.proto", "a b_pb2"),
        ("größe", "größe.proto", "größe_pb2"),
        ("gro\u0308ße", "größe.proto", "größe_pb2"),
        ("class", "class.proto", "class_pb2"),
    ],
)
def test_a_name_that_python_does_not_spell(name, file, module, package):
    """The cell works, and others can import it."""
    text = f"{PROTO3}package {package}; message Q {{ int32 a = 1; }} service S {{ rpc Do(Q) returns (Q); }}"
    pb2, pb2_grpc = protos.compile_cell(name, text)
    assert (pb2.__name__, pb2_grpc.__name__) == (module, f"{module}_grpc")
    assert pb2.DESCRIPTOR.name == file
    assert pb2_grpc.SStub
    assert "class Q(" in protos.generated(pb2).pyi
    user = f'{PROTO3}package {package}; import public "{file}"; service U {{ rpc Do(Q) returns (Q); }}'
    user_pb2, user_pb2_grpc = protos.compile_cell(f"uses_{package}", user)
    assert user_pb2.Q(a=1) == pb2.Q(a=1)
    assert user_pb2_grpc.UServicer.Do


def test_comments_are_help():
    pb2, pb2_grpc = protos.load("courier/v1/quote.proto")
    assert pb2.__doc__ == "What a delivery costs, and the parcels that are on their way."
    parcel = pb2.Parcel.__doc__
    assert parcel.startswith("A parcel in the courier's care.\n\nmessage Parcel:\n")
    assert '    string parcel_id = 1  # Given out by the service: "P-1", "P-2", ...' in parcel
    assert "    courier.v1.Speed speed = 4\n" in parcel
    assert pb2.Speed.__doc__.startswith(
        "How fast a parcel should travel.\n\nenum Speed:\n    SPEED_UNSPECIFIED = 0"
    )
    assert pb2_grpc.QuoteServiceStub.__doc__.startswith("Quotes prices.")
    assert pb2_grpc.QuoteServiceServicer.GetQuote.__doc__.strip() == "The price of one delivery."


def test_every_shape_of_field_is_described():
    text = """
        syntax = "proto3";
        message Outer {
          map<string, Inner> by_name = 1; // Beside it.
          repeated int32 numbers = 2;
          optional bool flag = 3;
          oneof choice { Inner inner = 4; double number = 5; }
          // Inside.
          message Inner { enum Mood { MOOD_UNSPECIFIED = 0; } Mood mood = 1; }
        }
        message Nothing {}
    """
    pb2, _ = protos.compile_cell("shapes", text)
    assert pb2.Outer.__doc__.split("\n") == [
        "message Outer:",
        "    map<string, Outer.Inner> by_name = 1  # Beside it.",
        "    repeated int32 numbers = 2",
        "    optional bool flag = 3",
        "    oneof choice: Outer.Inner inner = 4",
        "    oneof choice: double number = 5",
    ]
    assert pb2.Outer.Inner.__doc__ == "Inside.\n\nmessage Inner:\n    Outer.Inner.Mood mood = 1"
    assert pb2.Nothing.__doc__ == "message Nothing (no fields)"


def test_the_generated_code_can_be_read_and_stands_in_tracebacks():
    pb2, pb2_grpc = protos.compile_cell("shown", PROTO3 + "message M {} service S { rpc Do(M) returns (M); }")
    assert inspect.getsource(pb2_grpc.SServicer.Do).strip().startswith("def Do(self, request, context):")
    assert inspect.getsource(pb2_grpc) == protos.generated(pb2_grpc).pb2_grpc
    assert "AddSerializedFile" in inspect.getsource(pb2)
    with pytest.raises(NotImplementedError) as caught:
        pb2_grpc.SServicer().Do(None, type("C", (), {"set_code": print, "set_details": print})())
    text = "".join(traceback.format_exception(caught.value))
    assert 'File "<shown_pb2_grpc.py>"' in text
    assert "raise NotImplementedError" in text


def test_the_latest_version_s_code_is_shown():
    for name in ("Before", "After"):
        _, pb2_grpc = protos.compile_cell(
            "latest", f"{PROTO3}message M {{}} service {name} {{ rpc Do(M) returns (M); }}"
        )
        add = getattr(pb2_grpc, f"add_{name}Servicer_to_server")
        assert f"'{name}', rpc_method_handlers" in inspect.getsource(add)
