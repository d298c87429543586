"""The house: who imports whom, what every module says about itself, and what must not be in any file."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tools.lessons import find_lessons, python_source

ROOT = Path(__file__).resolve().parents[1]
HELPERS = ROOT / "helpers"
LONGEST_MODULE = 500

# Part of helpers -> the parts it may import, besides the ground floor; what else stands in helpers/ itself is the
# front door and may know all.
GROUND_FLOOR = {"cells", "display", "lazy", "learner_threads", "text", "tracebacks"}
MAY_IMPORT = {
    **{part: set() for part in GROUND_FLOOR},
    "tracebacks": {"cells"},
    "protos": set(),
    "servers": set(),
    "wire": {"protos"},
    "mutation": {"views.kit"},
    "ledger": {"protos"},
    "service_config": {"protos"},
    "views": {"wire"},
    "playback": {"wire", "views.kit"},
    # The exercise in which a call is made by hand reads with `wire` what the server answered.
    "exercises": {
        "protos",
        "servers",
        "wire",
        "views.kit",
        "languages",
        "ledger",
        "mutation",
        "service_config",
    },
    "languages": {"protos", "servers", "wire", "views.kit"},
    "comparison": {"protos", "servers", "wire", "views"},
}
WHEN = ("at once", "late", "never")

# Imports inside of functions: module -> what it imports there -> why. They count like all others: where one closes a
# circle, no reason is good enough.
ITS_OWN = "one server runs in a process, and loads its own libraries alone"
NOT_FOR_ALL = "most lessons have no web server, and need not load one"
LATE = {
    "helpers.comparison.progress": {
        "IPython.display": "a terminal has no IPython",
        "helpers.views.progressbar": "a terminal has no widgets",
    },
    "helpers.comparison.server": dict.fromkeys(
        [
            "grpc", "hypercorn", "hypercorn.asyncio", "uvicorn", "uvloop", "helpers.comparison.with_grpc",
            "helpers.comparison.with_fastapi", "helpers.comparison.with_starlette",
        ],
        ITS_OWN,
    ),
    "helpers.course": {"packaging.requirements": "the setup check alone needs it, and it takes its time"},
    "helpers.exercises.engine.cards": {"IPython.display": "a terminal has no IPython"},
    "helpers.exercises.engine.tests": {"helpers.mutation.runs": "pytest takes its time, and one lesson needs it"},
    "helpers.exercises.grpc_or_rest.let_through": {
        "httpx": NOT_FOR_ALL, "helpers.exercises.grpc_or_rest.rest_depot": NOT_FOR_ALL,
    },
    "helpers.exercises.measure_both.fewer_bytes": dict.fromkeys(
        ["httpx", "starlette.applications", "starlette.requests", "starlette.responses", "starlette.routing"],
        NOT_FOR_ALL,
    ),
    "helpers.protos.highlight": {"pygments": "IPython brings it; a program without a notebook need not have it"},
    "helpers.servers.http": {"starlette.requests": NOT_FOR_ALL, "uvicorn": NOT_FOR_ALL},
    "helpers.usage": {"IPython.display": "a terminal has no IPython"},
    "helpers.views.console.feed": {"google.rpc": "only a rich status needs it"},
    "helpers.views.console.reflection": {"grpc_reflection.v1alpha": "only a console without modules needs it"},
    "helpers.views.kit.saved": {"IPython.display": "a terminal has no IPython"},
    "helpers.wire.grpc.status_details": {"google.rpc": "only a rich status needs it"},
}  # fmt: skip
# A view -> the other views it may import, besides the kit.
# A capture shows the bytes of a frame, a trace the frames of a call.
ROOMS_MAY_IMPORT = {"capture": {"bytes"}, "trace": {"capture"}}
LESSONS_MAY_IMPORT = {
    "helpers",
    "grpc",
    "grpc_channelz",
    "grpc_health",
    "grpc_reflection",
    "grpc_status",
    "google",
    "ipywidgets",
    "IPython",
    "orjson",
    "hpack",
    "fastapi",
    "httpx",
    "pydantic",
    "starlette",
    "hypothesis",
    "ipytest",
    "pytest",
    "cryptography",
    "jwt",
    "psutil",
    "trustme",
}

PYTHON_FILES = sorted(
    path
    for folder in ("helpers", "tools", "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts and "." not in path.stem  # stubs and solutions are cells, not modules
)
MODULES = [
    path for path in PYTHON_FILES if path.is_relative_to(HELPERS) or path.is_relative_to(ROOT / "tools")
]


def test_the_modules_are_found():
    assert len(MODULES) > 250
    assert len(PYTHON_FILES) > len(MODULES)


def module_name(path: Path) -> str:
    """The dotted name of a module of helpers, such as ``helpers.wire.http2``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(
    tree: ast.AST, module: str, is_package: bool, known: set[str], when: Collection[str] = WHEN
) -> set[str]:
    """Return the dotted names a module imports, relative ones resolved, anywhere in its code.

    ``from a import b`` counts as ``a.b`` where that is a module (``known``), else as ``a``. ``when`` chooses
    among imports that happen at once, late, in a function, or never, under TYPE_CHECKING.
    """
    found = set()
    for node in (node for node, its_when in _imports(tree) if its_when in when):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        else:
            base = node.module or ""
            if node.level:
                package = module.split(".")
                package = package[: len(package) - node.level + is_package]
                base = ".".join([*package, *([base] if base else [])])
            names = {f"{base}.{alias.name}" for alias in node.names}
            found |= {name for name in names if name in known} | ({base} if names - known else set())
    return found


