"""What people get wrong in an exercise, from its recorded wrong answers: what they write, and what they are told."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers.exercises.engine import Exercise
from helpers.exercises.engine.exercise import Wrong
from helpers.exercises.engine.questions import Choose
from helpers.exercises.engine.tests import WriteTests

WIDEST = 60
"""Letters of a line of code that is shown."""
_BLANK = "…"
_SHORT = 60
_NOBODY_WRITES = re.compile(r"(if|elif|while) (False|True|not True):|pass")
"""How a record says that something is missing."""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer: `wrote` is its telling line, empty where there is no single one, `told` what its card says."""

    wrote: str
    told: str


def mistakes(exercise: Exercise) -> list[Mistake]:
    """Return the wrong answers of an exercise whose message is its own, in the order of their record, each message once.

    Messages that every exercise can give ("Is a `return` missing?") are left out.
    """
    found: dict[str, Mistake] = {}
    for answer in exercise.wrong_answers:
        if (told := _told(exercise, answer)) and told not in found:
            found[told] = Mistake(_wrote(exercise, answer), told)
    return list(found.values())


def effort(exercise: Exercise) -> tuple[bool, int]:
    """How much an exercise asks of somebody, to sort by: whether it is code, and the lines to write."""
    return not isinstance(exercise, Choose), len(list(_added(exercise.stub, exercise.answer)))


def goal(exercise: Exercise) -> str:
    """What is asked, in a sentence or two."""
    text = " ".join(exercise.task.split())
    found = re.search(r"\*\*Goal:\*\* (.+?)(?: \*\*Example|$)", text)
    sentences = re.split(r"(?<=[.?!])\s", found[1] if found else text)
    first = " ".join(sentences[: 1 if len(sentences[0]) > _SHORT else 2])
    return first[:1].upper() + first[1:]


def _told(exercise: Exercise, answer: Wrong) -> str:
    """The sentence of the exercise's module, or one beside it, that the record quotes a part of."""
    if isinstance(exercise, Choose):
        return answer.says
    if isinstance(exercise, WriteTests):
        # What is broken has a description, which its message begins with; so has what is right.
        past = (f"{broken} gets past your test." for broken in exercise.broken)
        refused = (f"{good} is refused by your test." for good in exercise.good)
        return next((text for text in (*past, *refused) if answer.says in text), "")
    assert exercise.file is not None
    beside = [path for path in sorted(exercise.file.parent.glob("*.py")) if path.stem.isidentifier()]
    texts = (text for path in (exercise.file, *beside) for text in _texts(path))
    # The record itself is a text of the module, too, and often a part of a sentence.
    return next((" ".join(text.split()) for text in texts if answer.says in text and _is_sentence(text)), "")


def _is_sentence(text: str) -> bool:
    return bool(re.match(r"[A-Z0-9`…]", text)) and text.endswith((".", "?", "!")) and " " in text


@cache
def _texts(path: Path) -> tuple[str, ...]:
    """The texts of a module; what a format string puts in is an ellipsis."""
    found = []
    inner: set[ast.AST] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            inner |= set(node.values)
            found.append(
                "".join(str(v.value) if isinstance(v, ast.Constant) else _BLANK for v in node.values)
            )
        elif isinstance(node, ast.Expr):
            inner.add(node.value)  # a docstring
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inner:
            found.append(node.value)
    return tuple(found)


def _wrote(exercise: Exercise, answer: Wrong) -> str:
    if isinstance(exercise, Choose):
        return answer.source
    lines = list(_added(exercise.answer, exercise.wrong_cell(answer)))
    if len(lines) != 1 or len(lines[0]) > WIDEST or "`" in lines[0] or _NOBODY_WRITES.fullmatch(lines[0]):
        return ""
    return f"`{lines[0]}`"


def _added(old: str, new: str) -> Iterator[str]:
    """The lines that a text has and an earlier one had not, without their indentation."""
    for line in difflib.ndiff(old.splitlines(), new.splitlines()):
        if line.startswith("+ ") and line[2:].strip():
            yield line[2:].strip()
