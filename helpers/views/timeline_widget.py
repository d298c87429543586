"""`CallTimeline`: a `Timeline` as a live widget."""

from __future__ import annotations

import anywidget
import traitlets

from . import style
from .timeline import Timeline
from .timeline_face import timeline_html


class CallTimeline(anywidget.AnyWidget):
    """A live picture of concurrent calls over a server's thread pool.

    Set ``timeline`` as often as there is news, from any thread, but at most ten times a second (the Jupyter
    server drops widget messages beyond that at some point, the last one included). What is displayed or
    saved where no widget can live is the picture of the moment of display, as HTML with SVG and as text.
    """

    _esm = style.esm("timeline.js")
    _css = style.css("timeline.css")
    face = traitlets.Unicode().tag(sync=True)
    timeline = traitlets.Instance(Timeline, ())

    def __init__(self, timeline: Timeline | None = None, **traits: object) -> None:
        timeline = timeline or Timeline()
        super().__init__(timeline=timeline, face=timeline_html(timeline), **traits)

    @traitlets.observe("timeline")
    def _draw(self, change: dict) -> None:
        self.face = timeline_html(change["new"])

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, **self.timeline._repr_mimebundle_()}, metadata
