"""What is missing, odd or cut is said where it is drawn: in the tree, the label, the sentence, the text and the notes."""

from __future__ import annotations

import pytest

from helpers.views.capture.encode import kind_of, label
from helpers.views.capture.explain import explain_frame
from helpers.views.capture.html import capture_html, capture_text
from helpers.wire import names
from helpers.wire.byte_region import ByteRegion
from helpers.wire.capture import Capture
from helpers.wire.connection import Connection
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import PREFACE, Frame
from helpers.wire.recording import Recording
from tests.wire.build import (
    OPENING,
    REQUEST,
    RESPONSE,
    TRAILERS,
    block,
    data,
    frame,
    headers,
    message,
    read,
    settings,
    to_server,
    unary,
)

C, S, END = TO_SERVER, TO_CLIENT, names.END_STREAM
OPEN = [*OPENING, (C, headers(REQUEST))]


def captured(sent, before=(), events=()) -> Capture:
    """What a capture has of one connection; ``before`` passed earlier."""
    recording = Recording(clock=iter(range(0, 10**9, 1000)).__next__)
    for direction, payload in before:
        recording.append(1, direction, payload)
    capture = Capture.begin(recording)
    for direction, payload in sent:
        recording.append(1, direction, payload)
    for direction, event in events:
        recording.append(1, direction, b"", event)
    capture.finish()
    return capture


def nodes(region: ByteRegion) -> list[ByteRegion]:
    return [region, *(each for child in region.children for each in nodes(child))]


def said(capture: Capture, found: Frame) -> tuple[str, ...]:
    """All places where something is said about a frame."""
    call, messages = capture.locate(found)
    tree = "; ".join(
        f"{each.label}: {each.problem}" for each in nodes(capture.explain(found)) if each.problem
    )
    return (
        label(found, messages),
        explain_frame(found, call, messages),
        tree,
        capture_text(capture),
        capture.text(),
    )


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"\x08\xb0\x09", "no gRPC message: a message begins with 0 or 1, not with 8"),
        (b"\xb0\x09", "no gRPC message: a message begins with 0 or 1, not with 176"),
        (b"weight=1200", "no gRPC message: a message begins with 0 or 1, not with 119"),
        (b"\x80\0\0\0\0", "not with 128"),
        (b"\0\0", "its stream ended after 2 of the 5 bytes of its prefix"),
        (b"\0\0\0\0\x0aabc", "its stream ended after 8 of 15 bytes"),
        (message(b"ok") + b"\0\0\0\0\x0aabc", "its stream ended after 8 of 15 bytes"),
        (message(b"ok") + b"junk", "no gRPC message: a message begins with 0 or 1, not with 106"),
    ],
)
def test_a_body_that_is_no_whole_message_says_so_wherever_it_is_drawn(body, what):
    capture = captured([*OPEN, (C, data(body, flags=END))])
    (found,) = (each for each in capture.frames if each.name == "DATA")
    for told in said(capture, found)[1:]:
        assert what in told
    assert what in said(capture, found)[0] or len(capture.locate(found)[1]) > 1
    assert kind_of(found, capture.locate(found)[1]) == "malformed"
    assert what in capture.calls[0].remarks[0]
    assert what in capture_html(capture)
    assert len(capture.calls[0].requests) == body.startswith(message(b"ok"))


@pytest.mark.parametrize("body", [b"\x08\xb0\x09", b"\0\0", b"\0\0\0\0"])
def test_nothing_is_made_up_for_a_prefix_that_is_not_there(body):
    capture = captured([*OPEN, (C, data(body, flags=END))])
    found = nodes(capture.explain(capture.frames[-1]))
    inside = [each for each in found if each.start >= 9]
    assert not any(each.label == "length" for each in inside)
    assert all(each.end <= 9 + len(body) for each in inside)


def test_stray_data_is_told_in_each_of_its_frames():
    capture = captured([*OPEN, (C, data(b"one") + data(b"two") + data(b"three", flags=END))])
    for found in capture.frames[-3:]:
        assert all("no gRPC message" in told for told in said(capture, found))
    (stray,) = capture.calls[0].messages
    assert stray.wire == b"onetwothree"
    assert "11 bytes of the request" in capture.calls[0].remarks[0]


def test_a_message_under_way_is_no_error_but_told():
    capture = captured([*OPEN, (C, data(message(bytes(1000))[:300]))])
    found = capture.frames[-1]
    for told in said(capture, found):
        assert "only 300 of 1,005 bytes so far" in told
    assert kind_of(found, capture.locate(found)[1]) == "data"


