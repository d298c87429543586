"""Runs of tests with pytest, against one thing after the other in the place of a fixture."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import threading
import time
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from helpers.learner_threads import LearnerThreads

LIMIT = 3.0
"""Seconds that a test may take: far more than a call on loopback needs."""

# No file of the learner's, no plugin and no setting of this machine has a say, and nothing is printed.
_OPTIONS = (
    "--noconftest", "--disable-plugin-autoload", "--assert=plain", "--capture=no",
    *(f"-pno:{name}" for name in (
        "cacheprovider", "faulthandler", "junitxml", "logging", "pastebin", "stepwise", "terminal", "threadexception",
        "unraisableexception", "warnings",
    )),
)  # fmt: skip


_NOT_OURS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


@dataclass(frozen=True)
class Result:
    """How one test ended with one thing under test.

    Attributes:
        test: the test's name, with its own parameters: `"test_unknown[P-9]"`.
        subject: the name of what was under test.
        outcome: `"passed"`; `"failed"`, by an assertion, or a call's status that the test let through; `"crashed"`,
            by any other exception, in the test or in a fixture; `"hung"`, it took too long; or `"skipped"`.
        error: what was raised.
    """

    test: str
    subject: str
    outcome: str
    error: BaseException | None = None


class Hung(Exception):
    """A test was still running when its time was over."""


def run_tests(
    tests: Mapping[str, object],
    fixture: str,
    subjects: Mapping[str, object],
    provide: Callable[[Any], Iterator[object]],
    *,
    limit: float = LIMIT,
    heard: Callable[[Result], object] = lambda result: None,
    cancelled: threading.Event | None = None,
) -> list[Result]:
    """Runs tests with pytest, all of them against one subject and then the next, and returns how they ended, in order.

    Args:
        tests: test functions, test classes and the fixtures that they use, by name.
        fixture: the fixture whose value differs from subject to subject; it takes the place of one of this name.
        subjects: what is under test, by the name that results have.
        provide: makes the fixture's value of a subject, yields it, and cleans up.
        limit: seconds that one test may take. A test that has taken longer is not run again.
        heard: told of each result when it is there.
        cancelled: ends the run when it is set, the test that runs now as well.
    """

    @pytest.fixture(
        name=fixture, params=list(subjects.values()), ids=[f"#{number}" for number in range(len(subjects))]
    )
    def given(request: pytest.FixtureRequest) -> Iterator[object]:
        yield from provide(request.param)

    module = types.ModuleType("tests")
    vars(module).update(tests, **{fixture: given})
    runner = _Runner(module, fixture, list(subjects), limit, heard, cancelled or threading.Event())
    with tempfile.TemporaryDirectory(prefix="tests-") as folder, _environment_kept():
        settings, file = Path(folder, "pytest.ini"), Path(folder, "tests.py")
        settings.write_text("[pytest]\n", encoding="utf-8")
        file.touch()
        pytest.main([str(file), f"-c{settings}", f"--rootdir={folder}", *_OPTIONS], plugins=[runner])
    return runner.results


class _Module(pytest.Module):
    """A module that is there already, in place of the file's."""

    ready_made: types.ModuleType

    def _getobj(self) -> types.ModuleType:
        return self.ready_made


class _Runner:
    """A plugin: collects the tests of a module that it is given, runs each with a limit, and notes how it ended."""

    def __init__(
        self,
        module: types.ModuleType,
        fixture: str,
        subjects: list[str],
        limit: float,
        heard: Callable[[Result], object],
        cancelled: threading.Event,
    ) -> None:
        self._module, self._fixture, self._subjects = module, fixture, subjects
        self._limit, self._heard, self._cancelled = limit, heard, cancelled
        self._hung: set[str] = set()
        self.results: list[Result] = []

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> _Module:
        """Gives the module in place of the file."""
        collector = _Module.from_parent(parent, path=module_path)
        collector.ready_made = self._module
        return collector

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        """Has all tests meet one subject before the next."""
        items.sort(key=self._number)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Notes what pytest cannot collect: `parametrize` without the parameter, for one."""
        if report.failed:
            *_, reason = str(report.longrepr).strip().splitlines()
            self._note(Result("", "", "crashed", pytest.UsageError(reason.removeprefix("E").strip())))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Runs a test, with the limit."""
        if self._cancelled.is_set():
            pytest.exit("stopped")
        if pyfuncitem.originalname in self._hung:
            raise Hung(f"not run again: it has taken more than {self._limit:g} s before")
        names = pyfuncitem._fixtureinfo.argnames
        arguments = {name: pyfuncitem.funcargs[name] for name in names}
        try:
            _run(lambda: pyfuncitem.obj(**arguments), self._limit, self._cancelled)
        except Hung:
            self._hung.add(pyfuncitem.originalname)
            raise
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Function, call: pytest.CallInfo[None]) -> None:
        """Notes how a test ended; where a fixture fails, its test has not begun."""
        error = call.excinfo.value if call.excinfo else None
        if error is None and call.when != "call":
            return
        number = self._number(item)
        subject = self._subjects[number] if number >= 0 else ""
        name = re.sub(r"\[#\d+\]|#\d+-|-#\d+", "", item.name)  # without the subject
        self._note(Result(name, subject, _outcome(error), error))

    def _number(self, item: pytest.Function) -> int:
        """The subject's number; -1 where a test has none."""
        return item.callspec.indices.get(self._fixture, -1) if hasattr(item, "callspec") else -1

    def _note(self, result: Result) -> None:
        self.results.append(result)
        self._heard(result)


_JUDGMENTS = (AssertionError, grpc.Call, pytest.fail.Exception)


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "passed"
    if isinstance(error, Hung):
        return "hung"
    if isinstance(error, pytest.skip.Exception):
        return "skipped"
    each = getattr(error, "exceptions", None) or [error]  # several failures of a property
    return "failed" if all(isinstance(one, _JUDGMENTS) for one in each) else "crashed"


def _run(function: Callable[[], object], limit: float, cancelled: threading.Event) -> None:
    """Runs a function on a thread of its own, which is ended when the time is over, or when all is cancelled."""
    threads, done, raised = LearnerThreads(), threading.Event(), []

    def work() -> None:
        try:
            with threads.interruptible():
                function()
        except BaseException as error:  # what pytest raises to fail and to skip is no Exception
            raised.append(error)
        finally:
            done.set()

    threads.start(work)
    until = time.monotonic() + limit
    try:
        while not done.wait(min(0.05, max(0.0, until - time.monotonic()))):
            if cancelled.is_set():
                pytest.exit("stopped")
            if time.monotonic() >= until:
                raise Hung(f"still running after {limit:g} s")
    finally:
        if not done.is_set():
            threads.stop(patience=0.5)
    if raised:
        raise raised[0]


@contextlib.contextmanager
def _environment_kept() -> Iterator[None]:
    """Puts back what pytest writes into the environment, as another run may have, and keeps this machine's options out."""
    before = {name: os.environ.get(name) for name in ("PYTEST_CURRENT_TEST", "PYTEST_VERSION", *_NOT_OURS)}
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
