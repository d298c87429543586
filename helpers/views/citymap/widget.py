"""`CityMap`: couriers that move as messages arrive, and a pen whose points are a request stream."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import traitlets

from ..kit import style
from ..kit.card import Card
from ..kit.esm import Esm
from ..kit.geometry import XY, along
from ..kit.problem import problem_card
from ..kit.saved import SavedAtTheEnd
from ..kit.strokes import Point, Points, Strokes
from . import streets
from .html import KINDS, LOOKS, Marker, StatusLine, city_html, city_text, parts, summary_of
from .streets import HEIGHT, WIDTH

MOST_ANSWERS = 8
"""Strokes that may be waiting for their answer at a time."""
DRAWING = "Drawing"
_SAMPLE = along(streets.route((1, 1), (8, 6)), 0.15)


class CityMap(SavedAtTheEnd):
    """A map of the courier company's city: 10 km from west to east (``x``), 7 km from south to north (``y``).

    `move` and `place` may be called from any thread at any rate; the page gets ten updates a second at most,
    the last one always. Every position that arrived is a dot on the map: nothing is drawn that was not sent.

    With `on_stroke` or `points` a learner draws on it: with the mouse, a finger, or the keyboard.
    """

    _esm = Esm("views/citymap/widget.js")
    _css = style.css("views/kit/pen.css", "views/citymap/style.css", "views/kit/controls.css")
    static_css = ("views/citymap/style.css",)
    content = traitlets.Dict().tag(sync=True)
    drawable = traitlets.Bool(False).tag(sync=True)
    sample = traitlets.List(list(map(list, _SAMPLE))).tag(sync=True)
    extent = traitlets.List([WIDTH, HEIGHT]).tag(sync=True)

    route = staticmethod(streets.route)
    along = staticmethod(along)

    def __init__(self, **traits: object) -> None:
        self._markers: dict[str, Marker] = {}
        self._status = StatusLine()
        self._problem: Card | None = None
        self._strokes = Strokes((WIDTH, HEIGHT), self._began, self._ended)
        self._start: Callable[[Points], Any] | None = None
        self._workers: set[threading.Thread] = set()
        self._drawn: Sequence[Point] = ()
        self._key = ""
        super().__init__(**traits)

    # -- what is shown -------------------------------------------------------------------------------------

    def move(self, label: str, x: float, y: float) -> None:
        """A courier reports from ``(x, y)``, in kilometers; the first report brings the courier onto the map.

        Raises:
            ValueError: where a coordinate is not a finite number.
        """
        place = _place(x, y)
        with self._lock:
            marker = self._markers.get(str(label)) or self._add(str(label), "courier", place)
            marker.move(place)
        self._news()

    def place(self, label: str, x: float, y: float, kind: str = "parcel") -> None:
        """Puts something onto the map at ``(x, y)``, in kilometers; what had the label before is replaced.

        Args:
            label: its name, which is shown.
            x: kilometers to the east.
            y: kilometers to the north.
            kind: ``"parcel"``, ``"depot"``, ``"goal"`` or ``"courier"``; each has its own shape.

        Raises:
            ValueError: for another kind, or a coordinate that is not a finite number.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}; one of {', '.join(KINDS)}")
        place = _place(x, y)
        with self._lock:
            self._markers.pop(str(label), None)
            self._add(str(label), kind, place)
        self._news()

    def remove(self, label: str) -> None:
        """Takes a marker and its trail off the map; a label that is not there is no error."""
        with self._lock:
            self._markers.pop(str(label), None)
        self._news()

    def say(self, text: object, outcome: str = "") -> None:
        """Writes the line below the map; ``outcome`` is ``"done"``, ``"failed"``, ``"waiting"`` or nothing."""
        if outcome not in ("", "done", "failed", "waiting"):
            raise ValueError(f"unknown outcome {outcome!r}; one of done, failed, waiting")
        with self._lock:
            self._status = StatusLine(outcome, str(text))
        self._news()

    def clear(self) -> None:
        """Takes everything off the map: markers, trails, the drawn route, the line below."""
        with self._lock:
            self._markers.clear()
            self._status, self._problem, self._drawn = StatusLine(), None, ()
        self._news()

    # -- what is drawn -------------------------------------------------------------------------------------

    def points(self) -> Points:
        """The points of the stroke that is being drawn, or else of the next one, as an iterator.

        It blocks until there is a point and ends when the pen is lifted (or the map is stopped or closed),
        so it is what a request iterator is made of. The one asked for before ends: a cell that is run again
        leaves no reader behind::

            def requests():
                for point in city.points():
                    yield tracking_pb2.RecordRouteRequest(x_km=point.x, y_km=point.y)

            summary = stub.RecordRoute(requests())
        """
        self.drawable = True
        return self._strokes.points()

    def on_stroke(self, start: Callable[[Points], Any] | None) -> None:
        """Calls ``start(points)`` in a thread of its own each time the pen goes down; None ends that.

        ``points`` is an iterator as `points` gives it. What ``start`` returns is shown below the map, and what
        it raises on a card there.
        """
        self._start = start
        self.drawable = start is not None

    @property
    def strokes(self) -> list[tuple[Point, ...]]:
        """The last strokes that were drawn, each as its points, oldest first."""
        return list(self._strokes.finished)

    def draw(self, points: Iterable[Sequence[float]], seconds: float = 0.0) -> None:
        """Draws a stroke as a learner would: pen down, the ``points`` (x, y), pen up, in ``seconds`` or at once.

        Returns when the pen is up and a worker of `on_stroke` has taken all points and answered.
        """
        points = list(points)
        key = f"python-{time.monotonic_ns()}"
        began = time.monotonic()
        self._strokes.down(key)
        try:
            for number, point in enumerate(points):
                due = began + seconds * number / max(1, len(points) - 1)
                time.sleep(max(0.0, due - time.monotonic()))
                self._move(key, [(point[0], point[1], time.monotonic() - began)])
        finally:
            self._strokes.up(key)
        for worker in self._answering():
            while worker.is_alive():
                worker.join(0.2)  # in slices, so that the stop button works everywhere

    # -- inside --------------------------------------------------------------------------------------------

    def _static_html(self) -> str:
        return city_html(self._content()["parts"])

    def _static_text(self) -> str:
        drawn = self._strokes.current() or self._drawn
        with self._lock:
            problem = str(self._problem) if self._problem else ""
            return city_text(self._markers.values(), drawn, self._status, problem)

    def _snapshot(self) -> str:
        return self._static_html()

    def _content(self) -> dict[str, Any]:
        # Asked before the lock is taken: the end of a stroke takes both locks the other way round.
        drawing, drawn = self._strokes.drawing, self._strokes.current()
        with self._lock:
            problem = self._problem.html() if self._problem else ""
            return {
                "parts": parts(self._markers.values(), drawn or self._drawn, self._status, problem),
                # The key of a stroke that has ended lets a page take its own ink away.
                "ended": "" if drawing else self._key,
                "outcome": self._status.outcome,
            }

    def _push(self) -> int:
        content = self._content()
        self.content = content
        return sum(map(len, content["parts"].values()))

    def _halt(self) -> None:
        self._strokes.end()
        for worker in self._answering():
            worker.join(2.0)

    def _add(self, label: str, kind: str, place: XY) -> Marker:
        used = [marker.look for marker in self._markers.values() if marker.kind == "courier"]
        look = min(range(LOOKS), key=used.count)
        marker = self._markers[label] = Marker(label, kind, place, look if kind == "courier" else 0)
        return marker

    def _receive(self, content: dict[str, Any]) -> None:
        """A page tells of its pen."""
        if content.get("type") != "pen":
            return
        key, phase = str(content.get("key")), content.get("phase")
        if phase == "down":
            self._strokes.down(key)
        self._move(key, content.get("points", ()))
        if phase == "up":
            self._strokes.up(key)

    def _move(self, key: str, points: Iterable[Sequence[Any]]) -> None:
        self._strokes.move(key, points)
        self._key = key
        self._news()

    def _began(self, points: Points) -> None:
        with self._lock:
            self._problem, self._drawn = None, ()
            self._status = StatusLine("waiting", DRAWING)
        self._news()
        start = self._start
        if start is None:
            return
        if len(self._answering()) >= MOST_ANSWERS:
            points.close()
            self.say(f"{MOST_ANSWERS} earlier routes still wait for their answer.", "failed")
            return
        worker = threading.Thread(target=self._answer, args=(start, points), name="stroke", daemon=True)
        with self._lock:
            self._workers.add(worker)
        worker.start()

    def _ended(self, points: tuple[Point, ...]) -> None:
        with self._lock:
            self._drawn = points
            if self._status == StatusLine("waiting", DRAWING):
                waiting = bool(self._workers)
                self._status = StatusLine("waiting" if waiting else "done", summary_of(points))
        self._news()

    def _answer(self, start: Callable[[Points], Any], points: Points) -> None:
        try:
            said = start(points)
        except Exception as error:
            self._show_problem(problem_card(error, start))
        else:
            if said is not None:
                self.say(said, "done")
            elif self._status.outcome == "waiting" and not self._strokes.drawing:
                self.say(self._status.text, "done")
        finally:
            points.close()
            with self._lock:
                self._workers.discard(threading.current_thread())

    def _answering(self) -> list[threading.Thread]:
        with self._lock:
            return [thread for thread in self._workers if thread is not threading.current_thread()]

    def _show_problem(self, problem: Card) -> None:
        with self._lock:
            self._problem, self._status = problem, StatusLine("failed", "Something failed: see below.")
        self._news()


def _place(x: float, y: float) -> XY:
    place = float(x), float(y)
    if not all(map(math.isfinite, place)):
        raise ValueError(f"a place needs two finite numbers, in kilometers: {x!r}, {y!r}")
    return place
