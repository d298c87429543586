"""Any bytes, cut anywhere: the same frames and calls, never an exception, and bounded memory."""

from __future__ import annotations

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.wire import names
from helpers.wire.capture import Capture
from helpers.wire.connection import Connection
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import PREFACE
from helpers.wire.record import Record
from tests.wire.build import (
    OPENING,
    REQUEST,
    RESPONSE,
    TRAILERS,
    Sent,
    block,
    data,
    frame,
    headers,
    message,
    records,
    unary,
)
from tests.wire.build import settings as settings_frame

EXAMPLES = settings(max_examples=200, derandomize=True, deadline=None)

DIRECTIONS = st.sampled_from([TO_SERVER, TO_CLIENT])
STREAMS = st.sampled_from([0, 1, 1, 1, 3, 5, 1 << 31])
HEADER_BLOCKS = st.one_of(
    st.sampled_from([block(REQUEST), block(RESPONSE), block(TRAILERS), b"\xbe\xbf", b"\x3f\xe1\x7f"]),
    st.binary(max_size=30),
)
PAYLOADS = st.one_of(
    st.binary(max_size=40),
    st.binary(max_size=30).map(message),
    st.binary(max_size=30).map(lambda each: message(each, compressed=True)),
    HEADER_BLOCKS,
)
FRAMES = st.one_of(
    st.builds(frame, st.integers(0, 12), st.integers(0, 255), STREAMS, PAYLOADS),
    st.builds(data, PAYLOADS, STREAMS, st.sampled_from([0, 1, 8])),
    st.builds(
        lambda written, stream, flags: frame(names.HEADERS, flags, stream, written),
        HEADER_BLOCKS,
        STREAMS,
        st.sampled_from([0, 4, 5, 5, 4, 0x2C]),
    ),
    st.binary(max_size=20),
)
PROTOCOLS = st.sampled_from(
    [
        b"",
        PREFACE,
        settings_frame(),
        b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 12\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nabcd\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"\x15\x03\x03\x00\x02\x02\x28\x16\x03\x03\x00\x04\x0e\x00\x00\x00\x17\x03\x03\x00\x02xx",
    ]
)
SENT = st.lists(st.tuples(DIRECTIONS, FRAMES), max_size=15)
OPENINGS = st.tuples(PROTOCOLS, PROTOCOLS).map(lambda pair: [(TO_SERVER, pair[0]), (TO_CLIENT, pair[1])])
EVENTS = ("FIN", "RESET", "CLOSED")


def cut(sent: list[Sent], sizes: list[int]) -> list[Sent]:
    """The same bytes in other pieces."""
    out, number = [], 0
    for direction, payload in sent:
        while payload:
            size = sizes[number % len(sizes)] if sizes else len(payload)
            number += 1
            out.append((direction, payload[:size]))
            payload = payload[size:]
    return out


def told(sent: list[Sent], end: str = "FIN") -> tuple:
    """Frames and calls of a connection, all at the same time."""
    decoder = Decoder()
    for direction, payload in sent:
        decoder.feed(Record(1, direction, 0, payload))
    for direction in (TO_SERVER, TO_CLIENT):
        decoder.feed(Record(1, direction, 0, b"", end))
    blocks = [getattr(getattr(each, "block", None), "table", None) for each in decoder.frames]
    return tuple(decoder.frames), decoder.calls, blocks


@given(OPENINGS, SENT, st.lists(st.integers(1, 30), max_size=8), st.sampled_from(EVENTS))
@EXAMPLES
def test_the_pieces_do_not_matter(opening, sent, sizes, end):
    assert told(cut(opening + sent, sizes), end) == told(opening + sent, end)


@given(OPENINGS, SENT)
@settings(max_examples=50, derandomize=True, deadline=None)
def test_one_byte_at_a_time(opening, sent):
    assert told(cut(opening + sent, [1])) == told(opening + sent)


