"""Which taps are open, and which cell of a notebook made them."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers import cells

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
    now = cells.running()
    with _lock:
        wanted = (target, limit, distance)
        found = next(
            (t for t in _taps if (t.target, t.recording.limit, t.distance) == wanted and not t.closed), None
        )
        if found is None:
            found = make()
            _taps.append(found)
        replaced = _take_place(now, found)
        still_used = any(replaced in place.taps for place in _cells.values())
    if replaced is not None and replaced is not found and not still_used:
        replaced.close()
    return found


def _take_place(now: cells.CellRun | None, found: Tap) -> Tap | None:
    """Note the next tap of a cell; returns the one that an earlier run of the cell had in its place."""
    if now is None:
        return None
    place = _cells.get(now.cell)
    if place is None or place.run != now.run:
        place = _cells[now.cell] = _Place(now.run, earlier=place.taps + place.earlier if place else [])
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
