"""`NetworkMap`: servers, clients or nodes as boxes, with the calls between them, while they pass."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import traitlets

from helpers.wire.taps.tap import Tap

from ..kit import style
from ..kit.card import Card
from ..kit.esm import Esm
from ..kit.problem import problem_card
from ..kit.serial import Serial
from ..kit.widget import View
from .html import network_html
from .layout import arranged
from .meter import Meter
from .model import OUTCOMES, Box, Button, Network, NetworkLink, Spot, counter, pairs_of
from .text import network_text

STYLE = "views/networkmap/style.css"
_Pair = tuple[str, str]


class NetworkMap(View):
    """Boxes and links that light up as calls pass, from taps or because the program says so.

    All methods may be called from any thread, at any rate: the page gets ten updates a second at most, the last one
    always. What is named is made when it is first named in `boxes` or `add`; all other methods raise ValueError for a
    box or a link that is not there.

    Args:
        boxes: names, which are then arranged from callers to called; or names with where they stand, as
            ``(column, row)``, fractions allowed.
        links: pairs of names, caller first; or pairs with the tap in front of the called one (or None). A pair that
            comes in both orders is one link, on which both call.
        title: what is shown.
        unit: what is counted on the links, in the singular.
        two_way: whether on every link both sides call.

    Raises:
        ValueError: for a link that is no pair, that names a box which is not there, or whose tap is none.
    """

    _esm = Esm("views/networkmap/widget.js")
    _css = style.css("views/kit/controls.css", STYLE)
    static_css = (STYLE,)
    html = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        boxes: Sequence[str] | Mapping[str, Spot] = (),
        links: Iterable[_Pair] | Mapping[_Pair, Tap | None] = (),
        *,
        title: str = "",
        unit: str = "call",
        two_way: bool = False,
        **traits: object,
    ) -> None:
        self._net = Network(str(title), str(unit))
        self._fixed: dict[str, Spot] = {}
        self._two_way = two_way
        self._meters: dict[_Pair, list[Meter]] = {}
        self._before: dict[_Pair, tuple[int, int]] = {}
        self._callbacks: dict[tuple[str, str], Callable[[], object]] = {}
        self._cutting: tuple[Callable[[str, str], object], Callable[[str, str], object]] | None = None
        self._workers: dict[object, Serial] = {}
        self._problem: Card | None = None
        super().__init__(**traits)
        spots = boxes if isinstance(boxes, Mapping) else dict.fromkeys(boxes)
        for name, spot in spots.items():
            self._add_box(name, spot)
        for (a, b), tap in pairs_of(links).items():
            self._add_link(a, b, tap)
        self.html = self._drawn()

    # -- what is shown -------------------------------------------------------------------------------------

    def add(self, box: str, at: Spot | None = None, *, links: Iterable[str] = ()) -> None:
        """Adds a box, and links to it from the boxes named in ``links``; one that is there stays, with its state.

        Args:
            box: its name.
            at: column and row; None leaves the place to the map.
            links: the names of those that call it.
        """
        with self._lock:
            self._add_box(box, at)
            for other in links:
                self._add_link(str(other), str(box), None)
        self._news()

    def state(self, box: str, word: object, outcome: str = "") -> None:
        """Says in a word how a box is; ``outcome`` is ``"done"``, ``"waiting"``, ``"failed"`` or nothing."""
        _check(outcome)
        with self._lock:
            found = self._net.box(box)
            found.word, found.outcome = str(word), outcome
        self._news()

    def count(self, box: str, counters: Mapping[str, object] | None = None, **named: object) -> None:
        """Sets counters of a box: numbers or short texts; None takes one away."""
        with self._lock:
            mine = self._net.box(box).counters
            for name, value in {**(counters or {}), **named}.items():
                if value is None:
                    mine.pop(str(name), None)
                else:
                    mine[str(name)] = counter(value)
        self._news()

    def strip(self, box: str, pieces: Iterable[object]) -> None:
        """Sets the row of small colored pieces in a box; the same text has the same color in every box."""
        with self._lock:
            self._net.box(box).strip = tuple(map(str, pieces))
        self._news()

    def light(self, a: str, b: str, count: int = 1, *, ok: bool = True) -> None:
        """``count`` calls (or messages) have passed on the link between two boxes; they failed where ``ok`` is not."""
        with self._lock:
            link = self._net.link(a, b)
            link.traffic += count
            link.passed += count
            link.failed += 0 if ok else count
            self._keep(link, passed=count, failed=0 if ok else count)
        self._news()

    def follow(self, a: str, b: str, tap: Tap) -> None:
        """From now on the calls that pass ``tap`` are those of this link; what was counted stays.

        Raises:
            ValueError: where it is no tap, or a closed one.
        """
        meter = Meter(_recording(a, b, tap))
        with self._lock:
            link = self._net.link(a, b)
            self._read(link)
            self._keep_all(link)
            for old in self._meters.pop((link.a, link.b), []):
                self._unwatch(old)
            self._meters[link.a, link.b] = [meter]
        meter.recording.watch(self._news)

    def cut(self, a: str, b: str) -> None:
        """Draws a link as cut."""
        self._set_cut(a, b, True)

    def heal(self, a: str, b: str) -> None:
        """Draws a link as whole again."""
        self._set_cut(a, b, False)

    def passed(self, a: str, b: str) -> int:
        """How many calls have passed on the link between two boxes."""
        with self._lock:
            link = self._net.link(a, b)
            self._read(link)
            return link.passed

    @property
    def cuts(self) -> list[tuple[str, str]]:
        """The links that are cut."""
        with self._lock:
            return [pair for pair, link in self._net.links.items() if link.cut]

    def say(self, text: object, outcome: str = "") -> None:
        """Writes the line below; ``outcome`` is ``"done"``, ``"waiting"``, ``"failed"`` or nothing."""
        _check(outcome)
        with self._lock:
            self._net.said, self._net.outcome = str(text), outcome
        self._news()

    # -- what is clicked -----------------------------------------------------------------------------------

    def button(
        self, box: str, label: str, callback: Callable[..., object] | None, *arguments: object
    ) -> None:
        """Shows a button on a box, which calls ``callback(*arguments)`` in a thread; None takes it away.

        What it returns, if anything, is said on the line below, and what it raises is shown on a card.
        """
        with self._lock:
            mine, key = self._net.box(box).buttons, (str(box), str(label))
            if callback is None:
                mine.pop(str(label), None)
                self._callbacks.pop(key, None)
            else:
                mine.setdefault(str(label), Button(str(label)))
                self._callbacks[key] = lambda: callback(*arguments)
                self._callbacks[key].__qualname__ = getattr(callback, "__qualname__", str(label))
        self._news()

    def on_cut(
        self, cut: Callable[[str, str], object] | None, heal: Callable[[str, str], object] | None = None
    ) -> None:
        """Lets a click or Enter on a link call ``cut(a, b)``, and on a cut one ``heal(a, b)``; None ends that.

        They are called in a thread, and the link is drawn as cut, or whole, when they have returned.
        """
        with self._lock:
            self._cutting = None if cut is None else (cut, heal or (lambda a, b: None))
        self._news()

    def click(self, box: str, button: str) -> None:
        """Does what a click on a button would, and returns when that is done; what it raises is raised here.

        Raises:
            ValueError: for a button that is not there.
        """
        with self._lock:
            found = self._net.box(box).buttons.get(str(button))
            if found is None:
                known = ", ".join(self._net.box(box).buttons) or "none"
                raise ValueError(f"the box {str(box)!r} has no button {str(button)!r}; it has {known}")
        self._press(found, self._callbacks[str(box), str(button)])

    def click_link(self, a: str, b: str) -> None:
        """Does what a click on a link would: cuts it, or heals it; what that raises is raised here.

        Raises:
            ValueError: where links cannot be cut (`on_cut`).
        """
        with self._lock:
            link = self._net.link(a, b)
            if self._cutting is None:
                raise ValueError("links of this map cannot be cut: on_cut(cut, heal) says what that does")
        self._toggle(link)

    # -- inside --------------------------------------------------------------------------------------------

    def _add_box(self, name: object, spot: Spot | None) -> None:
        self._net.boxes.setdefault(str(name), Box(str(name)))
        if spot is not None:
            self._fixed[str(name)] = float(spot[0]), float(spot[1])
        self._arrange()

    def _add_link(self, a: str, b: str, tap: object) -> None:
        self._net.box(a), self._net.box(b)
        back = self._net.links.get((b, a))
        link = back or self._net.links.setdefault((a, b), NetworkLink(a, b, self._two_way))
        link.two_way = link.two_way or back is not None
        if tap is not None:
            meter = Meter(_recording(a, b, tap))
            self._meters.setdefault((link.a, link.b), []).append(meter)
            meter.recording.watch(self._news)
        self._arrange()

    def _arrange(self) -> None:
        made = arranged(tuple(self._net.boxes), tuple(self._net.links))
        if self._fixed:  # whoever has no place of its own stands below
            below = 1 + max(spot[1] for spot in self._fixed.values())
            free = [name for name in self._net.boxes if name not in self._fixed]
            made = {**{name: (float(n), below) for n, name in enumerate(free)}, **self._fixed}
        self._net.spots = made

    def _set_cut(self, a: str, b: str, cut: bool) -> None:
        with self._lock:
            self._net.link(a, b).cut = cut
        self._news()

    def _keep(self, link: NetworkLink, passed: int, failed: int) -> None:
        before = self._before.get((link.a, link.b), (0, 0))
        self._before[link.a, link.b] = before[0] + passed, before[1] + failed

    def _keep_all(self, link: NetworkLink) -> None:
        """What the meters of a link have counted is kept without them; what was under way is not followed on."""
        meters = self._meters.get((link.a, link.b), [])
        self._keep(link, sum(m.passed for m in meters), sum(m.failed for m in meters))

    def _read(self, link: NetworkLink) -> None:
        meters = self._meters.get((link.a, link.b))
        if not meters:
            return
        traffic = sum(meter.traffic for meter in meters)
        for meter in meters:
            meter.read()
        passed, failed = self._before.get((link.a, link.b), (0, 0))
        link.traffic += sum(meter.traffic for meter in meters) - traffic
        link.passed = passed + sum(meter.passed for meter in meters)
        link.failed = failed + sum(meter.failed for meter in meters)
        link.open = sum(meter.open for meter in meters)
        link.incomplete = link.incomplete or any(meter.incomplete for meter in meters)

    def _refresh(self) -> str:
        """Reads all taps; returns the card of what failed, if anything did."""
        for link in self._net.links.values():
            self._read(link)
        return self._problem.html() if self._problem else ""

    def _drawn(self) -> str:
        with self._lock:
            problem = self._refresh()
            return network_html(self._net, problem, live=True, cuttable=self._cutting is not None)

    def _static_html(self) -> str:
        with self._lock:
            return network_html(self._net, self._refresh())

    def _static_text(self) -> str:
        with self._lock:
            self._refresh()
            return network_text(self._net, str(self._problem) if self._problem else "")

    def _push(self) -> int:
        self.html = self._drawn()
        return len(self.html)

    def _receive(self, content: dict[str, Any]) -> None:
        """A page tells of a click: by numbers, as it was told of boxes, buttons and links."""
        with self._lock:
            try:
                if content.get("type") == "button":
                    box = self._net.drawn_boxes[int(content["box"])]
                    button = list(box.buttons.values())[int(content["button"])]
                    work = partial(self._press, button, self._callbacks[box.name, button.label])
                    worker = self._worker(box.name)
                elif content.get("type") == "link" and self._cutting is not None:
                    link = self._net.drawn_links[int(content["link"])]
                    work, worker = partial(self._toggle, link), self._worker((link.a, link.b))
                else:
                    return
            except (LookupError, TypeError, ValueError):
                return  # the picture was an older one
            if self._problem is not None:
                self._problem, self._net.said, self._net.outcome = None, "", ""
        if not worker.submit(work):
            self.say("Too many clicks wait for their turn.", "failed")

    def _worker(self, key: object) -> Serial:
        """Its own for each box and each link: one that waits holds up no other."""
        return self._workers.setdefault(key, Serial("network map", self._failed))

    def _press(self, button: Button, call: Callable[[], object]) -> None:
        self._busy(button, 1)
        try:
            said = call()
        except Exception as error:
            if self._is_worker():
                self._show_problem(problem_card(error, call))
                return
            raise
        finally:
            self._busy(button, -1)
        if said is not None:
            self.say(said)

    def _toggle(self, link: NetworkLink) -> None:
        with self._lock:
            if self._cutting is None:
                return
            cut = not link.cut
            call = self._cutting[0 if cut else 1]
        self._busy(link, 1)
        try:
            call(link.a, link.b)
            self._set_cut(link.a, link.b, cut)
        except Exception as error:
            if not self._is_worker():
                raise
            self._show_problem(problem_card(error, call))
        finally:
            self._busy(link, -1)

    def _is_worker(self) -> bool:
        return threading.current_thread().name == "network map"

    def _busy(self, what: Button | NetworkLink, change: int) -> None:
        with self._lock:
            what.busy += change
        self._news()

    def _failed(self, error: Exception) -> None:
        self._show_problem(problem_card(error))

    def _show_problem(self, problem: Card) -> None:
        with self._lock:
            self._problem = problem
            self._net.said, self._net.outcome = "Something failed: see below.", "failed"
        self._news()

    def _unwatch(self, meter: Meter) -> None:
        meter.recording.unwatch(self._news)

    def _halt(self) -> None:
        for worker in list(self._workers.values()):
            worker.stop()
        with self._lock:
            for meter in (meter for meters in self._meters.values() for meter in meters):
                self._unwatch(meter)
        self._news()  # what has passed until now


def _check(outcome: str) -> None:
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome {outcome!r}; one of done, waiting, failed, or nothing")


def _recording(a: str, b: str, tap: object) -> Any:
    if not isinstance(tap, Tap):
        kind = type(tap).__name__
        raise ValueError(
            f"the link from {a} to {b} is given what is no tap but of class {kind}: tap(server) puts one before a server"
        )
    return tap.recording
