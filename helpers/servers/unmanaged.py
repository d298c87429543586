"""An end for servers, channels, HTTP clients and processes that only a notebook's own names hold."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

import grpc

PATIENCE = 1.0  # seconds for all of them: a handler that never ends must not hold up the cell


def stop(values: Iterable[object]) -> None:
    """Stops the servers, closes channels and HTTP clients, ends the processes; leaves the other values alone.

    Args:
        values: what a notebook's names hold. Objects of asyncio are left alone: they end on their own loop.
    """
    ending: list[Callable[[float], object]] = []
    httpx = sys.modules.get("httpx")
    clients = (grpc.Channel, http.client.HTTPConnection, *((httpx.Client,) if httpx else ()))
    for value in list(values):
        # One that is closed or stopped already says so, each in its own way; nobody needs to hear it again.
        with contextlib.suppress(Exception):
            if isinstance(value, grpc.Server):
                ending.append(value.stop(None).wait)
            elif isinstance(value, clients):
                value.close()
            elif isinstance(value, subprocess.Popen):
                value.terminate()
                ending.append(value.wait)
    deadline = time.monotonic() + PATIENCE
    for wait in ending:
        with contextlib.suppress(subprocess.TimeoutExpired):
            wait(max(0.0, deadline - time.monotonic()))
