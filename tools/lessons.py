"""The lessons as they are found and read: front matter, cells, headings and links."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
PATTERN = "[0-9][0-9]_*.ipynb"

_HTML_LINK = re.compile(r"<(?:a|img)\b[^>]*?\b(?:href|src)\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_HTML_TAG = re.compile(r"<[^>]+>")

_PARSER = MarkdownIt("commonmark").enable("table")
# A target that a browser would refuse is a link all the same, to whoever looks for bad ones.
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]


class LessonError(ValueError):
    """A notebook cannot be read as a lesson; the message names the file, the cause and the cure."""


@dataclass(frozen=True)
class Course:
    """A lesson's front matter: the `course` key of the notebook's metadata.

    `teaching` and `exercises` are minutes, `needs` the stems of the lessons that come before
    (``"01_protocol_buffers"``), and `kind` is ``"lesson"``, ``"start"`` (the start page, which has
    no exercises, no "Break it" and so on) or ``"bench"`` (tools for what is one's own: no exercises).
    """

    teaching: int
    exercises: int
    needs: tuple[str, ...]
    kind: str

    KINDS = ("start", "lesson", "bench")

    @property
    def minutes(self) -> int:
        """Time for the whole lesson in minutes."""
        return self.teaching + self.exercises

    @classmethod
    def read(cls, metadata: dict[str, Any], where: str) -> Course:
        """Check and read a notebook's metadata.

        Raises:
            LessonError: a key is missing, unknown or of the wrong type.
        """
        found = metadata.get("course")
        example = '{"teaching": 25, "exercises": 15, "needs": ["01_protocol_buffers"], "kind": "lesson"}'
        if not isinstance(found, dict):
            raise LessonError(f'{where}: the notebook metadata needs the key "course", such as {example}')
        expected = {"teaching", "exercises", "needs", "kind"}
        if set(found) != expected:
            odd = ", ".join(sorted(set(found) ^ expected))
            raise LessonError(
                f'{where}: metadata "course" has missing or unknown keys ({odd}); see {example}'
            )
        for key in ("teaching", "exercises"):
            if type(found[key]) is not int or found[key] < 0:
                raise LessonError(
                    f'{where}: metadata "course" {key!r} must be whole minutes, not {found[key]!r}'
                )
        if not isinstance(found["needs"], list) or not all(isinstance(name, str) for name in found["needs"]):
            raise LessonError(f'{where}: metadata "course" "needs" must be a list of lesson names')
        if found["kind"] not in cls.KINDS:
            raise LessonError(f'{where}: metadata "course" "kind" must be one of {cls.KINDS}')
        return cls(found["teaching"], found["exercises"], tuple(found["needs"]), found["kind"])


@dataclass(frozen=True)
class Lesson:
    """One notebook of the course."""

    path: Path

    @property
    def name(self) -> str:
        """The file's stem, such as ``02_unary``."""
        return self.path.stem

    @property
    def topic(self) -> str:
        """The stem without its number, such as `unary`."""
        return self.name[3:]

    @cached_property
    def notebook(self) -> NotebookNode:
        """The notebook as nbformat reads it (format 4). Do not change it: it is shared."""
        return nbformat.read(self.path, as_version=4)

    @cached_property
    def course(self) -> Course:
        """The front matter; raises `LessonError` where it is wrong."""
        return Course.read(self.notebook.metadata, self.path.name)

    @property
    def markdown_cells(self) -> list[NotebookNode]:
        """The Markdown cells, in order."""
        return [cell for cell in self.notebook.cells if cell.cell_type == "markdown"]

    @property
    def code_cells(self) -> list[NotebookNode]:
        """The code cells, in order."""
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    @property
    def title(self) -> str:
        """The text of the first ``# `` heading, or an empty string."""
        return next((text for level, text in self.headings if level == 1), "")

    @cached_property
    def headings(self) -> list[tuple[int, str]]:
        """Every Markdown heading as ``(level, text as shown)``."""
        return [found for cell in self.markdown_cells for found in headings(cell.source)]

    @property
    def anchors(self) -> set[str]:
        """The fragments that links can name: JupyterLab makes them from a heading's text."""
        return {anchor(text) for _, text in self.headings}


def find_lessons(root: Path = ROOT) -> list[Lesson]:
    """Return the course's lessons in order, found by the glob ``notebooks/NN_*.ipynb``.

    Raises:
        LookupError: there is none, so that nothing that goes through all lessons can pass by finding nothing.
    """
    found = [Lesson(path) for path in sorted((root / "notebooks").glob(PATTERN))]
    if not found:
        raise LookupError(f"no lesson matches {PATTERN} in {root / 'notebooks'}")
    return found


def headings(markdown: str) -> list[tuple[int, str]]:
    """Return the headings of a piece of Markdown as ``(level, text as shown)``."""
    tokens = _PARSER.parse(markdown)
    pairs = itertools.pairwise(tokens)
    return [(int(opens.tag[1:]), _text(text)) for opens, text in pairs if opens.type == "heading_open"]


def shown(markdown: str) -> str:
    """Return the text of a piece of Markdown as it is shown: without its marks, and without HTML tags."""
    return "\n".join(filter(None, map(_text, _PARSER.parse(markdown))))


def _text(token: Token) -> str:
    """The text of a token and of those in it."""
    if token.children:
        return "".join(map(_text, token.children))
    if token.type in ("html_block", "html_inline"):
        return _HTML_TAG.sub("", token.content)
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content


def anchor(heading: str) -> str:
    """Return the fragment JupyterLab gives a heading: its text with every space turned into ``-``."""
    return heading.replace(" ", "-")


def links(markdown: str) -> list[str]:
    """Return the targets of all links and images in a piece of Markdown, inline, by reference and in HTML."""
    found = []
    for block in _PARSER.parse(markdown):
        for token in (block, *(block.children or ())):
            if token.type in ("html_block", "html_inline"):
                found += _HTML_LINK.findall(token.content)
            elif target := token.attrGet("href") or token.attrGet("src"):
                found.append(str(target))
    return found


def python_source(cell: NotebookNode) -> str:
    """Return a code cell as plain Python: magics and ``name??`` become the calls IPython makes of them."""
    return TransformerManager().transform_cell(cell.source)


def tags(cell: NotebookNode) -> list[str]:
    """Return a cell's tags."""
    return list(cell.metadata.get("tags", []))
