"""A working stop button for cells that await: the kernel looks at it only when its event loop wakes up.

    await asyncio.sleep(60)          # nothing wakes the loop: the button would wait for a minute (ipykernel#881)
    time.sleep(60)                   # below an `await` this blocks the loop, and the button would do nothing at all
    await stub.GetQuote(request)     # the same where a handler on this loop blocks it

The signal itself wakes the loop, through a socket; without a signal nothing runs. Where the learner's own line blocks
the loop, that line is stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
import types
from typing import Any

from helpers import tracebacks


class StopButton:
    """Looks after the stop button while a cell runs."""

    def __init__(self) -> None:
        self._as_ever: Any = None
        self._task: asyncio.Task[Any] | None = None
        self._wake: _Wake | None = None

    def begin(self, *_) -> None:
        """A cell begins; see `pre_run_cell`."""
        self.end()
        if threading.current_thread() is not threading.main_thread():
            return  # a subshell: signals are not for it
        try:
            loop, task = asyncio.get_running_loop(), asyncio.current_task()
        except RuntimeError:  # IPython in a terminal
            return
        handler = signal.getsignal(signal.SIGINT)
        # In a cell that awaits, the kernel has put a handler of its own in place, which asks the loop.
        if callable(handler) and handler is not signal.default_int_handler:
            if self._wake is None or self._wake.loop is not loop:
                self._wake = _Wake(loop)
            self._wake.begin()
            self._as_ever, self._task = handler, task
            signal.signal(signal.SIGINT, self._stop)

    def end(self, *_) -> None:
        """The cell is over; see `post_run_cell`."""
        if self._as_ever is None or threading.current_thread() is not threading.main_thread():
            return
        if signal.getsignal(signal.SIGINT) == self._stop:
            signal.signal(signal.SIGINT, self._as_ever)
        self._as_ever = self._task = None
        if self._wake is not None:
            self._wake.end()

    def _stop(self, number: int, frame: types.FrameType | None) -> None:
        if _in_cell(frame):
            raise KeyboardInterrupt  # IPython shows it, as in a cell that does not await
        if self._task is None or self._task.done():
            self._as_ever(number, frame)
            return
        self._task.cancel()  # each time: the kernel's own handler asks once, and a cell may catch that
        if _is_own(frame):
            # A handler, or a task of an earlier cell. Here KeyboardInterrupt would end the kernel.
            raise asyncio.CancelledError("stopped")


class _Wake:
    """Wakes a loop when a signal comes, on whichever thread: Python writes a byte to a socket that the loop reads."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._before: int | None = None
        with contextlib.suppress(NotImplementedError):  # a loop on Windows that has its own way
            loop.add_reader(self._read, self._drain)

    def begin(self) -> None:
        before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        if before not in (-1, self._write.fileno()):
            signal.set_wakeup_fd(before)  # somebody's loop is woken already
        else:
            self._before = before

    def end(self) -> None:
        if self._before is not None:
            self._before = None
            now = signal.set_wakeup_fd(-1)
            if now != self._write.fileno():
                signal.set_wakeup_fd(now)  # the cell has set one of its own, with `loop.add_signal_handler`

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._read.recv(4096)


def _in_cell(frame: types.FrameType | None) -> bool:
    """Whether Python runs a line of a cell at this moment, or what it called."""
    while frame is not None:
        if frame.f_code.co_name == "run_code" and frame.f_code.co_filename.endswith("interactiveshell.py"):
            return True
        frame = frame.f_back
    return False


def _is_own(frame: types.FrameType | None) -> bool:
    """Whether the loop runs the learner's code at this moment, or what it called."""
    while frame is not None and frame.f_code.co_name != "_run_once":  # below it is who has started the loop
        if tracebacks.is_own(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return False
