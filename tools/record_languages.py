"""Records the programs of the lesson on many languages, for machines that lack a language.

    uv run python -m tools.record_languages

runs the lesson in a kernel, on a machine that has all of its languages (the lesson names Debian's packages), with a
tap before each server that a program calls, and before each program that is called. What passed goes to
`helpers/languages/recordings`, with what was printed and with the versions. Nothing in there is written by hand.
"""

from __future__ import annotations

import atexit
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from helpers import languages
from helpers.languages import programs, recordings, toolchains
from helpers.wire.taps.open_taps import parse_target
from helpers.wire.taps.tap import Tap

LESSON = Path(__file__).resolve().parents[1] / "notebooks" / "31_many_languages.ipynb"
INSIDE = "__import__('tools.record_languages', fromlist=['begin'])"
"""This module, in the kernel."""

VERSIONS = {
    "Node.js": ["node", "--version"],
    "Ruby": ["ruby", "--version"],
    "C++": ["g++", "--version"],
    "Go": ["go", "version"],
    "Java": ["java", "--version"],
}
"""The command that tells a language's version."""

_made: dict[str, recordings.ProgramRecording] = {}
_served: list[tuple[str, list[str], Tap]] = []


def main() -> int:
    """Records everything anew; returns 0, or 1 where a cell failed."""
    from tools.kernel import LessonKernel
    from tools.lessons import Lesson

    shutil.rmtree(recordings.FOLDER, ignore_errors=True)
    lesson = Lesson(LESSON)
    failed = False
    with LessonKernel(lesson.notebook, lesson.path.parent, path=lesson.path) as kernel:
        kernel.ask(f"{INSIDE}.begin()")
        for index in kernel.code_indexes[:-1]:
            cell = kernel.run_cell(index)
            failed |= cell.error is not None
            print(f"{cell.id}: {cell.error or f'{cell.seconds:.1f} s'}")
        kernel.ask("[str(declare_all(text)) for text in presets]")  # what the lesson proposes to try
        kernel.ask(f"{INSIDE}.end()")
    for path in sorted(recordings.FOLDER.glob("*/recording.json")):
        print(path.parent.name)
    return int(failed)


def begin() -> None:
    """In the kernel: from now on each program that is run or served is recorded."""
    languages.run, languages.serve = _run, _serve


def end() -> None:
    """In the kernel: writes what was recorded of servers, which goes on until here."""
    from helpers.exercises import many_languages

    for question in vars(many_languages).values():
        if hasattr(question, "observe"):
            question.judge(0)
    for program, arguments, wire in _served:
        wire.close()
        _keep(program, arguments, "", wire)


def _run(program: str, *arguments: object, build: bool = False, timeout: float = 60.0) -> str:
    words = [str(argument) for argument in arguments]
    known = _made.get(program)
    if known and known.find(words):
        return programs.run(program, *words, build=build, timeout=timeout)
    with Tap(parse_target(words[0])) as wire:
        build = toolchains.toolchain(program).builds
        printed = programs.run(program, wire.address, *words[1:], build=build, timeout=timeout)
    _keep(program, words, printed, wire)
    return printed


def _serve(program: str, *arguments: object) -> Any:
    server = programs.serve(program, *arguments)
    if program == programs.GATEWAY:
        return server
    wire = Tap(parse_target(server))
    atexit.register(wire.close)
    _served.append((program, [str(argument) for argument in arguments], wire))

    class Recorded:
        address = wire.address

        def __getattr__(self, name: str) -> Any:
            return getattr(server, name)

    return Recorded()


def _keep(program: str, arguments: list[str], printed: str, wire: Tap) -> None:
    known = _made.get(program)
    runs = known.runs if known else ()
    capture = wire.snapshot(program)
    file = f"{len(runs) + 1}.h2cap"
    run = recordings.RecordedRun(tuple(map(recordings.without_address, arguments)), printed, file)
    source = toolchains.own_file(program).read_text(encoding="utf-8")
    contract = (toolchains.PROTOS / "courier/v1/customs.proto").read_text(encoding="utf-8")
    made = recordings.ProgramRecording(
        program,
        _made_with(program, capture),
        recordings.digest(source),
        recordings.digest(contract),
        (*runs, run),
    )
    _made[program] = made
    made.save()
    capture.save(recordings.FOLDER / program / file)


def _made_with(program: str, capture: Any) -> str:
    language = toolchains.toolchain(program).language
    ran = subprocess.run(VERSIONS[language], capture_output=True, encoding="utf-8", check=True)
    version = re.search(r"\d+(\.\d+)+", ran.stdout)
    assert version is not None
    agents = {call.header("user-agent") for call in capture.calls} if language != "Node.js" else set()
    return ", ".join([f"{language} {version[0]}", *sorted(filter(None, agents))])


if __name__ == "__main__":
    sys.exit(main())
