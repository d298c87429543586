"""One run of a program in a process of its own: what it prints, where it listens, how it ends."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import children
from .process_log import ProcessLog

LONGEST_LINE = 4096  # bytes; a longer one is kept in parts
_LISTENS = re.compile(
    r"\b(?:listens|listening|serving|running|ready)\b.*?(?::|\bport\W+|\b(?:on|at) )(?P<port>\d{1,5})\b(?!\.\d)",
    re.IGNORECASE,
)


def port_in(line: str) -> int:
    """The port of which a line says that somebody listens there; 0 where it says nothing of the kind.

    >>> port_in("listening on 127.0.0.1:43211")
    43211
    """
    found = _LISTENS.search(line)
    return int(found["port"]) if found and int(found["port"]) < 65536 else 0


def plain_environment() -> dict[str, str]:
    """This process' own; what a program prints is there at once, whole, and plain text, on every machine.

    A kernel asks for colors (FORCE_COLOR), which a log does not show; and with them Node.js 20 was seen to hang at an
    exception that nobody catches.
    """
    kept = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    return {**kept, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


class ProgramRun:
    """A program that runs.

    Attributes:
        process: the process.
        port: where it says that it listens; 0 until it does.
        heard: is set when it has said that, or has ended.
        ended: is set when it has ended and nothing is left of it.
    """

    def __init__(self, command: Sequence[str], folder: Path, env: Mapping[str, str], log: ProcessLog) -> None:
        self.port, self.heard, self.ended, self._log = 0, threading.Event(), threading.Event(), log
        self._printed: list[str] = []
        self.process = children.start(
            command,
            cwd=folder,
            env={**plain_environment(), **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        log.append(f"process {self.process.pid} begins", printed=False)
        self._reader = threading.Thread(target=self._read, name="process log", daemon=True)
        self._reader.start()
        threading.Thread(target=self._bury, name="process end", daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        """As of `subprocess.Popen`: `None` while it runs, `-9` where SIGKILL has ended it."""
        return self.process.returncode if self.ended.is_set() else None

    @property
    def end(self) -> str:
        """How it has ended: `has ended with exit code 1`, `was ended by SIGKILL`."""
        code = self.process.returncode
        if code is not None and code < 0:
            names = {each.value: each.name for each in signal.Signals}
            return f"was ended by {names.get(-code, f'signal {-code}')}"
        return f"has ended with exit code {code}"

    def last_lines(self, count: int = 8) -> list[str]:
        """What it printed last."""
        return self._printed[-count:]

    def terminate(self, grace: float) -> None:
        """Sends SIGTERM, and SIGKILL where it still runs some seconds later. (Windows has no SIGTERM: there it ends.)"""
        if self.ended.is_set() or not children.is_ours(self.process):
            return
        self._log.append(f"process {self.process.pid} is sent SIGTERM", printed=False)
        self.process.terminate()
        with contextlib.suppress(RuntimeError):  # Python is about to end, and starts no thread any more
            threading.Thread(target=self._end_within, args=(grace,), name="process end", daemon=True).start()

    def kill(self) -> None:
        """Ends it at once, and waits for that."""
        if children.is_ours(self.process):
            children.kill(self.process)
            self.ended.wait(5)

    def _end_within(self, grace: float) -> None:
        if not self.ended.wait(grace):
            children.kill(self.process)

    def _read(self) -> None:
        output = self.process.stdout
        assert output is not None
        with output:
            for data in iter(lambda: output.readline(LONGEST_LINE), b""):
                line = data.decode("utf-8", "replace").rstrip("\r\n")
                self._log.append(line)
                self._printed = [*self._printed[-19:], line]
                if not self.port and (port := port_in(line)):
                    self.port = port
                    self.heard.set()

    def _bury(self) -> None:
        children.bury(self.process)
        # What it has printed last is still on its way; unless another process, which got away, holds the pipe.
        self._reader.join(1)
        self._log.append(f"process {self.process.pid} {self.end}", printed=False)
        self.ended.set()
        self.heard.set()
