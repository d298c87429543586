"""What a capture is decoded to has a bound, whatever a recording of bounded size is made of."""

from __future__ import annotations

import gc
import itertools
import tracemalloc

import pytest

from helpers.views.capture.html import capture_text
from helpers.wire import decoded_records, names
from helpers.wire.capture import Capture
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.grpc import call_reader
from helpers.wire.http2 import flow_control
from helpers.wire.record import Record
from helpers.wire.recording import Recording
from tests.wire.build import OPENING, REQUEST, data, frame, headers, message, unary

C, S = TO_SERVER, TO_CLIENT
OPEN = [*OPENING, (C, headers(REQUEST))]
LIMIT = 1_500_000

FLOODS = {
    "small messages": data(message(b"\x08\x01")) * 30,
    "messages in one frame": data(message(b"") * 200),
    "indices of one byte": frame(names.HEADERS, names.END_HEADERS, 1, b"\x82" * 500),
    "frames of nothing": frame(names.PING, payload=bytes(8)) * 50,
}


@pytest.fixture
def small_limit(monkeypatch):
    monkeypatch.setattr(decoded_records, "DECODED_LIMIT", LIMIT)
    monkeypatch.setattr(decoded_records, "PIECE", 4096)


def recorded() -> Recording:
    return Recording(clock=itertools.count(1_000_000, 1000).__next__)


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_of_small_things_takes_bounded_memory_and_says_what_is_left_out(small_limit, kind):
    made = recorded()
    capture = Capture.begin(made)
    sent = 0
    for direction, payload in OPEN:
        made.append(1, direction, payload)
    tracemalloc.start()
    try:
        for _ in range(160):
            made.append(1, C, FLOODS[kind])
            sent += len(FLOODS[kind])
            capture.refresh()
        capture.frames, capture.calls, capture.totals  # noqa: B018
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * LIMIT
    assert 0 < capture.dropped < made.total
    assert f"{capture.dropped} bytes before the first frame were dropped" in capture.notes[0]
    assert capture.notes[0] in capture_text(capture)
    assert capture.totals.wire == made.total - capture.dropped + capture.totals.begun
    assert sum(len(record.data) for record in capture.records()) == made.total - capture.dropped


def test_what_is_left_knows_what_came_before(small_limit):
    made = recorded()
    capture = Capture.begin(made)
    for direction, payload in [*OPEN, *[(C, FLOODS["small messages"])] * 400]:
        made.append(1, direction, payload)
    for direction, payload in unary(stream=3):
        made.append(1, direction, payload)
    capture.finish()
    first, second = capture.calls
    assert first.path == "/wiretest.v1.Kinds/Unary"
    assert first.began_before
    assert first.earlier_requests + len(first.requests) == 400 * 30
    assert (second.status, second.began_before) == ("OK", False)
    again = capture.with_schema()
    assert (again.dropped, again.frames, again.calls) == (capture.dropped, capture.frames, capture.calls)


def test_one_long_record_is_bounded_too(small_limit):
    flood = FLOODS["small messages"] * 400
    records = [Record(1, way, 1, payload) for way, payload in [*OPEN, (C, flood)]]
    capture = Capture(Decoder(keep=False), records, start_ns=0, end_ns=0)
    assert 0 < len(capture.frames) < 400 * 30
    assert capture.dropped + capture.totals.wire - capture.totals.begun == sum(
        len(each.data) for each in records
    )


def test_nothing_is_dropped_of_what_is_not_too_much():
    records = [Record(1, way, 1, payload) for way, payload in [*OPEN, (C, FLOODS["small messages"] * 100)]]
    capture = Capture(Decoder(keep=False), records, start_ns=0, end_ns=0)
    assert (capture.dropped, capture.notes, len(capture.calls[0].requests)) == (0, (), 3000)


def test_the_state_before_a_capture_follows_a_bounded_number_of_streams(monkeypatch):
    monkeypatch.setattr(call_reader, "FOLLOWED", 50)
    monkeypatch.setattr(flow_control, "FOLLOWED", 50)
    before = Decoder(keep=False)
    opened = b"".join(frame(names.HEADERS, names.END_HEADERS, 2 * n + 1, b"\x82") for n in range(500))
    for way, payload in [*OPENING, (C, opened)]:
        before.feed(Record(1, way, 1, payload))
    ((_, _, open_calls, windows),) = before.state()
    assert len(open_calls["streams"]) == 50
    assert all(len(each) <= 51 for each in windows["windows"].values())
    after = before.clone()
    for way, payload in [(S, headers([(":status", "200"), ("grpc-status", "0")], 999, names.END_STREAM))]:
        after.feed(Record(1, way, 2, payload))
    assert [call.status for call in after.calls if call.stream == 999] == ["OK"]


def test_the_collector_is_on_again_after_decoding():
    assert gc.isenabled()
    with decoded_records.collection_paused():
        assert not gc.isenabled()
        with decoded_records.collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with decoded_records.collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
