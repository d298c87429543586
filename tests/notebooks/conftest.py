"""The lessons as parameters, each run once in a kernel of its own and looked at by many tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from tests import hurry
from tests.notebooks.states import States, Walk, after_run_all, in_a_hurry, left_running
from tools.claims import claims_for
from tools.footprint import Footprint
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
    """A lesson run top to bottom in a fresh kernel, its claims checked on the way; the kernel still runs."""

    lesson: Lesson
    kernel: LessonKernel
    before: Footprint
    cells: list[CellRun] = field(default_factory=list)
    broken_claims: list[str] = field(default_factory=list)
    claims: int = 0
    late: list[str] = field(default_factory=list)
    left: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="session", params=LESSONS)
def first_run(request: pytest.FixtureRequest) -> Iterator[FirstRun]:
    """Each lesson in turn, run once from top to bottom."""
    lesson = request.param
    claims = claims_for(lesson)
    with LessonKernel(lesson.notebook, lesson.path.parent, path=lesson.path) as kernel:
        if in_a_hurry(lesson) and hurry.is_asked_for():
            kernel.ask(hurry.HURRY)
        run = FirstRun(lesson, kernel, kernel.footprint(), claims=len(claims))
        for index in kernel.code_indexes:
            cell = kernel.run_cell(index)
            run.cells.append(cell)
            for claim in claims:
                if claim.cell_id == cell.id:
                    broken = kernel.claim(claim.source, str(claim.path), cell)
                    run.broken_claims += [broken] if broken else []
        run.late = kernel.late_messages()
        run.left = left_running(kernel, run.before)
        yield run


@dataclass
class Rerun:
    """A lesson that has run once, run again: first each cell twice in a row, then in other orders."""

    lesson: Lesson
    doubled: list[CellRun] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    left: dict[str, Any] = field(default_factory=dict)
    states: States | None = None


@pytest.fixture(scope="session")
def rerun(first_run: FirstRun) -> Rerun:
    """Each lesson in turn, run again where its first run has ended: each cell twice, which is the whole lesson
    again, too, and has it run three times in all; and at last in other orders.
    """
    run, kernel = Rerun(first_run.lesson), first_run.kernel
    if in_a_hurry(run.lesson):
        # The figures of gRPC and REST matter in the first run alone.
        kernel.ask(hurry.HURRY)
    after_first = kernel.footprint()
    run.doubled = kernel.run_all(times=2)
    run.left = kernel.left_since(after_first)
    run.late = kernel.late_messages()[len(first_run.late) :]
    run.states = after_run_all(Walk(kernel, States(run.lesson), first_run.before))
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
