"""The card of what a learner's function raised."""

from __future__ import annotations

from helpers import tracebacks

from .card import Card, card


def problem_card(error: BaseException, function: object = None, title: str = "your function") -> Card:
    """What a learner's ``function`` raised, with the learner's own lines; ``title`` stands in where it has no name."""
    name = getattr(function, "__qualname__", "").rpartition(".")[2].strip("<>")
    if hasattr(error, "code") and hasattr(error, "details"):
        sentence = f"The call ended with `{getattr(error.code(), 'name', error.code())}`: {error.details()}"
    else:
        sentence = f"It raised `{type(error).__name__}`: {error}"
    return card(
        "raised", f"`{name}`" if name else title, sentence, code=tracebacks.own_lines(error), folded=False
    )
