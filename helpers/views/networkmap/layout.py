"""Where boxes stand: as the lesson says, or in layers from callers to called, or in a circle."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from .model import Spot

_FAR = 100
"""Pixels from which on one place is as good as another."""


def arranged(names: Sequence[str], links: Collection[tuple[str, str]]) -> dict[str, Spot]:
    """A spot for each name: whom somebody calls stands to the right of the caller, where there is no circle."""
    layers = _layers(names, links)
    if layers is None:
        return _circle(names)
    columns: dict[int, list[str]] = {}
    for name in names:
        columns.setdefault(layers[name], []).append(name)
    tallest = max(map(len, columns.values()), default=0)
    return {
        name: (float(column), row + (tallest - len(column_names)) / 2)
        for column, column_names in columns.items()
        for row, name in enumerate(column_names)
    }


def _layers(names: Sequence[str], links: Collection[tuple[str, str]]) -> dict[str, int] | None:
    """How many calls away from the start each is, at most; None where calls go in a circle."""
    layers = dict.fromkeys(names, 0)
    for _ in range(len(names) + 1):
        moved = False
        for a, b in links:
            if layers[b] <= layers[a]:
                layers[b] = layers[a] + 1
                moved = True
        if not moved:
            return layers
    return None


def _circle(names: Sequence[str]) -> dict[str, Spot]:
    """Beginning at the top, clockwise."""
    wide, high = (2.0, 2.0) if len(names) < 7 else (3.0, 3.0)
    spots = {}
    for number, name in enumerate(names):
        angle = 2 * math.pi * number / len(names)
        across, down = (1 + math.sin(angle)) / 2, (1 - math.cos(angle)) / 2
        spots[name] = round(wide * across, 2), round(high * down, 2)
    return spots


def best_places(
    links: Sequence[tuple[str, str]], at: Mapping[str, tuple[float, float]], clear: float
) -> list[tuple[float, float]]:
    """For each link the place of its label, between its ends: far from all boxes and from the labels before it.

    It stays `clear` pixels away from the middle of its own two boxes, where the link is long enough.
    """
    taken: list[tuple[float, float]] = []
    for a, b in links:
        (x0, y0), (x1, y1) = at[a], at[b]
        boxes = [spot for name, spot in at.items() if name not in (a, b)]
        long = math.dist(at[a], at[b])
        play = max(0.0, long / 2 - clear) / long if long else 0.0
        parts = (0.5, 0.5 - play / 2, 0.5 + play / 2, 0.5 - play, 0.5 + play)
        places = [(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) for part in parts]

        def room(place: tuple[float, float], boxes: list[tuple[float, float]] = boxes) -> float:
            near = [math.dist(place, box) for box in boxes] + [1.5 * math.dist(place, one) for one in taken]
            return min([*near, float(_FAR)])

        taken.append(max(places, key=room))
    return taken
