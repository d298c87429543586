"""The house: who imports whom, what every module says about itself, and what must not be in any file."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.lessons import find_lessons, python_source

ROOT = Path(__file__).resolve().parents[1]
HELPERS = ROOT / "helpers"
LONGEST_MODULE = 300

# Part of helpers -> the parts it may import. `cells` is the ground floor; what else stands in helpers/ itself is
# the front door and may know all.
MAY_IMPORT = {
    "cells": set(),
    "protos": {"cells"},
    "servers": {"cells"},
    "wire": {"cells", "protos"},
    "views": {"cells", "wire"},
    # The exercise in which a call is made by hand reads with `wire` what the server answered.
    "exercises": {"cells", "protos", "servers", "wire", "views.card", "views.style"},
    "comparison": {"cells", "protos", "servers", "wire", "views"},
}
LESSONS_MAY_IMPORT = {
    "helpers",
    "grpc",
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
}

PYTHON_FILES = sorted(
    path
    for folder in ("helpers", "tools", "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts
)
MODULES = [
    path for path in PYTHON_FILES if path.is_relative_to(HELPERS) or path.is_relative_to(ROOT / "tools")
]


def module_name(path: Path) -> str:
    """The dotted name of a module of helpers, such as ``helpers.wire.http2``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(
    tree: ast.AST, module: str, is_package: bool, known: set[str], at_import: bool = False
) -> set[str]:
    """Return the dotted names a module imports, relative ones resolved, anywhere in its code.

    ``from a import b`` counts as ``a.b`` where that is a module (``known``), else as ``a``. With
    ``at_import`` it leaves out what is imported later, in functions, or never, under TYPE_CHECKING.
    """
    found = set()
    for node in _while_importing(tree) if at_import else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".")
                package = package[: len(package) - node.level + is_package]
                base = ".".join([*package, *([base] if base else [])])
            names = {f"{base}.{alias.name}" for alias in node.names}
            found |= {name for name in names if name in known} | ({base} if names - known else set())
    return found


def _while_importing(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        later = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        never = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        if not later and not never:
            yield node
            yield from _while_importing(node)


def read_graph(at_import: bool = False) -> dict[str, set[str]]:
    """Every module of helpers, with the modules of helpers it imports."""
    paths = {module_name(path): path for path in HELPERS.rglob("*.py") if "__pycache__" not in path.parts}
    assert len(paths) > 5, "the helpers are not where this test looks"
    return {
        name: {
            target
            for target in imported(_tree(path), name, path.name == "__init__.py", set(paths), at_import)
            if target.split(".")[0] == "helpers" and target != name
        }
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
        allowed = MAY_IMPORT[part] | {part}
        for target in sorted(targets):
            inner = target.removeprefix("helpers").lstrip(".")
            if not any(inner == name or inner.startswith(f"{name}.") for name in allowed):
                found.append(
                    f"{module} imports {target}; {part} may know {sorted(MAY_IMPORT[part]) or 'nobody'}"
                )
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


def test_no_import_circles():
    # Between parts the directions forbid every circle. Within a part a value may fetch its picture when it
    # is asked for one, in a function; nothing imports in a circle while it is being imported.
    assert circles(read_graph(at_import=True)) == []


def test_directions_have_no_circle():
    assert circles({part: {name.split(".")[0] for name in known} for part, known in MAY_IMPORT.items()}) == []


def test_trespasses_and_circles_are_found():
    bad = {
        "helpers.protos.a": {"helpers.servers"},
        "helpers.wire.b": {"helpers.protos", "helpers.views.c"},
        "helpers.views.c": {"helpers.wire.b", "helpers"},
        "helpers.exercises.d": {"helpers.views.card", "helpers.views.card.x", "helpers.views.cards"},
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


def test_late_imports_make_no_circle():
    late = "if TYPE_CHECKING:\n    import a\ndef f():\n    import b\nclass C:\n    import c\nimport d"
    assert imported(ast.parse(late), "m", False, set(), at_import=True) == {"c", "d"}
    assert imported(ast.parse(late), "m", False, set()) == {"a", "b", "c", "d"}


@pytest.mark.parametrize("lesson", find_lessons(), ids=lambda lesson: lesson.name)
def test_lessons_import_helpers_only(lesson):
    allowed = LESSONS_MAY_IMPORT | sys.stdlib_module_names
    for cell in lesson.code_cells:
        names = imported(ast.parse(python_source(cell)), "lesson", False, set())
        assert {name.split(".")[0] for name in names} <= allowed, cell.id


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_are_documented(path):
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
    assert missing == []


def _is_accessory(node: ast.stmt) -> bool:
    """A property's setter and an overload share the docstring of what they belong to."""
    names = [ast.unparse(decorator) for decorator in getattr(node, "decorator_list", [])]
    return any(name.endswith((".setter", ".deleter")) or name.split(".")[-1] == "overload" for name in names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_can_be_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


# Put together here, so that this file does not hold what it looks for.
_REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "conda.ana" + "conda.org"]
_MACHINE_PATH = re.compile(r"(?<![\w.$}~/])/(?:home|root|Users|work|opt|private)/[\w.-]+")
# Folders that belong to a system or an image, and not to somebody's machine.
_COMMON_PATHS = ("/home/jovyan", "/home/runner")


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
