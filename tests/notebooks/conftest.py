"""The lessons as parameters, each run once in a kernel of its own and looked at by many tests."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from tools.claims import claims_for
from tools.kernel import CellRun, LessonKernel
from tools.lessons import Lesson, find_lessons

KERNELSPEC = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


LESSONS = [pytest.param(lesson, id=lesson.name) for lesson in find_lessons()]


@pytest.fixture(params=LESSONS)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    """Each lesson in turn, to be read."""
    return request.param


@dataclass
class FirstRun:
    """A lesson run top to bottom in a fresh kernel, its claims checked on the way."""

    lesson: Lesson
    cells: list[CellRun] = field(default_factory=list)
    broken_claims: list[str] = field(default_factory=list)
    claims: int = 0
    late: list[str] = field(default_factory=list)
    left: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module", params=LESSONS)
def first_run(request: pytest.FixtureRequest) -> FirstRun:
    """Each lesson in turn, run once from top to bottom."""
    run = FirstRun(request.param)
    claims = claims_for(run.lesson)
    run.claims = len(claims)
    with LessonKernel(run.lesson.notebook, run.lesson.path.parent) as kernel:
        before = kernel.footprint()
        for index in kernel.code_indexes:
            cell = kernel.run_cell(index)
            run.cells.append(cell)
            for claim in claims:
                if claim.cell_id == cell.id:
                    broken = kernel.claim(claim.source, str(claim.path), cell)
                    run.broken_claims += [broken] if broken else []
        run.late = kernel.late_messages()
        # What the libraries keep open for good (files, gRPC's own sockets) is not the lesson's, and the
        # idle workers of a pool go with the pool.
        left = kernel.left_since(before, lasting=("listening", "threads"))
        threads = [name for name in left.pop("threads", []) if not name.endswith("(pool)")]
        run.left = {**left, **({"threads": threads} if threads else {})}
    return run


@dataclass
class Rerun:
    """A lesson run again and again in one kernel: first each cell twice in a row, then all of it."""

    lesson: Lesson
    doubled: list[CellRun] = field(default_factory=list)
    rounds: list[list[CellRun]] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    left: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module", params=LESSONS)
def rerun(request: pytest.FixtureRequest) -> Rerun:
    """Each lesson in turn, run repeatedly: each cell twice, and then as many rounds as fit in about 10 s.

    gRPC and REST are compared in a hurry here: their figures matter in the first run alone.
    """
    run = Rerun(request.param)
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        patch.setenv("COMPARISON_HURRY", "1")
        kernel = stack.enter_context(LessonKernel(run.lesson.notebook, run.lesson.path.parent))
        run.doubled = kernel.run_all(times=2)
        after_first = kernel.footprint()
        seconds = sum(cell.seconds for cell in run.doubled) / 2
        for _ in range(max(1, min(10, int(10 / seconds)))):
            run.rounds.append(kernel.run_all())
        run.left = kernel.left_since(after_first)
        run.late = kernel.late_messages()
    return run


@pytest.fixture
def make_notebook() -> Callable[..., NotebookNode]:
    """Build a notebook from ``(kind, source)`` or ``(kind, source, id)``, kind being ``md`` or ``code``."""

    def build(*cells: tuple[str, ...], **metadata: Any) -> NotebookNode:
        makers = {"md": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
        built = [
            makers[kind](source, id=rest[0] if rest else f"cell-{number}")
            for number, (kind, source, *rest) in enumerate(cells)
        ]
        return nbformat.v4.new_notebook(cells=built, metadata={"kernelspec": KERNELSPEC, **metadata})

    return build


@pytest.fixture
def write_lesson(tmp_path: Path) -> Iterator[Callable[[NotebookNode], Lesson]]:
    """Write a notebook into a folder of its own and read it back as a lesson."""

    def write(notebook: NotebookNode, name: str = "07_sample") -> Lesson:
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        nbformat.write(notebook, folder / f"{name}.ipynb")
        return Lesson(folder / f"{name}.ipynb")

    return write
