"""The base of all clients: the repeating of a piece of work, and the reading of the clock."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from .expected import PATIENCE


@dataclass(frozen=True)
class Work:
    """What a client does in one run.

    Attributes:
        method: the client's method: `price`, `photo`, `parcels` or `positions`.
        at_once: how many calls are under way at a time; each is followed by the next until all have been made.
        count: for `positions`, how many.
    """

    method: str
    at_once: int = 1
    count: int = 0


class Blocking:
    """A client whose calls return when the answer is there."""

    def run(self, work: Work, repeats: int) -> float:
        """Does the work `repeats` times; returns how long that took, in seconds.

        Raises:
            WrongAnswer: an answer was not what it should have been.
        """
        call = self.call(work)
        started = time.perf_counter()
        if work.at_once == 1:
            for _ in range(repeats):
                call()
        else:
            self.many(work, repeats)
        return time.perf_counter() - started

    def call(self, work: Work) -> Callable[[], object]:
        """The function that does a piece of work once."""
        method = getattr(self, work.method)
        return (lambda: method(work.count)) if work.count else method

    def many(self, work: Work, repeats: int) -> None:
        """Makes `repeats` times `work.at_once` calls, `work.at_once` of them at a time."""
        raise NotImplementedError(f"{type(self).__name__} makes one call at a time")

    def close(self) -> None:
        """Ends its connections."""
        raise NotImplementedError


class OnLoop:
    """A client whose calls are awaited, on an event loop in a thread of its own.

    The notebook's own loop is busy with the cell that waits here. The clock is read on the client's loop, so
    that the way there and back is not in the time.
    """

    def __init__(self, address: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="comparison", daemon=True)
        self._thread.start()
        try:
            self._wait_for(self.open(address))
        except BaseException:
            self._end_loop()
            raise

    def run(self, work: Work, repeats: int) -> float:
        """As `Blocking.run`."""
        return self._wait_for(self._time(work, repeats))

    def close(self) -> None:
        """Ends its connections, its loop and its thread."""
        try:
            self._wait_for(self.shut())
        finally:
            self._end_loop()

    async def open(self, address: str) -> None:
        """Makes what the calls need, for a server at `address`, such as `127.0.0.1:41234`."""
        raise NotImplementedError

    async def shut(self) -> None:
        """Ends its connections."""
        raise NotImplementedError

    async def _time(self, work: Work, repeats: int) -> float:
        call: Callable[..., Awaitable] = getattr(self, work.method)
        arguments = (work.count,) if work.count else ()

        async def one_after_another() -> None:
            for _ in range(repeats):
                await call(*arguments)

        started = time.perf_counter()
        if work.at_once == 1:
            await one_after_another()
        else:
            await asyncio.gather(*(one_after_another() for _ in range(work.at_once)))
        return time.perf_counter() - started

    def _wait_for(self, coroutine: Coroutine) -> Any:
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # the stop button: nothing goes on in the background
            raise

    def _end_loop(self) -> None:
        async def end() -> None:
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._loop.shutdown_asyncgens()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


Client = Blocking | OnLoop
"""A connected client."""
