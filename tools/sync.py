"""Write what is computed where it is shown: exercises, minutes, the course map, links, and the guide for workshops.

The cells of exercises come from `helpers/exercises`. Minutes are computed from what a lesson holds and kept in its
front matter; titles and needs come from the notebooks, the public address from `pyproject.toml` (`[project.urls]
Repository`). `python -m tools.sync` writes them into README.md, between markers, and into each lesson; with `--check`
it writes nothing and fails if something is out of date. The guide for workshops, which `tools.workshop` computes, is in
the folder `workshop`: whole files, and blocks between markers.
"""

from __future__ import annotations

import argparse
import copy
import re
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import nbformat
from nbformat import NotebookNode

from helpers.exercises import catalog
from tools import workshop
from tools.blocks import with_blocks
from tools.exercise_cells import with_exercises
from tools.lessons import ROOT, Lesson, find_lessons
from tools.minutes import minutes

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PLACEHOLDER = "PLACEHOLDER"
_BINDER = "https://mybinder.org"
_NOTE = (
    "> The public address of this repository is not known yet, nor that of the book. Placeholders stand for them in\n"
    "> one place, `[project.urls]` in `pyproject.toml`; badge and links work once they are filled in and\n"
    "> `uv run python -m tools.sync` has run."
)


def repository(root: Path = ROOT) -> str:
    """Return the public address of the repository, or its placeholder."""
    return _urls(root)["Repository"]


def book(root: Path = ROOT) -> str:
    """Return the public address of the book that is made from the lessons, or its placeholder."""
    return _urls(root)["Documentation"]


def _urls(root: Path) -> dict[str, str]:
    with (root / "pyproject.toml").open("rb") as file:
        urls: dict[str, str] = tomllib.load(file)["project"]["urls"]
    return urls


def binder_url(address: str, notebook: str) -> str:
    """Return the address at which Binder opens a notebook (by its file name) of the repository."""
    parts = urlsplit(address.removesuffix("/").removesuffix(".git"))
    name = parts.path.strip("/")
    if parts.netloc == "github.com":
        source = f"gh/{name}"
    elif parts.netloc == "gitlab.com":
        source = f"gl/{quote(name, safe='')}"
    else:
        source = f"git/{quote(address, safe='')}"
    return f"{_BINDER}/v2/{source}/HEAD?urlpath=lab/tree/notebooks/{notebook}"


def badges(address: str, site: str) -> str:
    """Return the README's badge block: Binder, and the book."""
    url = binder_url(address, "00_start_here.ipynb")
    badge = f"[![Open the course on Binder]({_BINDER}/badge_logo.svg)]({url})"
    found = f"{badge} · [Read it without installing anything]({site})"
    return f"{found}\n\n{_NOTE}" if PLACEHOLDER in address + site else found


def course_map(lessons: list[Lesson]) -> str:
    """Return the README's table of lessons."""
    rows = ["| Lesson | At its end | Minutes |", "|---|---|--:|"]
    for lesson in lessons:
        link = f"[{lesson.name[:2]} {lesson.title}](notebooks/{lesson.path.name})"
        rows.append(f"| {link} | {_end_product(lesson)} | {sum(minutes(lesson))} |")
    return "\n".join(rows)


def opening_line(lesson: Lesson, titles: dict[str, str], address: str) -> str:
    """Return the last line of a lesson's first cell: time, needs and Binder link.

    `titles` gives the title of each lesson by name.
    """
    teaching, exercises = minutes(lesson)
    time = f"{teaching + exercises} min"
    if exercises:
        time += f" ({teaching} reading, {exercises} exercises)"
    needs = [f"[{name[:2]} {titles[name]}]({name}.ipynb)" for name in lesson.course.needs]
    binder = f"[open on Binder]({binder_url(address, lesson.path.name)})"
    return f"*{' · '.join([time, *(['needs ' + ', '.join(needs)] if needs else []), binder])}*"


def _end_product(lesson: Lesson) -> str:
    blocks = _blocks(lesson)
    return " ".join(blocks[1].split()).replace("|", r"\|") if len(blocks) > 1 else ""


def _blocks(lesson: Lesson) -> list[str]:
    return [block.strip() for block in lesson.notebook.cells[0].source.split("\n\n") if block.strip()]


def synced_readme(text: str, lessons: list[Lesson], address: str, site: str) -> str:
    """Return the README with its computed blocks brought up to date.

    Raises:
        ValueError: a marker is missing.
    """
    return with_blocks(
        text, {"badges": badges(address, site), "course-map": course_map(lessons)}, "README.md"
    )


def synced(lesson: Lesson, titles: dict[str, str], address: str) -> NotebookNode:
    """Return a lesson's notebook with its minutes, and the last line of its first cell, up to date or added."""
    notebook = copy.deepcopy(lesson.notebook)
    teaching, exercises = minutes(lesson)
    notebook.metadata["course"] |= {"teaching": teaching, "exercises": exercises}
    blocks = _blocks(lesson)
    if re.match(r"\*\d+ min\b.*\*$", blocks[-1]):
        blocks.pop()
    notebook.cells[0].source = "\n\n".join([*blocks, opening_line(lesson, titles, address)])
    return notebook


def sync(root: Path = ROOT, check: bool = False) -> dict[str, list[str]]:
    """Bring everything up to date; with `check` leave it alone.

    Returns the files that were not up to date, with what differs in each: cells by id, the front matter, blocks.
    """
    address, exercises = repository(root), catalog(root / "notebooks")
    stale: dict[str, list[str]] = {}

    def put(lesson: Lesson, notebook: NotebookNode) -> None:
        if places := _places(lesson.notebook, notebook):
            stale.setdefault(str(lesson.path.relative_to(root)), []).extend(places)
            if not check:
                nbformat.write(notebook, lesson.path)

    for lesson in find_lessons(root):
        put(lesson, with_exercises(lesson.notebook, exercises.get(lesson.name, [])))
    lessons = find_lessons(root)  # read anew: the minutes count the exercises
    exercises = catalog(root / "notebooks")  # in the order that they have now
    titles = {lesson.name: lesson.title for lesson in lessons}
    for lesson in lessons:
        put(lesson, synced(lesson, titles, address))
    text = (root / "README.md").read_text(encoding="utf-8")
    texts = {root / "README.md": synced_readme(text, lessons, address, book(root))}
    for path, fresh in {**texts, **workshop.files(root / "workshop", lessons, exercises, address)}.items():
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if fresh != old:
            stale[str(path.relative_to(root))] = ["what is computed in it" if fresh else "its lesson is gone"]
            if not check:
                _write(path, fresh)
    return stale


def _write(path: Path, text: str) -> None:
    if not text:
        path.unlink()
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _places(old: NotebookNode, new: NotebookNode) -> list[str]:
    """What differs in a notebook."""
    before, now = ({cell.id: cell for cell in notebook.cells} for notebook in (old, new))
    places = [
        f"cell {name}, new" if name not in before else f"cell {name}"
        for name in now
        if before.get(name) != now[name]
    ]
    places += [f"cell {name}, gone" for name in before if name not in now]
    if not places and list(before) != list(now):
        places = ["the order of its cells"]
    return places + (["the minutes of its front matter"] if old.metadata != new.metadata else [])


def main() -> int:
    """Run from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        description="Write exercises, minutes, the course map, the links and the guide for workshops."
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if something is out of date"
    )
    check = parser.parse_args().check
    stale = sync(check=check)
    for name, places in stale.items():
        print(f"{name}: {'out of date' if check else 'written'}", *places, sep="\n    ")
    if check and stale:
        print("Run `uv run python -m tools.sync`.")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
