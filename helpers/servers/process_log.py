"""What a program in a process of its own has printed, and when it began and ended."""

from __future__ import annotations

import collections
import time
from collections.abc import Iterator
from typing import NamedTuple, overload

from helpers.text import escape, plural, visible

LIMIT = 1000  # lines that a log remembers
SHOWN = 20  # of them, the last


class LogLine(NamedTuple):
    """One line.

    Attributes:
        seconds: since the log began.
        text: without the end of the line.
        printed: whether the program has printed it; else it says what became of the process.
    """

    seconds: float
    text: str
    printed: bool = True

    def __str__(self) -> str:
        return f"{self.seconds:8.3f} s  {'' if self.printed else '— '}{visible(self.text, lines=False)}"


class ProcessLog:
    """The last lines of a program, oldest first; `len`, iteration and indexing work. Both its streams are in it."""

    def __init__(self) -> None:
        self._lines: collections.deque[LogLine] = collections.deque(maxlen=LIMIT)
        self._began = time.monotonic()

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[LogLine]:
        return iter(list(self._lines))

    @overload
    def __getitem__(self, index: int) -> LogLine: ...

    @overload
    def __getitem__(self, index: slice) -> list[LogLine]: ...

    def __getitem__(self, index: int | slice) -> LogLine | list[LogLine]:
        return list(self._lines)[index]

    def append(self, text: str, printed: bool = True) -> None:
        """Notes a line that the program has printed, or what became of its process."""
        self._lines.append(LogLine(time.monotonic() - self._began, text, printed))

    def clear(self) -> None:
        """Forgets everything."""
        self._lines.clear()

    def _shown(self) -> list[str]:
        lines = list(self)
        left_out = len(lines) - SHOWN
        heading = [f"({plural(left_out, 'earlier line')})"] if left_out > 0 else []
        return heading + [str(line) for line in lines[-SHOWN:]] or ["Nothing was printed yet."]

    def __repr__(self) -> str:
        return "\n".join(self._shown())

    def _repr_html_(self) -> str:
        return f'<pre class="mathjax_ignore">{escape(repr(self))}</pre>'
