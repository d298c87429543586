"""What is running on behalf of which cell: run the cell again, and the old one ends.

A view with something behind it (a server, a thread) registers here.
"""

from __future__ import annotations

import atexit
import threading
import weakref
from typing import Protocol

from .. import cells


class Live(Protocol):
    """A view with something running behind it."""

    def stop(self) -> None:
        """Ends what is running; the view stays on the page and can start again."""

    def close(self) -> None:
        """Ends what is running and takes the view off the page."""


_views: weakref.WeakKeyDictionary[Live, tuple[str, cells.CellRun | None]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def register(view: Live, name: str) -> None:
    """Keeps track of ``view`` and closes what an earlier run of the same cell registered under ``name``."""
    now = cells.running()
    with _lock:
        old = [
            earlier
            for earlier, (its_name, its_run) in _views.items()
            if now and its_run and (its_run.cell, its_name) == (now.cell, name) and its_run.run != now.run
        ]
        _views[view] = (name, now)
    for other in old:
        other.close()
        forget(other)


def forget(view: Live) -> None:
    """Undoes `register`."""
    with _lock:
        _views.pop(view, None)


def stop_all() -> None:
    """Ends whatever runs behind a view: no thread and no server is left. The views stay on the page."""
    with _lock:
        views = list(_views)
    for view in views:
        view.stop()


atexit.register(stop_all)
