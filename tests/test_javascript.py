"""The JavaScript of the views and of the JupyterLab extension: its own tests, its types, its form."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TESTS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.test.js"))
TOOLS = {"tsc": ["--project", "."], "biome": ["ci", "--error-on-warnings", "--colors=off"]}


# As for the Python of a view: what lies beside it, and the kit; a capture shows bytes.
MAY_IMPORT = {"capture": {"kit", "bytes"}, "kit": set()}


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=150)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(
    shutil.which("node") is None, reason="needs Node.js: install it to run the tests of the JavaScript"
)
def test_the_javascript_passes_its_own_tests():
    assert len(TESTS) > 5
    run("node", "--test", *TESTS)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_javascript_passes(tool):
    program = ROOT / "node_modules/.bin" / tool
    if shutil.which("node") is None or not program.exists():
        pytest.skip("needs Node.js and `npm install`: they check types and form of the JavaScript")
    run(str(program), *TOOLS[tool])


def test_a_view_imports_what_lies_beside_it_and_the_kit():
    views, found = ROOT / "helpers/views", []
    modules = [*sorted(views.rglob("*.js")), *sorted((ROOT / "helpers/exercises/engine").glob("*.js"))]
    assert len(modules) > 20
    for path in modules:
        for name in re.findall(
            r'^import .* from "(.*)";|^\} from "(.*)";', path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            folder = (path.parent / "".join(name)).resolve().parent
            allowed = {views / room for room in MAY_IMPORT.get(path.parent.name, {"kit"})} | {path.parent}
            found += [f"{path.relative_to(ROOT)} imports {''.join(name)}"] if folder not in allowed else []
    assert found == []
