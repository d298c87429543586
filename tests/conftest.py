"""What all tests share: which folder is the course, and the file lists a check goes through."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]


# Measured: the others take about as long.
HALF_OF_THE_BROWSER_TESTS = {
    "test_console.py",
    "test_exercises.py",
    "test_lessons.py",
    "test_timeline_widget.py",
}


class OneOfEach(LoadScopeScheduling):
    """Shares tests out among the workers of `pytest -n` so that nothing expensive is made twice.

    The browser tests share two JupyterLabs, since they take longest; the tests of a lesson share the kernel it
    ran in, those of a file its fixtures. (The mark ``xdist_group`` would say the same, but pytest-xdist 3.8 loses
    it under pytest 9.)
    """

    def _split_scope(self, nodeid: str) -> str:
        path, _, test = nodeid.partition("::")
        if path.startswith("tests/browser/"):
            return f"tests/browser, {Path(path).name in HALF_OF_THE_BROWSER_TESTS}"
        if path in ("tests/notebooks/test_first_run.py", "tests/notebooks/test_rerun.py"):
            return f"{path}{test[test.find('[') :]}" if "[" in test else path
        return path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneOfEach:
    """Take the scheduler above, in the order of collection: the browser, which takes longest, first."""
    config.option.loadscopereorder = False
    return OneOfEach(config, log)


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
