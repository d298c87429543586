"""Exercises that check themselves by really calling what the learner wrote.

    from helpers.exercises import unary

    @unary.minimum_price
    class Quotes(quote_pb2_grpc.QuoteServiceServicer):
        ...

There is one package a lesson here, named like the lesson without its number, but for `PACKAGES`; `engine` runs
them, and `progress` remembers what has been solved.
"""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

from .engine import lesson
from .engine.exercise import Exercise

PACKAGES = {"asyncio": "aio"}
"""Packages of other names than their lessons, by the lesson's: they would hide a module of Python's."""

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def catalog(notebooks: Path = NOTEBOOKS) -> dict[str, list[Exercise]]:
    """All exercises by the stem of the lesson's notebook, in its order: `{"02_unary": [...]}`.

    Those that no notebook has yet come last.
    """
    found = {}
    lessons = {package: name for name, package in PACKAGES.items()}
    for _, name, is_package in pkgutil.iter_modules(__path__):
        if is_package:
            for notebook in notebooks.glob(f"[0-9][0-9]_{lessons.get(name, name)}.ipynb"):
                exercises = lesson.exercises(f"{__name__}.{name}")
                order = re.findall(rf"\b{name}\.(\w+)\.hint\(\)", notebook.read_text(encoding="utf-8"))
                there = [exercises.pop(each) for each in order if each in exercises]
                found[notebook.stem] = [*there, *exercises.values()]
    return dict(sorted(found.items()))
