"""A terminal for a lesson: commands that run in a folder, with an environment of Python for what is written there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Mapping
from pathlib import Path

from . import children
from .arguments import ServeError
from .program_run import plain_environment

PATIENCE = 60.0
"""Seconds that a command may take."""

NOT_FOUND = 127
"""With what a shell ends that has found no such program."""

_SCRIPTS = "Scripts" if os.name == "nt" else "bin"
_environments: dict[Path, tempfile.TemporaryDirectory[str]] = {}


class Terminal:
    """Types commands in a folder, and shows what they print.

    They run in an environment of the folder's own, as `python -m venv` makes it. Instead of fetching packages it is lent
    those of this Python, so that `pip install -e .` finds what a project asks for without a network, and fetches nothing.

    >>> terminal = Terminal("courier")
    >>> terminal("python -m pip install -e .", last=1)
    $ python -m pip install -e .
    Successfully installed courier-0.1.0

    Attributes:
        folder: where commands run.
        environment: the environment's folder. It goes with this process.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).absolute()
        self.environment = _environment(self.folder)

    def program(self, name: str) -> Path:
        """Where a program of the environment lies, for `serve_process`, whether it is installed or not."""
        return self.environment / _SCRIPTS / name

    def __call__(self, command: str, *, last: int = 0, where: str = ".", **variables: str) -> None:
        """Runs a command to its end, and prints it, what it has printed, and its exit code unless that is 0.

        Args:
            command: what one would type.
            last: how many lines of what it has printed are shown, the last ones; 0 for all.
            where: a folder below this one to run it in.
            variables: environment variables that it gets, besides those of this process.

        Raises:
            ServeError: there is no such folder, the command takes more than a minute, or something is no text.
        """
        _expect_texts(command, variables)
        there = self.folder / where
        if not there.is_dir():
            raise ServeError(f"There is no folder {there}.\nRun the cell that makes it first.")
        print("$", command)
        code, printed = self._run(command, there, variables)
        if lines := printed.splitlines()[-last:]:
            print(*lines, sep="\n")
        if code:
            print("exit code:", code)
        if code == NOT_FOUND:
            print("Is this the program's name, and was the cell run that installs it?")

    def _run(self, command: str, there: Path, variables: dict[str, str]) -> tuple[int, str]:
        # Into a file: `Popen.communicate` would keep the stop button waiting.
        with tempfile.TemporaryFile() as output:
            process = children.start(
                command,
                shell=True,
                cwd=there,
                env={**plain_environment(), **self._variables, **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            until = time.monotonic() + PATIENCE
            try:
                while process.poll() is None:
                    if time.monotonic() > until:
                        raise ServeError(
                            f"`{command}` has not ended within {PATIENCE:g} s, and was ended.\n"
                            "Does it wait for something? A server is started with serve_process."
                        )
                    time.sleep(0.005)
            finally:  # the stop button, too
                children.bury(process, 0)
            output.seek(0)
            return process.returncode, output.read().decode("utf-8", "replace")

    @property
    def _variables(self) -> dict[str, str]:
        """Those that activate the environment, and those that have pip fetch nothing."""
        places = [str(self.environment / _SCRIPTS), sysconfig.get_path("scripts"), os.environ.get("PATH", "")]
        return {
            "PATH": os.pathsep.join(places),
            "VIRTUAL_ENV": str(self.environment),
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this as the flag --no-build-isolation
        }

    def __repr__(self) -> str:
        return f"<Terminal in {self.folder}>"


def _expect_texts(command: object, variables: Mapping[str, object]) -> None:
    if not isinstance(command, str):
        raise ServeError(
            f'This terminal got {command!r}; it takes what one would type, as a text:\nWrite terminal("python -V").'
        )
    for name, value in variables.items():
        if not isinstance(value, str):
            raise ServeError(f'A variable is a text, and {name} is {value!r}.\nWrite {name}="{value}".')


def _environment(folder: Path) -> Path:
    """The environment of a folder, made when it is first asked for: what was installed into it is there again."""
    if folder in _environments:
        return Path(_environments[folder].name)
    kept = tempfile.TemporaryDirectory(prefix="environment-", ignore_cleanup_errors=True)
    made = Path(kept.name)
    venv.create(made, symlinks=os.name != "nt")
    lent = [place for place in sys.path if re.search(r"[\\/](site|dist)-packages$", place)]
    (next(made.rglob("site-packages")) / "lent.pth").write_text("\n".join(lent), encoding="utf-8")
    _environments[folder] = kept
    return made
