"""`Panel`: what goes over a stream, as a list of messages, with a text field to send more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import traitlets

from ..kit import style
from ..kit.card import card
from ..kit.esm import Esm
from ..kit.event_log import EventLog, EventLogView
from ..kit.problem import problem_card
from ..kit.serial import WAITING_CALLS, Serial
from ..kit.text import LONG, visible
from .html import KEEP, counts_text, panel_html, panel_text, row_html, row_text, state_of, status_text


class Clock:
    """Seconds since the first thing happened; shared by panels that stand side by side."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._zero: float | None = None

    def now(self) -> float:
        """Seconds since the first call of this."""
        with self._lock:
            moment = time.monotonic()
            self._zero = moment if self._zero is None else self._zero
            return moment - self._zero

    def reset(self) -> None:
        """The next moment is zero again."""
        with self._lock:
            self._zero = None


class Panel(EventLogView):
    """The messages of one call, or of one side of it: direction, time, author and text, newest at the end.

    All methods may be called from any thread, at any rate: the page gets ten updates a second at most, the last
    one always. The last 500 messages are kept, and all are counted. Text is shown as it is, never run.

    Args:
        name: the panel's title: whose view this is.
        server: whether this is the server's view: then what is sent goes to the client.
        clock: a clock to share with other panels.
    """

    _esm = Esm("views/panels/panel.js")
    _css = style.css("views/panels/style.css", "views/kit/controls.css")
    static_css = ("views/panels/style.css",)
    html = traitlets.Unicode().tag(sync=True)

    def __init__(self, name: str, server: bool = False, clock: Clock | None = None, **traits: object) -> None:
        self.name, self.server = str(name), server
        self._clock, self._own_clock = clock or Clock(), clock is None
        self._counts = {"sent": 0, "received": 0}
        self._label, self._details = "", ""
        self._callbacks: dict[str, Callable[..., Any]] = {}
        self._worker = Serial("panel", self._failed)
        # Cancel must not wait in line behind a callback that does not return.
        self._canceller = Serial("panel cancel", self._failed)
        super().__init__(EventLog(KEEP, row_html), html=panel_html(self.name), **traits)

    def sent(self, text: object, author: str = "") -> None:
        """Notes a message that this side has sent."""
        self._add("sent", text, author)

    def received(self, text: object, author: str = "") -> None:
        """Notes a message that this side has received."""
        self._add("received", text, author)

    def note(self, text: object) -> None:
        """Notes something that is no message: ``"half-closed"``, ``"waiting for the courier"``."""
        self._add("note", text, "")

    def status(self, status: object, details: str = "") -> None:
        """Says how the call stands, in the panel's title line.

        Args:
            status: ``"open"``, ``"half-closed"``, a `grpc.StatusCode` or its name, or ``""`` for nothing. With a
                status code the call is over, and the text field and the buttons are off until the next ``"open"``.
            details: more about it, such as the call's ``details()``.
        """
        with self._lock:
            self._label, self._details = getattr(status, "name", None) or str(status), str(details or "")
        self._news()

    def hold(self, call: Any, name: str = "") -> None:
        """Shows how ``call`` stands and ends, lets *Cancel* cancel it, and is responsible for it.

        The call is cancelled when the panel is stopped or closed, and when it is given another call to hold.
        """
        super().hold(call, name)
        self.status("open")
        self.on_cancel(call.cancel)

        def ended(_: object) -> None:
            with self._lock:
                current = self._held.get(name)
            if current is None or current is call:
                self.status(call.code(), call.details() or "")

        call.add_done_callback(ended)

    def clear(self) -> None:
        """Empties the panel; a clock of its own starts again with the next message."""
        with self._lock:
            self.events.clear()
            self._counts = {"sent": 0, "received": 0}
            self._label, self._details, self._problem = "", "", None
        if self._own_clock:
            self._clock.reset()
        self._news()

    def on_send(self, callback: Callable[[str], Any] | None) -> None:
        """Shows a text field and *Send*, which calls ``callback(text)``, one at a time, in a thread of its own."""
        self._listen("send", callback)

    def on_half_close(self, callback: Callable[[], Any] | None) -> None:
        """Shows *Half-close*, which calls ``callback()`` after all that was sent before, and ends sending."""
        self._listen("half-close", callback)

    def on_cancel(self, callback: Callable[[], Any] | None) -> None:
        """Shows *Cancel*, which calls ``callback()`` at once."""
        self._listen("cancel", callback)

    def click(self, button: str, text: str = "") -> None:
        """Does what a click would: ``button`` is ``"send"`` (with ``text``), ``"half-close"`` or ``"cancel"``.

        Raises:
            ValueError: for a button that is off or not there.
        """
        if button not in self._enabled():
            raise ValueError(
                f"{button!r} cannot be clicked now; what can: {', '.join(self._enabled()) or 'nothing'}"
            )
        self._clicked(button, text)

    # -- inside --------------------------------------------------------------------------------------------

    def _static_html(self) -> str:
        rows = list(map(row_html, list(self.events.items)))
        return panel_html(self.name, rows, self.events.count, self._status())

    def _static_text(self) -> str:
        rows = list(map(row_text, list(self.events.items)))
        return panel_text(self.name, rows, self.events.count, self._status(), self._problem)

    def _add(self, kind: str, text: object, author: str) -> None:
        row = {
            "kind": kind,
            "to": self._direction(kind),
            "author": visible(author),
            "text": visible(text, LONG),
        }
        with self._lock:
            if kind in self._counts:
                self._counts[kind] += 1
            self.events.add({**row, "at": self._clock.now()})
        self._news()

    def _direction(self, kind: str) -> str:
        return "" if kind == "note" else "server" if (kind == "sent") is not self.server else "client"

    def _listen(self, button: str, callback: Callable[..., Any] | None) -> None:
        with self._lock:
            self._callbacks.pop(button, None)
            if callback is not None:
                self._callbacks[button] = callback
        self._news()

    def _enabled(self) -> list[str]:
        with self._lock:
            state = state_of(self._label)
            off = {"done": {"send", "half-close", "cancel"}, "failed": {"send", "half-close", "cancel"}}
            blocked = {"send", "half-close"} if self._label == "half-closed" else off.get(state, set())
            return [
                button
                for button in ("send", "half-close", "cancel")
                if button in self._callbacks.keys() - blocked
            ]

    def _receive(self, content: dict[str, Any]) -> None:
        button = content.get("type")
        if button not in ("send", "half-close", "cancel"):
            super()._receive(content)
        elif button in self._enabled():
            self._clicked(button, str(content.get("text", "")))

    def _clicked(self, button: str, text: str) -> None:
        with self._lock:
            callback = self._callbacks[button]
            self._problem = None
            if button == "half-close":
                self._label, self._details = "half-closed", ""
        worker = self._canceller if button == "cancel" else self._worker
        arguments = (text,) if button == "send" else ()
        if not worker.submit(self._call, callback, *arguments):
            why = f"{WAITING_CALLS} earlier messages still wait for your function; this one was dropped."
            self._show_problem(card("warning", f"panel {self.name}", why))
        self._news()

    def _call(self, callback: Callable[..., Any], *arguments: str) -> None:
        try:
            callback(*arguments)
        except Exception as error:
            self._show_problem(problem_card(error, callback))

    def _failed(self, error: Exception) -> None:
        self._show_problem(problem_card(error))

    def _halt(self) -> None:
        self._worker.stop()
        self._canceller.stop()

    def _status(self) -> dict[str, Any]:
        with self._lock:
            status = {
                "label": self._label,
                "details": self._details,
                "state": state_of(self._label),
                "sent": self._counts["sent"],
                "received": self._counts["received"],
                "server": self.server,
                "buttons": [name for name in ("send", "half-close", "cancel") if name in self._callbacks],
                "enabled": self._enabled(),
                "problem": self._problem.html() if self._problem else "",
            }
        return {**status, "counts": counts_text(status), "stands": status_text(status)}

    def _size(self, item: str) -> int:
        return len(item)
