"""A saved capture with any state: a capture that can be looked at, or one sentence when it is read."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.views.capture.html import capture_html
from helpers.views.capture.windows import encode_windows
from helpers.wire import CaptureFileError, load, names
from helpers.wire.capture import Capture
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.record import Record
from tests.wire.build import OPENING, REQUEST, RESPONSE, data, frame, headers, message, records, unary

C, S = TO_SERVER, TO_CLIENT
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(
        [
            2**31,
            2**64,
            -1,
            1e999,
            0.5,
            "",
            "x",
            "http2",
            "part",
            [],
            [1],
            {},
            {"bytes": "AAAA"},
            {"entry": []},
        ]
    ),
)


def saved(folder: Path) -> tuple[Any, bytes]:
    """The head and the records of a capture that begins with all that a state can have."""
    before = Decoder(keep=False)
    opening = [
        *OPENING,
        (C, headers(REQUEST) + data(message(bytes(50)))[:30] + data(message(bytes(50)))[30:] + data(b"\0\0")),
        (S, headers(RESPONSE) + data(message(b"y")) + frame(names.HEADERS, 0, 3, b"\x82")),
        (C, data(message(b"z" * 40), 3)[:20]),
    ]
    for record in [
        *records(opening),
        Record(1, C, 1, b"", "LOST: 12"),
        Record(2, C, 1, b"GET / HTTP/1.1\r\n"),
    ]:
        before.feed(record)
    capture = Capture(before, records(unary(stream=5)), start_ns=0, end_ns=0, remarks=("a note",))
    capture.save(folder / "whole.h2cap")
    head, _, rest = (folder / "whole.h2cap").read_bytes().partition(b"\n")[2].partition(b"\n")
    return json.loads(head), rest


def places(value: Any, trail: tuple = ()) -> list[tuple]:
    found = [trail] if trail else []
    if isinstance(value, list):
        found += [each for n, child in enumerate(value) for each in places(child, (*trail, n))]
    elif isinstance(value, dict):
        found += [each for key, child in value.items() for each in places(child, (*trail, key))]
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, Any, bytes]:
    folder = tmp_path_factory.mktemp("saved")
    return folder / "changed.h2cap", *saved(folder)


@given(st.data())
@settings(
    max_examples=120,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_state_of_another_shape(whole, data):
    file, head, rest = whole
    head = json.loads(json.dumps(head))
    for _ in range(data.draw(st.integers(1, 3))):
        trail = data.draw(st.sampled_from(places(head)))
        target = head
        for step in trail[:-1]:
            target = target[step]
        target[trail[-1]] = data.draw(VALUES)
    content = json.dumps(head).encode() + b"\n" + rest
    file.write_bytes(b"h2cap 1 %08x\n" % zlib.crc32(content) + content)
    try:
        capture = load(file)
    except CaptureFileError as error:
        message_ = str(error)
    else:
        message_ = ""
        capture.text()
        capture_html(capture)
        encode_windows(capture)
        for call in capture.calls:
            assert repr(call)
            assert call.metadata is not None
        for each in capture.frames:
            capture.explain(each)
    assert "\n" not in message_
