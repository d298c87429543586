"""The run of one check: within a time limit, its prints collected, nothing of it left behind; and its verdict."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import grpc
from google.protobuf.descriptor import ServiceDescriptor

from helpers.learner_threads import LearnerThreads

from . import background_errors, captured_output, explanations, formatting
from .check import Check
from .verdict import Incorrect, NotAttempted, Raised, Verdict


def judge(
    check: Callable[[Check], object],
    answer: object,
    services: Sequence[ServiceDescriptor] = (),
    *,
    limit: float = 20.0,
) -> Verdict:
    """The verdict of a check on a learner's answer.

    Args:
        check: returns, or raises `Incorrect`, `Raised` or `NotAttempted`.
        answer: what the learner's cell defined.
        services: the services of the exercise.
        limit: seconds for all of it.
    """
    threads = LearnerThreads()
    at_work = Check(answer, services, threads)
    outcome: list[Verdict] = []
    done = threading.Event()

    def work() -> None:
        try:
            with threads.interruptible():
                outcome.append(verdict(check, at_work))
        finally:
            done.set()

    with captured_output.collected() as printed, background_errors.collected() as heard:
        try:
            threads.start(work)
            _wait(done, limit)
            errors = list(
                heard.errors
            )  # what is raised while all of it is stopped is none of the learner's doing
            said = str(printed)
        finally:
            # Also after the stop button: whatever runs must not run on.
            waiting = at_work.waiting_for
            at_work.close()
            threads.stop()
    if not outcome or not done.is_set():
        return Verdict(
            "failed",
            f"The check waited {limit:g} s for {waiting}, and then gave up. Is there a loop that never ends?",
            expected=f"an end within {limit:g} s", actual="none", printed=said,
        )  # fmt: skip
    own = [(error, place) for error, place in errors if formatting.has_own_lines(error)]
    found = _with_overheard(outcome[0], own)
    unreported = [text for error, _ in own if (text := formatting.own_traceback(error)) != found.traceback]
    return replace(found, printed="\n".join(filter(str.strip, [said.rstrip(), *unreported])))


def verdict(check: Callable[[Check], object], at_work: Check) -> Verdict:
    """Runs a check here and now, and returns what came of it."""
    try:
        check(at_work)
    except NotAttempted as gap:
        return Verdict("open", str(gap))
    except Incorrect as failure:
        # An exception that nobody has spoken of is nearer to the cause than what did not come because of it.
        if raised := at_work.unreported():
            return _raised(raised, failure)
        sentence = (
            failure.diagnosis or "That is not what was agreed. Compare what was expected with what came."
        )
        lines = formatting.own_traceback(failure.error) if failure.error else ""
        return Verdict("failed", sentence, failure.called, failure.expected, failure.actual, lines)
    except Raised as raised:
        return _raised(raised)
    except Exception as error:
        # A check that its author has not thought to the end; say so rather than blame the learner.
        return Verdict(
            "failed",
            "The check itself could not cope with what your code gave, and cannot say why. "
            "Compare with the task once more; a hint may help.",
            actual=f"{type(error).__name__}: {formatting.shortened(str(error))}",
        )
    return Verdict("passed", "Everything was answered as agreed.")


def _raised(raised: Raised, instead_of: Incorrect | None = None) -> Verdict:
    error, name = raised.error, type(raised.error).__name__
    where = f" {raised.place}" if raised.place else ""
    line = " The line below is where it happened." if formatting.has_own_lines(error) else ""
    sentence = raised.diagnosis or explanations.explain(error) or f"Your code raised {name}{where}.{line}"
    called = raised.called or (instead_of.called if instead_of else "")
    expected = raised.expected or (instead_of.expected if instead_of else "")
    return Verdict("raised", sentence, called, expected, name, formatting.own_traceback(error))


def _with_overheard(found: Verdict, errors: Sequence[tuple[BaseException, str]]) -> Verdict:
    """A failure whose cause was raised where nobody waited for it: that exception is reported instead."""
    for error, place in errors:
        # A stream that was cancelled raises on the thread that reads it, which may be just as it should be.
        if (
            found.outcome == "failed"
            and isinstance(error, Exception)
            and not isinstance(error, grpc.RpcError)
        ):
            return _raised(
                Raised(error, place=place), Incorrect(called=found.called, expected=found.expected)
            )
    return found


def _wait(done: threading.Event, limit: float) -> None:
    until = time.monotonic() + limit
    # In short steps, since on Windows the stop button does not interrupt a wait.
    while not done.wait(min(0.25, max(0.0, until - time.monotonic()))) and time.monotonic() < until:
        pass
