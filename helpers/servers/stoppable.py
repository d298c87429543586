"""The base class of all servers here: one that tells others when it stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .log import HandlerLog


class Stoppable:
    """A server on 127.0.0.1 that says when it stops, to a tap in front of it for one."""

    def __init__(self, port: int, log: HandlerLog) -> None:
        self.port, self.log = port, log
        self.address = f"127.0.0.1:{port}"
        self._stopped: Any = None  # what tells that it has, once it is asked to
        self._on_stop: list[Callable[[], None]] = []

    @property
    def running(self) -> bool:
        """Whether it takes calls."""
        return self._stopped is None

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
