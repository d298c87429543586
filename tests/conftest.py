"""What all tests share: which folder is the course, and the file lists a check goes through."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]


BROWSER = "tests/browser/"
LESSONS_IN_THE_BROWSER = "tests/browser/test_lessons.py"


class OneOfEach(LoadScopeScheduling):
    """Shares tests out among the workers of `pytest -n` so that nothing expensive is made twice.

    The browser tests share a JupyterLab, the tests of a lesson the kernel it ran in, those of a file its
    fixtures. (The mark ``xdist_group`` would say the same, but pytest-xdist 3.8 loses it under pytest 9.)
    """

    alone = False
    """Whether there is nothing to run but the lessons in the browser, which two workers share then."""

    def _split_scope(self, nodeid: str) -> str:
        path, _, test = nodeid.partition("::")
        if path == LESSONS_IN_THE_BROWSER:
            return f"{path} {len(test) % 2 if self.alone else ''}"
        if path.startswith(BROWSER):
            return BROWSER
        if path in ("tests/notebooks/test_first_run.py", "tests/notebooks/test_rerun.py"):
            return f"{path}{test[test.find('[') :]}" if "[" in test else path
        return path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneOfEach:
    """Take the scheduler above, in the order of collection: the browser, which takes longest, first."""
    config.option.loadscopereorder = False
    scheduler = OneOfEach(config, log)
    scheduler.alone = all(argument.startswith(LESSONS_IN_THE_BROWSER) for argument in config.args)
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the lessons in the browser last: by then there is a worker that has nothing else to do."""
    items.sort(key=lambda item: item.nodeid.startswith(LESSONS_IN_THE_BROWSER))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def course_files() -> list[Path]:
    """Every file that is tracked or would be: what git does not ignore.

    Outside of a git checkout (a source archive) it is every file below the folder that is no build product.
    """
    listing = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    result = subprocess.run(listing, capture_output=True, check=False)
    if result.returncode == 0:
        names = [name for name in result.stdout.decode().split("\0") if name]
        found = [ROOT / name for name in names]
    else:
        skip = {".git", ".venv", "node_modules", "__pycache__", "screenshots"}
        found = [path for path in ROOT.rglob("*") if not skip & set(path.relative_to(ROOT).parts)]
    files = sorted(path for path in found if path.is_file())
    assert files, "no file found: the checks that go through all files would pass by finding nothing"
    return files


@pytest.fixture(scope="session")
def python() -> str:
    """The Python that runs the tests."""
    return sys.executable
