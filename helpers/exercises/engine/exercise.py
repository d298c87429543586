"""What every exercise is, whatever its kind: task, check, hints, solution, and recorded wrong answers."""

from __future__ import annotations

import importlib
import linecache
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

from ...views.card import Card, card
from .. import progress
from . import face
from .verdict import Verdict

TRIES = 2  # wrong answers after which the solution opens by itself


@dataclass(frozen=True)
class Wrong:
    """An answer that beginners really give, kept so that its message stays a good one.

    Attributes:
        says: a part of the message it gets.
        edits: what differs from the solution: pairs of old and new text.
        source: the whole answer, where it is not like the solution.
        outcome: `"failed"`, or `"raised"` where the learner's own exception is what is shown.
    """

    says: str
    edits: tuple[tuple[str, str], ...] = ()
    source: str = ""
    outcome: str = "failed"


def wrong(says: str, *edits: tuple[str, str], source: str = "", outcome: str = "failed") -> Wrong:
    """A `Wrong`: `wrong("The minimum is missing", ("max(450, price)", "price"))`."""
    return Wrong(says, edits, textwrap.dedent(source).lstrip("\n"), outcome)


@dataclass(eq=False, repr=False, kw_only=True)
class Exercise:
    """One exercise; `kinds` and `questions` have those that can be made.

    Attributes:
        id: the lesson's module and the exercise's name in it, `"unary.minimum_price"`.
        title: a few words.
        task: what is given, the goal and an example, as Markdown in paragraphs.
        hints: at least two, from a nudge to nearly the answer.
        stub: the cell that the lesson's notebook holds, as it stands there.
        answer: a cell that solves it.
        reason: why it is solved so.
        wrong_answers: see `Wrong`.
    """

    id: str
    title: str
    task: str
    hints: Sequence[str]
    stub: str = ""
    answer: str = ""
    reason: str
    wrong_answers: Sequence[Wrong] = ()
    last: Verdict | None = field(default=None, init=False)
    _hinted: int = field(default=0, init=False)
    _tries: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.stub = textwrap.dedent(self.stub).strip("\n")
        self.task = textwrap.dedent(self.task).strip("\n")
        self.answer = textwrap.dedent(self.answer).strip("\n")

    @property
    def lesson(self) -> str:
        """The lesson's module in this package, `"unary"`."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The exercise's name in it, `"minimum_price"`."""
        return self.id.partition(".")[2]

    @property
    def cells(self) -> tuple[str, ...]:
        """The code cells that the lesson holds for it, in order and word by word."""
        return (self.stub,)

    @property
    def namespace(self) -> dict[str, object]:
        """The names that a cell finds in the lesson: those of the module `setup` in the lesson's package."""
        lessons = __name__.rpartition(".engine")[0]
        return vars(importlib.import_module(f"{lessons}.{self.lesson}.setup"))

    def judge(self, answer: object) -> Verdict:
        """The verdict on an answer; shows nothing and keeps nothing."""
        raise NotImplementedError

    def rehearse(self, source: str) -> Verdict:
        """The verdict on the text of a cell; what CI does with stub, solution and wrong answers."""
        return self.judge(self._run_cell(source))

    def wrong_cell(self, mistake: Wrong) -> str:
        """A recorded wrong answer as the learner would write it.

        Raises:
            ValueError: an edit whose old text is not in the solution.
        """
        source = mistake.source or self.answer
        for old, new in mistake.edits:
            if old not in source:
                raise ValueError(f"{self.id}: the solution has no {old!r} to edit")
            source = source.replace(old, new)
        return source

    def __call__(self, *answer: object) -> object:
        """Checks an answer and shows the verdict: the decorator above the learner's own class or function."""
        if not answer:
            return self  # @unary.minimum_price() is taken as @unary.minimum_price
        self.report(self.judge(answer[0]))
        return answer[0]

    def report(self, verdict: Verdict) -> None:
        """Keeps a verdict in the learner's progress and shows its card."""
        face.show(self._kept(verdict))

    def _kept(self, verdict: Verdict) -> Card:
        self.last, note = verdict, ""
        if verdict.outcome != "open":
            self._tries += 1
            note = progress.record(self.id, passed=verdict.outcome == "passed")
        return self._card(verdict, note)

    def _card(self, verdict: Verdict, note: str) -> Card:
        return face.verdict_card(self, verdict, self._next_step(verdict.outcome), note)

    def hint(self) -> Card:
        """One hint more each time."""
        self._hinted = min(self._hinted + 1, len(self.hints))
        return face.hints_card(self, self._hinted)

    def solution(self, now: bool = False) -> Card:
        """The solution and the reason for it: after a pass, after some tries, or with `now=True`."""
        open_ = now or self._tries >= TRIES or progress.is_passed(self.id)
        return face.solution_card(self) if open_ else face.closed_card(self, TRIES - self._tries)

    def reset(self) -> Card:
        """Forgets hints, tries and progress of this exercise."""
        self._hinted = self._tries = 0
        self.last = None
        progress.forget(self.id)
        return card("open", self.title, "Forgotten: tries, hints and progress. You can start again.")

    def _next_step(self, outcome: str) -> str:
        if outcome not in ("failed", "raised"):
            return ""
        if self._tries >= TRIES:
            return f"`{self.id}.hint()` has a hint, and `{self.id}.solution()` is open now."
        return f"`{self.id}.hint()` has a hint."

    def _run_cell(self, source: str, **given: object) -> object:
        # The decorator, or the call, hands the answer to this list in place of the exercise.
        taken: list[object] = []

        def take(*answer: object, **named: object) -> object:
            taken.append((answer, named) if named else answer[0])
            return answer[0]

        mine = SimpleNamespace(**{self.name: take})
        names = {**self.namespace, **given, "__name__": "__main__", self.lesson: mine}
        file = f"<{self.id}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec", dont_inherit=True), names)
        return taken[-1]

    def __repr__(self) -> str:
        return str(face.task_card(self, progress.is_passed(self.id)))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return face.task_card(self, progress.is_passed(self.id))._repr_mimebundle_()
