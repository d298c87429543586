"""The ground of `CityMap` as SVG: land, water, parks, streets, bridges and the scale. It never changes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ..kit.geometry import XY
from .streets import BRIDGES, HEIGHT, PARKS, RIVER, STREETS, WIDTH

UNIT = 100
"""Of the drawing, a kilometer."""
_TREES = (
    (1.35, 5.65),
    (1.55, 4.4),
    (2.1, 5.5),
    (2.6, 4.45),
    (2.65, 5.6),
    (1.4, 4.95),
    (8.5, 1.4),
    (8.45, 2.5),
)


def inside(place: Sequence[float]) -> XY:
    """``place``, or the nearest one on the map."""
    return min(max(place[0], 0.0), float(WIDTH)), min(max(place[1], 0.0), float(HEIGHT))


def at(place: Sequence[float]) -> tuple[float, float]:
    """Where in the drawing ``place`` is; a place off the map is at its edge."""
    x, y = inside(place)
    return round(x * UNIT, 1), round((HEIGHT - y) * UNIT, 1)


@cache
def ground() -> str:
    """All of it, as SVG elements."""
    right, bottom = WIDTH * UNIT, HEIGHT * UNIT
    made = [
        f'<rect class="gv-city-ground" x="-28" y="-28" width="{right + 56}" height="{bottom + 56}" rx="6"/>'
    ]
    made.append(f'<path class="gv-city-alley" d="{_alleys()}"/>')
    for west, south, east, north in PARKS:
        x, y = at((west, north))
        made.append(
            f'<rect class="gv-city-park" x="{x:g}" y="{y:g}" width="{(east - west) * UNIT}" '
            f'height="{(north - south) * UNIT}"/>'
        )
    for x, y in map(at, _TREES):
        made.append(f'<circle class="gv-city-tree" cx="{x:g}" cy="{y:g}" r="13"/>')
    made.append(f'<path class="gv-city-river" d="{_river()}"/>')
    streets = "".join("M{:g} {:g}L{:g} {:g}".format(*at(a), *at(b)) for a, b in STREETS)
    bridges = "".join("M{:g} {:g}L{:g} {:g}".format(*at(a), *at(b)) for a, b in map(_deck, BRIDGES))
    made.append(f'<path class="gv-city-bridge" d="{bridges}"/><path class="gv-city-street" d="{streets}"/>')
    for text, place, turn in (
        ("Park", (2, 5.02), 0),
        ("River", (6.66, 4.75), -84),
        ("River", (3.35, 2.05), 84),
    ):
        x, y = at(place)
        made.append(
            f'<text class="gv-city-place" x="{x:g}" y="{y:g}" transform="rotate({turn} {x:g} {y:g})">{text}</text>'
        )
    scale = [(x * UNIT, bottom + 54, f"{x} km" if x == WIDTH else x) for x in range(0, WIDTH + 1, 2)]
    scale += [
        (-46, y, number) for number, y in ((n, (HEIGHT - n) * UNIT + 7) for n in range(1, HEIGHT + 1, 2))
    ]
    made += [f'<text class="gv-city-scale" x="{x}" y="{y}">{text}</text>' for x, y, text in scale]
    return "".join(made)


def _deck(bridge: tuple[XY, XY]) -> tuple[XY, XY]:
    """The middle part of a street that crosses the river."""
    (x0, y0), (x1, y1) = bridge
    dx, dy = (x1 - x0) * 0.1, (y1 - y0) * 0.1
    return (x0 + dx, y0 + dy), (x1 - dx, y1 - dy)


def _river() -> str:
    """A smooth line through the river's points (Catmull–Rom, as Bézier curves)."""
    points = [(x * UNIT, (HEIGHT - y) * UNIT) for x, y in RIVER]
    padded = [points[0], *points, points[-1]]
    path = f"M{points[0][0]:g} {points[0][1]:g}"
    for before, here, there, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        out = [here[i] + (there[i] - before[i]) / 6 for i in (0, 1)]
        into = [there[i] - (after[i] - here[i]) / 6 for i in (0, 1)]
        path += "C" + " ".join(f"{number:.1f}" for number in (*out, *into, *there))
    return path


def _alleys() -> str:
    """Some blocks have a lane in the middle: a city is not a chessboard."""
    path = ""
    for x in range(WIDTH):
        for y in range(HEIGHT):
            left, top = x * UNIT, y * UNIT
            choice = (3 * x + 5 * y) % 7
            if _wet(x, HEIGHT - 1 - y):
                continue
            if choice in (0, 3):
                path += f"M{left + 50} {top}v{UNIT}"
            elif choice == 5:
                path += f"M{left} {top + 50}h{UNIT}"
    return path


def _wet(west: int, south: int) -> bool:
    """Whether the river runs through the block with this corner."""
    return (west == 6 and south >= 3) or (west == 3 and south <= 3) or (south == 3 and 3 <= west <= 6)
