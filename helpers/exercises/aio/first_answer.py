"""The first answer of several, and no call that goes on after it."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import grpc

from ..engine import Check, FunctionResult, WriteFunction, wrong


class _Server:
    """What is asked: it answers, or fails, after so many turns of the loop, and may take some more to end."""

    def __init__(self, turns: int, answer: int | grpc.StatusCode) -> None:
        self.turns, self.answer = turns, answer
        self.began = self.cancelled = self.ended = False

    async def __call__(self) -> int:
        self.began = True
        try:
            for _ in range(self.turns):
                await asyncio.sleep(0)
            if isinstance(self.answer, int):
                return self.answer
            none = grpc.aio.Metadata()
            raise grpc.aio.AioRpcError(self.answer, none, none, "not now")
        except asyncio.CancelledError:
            self.cancelled = True
            for _ in range(20):  # as a call does, until its end is known
                await asyncio.sleep(0)
            raise
        finally:
            self.ended = True


_AWAY, _LATE = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED
_ALONE = "Ask all of them at the beginning, not one after the other: `asyncio.create_task` begins and does not wait."
_LEFT = (
    "The price is there, and other calls go on for nobody. Cancel every task that is left, and await them: `cancel()` "
    "only asks."
)
_SKIPPED = (
    "One server failed and another answered a little later: its price is wanted. Go on after an `RpcError`."
)
_HIDDEN = "No server had a price. The caller should hear it: raise one of the errors."


def _asked(
    check: Check, servers: list[_Server], story: str
) -> tuple[FunctionResult, list[tuple[bool, bool, bool]]]:
    """Calls the learner's function; gives how it went, and how far each server was when it returned."""
    answer = check.answer
    then: list[tuple[bool, bool, bool]] = []

    @functools.wraps(answer)
    async def watched(asks: Any) -> Any:
        try:
            return await answer(asks)
        finally:
            then.extend((each.began, each.cancelled, each.ended) for each in servers)

    check.answer = watched
    try:
        return check.run(list(servers), called=f"first_answer(asks), {story}"), then
    finally:
        check.answer = answer


def _expect_ended(result: FunctionResult, then: list[tuple[bool, bool, bool]], losers: list[int]) -> None:
    result.expect(all(began for began, _, _ in then), "all asked", "some never asked", _ALONE)
    running = sum(not ended for _, _, ended in then)
    result.expect(not running, "no call under way any more", f"{running} under way", _LEFT)
    uncancelled = [number for number in losers if not then[number][1]]
    waited = "The others were waited for: cancel them as soon as one has answered."
    result.expect(not uncancelled, "the others cancelled", f"{len(uncancelled)} ran to the end", waited)


def _check_first_answer(check: Check) -> None:
    rounds: list[tuple[str, list[tuple[int, int | grpc.StatusCode]], int, list[int]]] = [
        ("the second is the first to answer", [(300, 540), (20, 490), (300, 610)], 490, [0, 2]),
        ("the last is the first to answer", [(300, 540), (300, 490), (20, 0)], 0, [0, 1]),
        ("there is one only", [(5, 700)], 700, []),
        ("the first to be over has failed", [(10, _AWAY), (400, 650), (60, 620)], 620, [1]),
        ("all but one fail", [(10, _AWAY), (15, _LATE), (60, 630)], 630, []),
    ]
    for story, made, price, losers in rounds:
        servers = [_Server(turns, answer) for turns, answer in made]
        result, then = _asked(check, servers, story)
        failed = isinstance(result.error, grpc.RpcError)
        result.expect(not failed, str(price), "an RpcError", _SKIPPED)
        result.expect_value(price, {540: "The fastest wins, not the first of the list.", None: ""})
        _expect_ended(result, then, losers)
    servers = [_Server(20, _AWAY), _Server(10, _LATE)]
    result, then = _asked(check, servers, "all fail")
    if result.error is None:
        result.expect(False, "an RpcError", f"a return of {result.value!r}", _HIDDEN)
    if not isinstance(result.error, grpc.RpcError):
        result.expect_return("an RpcError", {Exception: _HIDDEN})
    _expect_ended(result, then, [])


first_answer = WriteFunction(
    title="Going further: the first answer wins",
    task="""
        **Input:** a list `asks` of coroutine functions, one at least. `await ask()` calls a server of its own and gives a
        price, or raises a `grpc.RpcError`.

        **Goal:** ask all of them at the same time and return the first price that comes. Before you return, cancel the
        calls that are left and wait until they have ended. A server that fails is passed over; if all fail, raise one
        of their errors.

        **Example:** three servers are asked, and the second has a price after 0.1 seconds: you return it at once, and
        the calls of the other two are cancelled.
    """,
    check=_check_first_answer,
    hints=[
        "`asyncio.create_task(ask())` begins a call; keep the tasks in a list.",
        "`for done in asyncio.as_completed(tasks):` gives what can be awaited, in the order in which calls end.",
        "A `finally` around all of it cancels the tasks and awaits them, whether you return or raise.",
    ],
    reason="This is a hedge: asking twice for the price of one delay. It costs the servers work that is thrown away, so "
    "the cancels are not politeness but half of the pattern. `finally` also covers the case that your own caller "
    "cancels you.",
    wrong_answers=[
        wrong(
            "other calls go on for nobody",
            (
                "        for task in tasks:\n            task.cancel()\n"
                "        await asyncio.gather(*tasks, return_exceptions=True)",
                "        pass",
            ),
        ),
        wrong("only asks", ("        await asyncio.gather(*tasks, return_exceptions=True)\n", "")),
        wrong("were waited for", ("        for task in tasks:\n            task.cancel()\n", "")),
        wrong(
            "Go on after an `RpcError`",
            (
                "except grpc.RpcError as failed:\n                error = failed",
                "except ZeroDivisionError as failed:\n                error = failed",
            ),
        ),
        wrong("The caller should hear it", ("        raise error\n", "        return None\n")),
        wrong("The fastest wins").whole("""
            async def first_answer(asks):
                tasks = [asyncio.create_task(ask()) for ask in asks]
                try:
                    return await tasks[0]
                finally:
                    for task in tasks:
                        task.cancel()
                    await asyncio.gather(*tasks, return_exceptions=True)
        """),
        wrong("were waited for").whole("""
            async def first_answer(asks):
                prices, error = [], None

                async def one(ask):
                    nonlocal error
                    try:
                        prices.append(await ask())
                    except grpc.RpcError as failed:
                        error = failed

                await asyncio.gather(*(one(ask) for ask in asks))
                if not prices:
                    raise error
                return prices[0]
        """),
        wrong("not one after the other").whole("""
            async def first_answer(asks):
                for ask in asks[::-1]:
                    try:
                        return 490 if ask.turns == 300 else await ask()
                    except grpc.RpcError as failed:
                        error = failed
                raise error
        """),
    ],
)
