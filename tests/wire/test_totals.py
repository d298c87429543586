"""The same thing has the same number everywhere, and parts add up to the whole."""

from __future__ import annotations

import re

import grpc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.views.capture.html import capture_text, own_and_hidden
from helpers.views.capture.summary import Head
from helpers.wire import names
from helpers.wire.capture import Capture
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.recording import Recording
from tests.wire.build import OPENING, REQUEST, RESPONSE, TRAILERS, data, frame, headers, message, unary
from tests.wire.test_any_bytes import EVENTS, OPENINGS, SENT, cut

C, S, END = TO_SERVER, TO_CLIENT, names.END_STREAM
WINDOW = frame(names.WINDOW_UPDATE, 0, 1, b"\0\0\0\5")
HTTP1 = b"POST / HTTP/1.1\r\ncontent-length: 12\r\n\r\n"


def captured(sent, before=(), events=(), connections: int = 1) -> Capture:
    recording = Recording(clock=iter(range(0, 10**9, 1000)).__next__)
    for direction, payload in before:
        recording.append(1, direction, payload)
    capture = Capture.begin(recording)
    for number, (direction, payload) in enumerate(sent):
        recording.append(1 + number % connections, direction, payload)
    for direction, event in events:
        recording.append(1, direction, b"", event)
    capture.finish()
    return capture


def check(capture: Capture) -> None:
    """All that is counted about a capture, against each other."""
    totals, frames, calls, exchanges = capture.totals, capture.frames, capture.calls, capture.exchanges
    parts = totals.in_calls, totals.in_exchanges, totals.in_connections
    assert totals.frames == len(frames) == sum(part.frames for part in parts)
    assert totals.wire == sum(part.wire for part in parts) + totals.unfinished
    assert totals.wire == totals.to_server + totals.to_client
    assert all(part.frames >= 0 <= part.wire for part in parts)
    passed = sum(len(record.data) for record in capture.records())
    assert totals.wire == passed + totals.begun
    assert totals.unfinished == sum(each.size for each in capture.unfinished)
    assert totals.calls == len(calls)
    assert totals.exchanges == len(exchanges)
    assert totals.in_calls.frames == sum(len(call.own_frames) for call in calls)
    assert totals.in_calls.wire == sum(call.wire_bytes for call in calls)
    assert totals.in_exchanges.frames == sum(len(each.frames) for each in exchanges)
    assert totals.in_exchanges.wire == sum(each.wire_bytes for each in exchanges)
    assert totals.payload == sum(each.payload_bytes for each in (*calls, *exchanges))
    assert totals.messages == sum(len(call.requests) + len(call.responses) for call in calls)
    for call in calls:
        assert all(each in call.frames for each in call.own_frames)
        assert call.payload_bytes <= call.wire_bytes
    # what the picture says
    head = Head(capture)()
    assert (head["frames"], head["wire"], head["payload"]) == (totals.frames, totals.wire, totals.payload)
    assert head["frames"] == sum(told["frames"] for told in head["calls"]) + head["rest"][0]
    told = sum(told["wire"] for told in head["calls"])
    assert head["wire"] == told + head["rest"][1] + head["unfinished"]
    shown, hidden = own_and_hidden(frames)
    told = re.match(r"([\d,]+) more frame", hidden)
    assert len(shown) + (int(told[1].replace(",", "")) if told else 0) == len(frames)


@given(OPENINGS, SENT, st.integers(0, 12), st.sampled_from([None, *EVENTS]), st.integers(1, 2))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_parts_add_up_for_any_bytes(opening, sent, at, event, connections):
    everything = cut(opening + sent, [5, 40, 3])
    events = [(C, event)] if event else []
    check(captured(everything[at:], everything[:at], events, connections))


