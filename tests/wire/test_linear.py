"""No input is slow out of proportion: four times as much of it takes about four times the work.

Work is what Python does: calls of functions, counted by a profiler, which no other program on the machine disturbs.
"""

from __future__ import annotations

import gc
import gzip
import sys
from collections.abc import Callable

import pytest

from helpers.views.capture.encode import first_details, frame_batch
from helpers.views.capture.html import capture_html, capture_text
from helpers.views.capture.summary import Head
from helpers.views.capture.windows import encode_windows
from helpers.wire import names
from helpers.wire.capture import Capture
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import PREFACE
from helpers.wire.http2.hpack import HpackDecoder
from helpers.wire.protobuf.reader import walk
from helpers.wire.record import Record
from tests.wire.build import OPENING, REQUEST, block, data, frame, headers, message, settings, unary

C, S, END = TO_SERVER, TO_CLIENT, names.END_STREAM
OPEN = [*OPENING, (C, headers(REQUEST))]
GOAWAY = frame(names.GOAWAY, payload=b"\x7f\xff\xff\xff" + bytes(4))


def captured(sent, apart: bool = False) -> Capture:
    """A capture; texts among what is sent are events, and ``apart`` gives each piece a connection of its own."""
    records = []
    for number, (direction, what) in enumerate(sent):
        payload, event = (what, None) if isinstance(what, bytes) else (b"", what)
        records.append(Record(number + 1 if apart else 1, direction, number, payload, event))
    return Capture(Decoder(keep=False), records, start_ns=0, end_ns=0)


def streams(count: int) -> bytes:
    """So many streams that stay open."""
    return b"".join(frame(names.HEADERS, names.END_HEADERS, 2 * n + 1, b"\x82") for n in range(count))


def pieces(payload: bytes, size: int) -> bytes:
    """The payload in DATA frames of a size."""
    return b"".join(data(payload[at : at + size]) for at in range(0, len(payload), size))


def lines(run: Callable[[], object]) -> int:
    """How many lines of Python and how many calls a run takes."""
    count = 0

    def look(*_: object) -> object:
        nonlocal count
        count += 1
        return look

    before = sys.gettrace()
    gc.disable()  # what earlier tests have left ends in code that is none of this run
    sys.settrace(look)
    try:
        run()
    finally:
        sys.settrace(before)
        gc.enable()
    return count


