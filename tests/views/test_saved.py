"""What views leave for a page without a kernel: enough to be clicked, and never too much."""

from __future__ import annotations

from typing import Any

import hpack
import pytest

from helpers.views.bytes import bytes_of
from helpers.views.capture import widget as capture_widget
from helpers.views.capture.widget import CaptureView
from helpers.views.header_tables import widget as tables_widget
from helpers.views.header_tables.widget import HeaderTables
from helpers.wire import names
from helpers.wire.capture import Capture
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.recording import Recording
from tests.wire.build import PREFACE, REQUEST, RESPONSE, TRAILERS, frame, settings

CALLS = 3


@pytest.fixture
def capture() -> Capture:
    """Three calls, their headers alone."""
    client, server, recording = hpack.Encoder(), hpack.Encoder(), Recording()
    recording.append(1, TO_SERVER, PREFACE + settings())
    for stream in range(1, 2 * CALLS, 2):
        for way, encoder, fields, flags in (
            (TO_SERVER, client, REQUEST, names.END_STREAM),
            (TO_CLIENT, server, RESPONSE, 0),
            (TO_CLIENT, server, TRAILERS, names.END_STREAM),
        ):
            block = frame(names.HEADERS, names.END_HEADERS | flags, stream, encoder.encode(fields))
            recording.append(1, way, block)
    return Capture.of(recording)


def traits(view: Any) -> dict[str, Any]:
    saved = view.saved()
    assert saved.module.endswith("widget.js")
    assert ".gv" in saved.css
    return saved.traits


def test_a_capture_brings_its_first_frames(capture, monkeypatch):
    snapshot = traits(CaptureView(capture))["snapshot"]
    assert snapshot["saved"]
    assert snapshot["windows"] is not None, "there is no kernel to ask for them"
    assert snapshot["count"] == len(capture.frames) == len(snapshot["details"])
    assert snapshot["head"]["hidden"] == 0
    monkeypatch.setattr(capture_widget, "SAVED_FRAMES", 4)
    few = traits(CaptureView(capture))["snapshot"]
    assert (few["count"], few["head"]["hidden"]) == (4, len(capture.frames) - 4)


def test_header_tables_bring_blocks_of_both_directions(capture, monkeypatch):
    saved = traits(HeaderTables(capture))
    shown = [tuple(each["shown"]) for each in saved["contents"]]
    assert shown == [(1, TO_SERVER, n + 1) for n in range(CALLS)] + [
        (1, TO_CLIENT, n + 1) for n in range(2 * CALLS)
    ]
    # From a request to its answer, and from trailers to their request.
    assert [each["across"] for each in saved["contents"]] == [1, 3, 5, 1, 1, 2, 2, 3, 3]
    monkeypatch.setattr(tables_widget, "MOST_SAVED", 2)
    assert len(traits(HeaderTables(capture))["contents"]) == 4


def test_header_tables_of_nothing():
    saved = traits(HeaderTables(Capture.of(Recording())))
    assert saved["contents"] == []
    assert saved["content"]["state"] == "empty"


def test_bytes_bring_all_that_is_shown():
    view = bytes_of(b"\x08\x01")
    assert traits(view) == {"shown": view.shown}
