"""`Panels`: what goes over streams, as lists of messages side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import ipywidgets as widgets

from ..kit.widget import CellWidget
from .panel import Clock, Panel


class Panels(CellWidget, widgets.GridBox):
    """`Panel`s side by side that share one clock: ``panels["Ada"].sent("…")``.

    Args:
        names: the panels' titles, each different.
        server: the name of the panel, if any, that shows the server's side.

    Raises:
        ValueError: without a name, or with the same name twice.
    """

    static_css = ("views/panels/style.css",)

    def __init__(self, *names: str, server: str | None = None) -> None:
        if not names or len(set(names)) < len(names):
            raise ValueError("panels need names, each different: Panels('dispatcher', 'Ada')")
        if server is not None and server not in names:
            raise ValueError(f"the server's panel {server!r} is not among {', '.join(names)}")
        self._clock = clock = Clock()
        self._panels = {name: Panel(name, server=name == server, clock=clock) for name in names}
        columns = "repeat(auto-fit, minmax(min(260px, 100%), 1fr))"
        layout = widgets.Layout(grid_template_columns=columns, grid_gap="0 16px", width="100%")
        super().__init__(list(self._panels.values()), layout=layout)

    def __getitem__(self, name: str) -> Panel:
        """The panel of this name.

        Raises:
            KeyError: for a panel that is not there.
        """
        if name not in self._panels:
            raise KeyError(f"no panel is called {name!r}; there are {', '.join(self._panels)}")
        return self._panels[name]

    def __iter__(self) -> Iterator[Panel]:
        return iter(self._panels.values())

    @property
    def names(self) -> Sequence[str]:
        """The panels' names, left to right."""
        return tuple(self._panels)

    def clear(self) -> None:
        """Empties all panels and starts the clock again."""
        for panel in self:
            panel.clear()
        self._clock.reset()

    def on_stop(self, callback: Callable[[], object]) -> None:
        """Calls ``callback()`` once when the panels are stopped, closed or replaced by running their cell again."""
        next(iter(self)).on_stop(callback)

    def stop(self) -> None:
        """Ends what runs behind the panels; they stay on the page."""
        for panel in self:
            panel.stop()

    def close(self) -> None:
        """Ends what runs behind the panels and takes them off the page."""
        if self.comm is not None:
            for panel in self:
                panel.close()
        super().close()

    def _static_html(self) -> str:
        panels = "".join(panel.static()["text/html"].partition("</style>")[2] for panel in self)
        return f'<div class="gv gv-feed-side-by-side">{panels}</div>'

    def _static_text(self) -> str:
        return "\n\n".join(map(str, self))
