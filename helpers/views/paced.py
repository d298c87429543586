"""What the live pictures share: news that come by the thousand are sent in batches, and callbacks cannot block.

The Jupyter server drops a widget's messages beyond some hundred a second, the last one included, so a
picture is sent ten times a second at most, and always once more after the last change. No thread outlives
the work it was started for.
"""

from __future__ import annotations

import collections
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from . import live
from .card import Card, card

PERIOD = 0.1
"""Seconds between two updates, at least."""
BUDGET = 200_000
"""Bytes a second that one view may send: larger updates come less often."""
WAITING_CALLS = 1000
"""Calls of one learner's callback that may wait for it."""

_CELL_FILE = re.compile(r'File "([^"]*ipykernel_[^"]*)"')
_LIBRARY = re.compile(re.escape(str(Path(__file__).parent)) + r"|[\\/]site-packages[\\/]grpc[\\/]")


class Pacer:
    """Calls ``send`` soon after `poke`, at most once a period, and always after the last one.

    Args:
        send: sends what is new and returns how many bytes that were, about.
        period: seconds between two calls, at least.
    """

    def __init__(self, send: Callable[[], int], period: float = PERIOD) -> None:
        self._send, self._period = send, period
        self._lock = threading.Lock()
        self._hurry = threading.Event()
        self._due = False
        self._thread: threading.Thread | None = None

    def poke(self) -> None:
        """There is news. Costs next to nothing; may be called from any thread, at any rate."""
        if self._due:
            return  # whoever is to send has not looked yet, and will see this too
        with self._lock:
            self._due = True
            if self._thread is None:
                self._hurry.clear()
                self._thread = threading.Thread(target=self._run, name="view updates", daemon=True)
                self._thread.start()

    def flush(self, timeout: float = 5.0) -> None:
        """Sends what is waiting, at once, and waits (seconds) until the thread is gone."""
        with self._lock:
            thread = self._thread
            self._hurry.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _run(self) -> None:
        size = 0
        while True:
            with self._lock:
                if not self._due:
                    self._thread = None
                    return
                self._due = False
            try:
                size = self._send()
            except BaseException:
                with self._lock:
                    self._thread = None
                raise
            self._hurry.wait(max(self._period, size / BUDGET))


class Serial:
    """Runs functions one after the other in a thread that lives as long as there is something to run.

    A learner's callback may block or call a server: that must not hold up the kernel, where the other
    widgets wait for their turn.
    """

    def __init__(self, name: str, on_error: Callable[[Exception], None]) -> None:
        self._name, self._on_error = name, on_error
        self._lock = threading.Lock()
        self._work: collections.deque[tuple[Callable[..., Any], tuple]] = collections.deque()
        self._thread: threading.Thread | None = None

    def submit(self, function: Callable[..., Any], *arguments: Any) -> bool:
        """Lines up a call; False where too many are waiting already."""
        with self._lock:
            if len(self._work) >= WAITING_CALLS:
                return False
            self._work.append((function, arguments))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
        return True

    def stop(self, timeout: float = 2.0) -> None:
        """Forgets what has not begun and waits (seconds) for what has."""
        with self._lock:
            self._work.clear()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._work:
                    self._thread = None
                    return
                function, arguments = self._work.popleft()
            try:
                function(*arguments)
            except Exception as error:
                self._on_error(error)


class PacedWidget(anywidget.AnyWidget):
    """A live picture: `_push` sends what is new whenever `_news` was called; `stop` and `close` end all threads.

    Running the cell that made it again closes the earlier one.
    """

    heard = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: object) -> None:
        self._state = threading.RLock()
        self._pacer = Pacer(self._push_if_open)
        self._at_stop: list[Callable[[], object]] = []
        self._held: dict[str, Any] = {}
        super().__init__(**traits)
        self.on_msg(self._take_message)
        live.register(self, type(self).__qualname__)

    def on_stop(self, callback: Callable[[], object]) -> None:
        """Calls ``callback()`` once when the picture is stopped, closed or replaced by running its cell again.

        The place to end what the picture belongs to: ``city.on_stop(call.cancel)``.
        """
        with self._state:
            self._at_stop.append(callback)

    def hold(self, call: Any, name: str = "") -> None:
        """Makes the picture responsible for a running ``call``: no cell that is run again leaves it open.

        The call is cancelled when the picture is stopped, closed or replaced by running its cell again, and
        when another call is held under the same ``name``. Calls that are over are not touched.
        """
        with self._state:
            earlier, self._held[name] = self._held.get(name), call
        if earlier is not None and earlier is not call:
            earlier.cancel()

    def stop(self) -> None:
        """Ends what runs behind the picture: iterators end, callbacks have returned. It can be used again."""
        with self._state:
            callbacks, self._at_stop = self._at_stop, []
            callbacks += [call.cancel for call in self._held.values()]
            self._held.clear()
        for callback in callbacks:
            try:
                callback()
            except Exception as error:
                self._show_problem(problem_card(error, callback))
        self._halt()
        self._pacer.flush()

    def close(self) -> None:
        """Ends what runs behind the picture and takes it off the page."""
        if self.comm is None:
            return
        self.stop()
        live.forget(self)
        self.layout.close()
        super().close()

    def static(self) -> dict[str, str]:
        """The face for pages and terminals without widgets: ``text/html`` and ``text/plain``."""
        raise NotImplementedError

    def _take_message(self, _: object, content: dict[str, Any], buffers: list) -> None:
        self._hear(content)
        if "ack" in content:
            self.heard = str(content["ack"])  # a page wonders whether the kernel is busy

    def _hear(self, content: dict[str, Any]) -> None:
        """What a page has to say; a picture that takes input overrides this."""

    def _halt(self) -> None:
        """Ends iterators and workers; a picture that has some overrides this."""

    def _push(self) -> int:
        """Sends what is new and returns about how many bytes that were."""
        raise NotImplementedError

    def _show_problem(self, problem: Card) -> None:
        raise NotImplementedError

    def _news(self) -> None:
        if self.comm is not None:
            self._pacer.poke()

    def _push_if_open(self) -> int:
        return self._push() if self.comm is not None else 0

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, **self.static()}, metadata


def problem_card(error: BaseException, function: object = None) -> Card:
    """What a learner's function raised, with the learner's own lines."""
    name = getattr(function, "__qualname__", "").rpartition(".")[2].strip("<>") or "your function"
    title = f"`{name}`" if name != "your function" else name
    if hasattr(error, "code") and hasattr(error, "details"):
        sentence = f"The call ended with `{getattr(error.code(), 'name', error.code())}`: {error.details()}"
    else:
        sentence = f"It raised `{type(error).__name__}`: {error}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _LIBRARY.search(f.filename)]
    lines = "".join(traceback.format_list(frames))
    return card("raised", title, sentence, code=_CELL_FILE.sub(_cell_name, lines), folded=False)


def _cell_name(match: re.Match) -> str:
    """``Cell In[3]`` for the file that a kernel keeps a cell's code in, as tracebacks in notebooks have it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    name = getattr(getattr(shell, "compile", None), "format_code_name", lambda file: None)(match[1])
    return " ".join(name) if name else match[0]