@pytest.mark.parametrize(
    "sent",
    [
        [],
        OPENING,
        [*OPENING, *unary()],
        [*OPENING, *unary(), (S, WINDOW), (C, WINDOW * 3)],  # late, on the call's stream
        [*OPENING, (C, WINDOW + frame(names.PRIORITY, 0, 1, b"\0\0\0\0\x0f") + unary()[0][1])],  # before it
        [*OPENING, (C, frame(names.RST_STREAM, 0, 1, bytes(4)) + unary()[0][1])],
        [*OPENING, *unary(), (S, frame(names.GOAWAY, payload=bytes(8)))],
        [
            (C, HTTP1 + b"twelve bytes" + HTTP1 + b"half"),
            (S, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"),
        ],
        [(C, b"\x16\x03\x01\x00\x05hello")],
    ],
)
def test_parts_add_up(sent):
    for at in range(len(sent) + 1):
        check(captured(sent[at:], sent[:at]))
        check(captured(sent[at:], sent[:at], [(C, "FIN"), (S, "FIN")]))


def test_what_serves_the_connection_is_not_counted_as_the_calls():
    sent = [*OPENING, *unary(), (C, WINDOW), (S, WINDOW), (C, frame(names.PING, payload=bytes(8)))]
    capture = captured(sent)
    (call,) = capture.calls
    assert len(call.own_frames) == 5
    assert len(call.frames) == 7
    assert (capture.totals.in_calls.frames, capture.totals.in_connections.frames) == (5, 6)
    text = capture_text(capture)
    rest = capture.totals.in_connections.wire
    assert "1 request, 1 response, 5 frames, 6 B of messages in" in text
    assert f"with 6 frames and {rest} B of the connection: 11 frames, {capture.totals.wire} B" in text


def test_several_calls_and_the_connection_add_up_in_words():
    text = capture_text(captured([*OPENING, *unary(), *unary(stream=3)]))
    assert "2 calls, 13 frames" in text
    assert "of these 3 frames and 42 B are the connection's" in text


def test_a_message_counts_when_it_is_complete():
    answer = headers(RESPONSE) + data(message(b"one") + message(b"two")[:6], flags=END)
    capture = captured([*OPENING, (C, headers(REQUEST) + data(message(b"q"), flags=END)), (S, answer)])
    (call,) = capture.calls
    assert (len(call.messages), len(call.responses), capture.totals.messages) == (3, 1, 2)
    assert "1 request, 1 response" in capture_text(capture)


def test_one_of_a_kind_is_told_in_the_singular():
    assert captured([*OPENING, *unary()]).totals.talk == "1 call"
    assert captured([(C, HTTP1)]).totals.talk == "1 exchange"
    assert captured([(C, HTTP1 + b"twelve bytes" + HTTP1)]).totals.talk == "2 exchanges"


def test_a_real_call_adds_up(wire, stub, kinds_pb2):
    with wire.capture() as first:
        stub.Unary(kinds_pb2.Request(text="a"))
    with wire.capture() as second:
        list(stub.ServerStream(kinds_pb2.Request(text="b", count=50, size=1000)))
        with pytest.raises(grpc.RpcError):
            stub.Unary(kinds_pb2.Request(how="abort"))
    for capture in (first, second, wire.snapshot()):
        check(capture)
    assert len(first.calls[0].own_frames) == 5


def test_trailers_are_counted_as_a_frame_and_not_as_a_message():
    answer = headers(RESPONSE) + data(message(b"x")) + headers(TRAILERS, flags=END)
    (call,) = captured([*OPENING, (C, headers(REQUEST)), (S, answer)]).calls
    assert [each.role or each.name for each in call.own_frames][-1] == "trailers"
    assert len(call.responses) == 1


def test_the_rows_of_a_comparison_add_up_too():
    whole = captured([*OPENING, *unary()])
    cut_off = captured([*OPENING, *unary(), (C, data(message(bytes(50)), 3)[:30])])
    found = whole.compare(cut_off)
    for place, capture in enumerate((whole, cut_off)):
        assert sum(row.bytes[place] for row in found.rows) == capture.totals.wire
    assert "no whole frame yet" in repr(found)
