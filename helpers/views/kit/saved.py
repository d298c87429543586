"""The picture that is saved with a view: the last one, also where it is displayed before its cell's work begins."""

from __future__ import annotations

import threading
from typing import Any

from helpers import cells

from .widget import View


class SavedAtTheEnd(View):
    """A view that cells display first and change then: `display(bar)`, and then a loop that moves it.

    What a page without widgets shows of a view is what was displayed. A view of this kind is displayed anew, in the
    same place, when a cell has ended in which it has changed.
    """

    _displayed = False

    def _ipython_display_(self) -> None:
        from IPython.display import display

        shell = cells.shell()
        if shell is not None and _catch_up not in shell.events.callbacks["post_run_cell"]:
            shell.events.register("post_run_cell", _catch_up)
        self._displayed = True
        display(self._repr_mimebundle_(), raw=True, display_id=self.own_id)

    def _news(self) -> None:
        super()._news()
        if self._displayed:
            with _lock:
                _changed[self] = None

    def _save(self) -> None:
        """Displays it anew where it is displayed; there is nothing to do where it is not, or not any more."""
        from IPython.display import update_display

        with _lock:
            _changed.pop(self, None)
        if self._displayed and self.comm is not None:
            update_display(self._repr_mimebundle_(), raw=True, display_id=self.own_id)


_lock = threading.Lock()
_changed: dict[SavedAtTheEnd, None] = {}
"""What has changed since it was displayed, in order."""


def _catch_up(result: Any = None) -> None:
    """A cell has ended, see IPython's event `post_run_cell`."""
    with _lock:
        changed = list(_changed)
    for view in changed:
        view._save()
