"""The skeleton every lesson has, as rules: each takes a lesson and yields what is wrong with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from nbformat import NotebookNode

from helpers.exercises import PACKAGES
from tools.lessons import ROOT, Lesson, headings, links, python_source, tags

Rule = Callable[[Lesson], Iterator[str]]

_NOT_A_VERB = frozenset(
    {"a", "an", "the", "my", "your", "our", "how", "what", "why", "when", "where", "who"}
    | {"introduction", "intro", "overview", "part", "chapter", "lesson"}
)
_NOUN_ENDING = re.compile(r"(?<!^br)(ing|tion|sion|ment|ness|ity|ance|ence|ism|ics|ies)$")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z])")


@dataclass(frozen=True)
class Section:
    """What stands under one ``## `` heading: the heading's text, the cells, the ``### `` headings."""

    title: str
    cells: list[NotebookNode] = field(default_factory=list)

    @property
    def markdown(self) -> str:
        """All its prose."""
        return "\n\n".join(cell.source for cell in self.cells if cell.cell_type == "markdown")

    @property
    def has_code(self) -> bool:
        """Whether it runs something."""
        return any(cell.cell_type == "code" for cell in self.cells)

    def parts(self) -> list[Section]:
        """Its ``### `` subsections."""
        return _split(self.cells, level=3)


def _split(cells: list[NotebookNode], level: int) -> list[Section]:
    found: list[Section] = []
    for cell in cells:
        first = next(iter(headings(cell.source)), None) if cell.cell_type == "markdown" else None
        if first and first[0] == level:
            found.append(Section(first[1]))
        elif first and first[0] < level:
            found.append(Section(""))
        if found:
            found[-1].cells.append(cell)
    return [section for section in found if section.title]


def sections(lesson: Lesson) -> list[Section]:
    """Return the ``## `` sections of a lesson in order."""
    return _split(lesson.notebook.cells, level=2)


def _section(lesson: Lesson, title: str) -> Section | None:
    named = (title, f"{title}:")
    return next((s for s in sections(lesson) if s.title == title or s.title.startswith(named[1])), None)


def title(lesson: Lesson) -> Iterator[str]:
    """One ``# `` heading, first of all, that starts with a verb."""
    ones = [text for level, text in lesson.headings if level == 1]
    cells = lesson.notebook.cells
    if len(ones) != 1 or not cells or not cells[0].source.startswith("# "):
        yield f"needs exactly one '# ' heading, as the first line of the first cell, and has {len(ones)}"
        return
    words = ones[0].split()
    first = words[0].lower().strip(":")
    if (
        first in _NOT_A_VERB
        or _NOUN_ENDING.search(first)
        or words[0].endswith(":")
        or not words[0][0].isupper()
    ):
        yield f"the title {ones[0]!r} should start with a verb, such as 'Call a service and read its answer'"


def opening(lesson: Lesson) -> Iterator[str]:
    """After the title one sentence, then the line with the time, the needs and the Binder link."""
    blocks = [block for block in lesson.notebook.cells[0].source.split("\n\n") if block.strip()]
    if len(blocks) != 3:
        yield "the first cell is the title, one sentence with the end product, and the line that tools/sync.py writes"
        return
    sentence, line = blocks[1].strip(), blocks[2].strip()
    if _SENTENCE_END.search(sentence) or not sentence.endswith("."):
        yield "the paragraph after the title is exactly one sentence"
    if not re.fullmatch(r"\*\d+ min .*\[[^\]]*Binder[^\]]*\]\(.+\)\*", line):
        yield "the first cell ends in the line with time, needs and Binder link: run tools/sync.py"


