"""Schemas that others wrote, all in one kernel: in any order, twice, and edited in between."""

from __future__ import annotations

import importlib
import itertools
import random
from pathlib import Path

import pytest
from google.protobuf import message_factory

from helpers import protos
from helpers.protos.import_roots import INSTALLED, installed_file
from helpers.protos.pools import module_name

GOOGLE = sorted(
    file.relative_to(root).as_posix()
    for root in INSTALLED[1:]
    for part in ("api", "cloud", "gapic", "logging", "longrunning", "rpc", "type")
    for file in (root / "google" / part).rglob("*.proto")
    if file.name != "operations_proto.proto"  # whose module goes by the name of operations.proto
)
GOOGLE.append("google/longrunning/operations.proto")


def installed(name: str) -> Path:
    return next(file for root in INSTALLED if (file := installed_file(name, root)))


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """googleapis-common-protos as it lies in a project."""
    root = tmp_path_factory.mktemp("googleapis")
    for name in GOOGLE:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(installed(name).read_bytes())
    return root


def test_there_is_something_to_load():
    assert len(GOOGLE) > 55


@pytest.mark.parametrize("seed", range(3))
def test_google_s_schemas_by_name_and_by_place(seed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    order = [*GOOGLE, *map(installed, GOOGLE)] * 2
    random.Random(seed).shuffle(order)
    for given in order:
        name = given if isinstance(given, str) else next(n for n in GOOGLE if installed(n) == given)
        pb2, _ = protos.load(given)
        assert pb2.DESCRIPTOR.name == name
        assert pb2 is importlib.import_module(module_name(name)), "the package's own"


def test_google_s_schemas_copied_and_edited(copy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dice = random.Random(1)
    edits: dict[str, str] = {}
    numbers = itertools.count()
    for name in dice.sample(GOOGLE * 2, len(GOOGLE) * 2):
        if dice.random() < 0.25:
            edits[name] = f"Own{next(numbers)}"
            text = installed(name).read_text(encoding="utf-8")
            (copy / name).write_text(f"{text}\nmessage {edits[name]} {{}}\n", encoding="utf-8")
        pb2, _ = protos.load(copy / name)
        assert pb2.DESCRIPTOR.name == name
        assert name not in edits or getattr(pb2, edits[name])() is not None
        # Whatever it imports is the edited one, too.
        for part in pb2.DESCRIPTOR.dependencies:
            assert part.name not in edits or edits[part.name] in part.message_types_by_name, (name, part.name)


FLOATS = ["36.6", "0.1", "-1e-7", "3.4028235e38", "1e308", "inf", "-inf", "nan", "1", "-0"]


@pytest.mark.parametrize("kind", ["float", "double"])
def test_floats_as_defaults_and_in_options(kind, write, package):
    fields = "".join(
        f"optional {kind} f{number} = {number} [default = {text}, (weight_{kind}) = {text}];"
        for number, text in enumerate(FLOATS, 1)
        if kind == "double" or text != "1e308"
    )
    text = (
        f'syntax = "proto2"; package {package}; import "google/protobuf/descriptor.proto";'
        f"extend google.protobuf.FieldOptions {{ optional {kind} weight_{kind} = 50001; }}"
        f"\n\n// COMMENT\nmessage A {{ {fields} }} message B {{ optional A a = 1; }}"
    )
    path = write("floats.proto", text)
    user = write(
        "user.proto",
        f'syntax = "proto2"; package {package}; import "floats.proto"; message U {{ optional A a = 1; }}',
    )
    first, _ = protos.load(path)
    for comment in ("one", "two", "two"):
        write("floats.proto", text.replace("COMMENT", comment))
        pb2, _ = protos.load(path)
        assert comment in pb2.A.__doc__
        assert pb2.A().f1 == pytest.approx(36.6)
        assert protos.load(user)[0].U(a=pb2.A(f2=1)).a.f2 == 1
    write("floats.proto", text.replace("36.6", "36.7"))
    assert protos.load(path)[0].A().f1 == pytest.approx(36.7)
    write("floats.proto", text)
    assert protos.load(path)[0].A().f1 == pytest.approx(36.6)
    assert protos.compile_cell("floats", text)[0].A().f1 == pytest.approx(36.6)
    assert first.A().f1 == pytest.approx(36.6)


def test_schemas_that_use_one_option_number(write, package):
    """As every tutorial does: 50001."""
    paths = []
    for number in range(4):
        text = (
            f'syntax = "proto3"; package {package}.n{number}; import "google/protobuf/descriptor.proto";'
            f"extend google.protobuf.FieldOptions {{ string note = 50001; }}"
            f"message Holder {{ extend google.protobuf.MessageOptions {{ int32 nested = 50002; }} }}"
            f'message A {{ option (Holder.nested) = {number}; int32 a = 1 [(note) = "note {number}"]; }}'
        )
        paths.append(write(f"n{number}.proto", text))
    order = paths * 4
    random.Random(3).shuffle(order)
    for path in order:
        pb2, _ = protos.load(path)
        number = int(path[1])
        # `GetOptions()` gives the classes of the default pool, which know the options there; so read the schema.
        pool = pb2.note.containing_type.file.message_types_by_name
        told = message_factory.GetMessageClass(pool["FileDescriptorProto"]).FromString(
            pb2.DESCRIPTOR.serialized_pb
        )
        message = next(item for item in told.message_type if item.name == "A")
        assert message.field[0].options.Extensions[pb2.note] == f"note {number}"
        assert message.options.Extensions[pb2.Holder.nested] == number


def test_a_project_twice_on_disk(tmp_path, monkeypatch, package):
    """A copy of a repository beside the first: one program would not hold both, but they are two."""
    monkeypatch.chdir(tmp_path)
    for clone in ("one", "two"):
        folder = tmp_path / clone / package
        folder.mkdir(parents=True)
        text = f'syntax = "proto3"; package {package}; message A {{ int32 {clone} = 1; }}'
        (folder / "a.proto").write_text(text, encoding="utf-8")
    for clone in ("one", "two", "one", "two"):
        pb2, _ = protos.load(tmp_path / clone / package / "a.proto")
        assert [field.name for field in pb2.A.DESCRIPTOR.fields] == [clone]


def test_a_package_that_is_imported_later_finds_its_place_free(write):
    """An own copy of health.proto does not stand in the way of the package that brings it."""
    text = 'syntax = "proto3"; package grpc.reflection.v1alpha; message ServerReflectionRequest { int32 own = 1; }'
    pb2, _ = protos.load(write("grpc/reflection/v1alpha/own.proto", text))
    assert pb2.ServerReflectionRequest(own=1).own == 1
    from grpc_reflection.v1alpha import reflection_pb2

    assert reflection_pb2.ServerReflectionRequest(host="h").host == "h"
