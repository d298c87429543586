"""What handlers did: when each ran, on which thread, and what it raised.

gRPC swallows what a handler raises (the client gets UNKNOWN, the log goes to a NullHandler), and what a
handler prints lands in the wrong cell. So every run is written down here, and shown where it belongs.
"""

from __future__ import annotations

import collections
import html
import os
import sysconfig
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import grpc

LIMIT = 1000  # runs that a log remembers

_failures: collections.deque[HandlerRun] = collections.deque(maxlen=100)


@dataclass(eq=False)
class HandlerRun:
    """One run of one handler.

    Attributes:
        method: `"/courier.v1.QuoteService/GetQuote"`, or of a web application `"GET /quotes/7"`.
        metadata: what the client sent, as pairs.
        thread: name of the thread that ran it.
        started_at: `time.monotonic()` seconds.
        ended_at: the same clock; `None` while it runs. A stream's handler ends with its last message.
        error: what the handler raised, or `None`. `context.abort(...)` is no error.
    """

    method: str
    metadata: tuple[tuple[str, str | bytes], ...] = ()
    thread: str = field(default_factory=lambda: threading.current_thread().name)
    started_at: float = field(default_factory=time.monotonic)
    ended_at: float | None = None
    error: BaseException | None = None

    @property
    def seconds(self) -> float | None:
        """How long it ran; `None` while it runs."""
        return None if self.ended_at is None else self.ended_at - self.started_at

    @property
    def traceback(self) -> str:
        """The error's traceback, with the learner's own lines alone; empty without an error."""
        if self.error is None:
            return ""
        told = traceback.TracebackException.from_exception(self.error)
        # Above the recorder is what called it: gRPC, and on asyncio the event loop, too.
        places = [place for place, frame in enumerate(told.stack) if frame.filename.startswith(_HERE)]
        del told.stack[: places[-1] + 1 if places else 0]
        _leave_out_libraries(told)
        while told.stack and told.stack[0].filename.startswith(_STDLIB):
            del told.stack[0]
        return "".join(told.format()).rstrip()


_HERE = str(Path(__file__).parent) + os.sep
_STDLIB = sysconfig.get_path("stdlib") + os.sep
# gRPC's folder lies where all installed packages do.
_LIBRARIES = (str(Path(__file__).parents[1]) + os.sep, str(Path(grpc.__file__).parents[1]) + os.sep)


def _leave_out_libraries(told: traceback.TracebackException | None) -> None:
    if told is not None:
        told.stack[:] = [frame for frame in told.stack if not frame.filename.startswith(_LIBRARIES)]
        told.stack = told.stack or None
        _leave_out_libraries(told.__cause__)
        _leave_out_libraries(told.__context__)


class HandlerLog:
    """The last runs of a server's handlers, oldest first; `len`, iteration and indexing work."""

    def __init__(self) -> None:
        self._runs: collections.deque[HandlerRun] = collections.deque(maxlen=LIMIT)

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[HandlerRun]:
        return iter(list(self._runs))

    def __getitem__(self, index):
        return list(self._runs)[index]

    def append(self, run: HandlerRun) -> None:
        """Notes that a handler has begun."""
        self._runs.append(run)

    def clear(self) -> None:
        """Forgets everything."""
        self._runs.clear()

    def _rows(self) -> list[tuple[str, str, str, str]]:
        runs = list(self)
        zero = runs[0].started_at if runs else 0.0
        return [
            (
                run.method if " " in run.method else run.method.rpartition("/")[2],
                f"{run.started_at - zero:.3f} s",
                "running" if run.seconds is None else f"{run.seconds:.3f} s",
                f"{type(run.error).__name__}: {run.error}" if run.error is not None else "",
            )
            for run in runs
        ]

    def __repr__(self) -> str:
        rows = [("handler", "began at", "ran for", "raised"), *self._rows()]
        if len(rows) == 1:
            return "No handler has run yet."
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def _repr_html_(self) -> str:
        rows = self._rows()
        if not rows:
            return "<em>No handler has run yet.</em>"
        heads = "".join(
            f'<th scope="col">{name}</th>' for name in ("handler", "began at", "ran for", "raised")
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def take_failures() -> list[HandlerRun]:
    """The runs, of any server, that raised since this was asked last."""
    taken = []
    while _failures:
        taken.append(_failures.popleft())
    return taken


def note_failure(run: HandlerRun) -> None:
    """Keeps a run that raised until somebody shows it."""
    _failures.append(run)