def outcomes(lesson: Lesson) -> Iterator[str]:
    """**You will** with three to five points, and **You need**, before the first code cell."""
    cells = lesson.notebook.cells
    start = next((i for i, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    text = "\n\n".join(cell.source for cell in cells[:start])
    will = re.search(r"^\*\*You will:?\*\*[^\n]*\n+((?:[-*] .*(?:\n(?:  .*)?)?)+)", text, re.MULTILINE)
    points = len(re.findall(r"^[-*] ", will[1], re.MULTILINE)) if will else 0
    if not 3 <= points <= 5:
        yield f"needs '**You will**' with 3 to 5 points before the first code cell, and has {points}"
    if not re.search(r"^\*\*You need:?\*\*", text, re.MULTILINE):
        yield "needs '**You need**' before the first code cell"


def setup(lesson: Lesson) -> Iterator[str]:
    """The first code cell has all the imports."""
    if not lesson.code_cells:
        yield "has no code cell"
        return
    first, *later = lesson.code_cells
    if not _imports(first):
        yield f"the first code cell ({first.id}) is the setup cell and must hold the imports"
    for cell in later:
        if "allow-import" not in tags(cell) and (lines := _imports(cell)):
            yield f"cell {cell.id}, line {lines[0]}: imports belong to the setup cell (or tag it allow-import)"


def _imports(cell: NotebookNode) -> list[int]:
    tree = ast.parse(python_source(cell))
    return [node.lineno for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]


def heading_places(lesson: Lesson) -> Iterator[str]:
    """A ``## `` or ``### `` heading starts its cell, so that the table of contents leads to it."""
    for cell in lesson.markdown_cells:
        found = headings(cell.source)
        if found and (len(found) > 1 or not cell.source.startswith("#")):
            yield f"cell {cell.id}: give the heading {found[-1][1]!r} a cell of its own to start"


def explained(lesson: Lesson) -> Iterator[str]:
    """Every section that shows something says **What just happened?**."""
    for section in sections(lesson):
        if section.title.startswith(("Break it", "Setup", "Set up")):
            break
        if section.has_code and "**What just happened?**" not in section.markdown:
            yield f"section {section.title!r} runs code but has no '**What just happened?**'"


def break_it(lesson: Lesson) -> Iterator[str]:
    """**Break it** shows at least two real failures."""
    section = _section(lesson, "Break it")
    if section is None:
        yield "needs a section '## Break it'"
        return
    parts = section.parts()
    if len(parts) < 2:
        yield f"'## Break it' needs at least two '### ' parts, and has {len(parts)}"
    for part in parts:
        if not part.has_code:
            yield f"'### {part.title}' shows no failure: it has no code cell"


def try_it(lesson: Lesson) -> Iterator[str]:
    """**Try it** has something to turn."""
    section = _section(lesson, "Try it")
    if section is None or not section.has_code:
        yield "needs a section '## Try it' with a code cell"


def exercises(lesson: Lesson) -> Iterator[str]:
    """**Exercises** has at least three, once `helpers.exercises` has the lesson's module."""
    if not (ROOT / "helpers" / "exercises" / PACKAGES.get(lesson.topic, lesson.topic)).exists():
        return
    section = _section(lesson, "Exercises")
    if section is None or len(section.parts()) < 3:
        yield "needs a section '## Exercises' with at least three '### ' parts"


def summary(lesson: Lesson) -> Iterator[str]:
    """**Summary** has a table of the API used."""
    section = _section(lesson, "Summary")
    if section is None:
        yield "needs a section '## Summary'"
    elif not re.search(r"^\|[ :|-]+\|$", section.markdown, re.MULTILINE):
        yield "'## Summary' needs a small table of the API used"


def next_steps(lesson: Lesson) -> Iterator[str]:
    """**Next** leads to another lesson."""
    section = _section(lesson, "Next")
    if section is None:
        yield "needs a section '## Next'"
    elif not any(re.match(r"\d\d_\w+\.ipynb", target) for target in links(section.markdown)):
        yield "'## Next' needs a link to another lesson"


def order(lesson: Lesson) -> Iterator[str]:
    """The closing sections come in one order, after all others."""
    wanted = ["Break it", "Try it", "Exercises", "Summary", "Next"]
    names = [section.title.split(":")[0] for section in sections(lesson)]
    found = [name for name in names if name in wanted]
    if found != sorted(found, key=wanted.index) or len(set(found)) != len(found):
        yield f"the closing sections stand as {found}; their order is {wanted}"
    elif found and names[-len(found) :] != found:
        yield f"no section stands after or between the closing ones, {found}"


def stop(lesson: Lesson) -> Iterator[str]:
    """The last code cell stops what was started."""
    if not lesson.code_cells or "stop_all(" not in lesson.code_cells[-1].source:
        yield "the last code cell stops what was started: servers.stop_all()"


_LESSON: tuple[Rule, ...] = (
    title,
    opening,
    outcomes,
    setup,
    heading_places,
    explained,
    break_it,
    try_it,
    exercises,
    summary,
    next_steps,
    order,
    stop,
)

# The start page is a tour, not a lesson: no failures, no exercises, no summary. On the bench one works on what is one's
# own, for which nobody can set an exercise; all else it owes its readers as a lesson does.
RULES: dict[str, tuple[Rule, ...]] = {
    "start": (title, opening, heading_places, order, stop),
    "lesson": _LESSON,
    "bench": tuple(rule for rule in _LESSON if rule is not exercises),
}


def problems(lesson: Lesson) -> list[str]:
    """Return everything in which a lesson departs from the skeleton, each led by the rule's name."""
    return [f"{rule.__name__}: {text}" for rule in RULES[lesson.course.kind] for text in rule(lesson)]
