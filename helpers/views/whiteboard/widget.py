"""`Whiteboard`: drawing surfaces side by side. What is drawn on one goes to Python segment by segment."""

from __future__ import annotations

import itertools
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import traitlets

from ..kit import style
from ..kit.card import card
from ..kit.esm import Esm
from ..kit.event_log import EventLog, EventLogView
from ..kit.geometry import along
from ..kit.problem import problem_card
from ..kit.serial import WAITING_CALLS, Serial
from ..kit.strokes import Arrivals
from .html import HEIGHT, MOST_SEGMENTS, WIDTH, board_html, board_parts, board_text

_Place = tuple[int, int]  # in whole units of the drawing
_HOUSE = (
    (300, 600),
    (700, 600),
    (700, 300),
    (300, 300),
    (500, 150),
    (700, 300),
    (300, 600),
    (300, 300),
    (700, 600),
)


@dataclass(frozen=True)
class LineSegment:
    """A straight piece of a line, from ``(x1, y1)`` to ``(x2, y2)``.

    All coordinates run from 0 to 1: x to the right, y downwards.
    """

    author: str
    x1: float
    y1: float
    x2: float
    y2: float


class Line(Protocol):
    """Anything with the coordinates of a `LineSegment`, such as a message that a server sent."""

    x1: float
    y1: float
    x2: float
    y2: float


