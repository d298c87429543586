"""A working stop button for cells that await: the kernel looks at it only when its event loop wakes up.

    await asyncio.sleep(60)          # nothing wakes the loop: the button would wait for a minute (ipykernel#881)
    time.sleep(60)                   # below an `await` this blocks the loop, and the button would do nothing at all

While a cell runs the loop is woken ten times a second; and where the cell's own line blocks it, that line is stopped.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import types
from typing import Any

STEP = 0.1  # seconds


class Ticker:
    """Wakes the event loop of the kernel while a cell runs."""

    def __init__(self) -> None:
        self._next: asyncio.TimerHandle | None = None
        self._as_ever: Any = None

    def begin(self, *_) -> None:
        """A cell begins; see `pre_run_cell`."""
        self.end()
        self._take_over()
        try:
            self._tick(asyncio.get_running_loop())
        except RuntimeError:  # no loop: IPython in a terminal
            self._next = None

    def end(self, *_) -> None:
        """The cell is over; see `post_run_cell`."""
        if self._as_ever is not None and threading.current_thread() is threading.main_thread():
            if signal.getsignal(signal.SIGINT) == self._stop:
                signal.signal(signal.SIGINT, self._as_ever)
            self._as_ever = None
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _take_over(self) -> None:
        """In a cell that awaits, the kernel has put a handler of its own in place, which asks the loop."""
        if threading.current_thread() is threading.main_thread():
            handler = signal.getsignal(signal.SIGINT)
            if callable(handler) and handler is not signal.default_int_handler:
                self._as_ever = handler
                signal.signal(signal.SIGINT, self._stop)

    def _stop(self, number: int, frame: types.FrameType | None) -> None:
        if _in_cell(frame):
            raise KeyboardInterrupt  # IPython shows it, as in a cell that does not await
        self._as_ever(number, frame)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._next = loop.call_later(STEP, self._tick, loop)


def _in_cell(frame: types.FrameType | None) -> bool:
    """Whether Python runs a line of a cell at this moment, or what it called."""
    while frame is not None:
        if frame.f_code.co_name == "run_code" and frame.f_code.co_filename.endswith("interactiveshell.py"):
            return True
        frame = frame.f_back
    return False