@given(OPENINGS, SENT, st.sampled_from(EVENTS))
@EXAMPLES
def test_no_byte_is_lost_and_everything_can_be_looked_at(opening, sent, end):
    everything = opening + sent
    made = records(everything)
    made += [Record(1, direction, 0, b"", end) for direction in (TO_SERVER, TO_CLIENT)]
    capture = Capture(Decoder(keep=False), made, start_ns=0, end_ns=0)
    for direction in (TO_SERVER, TO_CLIENT):
        passed = b"".join(payload for way, payload in everything if way == direction)
        ours = sorted((f for f in capture.frames if f.direction == direction), key=lambda each: each.offset)
        assert b"".join(each.raw for each in ours) == passed
    for each in capture.frames:
        assert each.summary is not None
        assert repr(each)
        check_region(capture.explain(each))
    for call in capture.calls:
        assert repr(call)
        assert call.outcome
        assert call.metadata is not None
        assert call.trailing_metadata is not None
        assert call.status_details is None or isinstance(call.status_details, bytes)
        for each in call.messages:
            assert isinstance(each.data, bytes)
            assert repr(each.fields)
    assert capture.totals.wire == sum(len(payload) for _, payload in everything)
    assert capture.text()
    assert capture.windows() is not None
    assert repr(capture.compare(capture))


def check_region(region) -> None:
    """Children lie within their parent, in order."""
    assert region.start <= region.end
    position = region.start
    for child in region.children:
        assert position <= child.start
        assert child.end <= region.end
        position = child.end
        check_region(child)


@given(OPENINGS, SENT, st.integers(0, 20))
@EXAMPLES
def test_a_decoder_goes_on_from_its_state(opening, sent, at):
    made = records(cut(opening + sent, [7, 1, 40]))
    whole, before = Decoder(), Decoder(keep=False)
    for record in made:
        whole.feed(record)
    for record in made[:at]:
        before.feed(record)
    after = before.clone()
    for record in made[at:]:
        after.feed(record)
    numbers = {each.number for each in after.frames}
    assert tuple(after.frames) == tuple(each for each in whole.frames if each.number in numbers)
    assert len(after.frames) == len(whole.frames) - (min(numbers) if numbers else len(whole.frames))


@given(SENT)
@settings(max_examples=50, derandomize=True, deadline=None)
def test_a_start_in_the_middle_is_told_not_raised(sent):
    frames, _, _ = told([(TO_SERVER, PREFACE), *sent])
    assert frames[0].name == "PREFACE"


def test_without_the_beginning_of_a_connection_the_missing_table_is_told():
    decoder = Decoder()
    decoder.feed(Record(1, TO_SERVER, 0, PREFACE + frame(names.HEADERS, 4, 7, b"\x83\xbe")))
    found = decoder.frames[1]
    assert "index 62 is not in the tables" in found.problem
    assert found.headers[0].name == ":method"


def test_a_decoder_that_keeps_only_the_state_stays_small():
    decoder = Decoder(keep=False)
    for record in records(OPENING):
        decoder.feed(record)
    sizes = []
    for round_ in range(3):
        for stream in range(200):
            number = 1 + 2 * (200 * round_ + stream)
            for record in records(unary(stream=number)):
                decoder.feed(record)
        sizes.append(deep_size(decoder.state()))
    assert sizes[0] == sizes[1] == sizes[2]
    assert decoder.frames == []
    assert decoder.calls == ()


def test_an_unfinished_message_without_end_is_not_kept():
    decoder = Decoder(keep=False)
    opening = headers(REQUEST) + data(b"\0\xff\xff\xff\xff")
    decoder.feed(Record(1, TO_SERVER, 0, PREFACE + opening))
    piece = data(bytes(1024 * 1024))
    for _ in range(40):
        decoder.feed(Record(1, TO_SERVER, 0, piece))
    assert deep_size(decoder.state()) < 12 * 1024 * 1024


def test_a_header_table_that_turns_over_does_not_grow():
    connection = Connection()
    connection.feed(TO_SERVER, PREFACE)
    entry = b"\x40\x01x\x7f\x81\x07" + b"v" * 1024
    for _ in range(20_000):
        connection.feed(TO_SERVER, frame(names.HEADERS, 4, 1, entry))
    assert deep_size(connection.state()) < 20_000


def deep_size(value: object) -> int:
    """Bytes of nested lists, dicts, strings and bytes, about."""
    if isinstance(value, dict):
        return sum(deep_size(each) for pair in value.items() for each in pair)
    if isinstance(value, (list, tuple)):
        return 56 + sum(deep_size(each) for each in value)
    raw = getattr(value, "raw", None)
    return sys.getsizeof(value) + (len(raw) if raw is not None else 0)
