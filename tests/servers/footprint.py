"""What this process holds: threads, descriptors, sockets, and the processes below it."""

from __future__ import annotations

import threading
import time

import psutil

TIMEOUT = 20  # seconds; only a test that fails waits for it


class Footprint:
    """Threads, file descriptors and sockets of this process."""

    def __init__(self) -> None:
        process = psutil.Process()
        self.threads = sorted(thread.name for thread in threading.enumerate())
        self.descriptors = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
        self.sockets = len(process.net_connections(kind="inet"))

    def exceeds(self, before: Footprint) -> bool:
        return (
            len(self.threads) > len(before.threads)
            or self.descriptors > before.descriptors
            or self.sockets > before.sockets
        )


def settled(before: Footprint) -> Footprint:
    """Looks again until nothing is left, or until a failing test has waited long enough."""
    deadline = time.monotonic() + TIMEOUT
    while (now := Footprint()).exceeds(before) and time.monotonic() < deadline:
        time.sleep(0.02)
    return now
