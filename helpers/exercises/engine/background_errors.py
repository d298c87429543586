"""Exceptions that learners' code raises where nobody waits for it: on threads, in callbacks, in iterators, in tasks.

Python prints such an exception, gRPC and asyncio log it, and the caller only sees that something did not happen.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Iterator

_LIBRARIES = ("grpc", "asyncio", "concurrent")


class BackgroundErrors(logging.Filter):
    """The exceptions raised on threads that were started since, in order.

    Those that run already are none of a check's business: a server of the lesson, for one.

    Attributes:
        errors: exceptions and where each was raised, in a few words.
    """

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[tuple[BaseException, str]] = []
        self._earlier = set(threading.enumerate())

    def filter(self, record: logging.LogRecord) -> bool:
        """Takes an exception that a library logs; the log then shows nothing of it."""
        # gRPC logs what a callback raised without the exception, in the midst of handling it.
        error = record.exc_info[1] if record.exc_info else sys.exc_info()[1]
        if record.name == "root" and os.path.basename(os.path.dirname(record.pathname)) != "grpc":
            return True  # the learner's own
        if error is None or record.levelno < logging.ERROR or threading.current_thread() in self._earlier:
            return True
        self._keep(error, _place(record.getMessage()))
        return False

    def on_thread(self, given: threading.ExceptHookArgs) -> bool:
        """Takes what ended a thread; returns whether it was one of ours."""
        if given.thread in self._earlier or given.exc_value is None:
            return False
        self._keep(given.exc_value, "on a thread of its own")
        return True

    def _keep(self, error: BaseException, place: str) -> None:
        if all(error is not known for known, _ in self.errors):
            self.errors.append((error, place))


@contextlib.contextmanager
def collected() -> Iterator[BackgroundErrors]:
    """Collects them while the body runs."""
    heard, hook = BackgroundErrors(), threading.excepthook
    loggers = [
        logger
        for name, logger in list(logging.root.manager.loggerDict.items())
        if name.partition(".")[0] in _LIBRARIES and isinstance(logger, logging.Logger)
    ]
    loggers.append(logging.root)
    for logger in loggers:
        logger.addFilter(heard)
    threading.excepthook = lambda given: None if heard.on_thread(given) else hook(given)
    try:
        yield heard
    finally:
        threading.excepthook = hook
        for logger in loggers:
            logger.removeFilter(heard)


def _place(message: str) -> str:
    if "iterating requests" in message:
        return "in the iterator of requests"
    if "callback" in message.lower():
        return "in a callback"
    if "Task exception" in message:
        return "in a task of asyncio"
    return ""
