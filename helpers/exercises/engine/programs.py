"""Exercises that are answered with a program in JavaScript, which the check runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import grpc

from helpers import languages, servers

from .check import Check
from .kinds import _Write
from .verdict import Incorrect, NotAttempted, Verdict

PATIENCE = 8.0
"""Seconds that one run of a program may take."""


@dataclass(eq=False, repr=False, kw_only=True)
class WriteProgram(_Write):
    """Write a program in a `%%project` cell and hand its name over: `many_languages.one_more("more.js")`.

    Stub, solution and wrong answers are texts of the program. The check runs it with `run_program`, or `serve_program`
    where it is a server. Without Node.js nothing can be checked, and the verdict says so.

    Attributes:
        program: its file, `"more.js"`.
    """

    LANGUAGE = ".js"

    program: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The cell with the program, and the one that checks it."""
        return f"%%project {self.program}\n{self.stub}", f'{self.id}("{self.program}")'

    def __call__(self, *answer: object) -> object:
        """Checks a program; returns nothing, since a cell would show it."""
        taken = super().__call__(*answer)
        return None if answer else taken

    def _require(self, answer: Any) -> None:
        if answer != self.program:
            raise Incorrect(
                f'Hand over the name of the program in the cell above: `{self.id}("{self.program}")`.',
                called=self.id, expected=f'"{self.program}"', actual=repr(answer),
            )  # fmt: skip
        if not languages.available(self.program):
            raise NotAttempted(
                f"This program cannot be checked here, since it needs Node.js. {languages.CURE}"
            )
        file = languages.folder() / self.program
        if not file.is_file():
            raise NotAttempted(f"There is no {self.program} yet: run the cell above first.")
        if file.read_text(encoding="utf-8").strip() == self.stub.strip():
            raise NotAttempted(
                "The program is still the one you were given. Edit it, and run both cells again."
            )

    def judge_source(self, source: str) -> Verdict:
        """The verdict on the text of a program."""
        languages.save(self.program, f"{source}\n")
        return self.judge(self.program)


def run_program(check: Check, *arguments: str, called: str, expected: str, diagnosis: str = "") -> str:
    """Runs the learner's program, and returns what it has printed, without spaces at its ends.

    Args:
        check: whose answer it is.
        arguments: what it is given.
        called: what is given to it, in words.
        expected: what it is to print, for errors.
        diagnosis: the likely cause where it fails; without any its own words.

    Raises:
        Incorrect: it has failed, or took too long.
    """
    check.waiting_for = f"{check.answer} to end"
    try:
        return languages.run(check.answer, *arguments, timeout=PATIENCE).strip()
    except languages.ProgramError as error:
        sentence, _, said = str(error).partition("\n")
        if "not ready within" in sentence:
            diagnosis = f"{sentence} Does it wait for something that never comes?"
        raise Incorrect(
            diagnosis or f"{sentence} The lines below are what Node.js says of it.",
            called=called, expected=expected, actual=said.removeprefix("It said:").strip("\n") or sentence,
        ) from None  # fmt: skip


@contextlib.contextmanager
def serve_program(check: Check, called: str) -> Iterator[tuple[servers.ProcessServer, grpc.Channel]]:
    """Runs the learner's program as a server, and gives it with a channel to it.

    Raises:
        Incorrect: it ended before it listened.
    """
    check.waiting_for = f"{check.answer} to listen"
    try:
        server: Any = languages.serve(check.answer)
    except servers.ServeError as error:
        sentence, _, said = str(error).partition("\n")
        raise Incorrect(
            f"{sentence} The lines below are what Node.js says of it.",
            called=called, expected="a server that listens", actual=said or sentence,
        ) from None  # fmt: skip
    with server, grpc.insecure_channel(server.address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
        check.waiting_for = f"{check.answer} to answer"
        yield server, channel
