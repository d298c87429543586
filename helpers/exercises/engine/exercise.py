"""An exercise of any kind: task, check, hints, solution, and recorded wrong answers."""

from __future__ import annotations

import importlib
import linecache
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from helpers import display
from helpers.display import Displayed
from helpers.views.kit.card import Card, card

from . import cards, record
from .not_attempted import fingerprint
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

    def whole(self, source: str) -> Wrong:
        """The same as a whole answer; the line of its decorator may be left out where it comes first."""
        return replace(self, source=textwrap.dedent(source).strip("\n"))

    def diff(self, text: str) -> Wrong:
        """The same by lines of the solution: removed (`-`), added (`+`), kept (a space); an empty line between hunks."""
        hunks = [hunk.splitlines() for hunk in textwrap.dedent(text).strip("\n").split("\n\n")]
        return replace(self, edits=tuple((_without("+", hunk), _without("-", hunk)) for hunk in hunks))


def _without(sign: str, hunk: Sequence[str]) -> str:
    return "".join(f"{line[1:]}\n" for line in hunk if not line.startswith(sign))


def wrong(says: str, *edits: tuple[str, str]) -> Wrong:
    """An answer that fails: `wrong("The minimum is missing", ("max(450, price)", "price"))`."""
    return Wrong(says, edits)


def raises(says: str, *edits: tuple[str, str]) -> Wrong:
    """An answer whose own exception is what is shown: `raises("with its fields by name", ("text=text", "text"))`."""
    return Wrong(says, edits, outcome="raised")


