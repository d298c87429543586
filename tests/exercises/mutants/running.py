"""Judges the mutants of an exercise, several at a time, each in a process that can be spared."""

from __future__ import annotations

import ast
import contextlib
import difflib
import importlib
import logging
import multiprocessing
import os
import re
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from helpers.exercises import catalog
from helpers.exercises.engine import Choose, Exercise, WriteProgram, WriteSchema
from tests.exercises.mutants import javascript, python_code, schemas

AROUND = 36  # characters of a line that a mutant's name keeps of each part
WORKERS = 6  # a mutant that hangs waits, and costs no CPU meanwhile


@dataclass(frozen=True)
class Mutant:
    """One change of a solution.

    Attributes:
        name: what changed, `"price [+ -> -]= 300"`; it stays the same when other lines move.
        source: the whole answer.
        diff: the change, for a reader.
    """

    name: str
    source: str
    diff: str


def exercises() -> list[Exercise]:
    """All exercises that are answered by writing; each answer of a question has a test of its own."""
    return [
        exercise for group in catalog().values() for exercise in group if not isinstance(exercise, Choose)
    ]


def mutants(exercise: Exercise) -> list[Mutant]:
    """The mutants of an exercise's solution."""
    if isinstance(exercise, WriteSchema):
        original, texts = exercise.answer, schemas.mutants(exercise.answer)
    elif isinstance(exercise, WriteProgram):
        original, texts = exercise.answer, javascript.mutants(exercise.answer, exercise.stub)
    else:
        original = ast.unparse(ast.parse(exercise.answer))
        texts = python_code.mutants(exercise.answer, exercise.namespace)
    found: dict[str, Mutant] = {}
    for text in texts:
        plain = original.splitlines()
        new = text.removeprefix(python_code.PRELUDE).splitlines()
        name = _name(plain, new)
        count = sum(known.partition(" #")[0] == name for known in found)
        name = f"{name} #{count + 1}" if count else name
        found[name] = Mutant(name, text, "\n".join(difflib.unified_diff(plain, new, n=2, lineterm="")))
    return list(found.values())


def equals(exercise: Exercise) -> dict[str, str]:
    """The mutants that are as good as the solution, by name, with the reason."""
    return _listed(exercise, "EQUALS", {})


def unsolved(exercise: Exercise) -> set[str]:
    """The mutants that pass and should not, by name: work to be done."""
    return set(_listed(exercise, "UNSOLVED", ()))


@contextlib.contextmanager
def pool(workers: int = WORKERS) -> Iterator[ProcessPoolExecutor]:
    """Processes that judge."""
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="mutants-") as folder,
        ProcessPoolExecutor(workers, mp_context=spawn, initializer=_begin, initargs=(folder,)) as executor,
    ):
        yield executor
        executor.shutdown(cancel_futures=True)  # after a failure that ends the run nobody asks for the others


def judged(exercise: Exercise, executor: ProcessPoolExecutor) -> list[tuple[Mutant, Future]]:
    """Each mutant of an exercise, with its verdict to come, as text that begins with the outcome."""
    return [(mutant, executor.submit(_judge, exercise.id, mutant.source)) for mutant in mutants(exercise)]


def _name(old: list[str], new: list[str]) -> str:
    old, new = [line.strip() for line in old], [line.strip() for line in new]
    changes = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and i2 - i1 == j2 - j1 == 1:
            changes.append(_within(old[i1], new[j1]))
        elif kind != "equal":
            changes += [f"- {_short(' | '.join(old[i1:i2]))}"] if i1 < i2 else []
            changes += [f"+ {_short(' | '.join(new[j1:j2]))}"] if j1 < j2 else []
    return " and ".join(changes) or "indentation"


def _within(old: str, new: str) -> str:
    """`if request.speed [== -> >=] quote_pb2.SPEED_EXPRESS:`, with at most so much of the line around it."""
    old_words, new_words = (re.findall(r"\w+|[=<>!]=|\W", line) for line in (old, new))
    left = _in_common(old_words, new_words)
    right = _in_common(old_words[left:][::-1], new_words[left:][::-1])
    before, after = "".join(old_words[:left]), "".join(old_words[len(old_words) - right :])
    changed = " -> ".join(
        _short("".join(words[left : len(words) - right])) for words in (old_words, new_words)
    )
    before = before if len(before) <= AROUND else f"…{before[-AROUND:]}"
    return f"{before}[{changed}]{after if len(after) <= AROUND else f'{after[:AROUND]}…'}"


def _in_common(one: list[str], other: list[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _short(text: str) -> str:
    return text if len(text) <= AROUND else f"{text[:AROUND]}…"


def _listed(exercise: Exercise, kind: str, default: object) -> object:
    if not (Path(__file__).parent / "equals" / f"{exercise.lesson}.py").exists():
        return default
    module = importlib.import_module(f"{__package__}.equals.{exercise.lesson}")
    return getattr(module, kind, {}).get(exercise.name, default)


def _begin(folder: str) -> None:
    os.chdir(folder)  # some write files
    logging.disable()  # gRPC logs what handlers raise
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def _judge(exercise_id: str, source: str) -> str:
    exercise = next(item for item in exercises() if item.id == exercise_id)
    try:
        return str(exercise.judge_source(source))
    except Exception as error:  # the cell itself fails, which a learner sees without a check
        return f"raised: {type(error).__name__}: {error}"
