"""Frames: every type, against hyperframe where it has them, and everything that can be malformed."""

from __future__ import annotations

import hpack
import pytest
from hyperframe import frame as hyper

from helpers.wire import names
from helpers.wire.connection import Connection
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import PREFACE
from tests.wire.build import REQUEST, block, data, frame, headers, read, settings, to_server


def test_the_preface_and_settings_by_name():
    frames = read([(TO_SERVER, PREFACE + settings((4, 65_536), (0xFE03, 1), (0x99, 7)))])
    assert [each.name for each in frames] == ["PREFACE", "SETTINGS"]
    assert [(each.name, each.value) for each in frames[1].settings] == [
        ("INITIAL_WINDOW_SIZE", 65_536),
        ("GRPC_ALLOW_TRUE_BINARY_METADATA", 1),
        ("UNKNOWN(0x0099)", 7),
    ]
    assert frames[1].offset == 24
    assert frames[0].control
    assert frames[1].control


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (hyper.DataFrame(1, b"abc", flags=["END_STREAM"]), {"end_stream": True, "size": 12}),
        (hyper.DataFrame(1, b"abc", flags=["PADDED"], pad_length=4), {"body": (10, 13)}),
        (hyper.PriorityFrame(3, depends_on=1, stream_weight=7), {"name": "PRIORITY", "control": True}),
        (hyper.RstStreamFrame(3, error_code=8), {"error_code": 8, "summary": "CANCEL"}),
        (hyper.RstStreamFrame(3, error_code=0xFF), {"summary": "UNKNOWN(0xff)"}),
        (hyper.SettingsFrame(0, flags=["ACK"]), {"ack": True, "settings": ()}),
        (hyper.PingFrame(0, opaque_data=b"12345678"), {"ack": False, "payload": b"12345678"}),
        (hyper.PingFrame(0, opaque_data=b"12345678", flags=["ACK"]), {"ack": True}),
        (
            hyper.GoAwayFrame(0, last_stream_id=7, error_code=11, additional_data=b"too_many_pings"),
            {"last_stream": 7, "error_code": 11, "control": False},
        ),
        (hyper.WindowUpdateFrame(3, window_increment=9), {"increment": 9, "summary": "+9 B"}),
        (hyper.AltSvcFrame(0, origin=b"a", field=b"b"), {"name": "ALTSVC"}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, hyper.Frame) else "",
)
def test_all_types_as_hyperframe_writes_them(made, told):
    (found,) = to_server(made.serialize())
    assert (found.type, found.stream, found.problem) == (made.type, made.stream_id, None)
    assert found.raw == made.serialize()
    assert set(made.flags) == set(found.flag_names)
    for name, value in told.items():
        assert getattr(found, name) == value, name


def test_unknown_types_and_flags_are_told_and_are_not_malformed():
    found, flagged = to_server(frame(0xBE, 0x41, 5, b"what"), frame(names.PING, 0x80, 0, b"12345678"))
    assert (found.name, found.flag_names, found.problem) == ("UNKNOWN(0xbe)", ("0x01", "0x40"), None)
    assert flagged.flag_names == ("0x80",)
    assert flagged.problem is None


def test_the_reserved_bit_is_no_part_of_the_stream_identifier():
    (found,) = to_server(frame(names.DATA, 0, 1 << 31 | 5, b"x"))
    assert found.stream == 5


def test_a_header_block_with_padding_and_priority():
    written = block(REQUEST)
    payload = b"\x03" + b"\x80\0\0\x07\x0f" + written + b"\0\0\0"
    (found,) = to_server(
        frame(names.HEADERS, names.END_HEADERS | names.PADDED | names.PRIORITY_FLAG, 1, payload)
    )
    assert found.problem is None
    assert [(each.name, each.value.decode()) for each in found.headers] == REQUEST
    assert found.block.size == len(written)
    assert found.raw[slice(*found.body)] == written


def test_continuation_joins_blocks_and_all_parts_know_the_whole():
    written = block(REQUEST)
    parts = [written[:1], written[1:9], b"", written[9:]]
    frames = to_server(
        frame(names.HEADERS, names.END_STREAM, 1, parts[0]),
        frame(names.CONTINUATION, 0, 1, parts[1]),
        frame(names.CONTINUATION, 0, 1, parts[2]),
        frame(names.CONTINUATION, names.END_HEADERS, 1, parts[3]),
        settings(),
    )
    assert [each.name for each in frames] == ["HEADERS", *["CONTINUATION"] * 3, "SETTINGS"]
    assert [each.number for each in frames] == [1, 2, 3, 4, 5]
    assert all(each.block is frames[0].block for each in frames[:4])
    assert frames[0].block.parts == tuple((n, len(part)) for n, part in enumerate(parts, 1))
    assert [(each.name, each.value.decode()) for each in frames[0].headers] == REQUEST
    assert frames[0].end_stream


