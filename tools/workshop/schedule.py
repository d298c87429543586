"""A day by the clock: what is taught when, which exercises, where the breaks are.

The minutes of a section are those of `tools.minutes`, for one person who reads, and `SHORTEST` at the least. A room makes
guesses, has questions, and somebody is behind: before each break there is an `AIR` of what has gone before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile

from helpers.exercises.engine import Exercise
from tools.lessons import Lesson
from tools.minutes import EXERCISES, parts

from .mistakes import effort
from .notes import Block, Note, NoteError, Plan, Walks, find
from .walk import TRY, Section

AIR = 0.25
BREAK = 15
LONGEST = 90
"""Minutes after which people need a break, if there is more to come than `NEARLY` until one comes anyway."""
NEARLY = 20
WELCOME = 5
AN_EXERCISE, A_QUESTION = 10, 5
"""Minutes for an exercise in code, and for one to choose an answer in, each with a word on it afterwards."""
TO_TRY = 5
SHORTEST = 2
END = 5


@dataclass(frozen=True)
class Entry:
    """A line of a schedule.

    Attributes:
        kind: `"welcome"`, `"teach"`, `"exercise"`, `"air"`, `"break"`, `"lunch"`, `"choose"` or `"end"`.
        minutes: how long.
        lesson: the lesson's name, of what is taught or practised.
        sections: what is taught.
        exercises: what is practised.
        choices: names of the lessons to choose from, each with those that it needs and that were not taught.
    """

    kind: str
    minutes: int
    lesson: str = ""
    sections: tuple[Section, ...] = ()
    exercises: tuple[Exercise, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """What schedules are made from: lessons, and by their names the sections, the notes, and the exercises."""

    lessons: Sequence[Lesson]
    walks: Walks
    notes: dict[str, Note]
    exercises: dict[str, list[Exercise]]

    def lesson(self, name: str) -> Lesson:
        """The lesson of a name."""
        return next(lesson for lesson in self.lessons if lesson.name == name)

    def short(self, name: str) -> list[Section]:
        """The sections of a lesson's short form."""
        return find(self.walks, name, self.notes[name].short)

    def practised(self, name: str) -> list[Exercise]:
        """The exercises of a lesson that are not "Going further", the smallest first: for a pause in a workshop."""
        return self._practised[name]

    @cached_property
    def _practised(self) -> dict[str, list[Exercise]]:
        return {lesson.name: _by_size(lesson, self.exercises.get(lesson.name, [])) for lesson in self.lessons}


def _by_size(lesson: Lesson, exercises: Sequence[Exercise]) -> list[Exercise]:
    extra = {part.title for part in parts(lesson) if part.within == EXERCISES and part.is_extra}
    there = sorted((each for each in exercises if each.title not in extra), key=effort)
    # One that is code comes first: people came to write something.
    code = [each for each in there if effort(each)[0]][:1]
    return [*code, *(each for each in there if each not in code)]


def section_minutes(section: Section) -> int:
    """The minutes of a section in a room."""
    return max(TO_TRY if section.title == TRY else SHORTEST, math.ceil(section.minutes))


def exercise_minutes(exercise: Exercise) -> int:
    """The minutes of an exercise in a room."""
    return AN_EXERCISE if effort(exercise)[0] else A_QUESTION


def taught_minutes(sections: Iterable[Section]) -> int:
    """The minutes of some sections in a room, in steps of five."""
    return _up(sum(map(section_minutes, sections)))


def _up(minutes: float) -> int:
    return 5 * math.ceil(minutes / 5)


def schedule(plan: Plan, course: Course) -> list[list[Entry]]:
    """Return the entries of each day.

    Raises:
        NoteError: what must be taught does not fit.
    """
    return [_day(plan, blocks, course) for blocks in plan.days]


def _day(plan: Plan, blocks: Sequence[Block], course: Course) -> list[Entry]:
    best = _entries(plan, blocks, course)
    if (needed := _length(best)) > plan.minutes:
        raise NoteError(
            f"plans.toml: {plan.title!r} needs {needed} minutes of {plan.minutes}; leave out a section"
        )
    # What there is time for is added one by one, and what does not fit is passed over.
    for index, block in enumerate(blocks):
        for title in block.more:
            fuller = [*blocks]
            fuller[index] = replace(fuller[index], taught=(*fuller[index].taught, title))
            entries = _entries(plan, fuller, course)
            if _length(entries) <= plan.minutes:
                blocks, best = fuller, entries
    return [*best, Entry("end", plan.minutes - _length(best) + END)]


def _length(entries: Iterable[Entry]) -> int:
    return sum(entry.minutes for entry in entries) + END


def _entries(plan: Plan, blocks: Sequence[Block], course: Course) -> list[Entry]:
    found = [Entry("welcome", WELCOME)]
    since = 0  # minutes taught since the last break

    def pause(kind: str, minutes: int) -> None:
        nonlocal since
        found.extend(
            [Entry("air", _up(since * AIR)), Entry(kind, minutes)] if since else [Entry(kind, minutes)]
        )
        since = 0

    todo = [entry for block in blocks for entry in _of_block(plan, block, course)]
    for index, entry in enumerate(todo):
        if entry.kind == "lunch":
            pause("lunch", entry.minutes)
            continue
        left = sum(each.minutes for each in takewhile(lambda each: each.kind != "lunch", todo[index:]))
        if since and (since + entry.minutes) * (1 + AIR) > LONGEST and left > NEARLY:
            pause("break", BREAK)
        found.append(entry)
        since += entry.minutes
    return [*found, Entry("air", _up(since * AIR))] if since else found


def _of_block(plan: Plan, block: Block, course: Course) -> list[Entry]:
    if block.lunch:
        return [Entry("lunch", block.lunch)]
    if block.choose:
        return [Entry("choose", block.choose, choices=_choices(plan, block, course))]
    found = []
    if block.taught:
        taught = tuple(find(course.walks, block.lesson, block.taught))
        found.append(Entry("teach", taught_minutes(taught), block.lesson, taught))
    if block.exercises:
        tasks = tuple(course.practised(block.lesson)[: block.exercises])
        found.append(Entry("exercise", sum(map(exercise_minutes, tasks)), block.lesson, exercises=tasks))
    return found


def _choices(plan: Plan, block: Block, course: Course) -> dict[str, tuple[str, ...]]:
    """The lessons that the plan has not and whose short form fits, each with what it needs that was not taught.

    One of its needs at least was taught, and none comes later in the plan.
    """
    blocks = [each for day in plan.days for each in day]
    all_of_it = {each.lesson for each in blocks}
    had = {each.lesson for each in takewhile(lambda each: each != block, blocks)}
    found = {}
    for lesson in course.lessons:
        needs = set(lesson.course.needs)
        short, missing = course.short(lesson.name), needs - had
        fits = short and taught_minutes(short) <= block.choose
        if lesson.name not in all_of_it and fits and needs & had and not missing & all_of_it:
            found[lesson.name] = tuple(sorted(missing))
    return found
