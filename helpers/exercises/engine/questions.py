"""Questions with answers to choose from: one is judged by its author, the other by running it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from google.protobuf.descriptor import ServiceDescriptor

from ...views.card import Card, card
from .. import progress
from . import face
from .check import Check
from .exercise import Exercise, Wrong
from .judging import judge
from .verdict import Failed, Verdict


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

    def __post_init__(self) -> None:
        super().__post_init__()
        self.stub = self.id
        wrong = self._wrong_options()
        self.answer = next(option.text for option in self.options if option not in wrong)
        self.wrong_answers = [Wrong(option.says, source=option.text) for option in wrong]

    def choose(self, number: int) -> None:
        """Answers with an option, counted from 1, and shows the verdict."""
        if number not in range(1, len(self.options) + 1):
            raise ValueError(f"choose takes the number of an answer, 1 to {len(self.options)}")
        self.report(self.judge(number - 1))

    def judge(self, answer: object) -> Verdict:
        """The verdict on an option, counted from 0; None is no answer."""
        if answer is None:
            return Verdict("open", "Choose an answer first.")
        return self._verdict(self.options[answer])

    def rehearse(self, source: str) -> Verdict:
        """The verdict on the text of an option; any other text stands for no answer."""
        texts = [option.text for option in self.options]
        return self.judge(texts.index(source) if source in texts else None)

    def answered(self, number: int | None) -> Card:
        """The card for an option that was chosen; the verdict is counted and kept."""
        return self._kept(self.judge(number))

    def _card(self, verdict: Verdict, note: str) -> Card:
        if verdict.outcome == "passed":
            return card("passed", self.title, verdict.sentence, f"{self.reason}\n\n{note}", folded=False)
        return super()._card(verdict, note)

    def _verdict(self, option: Option) -> Verdict:
        return Verdict("passed" if option.means is True else "failed", option.says)

    def _wrong_options(self) -> list[Option]:
        return [option for option in self.options if option.means is not True]

    def __call__(self, *answer: object) -> object:
        """Questions are displayed, not called: this one says how."""
        face.show(face.task_card(self, progress.is_passed(self.id)))
        return answer[0] if answer else None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None):
        from .question_widget import QuestionWidget

        still = face.question_card(self, progress.is_passed(self.id))._repr_mimebundle_()
        data, metadata = QuestionWidget(self)._repr_mimebundle_() or ({}, {})
        return {**data, **still}, metadata


@dataclass(eq=False, repr=False, kw_only=True)
class Predict(Choose):
    """A question that is answered by running what it is about; each option's `means` is what it predicts.

    Attributes:
        observe: runs it: `observe(check: Check)` gives what is seen, and an account of it in a sentence.
        services: descriptors of the services that `observe` needs.
        expected: what is seen when all is well, for the tests.
    """

    observe: Callable[[Check], tuple[object, str]]
    services: Sequence[ServiceDescriptor] = ()
    expected: object

    def judge(self, answer: object) -> Verdict:
        """Runs the question's experiment and compares what is seen with the option chosen."""
        if answer is None:
            return Verdict("open", "Choose an answer first: a guess teaches more than a look.")
        option, accounts = self.options[answer], []

        def run(check: Check) -> None:
            seen, account = self.observe(check)
            accounts.append(account)
            if seen != option.means:
                raise Failed(option.says, came=f"Run just now: {account}")

        verdict = judge(run, None, self.services)
        if verdict.outcome != "passed":
            return verdict
        return Verdict("passed", f"{option.says} Run just now: {accounts[0]}")

    def _wrong_options(self) -> list[Option]:
        return [option for option in self.options if option.means != self.expected]
