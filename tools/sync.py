"""Write what is computed where it is shown: the course map, the Binder links, the badge.

Lesson titles, times and needs come from the notebooks, the public address from ``pyproject.toml``
(``[project.urls] Repository``). ``python -m tools.sync`` writes them into README.md, between markers,
and into each lesson's first cell; with ``--check`` it writes nothing and fails if something is out of date.
"""

from __future__ import annotations

import argparse
import copy
import re
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import nbformat

from tools.lessons import ROOT, Lesson, find_lessons

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PLACEHOLDER = "PLACEHOLDER"
_BINDER = "https://mybinder.org"
_NOTE = (
    "> The public address of this repository is not known yet. A placeholder stands for it in one place,\n"
    "> `[project.urls]` in `pyproject.toml`; the badge and the Binder links work once it is filled in and\n"
    "> `uv run python -m tools.sync` has run."
)


def repository(root: Path = ROOT) -> str:
    """Return the public address of the repository, or its placeholder."""
    with (root / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["urls"]["Repository"]


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


def badges(address: str) -> str:
    """Return the README's badge block."""
    url = binder_url(address, "00_start_here.ipynb")
    badge = f"[![Open the course on Binder]({_BINDER}/badge_logo.svg)]({url})"
    return f"{badge}\n\n{_NOTE}" if PLACEHOLDER in address else badge


def course_map(lessons: list[Lesson]) -> str:
    """Return the README's table of lessons."""
    rows = ["| Lesson | At its end | Minutes |", "|---|---|--:|"]
    for lesson in lessons:
        link = f"[{lesson.name[:2]} {lesson.title}](notebooks/{lesson.path.name})"
        rows.append(f"| {link} | {_end_product(lesson)} | {lesson.course.minutes} |")
    return "\n".join(rows)


def opening_line(lesson: Lesson, titles: dict[str, str], address: str) -> str:
    """Return the last line of a lesson's first cell: time, needs and Binder link.

    ``titles`` gives the title of each lesson by name.
    """
    course = lesson.course
    time = f"{course.minutes} min"
    if course.exercises:
        time += f" ({course.teaching} reading, {course.exercises} exercises)"
    needs = [f"[{name[:2]} {titles[name]}]({name}.ipynb)" for name in course.needs]
    binder = f"[open on Binder]({binder_url(address, lesson.path.name)})"
    return f"*{' · '.join([time, *(['needs ' + ', '.join(needs)] if needs else []), binder])}*"


def _end_product(lesson: Lesson) -> str:
    blocks = _blocks(lesson)
    return " ".join(blocks[1].split()).replace("|", r"\|") if len(blocks) > 1 else ""


def _blocks(lesson: Lesson) -> list[str]:
    return [block.strip() for block in lesson.notebook.cells[0].source.split("\n\n") if block.strip()]


def synced_readme(text: str, lessons: list[Lesson], address: str) -> str:
    """Return the README with its computed blocks brought up to date.

    Raises:
        ValueError: a marker is missing.
    """
    for name, content in (("badges", badges(address)), ("course-map", course_map(lessons))):
        start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
        if text.count(start) != 1 or text.count(end) != 1 or text.index(start) > text.index(end):
            raise ValueError(f"README.md needs the lines {start} and {end}, once each and in this order")
        before, rest = text.split(start)
        text = f"{before}{start}\n{content}\n{end}{rest.split(end)[1]}"
    return text


def synced_opening(lesson: Lesson, titles: dict[str, str], address: str) -> str:
    """Return a lesson's first cell with its last line brought up to date, or added."""
    blocks = _blocks(lesson)
    if re.match(r"\*\d+ min\b.*\*$", blocks[-1]):
        blocks.pop()
    return "\n\n".join([*blocks, opening_line(lesson, titles, address)])


def sync(root: Path = ROOT, check: bool = False) -> list[str]:
    """Bring everything up to date and return the files that were not; with ``check`` leave them alone."""
    address, lessons = repository(root), find_lessons(root)
    titles = {lesson.name: lesson.title for lesson in lessons}
    stale = []
    for lesson in lessons:
        source = synced_opening(lesson, titles, address)
        if source != lesson.notebook.cells[0].source:
            stale.append(str(lesson.path.relative_to(root)))
            if not check:
                notebook = copy.deepcopy(lesson.notebook)
                notebook.cells[0].source = source
                nbformat.write(notebook, lesson.path)
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    if (fresh := synced_readme(text, lessons, address)) != text:
        stale.append(readme.name)
        if not check:
            readme.write_text(fresh, encoding="utf-8")
    return stale


def main() -> int:
    """Run from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Write the course map, the Binder links and the badge.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if something is out of date"
    )
    check = parser.parse_args().check
    stale = sync(check=check)
    for name in stale:
        print(f"{name}: {'out of date, run `uv run python -m tools.sync`' if check else 'written'}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