def _imports(tree: ast.AST, when: str = "at once") -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    for node in ast.iter_child_nodes(tree):
        its_when = when
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, when
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and when == "at once":
            its_when = "late"
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            its_when = "never"
        yield from _imports(node, its_when)


def read_graph(when: Collection[str] = WHEN) -> dict[str, set[str]]:
    """Every module of helpers, with the modules of helpers it imports."""
    return {
        name: {target for target in targets if target.split(".")[0] == "helpers" and target != name}
        for name, targets in read_imports(when).items()
    }


def read_imports(when: Collection[str] = WHEN) -> dict[str, set[str]]:
    """Every module of helpers, with all that it imports."""
    paths = {module_name(path): path for path in PYTHON_FILES if path.is_relative_to(HELPERS)}
    assert len(paths) > 5, "the helpers are not where this test looks"
    return {
        name: imported(_tree(path), name, path.name == "__init__.py", set(paths), when)
        for name, path in paths.items()
    }


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def trespasses(graph: dict[str, set[str]]) -> list[str]:
    """Return the imports that cross a border of the house."""
    found = []
    for module, targets in graph.items():
        part = module.split(".")[1] if "." in module else ""
        if part not in MAY_IMPORT:
            continue
        allowed = MAY_IMPORT[part] | {part} | (GROUND_FLOOR if part not in GROUND_FLOOR else set())
        for target in sorted(targets):
            inner = target.removeprefix("helpers").lstrip(".")
            if not any(inner == name or inner.startswith(f"{name}.") for name in allowed):
                found.append(
                    f"{module} imports {target}; {part} may know {sorted(MAY_IMPORT[part]) or 'nobody'}"
                )
    return found


