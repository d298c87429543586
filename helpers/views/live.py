"""What is running on behalf of which cell: run the cell again, and the old one ends.

A view with something behind it (a server, a thread) registers here. JupyterLab names the cell in every
execution request; other front ends do not, and the view's own name stands in.
"""

from __future__ import annotations

import atexit
import sys
import threading
import weakref
from typing import Any, Protocol


class Live(Protocol):
    """A view with something running behind it."""

    def stop(self) -> None:
        """Ends what is running; the view stays on the page and can start again."""

    def close(self) -> None:
        """Ends what is running and takes the view off the page."""


_views: weakref.WeakKeyDictionary[Live, tuple[object, object]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def register(view: Live, name: str) -> None:
    """Keeps track of ``view`` and closes what an earlier run of the same cell registered under ``name``."""
    cell, execution = _origin()
    key = (cell, name)
    with _lock:
        # Without a kernel there is no cell that could be run again.
        old = [v for v, (k, run) in _views.items() if execution and k == key and run != execution]
        _views[view] = (key, execution)
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


def _origin() -> tuple[object, object]:
    """The cell that is running and this execution of it; (None, None) outside of a kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    try:
        parent: dict[str, Any] = shell.get_parent() or {}
    except (AttributeError, LookupError):
        return None, None
    return parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id")


atexit.register(stop_all)
