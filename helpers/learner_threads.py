"""Threads in which learners' code runs, so that none of it can stop the kernel.

`concurrent.futures` waits for its threads when the process exits, which a stuck handler would hold up
for ever. These are daemons, and a loop that never ends is ended from outside.
"""

from __future__ import annotations

import contextlib
import ctypes
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures


class Stopped(BaseException):
    """Raised in the middle of a learner's code when its time is over; no `except Exception` catches it."""


class LearnerThreads:
    """The daemon threads of one check."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interruptible: dict[int, int] = {}

    def start(self, function: Callable[[], object]) -> threading.Thread:
        """Runs `function()` on a thread of its own."""
        thread = threading.Thread(target=_quietly, args=(function,), name="exercise", daemon=True)
        thread.start()
        return thread

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Marks the learner's code: only there does `stop` interrupt a thread."""
        ident = threading.get_ident()
        with self._lock:
            self._interruptible[ident] = self._interruptible.get(ident, 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._interruptible[ident] -= 1
                if not self._interruptible[ident]:
                    del self._interruptible[ident]

    def stop(self, patience: float = 1.0) -> bool:
        """Ends what still runs, and returns whether all of it ended within `patience` seconds.

        Python code ends at its next step. Code that waits in C (`time.sleep`, a lock) ends when the wait
        does; until then its thread sleeps and costs nothing. A fifth of the time is for those who have
        noticed by themselves that their call is over.
        """
        begun = time.monotonic()
        until = begun + patience
        while True:
            with self._lock:
                for ident in self._interruptible if time.monotonic() > begun + patience / 5 else ():
                    interrupt = ctypes.pythonapi.PyThreadState_SetAsyncExc
                    interrupt(ctypes.c_ulong(ident), ctypes.py_object(Stopped))
                if not self._interruptible:
                    return True
            if time.monotonic() > until:
                return False
            time.sleep(0.02)


class DaemonPool(futures.Executor):
    """A thread pool for `grpc.server` whose threads are daemons.

    Args:
        threads: whose threads they are.
        workers: how many; one is started with each of the first tasks.
    """

    def __init__(self, threads: LearnerThreads, workers: int = 10):
        self._threads, self._workers, self._started = threads, workers, 0
        self._tasks: queue.SimpleQueue = queue.SimpleQueue()

    def submit(self, fn, /, *args, **kwargs) -> futures.Future:
        """See `concurrent.futures.Executor.submit`."""
        future: futures.Future = futures.Future()
        self._tasks.put((future, lambda: fn(*args, **kwargs)))
        if self._started < self._workers:
            self._started += 1
            self._threads.start(self._work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Lets idle threads end; waits for none."""
        for _ in range(self._started):
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, run = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(run())
                except BaseException as error:
                    future.set_exception(error)


def _quietly(function: Callable[[], object]) -> None:
    # An interrupt may arrive a moment after the learner's code has ended by itself.
    with contextlib.suppress(Stopped):
        function()
