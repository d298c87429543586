"""Which file a name means: in `protos/`, in the current folder, anywhere; and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import protos

COURSE = Path(__file__).resolve().parents[2] / "protos"


@pytest.fixture
def item(write, package) -> str:
    """`PACKAGE/item.proto` in the current folder."""
    return write(f"{package}/item.proto", "message Item {}", package=package)


@pytest.mark.parametrize(
    "path",
    [
        "courier/v1/quote.proto",
        "./courier/v1/quote.proto",
        "protos/courier/v1/quote.proto",
        Path("courier/v1/quote.proto"),
        COURSE / "courier/v1/quote.proto",
        str(COURSE / "courier/v1/../v1/quote.proto"),
    ],
    ids=str,
)
def test_one_schema_of_the_course_by_many_names(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert protos.load(path) == protos.load("courier/v1/quote.proto")
    assert protos.load(path)[0].DESCRIPTOR.name == "courier/v1/quote.proto"


def test_in_the_current_folder(item, package):
    pb2, pb2_grpc = protos.load(item)
    assert (pb2.__name__, pb2_grpc.__name__) == (f"{package}.item_pb2", f"{package}.item_pb2_grpc")
    assert protos.load(Path(item).resolve()) == (pb2, pb2_grpc)
    assert protos.load(f"./{item}") == (pb2, pb2_grpc)
    assert protos.load(f"../{Path.cwd().name}/{item}") == (pb2, pb2_grpc)


def test_dashes_in_the_path(package, write):
    pb2, pb2_grpc = protos.load(
        write(
            f"{package}-x/an-item.proto",
            "message Item {} service S { rpc Do(Item) returns (Item); }",
            package,
        )
    )
    assert (pb2.__name__, pb2_grpc.__name__) == (f"{package}_x.an_item_pb2", f"{package}_x.an_item_pb2_grpc")
    assert "class Item(" in protos.generated(pb2).pyi


def test_elsewhere_by_absolute_and_by_relative_path(item, package, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    absolute = protos.load(tmp_path / item)
    assert absolute[0].DESCRIPTOR.name == item, "as others import it: its package is called like its folder"
    assert protos.load(f"../{item}") == absolute


def test_elsewhere_imports_are_found_beside_it(package, write, tmp_path, monkeypatch):
    write("there/part.proto", "message Part {}", package=package)
    write("there/whole.proto", 'import "part.proto"; message Whole { Part part = 1; }', package=package)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert protos.load("../there/whole.proto")[0].Whole().part is not None


def test_through_a_link(item, package, tmp_path, monkeypatch):
    (tmp_path / "linked.proto").symlink_to(tmp_path / item)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert protos.load("../linked.proto")[0].Item


def test_two_folders_may_hold_files_of_one_name(package, write, tmp_path, monkeypatch):
    one = write("one/same.proto", "message Same { int32 a = 1; }", package=package)
    two = write("two/same.proto", "message Same { int32 b = 1; }", package=package)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    first, second = (protos.load(tmp_path / path)[0] for path in (one, two))
    assert (first.Same(a=1).a, second.Same(b=1).b) == (1, 1)
    assert protos.load(tmp_path / one)[0] is first


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("courier/v1/qoute.proto", '"courier/v1/quote.proto"'),
        ("courier/v1/quote", '"courier/v1/quote.proto"'),
        ("protos/courier/v1/quotes.proto", '"courier/v1/quote.proto"'),
        ("courier\\v1\\quote.proto", '"courier/v1/quote.proto"'),
        ("/nowhere/zebra.proto", "courier/v1/quote.proto, "),
        ("", "courier/v1/quote.proto, "),
    ],
)
def test_what_is_not_there_is_told_with_what_may_be_meant(path, meant, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(protos.SchemaError, match="There is no schema") as caught:
        protos.load(path)
    assert "Did you mean" in str(caught.value)
    assert meant in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("path", [None, 3, b"courier/v1/quote.proto", ["courier/v1/quote.proto"]], ids=str)
def test_what_is_no_path_is_told(path):
    with pytest.raises(protos.SchemaError, match=rf"not {type(path).__name__}\.") as caught:
        protos.load(path)
    assert 'protos.load("courier/v1/quote.proto")' in str(caught.value)


def test_a_folder_is_no_schema(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.proto").mkdir()
    for path in ("folder.proto", "courier/v1", "."):
        with pytest.raises(protos.SchemaError, match="There is no schema"):
            protos.load(path)


def test_a_schema_that_is_deleted_after_loading(item):
    protos.load(item)
    Path(item).unlink()
    with pytest.raises(protos.SchemaError, match="There is no schema"):
        protos.load(item)


def test_a_schema_that_comes_back(item):
    first = protos.load(item)
    text = Path(item).read_text(encoding="utf-8")
    Path(item).unlink()
    with pytest.raises(protos.SchemaError):
        protos.load(item)
    Path(item).write_text(text, encoding="utf-8")
    assert protos.load(item) == first


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_than_utf_8_is_told(encoding, package, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = f'syntax = "proto3";\npackage {package};\n// Größe.\nmessage A {{}}'
    Path("a.proto").write_bytes(text.encode(encoding))
    with pytest.raises(protos.SchemaError, match="is not UTF-8 text") as caught:
        protos.load("a.proto")
    assert caught.value.position == ("a.proto:3" if encoding == "latin-1" else "a.proto:1")
    assert "Save it with the encoding UTF-8" in str(caught.value)


def test_another_encoding_in_an_import_is_told(package, write):
    Path("part.proto").write_bytes(
        f'syntax = "proto3"; package {package}; // Größe\nmessage P {{}}'.encode("latin-1")
    )
    whole = write("whole.proto", 'import "part.proto"; message W { P p = 1; }', package=package)
    with pytest.raises(protos.SchemaError, match=r"part\.proto:1: This file is not UTF-8"):
        protos.load(whole)


def test_what_editors_on_windows_write(package, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = f'\ufeffsyntax = "proto3";\r\npackage {package};\r\n// Größe.\r\nmessage A {{\r\n  int32 x = 1;\r\n}}\r\n'
    Path("a.proto").write_bytes(text.encode())
    pb2, _ = protos.load("a.proto")
    assert pb2.A(x=1).x == 1
    assert pb2.A.__doc__.startswith("Größe.\n")


def test_an_empty_file(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    Path("nothing.proto").write_text("", encoding="utf-8")
    pb2, _ = protos.load("nothing.proto")
    assert list(pb2.DESCRIPTOR.message_types_by_name) == []
    assert capfd.readouterr() == ("", "")


def test_a_file_that_cannot_be_read_is_told(item, write, package, monkeypatch):
    write(f"{package}/user.proto", f'import "{package}/item.proto";', package=package)
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "item.proto":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    for path in (item, f"{package}/user.proto"):
        with pytest.raises(protos.SchemaError, match=r"item\.proto cannot be read: Permission denied\."):
            protos.load(path)


@pytest.mark.parametrize(
    "name", ["-I.proto", "--x=y.proto", "@at.proto", "a,b (1).proto", "a#b.proto", '"quoted".proto']
)
def test_names_that_mean_something_to_protoc(name, write, package):
    pb2, pb2_grpc = protos.load(
        write(name, "message A {} service S { rpc Do(A) returns (A); }", package=package)
    )
    assert pb2.DESCRIPTOR.name == name
    assert pb2_grpc.SStub


@pytest.mark.parametrize(
    "name", ["quo'te.proto", "new\nline.proto", ".proto", "zero\u200bwidth.proto", "bad\udcff.proto"]
)
def test_a_name_for_which_protoc_writes_no_code_is_told(name, write, package):
    try:
        write(name, "message A {}", package=package)
    except OSError:
        pytest.skip("this system has no such names")
    with pytest.raises(protos.SchemaError, match="protoc writes no code for a file that is called"):
        protos.load(name)
