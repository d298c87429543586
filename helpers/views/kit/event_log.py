"""A widget's growing list, sent in pieces: pages get what is new, and one that fell behind catches up.

The Jupyter server may drop messages, a page takes a moment to load a view's code, and pages are loaded anew:
so every piece says which numbers it holds, small lists are sent whole, and a page that misses something asks.
"""

from __future__ import annotations

import collections
import itertools
import threading
from collections.abc import Callable
from typing import Any

import traitlets

from .card import Card
from .widget import View

WHOLE = 50
"""Every piece holds at least this many of the last items: few lists are longer, so few pages need to ask."""


class EventLog:
    """The last ``keep`` of a list of numbered items, from any thread; ``encode`` makes what is sent of an item.

    Attributes:
        items: the items that are kept, oldest first.
        count: how many there were in all; the last one's number is ``count - 1``.
        epoch: how often the list was emptied.
    """

    def __init__(self, keep: int, encode: Callable[[Any], Any] = lambda item: item) -> None:
        self._lock = threading.Lock()
        self._encode = encode
        self.items: collections.deque[Any] = collections.deque(maxlen=keep)
        self.count = 0
        self.epoch = 0
        self._sent = 0

    def add(self, item: Any) -> None:
        """Appends an item; beyond ``keep`` the oldest one goes."""
        with self._lock:
            self.items.append(item)
            self.count += 1

    def clear(self) -> None:
        """Empties the list."""
        with self._lock:
            self.items.clear()
            self.count = self._sent = 0
            self.epoch += 1

    def whole(self) -> dict[str, Any]:
        """All that is kept, as a piece."""
        with self._lock:
            return self._piece(self.count - len(self.items))

    def news(self) -> dict[str, Any]:
        """What was added since the last time, and some of what came before, as a piece."""
        with self._lock:
            first = max(self.count - len(self.items), min(self._sent, self.count - WHOLE))
            self._sent = self.count
            return self._piece(max(0, first))

    def _piece(self, first: int) -> dict[str, Any]:
        skip = first - (self.count - len(self.items))
        items = [self._encode(item) for item in itertools.islice(self.items, skip, None)]
        return {"epoch": self.epoch, "first": first, "count": self.count, "items": items}


class EventLogView(View):
    """A live picture of a `EventLog` and of what its ``_status`` returns; `event_log.js` is its other half."""

    news = traitlets.Dict().tag(sync=True)

    def __init__(self, events: EventLog, **traits: object) -> None:
        self.events = events
        self._problem: Card | None = None
        super().__init__(**traits)

    def _status(self) -> dict[str, Any]:
        """What else the page shows; sent with every piece."""
        return {}

    def _snapshot(self) -> dict[str, Any]:
        return {**self.events.whole(), **self._status()}

    def _push(self) -> int:
        self.news = {**self.events.news(), **self._status()}
        return sum(map(self._size, self.news["items"]))

    def _show_problem(self, problem: Card) -> None:
        with self._lock:
            self._problem = problem
        self._news()

    def _size(self, item: Any) -> int:
        """About how many bytes an encoded item takes."""
        raise NotImplementedError

    def _receive(self, content: dict[str, Any]) -> None:
        if content.get("type") == "behind":
            self.send_state("snapshot")
