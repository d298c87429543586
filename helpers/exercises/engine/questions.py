"""Questions with answers to choose from: one is judged by its author, the other by running it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

from google.protobuf.descriptor import ServiceDescriptor

from helpers.views.kit.card import Card, card

from . import cards, record
from .check import Check
from .exercise import TRIES, Exercise, Wrong
from .judging import judge
from .verdict import Incorrect, Verdict


@dataclass(frozen=True)
class Option:
    """One answer to choose.

    Attributes:
        text: the answer.
        says: what its reader is told: why it is right, or what it overlooks.
        means: for `Choose` whether it is right; for `Predict` the observation that it predicts.
    """

    text: str
    says: str
    means: object = False


@dataclass(eq=False, repr=False, kw_only=True)
class Choose(Exercise):
    """A question with several answers and a word on each; a cell with its name alone displays it.

    `task` is the question. The answers can be clicked, or given in code: `unary.who_knows.choose(2)`.

    Attributes:
        options: the answers, of which exactly one has `means=True`.
    """

    options: Sequence[Option]

    INVITATION: ClassVar[str] = "Choose an answer and press *Check*."
    """What the lesson says above the question."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.wrong_answers = [Wrong(option.says, source=option.text) for option in self._wrong_options()]

    @cached_property
    def stub(self) -> str:
        """The cell that displays the question: its name alone."""
        return self.id

    @cached_property
    def answer(self) -> str:
        """The text of the option that is right."""
        wrong = self._wrong_options()
        return next(option.text for option in self.options if option not in wrong)

    @property
    def introduction(self) -> str:
        """The text that the lesson holds for it; the question itself is in the widget."""
        return f"### {self.title}\n\n{self.INVITATION}"

    def choose(self, number: int) -> None:
        """Answers with an option, counted from 1, and shows the verdict."""
        if number not in range(1, len(self.options) + 1):
            raise ValueError(f"choose takes the number of an answer, 1 to {len(self.options)}")
        self.report(self.judge(number - 1), number)

    def judge(self, answer: Any) -> Verdict:
        """The verdict on an option, counted from 0; None is no answer."""
        if answer is None:
            return Verdict("open", "Choose an answer first.")
        return self._verdict(self.options[answer])

    def judge_source(self, source: str) -> Verdict:
        """The verdict on the text of an option; any other text stands for no answer."""
        texts = [option.text for option in self.options]
        return self.judge(texts.index(source) if source in texts else None)

    def answered(self, number: int | None) -> Card:
        """The card for an option that was chosen; the verdict is counted and kept."""
        return self._kept(self.judge(number), None if number is None else number + 1)

    def _card(self, verdict: Verdict, note: str) -> Card:
        if verdict.outcome == "passed":
            return card("passed", self.title, verdict.sentence, f"{self.reason}\n\n{note}", folded=False)
        if self._tries < TRIES:  # what was seen is the answer: after one wrong guess there is a second
            verdict = replace(verdict, actual="")
        return super()._card(verdict, note)

    def _verdict(self, option: Option) -> Verdict:
        return Verdict("passed" if option.means is True else "failed", option.says)

    def _wrong_options(self) -> list[Option]:
        return [option for option in self.options if option.means is not True]

    def __call__(self, *answer: object) -> object:
        """Questions are displayed, not called: this one says how."""
        cards.show(cards.task_card(self, record.is_passed(self.id)))
        return answer[0] if answer else None


@dataclass(eq=False, repr=False, kw_only=True)
class Predict(Choose):
    """A question that is answered by running what it is about; each option's `means` is what it predicts.

    Attributes:
        observe: runs it: `observe(check: Check)` gives what is seen, and an account of it in a sentence.
        services: descriptors of the services that `observe` needs.
        expected: what is seen when all is well, for the tests.
    """

    INVITATION = "Guess first, then press *Check*: the answer comes from running it."

    observe: Callable[[Check], tuple[object, str]]
    services: Sequence[ServiceDescriptor] = ()
    expected: object

    def judge(self, answer: Any) -> Verdict:
        """Runs the question's experiment and compares what is seen with the option chosen."""
        if answer is None:
            return Verdict("open", "Choose an answer first: a guess teaches more than a look.")
        option, accounts = self.options[answer], []

        def run(check: Check) -> None:
            seen, account = self.observe(check)
            accounts.append(account)
            if seen != option.means:
                raise Incorrect(option.says, actual=f"Run just now: {account}")

        verdict = judge(run, None, self.services)
        if verdict.outcome != "passed":
            return verdict
        return Verdict("passed", f"{option.says} Run just now: {accounts[0]}")

    def _wrong_options(self) -> list[Option]:
        return [option for option in self.options if option.means != self.expected]
