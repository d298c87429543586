"""The guide's generated Markdown: a page a lesson, the schedules, the table of lessons, the links for a hub."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlencode, urlsplit

from helpers.exercises.engine import Exercise
from tools.lessons import Lesson
from tools.minutes import minutes

from .mistakes import effort, goal, mistakes
from .notes import Block, Plan
from .schedule import Course, Entry, exercise_minutes, schedule, section_minutes, taught_minutes
from .walk import Section, extras, to_think_about

FOR_A_PAUSE = 2
NAMED = 3
"""Sections that need another one, up to which they are named."""
MISTAKES = 4
"""Wrong answers shown of an exercise: the first ones that its author has recorded."""
_NOTE = "<!-- Written by `uv run python -m tools.sync`: edit workshop/notes.toml, workshop/plans.toml or the lesson. -->"
_CLOCK = {
    "welcome": "Welcome; everybody has the course open",
    "air": "Guesses, questions, and those who are behind",
    "break": "**Break**",
    "lunch": "**Lunch**",
    "end": "Questions, and where to go on",
}


def lesson_page(lesson: Lesson, course: Course) -> str:
    """Return the page of a lesson for the one who teaches it."""
    note, all_sections = course.notes[lesson.name], course.walks[lesson.name]
    short = {section.title for section in course.short(lesson.name)}
    blocks = [
        _NOTE,
        f"# Teaching {_name(lesson)}",
        _opening(lesson, course),
        _outcome(lesson),
        f"**The point.** {note.point}" if note.point else "",
        f"**In the room.** {note.room}" if note.room else "",
        "## The way through",
        "Read the question aloud, take some guesses, run the cell, and look. What follows the question is the lesson's own "
        "answer" + ("; sections in **bold** are the short form." if short else "."),
        _items(f"{_walk(section, section.title in short)}" for section in all_sections),
        "## When time is short",
        _items(_skips(lesson, all_sections, short, course)),
    ]
    if tasks := course.exercises.get(lesson.name, []):
        blocks += ["## Exercises", _for_a_pause(course.practised(lesson.name))]
        blocks += ["\n".join(map(_exercise, tasks))]
    if asks := to_think_about(lesson):
        blocks += ["## To ask at the end", _items(asks)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _name(lesson: Lesson) -> str:
    return f"{lesson.name[:2]}: {lesson.title}"


def _link(lesson: Lesson, folder: str = "") -> str:
    return f"[{lesson.name[:2]} {lesson.title}]({folder}{lesson.name}.md)"


def _items(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _opening(lesson: Lesson, course: Course) -> str:
    teaching, tasks = minutes(lesson)
    known = {each.name: each for each in course.lessons}
    needs = ", ".join(_link(known[name]) for name in lesson.course.needs)
    alone = f"alone {teaching + tasks} min" + (f", {tasks} of them exercises" if tasks else "")
    short = course.short(lesson.name)
    return " · ".join(
        [
            f"[the lesson](../../notebooks/{lesson.path.name})",
            alone,
            *([f"short form {taught_minutes(short)} min"] if short else []),
            *([f"after {needs}"] if needs else []),
            "[all lessons](../README.md#the-lessons)",
        ]
    )


def _outcome(lesson: Lesson) -> str:
    blocks = [block.strip() for block in lesson.notebook.cells[0].source.split("\n\n")]
    text = blocks[1].replace("You end", "People end", 1) if len(blocks) > 1 else ""
    return re.sub(r"\byou(r?)\b", lambda found: "their" if found[1] else "they", text)


def _walk(section: Section, is_short: bool) -> str:
    title = f"**{section.title}**" if is_short else section.title
    lines = [f"{title} ({section_minutes(section)} min)"]
    if section.says and not section.questions:
        lines.append(f"  - {section.says}")
    for question in section.questions:
        lines.append(f"  - *{_plain(question.asks)}* {question.answer}".rstrip())
    return "\n".join(lines)


def _plain(text: str) -> str:
    """A text that can stand in italics."""
    # Every second piece is code, in which a star is a star.
    pieces = text.split("`")
    return "`".join(piece if index % 2 else piece.replace("*", "") for index, piece in enumerate(pieces))


def _skips(lesson: Lesson, all_sections: Sequence[Section], short: set[str], course: Course) -> list[str]:
    used = {title for section in all_sections for title in section.needs}
    rest = [section for section in all_sections if section.title not in short]
    alone = [section for section in rest if section.title not in used]
    found = []
    if short:
        found.append(
            f"The short form is {taught_minutes(course.short(lesson.name))} minutes: the sections in bold."
        )
    if alone:
        found.append(f"Leave out as you like, nothing later uses them: {_listed(alone)}.")
    for section in rest:
        if users := [each.title for each in all_sections if section.title in each.needs]:
            who = _and(users) if len(users) <= NAMED else "most of what follows"
            found.append(
                f"*{section.title}* may be left out, too, but run its cells: {who} "
                f"{'need' if 1 < len(users) <= NAMED else 'needs'} them."
            )
    if more := extras(lesson):
        found.append(f"For those who are quick (*Going further*, in no minutes above): {'; '.join(more)}.")
    return found


def _listed(found: Iterable[Section]) -> str:
    return "; ".join(f"*{section.title}* ({section_minutes(section)})" for section in found)


def _and(titles: Sequence[str]) -> str:
    marked = [f"*{title}*" for title in titles]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} and {marked[-1]}"


def _for_a_pause(practised: Sequence[Exercise]) -> str:
    chosen = practised[:FOR_A_PAUSE]
    told = " and ".join(f"*{task.title}* ({exercise_minutes(task)} min)" for task in chosen)
    return (
        f"For a pause in a workshop: {told}. The others are for those who are quick, or for home. "
        "Below each are mistakes to expect, with what the card tells the learner."
    )


def _exercise(task: Exercise) -> str:
    title = f"**{task.title}** ({exercise_minutes(task)} min{'' if effort(task)[0] else ', a question'})"
    lines = [f"{title}. {goal(task)}"]
    for mistake in mistakes(task)[:MISTAKES]:
        wrote = f"{mistake.wrote} → " if mistake.wrote else ""
        lines.append(f"  - {wrote}*{_plain(mistake.told)}*")
    return "- " + "\n".join(lines)


def schedules_page(plans: Sequence[Plan], course: Course) -> str:
    """Return the page of all schedules."""
    blocks = [
        _NOTE,
        "# Schedules",
        "Behind each section stand its minutes: what one person needs who reads, runs and looks, by the rule that gives "
        "each lesson its minutes. A room makes guesses and asks, so a quarter is added before each break, where you can "
        "see it and use it up. An exercise in code has ten minutes, a question to choose an answer in has five. "
        "[All lessons](README.md#the-lessons), with a page each for the one who teaches.",
    ]
    for plan in plans:
        days = schedule(plan, course)
        blocks += [f"## {plan.title}", plan.text]
        for number, (day, entries) in enumerate(zip(plan.days, days, strict=True), 1):
            blocks += [f"### Day {number}"] if len(days) > 1 else []
            blocks += [_table(entries, plan.starts, course)]
            if spare := _spare(day, entries):
                blocks.append(f"**Late?** Leave out, whichever comes next: {'; '.join(spare)}.")
    return "\n\n".join(blocks) + "\n"


def _table(entries: Sequence[Entry], starts: str, course: Course) -> str:
    hour, minute = map(int, starts.split(":"))
    now = 60 * hour + minute
    rows = ["| From | Min | |", "|--:|--:|---|"]
    for entry in entries:
        rows.append(f"| {now // 60}:{now % 60:02} | {entry.minutes} | {_what(entry, course)} |")
        now += entry.minutes
    rows.append(f"| {now // 60}:{now % 60:02} | | |")
    return "\n".join(rows)


def _what(entry: Entry, course: Course) -> str:
    if entry.kind == "teach":
        told = " · ".join(f"{each.title} {section_minutes(each)}" for each in entry.sections)
        return f"{_link(course.lesson(entry.lesson), 'lessons/')}: {told}"
    if entry.kind == "exercise":
        told = " · ".join(f"{each.title} {exercise_minutes(each)}" for each in entry.exercises)
        return f"*Exercises of {entry.lesson[:2]}:* {told}"
    if entry.kind == "choose":
        told = " · ".join(
            f"{_link(course.lesson(name), 'lessons/')} {taught_minutes(course.short(name))}"
            + (f" (say a word on {' and '.join(other[:2] for other in missing)} first)" if missing else "")
            for name, missing in entry.choices.items()
        )
        return f"**One of these**, in its short form, and then its exercises: {told}"
    return _CLOCK[entry.kind]


def _spare(day: Sequence[Block], entries: Sequence[Entry]) -> list[str]:
    """What was added because there was time, in the order of the day."""
    taught = {(entry.lesson, each.title) for entry in entries for each in entry.sections}
    return [
        f"*{title}* ({block.lesson[:2]})"
        for block in day
        for title in block.more
        if (block.lesson, title) in taught
    ]


def lessons_table(course: Course) -> str:
    """Return the guide's table of lessons: minutes for one alone, for the short form, and what fits a pause."""
    rows = ["| Page | Alone | Short form | For a pause |", "|---|--:|--:|---|"]
    for lesson in course.lessons:
        short = course.short(lesson.name)
        pause = "; ".join(task.title for task in course.practised(lesson.name)[:FOR_A_PAUSE])
        rows.append(
            f"| {_link(lesson, 'lessons/')} | {sum(minutes(lesson))} | "
            f"{taught_minutes(short) if short else ''} | {pause} |"
        )
    return "\n".join(rows)


def pull_path(address: str, start: str) -> str:
    """Return the path on a hub that brings the course to whoever opens it, by nbgitpuller, and opens a notebook.

    Args:
        address: of the public repository.
        start: a notebook's file name.
    """
    name = urlsplit(address).path.rstrip("/").removesuffix(".git").rpartition("/")[2]
    query = urlencode(
        {"repo": address, "branch": "main", "urlpath": f"lab/tree/{name}/notebooks/{start}"}, quote_via=quote
    )
    return f"/hub/user-redirect/git-pull?{query}"


TAG = "workshop"


def build_command(address: str) -> str:
    """Return the command that builds the course's image and sends it to the registry, on a machine with Docker."""
    return (
        "uv run --group test jupyter-repo2docker --no-run --push --target-repo-dir /srv/hands-on-grpc "
        f"--image-name {image(address)}:{TAG} {address}"
    )


def image_values(address: str) -> str:
    """Return what the values of Zero to JupyterHub say of the image."""
    return f"    name: {image(address)}\n    tag: {TAG}"


def image(address: str) -> str:
    """Return the name that the course's container image has by convention: that of the repository, on GitHub's registry."""
    return f"ghcr.io{urlsplit(address).path.rstrip('/').removesuffix('.git').lower()}"