def test_a_message_that_a_reset_cut_short():
    reset = frame(names.RST_STREAM, 0, 1, (8).to_bytes(4, "big"))
    capture = captured([*OPEN, (C, data(message(bytes(1000))[:300]) + reset)])
    assert capture.calls[0].remarks == (
        "Message 0 of the request: the stream was reset after 300 of 1,005 bytes.",
    )


def test_fields_that_are_malformed_say_so_on_the_arrow_and_in_the_text():
    capture = captured([*OPEN, (C, data(message(b"\x08\x01\x0a\x05ab"), flags=END))])
    found = capture.frames[-1]
    assert "malformed: " in label(found, capture.locate(found)[1])
    assert "a field of 5 bytes, but only 2 are left" in label(found, capture.locate(found)[1])
    assert "a field of 5 bytes, but only 2 are left" in capture.text()


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        ([(C, PREFACE[:10])], "10 of the 24 bytes of the HTTP/2 preface"),
        ([(C, b"GET /quote HTTP/1.1\r\nHo")], "23 bytes of an HTTP/1.1 head without its end"),
        ([(S, b"HTT")], "3 bytes, too few to tell the protocol"),
        ([*OPEN, (C, data(bytes(50))[:5])], "5 of the 9 bytes of a frame header"),
        ([*OPEN, (C, data(bytes(50))[:20])], "20 of the 59 bytes of a DATA frame on stream 1"),
        ([*OPENING, (C, frame(names.PING, 0, 0, bytes(8))[:12])], "12 of the 17 bytes of a PING frame"),
        ([*OPENING, (C, frame(names.HEADERS, 0, 1, b"\x82\x86"))], "11 bytes of a header block on stream 1"),
        ([(C, b"\x16\x03\x01\x00\x05he")], "7 of the 10 bytes of a TLS record"),
        (
            [(C, b"POST / HTTP/1.1\r\ncontent-length: 12\r\n\r\nabc")],
            "3 of the 12 bytes that are left of a body",
        ),
        ([(C, b"\x00\x01junk")], "6 bytes, neither HTTP/2 nor HTTP/1.1 nor TLS"),
    ],
)
def test_the_beginning_of_something_counts_and_is_told(sent, what):
    capture = captured(sent)
    assert capture.totals.wire == sum(len(payload) for _, payload in sent)
    assert capture.totals.unfinished > 0
    assert len(capture.notes) == 1
    assert what in capture.notes[0]
    for drawn in (capture_text(capture), capture.text()):
        assert what in drawn
    assert "Make a call inside" not in capture_html(capture)
    ended = captured(sent, events=[(C, "CLOSED")])
    assert ended.totals.unfinished == 0
    assert ended.totals.wire == capture.totals.wire
    assert any(each.problem or each.name == "BODY" for each in ended.frames)


def test_a_frame_that_the_end_of_the_connection_cuts_is_of_its_call():
    capture = captured([*OPEN, (C, data(message(bytes(50)))[:30])], events=[(C, "FIN")])
    (call,) = capture.calls
    cut = next(each for each in call.frames if each.name == "MALFORMED")
    assert (cut.stream, cut.size) == (1, 30)
    assert "cut short: 30 of the 64 bytes of a DATA frame on stream 1" in call.remarks[0]
    assert call.wire_bytes == sum(each.size for each in call.frames)


def test_a_frame_that_began_before_the_capture_is_counted_whole_and_told():
    whole = data(message(b"reply"), flags=END)
    capture = captured([(S, whole[7:])], before=[*OPEN, (S, headers(RESPONSE) + whole[:7])])
    assert capture.totals.wire == len(whole)
    assert capture.totals.begun == 7
    assert "7 bytes of the first frames passed before the capture began" in capture.notes[0]


def test_a_call_that_began_before_says_what_is_not_here():
    before = [*OPEN, (C, data(message(b"q"), flags=END)), (S, headers(RESPONSE) + data(message(b"r")) * 88)]
    capture = captured([(S, data(message(b"r")) * 12 + headers(TRAILERS, flags=END))], before=before)
    (call,) = capture.calls
    assert (len(call.requests), len(call.responses)) == (0, 12)
    assert (call.earlier_requests, call.earlier_responses) == (1, 88)
    remark = "It began before the capture: 1 request and 88 responses passed earlier and are not shown."
    assert call.remarks == (remark,)
    assert remark in capture_text(capture)
    assert remark in capture_html(capture)


def test_of_several_calls_those_with_something_to_say_are_named_above_the_picture():
    capture = captured([*OPENING, *unary(), (C, headers(REQUEST, 3) + data(b"junk", 3, END))])
    assert "Stream 3: 4 bytes of the request: no gRPC message" in capture_text(capture)
    assert "Stream 3: 4 bytes of the request: no gRPC message" in capture_html(capture)


