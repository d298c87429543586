"""What is running on behalf of which cell: run the cell again, and the old one ends.

A view with something behind it (a server, a thread) registers here.
"""

from __future__ import annotations

import atexit
from typing import Protocol

from helpers import cells


class Live(Protocol):
    """A view with something running behind it."""

    def stop(self) -> None:
        """Ends what is running; the view stays on the page and can start again."""

    def close(self) -> None:
        """Ends what is running and takes the view off the page."""


_views: cells.Registry[Live] = cells.Registry()
forget = _views.forget


def register(view: Live, name: str) -> None:
    """Keeps track of ``view`` and closes what an earlier run of the same cell registered under ``name``."""
    for earlier in _views.take_earlier(name):
        earlier.close()
    _views.keep(view, name)


def stop_all() -> None:
    """Ends whatever runs behind a view: no thread and no server is left. The views stay on the page."""
    for view in _views:
        view.stop()


atexit.register(stop_all)