def room_trespasses(graph: dict[str, set[str]]) -> list[str]:
    """Return the imports of a view (a folder of views) that are of another view: all share the kit, nothing else."""
    found = []
    for module, targets in graph.items():
        room = module.removeprefix("helpers.views.").split(".")[0]
        if not module.startswith("helpers.views."):
            continue
        allowed = {room, "kit", *ROOMS_MAY_IMPORT.get(room, ())}
        for target in sorted(each for each in targets if each.startswith("helpers.views")):
            if target.removeprefix("helpers.views").lstrip(".").split(".")[0] not in allowed:
                found.append(f"{module} imports {target}")
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the import circles: paths that lead from a module back to it.

    Importing a name from one's own package, as ``from . import sibling`` does, makes no circle.
    """
    found, done = [], set()

    def walk(module: str, trail: list[str]) -> None:
        if module in trail:
            found.append([*trail[trail.index(module) :], module])
        elif module not in done:
            for target in sorted(graph.get(module, ())):
                if not module.startswith(f"{target}."):
                    walk(target, [*trail, module])
            done.add(module)

    for module in sorted(graph):
        walk(module, [])
    return found


def test_import_directions():
    assert trespasses(read_graph()) == []


def test_a_view_imports_the_kit_and_no_other_view():
    assert room_trespasses(read_graph()) == []


def test_trespasses_between_views_are_found():
    bad = {
        "helpers.views": {"helpers.views.map.widget"},
        "helpers.views.map.widget": {
            "helpers.views.map.html",
            "helpers.views.kit.style",
            "helpers.wire",
            "helpers.views",
        },
        "helpers.views.board.widget": {"helpers.views.map", "helpers.views.map.html"},
        "helpers.views.capture.html": {"helpers.views.bytes.html"},
        "helpers.views.bytes.html": {"helpers.views.capture"},
        "helpers.views.kit.table": {"helpers.views.kit.style", "helpers.views.bytes"},
    }
    assert room_trespasses(bad) == [
        "helpers.views.map.widget imports helpers.views",
        "helpers.views.board.widget imports helpers.views.map",
        "helpers.views.board.widget imports helpers.views.map.html",
        "helpers.views.bytes.html imports helpers.views.capture",
        "helpers.views.kit.table imports helpers.views.bytes",
    ]


def test_no_import_circles():
    """Those in functions count, and so do those for types alone: who reads a module must know what it names."""
    assert circles(read_graph()) == []


def test_late_imports_have_a_reason():
    late = {module: targets for module, targets in read_imports(("late",)).items() if targets}
    assert late == {module: set(reasons) for module, reasons in LATE.items()}


def test_directions_have_no_circle():
    assert circles({part: {name.split(".")[0] for name in known} for part, known in MAY_IMPORT.items()}) == []


def test_trespasses_and_circles_are_found():
    bad = {
        "helpers.protos.a": {"helpers.servers"},
        "helpers.wire.b": {"helpers.protos", "helpers.views.c"},
        "helpers.views.c": {"helpers.wire.b", "helpers"},
        "helpers.exercises.d": {"helpers.views.kit.card", "helpers.views.kit.card.x", "helpers.views.cards"},
        "helpers.notebook": {"helpers.views.c"},
    }
    told = [text.split(";")[0] for text in trespasses(bad)]
    assert told == [
        "helpers.protos.a imports helpers.servers",
        "helpers.wire.b imports helpers.views.c",
        "helpers.views.c imports helpers",
        "helpers.exercises.d imports helpers.views.cards",
    ]
    assert circles(bad) == [["helpers.views.c", "helpers.wire.b", "helpers.views.c"]]


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("import helpers.wire.calls", "helpers.wire.calls"),
        ("from helpers.wire import calls", "helpers.wire.calls"),
        ("from helpers.wire.calls import Call", "helpers.wire.calls"),
        ("from . import calls", "helpers.wire.calls"),
        ("from .calls import Call", "helpers.wire.calls"),
        ("from ..protos import load", "helpers.protos"),
        ("def f():\n    from .. import protos", "helpers.protos"),
    ],
)
def test_every_form_of_import_is_seen(line, target):
    known = {"helpers", "helpers.protos", "helpers.wire", "helpers.wire.calls", "helpers.wire.http2"}
    assert imported(ast.parse(line), "helpers.wire.http2", False, known) == {target}


def test_when_an_import_happens_is_seen():
    tree = ast.parse(
        "if TYPE_CHECKING:\n    import a\ndef f():\n    import b\nclass C:\n    import c\nimport d"
    )
    assert imported(tree, "m", False, set(), ("at once",)) == {"c", "d"}
    assert imported(tree, "m", False, set(), ("late",)) == {"b"}
    assert imported(tree, "m", False, set()) == {"a", "b", "c", "d"}


@pytest.mark.parametrize("lesson", find_lessons(), ids=lambda lesson: lesson.name)
def test_lessons_import_helpers_only(lesson):
    allowed = LESSONS_MAY_IMPORT | sys.stdlib_module_names
    for cell in lesson.code_cells:
        names = imported(ast.parse(python_source(cell)), "lesson", False, set())
        assert {name.split(".")[0] for name in names} <= allowed, cell.id


def undocumented(path: Path) -> list[str]:
    """The public names of a module that have no docstring."""
    tree = _tree(path)
    missing = [] if ast.get_docstring(tree) else ["the module"]

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            if node.name.startswith("_") or _is_accessory(node):
                continue
            if not ast.get_docstring(node):
                missing.append(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{prefix}{node.name}.")

    visit(tree.body, "")
    return missing


def test_public_names_are_documented():
    missing = {module_name(path): undocumented(path) for path in MODULES}
    assert {module: names for module, names in missing.items() if names} == {}


# A contract is written twice on purpose: as its messages and values, and as what FastAPI reads and writes.
STAND_TWICE = {"Delivery", "Parcel", "Position"}


def test_one_class_name_is_one_class():
    places: dict[str, list[str]] = {}
    for path in HELPERS.rglob("*.py"):
        if ".stub." not in path.name and ".solution." not in path.name:
            classes = (node for node in ast.walk(_tree(path)) if isinstance(node, ast.ClassDef))
            for node in classes:
                places.setdefault(node.name, []).append(module_name(path))
    found = {name: sorted(modules) for name, modules in places.items() if len(modules) > 1 and name[0] != "_"}
    assert set(found) == STAND_TWICE, found


def _is_accessory(node: ast.stmt) -> bool:
    """A property's setter and an overload share the docstring of what they belong to."""
    names = [ast.unparse(decorator) for decorator in getattr(node, "decorator_list", [])]
    return any(name.endswith((".setter", ".deleter")) or name.split(".")[-1] == "overload" for name in names)


