"""A row of the tables in this folder, and words that many of them need."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from helpers.servers.metadata import describe

from ..error_context import ErrorContext

FEW = 0.6
"""The cutoff of `near` where there are few names to choose from."""


__all__ = ["FEW", "ROWS", "Row", "describe", "find", "near"]


Tell = Callable[[ErrorContext, re.Match[str]], "str | None"]
"""Finds what to tell of an error whose words fit a pattern."""


class Row(NamedTuple):
    """What to tell of one kind of error.

    Attributes:
        kind: the error's class, or several.
        says: a pattern in the error's own words; `""` for any.
        tell: one sentence with the cause and one with the cure, or a function that finds them. It gives `None`
            where what it looks for is not there: what is told must be true whenever it is shown.
    """

    kind: type[BaseException] | tuple[type[BaseException], ...]
    says: str
    tell: str | Tell

    def answer(self, context: ErrorContext, text: str) -> str | None:
        """What this row tells of an error with this text; `None` if it is about others."""
        if not isinstance(context.error, self.kind):
            return None
        found = re.search(self.says, text, re.DOTALL)
        if found is None:
            return None
        return self.tell if isinstance(self.tell, str) else self.tell(context, found)


ROWS: list[Row] = []
"""The rows of all tables, in the order in which they are asked; the package fills it."""


def find(context: ErrorContext) -> str:
    """What to tell of an error, in a few lines; `""` where nothing is known for sure."""
    return next(filter(None, (row.answer(context, context.text) for row in ROWS)), "")


def near(name: str, names: Iterable[str], cutoff: float = 0.8) -> str | None:
    """The name that was most likely meant; `None` where none is close, as with short ones.

    Args:
        name: as the learner wrote it.
        names: what it may be.
        cutoff: how like it must be, 0 to 1. Less will do where there are few names: fields, methods of a class.
    """
    names = [other for other in names if other != name]
    lower = {other.lower(): other for other in reversed(names)}
    if name.lower() in lower:
        return lower[name.lower()]
    if len(name) < (4 if cutoff >= 0.8 else 3):
        return None
    found = difflib.get_close_matches(name.lower(), list(lower), n=1, cutoff=cutoff)
    return lower[found[0]] if found else None
