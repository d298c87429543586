"""The files of the guide, with what they should hold."""

from __future__ import annotations

from pathlib import Path

from helpers.exercises.engine import Exercise
from tools.blocks import with_blocks
from tools.lessons import Lesson

from . import pages
from .notes import read_notes, read_plans
from .schedule import Course
from .walk import sections

START = "00_start_here.ipynb"


def files(
    folder: Path, lessons: list[Lesson], exercises: dict[str, list[Exercise]], address: str
) -> dict[Path, str]:
    """Return the text of each file of `workshop` that is computed, or has computed blocks; empty for one that should go.

    Raises:
        NoteError: a note or a plan names what is not there.
        ValueError: a marker is missing in a file with blocks.
    """
    walks = {lesson.name: sections(lesson) for lesson in lessons}
    notes = read_notes(folder, walks)
    course = Course(lessons, walks, notes, exercises)
    there = folder / "lessons"
    found = dict.fromkeys(there.glob("*.md"), "")
    found |= {there / f"{lesson.name}.md": pages.lesson_page(lesson, course) for lesson in lessons}
    plans = read_plans(folder, walks, notes)
    found[folder / "schedules.md"] = pages.schedules_page(plans, course)
    link = f"```text\nhttps://<your hub>{pages.pull_path(address, START)}\n```"
    build = pages.build_command(address)
    blocks = {
        folder / "README.md": {"lessons": pages.lessons_table(course)},
        folder / "hub" / "README.md": {"link": link, "build": f"```sh\n{build}\n```"},
    }
    for path, contents in blocks.items():
        found[path] = with_blocks(path.read_text(encoding="utf-8"), contents, path.name)
    values = folder / "hub" / "values.yaml"
    found[values] = with_blocks(
        values.read_text(encoding="utf-8"), {"image": pages.image_values(address)}, values.name, "# {}"
    )
    return found