class Whiteboard(EventLogView):
    """Panels side by side, each a drawing surface with a name: draw with the mouse, a finger, or the keyboard.

    What is drawn on a panel appears there at once and goes to Python in short straight segments, while it is
    drawn; what comes from elsewhere (a server) is put onto a panel with `add`. The panels know nothing of each
    other.

    Args:
        names: the panels' names, two to four as a rule.

    Raises:
        ValueError: without a name, or with the same name twice.
    """

    _esm = Esm("views/whiteboard/widget.js")
    _css = style.css("views/kit/pen.css", "views/whiteboard/style.css", "views/kit/controls.css")
    static_css = ("views/whiteboard/style.css",)
    html = traitlets.Unicode().tag(sync=True)
    sample = traitlets.List([list(map(round, place)) for place in along(_HOUSE, 25)]).tag(sync=True)

    def __init__(self, *names: str, **traits: object) -> None:
        if not names or len(set(names)) < len(names):
            raise ValueError(
                "a whiteboard needs names for its panels, each different: Whiteboard('left', 'right')"
            )
        self.names = tuple(map(str, names))
        self._authors: list[str] = list(self.names)
        self._counts = {name: [0, 0] for name in self.names}
        self._said: dict[str, str] = {}
        self._pens: dict[str, _Pen] = {}
        self._callbacks: dict[str, Callable[[LineSegment], Any]] = {}
        self._readers: dict[str, weakref.ref[Arrivals[LineSegment]]] = {}
        self._workers = {name: Serial("whiteboard", self._failed(name)) for name in self.names}
        super().__init__(EventLog(MOST_SEGMENTS), html=board_html(self.names), **traits)

    def on_stroke(self, name: str, callback: Callable[[LineSegment], Any] | None) -> None:
        """Calls ``callback(segment)`` for each `LineSegment` drawn on panel ``name``, in order, in a thread of its own.

        Setting it again replaces the earlier one; None ends it. What it raises is shown below the panels.

        Raises:
            KeyError: for a panel that is not there.
        """
        self._check(name)
        with self._lock:
            self._callbacks.pop(name, None)
            if callback is not None:
                self._callbacks[name] = callback

    def segments(self, name: str) -> Arrivals[LineSegment]:
        """What is drawn on panel ``name`` from now on, as an iterator that blocks until there is more.

        It ends when the board is stopped or closed, and when the same is asked for again.

        Raises:
            KeyError: for a panel that is not there.
        """
        self._check(name)
        segments: Arrivals[LineSegment] = Arrivals(WAITING_CALLS)
        with self._lock:
            earlier = self._readers.get(name, lambda: None)()
            self._readers[name] = weakref.ref(segments)
        if earlier is not None:
            earlier.close()
        return segments

    def add(self, name: str, segment: Line, author: str = "") -> None:
        """Draws a segment onto panel ``name``, from any thread, at any rate.

        Args:
            name: the panel.
            segment: a `LineSegment`, or anything with its ``x1``, ``y1``, ``x2`` and ``y2``.
            author: who drew it; each author has a color and a dash pattern. A `LineSegment` knows its own.

        Raises:
            KeyError: for a panel that is not there.
            ValueError: where a coordinate is not a number.
        """
        self._check(name)
        author = author or getattr(segment, "author", "") or name
        ends = [_units(segment.x1, segment.y1), _units(segment.x2, segment.y2)]
        self._put(name, ends, author, received=True)

    def say(self, name: str, text: object) -> None:
        """Writes the line below panel ``name``.

        Raises:
            KeyError: for a panel that is not there.
        """
        self._check(name)
        with self._lock:
            self._said[name] = str(text)
        self._news()

    def clear(self) -> None:
        """Wipes all panels."""
        with self._lock:
            self.events.clear()
            self._counts = {name: [0, 0] for name in self.names}
            self._said.clear()
            self._problem = None
        self._news()

    def draw(self, name: str, points: Iterable[Sequence[float]], seconds: float = 0.0) -> None:
        """Draws a line through ``points`` (x, y) on panel ``name`` as a learner would, in ``seconds`` or at once.

        Raises:
            KeyError: for a panel that is not there.
        """
        self._check(name)
        key = f"python-{time.monotonic_ns()}"
        places = [_units(point[0], point[1]) for point in points]
        self._pen(name, key, "down", ())
        for place in places:
            time.sleep(seconds / len(places))
            self._pen(name, key, "move", [place])
        self._pen(name, key, "up", ())

    # -- inside --------------------------------------------------------------------------------------------

    def _static_html(self) -> str:
        status = self._status()
        return board_html(
            self.names, board_parts(self.names, list(self.events.items), status), status["problem"]
        )

    def _static_text(self) -> str:
        return board_text(self.names, list(self.events.items), self._status(), self._problem)

    def _check(self, name: str) -> None:
        if name not in self._counts:
            raise KeyError(f"no panel is called {name!r}; there are {', '.join(self.names)}")

    def _put(self, name: str, places: Sequence[_Place], author: str, received: bool, key: str = "") -> None:
        pieces = max(1, len(places) - 1)
        with self._lock:
            if author not in self._authors:
                self._authors.append(author)
            self._counts[name][received] += pieces
            line = [number for place in places for number in place]
            item = {"panel": self.names.index(name), "author": self._authors.index(author), "line": line}
            self.events.add({**item, "key": key} if key else item)
        self._news()

    def _receive(self, content: dict[str, Any]) -> None:
        kind = content.get("type")
        if kind == "pen":
            name = self.names[int(content["panel"])]
            self._pen(name, str(content.get("key")), content.get("phase"), content.get("points", ()))
        elif kind == "clear":
            self.clear()
        else:
            super()._receive(content)

    def _pen(self, name: str, key: str, phase: str | None, points: Iterable[Sequence[float]]) -> None:
        with self._lock:
            pen = self._pens.get(name)
            if phase == "down":
                pen = self._pens[name] = _Pen(key)
            if pen is None or pen.key != key:
                return
            places = pen.move([_clamp(point[0], point[1]) for point in points], last=phase == "up")
            if phase == "up":
                del self._pens[name]
        if not places:
            return
        self._put(name, places, name, received=False, key=key)
        for (x1, y1), (x2, y2) in itertools.pairwise(places):
            ends = (x1 / WIDTH, y1 / HEIGHT, x2 / WIDTH, y2 / HEIGHT)
            self._hand_over(name, LineSegment(name, *(round(number, 4) for number in ends)))

    def _hand_over(self, name: str, segment: LineSegment) -> None:
        with self._lock:
            callback = self._callbacks.get(name)
            reader = self._readers.get(name, lambda: None)()
        taken = reader is None or reader.put([segment]) or reader.closed
        if callback is not None:
            taken = self._workers[name].submit(callback, segment) and taken
        if not taken:
            why = f"{WAITING_CALLS:,} segments wait to be read by your code; newer ones are dropped."
            self._show_problem(card("warning", f"panel {name}", why))

    def _halt(self) -> None:
        with self._lock:
            readers = [reader() for reader in self._readers.values()]
            self._readers.clear()
            self._pens.clear()
        for reader in filter(None, readers):
            reader.close()
        for worker in self._workers.values():
            worker.stop()

    def _failed(self, name: str) -> Callable[[Exception], None]:
        def show(error: Exception) -> None:
            self._show_problem(problem_card(error, self._callbacks.get(name)))

        return show

    def _status(self) -> dict[str, Any]:
        with self._lock:
            return {
                "authors": list(self._authors),
                "counts": [list(self._counts[name]) for name in self.names],
                "said": [self._said.get(name, "") for name in self.names],
                "problem": self._problem.html() if self._problem else "",
            }

    def _size(self, item: dict[str, Any]) -> int:
        return 60 + 5 * len(item["line"])


class _Pen:
    """A pen that is down: its line's key, and the point where it is."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._at: list[_Place] = []
        self._drawn = False

    def move(self, places: Sequence[_Place], last: bool) -> list[_Place]:
        """What was drawn since the last call: from where the pen was on; a pen that never moved makes a dot."""
        line = [*self._at, *places]
        self._at = line[-1:]
        if len(line) > 1 or (last and line and not self._drawn):
            self._drawn = True
            return line if len(line) > 1 else line * 2
        return []


def _clamp(x: float, y: float) -> _Place:
    return round(min(max(x, 0), WIDTH)), round(min(max(y, 0), HEIGHT))


def _units(x: float, y: float) -> _Place:
    return _clamp(x * WIDTH, y * HEIGHT)
