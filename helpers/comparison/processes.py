"""The processes of the servers, seen from the program that measures them."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from helpers.servers import children

PATIENCE = 60.0
"""Seconds in which a server must have started, or answered."""

COMMAND = (sys.executable, "-m", "helpers.comparison.server")
"""What runs a server, given its kind."""

ENDING = 2.0
"""Seconds in which a server ends by itself, before it is made to."""

_running: set[ServerProcess] = set()


class ServerError(RuntimeError):
    """A server did not start, or has ended; says why, as far as it said so itself, and what to do."""


class ServerProcess:
    """A server in a process of its own; see `helpers.comparison.server`.

    Args:
        kind: which one, a key of `server.KINDS`.

    Attributes:
        kind: as given.
        address: where it listens, `127.0.0.1:41234`, once `wait` has returned.
        runs_on: the loop and the parser it has found, `uvloop, httptools`, once `wait` has returned.
    """

    def __init__(self, kind: str) -> None:
        self.kind, self.address, self.runs_on = kind, "", ""
        self._last_error, self._ended = "", ""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the process has ended)
        top = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, [top, os.environ.get("PYTHONPATH")]))
        self._process = children.start(
            [*COMMAND, kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        _running.add(self)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def wait(self) -> ServerProcess:
        """Waits until it is ready; returns itself.

        Raises:
            ServerError: it did not start.
        """
        said = self._receive("start")
        self.address, self.runs_on = f"127.0.0.1:{said['port']}", said["runs_on"]
        return self

    def cpu(self) -> float:
        """The processor time that it has taken so far, all its threads together, in seconds.

        Raises:
            ServerError: it has ended.
        """
        with contextlib.suppress(OSError, ValueError):  # it has ended, and there is no answer either
            self._input.write("cpu\n")
            self._input.flush()
        return self._receive("answer")

    def stop(self) -> None:
        """Ends it; calling it again does nothing."""
        stop([self])

    def _reap(self) -> None:
        self._ended = self._ended or f"The server `{self.kind}` was stopped."
        children.bury(self._process, ENDING)
        self._output.close()
        with self._errors as file:
            file.seek(0)
            said = file.read().decode(errors="replace").split("\n")
        self._last_error = next((line.strip() for line in reversed(said) if line.strip()), "")

    def _receive(self, what: str) -> Any:
        if self._ended:
            raise ServerError(self._ended)
        late = threading.Event()

        def give_up() -> None:
            late.set()
            children.kill(self._process)

        watch = threading.Timer(PATIENCE, give_up)
        watch.daemon = True
        watch.start()
        try:
            line = self._output.readline()
        finally:
            watch.cancel()
        try:
            return json.loads(line)
        except ValueError:
            self._ended = self._why(what, late.is_set())
            raise ServerError(self._ended) from None

    def _why(self, what: str, late: bool) -> str:
        self.stop()
        if late:
            cause, cure = f"nothing came within {PATIENCE:.0f} s", "Is the machine very busy? Try again."
        else:
            cause = self._last_error or f"it ended with exit code {self._process.returncode}"
            cure = f"`{Path(sys.executable).name} -m helpers.comparison.server {self.kind}` shows all of it."
            if cause.startswith(("ModuleNotFoundError", "ImportError")):
                cure = (
                    "Install the course's packages into this environment: `pip install -e .` in its folder."
                )
        return f"The server `{self.kind}` did not {what}: {cause}. {cure}"


def stop(processes: Iterable[ServerProcess]) -> None:
    """Ends servers, all at the same time; harmless for those that have ended."""
    processes = [process for process in processes if process in _running]
    for process in processes:
        _running.discard(process)
        with contextlib.suppress(OSError):
            process._input.close()
    for process in processes:
        process._reap()


def stop_all() -> None:
    """Ends every server that was started here and still runs."""
    stop(list(_running))


atexit.register(stop_all)
