"""Child processes that end with this one, however it ends, and leave nothing behind.

A process that was started by a notebook outlives a kernel that is killed, and goes on listening on its port. Not
these: a `warden`, a small process beside them, ends them when this one is gone. So no program has to do anything for it,
in whatever language it is written, and one that is stopped or stuck is ended, too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_lock = threading.Lock()
_watched: set[int] = set()
_warden: subprocess.Popen[bytes] | None = None
_WARDEN = [sys.executable, "-I", "-S", str(Path(__file__).with_name("warden.py"))]


def start(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """Starts a process that ends with this one. Whoever starts it also buries it, see `bury`.

    It is the first of a group and a session of its own: the stop button and Ctrl-C are for this process alone.

    Args:
        command: the program and its arguments.
        options: those of `subprocess.Popen`.

    Raises:
        OSError: there is no such program, or no room for another process.
    """
    with _lock:
        _tell()  # the warden is there first, so that no process is ever without one for long
        try:
            process = subprocess.Popen(
                command,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                **options,
            )
            _watched.add(process.pid)
            _tell(f"+{process.pid}\n")
        finally:
            _dismiss()
    return process


def kill(process: subprocess.Popen[Any]) -> None:
    """Ends a process at once, and what it has started itself; harmless for one that has ended."""
    if not is_ours(process):
        return
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def is_ours(process: subprocess.Popen[Any]) -> bool:
    """Whether this process has started it, and nobody has buried it yet: a fork has it from its parent."""
    return process.pid in _watched


def bury(process: subprocess.Popen[Any], patience: float | None = None) -> None:
    """Waits for the end of a process, so that no zombie is left, and ends what it has started and left running.

    Args:
        process: from `start`.
        patience: seconds until it is killed; `None` waits as long as it takes.
    """
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    kill(process)
    process.wait()
    with _lock:
        if process.pid in _watched:
            _watched.discard(process.pid)
            _tell(f"-{process.pid}\n")
        _dismiss()


def _tell(line: str = "") -> None:
    """Writes to the warden, a new one where there is none or where somebody has ended it."""
    global _warden
    if _warden is not None and _warden.poll() is None:
        assert _warden.stdin is not None
        with contextlib.suppress(OSError):
            _warden.stdin.write(line.encode())
            return
    _end_warden()
    _warden = subprocess.Popen(
        _WARDEN,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        bufsize=0,
    )
    assert _warden.stdin is not None
    _warden.stdin.write("".join(f"+{watched}\n" for watched in _watched).encode())


def _dismiss() -> None:
    if not _watched:
        _end_warden()


def _end_warden() -> None:
    global _warden
    warden, _warden = _warden, None
    if warden is not None:
        assert warden.stdin is not None
        with contextlib.suppress(OSError):
            warden.stdin.close()
        warden.wait()


def _forget_all() -> None:
    """After a fork: the processes are those of the other, and so is the warden, which waits for the end of that one."""
    global _warden, _lock
    _lock = threading.Lock()
    if _warden is not None and _warden.stdin is not None:
        _warden.stdin.close()
        _warden.returncode = 0  # nothing to wait for
    _warden = None
    _watched.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
