"""Real servers, shared by the tests of a file; and nothing may be left behind."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from helpers.comparison import processes, with_grpc  # noqa: F401 (what compiles its schema keeps a process)
from helpers.comparison.processes import ServerProcess
from helpers.comparison.server import KINDS


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, ServerProcess]]:
    """One of each kind, by kind."""
    started = {kind: ServerProcess(kind) for kind in KINDS}
    try:
        yield {kind: server.wait() for kind, server in started.items()}
    finally:
        processes.stop(started.values())


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """Fails a test that leaves a process or a thread behind."""
    running, threads = set(psutil.Process().children()), set(threading.enumerate())
    yield
    # gRPC's own threads end a moment after their channel.
    deadline = time.monotonic() + 10
    while (left := _more_than(running, threads)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def _more_than(processes: set[psutil.Process], threads: set[threading.Thread]) -> list[str]:
    """What runs beyond these, by its command line and by its name."""
    found = []
    for process in set(psutil.Process().children()) - processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append(" ".join(process.cmdline()))
    return found + [thread.name for thread in set(threading.enumerate()) - threads]
