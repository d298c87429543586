"""`CallTimeline`: a `Timeline` as a live widget."""

from __future__ import annotations

from typing import Any

import traitlets

from helpers import display

from ..kit import style
from ..kit.esm import Esm
from ..kit.widget import View
from .html import timeline_html
from .model import Timeline
from .text import timeline_text


class CallTimeline(View):
    """A live picture of concurrent calls over a server's thread pool.

    Set ``timeline`` as often as there is news, from any thread, but at most ten times a second (the Jupyter
    server drops widget messages beyond that at some point, the last one included). What is displayed or
    saved where no widget can live is the picture of the moment of display, as HTML with SVG and as text.
    """

    _esm = Esm("views/timeline/widget.js")
    _css = style.css("views/timeline/style.css")
    html = traitlets.Unicode().tag(sync=True)
    timeline = traitlets.Instance(Timeline, ())

    def __init__(self, timeline: Timeline | None = None, **traits: object) -> None:
        timeline = timeline or Timeline()
        super().__init__(timeline=timeline, html=timeline_html(timeline), **traits)

    @traitlets.observe("timeline")
    def _draw(self, change: dict) -> None:
        self.html = timeline_html(change["new"])

    def _saved_traits(self) -> dict[str, Any]:
        return {"html": self.html}

    def static(self) -> dict[str, str]:
        """Static HTML and text of the timeline, by mime type."""
        return display.static(self.timeline)


@display.static.register
def _(timeline: Timeline) -> dict[str, str]:
    return style.bundle(timeline_html(timeline), timeline_text(timeline), "views/timeline/style.css")