def test_modules_can_be_read_in_one_sitting():
    lines = {module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {module: count for module, count in lines.items() if count > LONGEST_MODULE} == {}


_SPEAKS_TEXT = ("text", "universal_newlines")


def texts_without_encoding(tree: ast.AST) -> list[str]:
    """The calls that read or write text in whatever encoding the machine happens to have."""
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func).rpartition(".")[2]
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        words = [
            arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        mode = given["mode"].value if isinstance(given.get("mode"), ast.Constant) else None
        # Of a path's own `open` the mode comes first, of the built-in one second.
        mode = mode or next((word for word in words if re.fullmatch(r"[rwxabt+]{1,3}", word)), "r")
        # `lab.open(page)` is no file: a method that opens one is given a mode, or nothing.
        is_file = name == ast.unparse(call.func) or not call.args or mode in words[:1]
        is_text = {
            "read_text": not call.args,
            "write_text": len(call.args) < 2,
            "open": "b" not in mode and is_file,
            "fdopen": "b" not in mode,
            "NamedTemporaryFile": "b" not in mode and bool(words),
        }.get(name, any(ast.unparse(given.get(key, ast.Constant(0))) == "True" for key in _SPEAKS_TEXT))
        if is_text and not {"encoding", None} & set(given):
            found.append(f"line {call.lineno}: {ast.unparse(call)[:80]}")
    return found


def test_text_is_utf_8_on_every_machine():
    found = {str(path.relative_to(ROOT)): texts_without_encoding(_tree(path)) for path in PYTHON_FILES}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize("lesson", find_lessons(), ids=lambda lesson: lesson.name)
def test_text_is_utf_8_in_lessons(lesson):
    found = [texts_without_encoding(ast.parse(python_source(cell))) for cell in lesson.code_cells]
    assert [line for lines in found for line in lines] == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("open(p)", True),
        ("open(p, 'w')", True),
        ("open(p, mode='wb')", False),
        ("open(p, 'rb')", False),
        ("p.open('a')", True),
        ("p.open('rb')", False),
        ("open(p, encoding='utf-8')", False),
        ("p.read_text()", True),
        ("p.write_text(t)", True),
        ("p.write_text(t, encoding='utf-8')", False),
        ("p.read_text(errors='replace')", True),
        ("subprocess.run(c, text=True)", True),
        ("subprocess.run(c, capture_output=True)", False),
        ("subprocess.Popen(c, text=True, encoding='utf-8')", False),
        ("os.fdopen(fd, 'w')", True),
    ],
)
def test_text_without_encoding_is_found(line, is_found):
    assert bool(texts_without_encoding(ast.parse(line))) is is_found


# Put together here, so that this file does not hold what it looks for.
_REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "conda.ana" + "conda.org"]
_MACHINE_PATH = re.compile(r"(?<![\w.$}~/])/(?:home|root|Users|work|opt|private)/[\w.-]+")
# Folders that belong to a system or an image, and not to somebody's machine.
_COMMON_PATHS = ("/home/jovyan", "/home/runner", "/opt/tljh")


def test_no_file_names_a_registry_or_a_machine(course_files):
    found = []
    for path in course_files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        hits = [name for name in _REGISTRIES if name in text]
        hits += [hit for hit in _MACHINE_PATH.findall(text) if not hit.startswith(_COMMON_PATHS)]
        found += [f"{path.relative_to(ROOT)}: {hit}" for hit in hits]
    assert found == []


def test_no_file_is_left_over(course_files):
    unwanted = (".pyc", ".orig", ".rej", "~", ".swp", "_pb2.py", "_pb2_grpc.py", ".DS_Store")
    assert [str(path.relative_to(ROOT)) for path in course_files if path.name.endswith(unwanted)] == []


def test_scripts_are_executable(course_files):
    for name in (".ci/run", "postBuild"):
        path = ROOT / name
        assert path in course_files
        assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n"), name
        assert path.stat().st_mode & 0o111, f"chmod +x {name}"
        assert "set -euo pipefail" in path.read_text(encoding="utf-8"), name
