"""What people wrote for the workshop: `workshop/notes.toml`, a part a lesson, and `workshop/plans.toml`, the schedules."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .walk import Section

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NOTES, PLANS = "notes.toml", "plans.toml"


class NoteError(ValueError):
    """A note names what is not there; the message names the file, the cause and what there is."""


@dataclass(frozen=True)
class Note:
    """What only a person can say of a lesson.

    Attributes:
        point: what everybody should take home; empty where nobody has written it yet, as the others.
        room: what it is like with a room of people.
        short: the headings of the sections of the short form.
    """

    point: str = ""
    room: str = ""
    short: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A part of a day: a lesson, or else a break for lunch, or minutes for a lesson of the room's choice.

    Attributes:
        lesson: its name, or empty.
        taught: headings of what is taught.
        more: headings that follow as long as there is time.
        exercises: how many people do.
        lunch, choose: minutes.
    """

    lesson: str = ""
    taught: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    exercises: int = 0
    lunch: int = 0
    choose: int = 0


@dataclass(frozen=True)
class Plan:
    """A schedule to be: `minutes` a day with its breaks, `starts` such as "09:00", and the blocks of each day."""

    title: str
    text: str
    minutes: int
    starts: str
    days: tuple[tuple[Block, ...], ...]


Walks = Mapping[str, Sequence[Section]]
"""The sections of each lesson, by its name."""


def read_notes(folder: Path, walks: Walks) -> dict[str, Note]:
    """Return the notes by the names of the lessons; a lesson without any has an empty one.

    Raises:
        NoteError: a lesson that is not there, an unknown key, or a section that the lesson has not.
    """
    found = _toml(folder / NOTES)
    notes = dict.fromkeys(walks, Note())
    for name, note in found.items():
        if name not in walks:
            raise NoteError(f"{NOTES} has a note on {name}, and there is no such lesson")
        if odd := set(note) - set(Note.__dataclass_fields__):
            raise NoteError(f"{NOTES}, {name}: unknown {', '.join(sorted(odd))}")
        note["short"] = tuple(note.get("short", ()))
        find(walks, name, note["short"], NOTES)
        notes[name] = Note(**note)
    return notes


def read_plans(folder: Path, walks: Walks, notes: dict[str, Note]) -> list[Plan]:
    """Return the plans in their order.

    Raises:
        NoteError: as `read_notes`.
    """

    def block(given: dict[str, Any]) -> Block:
        name = given.get("lesson", "")
        if odd := set(given) - {"lesson", "sections", "more", "exercises", "lunch", "choose"}:
            raise NoteError(f"{PLANS}: unknown {', '.join(sorted(odd))}")
        if not name:
            return Block(lunch=given.get("lunch", 0), choose=given.get("choose", 0))
        if name not in walks:
            raise NoteError(f"{PLANS} names {name}, and there is no such lesson")
        asked = given.get("sections", [])
        taught = {"short": notes[name].short, "all": [each.title for each in walks[name]]}.get(
            asked if isinstance(asked, str) else "", asked
        )
        more = tuple(given.get("more", ()))
        find(walks, name, [*taught, *more], PLANS)
        return Block(name, tuple(taught), more, given.get("exercises", 0))

    return [
        Plan(
            each["title"],
            each["text"],
            each["minutes"],
            each["starts"],
            tuple(tuple(map(block, day)) for day in each["days"]),
        )
        for each in _toml(folder / PLANS)["plans"]
    ]


def find(walks: Walks, name: str, titles: Sequence[str], file: str = NOTES) -> list[Section]:
    """Return the sections of a lesson with these headings, in the lesson's order.

    Raises:
        NoteError: there is no section with one of them.
    """
    there = walks[name]
    for title in titles:
        if title not in (each.title for each in there):
            known = "; ".join(each.title for each in there)
            raise NoteError(f"{file}: {name} has no section {title!r}. It has: {known}")
    return [each for each in there if each.title in titles]


def _toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
