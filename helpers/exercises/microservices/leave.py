"""The steps of a server that ends, in their order."""

from __future__ import annotations

import threading
import time
from typing import Any

from ..engine import Check, WriteFunction, wrong

NOT_SERVING = 2  # in grpc.health.v1
DRAIN, GRACE = 0.3, 5

_NEVER = "Nobody was told to go elsewhere: say that this server is not serving, with `checks.enter_graceful_shutdown()`."
_FIRST = "The clients heard of it when the server had stopped. Tell them first."
_SOON = "Clients need a moment to hear of it: wait for 0.3 s before you stop the server."
_LATE = "0.3 s are enough here. `time.sleep` counts in seconds."
_STOP = "The server was never stopped."
_GRACE = "Calls under way have 5 s to end: `server.stop(grace=5)`."
_RETURNED = "Your function came back while calls were still under way. `stop` returns at once, with an event to wait for."


class _Recorded:
    """What both fakes were asked, and when."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object, float]] = []

    def note(self, what: str, value: object = None) -> None:
        self.told.append((what, value, time.monotonic()))

    def times(self, what: str) -> list[float]:
        return [when for name, _, when in self.told if name == what]


class _Checks:
    """As much of grpc_health's `HealthServicer` as the task needs."""

    def __init__(self, recorded: _Recorded) -> None:
        self._recorded = recorded

    def set(self, service: str, status: int) -> None:
        self._recorded.note("not serving" if status == NOT_SERVING and not service else "serving", status)

    def enter_graceful_shutdown(self) -> None:
        self._recorded.note("not serving")


class _Server:
    """As much of `grpc.Server`: it stops when the last call has ended, after a while."""

    def __init__(self, recorded: _Recorded, seconds: float) -> None:
        self._recorded, self._seconds = recorded, seconds

    def stop(self, grace: float | None) -> threading.Event:
        self._recorded.note("stop", grace)
        stopped = threading.Event()

        def end() -> None:
            self._recorded.note("ended")
            stopped.set()

        timer = threading.Timer(self._seconds, end)
        timer.daemon = True
        timer.start()
        return stopped

    def wait_for_termination(self, timeout: float | None = None) -> bool:
        while not self._recorded.times("ended"):
            time.sleep(0.01)
        return False


def _check_leave(check: Check) -> None:
    for seconds in (0.0, 0.4):
        recorded = _Recorded()
        story = f"the last call needs {seconds:g} s" if seconds else "no call is under way"
        called = f"leave(checks, server), {story}"
        result = check.run(_Checks(recorded), _Server(recorded, seconds), called=called, stuck=_LATE)
        returned = time.monotonic()
        result.expect_return("the end of your function")
        told, stopped = recorded.times("not serving"), recorded.times("stop")
        seen = ", then ".join(name for name, _, _ in recorded.told) or "nothing"
        result.expect(bool(stopped), "a stop", seen, _STOP)
        result.expect(bool(told), "not serving, then stop", seen, _NEVER)
        result.expect(told[0] < stopped[0], "not serving, then stop", seen, _FIRST)
        pause = stopped[0] - told[0]
        result.expect(pause >= 0.95 * DRAIN, f"a pause of {DRAIN} s before the stop", f"{pause:.2g} s", _SOON)
        result.expect(pause < DRAIN + 1, f"a pause of {DRAIN} s before the stop", f"{pause:.2g} s", _LATE)
        graces: list[Any] = [value for name, value, _ in recorded.told if name == "stop"]
        result.expect(graces[0] == GRACE, f"stop(grace={GRACE})", f"stop(grace={graces[0]})", _GRACE)
        ended = recorded.times("ended")
        result.expect(
            bool(ended) and ended[0] <= returned, "a return after the last call", "an early return", _RETURNED
        )


leave = WriteFunction(
    title="Leave in good order",
    task="""
        **Input:** `checks`, the `HealthServicer` of a server, and the `server` itself, which is to end.

        **Goal:** tell the clients that it no longer serves, give them 0.3 s to hear of it (a whole second more would be
        too long), and stop the server with 5 s for the calls under way. Return when the last of them has ended.

        **Example:** a call that needs another 0.4 s gets them, and your function returns after it.
    """,
    check=_check_leave,
    hints=[
        "Three steps, and two waits: one in the middle, one at the end.",
        "`checks.enter_graceful_shutdown()` says `NOT_SERVING` for all services of the server.",
        "`server.stop(grace)` returns an event at once; `.wait()` waits until it is set.",
    ],
    reason="A server that has stopped can tell nobody anything. So it speaks first, waits until it is no longer asked, "
    "and only then stops; and the process ends last, when no call is left.",
    wrong_answers=[
        wrong("Nobody was told to go elsewhere", ("    checks.enter_graceful_shutdown()\n", "")),
        wrong("Clients need a moment", ("    time.sleep(0.3)\n", "")),
        wrong("`time.sleep` counts in seconds", ("sleep(0.3)", "sleep(3)")),
        wrong("Tell them first").diff("""
            -    checks.enter_graceful_shutdown()
            -    time.sleep(0.3)
                 server.stop(grace=5).wait()
            +    checks.enter_graceful_shutdown()
            +    time.sleep(0.3)
        """),
        wrong("Calls under way have 5 s", ("grace=5", "grace=None")),
        wrong("an event to wait for", (".wait()", "")),
    ],
)
