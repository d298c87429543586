"""What tests have said of what is right and of what is broken, as a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.views.kit.table import Table


@dataclass(frozen=True)
class Judgment:
    """What one test said of one subject; see `runs.Result`, whose words these are.

    Attributes:
        test: the test's name.
        subject: what was under test.
        outcome: `"passed"`, `"failed"`, `"crashed"`, `"hung"` or `"skipped"`.
        why: the exception in a few words.
    """

    test: str
    subject: str
    outcome: str
    why: str = ""


@dataclass(frozen=True)
class Tally:
    """All that was said.

    Attributes:
        good: the name of what is right.
        broken: the names of what is broken.
        judgments: what the tests said, in order.
        state: `"empty"`, `"running"`, `"done"` or `"stopped"`.
    """

    good: str
    broken: tuple[str, ...]
    judgments: tuple[Judgment, ...] = ()
    state: str = "empty"

    @property
    def caught(self) -> dict[str, list[str]]:
        """Of each broken subject the tests that caught it; a test that refuses what is right can catch nothing."""
        sound = self.named(self.good, "passed")
        return {
            subject: [test for test in self.named(subject, "failed") if test in sound]
            for subject in self.broken
        }

    def named(self, subject: str, outcome: str) -> list[str]:
        """The tests that ended so with a subject."""
        return [each.test for each in self._of(subject) if each.outcome == outcome]

    def table(self) -> Table:
        """A row for each subject: whether it is caught, and by which test."""
        rows = [(self.good, *self._verdict_on_good())]
        rows += [(subject, *self._verdict(subject)) for subject in self.broken]
        return Table(rows, ["under test", "verdict", "by"], title=self._title(), note=self._note())

    def _title(self) -> str:
        caught, all_of_them = sum(map(bool, self.caught.values())), len(self.broken)
        count = f"{caught} of {all_of_them} broken ones are caught"
        return {
            "empty": f"{all_of_them} broken ones, and no test yet",
            "running": f"Running. {count} so far",
            "done": count,
            "stopped": f"Stopped. {count} until then",
        }[self.state]

    def _note(self) -> str:
        lost = [each for each in self.judgments if not each.subject]
        unused = [each.test for each in lost if each.outcome in ("passed", "failed")]
        refusing = self.named(self.good, "failed")
        notes = [f"Nothing that is under test reaches {_listed(unused)}."] if unused else []
        notes += [f"{_listed(refusing)} refuses what is right, and can catch nothing."] if refusing else []
        notes += [
            f"{each.test}: {each.why}.".removeprefix(": ")
            for each in lost
            if each.outcome in ("crashed", "hung")
        ]
        return " ".join(notes)

    def _verdict_on_good(self) -> tuple[str, str]:
        said = self._of(self.good)
        wrong = [each for each in said if each.outcome in ("failed", "crashed", "hung")]
        if wrong:
            words = {"failed": "✗ refused", "crashed": "✗ crashed", "hung": "✗ hung"}
            return words[wrong[0].outcome], _reasons(wrong)
        return ("✓ passes", "all tests" if len(said) > 1 else said[0].test) if said else ("", "")

    def _verdict(self, subject: str) -> tuple[str, str]:
        if caught := self.caught[subject]:
            return "✓ caught", ", ".join(caught)
        sound = self.named(self.good, "passed")
        said = [each for each in self._of(subject) if each.test in sound]
        odd = [each for each in said if each.outcome in ("crashed", "hung")]
        if odd:
            return f"▲ {odd[0].outcome}", _reasons(odd)
        return ("▲ gets past", "") if said else ("", "")

    def _of(self, subject: str) -> Sequence[Judgment]:
        return [each for each in self.judgments if each.subject == subject]


def _reasons(judgments: Sequence[Judgment]) -> str:
    return "; ".join(f"{each.test}: {each.why}" for each in judgments)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
