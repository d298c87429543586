"""Boxes and links as plain values, and what is counted on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..kit.text import plural, visible

OUTCOMES = {"": "", "done": "✓", "waiting": "▲", "failed": "✗"}
"""What a state may be, and its sign."""
MOST_BOXES, MOST_LINKS = 16, 40
"""So many are drawn."""
MOST_COUNTERS = 5
"""So many counters of a box are drawn."""
STRIP = 5
"""So many pieces of a box's strip are drawn, the last ones."""
LABEL = 32
"""Characters of a name or a counter that are drawn."""

Spot = tuple[float, float]
"""Column and row."""


def shown(text: object) -> str:
    """A short text as it is drawn."""
    return visible(text, LABEL)


@dataclass
class Button:
    """A button on a box; `busy` while what it has called has not returned."""

    label: str
    busy: int = 0


@dataclass
class Box:
    """One server, client or node."""

    name: str
    word: str = ""
    outcome: str = ""
    counters: dict[str, str] = field(default_factory=dict)
    strip: tuple[str, ...] = ()
    buttons: dict[str, Button] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Sign and word: ``✓ serving``; nothing where there is no word."""
        return f"{OUTCOMES[self.outcome]} {shown(self.word)}".strip() if self.word else ""

    @property
    def drawn_counters(self) -> list[tuple[str, str]]:
        """Names and values of the counters that are drawn."""
        return [(shown(name), value) for name, value in list(self.counters.items())[:MOST_COUNTERS]]

    @property
    def drawn_strip(self) -> tuple[str, ...]:
        """The last pieces of the strip."""
        return self.strip[-STRIP:]

    def describe(self) -> str:
        """The box in words: ``✓ serving, charged 12, doubled 0``."""
        told = [self.state, *(f"{name} {value}" for name, value in self.counters.items())]
        if self.strip:
            before = "… " if len(self.strip) > STRIP else ""
            told.append(before + " ".join(map(visible, self.drawn_strip)))
        return ", ".join(filter(None, told))


@dataclass
class NetworkLink:
    """The way from one box to another.

    Attributes:
        a: the name of the box that calls.
        b: the name of the box that is called.
        two_way: whether both call.
        passed: how many calls have begun.
        traffic: a number that grows whenever something passes, as in a stream under way.
        failed: how many of them have ended otherwise than with OK.
        open: how many are under way.
        incomplete: whether more passed than could be counted.
        cut: whether it is cut.
        busy: how many callbacks run that cut or heal it.
    """

    a: str
    b: str
    two_way: bool = False
    passed: int = 0
    traffic: int = 0
    failed: int = 0
    open: int = 0
    incomplete: bool = False
    cut: bool = False
    busy: int = 0

    @property
    def arrow(self) -> str:
        """Between the two names."""
        return "↔" if self.two_way else "→"

    def describe(self, unit: str) -> str:
        """What has passed, in words: ``1,204 calls, 3 failed``."""
        least = "at least " if self.incomplete else ""
        told = ["cut"] if self.cut else []
        told.append(f"{least}{plural(self.passed, unit)}" if self.passed else f"no {unit} yet")
        told += [f"{self.open:,} under way"] if self.open else []
        told += [f"{self.failed:,} failed"] if self.failed else []
        return ", ".join(told)


@dataclass
class Network:
    """All boxes and links, in the order in which they came."""

    title: str = ""
    unit: str = "call"
    boxes: dict[str, Box] = field(default_factory=dict)
    links: dict[tuple[str, str], NetworkLink] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)
    said: str = ""
    outcome: str = ""

    @property
    def drawn_boxes(self) -> list[Box]:
        """The boxes that are drawn."""
        return list(self.boxes.values())[:MOST_BOXES]

    @property
    def drawn_links(self) -> list[NetworkLink]:
        """The links that are drawn: those between boxes that are."""
        names = {box.name for box in self.drawn_boxes}
        return [link for link in self.links.values() if {link.a, link.b} <= names][:MOST_LINKS]

    @property
    def state(self) -> str:
        """``empty``, ``running`` (calls are under way), ``full`` (too much to be drawn), ``failed`` or ``done``."""
        if not any(link.passed for link in self.links.values()) and not any(
            box.word for box in self.boxes.values()
        ):
            return "empty"
        if len(self.drawn_boxes) < len(self.boxes) or len(self.drawn_links) < len(self.links):
            return "full"
        if any(link.open or link.busy for link in self.links.values()):
            return "running"
        bad = any(box.outcome == "failed" for box in self.boxes.values())
        return "failed" if bad or self.outcome == "failed" else "done"

    @property
    def remark(self) -> str:
        """What is not drawn, or that there is nothing."""
        if not self.boxes:
            return "There is no box yet."
        told = []
        if len(self.drawn_boxes) < len(self.boxes):
            told.append(f"The first {MOST_BOXES} of {len(self.boxes):,} boxes are drawn.")
        if len(self.drawn_links) < len(self.links):
            told.append(f"{len(self.drawn_links)} of {len(self.links):,} links are drawn.")
        return " ".join(told)

    @property
    def line(self) -> str:
        """The line below, with its sign."""
        return f"{OUTCOMES[self.outcome]} {visible(self.said, 500)}".strip() if self.said else ""

    def box(self, name: object) -> Box:
        """The box of this name; raises ValueError where there is none."""
        found = self.boxes.get(str(name))
        if found is None:
            known = ", ".join(self.boxes) or "no box yet"
            raise ValueError(f"there is no box {str(name)!r}; there is {known}")
        return found

    def link(self, a: object, b: object) -> NetworkLink:
        """The link between two boxes, named in either order; raises ValueError where there is none."""
        found = self.links.get((str(a), str(b))) or self.links.get((str(b), str(a)))
        if found is None:
            self.box(a), self.box(b)
            known = ", ".join(f"{one} {link.arrow} {other}" for (one, other), link in self.links.items())
            raise ValueError(f"no link joins {str(a)!r} and {str(b)!r}; there is {known or 'none at all'}")
        return found


def counter(value: object) -> str:
    """The value of a counter as it is drawn: numbers with commas."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return visible(value, LABEL)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3g}"


def pairs_of(links: Mapping[tuple[str, str], object] | Iterable[object]) -> dict[tuple[str, str], object]:
    """Links as pairs of names with what each is given; raises ValueError where one is no pair."""
    listed = links.items() if isinstance(links, Mapping) else ((pair, None) for pair in links)
    found: dict[tuple[str, str], object] = {}
    for pair, given in listed:
        if isinstance(pair, str) or not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise ValueError(f"a link is a pair of names, such as ('client', 'quote'), not {pair!r}")
        found[str(pair[0]), str(pair[1])] = given
    return found
