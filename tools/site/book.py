"""The book: its pages and what they share, put together by Sphinx."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from sphinx.application import Sphinx

from helpers.exercises import catalog
from tools.lessons import Lesson
from tools.site import assets
from tools.site.lexer import CourseLexer
from tools.site.pages import Needs, lesson_page, start_page

_HERE = Path(__file__).parent
TITLE = "Hands-on gRPC"
# For GitHub Pages, which would leave out folders whose names begin with `_`.
_MARK = ".nojekyll"

_SETTINGS: dict[str, Any] = {
    "project": TITLE,
    "author": "The Hands-on gRPC authors",
    "copyright": "The Hands-on gRPC authors; prose and pictures CC BY 4.0, code BSD 3-Clause",
    "extensions": ["myst_nb"],
    "nb_execution_mode": "off",
    "nb_ipywidgets_js": {},
    "myst_heading_anchors": 4,
    "myst_heading_slug_func": "tools.lessons.anchor",
    "html_theme": "sphinx_book_theme",
    "html_title": TITLE,
    "html_favicon": str(_HERE / "favicon.svg"),
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_sphinx": False,
    # A page that was opened from a folder may not fetch the pages that were found.
    "html_show_search_summary": False,
    "html_css_files": ["views.css", "page.css"],
    "html_js_files": [(name, {"defer": "defer"}) for name in ("views.js", "page.js", "diagrams.js")],
    "html_theme_options": {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "show_toc_level": 2,
        "show_navbar_depth": 1,
        "home_page_in_toc": True,
        # The search of the side bar is enough.
        "navbar_persistent": [],
    },
    "html_context": {"default_mode": "auto"},
}


def check_target(target: Path) -> None:
    """Raise FileExistsError if a folder holds something else than a book, which would be lost."""
    if target.exists() and any(target.iterdir()) and not (target / _MARK).exists():
        raise FileExistsError(f"{target} holds something else than a book: name another folder")


def build(pages: Mapping[str, NotebookNode], lessons: list[Lesson], target: Path, scratch: Path) -> None:
    """Build the book of some lessons, by name the executed notebooks, into a folder.

    Args:
        pages: the executed notebooks by the names of their lessons.
        lessons: these lessons, in order.
        target: where the book will be; a book that is there goes.
        scratch: an empty folder for what Sphinx needs on the way.

    Raises:
        FileExistsError: something else than a book is there.
        RuntimeError: Sphinx had something to warn about, such as a link that leads nowhere.
    """
    check_target(target)
    source, static, needs = (
        scratch / "source",
        scratch / "static",
        Needs(names={lesson.name for lesson in lessons}),
    )
    for folder in (source, static):
        folder.mkdir(parents=True)
    exercises = catalog()
    made = {
        lesson.name: lesson_page(pages[lesson.name], lesson, exercises.get(lesson.name, []), needs)
        for lesson in lessons
    }
    for name, page in made.items():
        nbformat.write(page, source / f"{name}.ipynb")
    (source / "index.md").write_text(start_page(lessons, made), encoding="utf-8")
    (static / "views.css").write_text(assets.styles(needs.styles), encoding="utf-8")
    (static / "views.js").write_text(assets.modules(needs.modules), encoding="utf-8")
    for name in ("page.css", "page.js"):
        shutil.copyfile(_HERE / name, static / name)
    draw = (_HERE / "diagrams.js").read_text(encoding="utf-8")
    diagrams = assets.mermaid(static / "mermaid") + draw if needs.diagrams else ""
    (static / "diagrams.js").write_text(diagrams, encoding="utf-8")
    # MyST-NB leaves a folder of its own beside what Sphinx has made.
    made_book = scratch / "html" / "book"
    _run_sphinx(source, static, made_book, scratch / "doctrees")
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(made_book, target)
    (target / "notebooks").mkdir()
    for lesson in lessons:
        shutil.copyfile(lesson.path, target / "notebooks" / lesson.path.name)
    (target / _MARK).touch()
    for left in (target / "objects.inv", target / ".buildinfo", *target.rglob("*.map")):
        left.unlink(missing_ok=True)


def _run_sphinx(source: Path, static: Path, target: Path, doctrees: Path) -> None:
    warnings = io.StringIO()
    settings = {**_SETTINGS, "html_static_path": [str(static)]}
    app = Sphinx(source, None, target, doctrees, "html", settings, status=None, warning=warnings)
    app.add_lexer("course", CourseLexer)
    app.build()
    if warnings.getvalue().strip():
        raise RuntimeError(f"Sphinx warns:\n{warnings.getvalue()}")
