"""The base of the views: a static picture for where no widget lives, throttled sending, an end with its cell."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import anywidget
import ipywidgets
import traitlets

from helpers import display

from . import lifecycle, style
from .card import Card
from .esm import Esm
from .problem import problem_card
from .throttle import Pacer


class Saved(NamedTuple):
    """What a page needs to show a widget that can be clicked without a kernel."""

    module: str
    """The entry file of the widget's ES module, a path below ``helpers``."""
    css: str
    """The style of what the module draws."""
    traits: dict[str, Any]
    """What the module asks its model for: values of JSON, and bytes."""


class CellWidget(ipywidgets.DOMWidget):
    """A widget that belongs to the cell that made it: running the cell again closes it.

    Where it is saved or printed, its static HTML and its text stand in for it; a subclass says what they are, and with
    which style.
    """

    static_css: ClassVar[tuple[str, ...]] = ()
    """The style of the static HTML: files below ``helpers``."""

    def __init__(self, *arguments: Any, **traits: Any) -> None:
        super().__init__(*arguments, **traits)
        lifecycle.register(self, type(self).__qualname__)

    def stop(self) -> None:
        """Ends what runs behind it, if anything does; it stays on the page and can be used again."""

    def close(self) -> None:
        """Ends what runs behind it and takes it off the page."""
        if self.comm is None:
            return
        self.stop()
        lifecycle.forget(self)
        self.layout.close()  # ipywidgets would keep it for ever
        super().close()

    def static(self) -> dict[str, str]:
        """Static HTML and text, by mime type: what pages and terminals without widgets show."""
        return style.bundle(self._static_html(), self._static_text(), *self.static_css)

    def saved(self) -> Saved | None:
        """What a page without a kernel needs of it, as it is now; None where it does nothing without its kernel."""
        return None

    def __str__(self) -> str:
        return self.static()["text/plain"]

    def _static_html(self) -> str:
        """What it shows now, as HTML without its style."""
        raise NotImplementedError

    def _static_text(self) -> str:
        """What it shows now, in characters."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        made = super()._repr_mimebundle_(**kwargs) or {}
        # An AnyWidget gives metadata along.
        return {**(made[0] if isinstance(made, tuple) else made), **self.static()}


@display.static.register
def _(widget: CellWidget) -> dict[str, str]:
    return widget.static()


# IPython takes data alone as well as data with metadata; anywidget's types know the latter only.
class View(CellWidget, anywidget.AnyWidget):  # type: ignore[misc]
    """A `CellWidget` whose page side is an ES module of ours.

    It can send what is new in batches (`_news` asks for it, `_push` does it), and hear what a page has to say
    (`_receive`). Its methods may be called from any thread.
    """

    # Made when it is asked for: when the widget opens, and again for a page that is loaded anew.
    snapshot = traitlets.Any().tag(sync=True, to_json=lambda _, view: view._snapshot())
    acknowledged = traitlets.Unicode().tag(sync=True)
    own_id = traitlets.Unicode(help="the model's id, by which the page finds it (kit/module.js)").tag(
        sync=True
    )

    def __init__(self, **traits: Any) -> None:
        # Kernels may answer a page's messages in another thread than the one that runs cells.
        self._lock = threading.RLock()
        self._pacer = Pacer(self._push_if_open)
        self._at_stop: list[Callable[[], object]] = []
        self._held: dict[str, Any] = {}
        own_id = uuid.uuid4().hex
        super().__init__(model_id=own_id, own_id=own_id, **traits)
        self.on_msg(self._take_message)

    def on_stop(self, callback: Callable[[], object]) -> None:
        """Calls ``callback()`` once when the view is stopped, closed or replaced by running its cell again.

        The place to end what the picture belongs to: ``city.on_stop(call.cancel)``.
        """
        with self._lock:
            self._at_stop.append(callback)

    def hold(self, call: Any, name: str = "") -> None:
        """Makes the view responsible for a running ``call``: no cell that is run again leaves it open.

        The call is cancelled when the view is stopped, closed or replaced by running its cell again, and
        when another call is held under the same ``name``. Calls that are over are not touched.
        """
        with self._lock:
            earlier, self._held[name] = self._held.get(name), call
        if earlier is not None and earlier is not call:
            earlier.cancel()

    def stop(self) -> None:
        """Ends what runs behind the view: iterators end, callbacks have returned. It can be used again."""
        with self._lock:
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

    def saved(self) -> Saved | None:
        """What a page without a kernel needs of it, as it is now; None where it does nothing without its kernel."""
        traits = self._saved_traits()
        if traits is None:
            return None
        # An instance has a class of its own, whose `_esm` is a trait.
        found = (vars(kind).get("_esm") for kind in type(self).__mro__)
        return Saved(next(esm.entry for esm in found if isinstance(esm, Esm)), self._css, traits)

    def _saved_traits(self) -> dict[str, Any] | None:
        """The traits of `saved`; what a page would ask the kernel for is among them, as far as it is not too much."""
        return None

    def _snapshot(self) -> Any:
        """What a page that opens the view needs to know, beyond the other traits."""
        return None

    def _push(self) -> int:
        """Sends what is new and returns about how many bytes that were."""
        raise NotImplementedError

    def _receive(self, content: dict[str, Any]) -> None:
        """Takes what a page has to say."""

    def _halt(self) -> None:
        """Ends iterators and workers."""

    def _show_problem(self, problem: Card) -> None:
        """Shows what a learner's function raised."""
        raise NotImplementedError

    def _news(self) -> None:
        """There is something to send. Costs next to nothing; may be called from any thread, at any rate."""
        if self.comm is not None:
            self._pacer.poke()

    def _push_if_open(self) -> int:
        return self._push() if self.comm is not None else 0

    def _take_message(self, _: object, content: dict[str, Any], buffers: object) -> None:
        self._receive(content)
        if "ack" in content:
            self.acknowledged = str(content["ack"])  # a page wonders whether the kernel is busy