@dataclass(eq=False, repr=False, kw_only=True)
class Exercise(Displayed):
    """One exercise; `kinds` and `questions` have those that can be made.

    Attributes:
        title: a few words.
        task: what is given, the goal and an example, as Markdown in paragraphs.
        hints: at least two, from a nudge to nearly the answer.
        reason: why it is solved so.
        wrong_answers: see `Wrong`.
        id: the lesson's package and the exercise's name in it, `"unary.minimum_price"`; see `lesson.load`.
        file: its module; the files beside it have the stub and the solution.
    """

    LANGUAGE: ClassVar[str] = ".py"
    """The suffix of the files that hold stub and solution."""

    title: str
    task: str
    hints: Sequence[str]
    reason: str
    wrong_answers: Sequence[Wrong] = ()
    id: str = ""
    file: Path | None = None
    last: Verdict | None = field(default=None, init=False)
    _wrong: set[object] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.task = textwrap.dedent(self.task).strip("\n")

    @cached_property
    def stub(self) -> str:
        """The cell that the lesson's notebook holds: `valid_weight.stub.py`."""
        return self._beside("stub")

    @cached_property
    def answer(self) -> str:
        """A cell that solves it: `minimum_price.solution.py`."""
        return self._beside("solution")

    def _beside(self, kind: str, *, optional: bool = False) -> str:
        # Read when it is asked for: most of a lesson's kernels never do.
        file = self.file and self.file.with_suffix(f".{kind}{self.LANGUAGE}")
        if file is None or (optional and not file.exists()):
            return ""
        return file.read_text(encoding="utf-8").rstrip("\n")

    @property
    def lesson(self) -> str:
        """The lesson's module in this package, `"unary"`."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The exercise's name in it, `"minimum_price"`."""
        return self.id.partition(".")[2]

    @property
    def introduction(self) -> str:
        """The text that the lesson holds for it: title and task, as Markdown."""
        return f"### {self.title}\n\n{self.task}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The code cells that the lesson holds for it, in order and word by word."""
        return (self.stub,)

    @property
    def namespace(self) -> dict[str, object]:
        """The names that a cell finds in the lesson: those of the module `setup` in the lesson's package."""
        lessons = __name__.rpartition(".engine")[0]
        return vars(importlib.import_module(f"{lessons}.{self.lesson}.setup"))

    def judge(self, answer: Any) -> Verdict:
        """The verdict on an answer; shows nothing and keeps nothing."""
        raise NotImplementedError

    def judge_source(self, source: str) -> Verdict:
        """The verdict on the text of a cell; what CI does with stub, solution and wrong answers."""
        return self.judge(self._run_cell(source))

    def wrong_cell(self, mistake: Wrong) -> str:
        """A recorded wrong answer as the learner would write it.

        Raises:
            ValueError: an edit whose old text is not in the solution.
        """
        source = f"{mistake.source or self.answer}\n"
        if mistake.source.startswith(("def ", "class ", "async def ")):
            source = f"@{self.id}\n{source}"
        for old, new in mistake.edits:
            if old not in source:
                raise ValueError(f"{self.id}: the solution has no {old!r} to edit")
            source = source.replace(old, new)
        return source.rstrip("\n")

    def __call__(self, *answer: object) -> object:
        """Checks an answer and shows the verdict: the decorator above the learner's own class or function."""
        if not answer:
            return self  # @unary.minimum_price() is taken as @unary.minimum_price
        self.report(self.judge(answer[0]), answer[0])
        return answer[0]

    def report(self, verdict: Verdict, answer: object) -> None:
        """Keeps a verdict on an answer in the learner's progress and shows its card."""
        cards.show(self._kept(verdict, answer))

    @property
    def _tries(self) -> int:
        return len(self._wrong)

    def _kept(self, verdict: Verdict, answer: object) -> Card:
        self.last, note = verdict, ""
        what = fingerprint(answer)
        # An answer that was judged before, as when all cells are run again, is no new try.
        if verdict.outcome != "open" and what not in self._wrong:
            note = record.add_try(self.id, passed=verdict.outcome == "passed")
        if verdict.outcome in ("failed", "raised"):
            self._wrong.add(what)
        return self._card(verdict, note)

    def _card(self, verdict: Verdict, note: str) -> Card:
        return cards.verdict_card(self, verdict, self._next_step(verdict.outcome), note)

    def hint(self, number: int | None = None) -> Card:
        """All hints, folded, to be opened one by one; or the first `number` of them, shown.

        Raises:
            ValueError: there are not so many.
        """
        if number is None:
            return cards.hints_card(self)
        if number not in range(1, len(self.hints) + 1):
            raise ValueError(f"{self.id} has hints 1 to {len(self.hints)}")
        return cards.hint_card(self, number)

    def solution(self, now: bool = False) -> Card:
        """The solution and the reason for it: after a pass, after some tries, or with `now=True`.

        Running the cell reveals nothing: the card is opened with a click or with Enter. `now=True` opens it at once.
        """
        open_ = now or self._tries >= TRIES or record.is_passed(self.id)
        return cards.solution_card(self, not now) if open_ else cards.closed_card(self, TRIES - self._tries)

    def reset(self) -> Card:
        """Forgets tries and progress of this exercise."""
        self._wrong.clear()
        self.last = None
        record.forget(self.id)
        return card("open", self.title, "Forgotten: tries and progress. You can start again.")

    def _next_step(self, outcome: str) -> str:
        if outcome not in ("failed", "raised"):
            return ""
        if self._tries >= TRIES:
            return f"`{self.id}.hint()` has hints, and `{self.id}.solution()` is open now."
        return f"`{self.id}.hint()` has hints."

    def _run_cell(self, source: str) -> object:
        # The decorator hands the answer to this list in place of the exercise.
        taken: list[object] = []

        def take(answer: object) -> object:
            taken.append(answer)
            return answer

        mine = SimpleNamespace(**{self.name: take})
        names = {**self.namespace, "__name__": "__main__", self.lesson: mine}
        file = f"<{self.id}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec", dont_inherit=True), names)
        return taken[-1]

    def __repr__(self) -> str:
        return str(cards.task_card(self, record.is_passed(self.id)))


@display.static.register
def _(exercise: Exercise) -> dict[str, str]:
    return cards.task_card(exercise, record.is_passed(exercise.id))._repr_mimebundle_()
