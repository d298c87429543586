"""Throttled sending: a view has news by the thousand, and a page gets them in batches.

The Jupyter server drops a widget's messages beyond some hundred a second, the last one included, so a picture is sent
ten times a second at most, and always once more after the last change. No thread outlives the work it was started for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PERIOD = 0.1
"""Seconds between two updates, at least."""
BUDGET = 200_000
"""Bytes a second that one view may send: larger updates come less often."""
SHARE = 3
"""After an update that took long, the view rests so many times as long: the kernel has other work to do."""


class Pacer:
    """Calls ``send`` soon after `poke`, at most once a period, and always after the last one.

    Args:
        send: sends what is new and returns about how many bytes that were.
        period: seconds between two calls, at least.
    """

    def __init__(self, send: Callable[[], int], period: float = PERIOD) -> None:
        self._send, self._period = send, period
        self._lock = threading.Lock()
        self._hurry = threading.Event()
        self._due = False
        self._thread: threading.Thread | None = None

    def poke(self) -> None:
        """There is news. Costs next to nothing; may be called from any thread, at any rate."""
        if self._due:
            return  # whoever is to send has not looked yet, and will see this too
        with self._lock:
            self._due = True
            if self._thread is None:
                self._hurry.clear()
                self._thread = threading.Thread(target=self._run, name="view updates", daemon=True)
                self._thread.start()

    def flush(self, timeout: float = 5.0) -> None:
        """Sends what is waiting, at once, and waits (seconds) until the thread is gone."""
        with self._lock:
            thread = self._thread
            self._hurry.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._due:
                    self._thread = None
                    return
                self._due = False
            began = time.thread_time()
            try:
                size = self._send()
            except BaseException:
                with self._lock:
                    self._thread = None
                raise
            took = time.thread_time() - began
            self._hurry.wait(max(self._period, size / BUDGET, SHARE * took))
