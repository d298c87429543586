"""Calls put together from frames: messages across and within frames, every way to end, metadata, deadlines."""

from __future__ import annotations

import base64
import gzip
import zlib
from dataclasses import replace

import pytest

from helpers.wire import names
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.grpc import compression, metadata
from helpers.wire.grpc.call import Call
from helpers.wire.grpc.message_reader import CARRY_LIMIT
from helpers.wire.record import Record
from tests.wire.build import (
    OPENING,
    REQUEST,
    RESPONSE,
    TRAILERS,
    block,
    data,
    decode,
    frame,
    headers,
    message,
    records,
    unary,
)

C, S = TO_SERVER, TO_CLIENT
END = names.END_STREAM


def one_call(*sent, events=()) -> Call:
    decoder = decode([*OPENING, *sent])
    for direction, event in events:
        decoder.feed(Record(1, direction, 9_000, b"", event))
    (call,) = decoder.calls
    return call


def test_a_unary_call():
    call = one_call(*unary(b"\x0a\x01x", b"\x0a\x01y"))
    assert (call.path, call.kind, call.status, call.outcome) == (
        "/wiretest.v1.Kinds/Unary",
        "unary",
        "OK",
        "OK",
    )
    assert call.is_grpc
    assert call.done
    assert not call.trailers_only
    assert [each.data for each in call.requests] == [b"\x0a\x01x"]
    assert [each.data for each in call.responses] == [b"\x0a\x01y"]
    assert [each.name for each in call.frames] == ["HEADERS", "DATA", "HEADERS", "DATA", "HEADERS"]
    assert call.duration_ns == 1000
    assert call.payload_bytes == 6
    assert call.wire_bytes == sum(each.size for each in call.frames)
    assert call.own_frames == call.frames
    assert call.half_closed == (C, S)
    assert call.http_status == 200


def test_messages_span_frames_and_share_them():
    sent = message(b"one") + message(b"") + message(b"three" * 10)
    pieces = [sent[:2], sent[2:7], b"", sent[7:14], sent[14:]]
    call = one_call((C, headers(REQUEST) + b"".join(data(each) for each in pieces)))
    assert [each.data for each in call.requests] == [b"one", b"", b"three" * 10]
    assert [each.number for each in call.requests] == [0, 1, 2]
    assert [len(each.segments) for each in call.requests] == [3, 1, 2]
    first = call.requests[0]
    assert first.wire == message(b"one")
    assert first.t_ns == first.segments[-1].frame.t_ns
    assert call.kind == "client streaming"


def test_padding_is_no_part_of_a_message():
    padded = frame(names.DATA, names.PADDED | END, 1, b"\x03" + message(b"abc") + bytes(3))
    call = one_call((C, headers(REQUEST) + padded))
    assert call.requests[0].data == b"abc"


