"""What learners do with a lesson besides running it from top to bottom, and what comes of it."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hurry import HURRY
from tools.footprint import Footprint
from tools.kernel import CellRun, LessonKernel
from tools.lessons import Lesson, tags
from tools.short_errors import objections

PATIENCE = 30  # seconds; a cell that takes longer waits for what cannot come
SHUFFLES = (1,)  # seeds; more of them find more, and take longer
UNMENDED = Path(__file__).with_name("unmended")


@dataclass
class States:
    """What went wrong in the cells of a lesson, by scenario: ``{"shuffled-1": {"cell-id": "what"}}``."""

    lesson: Lesson
    failures: dict[str, dict[str, str]] = field(default_factory=dict)
    walked: set[str] = field(default_factory=set)


class Walk:
    """Runs the cells of one lesson in one kernel, in any order, and notes what learners should not see."""

    def __init__(self, kernel: LessonKernel, states: States, before: Footprint) -> None:
        self.kernel, self.states = kernel, states
        self.cells = kernel.code_indexes
        self.first, self.last = self.cells[0], self.cells[-1]
        self._raises = {cell.id for cell in states.lesson.code_cells if "raises-exception" in tags(cell)}
        self._before = before

    def run(self, scenario: str, index: int) -> None:
        """Runs a cell; what is wrong with what it shows is noted under its id."""
        self.states.walked.add(scenario)
        cell_id = self.kernel.notebook.cells[index].id
        # As a learner does who sees that nothing comes: the stop button.
        stop_button = threading.Timer(PATIENCE, self.kernel.interrupt)
        stop_button.start()
        wrong = self._wrong(self.kernel.run_cell(index))
        stop_button.cancel()
        stop_button.join()
        if "KeyboardInterrupt" in "".join(wrong):
            wrong = [f"still running after {PATIENCE} s"]
        if wrong:
            self.states.failures.setdefault(scenario, {})[cell_id] = "; ".join(wrong)

    def _wrong(self, run: CellRun) -> list[str]:
        found = [f"writes to stderr: {run.stderr.strip()}"] if run.stderr else []
        if not run.error:
            return found
        if run.index == self.last:
            return [*found, f"the last cell fails: {run.error}"]
        return found + objections(run.traceback, needs_cure=run.id not in self._raises)

    def end(self, scenario: str) -> None:
        """Runs the last cell, after which nothing may be left."""
        self.run(scenario, self.last)
        if left := left_running(self.kernel, self._before):
            last = self.kernel.notebook.cells[self.last].id
            where = self.states.failures.setdefault(scenario, {})
            where[last] = f"{where.get(last, '')} leaves running: {left}".strip()


def left_running(kernel: LessonKernel, before: Footprint) -> dict[str, Any]:
    """What listens and which threads live on, beyond an earlier footprint; empty if nothing.

    What libraries keep open for good (files, gRPC's own sockets) is not the lesson's, the idle workers of a pool go
    with the pool, and grpc.aio has one thread of its own for as long as anything of asyncio has a name.
    """
    return kernel.left_since(before, lasting=("listening", "threads"), staying=("(pool)", "(_poll_wrapper)"))


def in_any_order(lesson: Lesson) -> States:
    """Takes a lesson through what learners do when they do not begin at the top.

    *alone*: each cell in a kernel that knows no names yet, as after a restart. From the last cell to the first,
    so that a schema in a cell is not there yet for those that import it. *shuffled*: the setup cell, then all others.
    """
    states = States(lesson)
    with kernel_for(lesson) as kernel:
        walk = Walk(kernel, states, kernel.footprint())
        for index in reversed(walk.cells):
            walk.run("alone", index)
            kernel.forget()
        for seed in SHUFFLES:
            scenario = f"shuffled-{seed}"
            others = walk.cells[1:]
            random.Random(seed).shuffle(others)
            for index in [walk.first, *others]:
                walk.run(scenario, index)
            walk.end(scenario)
            kernel.forget()
    return states


def after_run_all(walk: Walk) -> States:
    """Goes on in a lesson that was run from top to bottom, its last cell included.

    *backwards*: each cell once more, the last ones first, so that none finds what those above it have renewed.
    *stopped*: each cell right after the last cell.
    """
    for index in reversed(walk.cells):
        walk.run("backwards", index)
    walk.end("backwards")
    for index in walk.cells:
        walk.run("stopped", index)
        walk.run("stopped", walk.last)
    walk.end("stopped")
    return walk.states


def in_a_hurry(lesson: Lesson) -> bool:
    """Whether a lesson takes figures of gRPC and REST, which takes a while where they are to mean something."""
    return any("comparison" in cell.source for cell in lesson.code_cells)


@contextlib.contextmanager
def kernel_for(lesson: Lesson) -> Iterator[LessonKernel]:
    """A kernel of the lesson's, as JupyterLab starts it; gRPC and REST are compared in a hurry in it."""
    with LessonKernel(lesson.notebook, lesson.path.parent, path=lesson.path) as kernel:
        if in_a_hurry(lesson):
            kernel.ask(HURRY)
        yield kernel


def unexpected(states: States) -> list[str]:
    """What is wrong and not known to be, and what is known to be wrong and is not."""
    found = {
        (scenario, cell): what for scenario, cells in states.failures.items() for cell, what in cells.items()
    }
    known = {place for place in unmended(states.lesson) if place[0] in states.walked}
    told = [f"{' '.join(place)}: {what}" for place, what in found.items() if place not in known]
    return told + [
        f"{' '.join(place)}: works now, take it out of {UNMENDED.name}/" for place in known - set(found)
    ]


def unmended(lesson: Lesson) -> set[tuple[str, str]]:
    """The ``(scenario, cell id)`` pairs of a lesson that are known to fail: a line each in ``unmended/``."""
    path = UNMENDED / f"{lesson.name}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = [line.split("#")[0].split() for line in lines]
    return {(scenario, cell) for scenario, cell in filter(None, pairs)}
