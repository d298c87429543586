"""`CallView`: every frame of a capture, drawn between client and server, down to the byte."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from . import live, style
from .calls_encode import MOST_FRAMES, first_details, frame_batch, frame_detail, label
from .calls_face import capture_html, capture_text
from .calls_head import Head
from .calls_lanes import lanes_text
from .calls_lanes_html import lanes_html
from .calls_windows import encode_windows

FACES = ("frames", "streams", "windows")
_PERIOD = 0.1  # seconds: the Jupyter server drops messages of a widget that sends many more
_JS = (
    "calls.js",
    "calls_store.js",
    "calls_summary.js",
    "calls_diagram.js",
    "calls_lanes.js",
    "calls_windows.js",
    "bytes_hex.js",
    "bytes_tree.js",
    "virtual_rows.js",
)


class CallView(anywidget.AnyWidget):
    """A capture as a picture to click through; it grows as long as the capture is open.

    Args:
        capture: A ``helpers.wire`` capture.
        face: What is seen first: ``"frames"`` (who sent what to whom), ``"streams"`` (all streams and
            all HTTP/1.1 exchanges side by side) or ``"windows"`` (flow control).
        control: Whether the frames that serve the connection are shown; None leaves it to their number.

    Raises:
        ValueError: for an unknown face.
    """

    _esm = style.esm(*_JS)
    _css = style.css("calls.css", "bytes.css")
    face = traitlets.Unicode("frames").tag(sync=True)
    control = traitlets.Bool(None, allow_none=True).tag(sync=True)
    # Made when it is asked for: when the widget opens, and again for a page that is loaded anew.
    snapshot = traitlets.Any().tag(sync=True, to_json=lambda _, view: view._snapshot())

    def __init__(
        self, capture: Any, face: str = "frames", control: bool | None = None, **traits: object
    ) -> None:
        self._stop = threading.Event()
        self._feed: threading.Thread | None = None
        if face not in FACES:
            raise ValueError(f"unknown face {face!r}; one of {', '.join(FACES)}")
        self.capture = capture
        self._head = Head(capture)
        # Kernels may answer a page's messages in another thread than the one that runs cells.
        self._lock = threading.RLock()
        self._sent: tuple = ()
        super().__init__(face=face, control=control, **traits)
        self.on_msg(self._answer)
        live.register(self, "call view")
        if capture.open:
            self._feed = threading.Thread(
                target=_follow, args=(weakref.ref(self), self._stop), name="call view", daemon=True
            )
            self._feed.start()

    def static(self) -> dict[str, str]:
        """The face for pages and terminals without widgets: ``text/html`` and ``text/plain``.

        It shows lanes where the view shows them, else the frames.
        """
        html, text = (lanes_html, lanes_text) if self.face == "streams" else (capture_html, capture_text)
        return style.bundle(html(self.capture), text(self.capture), "calls.css")

    def stop(self) -> None:
        """Stops following an open capture; the picture stays."""
        self._stop.set()
        if self._feed is not None and self._feed is not threading.current_thread():
            self._feed.join(5)

    def close(self) -> None:
        """Stops following and takes the picture off the page."""
        self.stop()
        if self.comm is not None:
            self.layout.close()  # ipywidgets would keep it for ever
        super().close()

    def _snapshot(self) -> dict[str, Any]:
        with self._lock:
            # In this order: what comes in between is part of the next batch, never lost.
            is_open, frames = self.capture.open, self._frames()
            head = {**self._head(), "open": is_open}
            batch, records = frame_batch(self.capture, frames, 0)
            raw = bytearray()
            details = first_details(self.capture, frames, raw)
            windows = encode_windows(self.capture) if self.face == "windows" else None
            self._sent = frames
        return {
            "head": head,
            **batch,
            "details": details,
            "windows": windows,
            "records": records,
            "raw": bytes(raw),
        }

    def _frames(self) -> tuple:
        return self.capture.frames[:MOST_FRAMES]

    def _push(self) -> bool:
        """Sends what has come since; returns whether more may come."""
        with self._lock:
            is_open = self.capture.open
            self.capture.refresh()
            frames = self._frames()
            start = _common(self._sent, frames)
            news = start < len(frames) or len(frames) != len(self._sent)
            if news or not is_open:
                self._send_batch(frames, start, is_open)
        return is_open

    def _send_batch(self, frames: tuple, start: int, is_open: bool) -> None:
        # A page takes a moment to load the view's code, and misses what is sent before.
        if len(frames) <= 300:
            start = 0
        batch, records = frame_batch(self.capture, frames, start)
        head = {**self._head(), "open": is_open}
        raw = bytearray()
        # Frames get their final meaning with what follows them (a message's last part): told again at the end.
        wanted = not is_open or len(frames) <= 40
        details = first_details(self.capture, frames, raw) if wanted else {}
        windows = encode_windows(self.capture) if self.face == "windows" else None
        self._sent = frames
        content = {"type": "batch", "head": head, **batch, "details": details, "windows": windows}
        self.send(content, [records, bytes(raw)])

    def _answer(self, _: object, content: dict[str, Any], buffers: list) -> None:
        """Answers a page: it lacks frames, wants the bytes of one, or draws the windows."""
        kind = content.get("type")
        with self._lock:
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

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, **self.static()}, metadata


def show(capture: Any, face: str = "frames", control: bool | None = None) -> CallView:
    """A capture as a picture; the arguments are those of `CallView`."""
    return CallView(capture, face, control)


def render(capture: Any) -> dict[str, Any]:
    """The mime bundle of a capture at the end of a cell: the live view and its static faces."""
    return CallView(capture)._repr_mimebundle_()[0]


def _follow(reference: weakref.ref[CallView], stop: threading.Event) -> None:
    """Sends news of an open capture, ten times a second at most, until it is closed and all is sent."""
    while not stop.is_set():
        view = reference()
        if view is None:
            return
        began = time.thread_time()
        if not view._push():
            return
        took = time.thread_time() - began
        del view
        # A large capture must not keep the kernel from what it records.
        stop.wait(max(_PERIOD, 3 * took))


def _common(before: tuple, now: tuple) -> int:
    """How many frames at the start are the same as before: frames can be replaced by better-known ones."""
    count = min(len(before), len(now))
    if before[:count] == now[:count]:  # compares identity first, so this is fast
        return count
    return next(n for n in range(count) if before[n] is not now[n])
