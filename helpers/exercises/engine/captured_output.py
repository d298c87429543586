"""The output of learners' code during a check: kept apart, and cut where it is too much."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator

LIMIT = 2000  # characters kept


class CapturedOutput:
    """The beginning of what was printed, and how much it was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept, self._length = "", 0

    def add(self, text: str) -> None:
        """Takes more."""
        with self._lock:
            self._length += len(text)
            self._kept += text[: LIMIT - len(self._kept)]

    def __str__(self) -> str:
        more = self._length - len(self._kept)
        return self._kept + (f"\n… and {more:,} characters more" if more else "")


@contextlib.contextmanager
def collected() -> Iterator[CapturedOutput]:
    """Collects what threads started from now on write to `sys.stdout` and `sys.stderr`.

    Those that run already go on writing where they wrote: a server of the lesson, for one.
    """
    printed, earlier = CapturedOutput(), set(threading.enumerate())
    routers = {name: _Router(getattr(sys, name), printed, earlier) for name in ("stdout", "stderr")}
    for name, router in routers.items():
        setattr(sys, name, router)
    try:
        yield printed
    finally:
        for name, router in routers.items():
            if getattr(sys, name) is router:
                setattr(sys, name, router.original)


class _Router:
    """A text stream that sends each thread's text where it belongs."""

    def __init__(self, original, printed: CapturedOutput, earlier: set[threading.Thread]):
        self.original, self._printed, self._earlier = original, printed, earlier

    def write(self, text: str) -> int:
        if threading.current_thread() in self._earlier:
            return self.original.write(text)
        self._printed.add(str(text))
        return len(text)

    def writelines(self, lines) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str):
        return getattr(self.original, name)
