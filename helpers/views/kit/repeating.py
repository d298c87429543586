"""A thread that does something again and again, and once more at its end."""

from __future__ import annotations

import threading
from collections.abc import Callable


class RepeatingThread(threading.Thread):
    """Calls ``act`` at once, then every so often, and a last time when it is told to end.

    Args:
        act: what is done; must not raise.
        every: seconds between two times.
        name: of the thread.
    """

    def __init__(self, act: Callable[[], object], every: float, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._act, self._every = act, every
        self._over = threading.Event()

    def run(self) -> None:
        """Runs on the thread."""
        while not self._over.is_set():
            self._act()
            self._over.wait(self._every)
        self._act()

    def end(self) -> None:
        """Ends the thread and waits for it; what hangs is left behind."""
        self._over.set()
        if self is not threading.current_thread():
            self.join(2.0)
