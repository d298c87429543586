"""Frames are found again where their beginning is missing, and nothing else is taken for one."""

from __future__ import annotations

import random

import pytest

from helpers.wire import names
from helpers.wire.frames import PREFACE
from helpers.wire.http2.resync import find_frame, payload_size
from tests.wire.build import REQUEST, data, frame, headers, message, settings

FRAMES = [
    data(message(b"hello")),
    data(b"", flags=names.END_STREAM),
    headers(REQUEST, 3),
    headers(REQUEST, 2**24 - 1, names.END_STREAM),
    frame(names.RST_STREAM, 0, 5, bytes(4)),
    frame(names.PRIORITY, 0, 5, bytes(5)),
    settings(),
    settings((4, 70_000)),
    frame(names.SETTINGS, names.ACK),
    frame(names.PING, 0, 0, bytes(8)),
    frame(names.PING, names.ACK, 0, b"\xff" * 8),
    frame(names.GOAWAY, 0, 0, bytes(8) + b"too_many_pings"),
    frame(names.WINDOW_UPDATE, 0, 0, b"\0\0\1\0"),
    frame(names.WINDOW_UPDATE, 0, 7, b"\0\0\1\0"),
    frame(names.CONTINUATION, 4, 7, b"\x82"),
]


@pytest.mark.parametrize("number", range(len(FRAMES)))
def test_a_frame_is_found_after_the_rest_of_another_one(number):
    found = FRAMES[number]
    before = b"the end of something, \xff\xfe\x00 and more"
    assert payload_size(found, 0) == len(found) - 9
    assert find_frame(found) == 0
    assert find_frame(before + found) == len(before)
    assert find_frame(before + found + FRAMES[0] + b"\0\0\x05") == len(before)


def test_a_frame_that_is_longer_than_what_came_is_found_at_the_beginning_only():
    begun = data(bytes(5000))[:1448]
    assert find_frame(begun) == 0
    assert find_frame(b"abc" + begun) is None
    assert find_frame(FRAMES[2] + begun) == 0


@pytest.mark.parametrize(
    "content", [b"", bytes(5000), b"\xff" * 5000, b"text " * 1000, PREFACE, bytes(range(256)) * 20]
)
def test_what_has_no_frames(content):
    assert find_frame(content) is None


def test_noise_has_no_frames():
    chance = random.Random(1)
    assert [find_frame(chance.randbytes(1448)) for _ in range(500)] == [None] * 500
    protobuf = b"".join(b"\x0a\x04name\x10%c\x1a\x03\x08%c\x00" % (n, n) for n in range(120))
    assert find_frame(protobuf * 3) is None


@pytest.mark.parametrize(
    "wrong",
    [
        frame(names.DATA, 0, 0, b"x"),
        frame(names.DATA, 0, 2, b"x"),
        frame(names.DATA, 0x40, 1, b"x"),
        frame(names.PING, 0, 0, bytes(7)),
        frame(names.SETTINGS, 0, 0, bytes(5)),
        frame(names.SETTINGS, 1, 0, bytes(6)),
        frame(0x20, 0, 1, b"x"),
        frame(names.HEADERS, 4, 2**31 + 1, b"\x82"),
    ],
)
def test_headers_that_make_no_sense(wrong):
    assert payload_size(wrong, 0) == -1
    assert find_frame(wrong) is None
