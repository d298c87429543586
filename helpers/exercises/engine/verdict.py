"""What comes out of a check: four outcomes, told apart, with what was called, expected and came."""

from __future__ import annotations

from dataclasses import dataclass, replace


class Failed(Exception):
    """The learner's code ran, and did something other than agreed.

    Args:
        likely: the likely cause, as a teacher would put it; empty where nobody can say.
        called: what was called, `"GetQuote(weight_grams=100)"`.
        expected: what should have come.
        came: what did.
    """

    def __init__(self, likely: str = "", *, called: str = "", expected: str = "", came: str = ""):
        super().__init__(likely or f"{called}: expected {expected}, came {came}")
        self.likely, self.called, self.expected, self.came = likely, called, expected, came


class Raised(Exception):
    """The learner's code raised by accident.

    Args:
        error: what it raised, with its traceback.
        likely: the likely cause.
        called: what was called.
        expected: what should have come instead.
    """

    def __init__(self, error: BaseException, likely: str = "", *, called: str = "", expected: str = ""):
        super().__init__(str(error))
        self.error, self.likely, self.called, self.expected = error, likely, called, expected


class Unwritten(Exception):
    """There is nothing to check yet; the text says what is missing."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check, as text.

    Attributes:
        outcome: `"open"` (not attempted), `"passed"`, `"failed"` or `"raised"`.
        sentence: what happened and the likely cause, in a sentence or two.
        called: what was called when it happened; may be empty, like those that follow.
        expected: what should have come.
        came: what did.
        traceback: the learner's own lines that raised, and the exception.
        printed: the beginning of what the learner's code printed meanwhile.
    """

    outcome: str
    sentence: str
    called: str = ""
    expected: str = ""
    came: str = ""
    traceback: str = ""
    printed: str = ""

    def with_printed(self, printed: str) -> Verdict:
        """The same, with what was printed."""
        return replace(self, printed=printed)

    def __str__(self) -> str:
        facts = [("Called", self.called), ("Expected", self.expected), ("Came", self.came)]
        lines = [f"{self.outcome}: {self.sentence}", *(f"{name}: {text}" for name, text in facts if text)]
        return "\n".join([*lines, *filter(None, (self.traceback, self.printed))])
