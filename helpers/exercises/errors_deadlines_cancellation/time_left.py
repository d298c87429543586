"""What is left of a deadline for another server, also where there is no deadline."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine import Case, Check, WriteFunction, wrong

_NONE = 9.223372035058859e18  # what gRPC gives on a thread where the client has set no deadline
_FOREVER = "There is no deadline, and the backend gets one that gRPC takes for over, or for none. Give it at most 2 s."
_LONG = "No backend gets more than 2 s, however long the client is ready to wait."
_MARGIN = "The backend gets 0.05 s less than what is left, so that there is time for an answer of your own."
_LIMIT = "The 0.05 s are taken from what is left of the deadline, and not from the limit of 2 s."
_OVER = "Less than nothing is left: give 0. A timeout below zero means the same, and looks like a mistake."


@dataclass
class _Context:
    """As much of a handler's context as the task needs."""

    left: float | None

    def time_remaining(self) -> float | None:
        return self.left

    def is_active(self) -> bool:
        return True


def _case(left: float | None, expected: float, diagnosis: str) -> Case:
    told = {_NONE: "no deadline, on a thread", None: "no deadline, on asyncio"}.get(left, f"{left} s left")
    silent = "Your function gave back None. Is a `return` missing?" if left is not None else diagnosis
    causes = {None: silent, 1.95: _LIMIT, ...: diagnosis}
    return Case((_Context(left),), expected, causes, called=f"time_left(context), {told}")


def _check_time_left(check: Check) -> None:
    check.expect_values(
        *(
            _case(1.0, 0.95, _MARGIN),
            _case(0.25, 0.2, _MARGIN),
            _case(60.0, 2.0, _LONG),
            _case(2.04, 1.99, _MARGIN),
            _case(2.05, 2.0, _MARGIN),
            _case(2.5, 2.0, _LONG),
            _case(_NONE, 2.0, _FOREVER),
            _case(
                None, 2.0, "On asyncio, `time_remaining()` is None where there is no deadline. " + _FOREVER
            ),
            _case(0.05, 0.0, _OVER),
            _case(0.02, 0.0, _OVER),
            _case(0.0, 0.0, _OVER),
        ),
        accept=lambda value: round(value, 6) if isinstance(value, (int, float)) else value,
    )


time_left = WriteFunction(
    title="What is left for the backend",
    task="""
        **Input:** the `context` of a handler, on a thread or on asyncio.

        **Goal:** return the timeout for a call to a backend, in seconds: what is left of the client's deadline, less
        0.05, but never more than 2 and never below 0. If the client has set no deadline, it is 2.

        **Example:** 1 second is left: 0.95. A minute is left: 2.
    """,
    check=_check_time_left,
    hints=[
        "`context.time_remaining()` gives the seconds left. Without a deadline it is a number of 19 digits on a thread, "
        "and None on asyncio.",
        "`min` keeps a number from growing too large, and `max` from falling too low; None goes first.",
    ],
    reason="One `min` takes care of two cases: a client that is too patient, and one that has set no deadline at all. "
    "The margin is what the front needs to answer in its own words.",
    wrong_answers=[
        wrong("On asyncio, `time_remaining()` is None", ("return 2.0", "return None")),
        wrong(
            "Give it at most 2 s",
            (
                "max(0.0, min(left - 0.05, 2.0))",
                "max(0.0, left - 0.05 if left > 100 else min(left - 0.05, 2.0))",
            ),
        ),
        wrong("No backend gets more than 2 s", ("max(0.0, min(left - 0.05, 2.0))", "max(0.0, left - 0.05)")),
        wrong("0.05 s less than what is left", ("min(left - 0.05, 2.0)", "min(left, 2.0)")),
        wrong("not from the limit of 2 s", ("min(left - 0.05, 2.0)", "min(left, 2.0) - 0.05")),
        wrong("give 0", ("max(0.0, min(left - 0.05, 2.0))", "min(left - 0.05, 2.0)")),
    ],
)
