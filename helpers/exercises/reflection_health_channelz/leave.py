"""A server that says that it will go, goes on serving for a moment, and lets its calls end."""

from __future__ import annotations

import threading
import time

from ..engine import Check, WriteFunction, wrong
from .setup import health

_FIRST = "Callers are to hear of it while they can still turn elsewhere: say it first, and stop then."
_SOON = "After the word the server takes calls for `notice` seconds more, since not all have heard it. Wait before `stop`."
_LONG = "That is longer than `notice`. Who has told the program to end is waiting."
_GRACE = "`stop` without a grace ends calls that are under way. Give it the seconds that they may take: `stop(grace)`."
_WAIT = (
    "`stop` returns at once, with an event that is set when the last call has ended. Wait for it: a program that ends "
    "now would take its calls with it."
)
_FOR_GOOD = (
    "A monitor in another thread may set SERVING again a moment later. `enter_graceful_shutdown` is for good, and for all "
    "services."
)


class _Server:
    """As much of a `grpc.Server` as the task needs; what is done is noted."""

    def __init__(self, takes: float) -> None:
        self.takes = takes
        self.graces: list[object] = []
        self.stopped_at = 0.0
        self.over = threading.Event()

    def stop(self, grace: float | None) -> threading.Event:
        self.graces.append(grace)
        self.stopped_at = time.monotonic()
        timer = threading.Timer(self.takes, self.over.set)
        timer.daemon = True
        timer.start()
        return self.over


class _Health(health.HealthServicer):
    """A health servicer that notes when it was told to leave."""

    left_at = 0.0

    def enter_graceful_shutdown(self) -> None:
        self.left_at = self.left_at or time.monotonic()
        super().enter_graceful_shutdown()

    @property
    def says(self) -> dict[str, int]:
        return dict(self._server_status)


def _check_leave(check: Check) -> None:
    for notice, grace, takes in ((0.8, 5, 0.1), (0.1, 0.5, 0.4)):
        server, own_health = _Server(takes), _Health()
        own_health.set("courier.v1.QuoteService", 1)
        called = f"leave(server, own_health, notice={notice}, grace={grace})"
        result = check.run(server, own_health, notice, grace, called=called)
        result.expect_return("a server that has stopped")
        result.expect(
            bool(server.graces), "server.stop(…)", "no call of `stop`", "Stop the server at the end."
        )
        told_otherwise = own_health.left_at == 0 and 2 in own_health.says.values()
        result.expect(not told_otherwise, "enter_graceful_shutdown()", "set(…)", _FOR_GOOD)
        said = 0 < own_health.left_at <= server.stopped_at
        result.expect(said, "NOT_SERVING, and then `stop`", "`stop` without a word before it", _FIRST)
        waited = server.stopped_at - own_health.left_at
        result.expect(waited >= notice, f"{notice} s between the two", f"{waited:.2g} s", _SOON)
        result.expect(waited < notice + 0.65, f"{notice} s between the two", f"{waited:.2g} s", _LONG)
        result.expect(server.graces[0] == grace, f"stop({grace})", f"stop({server.graces[0]})", _GRACE)
        result.expect(len(server.graces) == 1, "one stop", f"{len(server.graces)} of them", "Once is enough.")
        result.expect(
            server.over.is_set(), "a return when the last call has ended", "a return before it", _WAIT
        )


leave = WriteFunction(
    title="Take leave politely",
    task="""
        **Input:** a running `grpc.Server`, its `HealthServicer`, and two times in seconds, `notice` and `grace`.

        **Goal:** say of all services that they are not serving, for good. Go on serving for `notice` seconds. Then stop
        the server, once: calls that are under way may take `grace` seconds. Return when the last of them has ended.

        **Example:** `leave(server, own_health, notice=5, grace=30)` is what a program does when it is told to end.
    """,
    check=_check_leave,
    hints=[
        "Four steps, a line each: a word, a wait, a stop, a wait.",
        "`own_health.enter_graceful_shutdown()` is the word, and `time.sleep(notice)` the first wait.",
        "`server.stop(grace)` returns an event, which has a `wait()`.",
    ],
    reason="Load balancers hear the word and send new calls elsewhere. Until they all have, a server that refused calls "
    "would make errors that nobody needs.",
    wrong_answers=[
        wrong("say it first").diff("""
            -    own_health.enter_graceful_shutdown()
            -    time.sleep(notice)
            -    server.stop(grace).wait()
            +    stopped = server.stop(grace)
            +    own_health.enter_graceful_shutdown()
            +    time.sleep(notice)
            +    stopped.wait()
        """),
        wrong("Wait before `stop`", ("    time.sleep(notice)\n", "")),
        wrong("ends calls that are under way", ("server.stop(grace)", "server.stop(None)")),
        wrong("Wait for it", (".wait()", "")),
        wrong("is for good").diff("""
            -    own_health.enter_graceful_shutdown()
            +    for service in ("", "courier.v1.QuoteService"):
            +        own_health.set(service, 2)
        """),
        wrong("for all services", ("own_health.enter_graceful_shutdown()", 'own_health.set("", 2)')),
        wrong("say it first", ("    own_health.enter_graceful_shutdown()\n", "")),
        wrong("Wait for it", (".wait()", ".wait(grace / 2)")),
    ],
)
