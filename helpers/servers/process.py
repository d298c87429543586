"""`serve_process`: a server in a process of its own, a program in Python, in Node.js, or in anything else."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from helpers.text import visible

from . import registry
from .arguments import ServeError, check_grace, check_port, port_in_use
from .process_log import ProcessLog
from .program_run import ProgramRun
from .programs import command_line

PATIENCE = 30.0
"""Seconds in which a program must have said where it listens."""

GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL."""


_FRAME = re.compile(r'^(\s*)File "(?:[^"]*[\\/])?([^"\\/]+)", (?=line \d)')
"""A line of Python's tracebacks that names a file."""


def _short(frame: re.Match[str]) -> str:
    return f"{frame[1]}{frame[2]}, "


class ProcessServer:
    """A server that runs in a process of its own.

    Attributes:
        name: of the program, `billing.py`.
        port: where it listens on 127.0.0.1; the same after `restart`.
        log: what it has printed, in all its runs, newest last.
    """

    def __init__(
        self, program: object, arguments: Sequence[object], port: int, env: Mapping[str, str], folder: Path
    ) -> None:
        self._command = command_line(program, arguments, folder)
        words = [str(program), *map(str, arguments)]
        self.name = Path(next((word for word in words if Path(word).suffix), words[0])).name
        self.port, self.log = port, ProcessLog()
        self._env, self._folder, self._lock = dict(env), folder, threading.RLock()
        self._run = self._begin()

    @property
    def address(self) -> str:
        """`"127.0.0.1:41233"`, ready for `grpc.insecure_channel` and for `tap`."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The number of its process, of the last one where it has ended."""
        return self._run.process.pid

    @property
    def running(self) -> bool:
        """Whether the process is there. It may be stuck, and answer nobody."""
        return not self._run.ended.is_set()

    @property
    def exit_code(self) -> int | None:
        """`None` while it runs, then what it has ended with; `-9` where SIGKILL has ended it."""
        return self._run.exit_code

    def stop(self, grace: float = GRACE) -> threading.Event:
        """Asks it to end, with SIGTERM, as `kill`, Docker and Kubernetes do. What it does then is for the program to say.

        Args:
            grace: seconds until SIGKILL ends it, if it still runs then.

        Returns:
            An event that is set when it has ended, as `Server.stop` does.

        Raises:
            ServeError: `grace` is no time.
        """
        check_grace(grace)
        self._run.terminate(GRACE if grace is None else grace)
        return self._run.ended

    def kill(self) -> None:
        """Ends it at once, with SIGKILL, and what it has started: it learns nothing of that, and tidies nothing up."""
        self._run.kill()

    def restart(self, grace: float = GRACE) -> ProcessServer:
        """Starts it again on the same port; ends it before, with `stop(grace)`, if it still runs. Returns itself.

        Raises:
            ServeError: it does not start, or its port is taken by now.
        """
        with self._lock:
            self.stop(grace).wait()
            self._run = self._begin()
            if self not in registry.started:  # after `stop_all`
                registry.started.keep(self)
            return self.wait_until_listening()

    def wait_until_listening(self, patience: float = PATIENCE) -> ProcessServer:
        """Waits until it says where it listens; returns itself. What does not get there is ended.

        Raises:
            ServeError: it has ended, or has said nothing within so many seconds.
        """
        run = self._run
        try:
            heard = run.heard.wait(patience)
            if run.port and self.port in (0, run.port):
                self.port = run.port
                return self
        except BaseException:  # the stop button
            run.kill()
            raise
        run.kill()
        raise ServeError(self._why(run, heard, patience))

    def _begin(self) -> ProgramRun:
        if self.port and _is_taken(self.port):
            raise ServeError(port_in_use(self.port))
        command = [word.replace("{port}", str(self.port)) for word in self._command]
        try:
            return ProgramRun(command, self._folder, {"PORT": str(self.port), **self._env}, self.log)
        except OSError as error:
            raise ServeError(f"{self.name} cannot be started: {error.strerror or error}.") from None

    def _why(self, run: ProgramRun, heard: bool, patience: float) -> str:
        if run.port:
            cause = f"{self.name} listens on port {run.port}, and was told port {self.port}."
            cure = "Let it bind the port that the variable PORT names, and run the cell again."
        elif heard:
            cause = f"{self.name} {run.end} before it listened."
            cure = "Mend it, and run the cells that write it and start it again."
        else:
            cause = f"{self.name} did not say within {patience:.3g} s where it listens."
            cure = "Let it print a line such as `listening on 127.0.0.1:43211`, and run the cell again."
        lines = [f"  {visible(_FRAME.sub(_short, line), lines=False)}" for line in run.last_lines()]
        return "\n".join([cause, *(["It printed last:", *lines] if lines else ["It printed nothing."]), cure])

    def __enter__(self) -> ProcessServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop().wait()

    def __repr__(self) -> str:
        state = "running" if self.running else self._run.end
        return f"<ProcessServer {self.name} on {self.address}, process {self.pid}, {state}>"


def serve_process(
    program: str | Path,
    *arguments: object,
    port: int = 0,
    env: Mapping[str, str] | None = None,
    folder: str | Path | None = None,
    patience: float = PATIENCE,
) -> ProcessServer:
    """Starts a server in a process of its own, and waits until it listens. Running the same cell again replaces it.

    The program is an ordinary one. It listens on 127.0.0.1, on the port that the environment variable `PORT` names (0
    stands for a free one), and prints a line that says where: `listening on 127.0.0.1:43211`. It ends with this
    process, however that ends; nothing in the program is needed for it.

    >>> serve_process("billing.py", "orders.db")                 # a file in Python
    >>> serve_process("quotes.js")                               # one for Node.js
    >>> serve_process("python", "-m", "shop.billing")            # what a terminal would be told
    >>> serve_process("python", "-m", "uvicorn", "app:app", "--port={port}")

    Args:
        program: a file that ends in `.py` or `.js`; or `python`, this one; or `node`; or any other program.
        arguments: what it is given. `{port}` stands for the port, for programs that do not look at `PORT`.
        port: leave 0 for a free one.
        env: environment variables that it gets, besides those of this process.
        folder: where it runs, and where its file is looked for; this process' own where it is left out.
        patience: seconds in which it must have said where it listens.

    Raises:
        ServeError: no such program, one that ends before it listens or does not say where, a port in use, or too many
            servers; has the last lines that it has printed.
    """
    check_port(port)
    for name, value in (env or {}).items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise ServeError(
                f"`env` has texts by name, and {name!r} is {value!r}: write env={{'NAME': 'text'}}."
            )
    registry.replace_earlier_run()
    server = ProcessServer(program, arguments, port, env or {}, Path(folder or os.curdir).absolute())
    registry.started.keep(server)
    try:
        return server.wait_until_listening(patience)
    except BaseException:
        registry.started.forget(server)
        raise


def _is_taken(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0
