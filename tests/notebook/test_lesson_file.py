"""Which cell of the notebook makes a name, read from the file that JupyterLab names."""

from __future__ import annotations

import json

import pytest

from helpers.notebook import lesson_file


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """Writes a notebook of (kind, source, id) and names it as JupyterLab does."""
    path = tmp_path / "lesson.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))

    def write(*cells):
        kinds = {"md": "markdown", "code": "code"}
        path.write_text(
            json.dumps({"cells": [{"cell_type": kinds[k], "source": s, "id": i} for k, s, i in cells]}),
            encoding="utf-8",
        )
        return lesson_file.cells({})

    return write


CELLS = (
    ("md", "# A lesson", "a"),
    ("code", "import grpc\nfrom helpers import serve as start", "setup"),
    ("md", "## The *first* `call`\nWords.", "b"),
    (
        "code",
        "# a comment\nserver = start(Quotes())\nwith open('x') as file:\n    first, (second, *rest) = 1, (2, 3)",
        "c",
    ),
    ("code", ["%%proto parcel\n", "syntax = 'proto3';"], "d"),
    ("code", "def function(argument):\n    inner = 1\n\n\nclass Kind:\n    attribute = 2", "e"),
    ("code", "x = [hidden for hidden in range(3)]\n%time\nfirst = 4\n!ls", "f"),
)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("grpc", "the setup cell at the top"),
        ("start", "the setup cell at the top"),
        ("server", 'the cell that begins with `server = start(Quotes())`, under "The first call"'),
        ("file", 'the cell that begins with `server = start(Quotes())`, under "The first call"'),
        ("rest", 'the cell that begins with `server = start(Quotes())`, under "The first call"'),
        ("parcel_pb2", 'the cell that begins with `%%proto parcel`, under "The first call"'),
        ("parcel_pb2_grpc", 'the cell that begins with `%%proto parcel`, under "The first call"'),
        ("Kind", 'the cell that begins with `def function(argument):`, under "The first call"'),
        ("serve", "None"),
        ("inner", "None"),
        ("attribute", "None"),
        ("hidden", "None"),
    ],
)
def test_the_cell_that_makes_a_name(notebook, name, where):
    assert str(lesson_file.cell_that_makes(name, notebook(*CELLS), None)) == where


def test_of_several_cells_the_last_above_counts(notebook):
    cells = notebook(*CELLS, ("code", "print(first)", "g"))
    assert lesson_file.cell_that_makes("first", cells, "g").id == "f"
    assert lesson_file.cell_that_makes("first", cells, "f").id == "c", "not the cell itself"
    assert lesson_file.cell_that_makes("first", cells, "setup").id == "c"
    assert lesson_file.cell_that_makes("first", cells, None).id == "c"


def test_an_edit_is_seen(notebook):
    notebook(("code", "a = 1", "a"))
    assert [cell.makes for cell in notebook(("code", "longer = 1", "a"))] == [("longer",)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{}]}', '{"nbformat": 4}'])
def test_what_is_no_notebook_is_as_none(notebook, text, tmp_path):
    notebook()
    (tmp_path / "lesson.ipynb").write_text(text, encoding="utf-8")
    assert lesson_file.cells({}) == ()


def test_without_a_notebook_there_is_nothing(monkeypatch, tmp_path):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert lesson_file.cells({}) == ()
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "gone.ipynb"))
    assert lesson_file.cells({}) == ()


def test_visual_studio_code_names_the_notebook_in_its_own_way(notebook, monkeypatch, tmp_path):
    notebook(*CELLS)
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert len(lesson_file.cells({"__vsc_ipynb_file__": str(tmp_path / "lesson.ipynb")})) == 5
