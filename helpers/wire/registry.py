"""Which taps are open, and which cell of a notebook made them."""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.wire.tap import Tap

_lock = threading.Lock()
_taps: list[Tap] = []


@dataclass
class _Place:
    """The taps of one cell."""

    run: str
    taps: list[Tap] = field(default_factory=list)  # of this run, in the order of the calls
    earlier: list[Tap] = field(default_factory=list)  # of the run before, those not yet replaced


_cells: dict[str, _Place] = {}


def reuse_or_make(target: tuple[str, int], limit: int, distance: float, make: Callable[[], Tap]) -> Tap:
    """The open tap of a target, or a new one; closes the one that it replaces.

    When a cell is run again, its first call of ``tap`` replaces what its first call gave before, its second
    what its second gave, and so on, unless that is the same tap.
    """
    cell, run = _running_cell()
    with _lock:
        wanted = (target, limit, distance)
        found = next(
            (t for t in _taps if (t.target, t.recording.limit, t.distance) == wanted and not t.closed), None
        )
        if found is None:
            found = make()
            _taps.append(found)
        replaced = _take_place(cell, run, found)
        still_used = any(replaced in place.taps for place in _cells.values())
    if replaced is not None and replaced is not found and not still_used:
        replaced.close()
    return found


def _take_place(cell: str | None, run: str | None, found: Tap) -> Tap | None:
    """Note the next tap of a cell; returns the one that an earlier run of the cell had in its place."""
    if cell is None or run is None:
        return None
    place = _cells.get(cell)
    if place is None or place.run != run:
        place = _cells[cell] = _Place(run, earlier=place.taps + place.earlier if place else [])
    place.taps.append(found)
    return place.earlier.pop(0) if place.earlier else None


def forget(tap: Tap) -> None:
    """Forget a tap of which nothing is left."""
    with _lock:
        if tap in _taps:
            _taps.remove(tap)


def close_all() -> None:
    """Close every open tap of this process; captures stay."""
    with _lock:
        taps = list(_taps)
        _cells.clear()
    for tap in taps:
        tap.close()


atexit.register(close_all)


def _running_cell() -> tuple[str | None, str | None]:
    """The cell that runs now and this run of it; (None, None) outside of a notebook.

    JupyterLab sends the cell's id with its code. Where a client does not, the file name that IPython makes
    from a cell's text stands in for it.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    # a thread may outlive its run, and would then be taken for another
    if shell is None or threading.current_thread() is not threading.main_thread():
        return None, None
    try:
        parent = shell.get_parent() or {}
    except (AttributeError, LookupError):
        return None, None
    cell = parent.get("metadata", {}).get("cellId") or _code_name()
    run = parent.get("header", {}).get("msg_id")
    return (cell, run) if cell and run else (None, None)


def _code_name() -> str | None:
    frame = sys._getframe(1)
    while frame is not None:
        if "ipykernel_" in frame.f_code.co_filename:
            return frame.f_code.co_filename
        frame = frame.f_back
    return None
