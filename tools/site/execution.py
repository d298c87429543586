"""A lesson that has been run, with the pictures of its widgets as they were at the end of each section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from nbformat import NotebookNode

from tools.kernel import LessonKernel
from tools.lessons import Lesson, headings

VIEW = "application/vnd.jupyter.widget-view+json"
_INSIDE = Path(__file__).with_name("inside_kernel.py")


def executed(lesson: Lesson) -> NotebookNode:
    """Run a lesson from top to bottom in a fresh kernel and return its notebook, with HTML in place of widgets.

    A widget goes on changing while the cells below it run, so it is drawn when its section is over: then the text that
    explains it fits what is seen. (What the last cell of a lesson stops is seen as it was before.)

    Raises:
        RuntimeError: a cell failed that is not tagged to do so.
    """
    with LessonKernel(lesson.notebook, lesson.path.parent, timeout=600, path=lesson.path) as kernel:
        cells = kernel.notebook.cells
        for section in _sections(kernel):
            for index in section:
                run = kernel.run_cell(index)
                if run.error and "raises-exception" not in cells[index].metadata.get("tags", ()):
                    raise RuntimeError(f"{lesson.name}, cell {run.id}: {run.traceback or run.error}")
            outputs = [
                out for index in section for out in cells[index].outputs if VIEW in out.get("data", ())
            ]
            models = [out.data[VIEW]["model_id"] for out in outputs]
            if models:
                drawn = kernel.ask(f"__import__('runpy').run_path({str(_INSIDE)!r})['markup']({models!r})")
                for output, model in zip(outputs, models, strict=True):
                    output.data["text/html"] = drawn.get(model, output.data.get("text/html", ""))
        notebook = kernel.notebook
        notebook.cells.pop()  # the kernel's own
    return notebook


def _sections(kernel: LessonKernel) -> Iterator[Sequence[int]]:
    """The positions of the code cells below each ``## `` heading; the last cell, which stops all, by itself."""
    indexes, section = set(kernel.code_indexes), list[int]()
    last = max(indexes, default=-1)
    for index, cell in enumerate(kernel.notebook.cells):
        begins = cell.cell_type == "markdown" and any(level == 2 for level, _ in headings(cell.source))
        if begins or index == last:
            yield section
            section = []
        if index in indexes:
            section.append(index)
    yield section
