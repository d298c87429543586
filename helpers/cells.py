"""The cell of a notebook that is running, and what cells have started: it is replaced when its cell is run again.

The ground floor of this package: it knows nobody, and every part may know it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


def shell() -> Any:
    """IPython's shell in this process, an `InteractiveShell`; `None` outside of a notebook. Loads nothing."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


class CellRun(NamedTuple):
    """One run of one cell.

    Attributes:
        cell: names the cell; the same each time it is run.
        run: names this run of it.
    """

    cell: str
    run: str


def running() -> CellRun | None:
    """The cell that is running, and this run of it.

    JupyterLab sends a cell's id along with its code. Where a client does not, the file name that IPython makes
    from the cell's text stands in for it.

    Returns:
        `None` outside of a notebook, and on threads: one may outlive the run that started it, and would then be
        taken for another.
    """
    now = shell()
    if now is None or threading.current_thread() is not threading.main_thread():
        return None
    try:
        parent = now.get_parent() or {}
    except (AttributeError, LookupError):  # no kernel, or one that is not answering a request
        return None
    cell = parent.get("metadata", {}).get("cellId") or _code_name()
    run = parent.get("header", {}).get("msg_id")
    return CellRun(cell, run) if cell and run else None


def _code_name() -> str | None:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if "ipykernel_" in frame.f_code.co_filename:
            return frame.f_code.co_filename
        frame = frame.f_back
    return None


class Registry(Generic[T]):
    """What has been started and not been forgotten yet, each thing with the run of the cell that started it.

    Iterating gives them in the order in which they were kept, each once. All of it may be used from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[tuple[T, str, CellRun | None]] = []

    def __iter__(self) -> Iterator[T]:
        with self._lock:
            return iter(dict.fromkeys(thing for thing, _, _ in self._kept))

    def keep(self, thing: T, name: str = "") -> None:
        """Notes what the running cell has started; `name` tells it from other things of that cell."""
        with self._lock:
            self._kept.append((thing, name, running()))

    def take_earlier(self, name: str = "") -> list[T]:
        """Forgets what an earlier run of the running cell has kept under a name, and returns it: it is to be replaced."""
        now = running()
        with self._lock:
            earlier = [
                entry
                for entry in self._kept
                if now
                and entry[2]
                and (entry[2].cell, entry[1]) == (now.cell, name)
                and entry[2].run != now.run
            ]
            self._kept = [entry for entry in self._kept if entry not in earlier]
        return [thing for thing, _, _ in earlier]

    def of_this_run(self) -> list[T]:
        """What the running cell has kept in this run of it."""
        now = running()
        with self._lock:
            return [thing for thing, _, run in self._kept if now and run == now]

    def forget(self, thing: T) -> None:
        """Forgets a thing, under all names, as when it has ended."""
        with self._lock:
            self._kept = [entry for entry in self._kept if entry[0] is not thing]

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._kept.clear()
