"""The servers that run in this process, each with the cell that started it."""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures.thread  # noqa: F401 (so that its hook is older than the one below)
import threading
import time
from typing import Any

from helpers import cells

from .arguments import ServeError

LIMIT = 50  # servers at a time: far more than a lesson needs, far fewer than a loop gone wrong makes

started: cells.Registry[Any] = cells.Registry()


def replace_earlier_run() -> list[threading.Event | asyncio.Future[None]]:
    """Stops the servers that an earlier run of the running cell has started.

    Returns:
        What tells that they have stopped; a `Server` has by now, an `AioServer` may still be about to.

    Raises:
        ServeError: more servers run than anyone wants, as after `serve` in a loop.
    """
    stopped = _stop(started.take_earlier())
    count = len(running())
    if count >= LIMIT:
        raise ServeError(
            f"{count} servers are running already: is serve() called in a loop?\n"
            "Stop them with `servers.stop_all()`, or keep one and use it again."
        )
    return stopped


def running() -> list[Any]:
    """The servers that run now, in the order in which they were started."""
    return [server for server in started if server.running]


def stop_all() -> None:
    """Stops every server that `serve`, `serve_aio`, `serve_http` and `serve_process` have started."""
    _stop(list(started))


def _stop(servers: list[Any]) -> list[threading.Event | asyncio.Future[None]]:
    """Stops servers together, and gives them a moment to free their ports."""
    deadline = time.monotonic() + 1  # a handler that never ends must not hold up the cell
    stopped = [server.stop() for server in servers]
    for server, event in zip(servers, stopped, strict=True):
        if isinstance(event, threading.Event) and not event.wait(max(0, deadline - time.monotonic())):
            # Of threads nobody can be rid; a process that takes its time can be ended.
            getattr(server, "kill", bool)()
    return stopped


# Python ends by joining the threads of all pools, and handlers that wait for their clients would never let it;
# `atexit` comes after that. This is the hook by which concurrent.futures does it, and the last to be
# registered there is the first to be called.
getattr(threading, "_register_atexit", atexit.register)(stop_all)
