"""What a piece of work costs the processes that do it: memory while it runs, processor time when it is over."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import psutil

from . import cells
from .views.chart import Chart
from .views.kit.repeating import RepeatingThread

EVERY = 0.02
"""Seconds between two looks."""


class HasPid(Protocol):
    """A server, or anything else that runs in a process of its own."""

    @property
    def pid(self) -> int:
        """The number of the process."""


@dataclass
class Watched:
    """What was seen of a block, complete when it has ended.

    Attributes:
        seconds: how long it took.
        memory: for each process the most memory it had, in bytes (the resident set, as `top` shows it).
        processor: for each process the processor time that it took, all threads together, in seconds.
        chart: the memory over time; None where no title was given.
    """

    seconds: float = 0.0
    memory: dict[str, int] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    chart: Chart | None = None


@contextmanager
def watch(processes: Mapping[str, HasPid | int], title: str = "") -> Iterator[Watched]:
    """Looks at processes while a block runs, and with a title draws their memory meanwhile.

    >>> with watch({"server": server, "kernel": os.getpid()}) as seen:
    ...     download()
    >>> seen.seconds, seen.memory["server"], seen.processor["kernel"]

    Args:
        processes: each with its name: its number, or what has one, such as `serve_process` gives.
        title: of the chart.

    Raises:
        TypeError: something that is no process.
        ProcessLookupError: a process that has ended before.
    """
    for name, process in processes.items():
        if not isinstance(_pid(process), int):
            raise TypeError(f"{name!r} is no process: give its number, or what serve_process() returned")
    seen = Watched(chart=Chart(dict.fromkeys(processes, "B"), title) if title else None)
    looks = {name: _Look(name, process, seen) for name, process in processes.items()}
    if seen.chart is not None and cells.shell() is not None:
        from IPython.display import display

        display(seen.chart)
    began = time.perf_counter()
    try:
        with _looking(looks, seen.chart):
            yield seen
            seen.seconds = time.perf_counter() - began
    finally:
        seen.seconds = seen.seconds or time.perf_counter() - began


@contextmanager
def _looking(looks: Mapping[str, _Look], chart: Chart | None) -> Iterator[None]:
    if chart is not None:
        with chart.sampling(looks, every=EVERY):
            yield
        return

    def look_at_all() -> None:
        for each in looks.values():
            each()

    ticker = RepeatingThread(look_at_all, EVERY, "watched processes")
    ticker.start()
    try:
        yield
    finally:
        ticker.end()


class _Look:
    """A look at one process: notes what it has taken, and gives its memory in bytes; None where it has ended."""

    def __init__(self, name: str, process: HasPid | int, seen: Watched) -> None:
        self._name, self._target, self._seen = name, process, seen
        try:
            self._process = psutil.Process(_pid(process))
            self._before, memory = self._taken(), int(self._process.memory_info().rss)
        except psutil.NoSuchProcess:
            raise ProcessLookupError(f"{name!r} has ended. Run the cell again that starts it.") from None
        self._earlier = 0.0  # taken by those that had this name before
        seen.processor[name], seen.memory[name] = 0.0, memory

    def __call__(self) -> int | None:
        try:
            return self._look()
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            return None

    def _look(self) -> int | None:
        if self._process.pid != _pid(self._target):  # it was started again
            self._process = psutil.Process(_pid(self._target))
            self._earlier, self._before = self._seen.processor[self._name], 0.0
        memory = int(self._process.memory_info().rss)
        if not memory:  # it has ended, and who started it has not looked yet
            return None
        self._seen.memory[self._name] = max(memory, self._seen.memory[self._name])
        self._seen.processor[self._name] = self._earlier + self._taken() - self._before
        return memory

    def _taken(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def _pid(process: HasPid | int) -> int:
    return process if isinstance(process, int) else getattr(process, "pid", None)  # type: ignore[return-value]
