"""`Chart`: quantities over time, live. Chart libraries draw with a script, and leave a saved page or a terminal empty."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from numbers import Real
from typing import Any

import traitlets

from helpers import cells
from helpers.text import shorten

from ..kit import style
from ..kit.esm import Esm
from ..kit.repeating import RepeatingThread
from ..kit.saved import SavedAtTheEnd
from .html import chart_html
from .model import new_record
from .text import chart_text

STYLE = "views/chart/style.css"
Measure = Callable[[], "float | None"]


class Chart(SavedAtTheEnd):
    """A few quantities over time, as lines; `add` and `mark` may be called from any thread, at any rate.

    Time is counted from the first value on. Series of one unit share an axis, which begins at zero. Memory is bounded:
    of many values those stay that are the least or the most around them.

    Args:
        series: each quantity's name, and its unit: ``B`` and ``B/s`` (shown as kB, MB, …), ``s`` (as ms), ``%``, or
            anything that may stand behind a number, such as ``calls/s``. Six are drawn.
        title: what is shown.
        note: a sentence below.

    Raises:
        TypeError: names or units that are no texts.
        ValueError: no series.
    """

    _esm = Esm("views/chart/widget.js")
    _css = style.css(STYLE)
    static_css = (STYLE,)
    html = traitlets.Unicode().tag(sync=True)

    def __init__(self, series: Mapping[str, str], title: str = "", note: str = "", **traits: object) -> None:
        self._given = dict(series) if isinstance(series, Mapping) else series, title, note
        self._record = new_record(*self._given)
        self._key = self._record.key
        self._began: float | None = None
        self._samplers: list[RepeatingThread] = []
        super().__init__(**traits)
        self.html = self._static_html()

    def add(self, name: str, value: float | None, at: float | None = None) -> None:
        """One value of a series, measured now, or ``at`` seconds after the beginning.

        None says that there was nothing to measure: the line has a gap.

        Raises:
            TypeError: the value is no number.
            ValueError: an unknown series, an infinite value, or a time before that of its last value.
        """
        with self._lock:
            series = self._record.series.get(name)
            if series is None:
                raise ValueError(f"there is no series {name!r}; there are {', '.join(self._record.series)}")
            series.add(self._now(at), value)
            if self._record.state == "empty":
                self._record.state = "running"
        self._news()

    def mark(self, text: object, at: float | None = None) -> None:
        """Something has happened, now, or ``at`` seconds after the beginning: a numbered line across the chart."""
        with self._lock:
            self._record.mark(self._now(at), shorten(str(text), 120))
        self._news()

    @contextmanager
    def sampling(self, functions: Mapping[str, Measure], every: float = 0.05) -> Iterator[Chart]:
        """Measures while a block runs: calls the function of each series again and again, on a thread.

        The chart is done when the block has ended, and failed where it has raised. A function that raises leaves a
        gap, and the chart says why.

        Args:
            functions: for each name a function that takes nothing and returns a value, or None.
            every: seconds between two measurements, 0.01 or more.

        Raises:
            TypeError: what should measure cannot be called.
            ValueError: an unknown series, or a time that is too short.
        """
        for name, function in functions.items():
            if name not in self._record.series:
                raise ValueError(f"there is no series {name!r}; there are {', '.join(self._record.series)}")
            if not callable(function):
                raise TypeError(f"{name!r} is measured by a function without arguments, not by {function!r}")
        if not isinstance(every, Real) or not every >= 0.01:
            raise ValueError(f"every must be 0.01 seconds or more, not {every!r}")
        sampler = RepeatingThread(partial(self._measure, dict(functions)), float(every), "chart samples")
        with self._lock:
            self._record.state, self._record.ending = "running", ""
            self._samplers.append(sampler)
        sampler.start()
        try:
            yield self
        except BaseException as error:
            sampler.end()
            self.failed(_cause(error))
            raise
        else:
            sampler.end()
            self.done()

    def done(self, text: object = "") -> None:
        """The measurement is over and went well; ``text`` is shown above the chart."""
        self._end("done", text)

    def failed(self, text: object = "") -> None:
        """The measurement is over and did not go well; ``text`` is shown above the chart."""
        self._end("failed", text)

    def reset(self) -> None:
        """Starts over: no values, no marks; time begins with the next value."""
        with self._lock:
            self._record, self._began = new_record(*self._given), None
            self._record.key = self._key
        self._news()

    def values(self, name: str) -> list[tuple[float, float | None]]:
        """The values of a series that are kept: seconds, and how much; None where there was nothing to measure."""
        with self._lock:
            return [(time, value) for time, value in self._record.series[name].points]

    def most(self, name: str) -> float | None:
        """The largest value that a series has had; None before the first one."""
        with self._lock:
            return self._record.series[name].most

    def _now(self, at: float | None) -> float:
        """Seconds since the beginning, which is now where nothing has begun."""
        if self._began is None:
            self._began = time.monotonic() - (at or 0.0)
        return max(0.0, time.monotonic() - self._began if at is None else float(at))

    def _measure(self, functions: Mapping[str, Measure]) -> None:
        """Adds one value of each function."""
        for name, function in functions.items():
            try:
                value, problem = function(), ""
                self.add(name, value)
            except Exception as error:
                problem = f"{name} cannot be measured: {_cause(error)}"
                self.add(name, None)
            with self._lock:
                self._record.problems[name] = problem

    def _end(self, state: str, text: object) -> None:
        with self._lock:
            self._record.state, self._record.ending = state, shorten(str(text), 200)
        self._news()
        if cells.running() is not None:
            self._save()  # also within an `interact`, where no cell will end

    def _halt(self) -> None:
        with self._lock:
            samplers, self._samplers = self._samplers, []
        for sampler in samplers:
            sampler.end()

    def _push(self) -> int:
        self.html = self._static_html()
        return len(self.html)

    def _saved_traits(self) -> dict[str, Any]:
        return {"html": self._static_html()}

    def _static_html(self) -> str:
        with self._lock:
            return chart_html(self._record)

    def _static_text(self) -> str:
        with self._lock:
            return chart_text(self._record)


def _cause(error: BaseException) -> str:
    """An error in a few words: its status where it has one, or its class and its first line."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped"
    status = getattr(error, "code", None)
    if callable(status) and hasattr(status(), "name"):
        return str(status().name)
    first = str(error).strip().partition("\n")[0]
    return shorten(f"{type(error).__name__}: {first}" if first else type(error).__name__, 160)
