"""A schema is edited and loaded again, any number of times; its versions live side by side."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from concurrent import futures
from pathlib import Path

import grpc
import pytest

from helpers import protos


@pytest.fixture
def edit(write, package):
    """Writes one more version of a schema with a message `Item` and loads it; or compiles it as a cell."""

    def edit(fields: str, *, cell: bool = False, path: str = f"{package}/item.proto"):
        text = f"""
            message Item {{ {fields} }}
            service ItemService {{
              rpc Change(Item) returns (Item);
              rpc Count(Item) returns (stream Item);
            }}
        """
        write(path, text, package=package)
        return (
            protos.compile_cell("item", Path(path).read_text(encoding="utf-8")) if cell else protos.load(path)
        )

    return edit


@pytest.fixture(params=["file", "cell"])
def cell(request) -> bool:
    return request.param == "cell"


def test_unchanged_is_the_same(edit, cell):
    first = edit("int32 a = 1;", cell=cell)
    assert edit("int32 a = 1;", cell=cell) == first


def test_touched_is_the_same(edit, package):
    first = edit("int32 a = 1;")
    os.utime(f"{package}/item.proto", (1, 1))
    assert protos.load(f"{package}/item.proto") == first


def test_edited_is_new_and_the_old_goes_on_working(edit, cell):
    old, old_grpc = edit("int32 a = 1;", cell=cell)
    new, new_grpc = edit("int32 a = 1; string b = 2;", cell=cell)
    assert new.Item is not old.Item
    assert new_grpc is not old_grpc
    assert new.Item(a=1, b="b").b == "b"
    assert old.Item(a=1) == old.Item.FromString(new.Item(a=1).SerializeToString())
    assert old.DESCRIPTOR.message_types_by_name["Item"].full_name == new.Item.DESCRIPTOR.full_name
    assert [field.name for field in old.Item.DESCRIPTOR.fields] == ["a"]


def test_unknown_fields_survive_the_old_version(edit, cell):
    old, _ = edit("int32 a = 1;", cell=cell)
    new, _ = edit("int32 a = 1; string b = 2;", cell=cell)
    through = old.Item.FromString(new.Item(a=1, b="kept").SerializeToString())
    through.a = 2
    assert new.Item.FromString(through.SerializeToString()) == new.Item(a=2, b="kept")


def test_fifty_edits_in_a_row(edit, cell):
    for number in range(1, 51):
        pb2, pb2_grpc = edit(f"int32 field_{number} = {number};", cell=cell)
        assert [field.name for field in pb2.Item.DESCRIPTOR.fields] == [f"field_{number}"]
        assert pb2.Item.FromString(pb2.Item(**{f"field_{number}": 7}).SerializeToString())
        assert pb2_grpc.ItemServiceStub


def test_old_versions_are_released(edit, cell):
    edit("int32 first = 1;", cell=cell)
    edit("int32 second = 1;", cell=cell)  # may share its pool with other schemas, which are still in use
    versions = []
    for number in range(1, 6):
        pb2, pb2_grpc = edit(f"int32 a = {number}; Item again = 100;", cell=cell)
        versions.append([weakref.ref(pb2), weakref.ref(pb2.Item), weakref.ref(pb2_grpc.ItemServiceStub)])
    del pb2, pb2_grpc
    gc.collect()
    kept = [[reference() is not None for reference in version] for version in versions]
    assert kept == [[False] * 3] * 4 + [[True] * 3]


def test_going_back_to_what_was_first_on_disk(edit):
    first, _ = edit("int32 a = 1;")
    edit("int32 b = 1;")
    assert edit("int32 a = 1;")[0].Item is first.Item


def test_an_edited_comment_changes_the_help_alone(write, package):
    def load(comment: str):
        return protos.load(
            write(f"{package}/item.proto", f"// {comment}\nmessage Item {{}}", package=package)
        )

    first, _ = load("What it was.")
    assert "What it was." in first.Item.__doc__
    second, _ = load("What it is.")
    assert second.Item is first.Item
    assert "What it is." in second.Item.__doc__
    assert "What it was." not in second.Item.__doc__


def test_an_edited_import_compiles_the_importer_anew(write, package):
    def write_part(fields: str) -> None:
        write(f"{package}/part.proto", f"message Part {{ {fields} }}", package=package)

    write_part("int32 a = 1;")
    text = f'import "{package}/part.proto"; message Whole {{ Part part = 1; }}'
    whole = write(f"{package}/whole.proto", text, package=package)
    first, _ = protos.load(whole)
    assert protos.load(whole)[0] is first
    write_part("int32 b = 1;")
    second, _ = protos.load(whole)
    assert second is not first
    assert second.Whole(part={"b": 1}).part.b == 1
    assert first.Whole(part={"a": 1}).part.a == 1
    # The part, loaded by itself, is the very class that the importer uses.
    part, _ = protos.load(f"{package}/part.proto")
    assert second.Whole(part=part.Part(b=2)).part == part.Part(b=2)
    assert type(second.Whole().part) is part.Part


def test_a_deleted_import_is_noticed(write, package):
    write(f"{package}/part.proto", "message Part {}", package=package)
    text = f'import "{package}/part.proto"; message Whole {{ Part part = 1; }}'
    whole = write(f"{package}/whole.proto", text, package=package)
    protos.load(whole)
    Path(f"{package}/part.proto").unlink()
    with pytest.raises(protos.SchemaError, match="was not found"):
        protos.load(whole)


def serve(pb2, pb2_grpc) -> tuple[grpc.Server, str]:
    class Items(pb2_grpc.ItemServiceServicer):
        def Change(self, request, context):
            request.a += 1
            return request

        def Count(self, request, context):
            for number in range(request.a):
                yield pb2.Item(a=number)

    server = grpc.server(futures.ThreadPoolExecutor(2))
    pb2_grpc.add_ItemServiceServicer_to_server(Items(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"


def test_a_new_client_talks_to_an_old_server_and_an_old_stub_stays_good(edit, cell):
    old, old_grpc = edit("int32 a = 1;", cell=cell)
    server, address = serve(old, old_grpc)
    with grpc.insecure_channel(address) as channel:
        old_stub = old_grpc.ItemServiceStub(channel)
        assert old_stub.Change(old.Item(a=1), timeout=10) == old.Item(a=2)
        new, new_grpc = edit("int32 a = 1; string b = 2;", cell=cell)
        new_stub = new_grpc.ItemServiceStub(channel)
        # The old server knows nothing of `b`, and hands it back all the same.
        assert new_stub.Change(new.Item(a=1, b="kept"), timeout=10) == new.Item(a=2, b="kept")
        assert list(new_stub.Count(new.Item(a=2), timeout=10)) == [new.Item(), new.Item(a=1)]
        assert old_stub.Change(old.Item(a=5), timeout=10) == old.Item(a=6)
    server.stop(None).wait()


def test_threads_that_load_at_once_get_one_result(edit, package):
    first = edit("int32 a = 1;")
    edit_text = Path(f"{package}/item.proto").read_text(encoding="utf-8").replace("int32 a", "int64 a")
    Path(f"{package}/item.proto").write_text(edit_text, encoding="utf-8")
    ready = threading.Barrier(8)

    def load(_):
        ready.wait()
        return protos.load(f"{package}/item.proto")

    with futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(load, range(8)))
    assert len(set(results)) == 1
    assert results[0] != first


def test_threads_that_load_different_schemas_at_once(write, package):
    paths = [
        write(f"{package}/n{number}.proto", f"message Item{number} {{}}", package=package)
        for number in range(8)
    ]
    with futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(protos.load, paths))
    for number, (pb2, _) in enumerate(results):
        assert list(pb2.DESCRIPTOR.message_types_by_name) == [f"Item{number}"]


def test_loaded_lists_what_is_in_use_the_newest_first(edit):
    old, _ = edit("int32 a = 1;")
    new, _ = edit("int32 b = 1;")
    listed = protos.loaded()
    assert listed.index(new.DESCRIPTOR) < listed.index(old.DESCRIPTOR)
    gone = weakref.ref(edit("int32 c = 1;")[0])
    edit("int32 d = 1;")
    gc.collect()
    assert gone() is None
    mine = [file for file in protos.loaded() if file.name == old.DESCRIPTOR.name]
    fields = [file.message_types_by_name["Item"].fields[0].name for file in mine]
    assert fields == ["d", "b", "a"]


def test_generated_shows_what_protoc_writes(edit, package):
    old = edit("int32 a = 1;")
    new = edit("int32 b = 1;")
    for pb2, pb2_grpc, field in ((*old, "a"), (*new, "b")):
        source = protos.generated(pb2)
        assert protos.generated(pb2_grpc) is source
        assert source.path == f"{package}/item.proto"
        assert f"int32 {field} = 1;" in source.proto
        assert "AddSerializedFile" in source.pb2
        assert "class ItemServiceStub" in source.pb2_grpc
        assert f"def __init__(self, {field}:" in source.pyi
        compile(source.pyi, "pyi", "exec")


@pytest.mark.parametrize("stranger", [os, 3, "quote_pb2", None, []])
def test_generated_of_anything_else_is_refused(stranger):
    with pytest.raises(ValueError, match=r"was not made by protos\.load or %%proto"):
        protos.generated(stranger)
