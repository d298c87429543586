"""Exercises that are answered with tests, which the check runs with pytest against what is right and what is broken."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import definitions, formatting
from .check import Check
from .kinds import _Write
from .not_attempted import code_of, is_not_attempted
from .verdict import Incorrect, NotAttempted, Raised, Verdict

if TYPE_CHECKING:
    from helpers.mutation.runs import Result


@dataclass(eq=False, repr=False, kw_only=True)
class WriteTests(_Write):
    """Write a test function, or a class of them, that tells what is right from what is broken.

    The check runs it with pytest, once for everything that is under test. All tests must pass with what is right, and
    for each broken one a test must fail: by an assertion, or with the status of a call.

    Attributes:
        fixture: the fixture that stands for what is under test, a parameter of the learner's tests.
        provide: makes the fixture's value of what is under test, yields it, and cleans up.
        good: what is right, by a description that begins a sentence: "A server that keeps to the contract".
        broken: what is broken, by a description: "A server that answers OK where the parcel is unknown".
        patience: seconds that one test may take.
    """

    fixture: str
    provide: Callable[[Any], Iterator[object]]
    good: Mapping[str, object]
    broken: Mapping[str, object]
    patience: float = 3.0

    @cached_property
    def stub(self) -> str:
        """The cell that learners find: a file of its own, or the solution without what is in its tests."""
        own = self._beside("stub", optional=True)
        return own or self.definition.stub([name for name in self.definition.methods if _is_test_name(name)])

    def judge(self, answer: Any) -> Verdict:
        """The verdict on tests."""
        verdict = super().judge(answer)
        if verdict.outcome != "passed":
            return verdict
        return replace(
            verdict, sentence=f"What is right passes, and {len(self.broken)} broken ones are caught."
        )

    def _require(self, answer: Any) -> None:
        tests = _tests_of(answer, f"@{self.id}")
        given = [_code_owner(test) for test in tests.values()]
        names = [(answer.__name__, name) if inspect.isclass(answer) else (name,) for name in tests]
        if all(
            is_not_attempted(test, code_of(self.stub, *name)) for test, name in zip(given, names, strict=True)
        ):
            raise NotAttempted(
                definitions.untouched(" and ".join(f"`{name}`" for name in tests), self.stub, len(tests))
            )
        if not any(self.fixture in inspect.signature(test).parameters for test in given):
            raise Incorrect(
                f"What is under test comes by a parameter: pytest hands `{self.fixture}` to every test that names it.",
                called=answer.__name__, expected=f"a test with the parameter {self.fixture}",
                actual=formatting.signature_text(given[0]),
            )  # fmt: skip

    def _expect_cases(self, check: Check) -> None:
        from helpers.mutation.runs import run_tests

        check.waiting_for = f"{check.answer.__name__} to end"
        cancelled, heard = threading.Event(), []

        def hear(result: Result) -> None:
            # The verdict may be known: then the others need not run.
            heard.append(result)
            before = [each for each in heard if each.subject != result.subject]
            escaped = {each.subject for each in before} - {
                each.subject for each in before if each.outcome == "failed"
            }
            is_wrong = result.subject not in self.broken and result.outcome != "passed"
            if is_wrong or result.outcome == "hung" or escaped & set(self.broken):
                cancelled.set()

        with check.closing(cancelled.set):
            results = run_tests(
                {check.answer.__name__: check.answer}, self.fixture, {**self.good, **self.broken}, self.provide,
                limit=self.patience, heard=hear, cancelled=cancelled,
            )  # fmt: skip
        for each in results:
            if each.outcome == "hung":
                raise self._hung(each)
        for description in self.good:
            self._expect_pass(description, [each for each in results if each.subject in (description, "")])
        for description in self.broken:
            self._expect_failure(description, [each for each in results if each.subject == description])

    def _expect_pass(self, description: str, results: Sequence[Result]) -> None:
        for each in results:
            called, expected = _called(each.test, description), "a test that passes"
            if each.outcome == "skipped":
                raise Incorrect(
                    "A test that is skipped says nothing. Let it run.",
                    called=called, expected=expected, actual="a test that is skipped",
                )  # fmt: skip
            if each.error is not None and each.outcome == "crashed":
                if type(each.error).__name__ == "FixtureLookupError":
                    raise self._no_fixture(each)
                raise Raised(each.error, called=called, expected=expected)
            if each.error is not None:
                raise Incorrect(
                    f"{description} is refused by your test. It asks for more than was agreed, or for something else.",
                    called=called, expected=expected, actual=_words(each.error), error=each.error,
                )  # fmt: skip

    def _expect_failure(self, description: str, results: Sequence[Result]) -> None:
        if any(each.outcome == "failed" for each in results):
            return
        expected = "a test that fails"
        for each in results:
            called = _called(each.test, description)
            if each.error is not None and each.outcome == "crashed":
                raise Incorrect(
                    f"{description} makes your test crash. That is luck: an assertion would say what is wrong.",
                    called=called, expected=f"{expected}, by an assertion or a status", actual=_words(each.error),
                    error=each.error,
                )  # fmt: skip
        tests = dict.fromkeys(each.test for each in results)
        raise Incorrect(
            f"{description} gets past your test{'s' if len(tests) > 1 else ''}.",
            called=_called(", ".join(tests), description), expected=expected,
            actual="all of them pass" if len(tests) > 1 else "it passes",
        )  # fmt: skip

    def _hung(self, result: Result) -> Incorrect:
        return Incorrect(
            f"A test may take {self.patience:g} s, and this one was still running. Does it sleep, or wait for a call "
            "without a `timeout`?",
            called=_called(result.test, result.subject),
            expected=f"a test that {'fails' if result.subject in self.broken else 'passes'}, within {self.patience:g} s",
            actual="a test that goes on",
        )  # fmt: skip

    def _no_fixture(self, result: Result) -> Incorrect:
        name = getattr(result.error, "argname", "")
        return Incorrect(
            f"pytest takes each parameter for a fixture, and there is none named `{name}`. Given is `{self.fixture}`.",
            called=result.test, expected=f"a test with the parameter {self.fixture}", actual=f"the parameter {name}",
        )  # fmt: skip


def _tests_of(answer: Any, usage: str) -> dict[str, Any]:
    """The test functions of an answer, by name."""
    name = getattr(answer, "__name__", "")
    if inspect.isclass(answer):
        found = {each: value for each, value in vars(answer).items() if _is_test_name(each)}
        if not name.startswith("Test") or not found:
            raise Incorrect(
                "pytest finds classes whose names begin with `Test`, and in them methods whose names begin with `test_`.",
                called=f"class {name}", expected="class Test…, with methods test_…",
                actual=f"class {name}, with methods {', '.join(each for each in vars(answer) if each[0] != '_') or '–'}",
            )  # fmt: skip
        return found
    if not inspect.isfunction(answer):
        raise Incorrect(
            f"This exercise asks for tests: put `{usage}` on the line right above `def test_…` or `class Test…`.",
            called=usage, expected="a test", actual=formatting.describe(answer),
        )  # fmt: skip
    if not _is_test_name(name):
        raise Incorrect(
            "pytest finds functions whose names begin with `test_`.",
            called=f"def {name}", expected="def test_…", actual=f"def {name}",
        )  # fmt: skip
    return {name: answer}


def _is_test_name(name: str) -> bool:
    return name.startswith("test")


def _code_owner(test: Any) -> Any:
    """The learner's own function, where `given` of Hypothesis has wrapped it."""
    return getattr(getattr(test, "hypothesis", None), "inner_test", test)


def _called(test: str, description: str) -> str:
    return f"{test}, with {description[:1].lower()}{description[1:]}" if test else description


def _words(error: BaseException) -> str:
    if formatting.is_status(error):
        return f"a call that ended with {formatting.status_text(error.code(), error.details())}"
    first, *_ = str(error).strip().splitlines() or [""]
    name = "Failed" if type(error).__name__ == "Failed" else type(error).__name__
    return formatting.shortened(f"{name}: {first}" if first else name)
