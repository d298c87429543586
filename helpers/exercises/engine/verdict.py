"""The verdict of a check: one of four outcomes, with what was called, expected and actually came."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass


@dataclass(eq=False)
class Incorrect(Exception):
    """The learner's code ran, and did something other than agreed.

    Attributes:
        diagnosis: the likely cause, as a teacher would put it; empty where nobody can say.
        called: what was called, `"GetQuote(weight_grams=100)"`.
        expected: what should have come.
        actual: what did.
        error: the exception that reached the check in place of a value; its lines are shown.
    """

    diagnosis: str = ""
    _: KW_ONLY
    called: str = ""
    expected: str = ""
    actual: str = ""
    error: BaseException | None = None


@dataclass(eq=False)
class Raised(Exception):
    """The learner's code raised by accident.

    Attributes:
        error: what it raised, with its traceback.
        diagnosis: the likely cause.
        called: what was called.
        expected: what should have come instead.
        place: where, if it was not in the call itself: "on a thread of its own".
    """

    error: BaseException
    diagnosis: str = ""
    _: KW_ONLY
    called: str = ""
    expected: str = ""
    place: str = ""


class NotAttempted(Exception):
    """There is nothing to check yet; the text says what is missing."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check, as text.

    Attributes:
        outcome: `"open"` (not attempted), `"passed"`, `"failed"` or `"raised"`.
        sentence: what happened and the likely cause, in a sentence or two.
        called: what was called when it happened; may be empty, like those that follow.
        expected: what should have come.
        actual: what did.
        traceback: the learner's own lines that raised, and the exception.
        printed: the beginning of what the learner's code printed meanwhile.
    """

    outcome: str
    sentence: str
    called: str = ""
    expected: str = ""
    actual: str = ""
    traceback: str = ""
    printed: str = ""

    def __str__(self) -> str:
        facts = [("Called", self.called), ("Expected", self.expected), ("Actual", self.actual)]
        lines = [f"{self.outcome}: {self.sentence}", *(f"{name}: {text}" for name, text in facts if text)]
        return "\n".join([*lines, *filter(None, (self.traceback, self.printed))])
