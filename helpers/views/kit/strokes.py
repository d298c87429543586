"""What a learner draws, as iterators of points that fill while the pen moves: ready-made request iterators."""

from __future__ import annotations

import collections
import math
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

MOST_POINTS = 5000
"""Points of one stroke; it ends there."""
MOST_STROKES = 20
"""Finished strokes that are remembered."""
LOST = 15.0
"""Seconds without a word from the page, which speaks twice a second while the pen is down."""


class Point(NamedTuple):
    """One point of a stroke: where, and ``t``, seconds since the pen went down."""

    x: float
    y: float
    t: float


Item = TypeVar("Item")


class Arrivals(Iterator[Item]):
    """What arrives, one after the other, for one reader: iterating blocks until there is something or it is closed."""

    def __init__(self, most: int = MOST_POINTS) -> None:
        self._items: collections.deque[Item] = collections.deque()
        self._most = most
        self._ready = threading.Condition()
        self._closed = False

    def __iter__(self) -> Arrivals[Item]:
        return self

    def __next__(self) -> Item:
        while True:
            with self._ready:
                if self._items:
                    return self._items.popleft()
                if self._closed:
                    raise StopIteration
                self._ready.wait(1.0)
            self._look_around()

    def put(self, items: Iterable[Item]) -> bool:
        """Adds ``items`` and wakes the reader; False where it is closed or too many wait to be read."""
        with self._ready:
            if self._closed or len(self._items) >= self._most:
                return False
            self._items.extend(items)
            self._ready.notify_all()
            return True

    @property
    def closed(self) -> bool:
        """Whether nothing more will arrive."""
        return self._closed

    def close(self) -> None:
        """Ends the iterator once what has come is read; wakes who waits for more."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    def _look_around(self) -> None:
        """Called now and then while nothing comes."""


class Points(Arrivals[Point]):
    """The points of one stroke, as they are drawn.

    Iterating blocks until there is a point, and ends when the pen is lifted, when the picture is stopped
    or closed, or when the page that draws is gone. Each iterator is read by one thread, once.
    """

    def __init__(self) -> None:
        super().__init__(2 * MOST_POINTS)
        self._stroke: _Stroke | None = None

    def __repr__(self) -> str:
        state = "ended" if self._closed else "drawing" if self._stroke else "waiting for the pen"
        return f"<Points: {state}, {len(self._items)} to read>"

    def _follow(self, stroke: _Stroke) -> None:
        self._stroke = stroke
        self.put(stroke.points)

    def _look_around(self) -> None:
        if self._stroke is not None and self._stroke.silent() > LOST:
            self._stroke.give_up()


class _Stroke:
    """A stroke that is being drawn."""

    def __init__(self, key: str, give_up: Callable[[], None]) -> None:
        self.key, self.give_up = key, give_up
        self.points: list[Point] = []
        self._heard = time.monotonic()

    def heard(self) -> None:
        self._heard = time.monotonic()

    def silent(self) -> float:
        return time.monotonic() - self._heard


class Strokes:
    """Turns what a page tells of its pen into points; knows neither widget nor network.

    Args:
        limits: the largest x and y; points beyond are moved to the edge.
        began: told the iterator of each new stroke; may start a worker with it.
        ended: told the points of each finished stroke.
    """

    def __init__(
        self,
        limits: tuple[float, float],
        began: Callable[[Points], None] = lambda points: None,
        ended: Callable[[tuple[Point, ...]], None] = lambda points: None,
    ) -> None:
        self._limits, self._began, self._ended = limits, began, ended
        self._lock = threading.RLock()
        self._now: _Stroke | None = None
        self._readers: weakref.WeakSet[Points] = weakref.WeakSet()
        self._waiting: weakref.WeakSet[Points] = weakref.WeakSet()
        self._latest: weakref.ref[Points] | None = None
        self.finished: collections.deque[tuple[Point, ...]] = collections.deque(maxlen=MOST_STROKES)

    @property
    def drawing(self) -> bool:
        """Whether the pen is down."""
        return self._now is not None

    def current(self) -> tuple[Point, ...]:
        """The points so far of the stroke that is being drawn."""
        stroke = self._now
        return tuple(stroke.points) if stroke is not None else ()

    def points(self) -> Points:
        """An iterator of the stroke that is being drawn, from its first point on; else of the next one.

        It takes the place of the one that was asked for before, which ends.
        """
        with self._lock:
            points = Points()
            earlier = self._latest() if self._latest is not None else None
            if earlier is not None:
                earlier.close()
            self._latest = weakref.ref(points)
            if self._now is None:
                self._waiting.add(points)
            else:
                points._follow(self._now)
                self._readers.add(points)
            return points

    def down(self, key: str) -> None:
        """The pen goes down; a stroke whose end got lost ends here."""
        with self._lock:
            self.up()
            self._now = stroke = _Stroke(key, lambda: self.up(key))
            first = Points()
            for points in [first, *self._waiting]:
                points._follow(stroke)
                self._readers.add(points)
            self._waiting.clear()
        self._began(first)

    def move(self, key: str, points: Iterable[Sequence[Any]]) -> None:
        """The pen has moved over ``points`` (x, y, t); of a stroke that has ended they are ignored."""
        with self._lock:
            stroke = self._now
            if stroke is None or stroke.key != key:
                return
            stroke.heard()
            room = MOST_POINTS - len(stroke.points)
            new = [point for point in map(self._read, points) if point is not None][:room]
            stroke.points += new
            for reader in self._readers:
                reader.put(new)
            if len(stroke.points) >= MOST_POINTS:
                self.up()

    def up(self, key: str | None = None) -> None:
        """The pen is lifted: the iterators end with the last point."""
        with self._lock:
            stroke = self._now
            if stroke is None or key not in (None, stroke.key):
                return
            self._now = None
            readers, self._readers = list(self._readers), weakref.WeakSet()
            finished = tuple(stroke.points)
            self.finished.append(finished)
        for points in readers:
            points.close()
        self._ended(finished)

    def end(self) -> None:
        """Ends all iterators, also those that wait for a stroke."""
        self.up()
        with self._lock:
            waiting, self._waiting = list(self._waiting), weakref.WeakSet()
        for points in waiting:
            points.close()

    def _read(self, point: Sequence[Any]) -> Point | None:
        x, y, t = (float(number) for number in point)
        if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(t)):
            return None
        width, height = self._limits
        return Point(round(min(max(x, 0.0), width), 3), round(min(max(y, 0.0), height), 3), round(t, 3))
