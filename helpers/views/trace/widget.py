"""`TraceView`: a trace as a live widget, and beneath it the frames of a call that was opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets
import traitlets

from helpers import display

from ..capture import CaptureView
from ..kit import style
from ..kit.esm import Esm
from ..kit.widget import CellWidget, Saved, View
from .html import trace_html
from .model import Span
from .moment import Moment
from .recorder import Trace
from .text import trace_text

STYLE = "views/trace/style.css"


class TracePicture(View):
    """A trace as a picture that grows as long as its block runs.

    Args:
        trace: What is drawn.
        show: Called with the call whose frames are asked for, and with None when they are no longer.
    """

    _esm = Esm("views/trace/widget.js")
    _css = style.css(STYLE)
    static_css = (STYLE,)
    html = traitlets.Unicode().tag(sync=True)
    opened = traitlets.Unicode().tag(sync=True)

    def __init__(self, trace: Trace, show: Callable[[Span | None], object], **traits: object) -> None:
        self.trace = trace
        self._show = show
        self._captures = trace.captures  # those of the call that is open
        super().__init__(html=trace_html(trace.moment()), **traits)
        self._unwatch = trace.watch(self._news)
        self._stopped = False

    def static(self) -> dict[str, str]:
        """Static HTML and text, by mime type, of one moment."""
        return display.static(self.trace)

    def _saved_traits(self) -> dict[str, Any]:
        return {"html": trace_html(self.trace.moment()), "opened": ""}

    def _push(self) -> int:
        moment = self.trace.moment()
        self.html = trace_html(moment)
        with self._lock:
            if self.opened and self._captures is not self.trace.captures:
                self._open("")  # the block was entered again
        if moment.state == "running" and not self._stopped:
            self._news()  # time goes on, also where nothing passes
        return len(self.html)

    def _receive(self, content: dict[str, Any]) -> None:
        if content.get("type") == "frames":
            with self._lock:
                wanted = str(content.get("call"))
                self._open("" if wanted == self.opened else wanted)

    def _open(self, key: str) -> None:
        span = next((each for each in self.trace.calls if each.key == key), None)
        self._captures = self.trace.captures
        self._show(span)
        self.opened = key if span is not None else ""

    def _halt(self) -> None:
        self._stopped = True
        self._unwatch()


class TraceView(CellWidget, ipywidgets.VBox):
    """A trace, and the frames of the call that is clicked.

    Args:
        trace: What is shown.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.picture = TracePicture(trace, self._show_frames)
        self.frames: CaptureView | None = None
        """The frames of the call that is open; None where none is."""
        super().__init__([self.picture])

    def static(self) -> dict[str, str]:
        """Static HTML and text, by mime type, of one moment."""
        return display.static(self.trace)

    def saved(self) -> Saved | None:
        """What a page without a kernel needs of its picture, and of the captures that have the frames of its calls."""
        picture = self.picture.saved()
        if picture is None:
            return None
        captures: dict[str, Saved] = {}
        frames = {}
        for span in self.trace.calls:
            if span.server not in captures:
                view = self._frames_of(span)
                saved = view.saved()
                view.close()
                if saved is None:
                    return picture
                captures[span.server] = saved
            place = {"connection": span.call.connection, "stream": span.call.stream, "exchange": 0}
            frames[span.key] = {"server": span.server, "place": place}
        more = {
            "frames": frames,
            "captures": {
                name: {"module": each.module, "traits": each.traits} for name, each in captures.items()
            },
        }
        styles = dict.fromkeys([picture.css, *(each.css for each in captures.values())])
        return Saved(picture.module, "\n".join(styles), {**picture.traits, **more})

    def stop(self) -> None:
        """Ends what runs behind it; it stays on the page as it is."""
        self.picture.stop()

    def close(self) -> None:
        """Ends what runs behind it and takes it off the page."""
        if self.comm is not None:
            self._show_frames(None)
            self.picture.close()
        super().close()

    def _show_frames(self, span: Span | None) -> None:
        earlier, self.frames = self.frames, None
        if span is not None:
            self.frames = self._frames_of(span)
        self.children = [self.picture] if self.frames is None else [self.picture, self.frames]
        if earlier is not None:
            earlier.close()

    def _frames_of(self, span: Span) -> CaptureView:
        capture = self.trace.captures[span.server]
        capture.start_ns = span.zero_ns  # so that a frame has the same time in both pictures
        return CaptureView(capture, call=span.call)


@display.static.register
def _(moment: Moment) -> dict[str, str]:
    return style.bundle(trace_html(moment), trace_text(moment), STYLE)


@display.static.register
def _(trace: Trace) -> dict[str, str]:
    return display.static(trace.moment())


@display.mimebundle.register
def _(trace: Trace) -> dict[str, Any]:
    return TraceView(trace)._repr_mimebundle_()
