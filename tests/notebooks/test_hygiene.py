"""What is committed of a lesson: sources only, tidy, in a form every tool reads."""

from __future__ import annotations

import copy
import json
import subprocess
from collections import Counter

import nbformat
import pytest
import yaml

from tools.lessons import find_lessons

LONGEST_CELL = 25


def test_is_valid(lesson):
    nbformat.validate(lesson.notebook)
    assert (lesson.notebook.nbformat, lesson.notebook.nbformat_minor) >= (4, 5), "cells need ids: format 4.5"


def test_cell_ids_are_unique(lesson):
    # As they stand in the file: nbformat gives duplicates new ids when it reads them.
    cells = json.loads(lesson.path.read_text(encoding="utf-8"))["cells"]
    counts = Counter(cell.get("id") for cell in cells)
    assert None not in counts
    assert [name for name, times in counts.items() if times > 1] == []


def test_names_its_kernel(lesson):
    kernelspec = lesson.notebook.metadata.get("kernelspec", {})
    assert kernelspec.get("name") == "python3", "without it JupyterLab asks which kernel to take"
    assert kernelspec.get("display_name")


def test_front_matter(lesson):
    assert lesson.course.minutes > 0
    assert lesson.course.kind == {"00": "start", "90": "bench"}.get(lesson.name[:2], "lesson")
    unknown = set(lesson.course.needs) - {other.name for other in find_lessons() if other.name < lesson.name}
    assert not unknown, "needs names lessons that exist and come before"


def test_has_no_outputs(lesson):
    for cell in lesson.code_cells:
        assert cell.outputs == [], cell.id
        assert cell.execution_count is None, cell.id


def test_no_cell_is_empty(lesson):
    assert [cell.id for cell in lesson.notebook.cells if not cell.source.strip()] == []


def test_code_cells_are_short(lesson):
    lengths = {cell.id: len(cell.source.splitlines()) for cell in lesson.code_cells}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_CELL} == {}


def test_no_attachments(lesson):
    assert [cell.id for cell in lesson.markdown_cells if cell.get("attachments")] == []


def _hook(root, name):
    config = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    entry = next(hook["entry"] for hook in hooks if hook["id"] == name)
    # The hook's own words, run in this environment.
    return entry.removeprefix("uv run ").split()


def test_nbstripout_would_change_nothing(root, python, tmp_path):
    copies = {
        tmp_path / lesson.path.name: lesson.path.read_text(encoding="utf-8") for lesson in find_lessons()
    }
    for path, text in copies.items():
        path.write_text(text, encoding="utf-8")
    command = [python, "-m", *_hook(root, "nbstripout"), *map(str, copies)]
    subprocess.run(command, check=True, capture_output=True)
    assert [path.name for path, text in copies.items() if path.read_text(encoding="utf-8") != text] == []


def test_nbstripout_keeps_what_tests_lean_on(root, python, tmp_path, make_notebook):
    notebook = make_notebook(("code", "1 + 1", "sum"), course={"kind": "lesson"})
    cell = notebook.cells[0]
    cell.metadata["tags"] = ["raises-exception"]
    dirty = copy.deepcopy(notebook)
    dirty.cells[0].execution_count = 3
    dirty.cells[0].outputs = [nbformat.v4.new_output("stream", text="2")]
    dirty.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    path = tmp_path / "dirty.ipynb"
    nbformat.write(dirty, path)
    subprocess.run([python, "-m", *_hook(root, "nbstripout"), str(path)], check=True, capture_output=True)
    clean = nbformat.read(path, as_version=4)
    assert clean.cells == notebook.cells
    assert clean.metadata.course == notebook.metadata.course
    assert "version" not in clean.metadata.language_info, "it changes with every learner's Python"


@pytest.mark.parametrize("command", ["check", "format --check"], ids=["lint", "format"])
def test_ruff_is_content(command, root, python):
    ruff = [python, "-m", "ruff", *command.split(), "notebooks", "helpers/exercises"]
    result = subprocess.run(ruff, capture_output=True, text=True, check=False, cwd=root, encoding="utf-8")
    assert result.returncode == 0, result.stdout + result.stderr
