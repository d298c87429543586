"""A filter of gRPC's log: what its client side catches there and tells nobody, as what an iterator of requests raised.

The caller is told a status, UNKNOWN or INTERNAL, and asyncio's caller not even that. The loggers are listened to
by filters: what others see of the log stays as it was.
"""

from __future__ import annotations

import asyncio
import collections
import logging
import sys
import types
from typing import NamedTuple

MOST = 20  # failures that are kept until the cell is over

LOGGERS = ("grpc._channel", "grpc._common", "grpc._server", "grpc.aio._call")


INTERCEPTOR = "an interceptor of the server"

# gRPC's words, and where the learner's code was run that raised.
ELSEWHERE = (
    ("Exception in callback", "a callback of a call"),
    ("subscription callback", "a callback of a channel"),
    ("Exception servicing handler", INTERCEPTOR),
)


class Unserialized(NamedTuple):
    """What was given to a stub and is no message; `quietly` where the caller is told nothing of it."""

    value: object
    quietly: bool


class ClientFailures(logging.Filter):
    """Notes what failed, newest last, until `clear`."""

    def __init__(self) -> None:
        super().__init__()
        self.iterating: collections.deque[BaseException] = collections.deque(maxlen=MOST)
        self.unserialized: collections.deque[Unserialized] = collections.deque(maxlen=MOST)
        self.elsewhere: collections.deque[tuple[str, BaseException]] = collections.deque(maxlen=MOST)

    def install(self) -> None:
        """Begins to listen."""
        for name in LOGGERS:
            logging.getLogger(name).addFilter(self)
        # asyncio's side tells of a generator that raised in a debug message only.
        logging.getLogger("grpc.aio._call").setLevel(logging.DEBUG)

    def clear(self) -> None:
        """Forgets what failed."""
        self.iterating.clear()
        self.elsewhere.clear()
        self.unserialized.clear()

    def filter(self, record: logging.LogRecord) -> bool:
        """Looks at a record, and lets through what would have come through without this."""
        error, says = sys.exc_info()[1], str(record.msg)
        if error is not None and ("iterating requests" in says or "request_iterator raised" in says):
            if not isinstance(error, asyncio.CancelledError):
                self.iterating.append(error)
        elif error is not None and "Exception serializing message" in says:
            files = _files(sys._getframe())
            if not any("/grpc/_server.py" in file for file in files):
                quietly = any("/grpc/aio/" in file for file in files)
                self.unserialized.append(Unserialized(_message(error.__traceback__), quietly))
        elif error is not None and (
            where := next((place for says_so, place in ELSEWHERE if says_so in says), "")
        ):
            self.elsewhere.append((where, error))
        if record.name != "grpc.aio._call":
            return True
        return record.levelno >= logging.getLogger("grpc.aio").getEffectiveLevel()


def _files(frame: types.FrameType | None) -> list[str]:
    found = []
    while frame is not None:
        found.append(frame.f_code.co_filename.replace("\\", "/"))
        frame = frame.f_back
    return found


def _message(tb: types.TracebackType | None) -> object:
    return tb.tb_frame.f_locals.get("message") if tb else None


client_failures = ClientFailures()
