"""What all tests share: which folder is the course, and the file lists a check goes through."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

ROOT = Path(__file__).resolve().parents[1]

BROWSER = "tests/browser/"
BROWSERS = 3
LESSONS = (
    "tests/browser/test_lessons.py",
    "tests/notebooks/test_first_run.py",
    "tests/notebooks/test_rerun.py",
    "tests/notebooks/test_any_order.py",
    "tests/exercises/test_contract.py",
)
"""Files whose tests take a lesson, or something of one, as their parameter."""


class ByLesson(LoadScopeScheduling):
    """Shares tests out among the workers of `pytest -n` so that nothing expensive is made twice.

    The tests of a lesson share the kernel that it ran in, those of a file its fixtures, and those of the browser a
    JupyterLab, of which there are three. Most of them wait most of the time, so there are more workers than cores.
    (The mark ``xdist_group`` would say some of this, but pytest-xdist 3.8 loses it under pytest 9.)
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._browsers: set[WorkerController] = set()

    def _split_scope(self, nodeid: str) -> str:
        path, _, test = nodeid.partition("::")
        # "[02_unary]", "[unary.minimum_price]" and "[unary.minimum_price-3]"
        lesson = re.search(r"\[([a-z0-9_]+)[].]", test)
        if lesson is None or path not in LESSONS:
            return path
        # The repeats go on where the first run has ended.
        return f"{path.replace('test_rerun', 'test_first_run')}[{lesson[1]}]"

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Give a worker what comes next; a browser's tests only to those who have one, as long as there is other work."""
        browsers = self._browsers & self.assigned_work.keys()
        may_browse = node in browsers or len(browsers) < BROWSERS
        suits = (scope for scope in self.workqueue if may_browse or not scope.startswith(BROWSER))
        scope = next(suits, next(iter(self.workqueue)))
        if scope.startswith(BROWSER):
            self._browsers.add(node)
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)

    def remove_node(self, node: WorkerController) -> str | None:
        """Hand on what a worker that has died leaves, without the test that killed it, which is returned."""
        units = self.assigned_work.pop(node)
        left = [(unit, test) for unit in units.values() for test, completed in unit.items() if not completed]
        if not left:
            return None
        unit, killer = left[0]
        unit[killer] = True
        self.workqueue.update({scope: unit for scope, unit in units.items() if not all(unit.values())})
        for other in self.nodes:
            self._reschedule(other)
        return killer

    def schedule(self) -> None:
        """Hand out the first units, also to a worker that takes the place of one that has died.

        Each gets two: a worker keeps its last test until it hears what comes after it, or that nothing does, and
        pytest-xdist 3.8 would wait for ever for a new worker with one test.
        """
        super().schedule()
        for node in self.nodes:
            self._reschedule(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByLesson:
    """Take the scheduler above, in the order of collection."""
    config.option.loadscopereorder = False
    return ByLesson(config, log)


LONGEST = (BROWSER, "tests/exercises/test_mutants.py", "tests/notebooks/", "tests/exercises/test_contract.py")
"""What takes longest and so comes first; the browser, which three workers have, before all else."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what takes longest: at the end a worker has little to wait for."""
    items.sort(key=lambda item: [item.nodeid.startswith(place) for place in LONGEST], reverse=True)


def pytest_configure() -> None:
    """Let kernels be interrupted where the tests cannot be, and let bytecode be kept where the machine would not.

    A shell starts what runs in the background with SIGINT ignored, and so would all that the tests start. And without
    bytecode each worker, and each process that a test starts, would compile all libraries anew.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # What a page does as often as the machine can in a while is done in a moment, unless somebody wants to see it all.
    os.environ.setdefault("COURSE_PATIENCE", "0.5")
    # Lessons that move a gigabyte move less in tests; `LESSON_ROOM=` (nothing) gives them all that they want.
    os.environ.setdefault("LESSON_ROOM", str(64 << 20))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def course_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every file that is tracked or would be: what git does not ignore, in a checkout or a source archive."""
    return tracked_files(ROOT, tmp_path_factory.mktemp("git"))


def tracked_files(root: Path, scratch: Path) -> list[Path]:
    """The files below ``root`` that git tracks or would track; ``scratch`` is an empty folder."""
    listing = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    git = ["git", "-C", str(root)]
    if not (root / ".git").exists():
        # A source archive has no history, but it has its .gitignore: an empty one applies it.
        subprocess.run(["git", "init", "--quiet", "--bare", str(scratch)], check=True)
        git += [f"--git-dir={scratch}", f"--work-tree={root}"]
    result = subprocess.run([*git, *listing], capture_output=True, check=True)
    names = [name for name in result.stdout.decode("utf-8").split("\0") if name]
    files = sorted(path for name in names if (path := root / name).is_file())
    assert files, "no file found: the checks that go through all files would pass by finding nothing"
    return files


@pytest.fixture(scope="session")
def python() -> str:
    """The Python that runs the tests."""
    return sys.executable
