"""Build the book: `uv run --group docs python -m tools.site`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.lessons import ROOT, Lesson, find_lessons
from tools.site.book import build, check_target
from tools.site.execution import executed

TARGET = ROOT / "site"


def main() -> int:
    """Run from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Run the lessons and build the book of them.")
    parser.add_argument("lessons", nargs="*", help="numbers of lessons, such as 02; all where none is given")
    parser.add_argument("--to", type=Path, default=TARGET, help="the folder of the book (default: site)")
    parser.add_argument(
        "--keep", type=Path, help="a folder for executed lessons: those that are there are not run"
    )
    given = parser.parse_args()
    lessons = [each for each in find_lessons() if not given.lessons or each.name[:2] in given.lessons]
    if not lessons:
        print("no such lesson", file=sys.stderr)
        return 1
    try:
        check_target(given.to)
    except FileExistsError as error:
        print(error, file=sys.stderr)
        return 1
    begin = time.monotonic()
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        notebooks = pool.map(lambda lesson: _executed(lesson, given.keep), lessons)
        pages = {lesson.name: notebook for lesson, notebook in zip(lessons, notebooks, strict=True)}
    ran = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        build(pages, lessons, given.to, Path(scratch))
    sizes = {lesson.name: (given.to / f"{lesson.name}.html").stat().st_size / 1e6 for lesson in lessons}
    for name, size in sizes.items():
        print(f"{name:36} {size:.2f} MB")
    print(f"lessons {ran - begin:.0f} s, book {time.monotonic() - ran:.0f} s: {given.to / 'index.html'}")
    return 0


def _executed(lesson: Lesson, keep: Path | None) -> NotebookNode:
    kept = keep and keep / lesson.path.name
    if kept and kept.exists():
        return nbformat.read(kept, as_version=4)
    notebook = executed(lesson)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, kept)
    return notebook


if __name__ == "__main__":
    sys.exit(main())
