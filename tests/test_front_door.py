"""The front door of helpers: what it offers, and that nothing is loaded which nobody has asked for."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import helpers
from helpers import comparison, display, views

HEAVY = {
    "IPython", "aiohttp", "anywidget", "fastapi", "google.protobuf", "grpc", "hpack", "httpx", "hypercorn", "hypothesis",
    "ipywidgets", "orjson", "pydantic", "pygments", "pytest", "requests", "starlette", "uvicorn",
}  # fmt: skip


def loaded_by(code: str, root) -> set[str]:
    """Runs some code in a Python of its own; returns the modules that are there afterwards."""
    program = f"import sys\n{code}\nprint(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    ("code", "here"),
    [
        ("import helpers", set()),
        ("import helpers\nhelpers.stop_all()", set()),
        ("import helpers\ndir(helpers)", set()),
        ("from helpers import comparison", set()),
        ("from helpers.views.kit.card import card", set()),
        ("from helpers import protos", {"google.protobuf"}),
        ("from helpers import serve", {"google.protobuf", "grpc"}),
        ("from helpers import tap", {"google.protobuf", "hpack"}),
    ],
)
def test_only_what_is_asked_for_is_loaded(code, here, root):
    assert loaded_by(code, root) & HEAVY == here


def test_exercises_need_no_widget_and_no_pytest(root):
    not_needed = {"anywidget", "hypothesis", "ipywidgets", "pytest"}
    assert not loaded_by("from helpers.exercises import unary", root) & not_needed
    # The start page counts all exercises.
    assert not loaded_by("from helpers.exercises import testing", root) & not_needed


@pytest.mark.parametrize("package", [helpers, comparison, views], ids=lambda package: package.__name__)
def test_each_name_of_a_package_is_there(package):
    names = dir(package)
    assert len(names) > 5
    assert sorted(package.__all__) == sorted(names)
    for name in names:
        value = getattr(package, name)
        assert value is getattr(package, name)
        assert getattr(value, "__name__", name).rpartition(".")[2] == name


def test_a_name_that_there_is_not_is_told_in_pythons_words():
    with pytest.raises(AttributeError, match=r"^module 'helpers' has no attribute 'srve'$"):
        _ = helpers.srve
    with pytest.raises(ImportError, match="cannot import name 'srve' from 'helpers'"):
        exec("from helpers import srve", {})


def test_all_names_come_with_a_star(root):
    assert {"helpers.views.whiteboard.widget", "helpers.comparison"} <= loaded_by(
        "from helpers import *", root
    )


def test_a_package_reads_its_stub(tmp_path, monkeypatch):
    package = tmp_path / "shop"
    package.mkdir()
    attach = "from helpers import lazy\n__getattr__, __dir__, __all__ = lazy.attach(__name__, __file__)\n"
    (package / "__init__.py").write_text(f"{attach}def close(): return 'closed'\n", encoding="utf-8")
    stub = "from . import till as till\nfrom .till import count as count\ndef close() -> str: ...\n"
    (package / "__init__.pyi").write_text(stub, encoding="utf-8")
    (package / "till.py").write_text("def count(): return 3\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import shop

    assert dir(shop) == ["close", "count", "till"]
    assert shop.count() == 3
    assert shop.till.count is shop.count
    assert shop.close() == "closed"
    for name in ("shop", "shop.till"):
        monkeypatch.delitem(sys.modules, name)


def test_stubs_hold_no_more_than_names():
    for package in (helpers, comparison, views):
        with open(f"{package.__file__}i", encoding="utf-8") as file:
            nodes = ast.parse(file.read()).body
        assert {type(node) for node in nodes} <= {ast.ImportFrom, ast.FunctionDef}
        assert all(node.level == 1 for node in nodes if isinstance(node, ast.ImportFrom))


def test_what_draws_a_value_is_loaded_when_it_is_drawn(root):
    code = (
        "from helpers.wire.capture import Capture, Decoder\n"
        "assert 'helpers.views.capture.widget' not in sys.modules\n"
        "assert 'text/html' in Capture(Decoder(), [], start_ns=0, end_ns=1)._repr_mimebundle_()"
    )
    assert "helpers.views.capture.widget" in loaded_by(code, root)


def test_a_value_that_nobody_draws_shows_its_repr(monkeypatch):
    class Parcel(display.Displayed):
        def __repr__(self):
            return "a parcel"

    assert Parcel()._repr_mimebundle_() == {"text/plain": "a parcel"}
    name = f"{Parcel.__module__}.{Parcel.__qualname__}"
    monkeypatch.setitem(display.LOADED_BY, name, "helpers.cells")
    assert Parcel()._repr_mimebundle_() == {"text/plain": "a parcel"}
    assert name not in display.LOADED_BY


def test_stop_all_names_what_there_is():
    tree = ast.parse(Path(helpers.__file__).read_text(encoding="utf-8"))
    called = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "_stop"]
    named = [[each.value for each in node.args[:2]] for node in called]
    assert len(named) >= 5
    for module, function in named:
        assert callable(getattr(importlib.import_module(f"helpers.{module}"), function))


def test_stop_all_reaches_what_was_loaded():
    async def application(scope, receive, send):
        """Answers nothing."""

    server, tap = helpers.serve_http(application), helpers.tap(50051)
    helpers.stop_all()
    assert tap.closed
    assert not server.running
