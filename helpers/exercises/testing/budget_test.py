"""A test of a client that divides its time, with a clock that the test turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import grpc

from ..engine import WriteTests, raises, wrong
from .workshop import as_it_is, quote_pb2

_MOST = 20  # attempts of a client that would never end

_Clock = Callable[[], float]


def _client(
    left: Callable[[float, float, float], float] = lambda budget, begun, now: begun + budget - now,
    enough: Callable[[float], bool] = lambda seconds: seconds > 0,
    attempts: int = _MOST,
    real: bool = False,
) -> Callable[..., Any]:
    """A client that asks as long as there is enough time left, which it counts in its own way."""

    def fetch(parcels: Any, parcel_id: str, budget: float, clock: _Clock) -> Any:
        clock = time.monotonic if real else clock
        begun, error, seconds = clock(), None, budget
        for _ in range(attempts):
            try:
                request = quote_pb2.GetParcelRequest(parcel_id=parcel_id)
                return parcels.GetParcel(request, timeout=seconds).parcel
            except grpc.RpcError as problem:
                if problem.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
                error = problem
            seconds = left(budget, begun, clock())
            if not enough(seconds):
                break
        if error is not None:
            raise error
        return None

    return fetch


def _counting_down(parcels: Any, parcel_id: str, budget: float, clock: _Clock) -> Any:
    until = clock() + budget
    while True:
        call = quote_pb2.GetParcelRequest(parcel_id=parcel_id)
        try:
            return parcels.GetParcel(call, timeout=until - clock()).parcel
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE or clock() >= until:
                raise


budget_test = WriteTests(
    title="A deadline without waiting",
    task="""
        **Input:** the fixture `fetch`, a client: `fetch(parcels, parcel_id, budget, clock)` has `budget` seconds in all.
        It calls `parcels.GetParcel(request, timeout=…)`, and after `UNAVAILABLE` it tries again as long as time is
        left; what is left is the attempt's `timeout`. When nothing is left, the last error is raised. It asks `clock()`
        for the time, and nobody else.

        **Goal:** test that, with a clock of your own and without waiting. `FakeClock` and `Unavailable` are those of the
        lesson.

        **Example:** each attempt takes 2 seconds, and the budget is 4: there are two attempts, of 4 and of 2 seconds.
    """,
    fixture="fetch",
    provide=as_it_is,
    good={"A client that does so": _client(), "A client that does so in other ways": _counting_down},
    broken={
        "A client that gives each attempt the whole budget": _client(
            lambda budget, begun, now: budget, attempts=2
        ),
        "A client that makes an attempt with nothing left": _client(enough=lambda seconds: seconds >= 0),
        "A client that goes on when its time is over": _client(enough=lambda seconds: True),
        "A client that makes one attempt": _client(attempts=1),
        "A client that looks at the clock on the wall": _client(real=True),
        "A client that believes the clock to begin at 0": _client(lambda budget, begun, now: budget - now),
        "A client that takes the time of day for what is left": _client(
            lambda budget, begun, now: now, attempts=2
        ),
    },
    hints=[
        "The stub may be fake, too: an object with a method `GetParcel(self, request, timeout)` that turns the clock, keeps "
        "the `timeout`, and raises `Unavailable()`.",
        "Let the clock begin at some other time than 0: clocks do.",
        "`with pytest.raises(grpc.RpcError):` around `fetch(…)`; then compare the list of timeouts with the one that "
        "you expect.",
    ],
    reason="A test that turns the clock itself does not wait, and has the same result on every machine. It can look at the "
    "very moment at which time is up.",
    wrong_answers=[
        wrong(
            "gives each attempt the whole budget", ("assert timeouts == [4, 2]", "assert len(timeouts) == 2")
        ),
        wrong("makes an attempt with nothing left", ("budget=4", "budget=3"), ("[4, 2]", "[3, 1]")),
        wrong("believes the clock to begin at 0", ("    clock.now = 1000\n", "")),
        wrong("an attempt with nothing left gets past", ("timeouts == [4, 2]", "timeouts[:2] == [4, 2]")),
        wrong("is refused by your test", ("clock.now += 2", "clock.now += 1")),
        wrong("Does it sleep").diff("""
            -            clock.now += 2
            +            time.sleep(2)

            -        fetch(Slow(), "P-1", budget=4, clock=clock)
            +        fetch(Slow(), "P-1", budget=4, clock=time.monotonic)
        """),
        raises("AttributeError", ("raise Unavailable()", "raise grpc.RpcError()")),
    ],
)
