"""The cards of an exercise: verdict, task, hints, solution."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Protocol

from helpers.views.kit.card import Card, card

from .verdict import Verdict


class Described(Protocol):
    """What a card tells of an exercise."""

    id: str
    title: str
    task: str
    hints: Sequence[str]
    reason: str

    @property
    def answer(self) -> str:
        """A cell that solves it."""


def show(value: Card) -> None:
    """Displays a card below the running cell; prints it where there is no notebook."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display(value)
    else:
        print(value)


def verdict_card(exercise: Described, verdict: Verdict, next_step: str = "", note: str = "") -> Card:
    """The result of one check."""
    if verdict.outcome == "passed":
        sentence = f"{verdict.sentence} The details have a solution, for comparison with yours."
        code = exercise.answer + _printed(verdict, comment="# ")
        return card("passed", exercise.title, sentence, f"{exercise.reason}\n\n{note}", code=code)
    facts = [("Called", verdict.called), ("Expected", verdict.expected), ("Actual", verdict.actual)]
    rows = [(f"{name}", text) for name, text in facts if text]
    rows += [("Next", next_step)] if next_step else []
    code = verdict.traceback + _printed(verdict)
    return card(verdict.outcome, exercise.title, verdict.sentence, note, table=rows, code=code, folded=False)


def hints_card(exercise: Described) -> Card:
    """All hints, folded: running a cell reveals none, a click on one does."""
    hints = [(f"Hint {number}", text) for number, text in enumerate(exercise.hints, 1)]
    sentence = (
        f"{len(hints)} hints, from a nudge to nearly the answer. Open one here; where nothing opens, "
        f"`{exercise.id}.hint(1)` shows the first."
    )
    return card("note", f"{exercise.title}: hints", sentence, folds=hints)


def hint_card(exercise: Described, count: int) -> Card:
    """The first hints, shown."""
    *earlier, latest = exercise.hints[:count]
    last = count == len(exercise.hints)
    details = [f"Hint {number}: {text}" for number, text in enumerate(earlier, 1)]
    details += [f"That was the last one. `{exercise.id}.solution()` shows a solution."] if last else []
    return card(
        "note", f"Hint {count} of {len(exercise.hints)}", latest, "\n\n".join(details), folded=not last
    )


def solution_card(exercise: Described, folded: bool) -> Card:
    """The solution and its reason; folded, so that running all cells reveals none."""
    sentence = "Compare it with yours: there are other right answers."
    code, title = exercise.answer, f"{exercise.title}: a solution"
    return card("note", title, sentence, exercise.reason, code=code, folded=folded)


def closed_card(exercise: Described, tries_left: int) -> Card:
    """In place of a solution that has been asked for early."""
    tries = "one more try" if tries_left == 1 else f"{tries_left} tries"
    return card(
        "note",
        f"{exercise.title}: the solution waits",
        f"It opens after {tries}, and with every pass. `{exercise.id}.solution(now=True)` shows it right away.",
    )


def task_card(exercise: Described, passed: bool) -> Card:
    """What is to be done."""
    first, _, rest = exercise.task.partition("\n\n")
    return card("passed" if passed else "note", exercise.title, _plain(first), _plain(rest), folded=False)


def question_card(exercise: Described, answers: Sequence[str], passed: bool) -> Card:
    """A question where no widget can live: the answers, and how to give one in code."""
    options = [f"{number}. {answer}" for number, answer in enumerate(answers, 1)]
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