@pytest.mark.parametrize(
    ("encoding", "squeeze"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", None)]
)
def test_compressed_messages(encoding, squeeze):
    plain = b"abc" * 100
    sent = message(squeeze(plain), compressed=True) if squeeze else message(plain)
    call = one_call((C, headers([*REQUEST, ("grpc-encoding", encoding)]) + data(sent)))
    (found,) = call.requests
    assert (found.encoding, found.data, found.problem) == (encoding, plain, None)
    assert found.length == len(sent) - 5


@pytest.mark.parametrize(
    ("payload", "encoding", "problem"),
    [
        (b"junk", "gzip", "not valid gzip"),
        (gzip.compress(b"abc", mtime=0)[:-3], "gzip", "cut short"),
        (b"", "gzip", "cut short"),
        (b"abc", "snappy", "'snappy'"),
        (b"abc", "identity", "names no compression"),
    ],
)
def test_compression_that_fails_is_told(payload, encoding, problem):
    call = one_call(
        (C, headers([*REQUEST, ("grpc-encoding", encoding)]) + data(message(payload, compressed=True)))
    )
    assert problem in call.requests[0].problem


def test_a_bomb_is_inflated_up_to_the_limit_only():
    bomb = gzip.compress(bytes(3_000_000))
    plain, problem = compression.decompress(bomb, "gzip", limit=1_000_000)
    assert len(plain) == 1_000_000
    assert "longer than 1000000 bytes" in problem


def test_a_prefix_that_makes_no_sense():
    call = one_call((C, headers(REQUEST) + data(b"\x07\0\0\0\x01x") + data(message(b"later"))))
    assert call.requests == ()
    (stray,) = call.messages
    assert (stray.stray, stray.complete, stray.data) == (True, False, b"")
    assert stray.wire == b"\x07\0\0\0\x01x" + message(b"later")
    assert stray.problem == "no gRPC message: a message begins with 0 or 1, not with 7"


@pytest.mark.parametrize("sent", [b"\0\0", b"\0\0\0\0\x0aabc"])
def test_a_message_that_the_end_of_the_stream_cuts_short(sent):
    call = one_call((C, headers(REQUEST) + data(sent, flags=END)))
    assert call.requests == ()
    (found,) = call.messages
    assert not found.complete
    assert found.data == b""
    assert f"after {len(sent)} of" in found.problem
    assert call.payload_bytes == 0


def test_trailers_only():
    details = base64.b64encode(b"\x08\x05\x12\x01x").rstrip(b"=").decode()
    answer = [
        (":status", "200"),
        ("content-type", "application/grpc"),
        ("grpc-status", "5"),
        ("grpc-message", "no parcel %E2%84%96 7 <b>%"),
        ("grpc-status-details-bin", details),
        ("reason", "none"),
    ]
    call = one_call((C, headers(REQUEST, flags=END)), (S, headers(answer, flags=END)))
    assert call.trailers_only
    assert call.response_headers == ()
    assert (call.status_code, call.status) == (5, "NOT_FOUND")
    assert call.status_message == "no parcel № 7 <b>%"
    assert call.outcome == "NOT_FOUND: no parcel № 7 <b>%"
    assert call.status_details == b"\x08\x05\x12\x01x"
    assert call.trailing_metadata == (("grpc-status-details-bin", b"\x08\x05\x12\x01x"), ("reason", "none"))


def test_metadata_both_ways():
    request = [
        *REQUEST,
        ("user-agent", "x"),
        ("grpc-timeout", "200m"),
        ("x-request-id", "7"),
        ("k-bin", "AAE"),
        ("k-bin", "AAE=,Ag"),
    ]
    call = one_call(
        (C, headers(request)),
        (
            S,
            headers([*RESPONSE, ("first", "1")]) + headers([*TRAILERS, ("last-bin", b"\0\0\xff")], flags=END),
        ),
    )
    assert call.metadata == (
        ("x-request-id", "7"),
        ("k-bin", b"\0\1"),
        ("k-bin", b"\0\1"),
        ("k-bin", b"\2"),
    )
    assert call.initial_metadata == (("first", "1"),)
    assert call.trailing_metadata == (("last-bin", b"\0\xff"),)
    assert call.timeout_ns == 200_000_000


@pytest.mark.parametrize(
    ("value", "nanoseconds"),
    [
        ("1H", 3600 * 10**9),
        ("2M", 120 * 10**9),
        ("3S", 3 * 10**9),
        ("99999999m", 99_999_999 * 10**6),
        ("5u", 5000),
        ("6n", 6),
        ("123456789n", None),
        ("1x", None),
        ("-1S", None),
        ("", None),
        ("٣S", None),
    ],
)
def test_timeouts(value, nanoseconds):
    assert metadata.timeout(value) == nanoseconds


def test_binary_values_that_are_no_base64_stay_as_they_came():
    assert metadata.binary_values(b"not base64!") == (b"not base64!",)
    assert metadata.binary_values(b"\0raw\xff") == (b"raw\xff",)
    assert metadata.binary_values(b"") == (b"",)


def test_percent_decoding_never_fails():
    assert metadata.percent_decode("a%20b%zz%") == "a b%zz%"
    assert metadata.percent_decode("%ff") == "\ufffd"


def test_cancelled_by_the_client():
    call = one_call((C, headers(REQUEST) + data(b"\0\0")), (C, frame(names.RST_STREAM, 0, 1, b"\0\0\0\x08")))
    assert call.cancelled
    assert call.reset == (C, "CANCEL")
    assert call.outcome == "RST_STREAM CANCEL by the client"
    assert call.done
    assert not call.messages[0].complete


@pytest.mark.parametrize(
    ("timeout", "took", "passed"),
    [
        ("5S", 4.7, False),  # hung up before
        ("5S", 4.94, True),  # sent as 5 s where it was 4.95, and recorded a little late
        ("200m", 0.181, True),  # recorded late
        ("200m", 0.1, False),
        ("200m", 3.0, True),
    ],
)
def test_a_deadline_that_has_passed_is_told_by_time(timeout, took, passed):
    call = one_call((C, headers(REQUEST)), (C, frame(names.RST_STREAM, 0, 1, b"\0\0\0\x08")))
    limit = replace(call.request_headers[0], name="grpc-timeout", value=timeout.encode())
    end = call.start_ns + int(took * 1e9)
    call = replace(call, request_headers=(*call.request_headers, limit), end_ns=end)
    assert (call.deadline_passed, call.is_overdue(end)) == (passed, passed)
    assert not replace(call, reset=(S, "CANCEL")).deadline_passed, "the server ended it"
    assert not replace(call, request_headers=call.request_headers[:-1]).deadline_passed


def test_a_reset_after_the_status_does_not_hide_it():
    sent = (S, headers(RESPONSE) + headers(TRAILERS, flags=END) + frame(names.RST_STREAM, 0, 1, bytes(4)))
    call = one_call((C, headers(REQUEST)), sent)
    assert call.outcome == "OK"
    assert not call.cancelled
    assert call.reset == (S, "NO_ERROR")


@pytest.mark.parametrize(
    ("events", "cut"),
    [
        ([(S, "FIN")], "the server closed the connection"),
        ([(C, "FIN"), (S, "FIN")], "the client closed the connection"),
        ([(S, "RESET")], "the server reset the connection"),
        ([(C, "CLOSED")], "the tap was closed"),
    ],
)
def test_calls_that_are_cut_off(events, cut):
    call = one_call((C, headers(REQUEST)), events=events)
    assert (call.cut, call.outcome, call.done) == (cut, cut, True)
    finished = one_call(*unary(), events=events)
    assert (finished.cut, finished.outcome) == (None, "OK")


def test_goaway_cuts_the_calls_that_were_not_taken_up():
    goaway = frame(names.GOAWAY, payload=(1).to_bytes(4, "big") + bytes(4))
    decoder = decode([*OPENING, (C, headers(REQUEST, 1) + headers(REQUEST, 3)), (S, goaway)])
    assert [call.cut for call in decoder.calls] == [
        None,
        "not taken up: GOAWAY names 1 as the last stream",
    ]


def test_a_running_call():
    call = one_call((C, headers(REQUEST)))
    assert (call.outcome, call.done, call.duration_ns, call.status) == ("running", False, None, None)


def test_many_streams_at_once():
    encoder_free = [(C, headers(REQUEST, stream)) for stream in (1, 3, 5)]
    turns = [(C, data(message(bytes((stream,))), stream)) for stream in (5, 1, 3, 3, 1)]
    decoder = decode([*OPENING, *encoder_free, *turns])
    assert {call.stream: len(call.requests) for call in decoder.calls} == {1: 2, 3: 2, 5: 1}


def test_what_is_not_grpc_has_no_messages():
    call = one_call(
        (C, headers([(":method", "GET"), (":path", "/index.html")], flags=END)),
        (S, headers([(":status", "404"), ("content-type", "text/html")]) + data(b"<b>no</b>", flags=END)),
    )
    assert not call.is_grpc
    assert call.messages == ()
    assert call.outcome == "HTTP 404"


def test_a_promised_stream_is_a_call():
    promise = frame(names.PUSH_PROMISE, names.END_HEADERS, 1, (2).to_bytes(4, "big") + block(REQUEST))
    decoder = decode(
        [*OPENING, (C, headers(REQUEST)), (S, promise + headers(RESPONSE, 2) + data(b"x", 2, END))]
    )
    assert [(call.stream, call.path) for call in decoder.calls][1] == (2, "/wiretest.v1.Kinds/Unary")


def test_informational_headers_are_not_the_answer():
    call = one_call((C, headers(REQUEST)), (S, headers([(":status", "103")]) + headers(RESPONSE)))
    assert call.http_status == 200


def test_a_capture_that_begins_within_a_call():
    before = Decoder(keep=False)
    first = message(b"first") + message(b"second")[:7]
    for record in records([*OPENING, (C, headers(REQUEST) + data(first))]):
        before.feed(record)
    decoder = before.clone()
    for record in records(
        [(C, data(message(b"second")[7:])), (S, headers(RESPONSE) + headers(TRAILERS, flags=END))]
    ):
        decoder.feed(record)
    (call,) = decoder.calls
    assert call.path == "/wiretest.v1.Kinds/Unary"
    assert call.began_before
    assert (call.earlier_requests, call.earlier_responses, call.earlier) == (1, 0, 1)
    assert [(each.number, each.data) for each in call.requests] == [(1, b"second")]
    assert [each.name for each in call.frames] == ["DATA", "HEADERS", "HEADERS"]
    assert call.status == "OK"


def test_late_frames_of_calls_before_the_capture_make_no_call():
    before = Decoder(keep=False)
    for record in records([*OPENING, *unary()]):
        before.feed(record)
    decoder = before.clone()
    late = frame(names.WINDOW_UPDATE, 0, 1, b"\0\0\0\5") + frame(names.RST_STREAM, 0, 1, bytes(4))
    for record in records([(C, late)]):
        decoder.feed(record)
    assert decoder.calls == ()
    assert len(decoder.frames) == 2


def test_a_long_message_from_before_the_capture_is_told_not_kept():
    before = Decoder(keep=False)
    length = CARRY_LIMIT + 100
    opening = headers(REQUEST) + data(b"\0" + length.to_bytes(4, "big"))
    for record in records([*OPENING, (C, opening), *[(C, data(bytes(1 << 20)))] * 8, (C, data(bytes(50)))]):
        before.feed(record)
    decoder = before.clone()
    for record in records([(C, data(bytes(50)) + data(message(b"next")))]):
        decoder.feed(record)
    (call,) = decoder.calls
    late, after = call.requests
    assert late.length == length
    assert late.missing + len(late.payload) == length + 5
    assert late.data == b""
    assert f"its first {late.missing} bytes came before the capture" in late.problem
    assert late.fields == ()
    assert after.data == b"next"
    assert repr(late).startswith("<Message 0 → message")
