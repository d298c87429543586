"""`CityMap` as markup and as text, drawn from plain values."""

from __future__ import annotations

import collections
import itertools
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from ..kit.geometry import XY
from ..kit.strokes import Point
from ..kit.style import escape
from ..kit.text import plural, visible
from .ground import UNIT, at, ground, inside
from .streets import HEIGHT, WIDTH

KINDS = ("courier", "parcel", "depot", "goal")
LOOKS = 5  # colors of couriers, each with a dash pattern of its own
MOST_MARKERS = 40
TRAIL = 200  # last positions of one marker that are drawn as dots
TRACK = 400  # points of the line through all its positions
_SIGNS = {"done": "✓", "failed": "✗", "waiting": "…"}


@dataclass
class Marker:
    """What stands on the map; places are ``(x, y)`` in kilometers."""

    label: str
    kind: str
    place: XY
    look: int = 0
    moves: int = 0
    trail: collections.deque[XY] = field(default_factory=lambda: collections.deque(maxlen=TRAIL))
    track: list[XY] = field(default_factory=list)

    def move(self, place: XY) -> None:
        """The marker reports from ``place``."""
        self.place = place
        self.moves += 1
        self.trail.append(place)
        if len(self.track) > 1 and _straight_on(self.track[-2], self.track[-1], place):
            self.track.pop()
        elif len(self.track) >= TRACK:
            del self.track[1::2]  # a long way is drawn more coarsely, but from its beginning
        self.track.append(place)

    def describe(self) -> str:
        """The marker in words: ``Ada, courier, at 3.20, 1.40 km, 12 positions``."""
        x, y = self.place
        count = f", {plural(self.moves, 'position')}" if self.moves else ""
        return f"{visible(self.label)}, {self.kind}, at {x:.2f}, {y:.2f} km{self.off_map()}{count}"

    def off_map(self) -> str:
        """Says so where the place is beyond the edge, at which the marker is drawn."""
        return "" if self.place == inside(self.place) else " (off the map)"


@dataclass(frozen=True)
class StatusLine:
    """The line below the map: an outcome (done, failed, waiting or nothing) and what is to be said."""

    outcome: str = ""
    text: str = ""

    def __str__(self) -> str:
        return f"{_SIGNS[self.outcome]} {self.text}" if self.outcome else self.text


_EMPTY = '<li class="gv-muted">Nothing is on the map yet.</li>'


def parts(
    markers: Collection[Marker], stroke: Sequence[Point], status: StatusLine, problem: str = ""
) -> dict[str, str]:
    """The parts of the picture that change, by the names they have in `city_html`."""
    shown = list(markers)[:MOST_MARKERS]
    # Couriers come last: whoever stands at a goal is seen.
    layers = sorted(shown, key=lambda marker: marker.kind == "courier")
    return {
        "layer": _stroke(stroke) + "".join(map(_trail, shown)) + "".join(map(_marker, layers)),
        "list": _listing(shown, len(markers)) or ("" if stroke else _EMPTY),
        "status": _status(status),
        "problem": problem,
    }


def city_html(changing: dict[str, str]) -> str:
    """The whole picture with what changes in it."""
    return (
        '<div class="gv gv-city"><div class="gv-city-frame">'
        f'<svg class="gv-city-map" viewBox="-64 -32 1100 796" role="img" '
        f'aria-label="City map, {WIDTH} km from west to east and {HEIGHT} km from south to north">'
        f'{ground()}<g data-part="layer">{changing["layer"]}</g></svg></div>'
        f'<div class="gv-city-below"><p class="gv-city-status" data-part="status">{changing["status"]}</p></div>'
        f'<ul class="gv-city-list" data-part="list">{changing["list"]}</ul>'
        f'<div data-part="problem">{changing["problem"]}</div></div>'
    )


def city_text(
    markers: Collection[Marker], stroke: Sequence[Point], status: StatusLine, problem: str = ""
) -> str:
    """The map in words."""
    lines = [f"City map, {WIDTH} by {HEIGHT} km"]
    lines += [f"  {marker.describe()}" for marker in list(markers)[:MOST_MARKERS]]
    if len(markers) > MOST_MARKERS:
        lines.append(f"  {_too_many(len(markers))}")
    if not markers and not stroke:
        lines.append("  Nothing is on the map yet.")
    if stroke:
        lines.append(f"  a drawn route of {plural(len(stroke), 'point')}")
    return "\n".join(line for line in [*lines, str(status), problem] if line)


