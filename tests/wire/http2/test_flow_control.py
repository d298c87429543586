"""Flow-control windows."""

from __future__ import annotations

from helpers.wire import names
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.http2.flow_control import DEFAULT_WINDOW
from tests.wire.build import OPENING, REQUEST, data, decode, frame, headers, read, settings

C, S = TO_SERVER, TO_CLIENT


def samples(*sent):
    frames = read([*OPENING, *sent])
    return Decoder().windows(frames)


def update(increment: int, stream: int = 0) -> bytes:
    return frame(names.WINDOW_UPDATE, 0, stream, increment.to_bytes(4, "big"))


def test_data_takes_and_updates_give():
    found = samples(
        (C, headers(REQUEST)),
        (C, data(b"x" * 1000)),
        (S, update(400)),
        (S, update(300, 1)),
        (C, update(50, 1)),
    )
    assert [(each.direction, each.stream, each.window, each.change) for each in found] == [
        (C, 1, DEFAULT_WINDOW, 0),
        (S, 1, DEFAULT_WINDOW, 0),
        (C, 0, DEFAULT_WINDOW - 1000, -1000),
        (C, 1, DEFAULT_WINDOW - 1000, -1000),
        (C, 0, DEFAULT_WINDOW - 600, 400),
        (C, 1, DEFAULT_WINDOW - 700, 300),
        (S, 1, DEFAULT_WINDOW + 50, 50),
    ]


def test_a_setting_moves_open_windows_and_may_make_them_negative():
    found = samples(
        (C, headers(REQUEST)), (C, data(b"x" * 1000)), (S, settings((names.INITIAL_WINDOW_SIZE, 10)))
    )
    assert (found[-1].stream, found[-1].window) == (1, 10 - 1000)
    later = samples((S, settings((names.INITIAL_WINDOW_SIZE, 10))), (C, headers(REQUEST)))
    assert [each.window for each in later if each.direction == C] == [10]


def test_padding_counts_and_closed_streams_do_not_come_back():
    padded = frame(names.DATA, names.PADDED | names.END_STREAM, 1, b"\x03ab\0\0\0")
    found = samples((C, headers(REQUEST)), (C, padded), (S, update(9, 1)), (S, update(9, 7)))
    assert [each.change for each in found if each.direction == C] == [0, -6, -6]


def test_windows_go_on_in_a_later_capture():
    before = decode([*OPENING, (C, headers(REQUEST) + data(b"x" * 100))])
    after = before.clone()
    connection_frames = read([(C, data(b"y"))], before.clone()._connections[1][0])
    assert [each.window for each in after.windows(connection_frames)] == [DEFAULT_WINDOW - 101] * 2
