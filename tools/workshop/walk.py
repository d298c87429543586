"""A lesson as the one who teaches goes through it: its sections, what to ask in each, what later ones need of it."""

from __future__ import annotations

import re
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from tools.lessons import Lesson, python_source, shown
from tools.minutes import EXERCISES, Part, parts

BREAKS = "Break it"
TRY = "Try it"
_NOT_TAUGHT = ("", EXERCISES, "Summary", "Next")
_SENTENCES = re.compile(r"""(?:(?<=[.?!:])|(?<=[.?!]["”*)])|(?<=[.?!]\*\*))\s+(?=[A-Z`*“"\[(])""")
_LEAD = re.compile(r"^\*\*What just happened\?\*\*\s*")
_MAGIC = re.compile(r"^%%proto\s+(\w+)")
_NEEDS_CONTEXT = 60
"""Letters below which a question is shown with the sentence before it."""


@dataclass(frozen=True)
class Question:
    """What a lesson asks before a cell is run, and what it says of it afterwards; either may be of several sentences."""

    asks: str
    answer: str


@dataclass(frozen=True)
class Section:
    """A part of a lesson that can be taught, or left out.

    Attributes:
        title: its heading; one below "Break it" is a section of its own.
        minutes: by the rule of `tools.minutes`, not rounded.
        questions: see `Question`.
        says: what it comes to, in a sentence or two, for a section without questions.
        extras: the headings of what is "Going further" in it, without these words.
        needs: titles of the earlier sections whose names its cells use.
    """

    title: str
    minutes: float
    questions: tuple[Question, ...]
    says: str
    extras: tuple[str, ...]
    needs: tuple[str, ...]


def sections(lesson: Lesson) -> list[Section]:
    """Return what a lesson teaches, in its order; without exercises, summary, and sections that are all extra."""
    found: list[tuple[Part, list[Part]]] = []
    for part in parts(lesson):
        if part.within in _NOT_TAUGHT or (part.is_extra and part.title == part.within):
            continue
        if part.title == part.within or (part.within == BREAKS and not part.is_extra):
            found.append((part, []))
        else:
            found[-1][1].append(part)
    makers: dict[str, str] = {}
    result = []
    for part, inner in found:
        own = [part, *(each for each in inner if not each.is_extra)]
        if part.title == BREAKS and not any(cell.cell_type == "code" for cell in part.cells):
            continue  # a heading alone
        made, used = _names(cell for each in own for cell in each.cells)
        needs = {makers[name] for name in used if name in makers}
        makers |= dict.fromkeys(made, part.title)
        result.append(
            Section(
                title=part.title,
                minutes=sum(each.minutes for each in own),
                questions=tuple(question for each in own for question in _questions(each.cells)),
                says=_says(cell for each in own for cell in each.cells),
                extras=tuple(_without_lead(each.title) for each in inner if each.is_extra),
                needs=tuple(
                    title for title in dict.fromkeys(makers.values()) if title in needs - {part.title}
                ),
            )
        )
    return result


def extras(lesson: Lesson) -> list[str]:
    """Return the headings of all that is "Going further" in a lesson and is no exercise, without these words."""
    return [_without_lead(part.title) for part in parts(lesson) if part.is_extra and part.within != EXERCISES]


def _without_lead(title: str) -> str:
    return title.partition(": ")[2] or title


