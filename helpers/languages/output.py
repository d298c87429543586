"""What a program of another language prints, and the error where it fails."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from helpers.servers import children
from helpers.text import visible

LINES = 12
"""Of what a program says of its own end, so many are shown."""


PLAIN = {"FORCE_COLOR": "0", "NODE_OPTIONS": "--stack-trace-limit=3"}
"""Environment variables of programs: a kernel asks for colors, and Node.js lists its own inside in errors."""


class ProgramError(RuntimeError):
    """A program cannot be run, or has failed; says why, and what it printed last."""


def output_of(name: str, command: Sequence[str], folder: Path, timeout: float) -> str:
    """Runs a command to its end; returns what it has printed.

    Args:
        name: of the program, for errors.
        command: what to run.
        folder: where.
        timeout: seconds until it is ended.

    Raises:
        ProgramError: it has failed, or was not ready in time.
    """
    process = children.start(
        command,
        cwd=folder,
        env={**os.environ, **PLAIN},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    try:
        printed, complaints = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        children.kill(process)
        raise ProgramError(
            _told(f"{name} was not ready within {timeout:.3g} s.", process.communicate()[0])
        ) from None
    finally:  # also after the stop button
        children.kill(process)
        children.bury(process)
    if process.returncode:
        said = complaints.replace(f"{folder}/", "").replace("file://", "")
        raise ProgramError(_told(f"{name} ended with exit code {process.returncode}.", said))
    return printed


def _told(sentence: str, said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip() and "node:internal" not in line]
    shown = [f"  {visible(line, lines=False)}" for line in lines[:LINES]]
    return "\n".join([sentence, "It said:", *shown] if shown else [sentence])
