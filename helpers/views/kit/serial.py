"""Functions run one after the other in a thread: a learner's callback may block, and must not hold up the kernel."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable
from typing import Any

WAITING_CALLS = 1000
"""Calls of one learner's callback that may wait for it."""


class Serial:
    """Runs functions one after the other in a thread that lives as long as there is something to run.

    A learner's callback may block or call a server: that must not hold up the kernel, where the other
    widgets wait for their turn.
    """

    def __init__(self, name: str, on_error: Callable[[Exception], None]) -> None:
        self._name, self._on_error = name, on_error
        self._lock = threading.Lock()
        self._work: collections.deque[tuple[Callable[..., Any], tuple[Any, ...]]] = collections.deque()
        self._thread: threading.Thread | None = None

    def submit(self, function: Callable[..., Any], *arguments: Any) -> bool:
        """Lines up a call; False where too many are waiting already."""
        with self._lock:
            if len(self._work) >= WAITING_CALLS:
                return False
            self._work.append((function, arguments))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
        return True

    def stop(self, timeout: float = 2.0) -> None:
        """Forgets what has not begun and waits (seconds) for what has."""
        with self._lock:
            self._work.clear()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._work:
                    self._thread = None
                    return
                function, arguments = self._work.popleft()
            try:
                function(*arguments)
            except Exception as error:
                self._on_error(error)
