"""Many calls at once, but never more than so many."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from ..engine import Check, FunctionResult, WriteFunction, wrong


class _Depot:
    """What is asked: it counts who asks at the same time, and answers the first call long after the others."""

    def __init__(self, count: int, room: int, fails: Sequence[int] = ()) -> None:
        self.now = self.most = self.idle = 0
        self.asked: list[int] = []
        self.count, self.room, self.fails = count, room, fails

    async def ask(self, weight_grams: int) -> int:
        self.asked.append(weight_grams)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            # In turns of the loop, and not in seconds: a busy machine changes nothing.
            for _ in range(600 if len(self.asked) == 1 else 60 - 5 * (len(self.asked) % 4)):
                self.idle += self.now < self.room and len(self.asked) < self.count
                await asyncio.sleep(0)
            if weight_grams in self.fails:
                raise ValueError(f"no price for {weight_grams}")
            return 2 * weight_grams + 7
        finally:
            self.now -= 1


def _asked(check: Check, depot: _Depot, weights: list[int], most: int) -> FunctionResult:
    stuck = (
        "Does each call give its place back when it is over? `async with` does, also where a call has failed."
    )
    return check.run(depot.ask, weights, most, called=f"ask_all(ask, {weights}, {most})", stuck=stuck)


def _check_limited(check: Check) -> None:
    for weights, most in (([5, 3, 9, 1, 5, 8, 2, 7], 3), ([4, 6], 5), ([1, 2, 3, 4], 1), ([], 2)):
        depot = _Depot(len(weights), most)
        result = _asked(check, depot, weights, most)
        wanted = [2 * each + 7 for each in weights]
        actual = result.expect_return(str(wanted))
        diagnosis = ""
        if asyncio.isfuture(actual):
            diagnosis = "What `gather` gives has to be awaited, and the `await` before it is missing."
            with contextlib.suppress(asyncio.CancelledError):
                actual.exception()  # or asyncio writes that nobody has asked
        elif isinstance(actual, list) and sorted(map(str, actual)) == sorted(map(str, wanted)):
            diagnosis = "The prices belong in the order of the weights, whichever is answered first. `gather` keeps it."
        result.expect(isinstance(actual, list) and actual == wanted, str(wanted), str(actual), diagnosis)
        result.expect(depot.asked == weights, f"asked for {weights}", f"asked for {depot.asked}")
        allowed = min(most, len(weights))
        too_many = "More are under way than allowed. The place is taken before `ask` is called, and by each call for itself."
        idle = "There is room for more at the same time. Begin them all, and let each wait for its place."
        result.expect(
            depot.most == allowed,
            f"{allowed} at the same time",
            f"{depot.most} at the same time",
            too_many if depot.most > allowed else idle,
        )
        groups = "A call was over, and its place stayed empty until others had ended, too. Groups wait for their slowest: "
        groups += "let each call wait for a place of its own."
        # It takes some turns until the next call has begun.
        result.expect(
            depot.idle < 200,
            f"{allowed} at the same time while some are left",
            "a place that stayed empty",
            groups,
        )
    depot = _Depot(3, 2, fails=[9])
    result = _asked(check, depot, [5, 9, 1], 2)
    hidden = "One of the calls failed, and its error belongs to the caller: let it through."
    result.expect_raised(ValueError, hidden)


limited = WriteFunction(
    title="Three at a time, please",
    task="""
        **Input:** a coroutine function `ask`, a list of weights, and a number `most`. `await ask(weight_grams)` makes a
        call and gives a price.

        **Goal:** ask for all weights and return the list of prices, in the order of the weights. At any time at most
        `most` calls are under way, and as many as that while enough are left. An error of `ask` goes to the caller.

        **Example:** 100 weights and `most=3`: as soon as one of three is answered, the next begins.
    """,
    check=_check_limited,
    hints=[
        "`asyncio.Semaphore(most)` has so many places; `async with` takes one, waits for it if need be, and gives it back.",
        "Write a small `async def one(weight_grams)` that takes a place and then asks.",
        "`await asyncio.gather(*(one(each) for each in weights))` begins all of them and gives a list in their order.",
    ],
    reason="A client that can start thousands of calls at once can also bury a server under them. A semaphore is the "
    "smallest brake there is. Groups of three, one after the other, would wait for the slowest of each group.",
    wrong_answers=[
        wrong("More are under way than allowed", ("Semaphore(most)", "Semaphore(len(weights) + 1)")),
        wrong("More are under way than allowed").diff("""
            -        async with places:
            -            return await ask(weight_grams)
            +        async with asyncio.Semaphore(most):
            +            return await ask(weight_grams)
        """),
        wrong("There is room for more").whole("""
            async def ask_all(ask, weights, most):
                return [await ask(weight_grams) for weight_grams in weights]
        """),
        wrong("Groups wait for their slowest").whole("""
            async def ask_all(ask, weights, most):
                prices = []
                for start in range(0, len(weights), most):
                    group = weights[start : start + most]
                    prices += await asyncio.gather(*(ask(weight_grams) for weight_grams in group))
                return prices
        """),
        wrong("in the order of the weights").whole("""
            async def ask_all(ask, weights, most):
                places, prices = asyncio.Semaphore(most), []

                async def one(weight_grams):
                    async with places:
                        prices.append(await ask(weight_grams))

                await asyncio.gather(*(one(weight_grams) for weight_grams in weights))
                return prices
        """),
        wrong(
            "its error belongs to the caller",
            ("for weight_grams in weights))", "for weight_grams in weights), return_exceptions=True)"),
        ),
        wrong("give its place back").diff("""
            -        async with places:
            -            return await ask(weight_grams)
            +        await places.acquire()
            +        return await ask(weight_grams)
        """),
        wrong("the `await` before it is missing", ("return await asyncio.gather(", "return asyncio.gather(")),
    ],
)
