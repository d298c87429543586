"""Recordings of programs that ran: what they printed, and the bytes between them and the course's server.

A folder a program in `recordings/`: `recording.json` says with what it was made, and what each run was given and has
printed; the bytes of run 1 are in `1.h2cap`.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers.wire import Capture, load

FOLDER = Path(__file__).resolve().parent / "recordings"
ADDRESS = "ADDRESS"
"""What stands in a recording for the address of a server."""


@dataclass(frozen=True)
class RecordedRun:
    """One run of a program.

    Attributes:
        arguments: what it was given, with `ADDRESS` for an address.
        printed: what it has printed.
        capture: the file with what passed between it and a server; empty where nothing did.
    """

    arguments: tuple[str, ...]
    printed: str
    capture: str = ""


@dataclass(frozen=True)
class ProgramRecording:
    """What is recorded of a program.

    Attributes:
        program: its file.
        made_with: language and libraries, with their versions.
        source: of the program, as `digest` gives it.
        contract: of `customs.proto`.
        runs: in the order in which they were made.
    """

    program: str
    made_with: str
    source: str
    contract: str
    runs: tuple[RecordedRun, ...]

    def find(self, arguments: Sequence[str]) -> RecordedRun | None:
        """The run with these arguments."""
        wanted = tuple(map(without_address, arguments))
        return next((run for run in self.runs if run.arguments == wanted), None)

    def capture(self, run: RecordedRun) -> Capture:
        """What passed in a run."""
        return load(FOLDER / self.program / run.capture)

    def save(self) -> None:
        """Writes all but the captures."""
        folder = FOLDER / self.program
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (folder / "recording.json").write_text(text + "\n", encoding="utf-8")


@functools.cache
def recording(program: str) -> ProgramRecording | None:
    """The recording of a program; None where there is none."""
    path = FOLDER / program / "recording.json"
    if not path.is_file():
        return None
    read = json.loads(path.read_text(encoding="utf-8"))
    runs = tuple(
        RecordedRun(tuple(each["arguments"]), each["printed"], each["capture"]) for each in read.pop("runs")
    )
    return ProgramRecording(**read, runs=runs)


def without_address(argument: str) -> str:
    """An argument, with `ADDRESS` for one that is an address."""
    return ADDRESS if re.fullmatch(r"127\.0\.0\.1:\d+", argument) else argument


def digest(source: str) -> str:
    """What tells one text of a program from another; spaces at its ends do not count."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]
