"""Which servers run in this process, and which cell started them."""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures.thread  # noqa: F401 (so that its hook is older than the one below)
import threading
import time
from typing import TypeVar

from .. import cells
from .servicers import ServeError

AnyServer = TypeVar("AnyServer")

LIMIT = 50  # servers at a time: far more than a lesson needs, far fewer than a loop gone wrong makes

_lock = threading.Lock()
_running: dict[object, cells.CellRun | None] = {}


def replace_earlier_run() -> list[threading.Event | asyncio.Future]:
    """Stops the servers that an earlier run of the running cell has started.

    Returns:
        What tells that they have stopped; a `Server` has by now, an `AioServer` may still be about to.

    Raises:
        ServeError: more servers run than anyone wants, as after `serve` in a loop.
    """
    now = cells.running()
    with _lock:
        earlier = [
            s for s, run in _running.items() if now and run and run.cell == now.cell and run.run != now.run
        ]
    stopped = _stop(earlier)
    with _lock:
        count = len(_running)
    if count >= LIMIT:
        raise ServeError(
            f"{count} servers are running already: is serve() called in a loop?\n"
            "Stop them with `servers.stop_all()`, or keep one and use it again."
        )
    return stopped


def keep(server: AnyServer) -> AnyServer:
    """Remembers a server, with the cell that is running now."""
    with _lock:
        _running[server] = cells.running()
    return server


def forget(server: object) -> None:
    """Forgets a server that has stopped."""
    with _lock:
        _running.pop(server, None)


def stop_all() -> None:
    """Stops every server that `serve` and `serve_aio` have started in this process."""
    with _lock:
        servers = list(_running)
    _stop(servers)


def _stop(servers: list) -> list[threading.Event | asyncio.Future]:
    """Stops servers together, and gives them a moment to free their ports."""
    deadline = time.monotonic() + 1  # a handler that never ends must not hold up the cell
    stopped = [server.stop() for server in servers]
    for event in stopped:
        if isinstance(event, threading.Event):
            event.wait(max(0, deadline - time.monotonic()))
    return stopped


# Python ends by joining the threads of all pools, and handlers that wait for their clients would never let it;
# `atexit` comes after that. This is the hook by which concurrent.futures does it, and the last to be
# registered there is the first to be called.
getattr(threading, "_register_atexit", atexit.register)(stop_all)
