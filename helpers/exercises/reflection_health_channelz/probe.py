"""A health status that follows what the service depends on."""

from __future__ import annotations

from collections.abc import Callable

from ..engine import Check, WriteFunction, raises, wrong
from .setup import health, health_pb2

_STATUS = health_pb2.HealthCheckResponse
_UP, _DOWN = _STATUS.SERVING, _STATUS.NOT_SERVING
_SAME = "Nothing has changed, and every call of `set` is a message to all who watch. Set a status when it is a new one."
_LET_OUT = (
    "What `ping` raises says that the database is away. Catch it: whoever calls you has other things to do."
)


class _DatabaseError(Exception):
    """What a database's own library raises."""


class _WatchedHealth(health.HealthServicer):
    """A health servicer that notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []

    def set(self, service: str, status: int) -> None:
        name = (
            _STATUS.ServingStatus.Name(status) if status in _STATUS.ServingStatus.values() else repr(status)
        )
        self.told.append((service, name))
        super().set(service, status)


def _check_probe(check: Check) -> None:
    for service in ("courier.v1.QuoteService", "courier.v1.ParcelService"):
        _check_service(check, service)


def _check_service(check: Check, service: str) -> None:
    own_health, asked = _WatchedHealth(), []
    errors = [OSError("no route to db-7"), _DatabaseError("too many clients"), TimeoutError()]

    def ping(error: Exception | None) -> Callable[[], object]:
        def ping() -> object:
            asked.append(True)
            if error is not None:
                raise error
            return None  # there is nothing to say

        return ping

    status = None
    for error in [None, None, *errors, None, errors[0], None, None]:
        wanted = _UP if error is None else _DOWN
        before, state = status, "answers" if error is None else f"raises {type(error).__name__}"
        asked.clear()
        own_health.told.clear()
        called = f'probe(own_health, "{service}", status, ping), where ping {state}'
        was = "None" if before is None else _STATUS.ServingStatus.Name(before)
        result = check.run(
            own_health, service, before, ping(error), called=f"{called} and the status was {was}"
        )
        name = _STATUS.ServingStatus.Name(wanted)
        status = result.expect_return(name, {} if error is None else {type(error): _LET_OUT})
        result.expect(len(asked) == 1, "1 ping", f"{len(asked)} pings", "Ask the database once.")
        told = [] if before == wanted else [(service, name)]
        result.expect(
            own_health.told == told,
            f"set {told}", f"set {own_health.told}",
            _SAME if not told else
            f"Who watches is to learn now that the service is {name}: `own_health.set(service, status)`, once, and for "
            "this service alone.",
        )  # fmt: skip
        result.expect_value(
            wanted,
            {
                None: "Return the status: it is what you are given the next time.",
                ...: "Return the status that is true now.",
            },
        )


probe = WriteFunction(
    title="Health that follows a database",
    task="""
        **Input:** the server's `HealthServicer`, the name of a service, the status that was set last (or None), and a
        function `ping`, which raises something, whatever it is, when the database is away.

        **Goal:** call `ping` once. The service is `SERVING` if it returns, whatever it returns, and `NOT_SERVING` if it
        raises. Set this status if it is another than the last one, and return it. Nothing is raised.

        **Example:** the status was `SERVING`, and `ping` raises: set `NOT_SERVING`, and return it.
    """,
    check=_check_probe,
    hints=[
        "`try: ping()`, with an `except Exception` and an `else`, gives the status.",
        "`health_pb2.HealthCheckResponse.SERVING` and `.NOT_SERVING` are the numbers, and "
        "`own_health.set(service, status)` tells all who watch.",
    ],
    reason="A thread that calls this every few seconds makes the sign at the door true. Watchers hear of changes alone, "
    "so it may ask as often as it likes.",
    wrong_answers=[
        wrong("Set a status when it is a new one", ("if status != before:", "if True:")),
        raises("What `ping` raises says", ("except Exception", "except OSError")),
        wrong(
            "and for this service alone", ("own_health.set(service, status)", 'own_health.set("", status)')
        ),
        wrong("what you are given the next time", ("    return status", "    return None")),
        wrong("Ask the database once", ("        ping()\n", "        ping()\n        ping()\n")),
        wrong("and for this service alone", ("own_health.set(service, status)", "pass")),
    ],
)
