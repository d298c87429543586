"""An event loop and a thread for a `grpc.aio` server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import grpc

from helpers.learner_threads import LearnerThreads


class EventLoopServer:
    """A `grpc.aio` server on an event loop and a thread of its own.

    Args:
        threads: of which its thread is one.
        make: makes the server, given `grpc.aio.server`.

    Raises:
        TimeoutError: the server did not start.
    """

    def __init__(self, threads: LearnerThreads, make: Callable[..., Any]):
        self.address = ""
        self._ready = threading.Event()
        threads.start(lambda: asyncio.run(self._serve(threads, make)))
        if not self._ready.wait(10):
            raise TimeoutError("the asyncio server of this check did not start within 10 s")

    async def _serve(self, threads: LearnerThreads, make: Callable[..., Any]) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = make(grpc.aio.server)
        self.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        await server.start()
        self._ready.set()
        # All handlers share this thread, so a stuck one is found here.
        with threads.interruptible():
            await self._end.wait()
        await server.stop(None)

    def stop(self) -> None:
        """Ends running calls and stops listening."""
        self._loop.call_soon_threadsafe(self._end.set)