def _straight_on(a: XY, b: XY, c: XY) -> bool:
    """Whether who goes from ``a`` to ``b`` and on to ``c`` does not turn."""
    (x0, y0), (x1, y1) = (b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1])
    return abs(x0 * y1 - y0 * x1) < 1e-6 and x0 * x1 + y0 * y1 >= 0


def _line(places: Iterable[Sequence[float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in map(at, places))


def _dots(places: Iterable[Sequence[float]]) -> str:
    # Round caps make a dot of a line without length: one element for all of them.
    return "".join(f"M{x:g} {y:g}h0" for x, y in map(at, places))


def _trail(marker: Marker) -> str:
    if len(marker.trail) < 2:
        return ""
    return (
        f'<g class="gv-city-trail gv-city-look-{marker.look}"><polyline points="{_line(marker.track)}"/>'
        f'<path d="{_dots(marker.trail)}"/></g>'
    )


_SHAPES = {
    "parcel": '<rect x="-14" y="-13" width="28" height="26" rx="3"/><path d="M0 -13v26M-14 -4h28"/>',
    "depot": '<path d="M-19 16v-22l19 -14l19 14v22z"/><path d="M-7 16v-14h14v14"/>',
    "goal": '<circle r="17"/><circle r="9"/><circle r="2"/>',
}


def _marker(marker: Marker) -> str:
    x, y = at(marker.place)
    label = _short(marker.label)
    if marker.kind == "courier":
        shape = f'<circle r="17"/><text class="gv-city-initial" y="7">{escape(label[:1].upper())}</text>'
    else:
        shape = _SHAPES[marker.kind]
    below = 23 if marker.kind == "courier" else -9  # so that a courier at a goal hides no label
    side, anchor = (-24, "end") if x > 0.87 * WIDTH * UNIT else (24, "start")
    return (
        f'<g class="gv-city-marker gv-city-{marker.kind} gv-city-look-{marker.look}" '
        f'transform="translate({x:g} {y:g})"><title>{escape(marker.describe())}</title>{shape}'
        f'<text class="gv-city-label" x="{side}" y="{below}" text-anchor="{anchor}">{escape(label)}</text></g>'
    )


def _short(label: str) -> str:
    label = visible(label)
    return label if len(label) <= 24 else label[:23] + "…"


def _stroke(points: Sequence[Point]) -> str:
    if not points:
        return ""
    return f'<g class="gv-city-stroke"><polyline points="{_line(points)}"/><path d="{_dots(points)}"/></g>'


def _listing(markers: Sequence[Marker], total: int) -> str:
    rows = []
    for marker in markers:
        x, y = marker.place
        count = f" · {plural(marker.moves, 'position')}" if marker.moves else ""
        rows.append(
            f'<li><svg class="gv-city-key" viewBox="-22 -22 44 44" aria-hidden="true">{_key(marker)}</svg>'
            f"<strong>{escape(_short(marker.label))}</strong> "
            f'<span class="gv-muted">{marker.kind}<span class="gv-sr">,</span> {x:.2f}, {y:.2f} km'
            f"{marker.off_map()}{count}</span></li>"
        )
    if total > len(markers):
        rows.append(f'<li class="gv-muted">{_too_many(total)}</li>')
    return "".join(rows)


def _key(marker: Marker) -> str:
    if marker.kind == "courier":
        initial = escape(marker.label[:1].upper())
        shape = f'<circle r="17"/><text class="gv-city-initial" y="7">{initial}</text>'
    else:
        shape = _SHAPES[marker.kind]
    return f'<g class="gv-city-marker gv-city-{marker.kind} gv-city-look-{marker.look}">{shape}</g>'


def _too_many(total: int) -> str:
    return f"The first {MOST_MARKERS} of {total} markers are drawn."


def _status(status: StatusLine) -> str:
    if not status.outcome:
        return escape(status.text)
    return (
        f'<span class="gv-city-{status.outcome}"><span aria-hidden="true">{_SIGNS[status.outcome]}</span> '
        f"{escape(status.text)}</span>"
    )


def summary_of(points: Sequence[Sequence[float]]) -> str:
    """A stroke in words: ``12 points, 3.4 km``."""
    distance = sum(math.dist(a[:2], b[:2]) for a, b in itertools.pairwise(points))
    return f"{plural(len(points), 'point')}, {distance:.1f} km"
