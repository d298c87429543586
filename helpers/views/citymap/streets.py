"""The streets of the city on `CityMap`, as a graph: routes along them, without any picture.

The city is 10 km wide (``x``, to the east) and 7 km high (``y``, to the north). Streets run every kilometer;
some end at the river or at a park.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence

from ..kit.geometry import XY

WIDTH, HEIGHT = 10, 7
"""Kilometers."""

BRIDGES: tuple[tuple[XY, XY], ...] = (
    ((3, 1), (4, 1)),
    ((5, 3), (5, 4)),
    ((6, 6), (7, 6)),
)
"""The streets that cross the river."""

PARKS: tuple[tuple[int, int, int, int], ...] = ((1, 4, 3, 6), (8, 1, 9, 3))
"""West, south, east and north edge of each park; no street leads through."""

RIVER: tuple[XY, ...] = (
    (6.45, 7.28), (6.6, 5.6), (6.3, 3.75), (4.9, 3.45), (3.6, 3.2), (3.4, 1.6), (3.6, -0.28),
)  # fmt: skip
"""The river's course, from the north to the south: through the middle of blocks, never along a street."""

_TURN = 0.05  # kilometers: of two routes of equal length, the one with fewer turns


def _crosses_river(a: XY, b: XY) -> bool:
    """Whether the stretch between two neighboring crossings lies under the river."""
    (x, y), north_south = min(a, b), a[0] == b[0]
    if north_south:
        return y == 3 and 4 <= x <= 6
    return (x == 6 and y >= 4) or (x == 3 and y <= 3)


def _in_park(a: XY, b: XY) -> bool:
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    return any(west < x < east and south < y < north for west, south, east, north in PARKS)


def _stretches() -> Iterator[tuple[XY, XY]]:
    for x in range(WIDTH + 1):
        for y in range(HEIGHT + 1):
            for a, b in (((x, y), (x + 1, y)), ((x, y), (x, y + 1))):
                inside = b[0] <= WIDTH and b[1] <= HEIGHT
                if inside and not _in_park(a, b) and ((a, b) in BRIDGES or not _crosses_river(a, b)):
                    yield a, b


STREETS: tuple[tuple[XY, XY], ...] = tuple(_stretches())
"""All stretches of street, each from one crossing to the next."""


def nearest(point: XY) -> XY:
    """The point on a street that is nearest to ``point``."""
    return _snap(point)[0]


def route(start: XY, end: XY) -> list[XY]:
    """The shortest way along the streets, as corner points: where it begins, each turn, where it ends.

    ``start`` and ``end`` are moved to the nearest street. Kilometers, ``(x, y)``.
    """
    (begin, first), (goal, last) = _snap(start), _snap(end)
    ways: dict[XY, set[XY]] = {}
    for a, b in [*STREETS, *((begin, end) for end in first), *((goal, end) for end in last)]:
        ways.setdefault(a, set()).add(b)
        ways.setdefault(b, set()).add(a)
    if first == last:
        ways.setdefault(begin, set()).add(goal)
    queue: list[tuple[float, tuple[XY, ...]]] = [(0.0, (begin,))]
    seen: set[tuple[XY, object]] = set()
    while queue:
        cost, path = heapq.heappop(queue)
        here = path[-1]
        if here == goal:
            return _corners(path)
        heading = _heading(path[-2], here) if len(path) > 1 else None
        if (here, heading) in seen:
            continue
        seen.add((here, heading))
        for there in ways[here]:
            turn = _TURN if heading not in (None, _heading(here, there)) else 0.0
            if there != here:
                heapq.heappush(queue, (cost + math.dist(here, there) + turn, (*path, there)))
    raise AssertionError("all streets are connected")


def _snap(point: XY) -> tuple[XY, tuple[XY, XY]]:
    """The nearest point on a street, and the ends of its stretch."""
    x, y = float(point[0]), float(point[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError(f"not a place on the map: {point}")

    def on(stretch: tuple[XY, XY]) -> XY:
        (x0, y0), (x1, y1) = stretch
        return round(min(max(x, x0), x1), 3), round(min(max(y, y0), y1), 3)

    stretch = min(STREETS, key=lambda stretch: math.dist((x, y), on(stretch)))
    return on(stretch), stretch


def _heading(a: XY, b: XY) -> tuple[int, int]:
    return (b[0] > a[0]) - (b[0] < a[0]), (b[1] > a[1]) - (b[1] < a[1])


def _corners(path: Sequence[XY]) -> list[XY]:
    points = [path[0]]
    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        if _heading(before, here) != _heading(here, after):
            points.append(here)
    if len(path) > 1:
        points.append(path[-1])
    return [(float(x), float(y)) for x, y in points]
