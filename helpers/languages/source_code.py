"""`source`: a program that comes with the course, to be opened and read."""

from __future__ import annotations

from helpers.views.kit.card import Card, card

from .recordings import recording
from .toolchains import own_file, toolchain


def source(program: str) -> Card:
    """A card with the text of a program, folded.

    Raises:
        ProgramError: there is no such program.
    """
    text = own_file(program).read_text(encoding="utf-8")
    kept = recording(program)
    made_with = f" Recorded with {kept.made_with}." if kept else ""
    lines = len(text.splitlines())
    sentence = f"{lines} lines, and the code that protoc makes of the same contract.{made_with}"
    return card("note", f"{toolchain(program).language}: {program}", sentence, code=text)
