"""Real servers, shared by the tests of a file; and nothing may be left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from helpers.comparison import children
from helpers.comparison.children import Child
from helpers.comparison.server import KINDS


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Child]]:
    """One of each kind, by kind."""
    started = {kind: Child(kind) for kind in KINDS}
    try:
        yield {kind: server.wait() for kind, server in started.items()}
    finally:
        children.stop(started.values())


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """Fails a test that leaves a process or a thread behind."""
    processes, threads = set(psutil.Process().children()), set(threading.enumerate())
    yield
    assert set(psutil.Process().children()) <= processes
    # gRPC's own threads end a moment after their channel.
    deadline = time.monotonic() + 10
    while (left := set(threading.enumerate()) - threads) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == set()