def test_push_promise():
    payload = (8).to_bytes(4, "big") + block(REQUEST)
    frames = read([(TO_CLIENT, settings() + frame(names.PUSH_PROMISE, names.END_HEADERS, 1, payload))])
    assert frames[1].promised_stream == 8
    assert frames[1].headers[0].name == ":method"
    assert frames[1].summary == "promises stream 8"


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (frame(names.DATA, 0, 0, b"x"), "stream 0"),
        (frame(names.DATA, names.PADDED, 1, b""), "no byte for the pad length"),
        (frame(names.DATA, names.PADDED, 1, b"\x05abc"), "padding"),
        (frame(names.HEADERS, names.END_HEADERS, 0, b""), "stream 0"),
        (frame(names.HEADERS, names.END_HEADERS | names.PRIORITY_FLAG, 1, b"abc"), "fixed part"),
        (frame(names.HEADERS, names.END_HEADERS, 1, b"\xff\xff\xff\xff\xff\xff\xff"), "longer than 32 bits"),
        (frame(names.HEADERS, names.END_HEADERS, 1, b"\xbe"), "index 62 is not in the tables"),
        (frame(names.HEADERS, names.END_HEADERS, 1, b"\x80"), "index 0"),
        (frame(names.HEADERS, names.END_HEADERS, 1, b"\x40\x7fabc"), "beyond"),
        (frame(names.HEADERS, names.END_HEADERS, 1, b"\x3f\xff\x7f"), "table size"),
        (frame(names.PRIORITY, 0, 1, b"abc"), "instead of 5"),
        (frame(names.PRIORITY, 0, 0, b"abcde"), "stream 0"),
        (frame(names.RST_STREAM, 0, 1, b"abc"), "instead of 4"),
        (frame(names.SETTINGS, 0, 1, b""), "names stream 1"),
        (frame(names.SETTINGS, 0, 0, b"abc"), "multiple of 6"),
        (frame(names.SETTINGS, 1, 0, b"abcdef"), "acknowledgement"),
        (settings((names.ENABLE_PUSH, 2)), "ENABLE_PUSH must not be 2"),
        (settings((names.INITIAL_WINDOW_SIZE, 1 << 31)), "INITIAL_WINDOW_SIZE"),
        (settings((names.MAX_FRAME_SIZE, 5)), "MAX_FRAME_SIZE"),
        (frame(names.PUSH_PROMISE, names.END_HEADERS, 1, b"ab"), "fixed part"),
        (frame(names.PING, 0, 0, b"short"), "instead of 8"),
        (frame(names.PING, 0, 1, b"12345678"), "names stream 1"),
        (frame(names.GOAWAY, 0, 0, b"abc"), "fewer than 8"),
        (frame(names.WINDOW_UPDATE, 0, 1, b"abc"), "instead of 4"),
        (frame(names.WINDOW_UPDATE, 0, 1, b"\x80\0\0\0"), "adds nothing"),
        (frame(names.CONTINUATION, names.END_HEADERS, 1, b""), "without a header block"),
    ],
)
def test_what_is_malformed_is_told_and_what_follows_is_read(sent, problem):
    found, after = to_server(sent, frame(names.PING, 0, 0, b"12345678"))
    assert problem in found.problem
    assert problem in found.summary
    assert (after.name, after.problem) == ("PING", None)


def test_a_header_block_that_is_interrupted():
    found, ping = to_server(frame(names.HEADERS, 0, 1, block(REQUEST)), frame(names.PING, 0, 0, b"12345678"))
    assert "CONTINUATION must follow" in found.problem
    assert found.headers[0].name == ":method"
    assert ping.problem is None


def test_continuation_of_another_stream_continues_nothing():
    first, second = to_server(
        frame(names.HEADERS, 0, 1, block(REQUEST)), frame(names.CONTINUATION, names.END_HEADERS, 3, b"")
    )
    assert "CONTINUATION must follow" in first.problem
    assert "without a header block" in second.problem


def test_endless_continuations_do_not_fill_memory():
    part = frame(names.CONTINUATION, 0, 1, b"\x86" * 16_000)
    connection = Connection()
    connection.feed(TO_SERVER, PREFACE + frame(names.HEADERS, 0, 1, b""))
    frames = [each for _ in range(100) for each in connection.feed(TO_SERVER, part)]
    assert "longer than" in frames[0].problem
    assert max(len(each.headers) for each in frames) < 40_000


@pytest.mark.parametrize("cut", [1, 5, 9, 12])
def test_the_end_in_the_middle_of_a_frame(cut):
    connection = Connection()
    connection.feed(TO_SERVER, PREFACE + data(b"hello")[:cut])
    rest, fin = connection.event(TO_SERVER, "FIN")
    assert (rest.name, rest.raw) == ("MALFORMED", data(b"hello")[:cut])
    assert "cut short" in rest.problem
    assert fin.name == "FIN"
    assert connection.idle


def test_the_end_in_the_middle_of_a_header_block():
    connection = Connection()
    connection.feed(TO_SERVER, PREFACE + frame(names.HEADERS, 0, 1, block(REQUEST)))
    found, _ = connection.event(TO_SERVER, "RESET")
    assert "CONTINUATION must follow" in found.problem


def test_settings_of_one_peer_bound_the_header_table_of_the_other():
    encoder = hpack.Encoder()
    encoder.header_table_size = 8192
    written = headers(REQUEST, encoder=encoder)
    without = read([(TO_SERVER, PREFACE + settings() + written)])[-1]
    assert "above the announced 4096" in without.problem
    allowed = [
        (TO_CLIENT, settings((names.HEADER_TABLE_SIZE, 8192))),
        (TO_SERVER, PREFACE + written),
    ]
    assert read(allowed)[-1].problem is None
    assert read(allowed)[-1].block.table_limit == 8192


def test_role_of_headers():
    sent = [
        headers(REQUEST),
        headers([(":status", "200")]),
        headers([(":status", "200"), ("grpc-status", "5")], flags=names.END_STREAM),
        headers([("grpc-status", "0")], flags=names.END_STREAM),
    ]
    assert [each.role for each in to_server(*sent)] == [
        "request headers",
        "response headers",
        "trailers-only",
        "trailers",
    ]
    assert to_server(data(b""))[0].role is None
