"""The cells of an exercise in its lesson: title and task, the stub, hints, solution, one after the other."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence

from nbformat import NotebookNode, v4

from helpers.exercises.engine import Exercise
from tools.lessons import headings

SECTION = "Exercises"


def with_exercises(notebook: NotebookNode, exercises: Sequence[Exercise]) -> NotebookNode:
    """Return a notebook with the cells of its exercises brought up to date.

    A cell that is there keeps its id. An exercise that the notebook does not have yet comes last in the section
    "Exercises"; where else it should stand, its cells are moved by hand.

    Raises:
        LookupError: the notebook has no such section.
    """
    fresh = copy.deepcopy(notebook)
    for exercise in exercises:
        start, end = _place(fresh.cells, exercise)
        fresh.cells[start:end] = _cells(exercise, fresh.cells[start:end])
    return fresh


def _place(cells: Sequence[NotebookNode], exercise: Exercise) -> tuple[int, int]:
    """Where its cells begin and end; where they are to be put, if there are none yet."""
    mine = [index for index, cell in enumerate(cells) if cell.source in _last_cells(exercise)]
    if mine:
        return max(i for i in range(mine[0]) if cells[i].cell_type == "markdown"), mine[-1] + 1
    sections = [(index, text) for index, cell in enumerate(cells) for text in _sections(cell)]
    for (_, section), (end, _) in itertools.pairwise([*sections, (len(cells), "")]):
        if section == SECTION:
            return end, end
    raise LookupError(f"{exercise.id} needs a lesson with a heading `## {SECTION}`")


def _sections(cell: NotebookNode) -> list[str]:
    found = headings(cell.source) if cell.cell_type == "markdown" else []
    return [text for level, text in found if level == 2]


def _last_cells(exercise: Exercise) -> tuple[str, str]:
    return f"{exercise.id}.hint()", f"{exercise.id}.solution()"


def _cells(exercise: Exercise, old: Sequence[NotebookNode]) -> list[NotebookNode]:
    name, last = exercise.name.replace("_", "-"), _last_cells(exercise)
    there = {cell.source: cell for cell in old if cell.source in last}
    above = iter([cell for cell in old if cell.source not in last])
    fresh = [next(above, None) or v4.new_markdown_cell(id=name)]
    for number in range(1, len(exercise.cells) + 1):
        count = f"-{number}" if number > 1 else ""
        fresh.append(next(above, None) or v4.new_code_cell(id=f"{name}-answer{count}"))
    for source, role in zip(last, ("hint", "solution"), strict=True):
        fresh.append(there.get(source) or v4.new_code_cell(id=f"{name}-{role}"))
    for cell, source in zip(fresh, (exercise.introduction, *exercise.cells, *last), strict=True):
        cell.source = source
    return fresh