def look_at(capture: Capture) -> None:
    """What a view does."""
    Head(capture)()
    frame_batch(capture, capture.frames, 0)
    first_details(capture, capture.frames, bytearray())
    encode_windows(capture)
    capture_text(capture)
    capture_html(capture)
    capture.text()
    capture.with_schema()
    for each in capture.frames[:: max(1, len(capture.frames) // 20)]:
        capture.explain(each)


INPUTS: dict[str, Callable[[int], Capture]] = {
    "size updates in a block": lambda n: captured([*OPENING, (C, frame(1, 4, 1, b"\x20" * 10 * n))]),
    "new windows and open streams": lambda n: captured(
        [*OPENING, (C, streams(n)), (S, b"".join(settings((4, 70_000 + i)) for i in range(n)))]
    ),
    "GOAWAY and open streams": lambda n: captured([*OPENING, (C, streams(n)), (S, GOAWAY * n)]),
    "GOAWAY that names fewer and fewer": lambda n: captured(
        [
            *OPENING,
            (C, streams(n)),
            (S, b"".join(frame(7, payload=(2 * i).to_bytes(4, "big") + bytes(4)) for i in range(n, 0, -1))),
        ]
    ),
    "events and open streams": lambda n: captured([*OPENING, (C, streams(n)), *[(S, "FIN")] * n]),
    "events and exchanges": lambda n: captured(
        [(C, b"GET / HTTP/1.1\r\n\r\n" * n), *[(S, "FIN")] * n, *[(C, "FIN")] * n]
    ),
    "connections that end": lambda n: captured(
        [(C, PREFACE + settings())] * n + [(C, "FIN")] * n, apart=True
    ),
    "SETTINGS without an answer": lambda n: captured(
        [*OPENING, (S, settings((names.MAX_FRAME_SIZE, 20_000)) * n), (C, frame(4, 1) * n)]
    ),
    "a message in frames of one byte": lambda n: captured([*OPEN, (C, pieces(message(bytes(n)), 1))]),
    "no message, in frames of one byte": lambda n: captured([*OPEN, (C, pieces(b"j" * n, 1))]),
    "a header block in empty frames": lambda n: captured(
        [*OPENING, (C, frame(1, 0, 1, block(REQUEST)) + frame(9, 0, 1) * n + frame(9, 4, 1))]
    ),
    "a header block in frames of one byte": lambda n: captured(
        [*OPENING, (C, frame(1, 0, 1, b"\x82") + frame(9, 0, 1, b"\x84") * n + frame(9, 4, 1))]
    ),
    "messages in one frame": lambda n: captured([*OPEN, (C, data(message(b"") * n))]),
    "promises": lambda n: captured(
        [*OPEN, (S, b"".join(frame(5, 4, 1, (2 * i + 2).to_bytes(4, "big") + b"\x82") for i in range(n)))]
    ),
    "data after the end": lambda n: captured(
        [*OPEN, (C, data(message(b"x"), flags=END) + data(message(b"y")) * n)]
    ),
    "rows added to the table": lambda n: captured(
        [*OPENING, (C, b"".join(frame(1, 5, 2 * i + 1, b"\x40\x01a\x04%04d" % i) for i in range(n)))]
    ),
    "whole calls": lambda n: captured([*OPENING, *(x for i in range(n) for x in unary(stream=2 * i + 1))]),
}


@pytest.mark.parametrize("name", INPUTS)
def test_four_times_the_input_is_about_four_times_the_work(monkeypatch, name):
    monkeypatch.setattr(
        "helpers.wire.http2.flow_control.RESIZED", 500
    )  # samples for settings: they have a bound of their own
    make = INPUTS[name]
    small, large = (lines(lambda size=size: look_at(make(size))) for size in (60, 240))
    assert large < 6 * small


@pytest.mark.parametrize("size", [50, 400])
def test_a_long_message_is_taken_apart_once_not_for_each_of_its_frames(monkeypatch, size):
    taken = []
    monkeypatch.setattr(
        "helpers.wire.byte_regions.walk",
        lambda payload, kind: taken.append(len(payload)) or walk(payload, kind),
    )
    submessages = b"\x0a\x02\x08\x01" * 2000
    capture = captured([*OPEN, (C, pieces(message(submessages), size))])
    first_details(capture, capture.frames, bytearray())
    assert taken == [len(submessages)]


def test_only_what_is_in_a_frame_is_moved_there():
    capture = captured([*OPEN, (C, pieces(message(b"\x0a\x02\x08\x01" * 4000), 40))])
    found = capture.frames[len(capture.frames) // 2]
    capture.explain(found)  # the message is known from here on
    assert lines(lambda: capture.explain(found)) < 2000


def test_a_message_is_decompressed_once(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "helpers.wire.grpc.message.decompress",
        lambda payload, kind: seen.append(kind) or (b"x" * 10**6, None),
    )
    opened = [*OPENING, (C, headers([*REQUEST, ("grpc-encoding", "gzip")]))]
    capture = captured([*opened, (C, pieces(message(gzip.compress(bytes(1000)), True), 1))])
    first_details(capture, capture.frames, bytearray())
    Head(capture)()
    assert seen == ["gzip"]


def test_nested_texts_are_made_once():
    def nested(depth: int) -> int:
        payload = b"\x08\x01" * 20
        for _ in range(depth):
            payload = b"\x0b" + payload + b"\x0c"
        capture = captured([*OPEN, (C, data(message(payload)))])
        return lines(lambda: capture.explain(capture.frames[-1]))

    shallow, deep = nested(10), nested(40)
    assert deep < 6 * shallow


def test_the_header_table_has_a_bound_however_large_a_peer_says_that_it_is():
    decoder = HpackDecoder()
    decoder.allowed = 2**31
    decoder.decode(b"\x3f\xe1\xff\xff\xff\x03", ())
    assert decoder.limit > 10**9
    row = b"\x40\x01a" + b"\x7f\x81\x07" + b"v" * 256
    for _ in range(400):
        decoder.decode(row * 50, ())
    assert decoder.size <= 4 * 1024 * 1024
    assert sum(len(name) + len(value) + 32 for name, value in decoder.state()[0]) == decoder.size
