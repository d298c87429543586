"""`CaptureView`: every frame of a capture, drawn between client and server, down to the byte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets

from helpers import display
from helpers.wire.capture import Capture
from helpers.wire.frames import Frame
from helpers.wire.grpc.call import Call

from ..kit import style
from ..kit.esm import Esm
from ..kit.widget import View
from .encode import MOST_FRAMES, SAVED_FRAMES, first_details, frame_batch, frame_detail, label
from .html import capture_html, capture_text
from .lanes import lanes_text
from .lanes_html import lanes_html
from .summary import Head
from .summary_html import title_html
from .windows import encode_windows

TABS = ("frames", "streams", "windows")


class CaptureView(View):
    """A capture as a picture to click through; it grows as long as the capture is open.

    Args:
        capture: A ``helpers.wire`` capture.
        tab: What is seen first: ``"frames"`` (who sent what to whom), ``"streams"`` (all streams and
            all HTTP/1.1 exchanges side by side) or ``"windows"`` (flow control).
        control: Whether the frames that serve the connection are shown; None leaves it to their number.
        call: The call that is seen alone at first; None for all.

    Raises:
        ValueError: for an unknown tab.
    """

    _esm = Esm("views/capture/widget.js")
    _css = style.css("views/capture/style.css", "views/bytes/style.css")
    static_css = ("views/capture/style.css",)
    tab = traitlets.Unicode("frames").tag(sync=True)
    control = traitlets.Bool(None, allow_none=True).tag(sync=True)
    place = traitlets.Dict(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        capture: Capture,
        tab: str = "frames",
        control: bool | None = None,
        call: Call | None = None,
        **traits: object,
    ) -> None:
        if tab not in TABS:
            raise ValueError(f"unknown tab {tab!r}; one of {', '.join(TABS)}")
        self.capture = capture
        self._head = Head(capture)
        self._sent: tuple[Frame, ...] = ()
        place = call and {"connection": call.connection, "stream": call.stream, "exchange": 0}
        super().__init__(tab=tab, control=control, place=place, **traits)
        self._unwatch = capture.watch(self._follow)

    def static(self) -> dict[str, str]:
        """Static HTML and text, by mime type, of one moment."""
        with self.capture.held():
            return super().static()

    def _static_html(self) -> str:
        return (lanes_html if self.tab == "streams" else capture_html)(self.capture)

    def _static_text(self) -> str:
        return (lanes_text if self.tab == "streams" else capture_text)(self.capture)

    def _follow(self) -> None:
        """Something has passed, or the capture has ended: then nothing is to be waited for."""
        self._news()
        if not self.capture.open:
            self._pacer.flush(0)

    def _halt(self) -> None:
        self._unwatch()

    def _snapshot(self) -> dict[str, Any]:
        with self._lock, self.capture.held():
            # In this order: what comes in between is part of the next batch, never lost.
            is_open, self._sent = self.capture.open, self._frames()
            return self._whole(self._sent, is_open, windows=self.tab == "windows")

    def _saved_traits(self) -> dict[str, Any]:
        with self._lock, self.capture.held():
            frames = self.capture.frames[:SAVED_FRAMES]
            whole = self._whole(frames, self.capture.open, windows=True)
            whole["head"]["hidden"] = len(self.capture.frames) - len(frames)
        traits = {"tab": self.tab, "control": self.control, "place": self.place}
        return {**traits, "snapshot": {**whole, "saved": True}}

    def _whole(self, frames: tuple[Frame, ...], is_open: bool, windows: bool) -> dict[str, Any]:
        """All that a page is told of the frames at once, and of the windows where they are wanted."""
        head = self._summary(is_open)
        batch, records = frame_batch(self.capture, frames, 0)
        raw = bytearray()
        return {
            "head": head,
            **batch,
            "details": first_details(self.capture, frames, raw),
            "windows": encode_windows(self.capture) if windows else None,
            "records": records,
            "raw": bytes(raw),
        }

    def _summary(self, is_open: bool) -> dict[str, Any]:
        head = {**self._head(), "open": is_open}
        return {**head, "html": title_html(head, live=True)}

    def _frames(self) -> tuple[Frame, ...]:
        return self.capture.frames[:MOST_FRAMES]

    def _push(self) -> int:
        with self._lock, self.capture.held():
            is_open = self.capture.open
            frames = self._frames()
            start = _common(self._sent, frames)
            news = start < len(frames) or len(frames) != len(self._sent)
            if news or not is_open:
                self._send_batch(frames, start, is_open)
        return 0  # a page that misses frames asks for them

    def _send_batch(self, frames: tuple[Frame, ...], start: int, is_open: bool) -> None:
        # A page takes a moment to load the view's code, and misses what is sent before.
        if len(frames) <= 300:
            start = 0
        batch, records = frame_batch(self.capture, frames, start)
        head = self._summary(is_open)
        raw = bytearray()
        # Frames get their final meaning with what follows them (a message's last part): sent again at the end.
        wanted = not is_open or len(frames) <= 40
        details = first_details(self.capture, frames, raw) if wanted else {}
        windows = encode_windows(self.capture) if self.tab == "windows" else None
        self._sent = frames
        content = {"type": "batch", "head": head, **batch, "details": details, "windows": windows}
        self.send(content, [records, bytes(raw)])

    def _receive(self, content: dict[str, Any]) -> None:
        """Answers a page: it lacks frames, wants the bytes of one, or draws the windows."""
        kind = content.get("type")
        with self._lock, self.capture.held():
            if kind == "frames":
                frames = self._frames()
                self._send_batch(
                    frames, min(max(0, int(content.get("have", 0))), len(frames)), self.capture.open
                )
            elif kind == "labels":
                self._send_labels(content.get("frames", ()))
            elif kind == "detail":
                self._send_detail(int(content.get("frame", -1)))
            elif kind == "windows":
                self.send({"type": "windows", "windows": encode_windows(self.capture)})

    def _send_labels(self, positions: Sequence[int]) -> None:
        frames = self._frames()
        known = [(n, frames[n]) for n in map(int, positions[:100]) if 0 <= n < len(frames)]
        texts = {str(n): label(frame, self.capture.locate(frame)[1]) for n, frame in known}
        self.send({"type": "labels", "texts": texts})

    def _send_detail(self, position: int) -> None:
        frames = self._frames()
        if 0 <= position < len(frames):
            raw = bytearray()
            detail = frame_detail(self.capture, frames[position], raw)
            self.send({"type": "detail", "frame": position, "detail": detail}, [bytes(raw)])


def show(
    capture: Capture, tab: str = "frames", control: bool | None = None, call: Call | None = None
) -> CaptureView:
    """A capture as a picture; the arguments are those of `CaptureView`."""
    return CaptureView(capture, tab, control, call)


@display.static.register
def _(capture: Capture) -> dict[str, str]:
    with capture.held():
        return style.bundle(capture_html(capture), capture_text(capture), "views/capture/style.css")


@display.mimebundle.register
def _(capture: Capture) -> dict[str, Any]:
    return CaptureView(capture)._repr_mimebundle_()


def _common(before: tuple[Frame, ...], now: tuple[Frame, ...]) -> int:
    """How many frames at the start are the same as before: frames can be replaced by better-known ones."""
    count = min(len(before), len(now))
    if before[:count] == now[:count]:  # compares identity first, so this is fast
        return count
    return next(n for n in range(count) if before[n] is not now[n])
