"""Recording while a block runs: captures of one tap, or of several, that begin and end together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ..capture import Capture
from ..recording import Recording

QUIET_NS = 20_000_000
"""A capture ends when, after its block, nothing has passed for this long ..."""

PATIENCE_NS = 200_000_000
"""... but at the latest after this long."""

T = TypeVar("T")


class Capturing(Generic[T]):
    """Captures as long as a block runs: enter it with ``with`` or ``async with``.

    Args:
        recordings: What is captured, of taps whose recordings share a clock; one or more.
        give: Makes of their captures what the block is given.
        title: That of the captures.
    """

    def __init__(
        self, recordings: Sequence[Recording], give: Callable[[tuple[Capture, ...]], T], title: str = ""
    ) -> None:
        self._recordings = recordings
        self._give = give
        self._title = title
        self._captures: tuple[Capture, ...] = ()  # made on entering

    def __enter__(self) -> T:
        self._captures = tuple(Capture.begin(each, self._title) for each in self._recordings)
        return self._give(self._captures)

    def __exit__(self, *exc: object) -> None:
        begin = self._now()
        try:
            while (rest := self._rest(begin)) > 0:
                time.sleep(rest)
        finally:
            self._finish()

    async def __aenter__(self) -> T:
        return self.__enter__()

    async def __aexit__(self, *exc: object) -> None:
        begin = self._now()
        try:
            while (rest := self._rest(begin)) > 0:
                await asyncio.sleep(rest)
        finally:
            self._finish()

    def _now(self) -> int:
        return self._recordings[0].clock()

    def _finish(self) -> None:
        for capture in self._captures:
            capture.finish()

    def _rest(self, begin: int) -> float:
        """Seconds to wait before looking again; zero when the captures may end."""
        now = self._now()
        if now >= begin + PATIENCE_NS:
            return 0.0
        quiet = max(begin, *(each.last_ns for each in self._recordings)) + QUIET_NS - now
        if quiet <= 0:
            return 0.0 if all(each.settled for each in self._captures) else 0.002
        return quiet / 1e9
