"""Runs one check: within a time limit, with its prints collected, and nothing of it left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from google.protobuf.descriptor import ServiceDescriptor

from . import prints, wording
from .check import Check
from .crew import Crew
from .verdict import Failed, Raised, Unwritten, Verdict


def judge(
    check: Callable[[Check], object],
    answer: object,
    services: Sequence[ServiceDescriptor] = (),
    *,
    limit: float = 20.0,
) -> Verdict:
    """The verdict of a check on a learner's answer.

    Args:
        check: returns, or raises `Failed`, `Raised` or `Unwritten`.
        answer: what the learner's cell defined.
        services: the services of the exercise.
        limit: seconds for all of it.
    """
    crew = Crew()
    at_work = Check(answer, services, crew)
    outcome: list[Verdict] = []
    done = threading.Event()

    def work() -> None:
        try:
            with crew.inside():
                outcome.append(verdict(check, at_work))
        finally:
            done.set()

    with prints.collected() as printed:
        try:
            crew.start(work)
            _wait(done, limit)
            said = str(printed)
        finally:
            # Also after the stop button: whatever runs must not run on.
            waiting = at_work.waiting_for
            at_work.close()
            crew.stop()
    if not outcome or not done.is_set():
        return Verdict(
            "failed",
            f"The check waited {limit:g} s for {waiting}, and then gave up. Is there a loop that never ends?",
            expected=f"an end within {limit:g} s", came="none", printed=said,
        )  # fmt: skip
    return outcome[0].with_printed(said)


def verdict(check: Callable, *args: object) -> Verdict:
    """Runs a check here and now, and returns what came of it."""
    try:
        check(*args)
    except Unwritten as gap:
        return Verdict("open", str(gap))
    except Failed as failure:
        sentence = failure.likely or "That is not what was agreed. Compare what was expected with what came."
        return Verdict("failed", sentence, failure.called, failure.expected, failure.came)
    except Raised as raised:
        name = type(raised.error).__name__
        sentence = raised.likely or f"Your code raised {name}. The line below is where it happened."
        return Verdict(
            "raised", sentence, raised.called, raised.expected, f"{name}", wording.own_traceback(raised.error)
        )
    except Exception as error:
        # A check that its author has not thought to the end; say so rather than blame the learner.
        return Verdict(
            "failed",
            "The check itself could not cope with what your code gave, and cannot say why. "
            "Compare with the task once more; a hint may help.",
            came=f"{type(error).__name__}: {wording.shortened(str(error))}",
        )
    return Verdict("passed", "Everything was answered as agreed.")


def _wait(done: threading.Event, limit: float) -> None:
    until = time.monotonic() + limit
    # In short steps, since on Windows the stop button does not interrupt a wait.
    while not done.wait(min(0.25, max(0.0, until - time.monotonic()))) and time.monotonic() < until:
        pass
