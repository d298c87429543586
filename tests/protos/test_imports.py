"""Schemas of projects load as they lie on disk: where imports begin, and that nothing is mistaken for another file."""

# ruff: noqa: E501 (a schema a line)

from __future__ import annotations

import random
from pathlib import Path

import pytest
from google.api import annotations_pb2
from google.protobuf import timestamp_pb2

from helpers import protos
from helpers.protos.import_roots import INSTALLED


@pytest.fixture
def here(write, tmp_path, monkeypatch) -> Path:
    """The current folder, empty and beside the schemas; they are loaded by absolute path, and by relative ones."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def project(tmp_path, package):
    """Writes files of a project, `{path: text}`, in which `PKG` is a package that no other test uses."""

    def project(files: dict[str, str]) -> Path:
        for path, text in files.items():
            file = tmp_path / "project" / path.replace("PKG", package)
            file.parent.mkdir(parents=True, exist_ok=True)
            text = text.replace("PKG", package)
            if not text.startswith(("syntax", "edition")):
                text = f'syntax = "proto3";\n{text}'
            file.write_text(text, encoding="utf-8")
        return tmp_path / "project"

    return project


A, B = "PKG/v1/a.proto", "PKG/v1/b.proto"
IMPORTS_B = f'package PKG.v1; import "{B}"; message A {{ B b = 1; }} service S {{ rpc Do(A) returns (B); }}'
IS_B = "package PKG.v1; message B { int32 n = 1; }"

# A layout: where its files are, what is loaded, and the name under which it is then known.
LAYOUTS = {
    "a root above the file": ({f"proto/{A}": IMPORTS_B, f"proto/{B}": IS_B}, f"proto/{A}", A),
    "a root called anything": ({f"src/main/x/{A}": IMPORTS_B, f"src/main/x/{B}": IS_B}, f"src/main/x/{A}", A),
    "the project is the root": ({A: IMPORTS_B, B: IS_B}, A, A),
    "no package": (
        {"proto/PKG/a.proto": 'import "PKG/b.proto"; message A_PKG { B_PKG b = 1; }', "proto/PKG/b.proto": "message B_PKG {}"},
        "proto/PKG/a.proto",
        "PKG/a.proto",
    ),
    "a neighbour's bare name": (
        {"deep/inside/a.proto": 'package PKG; import "b.proto"; message A { B b = 1; }', "deep/inside/b.proto": "package PKG; message B {}"},
        "deep/inside/a.proto",
        "a.proto",
    ),
    "a bare name, and one from the root": (
        {
            "proto/PKG/a.proto": 'package PKG; import "b.proto"; message A { B b = 1; C c = 2; } import "PKG/c.proto";',
            "proto/PKG/b.proto": "package PKG; message B {}",
            "proto/PKG/c.proto": "package PKG; message C {}",
        },
        "proto/PKG/a.proto",
        None,
    ),
    "third_party beside": (
        {f"proto/{A}": IMPORTS_B, f"third_party/{B}": IS_B},
        f"proto/{A}",
        A,
    ),
    "a project in third_party": (
        {f"proto/{A}": IMPORTS_B, f"third_party/somebody/{B}": IS_B},
        f"proto/{A}",
        A,
    ),
    "protos of one's own": ({f"protos/{A}": IMPORTS_B, f"protos/{B}": IS_B}, f"protos/{A}", A),
    "a proto folder two above": ({f"a/b/{A}": IMPORTS_B, f"proto/{B}": IS_B}, f"a/b/{A}", A),
    "imports in unusual writing": (
        {
            f"proto/{A}": 'package PKG.v1; /* import "no.proto"; */ import /* x */ public\n  \'PKG/v1/\' "b.proto" ; '
            '// import "neither.proto";\nmessage A { B b = 1; string s = 2 [json_name = "import \\"x\\";"]; }',
            f"proto/{B}": IS_B,
        },
        f"proto/{A}",
        A,
    ),
    "a leaf that only its importers know": (
        {"proto/PKG/leaf.proto": "message Leaf_PKG {}", "proto/PKG/user.proto": 'import "PKG/leaf.proto"; message U_PKG { Leaf_PKG l = 1; }'},
        "proto/PKG/leaf.proto",
        "PKG/leaf.proto",
    ),
    "odd letters in folders": (
        {
            "größe 1.x/PKG-é/a b.proto": 'package PKG; import "PKG-é/2nd.v1.proto"; message A { B b = 1; } service S { rpc Do(A) returns (B); }',
            "größe 1.x/PKG-é/2nd.v1.proto": "package PKG; message B {}",
        },
        "größe 1.x/PKG-é/a b.proto",
        "PKG-é/a b.proto",
    ),
    "letters that protoc's options do not take": (
        {
            "a:b=c;d/PKG/a.proto": 'package PKG; import "PKG/b+b.proto"; message A { B b = 1; } service S { rpc Do(A) returns (B); }',
            "a:b=c;d/PKG/b+b.proto": "package PKG; message B {}",
        },
        "a:b=c;d/PKG/a.proto",
        "PKG/a.proto",
    ),
    "keywords in folders": (
        {
            "in/class/PKG/import/a.proto": 'package PKG.import; import "PKG/import/lambda.proto"; message A { B b = 1; } service S { rpc Do(A) returns (B); }',
            "in/class/PKG/import/lambda.proto": "package PKG.import; message B {}",
        },
        "in/class/PKG/import/a.proto",
        "PKG/import/a.proto",
    ),
    "another ending": (
        {"a.proto3": 'package PKG; import "b.pb"; message A { B b = 1; } message C {}', "b.pb": "package PKG; message B {}"},
        "a.proto3",
        "a.proto",
    ),
    "no ending": ({"schema": "package PKG; message A {}"}, "schema", "schema.proto"),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("place", ["absolute", "relative", "inside"])
def test_a_project_loads_as_it_lies_on_disk(layout, place, project, here, package, monkeypatch):
    files, path, name = LAYOUTS[layout]
    root = project(files)
    path = path.replace("PKG", package)
    if place == "inside":
        monkeypatch.chdir(root)
    pb2, pb2_grpc = protos.load(
        root / path if place == "absolute" else path if place == "inside" else f"../project/{path}"
    )
    if name and not (place == "inside" and layout == "no ending"):
        assert pb2.DESCRIPTOR.name == name.replace("PKG", package)
    made = next(iter(pb2.DESCRIPTOR.message_types_by_name))
    assert getattr(pb2, made)() == getattr(pb2, made).FromString(b"")
    if pb2.DESCRIPTOR.services_by_name:
        assert pb2_grpc.SStub
    # Whatever of it is loaded now, in any order, twice, is the same.
    paths = [root / file.replace("PKG", package) for file in files] * 2
    random.Random(layout).shuffle(paths)
    for file in paths:
        assert protos.load(file)[0].DESCRIPTOR
    assert protos.load(root / path) == (pb2, pb2_grpc)


def test_own_protos_are_found_by_their_import_name(project, monkeypatch, package):
    monkeypatch.chdir(project({f"protos/{A}": IMPORTS_B, f"protos/{B}": IS_B}))
    first = protos.load(A.replace("PKG", package))
    assert first == protos.load(f"protos/{A.replace('PKG', package)}")
    text = f'syntax = "proto3"; import "{A.replace("PKG", package)}"; message C {{ {package}.v1.A a = 1; }}'
    assert protos.compile_cell("user", text)[0].C().a is not None


def test_include_names_roots(project, here, package, tmp_path):
    root = project({"one/PKG/a.proto": 'package PKG; import "other/b.proto"; message A { B b = 1; }',
                    "elsewhere/deep/other/b.proto": "package PKG; message B {}"})  # fmt: skip
    path = root / f"one/{package}/a.proto"
    with pytest.raises(protos.SchemaError, match="was not found"):
        protos.load(path)
    pb2, _ = protos.load(path, include=[root / "elsewhere/deep"])
    assert pb2.A().b is not None
    assert protos.load(path, include=["../project/elsewhere/deep"])[0] is pb2
    assert protos.load(f"{package}/a.proto", include=[str(root / "one"), root / "elsewhere/deep"])[0].A
    assert protos.load("other/b.proto", include=root / "elsewhere/deep")[0].B


@pytest.mark.parametrize(
    ("include", "problem"),
    [
        (["nowhere"], "There is no folder"),
        (3, "takes folders"),
        ([3], "takes folders"),
        ([None], "takes folders"),
    ],
)
def test_what_is_no_folder_to_include_is_told(include, problem, here):
    with pytest.raises(protos.SchemaError, match=problem):
        protos.load("courier/v1/quote.proto", include=include)


def test_a_service_over_a_file_of_another_ending_is_told(project, here, package):
    """As protoc does, which writes the messages and not the services."""
    root = project({"a.proto": 'package PKG; import "b.pb"; service S { rpc Do(B) returns (B); }', "b.pb": "package PKG; message B {}"})  # fmt: skip
    with pytest.raises(protos.SchemaError, match=r'another ending than \.proto: "b\.pb"'):
        protos.load(root / "a.proto")


def test_include_goes_first(project, here, package):
    root = project({
        "proto/PKG/a.proto": 'package PKG; import "PKG/b.proto"; message A { B b = 1; }',
        "proto/PKG/b.proto": "package PKG; message B { int32 near = 1; }",
        "other/PKG/b.proto": "package PKG; message B { int32 far = 1; }",
    })  # fmt: skip
    path = root / f"proto/{package}/a.proto"
    for _ in range(2):
        assert protos.load(path)[0].A().b.DESCRIPTOR.fields[0].name == "near"
        assert protos.load(path, include=[root / "other"])[0].A().b.DESCRIPTOR.fields[0].name == "far"


def test_an_own_file_is_not_shadowed_by_the_course_s(project, monkeypatch, package):
    """A file that lies where its path says goes before all that has this name elsewhere."""
    root = project({"courier/v1/quote.proto": "package PKG; message Own {}", "google/api/http.proto": "package PKG.api; message Own {}"})  # fmt: skip
    course = protos.load("courier/v1/quote.proto")[0]
    monkeypatch.chdir(root)
    for path in ("courier/v1/quote.proto", "google/api/http.proto"):
        for given in (path, f"./{path}", root / path):
            assert protos.load(given)[0].Own, given
    monkeypatch.chdir(root / "courier")
    assert protos.load("courier/v1/quote.proto")[0] is course


def test_own_parents_go_before_the_course_s(project, here, package):
    root = project({
        "proto/PKG/a.proto": 'package PKG; import "courier/v1/quote.proto"; message A { Own own = 1; }',
        "proto/courier/v1/quote.proto": "package PKG; message Own {}",
    })  # fmt: skip
    assert protos.load(root / f"proto/{package}/a.proto")[0].A().own is not None


def copied(name: str, root: Path, added: str = "") -> Path:
    """A copy of a schema that a Python package brings, with something added."""
    source = next(place / name for place in INSTALLED if (place / name).is_file())
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source.read_text(encoding="utf-8") + added, encoding="utf-8")
    return file


def test_an_own_file_of_google_is_used(project, here, package):
    """Never replaced in silence by the one of a Python package, whether loaded or imported."""
    user = 'package PKG; import "google/api/annotations.proto"; message A { google.api.Http http = 1; } import "google/api/http.proto";'
    root = project({"proto/PKG/a.proto": user})
    copied("google/api/annotations.proto", root / "third_party")
    http = copied("google/api/http.proto", root / "third_party", "message Own {}")
    for _ in range(2):
        assert protos.load(http)[0].Own.DESCRIPTOR.full_name == "google.api.Own"
        pb2, _ = protos.load(root / f"proto/{package}/a.proto")
        assert "Own" in type(pb2.A().http).DESCRIPTOR.file.message_types_by_name
        assert protos.load("google/api/annotations.proto")[0] is annotations_pb2
    http.unlink()
    pb2, _ = protos.load(root / f"proto/{package}/a.proto")
    assert "Own" not in type(pb2.A().http).DESCRIPTOR.file.message_types_by_name


def test_a_copy_of_google_s_file_is_google_s(project, here, package):
    user = 'package PKG; import "google/protobuf/timestamp.proto"; message A { google.protobuf.Timestamp at = 1; }'
    root = project({"a.proto": user})
    copied("google/protobuf/timestamp.proto", root / "third_party", "// A comment changes nothing.")
    pb2, _ = protos.load(root / "a.proto")
    assert pb2.A(at=timestamp_pb2.Timestamp(seconds=3)).at.seconds == 3
    assert protos.load(root / "third_party/google/protobuf/timestamp.proto")[0] is timestamp_pb2


def test_a_changed_well_known_type_is_used(project, here, package):
    user = 'package PKG; import "google/protobuf/timestamp.proto"; message A { google.protobuf.Timestamp at = 1; }'
    root = project({"a.proto": user})
    copied("google/protobuf/timestamp.proto", root / "proto", "message Own {}")
    pb2, _ = protos.load(root / "a.proto")
    assert "Own" in type(pb2.A().at).DESCRIPTOR.file.message_types_by_name
    assert protos.load("google/protobuf/timestamp.proto")[0] is timestamp_pb2


def test_one_name_for_two_files_is_told(project, here, package):
    root = project({
        "PKG/top.proto": 'package PKG; import "PKG/x/x.proto"; import "PKG/y/y.proto"; message T { X x = 1; Y y = 2; }',
        "PKG/x/x.proto": 'package PKG; import "common.proto"; message X { Common c = 1; }',
        "PKG/x/common.proto": "package PKG; message Common { int32 x = 1; }",
        "PKG/y/y.proto": 'package PKG; import "common.proto"; message Y { Common c = 1; }',
        "PKG/y/common.proto": "package PKG; message Common { int32 y = 1; }",
    })  # fmt: skip
    with pytest.raises(protos.SchemaError, match=r'"common\.proto" means two files here') as caught:
        protos.load(root / f"{package}/top.proto")
    assert "include=[folder]" in str(caught.value)
    pb2, _ = protos.load(root / f"{package}/top.proto", include=[root / f"{package}/y"])
    assert pb2.T().x.c.DESCRIPTOR.fields[0].name == "y"


def test_one_file_under_two_names_is_told(project, here, package):
    root = project({
        "PKG/a.proto": 'package PKG; import "b.proto"; import "PKG/c.proto"; message A { B b = 1; }',
        "PKG/b.proto": "package PKG; message B {}",
        "PKG/c.proto": 'package PKG; import "PKG/b.proto"; message C { B b = 1; }',
    })  # fmt: skip
    with pytest.raises(protos.SchemaError, match="is imported under two names") as caught:
        protos.load(root / f"{package}/a.proto")
    assert "Use one of the two names in all imports." in str(caught.value)


def test_one_file_known_by_two_names_has_one_type(project, here, package):
    """To its neighbour it is `leaf.proto`, to all others `PKG/leaf.proto`."""
    root = project({
        "PKG/leaf.proto": "package PKG; message Leaf { int32 n = 1; }",
        "PKG/user.proto": 'package PKG; import "leaf.proto"; message User { Leaf leaf = 1; repeated Leaf more = 2; }',
    })  # fmt: skip
    leaf, _ = protos.load(root / f"{package}/leaf.proto")
    user, _ = protos.load(root / f"{package}/user.proto")
    assert leaf.DESCRIPTOR.name == f"{package}/leaf.proto"
    assert user.User(leaf=leaf.Leaf(n=3), more=[leaf.Leaf(n=4)]).more[0].n == 4


SUGGESTIONS = {
    "a slip": ('import "PKG/v1/parcle.proto";', {"proto/PKG/v1/parcel.proto": IS_B}, 'Did you mean `import "PKG/v1/parcel.proto";`?'),
    "the folder left out": ('import "v1/b.proto";', {f"proto/{B}": IS_B}, None),
    "the bare name": ('import "b.proto";', {"proto/PKG/v2/b.proto": IS_B}, 'Did you mean `import "PKG/v2/b.proto";`?'),
    "a folder too much": ('import "proto/PKG/v1/b.proto";', {f"proto/{B}": IS_B}, None),
    "a root that is not known": (
        'import "PKG/v1/b.proto";', {f"proto/api/{B}": IS_B}, 'It lies in ROOT/proto/api: give that folder to protos.load(path, include=["ROOT/proto/api"]).',
    ),
    "nothing like it": ('import "PKG/v1/zebra.proto";', {f"proto/{B}": IS_B}, "or from another folder above the file"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SUGGESTIONS)
def test_a_suggestion_is_true_where_the_importing_file_lies(kind, project, here, package):
    line, files, cure = SUGGESTIONS[kind]
    root = project({f"proto/{A}": f"package PKG.v1;\n{line}\nmessage A {{}}", **files})
    path = root / f"proto/{A}".replace("PKG", package)
    if cure is None:
        assert protos.load(path)[0].A  # a folder above is a root, too
        return
    with pytest.raises(protos.SchemaError, match="was not found") as caught:
        protos.load(path)
    told = str(caught.value)
    assert cure.replace("PKG", package).replace("ROOT", root.as_posix()) in told
    if "Did you mean" in cure:
        text = path.read_text(encoding="utf-8").replace(line.replace("PKG", package), told.split("`")[1])
        path.write_text(text, encoding="utf-8")
        assert protos.load(path)[0].A
    elif "include" in cure:
        assert protos.load(path, include=[root / "proto/api"])[0].A


def test_a_schema_of_another_folder_is_not_suggested(project, here, package, tmp_path):
    project({"zebras/PKG/stripes.proto": "message A {}"})
    lone = tmp_path / "lone/a.proto"
    lone.parent.mkdir()
    lone.write_text('syntax = "proto3"; import "stripe.proto";', encoding="utf-8")
    with pytest.raises(protos.SchemaError) as caught:
        protos.load(lone)
    assert "stripes" not in str(caught.value)


def test_a_near_name_of_a_file_is_suggested(project, monkeypatch, package):
    monkeypatch.chdir(project({f"api/{A}": IMPORTS_B}))
    with pytest.raises(protos.SchemaError, match=rf'Did you mean "api/{package}/v1/a\.proto"\?'):
        protos.load(f"apis/{A}".replace("PKG", package))
