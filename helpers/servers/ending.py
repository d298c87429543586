"""What all servers here have in common: somebody may want to know when one stops."""

from __future__ import annotations

from collections.abc import Callable


class Ending:
    """A server that says when it stops, to a tap in front of it for one.

    Attributes:
        running: whether it takes calls.
    """

    running: bool

    def __init__(self) -> None:
        self._on_stop: list[Callable[[], None]] = []

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Calls `callback()` when the server stops; at once where it has stopped already."""
        if self.running:
            self._on_stop.append(callback)
        else:
            callback()

    def _tell_stopped(self) -> None:
        callbacks, self._on_stop = self._on_stop, []
        for callback in callbacks:
            callback()
