"""Exercises that check themselves by really calling what the learner wrote.

    from helpers.exercises import unary

    @unary.minimum_price
    class Quotes(quote_pb2_grpc.QuoteServiceServicer):
        ...

There is one package a lesson here, named like the lesson without its number; `engine` runs them, and
`progress` remembers what has been solved.
"""

from __future__ import annotations

import importlib
import pkgutil

from .engine.exercise import Exercise

_NOT_LESSONS = {"engine", "progress", "storage"}


def catalog() -> dict[str, list[Exercise]]:
    """All exercises in their order, by the stem of the lesson's notebook: `{"02_unary": [...]}`."""
    found = {}
    for info in pkgutil.iter_modules(__path__):
        if info.name not in _NOT_LESSONS:
            module = importlib.import_module(f"{__name__}.{info.name}")
            found[module.LESSON] = list(module.EXERCISES)
    return dict(sorted(found.items()))
