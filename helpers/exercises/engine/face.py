"""The cards of an exercise: verdict, task, hints, solution."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...views.card import Card, card
from .verdict import Verdict

if TYPE_CHECKING:
    from .exercise import Exercise
    from .questions import Choose


def show(value: Card) -> None:
    """Displays a card below the running cell; prints it where there is no notebook."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display(value)
    else:
        print(value)


def verdict_card(exercise: Exercise, verdict: Verdict, next_step: str = "", note: str = "") -> Card:
    """The result of one check."""
    if verdict.outcome == "passed":
        sentence = f"{verdict.sentence} The details have a solution, for comparison with yours."
        code = exercise.answer + _printed(verdict, comment="# ")
        return card("passed", exercise.title, sentence, f"{exercise.reason}\n\n{note}", code=code)
    facts = [("Called", verdict.called), ("Expected", verdict.expected), ("Came", verdict.came)]
    rows = [(f"{name}", text) for name, text in facts if text]
    rows += [("Next", next_step)] if next_step else []
    code = verdict.traceback + _printed(verdict)
    return card(verdict.outcome, exercise.title, verdict.sentence, note, table=rows, code=code, folded=False)


def hints_card(exercise: Exercise, count: int) -> Card:
    """The first hints."""
    *earlier, latest = exercise.hints[:count]
    last = count == len(exercise.hints)
    details = [f"Hint {number}: {text}" for number, text in enumerate(earlier, 1)]
    details += [f"That was the last one. `{exercise.id}.solution()` shows a solution."] if last else []
    return card(
        "note", f"Hint {count} of {len(exercise.hints)}", latest, "\n\n".join(details), folded=not last
    )


def solution_card(exercise: Exercise) -> Card:
    """The solution and its reason."""
    return card("note", f"{exercise.title}: a solution", exercise.reason, code=exercise.answer, folded=False)


def closed_card(exercise: Exercise, tries_left: int) -> Card:
    """In place of a solution that has been asked for early."""
    tries = "one more try" if tries_left == 1 else f"{tries_left} tries"
    return card(
        "note",
        f"{exercise.title}: the solution waits",
        f"It opens after {tries}, and with every pass. `{exercise.id}.solution(now=True)` shows it right away.",
    )


def task_card(exercise: Exercise, passed: bool) -> Card:
    """What is to be done."""
    first, _, rest = exercise.task.partition("\n\n")
    return card("passed" if passed else "note", exercise.title, _plain(first), _plain(rest), folded=False)


def question_card(exercise: Choose, passed: bool) -> Card:
    """A question where no widget can live: the answers, and how to give one in code."""
    options = [f"{number}. {option.text}" for number, option in enumerate(exercise.options, 1)]
    how = f"Answer with `{exercise.id}.choose(1)`."
    outcome = "passed" if passed else "note"
    return card(outcome, exercise.title, exercise.task, "\n\n".join([*options, how]), folded=False)


def _plain(markdown: str) -> str:
    return markdown.replace("**", "")


def _printed(verdict: Verdict, comment: str = "") -> str:
    if not verdict.printed.strip():
        return ""
    lines = ["Your code printed:", *verdict.printed.rstrip().splitlines()]
    return "\n\n" + "\n".join(comment + line for line in lines)