def test_data_after_the_end_of_a_stream():
    capture = captured([*OPEN, (C, data(message(b"a"), flags=END) + data(message(b"b")) * 3)])
    assert capture.calls[0].remarks == ("DATA after END_STREAM.",)


def test_an_answer_that_is_not_grpc():
    html = [(":status", "502"), ("content-type", "text/html")]
    capture = captured([*OPEN, (S, headers(html) + data(b"<h1>Bad gateway", flags=END))])
    assert "content-type 'text/html', which is not gRPC" in capture.calls[0].remarks[0]


# Frames that the specification forbids; most are also in the public http2-frame-test-case.


def from_server(*payloads: bytes) -> list[Frame]:
    return read([(C, PREFACE + settings()), (S, settings() + b"".join(payloads))])[3:]


@pytest.mark.parametrize(
    ("promised", "what"),
    [
        (0, "promises stream 0"),
        (3, "promises stream 3, but streams that a server begins are even"),
        (4, None),
    ],
)
@pytest.mark.parametrize("flags", [0, names.PADDED])
def test_a_promise_is_of_an_even_stream(promised, what, flags):
    payload = (b"\0" if flags else b"") + promised.to_bytes(4, "big") + block(REQUEST)
    (found,) = from_server(frame(names.PUSH_PROMISE, names.END_HEADERS | flags, 1, payload))
    assert (what in found.problem) if what else found.problem is None


def test_a_client_does_not_push():
    sent = frame(names.PUSH_PROMISE, names.END_HEADERS, 1, (4).to_bytes(4, "big") + block(REQUEST))
    assert "only a server may push" in to_server(sent)[0].problem
    assert "ENABLE_PUSH must be 0" in from_server(settings((names.ENABLE_PUSH, 1)))[0].problem


@pytest.mark.parametrize("stream", [1, 7])
@pytest.mark.parametrize("exclusive", [0, 1 << 31])
def test_a_stream_does_not_depend_on_itself(stream, exclusive):
    depends = (stream | exclusive).to_bytes(4, "big") + b"\x0f"
    other = ((stream + 2) | exclusive).to_bytes(4, "big") + b"\x0f"
    flags = names.END_HEADERS | names.PRIORITY_FLAG
    for bad in (
        frame(names.PRIORITY, 0, stream, depends),
        frame(names.HEADERS, flags, stream, depends + block(REQUEST)),
        frame(names.HEADERS, flags | names.PADDED, stream, b"\0" + depends + block(REQUEST)),
    ):
        assert f"stream {stream} must not depend on itself" in to_server(bad)[0].problem
    assert to_server(frame(names.PRIORITY, 0, stream, other))[0].problem is None


MAX = names.MAX_FRAME_SIZE
LONG = data(bytes(16_385))


@pytest.mark.parametrize(
    ("sent", "sound"),
    [
        ([(C, data(bytes(16_384)))], True),
        ([(C, LONG)], False),
        ([(C, frame(names.HEADERS, 4, 1, bytes(16_385)))], False),
        ([(C, frame(0xBE, 0, 1, bytes(16_385)))], False),
        ([(S, settings((MAX, 16_385))), (C, LONG)], True),  # announced, though not acknowledged
        ([(C, settings((MAX, 16_385))), (C, LONG)], False),  # what a side announces bounds the other
        ([(S, settings((MAX, 20_000))), (C, frame(4, 1)), (C, LONG)], True),
        # a smaller size counts from the acknowledgement on
        ([(S, settings((MAX, 20_000)) + settings((MAX, 16_384))), (C, frame(4, 1)), (C, LONG)], True),
        ([(S, settings((MAX, 20_000)) + settings((MAX, 16_384))), (C, frame(4, 1) * 2), (C, LONG)], False),
    ],
)
def test_a_frame_is_at_most_as_long_as_its_receiver_allows(sent, sound):
    connection = Connection()
    read([(C, PREFACE + settings()), (S, frame(4, 1) + settings()), (C, frame(4, 1))], connection)
    state = connection.state()
    for each in (Connection.restore(1, state), connection):
        found = read(sent, each)[-1]
        if sound:
            assert found.problem is None
        else:
            assert "16385 bytes of payload, more than the MAX_FRAME_SIZE of 16384" in found.problem


def test_a_frame_that_is_too_long_and_cut():
    capture = captured([*OPENING, (C, bytes.fromhex("008000 00 08 00000002") + b"hello")])
    assert "14 of the 32777 bytes of a DATA frame on stream 2" in capture.notes[0]
    assert "more than the MAX_FRAME_SIZE of 16384" in capture.notes[0]
