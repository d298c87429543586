"""The live picture of a trace, without a page."""

from __future__ import annotations

import threading
import time

import pytest

from helpers.views.kit import lifecycle
from helpers.views.trace import TraceView, trace
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.taps.tap import Tap
from tests.wire.build import REQUEST, TRAILERS, headers

END_STREAM = 0x1


@pytest.fixture
def taps():
    """Two taps on nothing: what passes them is written into their recordings."""
    with Tap(("127.0.0.1", 1)) as front, Tap(("127.0.0.1", 1)) as depot:
        yield {"front": front, "depot": depot}


@pytest.fixture
def shown():
    views = []

    def show(value) -> TraceView:
        views.append(TraceView(value))
        return views[-1]

    yield show
    for view in views:
        view.close()


def begin(tap: Tap, stream: int = 1) -> None:
    if stream == 1:
        tap.recording.append(1, TO_SERVER, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    tap.recording.append(1, TO_SERVER, headers(REQUEST, stream, END_STREAM))


def answer(tap: Tap, stream: int = 1) -> None:
    tap.recording.append(1, TO_CLIENT, headers(TRAILERS, stream, END_STREAM))


def until(condition) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def updates() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "view updates"]


def test_a_view_that_was_shown_before_follows_the_block(taps, shown):
    request = trace(**taps)
    view = shown(request)
    assert "Nothing is recorded yet" in view.picture.html
    with request:
        until(lambda: "No call yet" in view.picture.html)
        begin(taps["front"])
        until(lambda: 'data-state="running"' in view.picture.html)
        answer(taps["front"])
        until(lambda: 'data-state="done"' in view.picture.html)
    assert "1 request, 1 call: 1 OK." in view.picture.html
    until(lambda: not updates())


def test_time_goes_on_while_nothing_passes(taps, shown):
    with trace(**taps) as request:
        view = shown(request)
        begin(taps["front"])
        until(lambda: "gv-tr-bar" in view.picture.html)
        before = view.picture.html
        until(lambda: view.picture.html != before)
        view.stop()
        assert not updates(), "a view that is stopped has no thread, though the call still runs"


def test_a_call_is_opened_and_closed_again(taps, shown):
    with trace(**taps) as request:
        begin(taps["front"])
        answer(taps["front"])
    view = shown(request)
    key = request.calls[0].key
    view.picture._receive({"type": "frames", "call": key})
    assert view.picture.opened == key
    assert view.children == (view.picture, view.frames)
    assert view.frames.place == {"connection": 1, "stream": 1, "exchange": 0}
    assert view.frames.capture is request.captures["front"]
    assert view.frames.capture.start_ns == request.calls[0].start_ns, (
        "both pictures count from the same moment"
    )
    frames = view.frames
    view.picture._receive({"type": "frames", "call": key})
    assert (view.picture.opened, view.frames, view.children) == ("", None, (view.picture,))
    assert frames.comm is None, "it is closed"
    view.picture._receive({"type": "frames", "call": "nothing of the kind"})
    assert view.picture.opened == ""


def test_a_block_that_is_entered_again_takes_the_frames_away(taps, shown):
    request = trace(**taps)
    with request:
        begin(taps["front"])
    view = shown(request)
    view.picture._receive({"type": "frames", "call": request.calls[0].key})
    assert view.frames is not None
    with request:
        until(lambda: view.frames is None)
    assert [each.end for each in request.calls] == [None], "it was under way already"


def test_it_carries_the_static_pictures(taps, shown):
    with trace(**taps) as request:
        begin(taps["front"])
        answer(taps["front"])
    view = shown(request)
    data = view._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "1 request, 1 call: 1 OK." in data["text/plain"]
    assert "<table" in data["text/html"]
    assert str(view) == data["text/plain"]


def test_what_is_closed_watches_no_more(taps):
    request = trace(**taps)
    view = TraceView(request)
    assert request._watchers
    view.close()
    assert not request._watchers
    assert view not in lifecycle._views
    assert view.picture not in lifecycle._views
