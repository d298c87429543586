"""`PoolLab`: sliders, a button and a live timeline around the learner's own experiment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from helpers import display

from ..kit.widget import CellWidget
from .model import Timeline
from .pool_run import PoolRun
from .widget import CallTimeline


class PoolLab(CellWidget, widgets.VBox):
    """Turn the knobs of many calls over one thread pool, and watch what happens to each call.

    Args:
        experiment: a function of ``delay`` (seconds a handler takes), ``deadline`` (seconds a client waits),
            ``workers`` (threads of the server) and ``calls`` (how many at once). It starts a server, sends
            the calls with metadata ``("call", str(n))``, and returns ``(server, futures)``. The server needs
            ``log`` (one record a handler run: ``metadata``, ``thread``, ``started_at``, ``ended_at`` in
            `time.monotonic` seconds) and ``stop(grace)``.
        delay: where the first slider stands, in seconds.
        deadline: where the second slider stands, in seconds.
        workers: where the third slider stands.
        calls: where the fourth slider stands.
        autorun: whether to run once at the start.

    Moving a slider or pressing *Run* ends a running experiment and starts a new one. Running the cell again
    ends it too, and so does `helpers.views.stop_all`.
    """

    _run: PoolRun | None = None  # also where a call without an experiment has failed

    def __init__(
        self,
        experiment: Callable[..., Any],
        *,
        delay: float = 0.5,
        deadline: float = 1.2,
        workers: int = 2,
        calls: int = 8,
        autorun: bool = True,
    ) -> None:
        self._experiment = experiment
        self._lock = threading.Lock()
        self.knobs: dict[str, widgets.FloatSlider | widgets.IntSlider] = {
            "delay": _slider(widgets.FloatSlider, "handler takes (s)", delay, 0.0, 2.0, 0.1),
            "deadline": _slider(widgets.FloatSlider, "client waits (s)", deadline, 0.1, 3.0, 0.1),
            "workers": _slider(widgets.IntSlider, "worker threads", workers, 1, 8, 1),
            "calls": _slider(widgets.IntSlider, "calls at once", calls, 1, 40, 1),
        }
        self.button = widgets.Button(description="Run", tooltip="Run the experiment again", icon="play")
        self.view = CallTimeline(Timeline(note="Press Run, or move a slider."))
        grid = widgets.GridBox(
            list(self.knobs.values()),
            layout=widgets.Layout(grid_template_columns="repeat(2, minmax(0, 1fr))", width="100%"),
        )
        super().__init__([grid, self.button, self.view])
        for name, knob in self.knobs.items():
            knob.add_class(f"gv-knob-{name}")
            knob.observe(lambda _: self.run(), "value")
        self.button.on_click(lambda _: self.run())
        if autorun:
            self.run()

    @property
    def timeline(self) -> Timeline:
        """What is shown now, as a value."""
        return self.view.timeline

    @property
    def settings(self) -> dict[str, float | int]:
        """Where the sliders stand: ``delay`` and ``deadline`` in seconds, ``workers``, ``calls``."""
        return {name: knob.value for name, knob in self.knobs.items()}

    def run(self) -> None:
        """Ends the running experiment and starts a new one; returns at once."""
        with self._lock:
            if self._run is not None:
                self._run.cancel()
            self._run = PoolRun(self._experiment, self.settings, self._show)
            self._run.start()

    def wait(self, timeout: float | None = 60.0) -> Timeline:
        """Waits until the experiment is over, at most ``timeout`` seconds, and returns what came out."""
        run = self._run
        if run is not None:
            run.wait(timeout)
        return self.timeline

    def stop(self) -> None:
        """Ends a running experiment: calls cancelled, server stopped. *Run* starts a new one."""
        run = self._run
        if run is not None:
            run.cancel()
            run.wait(5.0)

    def close(self) -> None:
        """Ends a running experiment and takes the panel off the page."""
        if self.comm is not None:
            for part in (*self.knobs.values(), self.button, self.view, self.children[0]):
                _close(part)
        super().close()

    def _show(self, run: PoolRun, timeline: Timeline) -> None:
        with self._lock:
            if run is self._run and self.view.comm is not None:
                self.view.timeline = timeline

    def static(self) -> dict[str, str]:
        """Static HTML and text of the timeline, by mime type."""
        return display.static(self.timeline)


def _slider(kind: type, description: str, value: float, least: float, most: float, step: float) -> Any:
    return kind(
        value=value,
        min=least,
        max=most,
        step=step,
        description=description,
        continuous_update=False,
        style={"description_width": "120px"},
        layout=widgets.Layout(width="auto"),
        **({"readout_format": ".1f"} if kind is widgets.FloatSlider else {}),
    )


def _close(widget: widgets.DOMWidget) -> None:
    """Closes a widget with its layout and style, which are widgets of their own."""
    for part in (getattr(widget, "style", None), widget.layout, widget):
        if isinstance(part, widgets.Widget):
            part.close()