def to_think_about(lesson: Lesson) -> list[str]:
    """Return the questions that a lesson ends with."""
    text = "\n\n".join(cell.source for part in parts(lesson) if part.within == "Next" for cell in part.cells)
    found = re.search(r"^\*\*To think about\*\*:\s*(.+?)(?:\n\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if not found:
        return []
    # A question may need the sentences before it: they go together.
    asked: list[str] = []
    pending: list[str] = []
    for sentence in _split(found[1]):
        pending.append(sentence)
        if sentence.endswith("?"):
            asked.append(_capital(" ".join(pending)))
            pending = []
    return asked


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _questions(cells: list[NotebookNode]) -> Iterator[Question]:
    asks = ""
    for index, cell in enumerate(cells):
        if cell.cell_type != "markdown":
            continue
        paragraphs = _paragraphs(cell.source)
        if asks:
            explained = [text for text in paragraphs if _LEAD.match(text)]
            # What stands in brackets is said by the way.
            answer = next((text for text in [*explained, *paragraphs] if not text.startswith("(")), "")
            if answer or _is_last(cells, index):
                yield Question(asks, _answer(answer))
                asks = ""
        following = cells[index + 1] if index + 1 < len(cells) else None
        if not paragraphs or following is None or following.cell_type != "code":
            continue
        if asks := _asked(paragraphs[-1]):
            continue
        # One that is answered at once, before the cell.
        for paragraph in paragraphs:
            sentences = _split(paragraph)
            if asked := [place for place, sentence in enumerate(sentences) if sentence.endswith("?")]:
                last = asked[-1] + 1
                yield Question(_asked(" ".join(sentences[:last])), _answer(" ".join(sentences[last:])))
    if asks:
        yield Question(asks, "")


def _is_last(cells: Sequence[NotebookNode], index: int) -> bool:
    """Whether no further cell of a part has text, or the next one asks again."""
    later = [cell for cell in cells[index + 1 :] if cell.cell_type == "markdown"]
    return not later or "?" in later[0].source


def _says(cells: Iterable[NotebookNode]) -> str:
    """The explanation after the cells, or else what the section begins with."""
    texts = [
        paragraph for cell in cells if cell.cell_type == "markdown" for paragraph in _paragraphs(cell.source)
    ]
    explained = [text for text in texts if _LEAD.match(text)]
    return next(filter(None, map(_answer, [*explained, *texts])), "")


def _answer(paragraph: str) -> str:
    """The first two sentences; nothing where they ask again, or announce what is not here."""
    sentences = _split(_LEAD.sub("", paragraph))[:2]
    while sentences and sentences[-1].endswith(":"):
        sentences.pop()
    return "" if any(sentence.endswith("?") for sentence in sentences) else " ".join(sentences)


def _asked(paragraph: str) -> str:
    """The questions that a paragraph ends with, and where they are short the sentence before."""
    sentences = _split(paragraph)
    asked: list[str] = []
    while sentences and sentences[-1].endswith("?"):
        asked.insert(0, sentences.pop())
    if asked and sentences and len(" ".join(asked)) < _NEEDS_CONTEXT and not sentences[-1].endswith(":"):
        asked.insert(0, sentences[-1])
    return " ".join(asked)


def _paragraphs(markdown: str) -> list[str]:
    """The running text of a cell: no headings, code, lists, tables or pictures."""
    text = re.sub(r"^```.*?^```", "", markdown, flags=re.DOTALL | re.MULTILINE)
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", text))
    return [block for block in blocks if block and not re.match(r"[#|<>]|[-*] |\d+\. |!\[", block)]


def _split(text: str) -> list[str]:
    """Sentences, as Markdown without links, which lead nowhere from another folder."""
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return [sentence for sentence in _SENTENCES.split(" ".join(text.split())) if shown(sentence).strip()]


def _names(cells: Iterable[NotebookNode]) -> tuple[set[str], set[str]]:
    """The names that cells make, and those that they use and have not made before."""
    made: set[str] = set()
    used: set[str] = set()
    for cell in cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if magic := _MAGIC.match(cell.source):
            made |= {f"{magic[1]}_pb2", f"{magic[1]}_pb2_grpc"}
            continue
        stored, read = _symbols(symtable.symtable(python_source(cell), cell.id, "exec"))
        used |= read - stored - made
        made |= stored
    return made, used


def _symbols(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    """The names that a cell makes in the notebook, and those of the notebook that it reads, inside of functions, too."""
    top = table.get_symbols()
    stored = {name.get_name() for name in top if name.is_assigned() or name.is_imported()}
    read = {name.get_name() for name in top if name.is_referenced()}
    inner = list(table.get_children())
    while inner:
        scope = inner.pop()
        read |= {name.get_name() for name in scope.get_symbols() if name.is_global() and name.is_referenced()}
        inner += scope.get_children()
    return stored, read
