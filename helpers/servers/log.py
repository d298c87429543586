"""The log of a server: when each handler ran, on which thread, and what it raised.

gRPC swallows what a handler raises (the client gets UNKNOWN, the log goes to a NullHandler), and what a
handler prints lands in the wrong cell. So every run is written down here, and shown where it belongs.
"""

from __future__ import annotations

import collections
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import overload

from helpers import tracebacks
from helpers.text import escape, visible

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
        return "" if self.error is None else tracebacks.own_text(self.error)


class HandlerLog:
    """The last runs of a server's handlers, oldest first; `len`, iteration and indexing work."""

    def __init__(self) -> None:
        self._runs: collections.deque[HandlerRun] = collections.deque(maxlen=LIMIT)

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[HandlerRun]:
        return iter(list(self._runs))

    @overload
    def __getitem__(self, index: int) -> HandlerRun: ...

    @overload
    def __getitem__(self, index: slice) -> list[HandlerRun]: ...

    def __getitem__(self, index: int | slice) -> HandlerRun | list[HandlerRun]:
        return list(self._runs)[index]

    def append(self, run: HandlerRun) -> None:
        """Notes that a handler has begun."""
        self._runs.append(run)

    def clear(self) -> None:
        """Forgets everything."""
        self._runs.clear()

    def _rows(self) -> list[tuple[str, ...]]:
        runs = list(self)
        zero = runs[0].started_at if runs else 0.0
        rows = [
            (
                run.method if " " in run.method else run.method.rpartition("/")[2],
                f"{run.started_at - zero:.3f} s",
                "running" if run.seconds is None else f"{run.seconds:.3f} s",
                f"{type(run.error).__name__}: {run.error}" if run.error is not None else "",
            )
            for run in runs
        ]
        return [tuple(visible(cell, lines=False) for cell in row) for row in rows]

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
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f'<table class="mathjax_ignore"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def take_failures() -> list[HandlerRun]:
    """The runs, of any server, that raised since this was asked last."""
    taken = []
    while _failures:
        taken.append(_failures.popleft())
    return taken


def is_noted(error: BaseException) -> bool:
    """Whether a run that raised this is kept already."""
    return any(run.error is error for run in list(_failures))


def forget_failure(error: BaseException) -> None:
    """Lets a run go that raised this: somebody has dealt with it."""
    for run in [run for run in list(_failures) if run.error is error]:
        with contextlib.suppress(ValueError):  # it was taken meanwhile
            _failures.remove(run)


def last_failure() -> BaseException | None:
    """What a handler raised last, where nobody has taken it yet."""
    return _failures[-1].error if _failures else None


def note_failure(run: HandlerRun) -> None:
    """Keeps a run that raised until somebody shows it."""
    _failures.append(run)
