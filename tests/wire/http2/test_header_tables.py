"""Dynamic tables, block by block: the decoder's own tables, the examples of RFC 7541, and odd beginnings."""

from __future__ import annotations

import hpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.wire import names
from helpers.wire.capture import Capture
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.http2.header_tables import FIRST_DYNAMIC, HeaderLog, TableRow, header_logs, huffman_code
from helpers.wire.http2.headers import SIZE_UPDATE
from helpers.wire.recording import Recording
from tests.wire.build import PREFACE, data, frame, headers, read, records

FIRST = bytes.fromhex("828684410f7777772e6578616d706c652e636f6d")  # RFC 7541 C.3
SECOND = bytes.fromhex("828684be58086e6f2d6361636865")
THIRD = bytes.fromhex("828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565")


def raw_headers(payload: bytes, stream: int = 1, flags: int = names.END_HEADERS) -> bytes:
    return frame(names.HEADERS, flags, stream, payload)


def log_of(*blocks: bytes) -> HeaderLog:
    """The log of a client that sends these header blocks."""
    frames = read([(TO_SERVER, PREFACE + b"".join(raw_headers(each) for each in blocks))])
    return header_logs(frames)[1, TO_SERVER]


def test_the_requests_of_appendix_c():
    log = log_of(FIRST, SECOND, THIRD)
    first, second, third = (log.change(position) for position in range(3))
    authority = TableRow(1, ":authority", b"www.example.com")
    assert (first.before, first.after) == ((), (authority,))
    assert [step.added for step in first.steps] == [None, None, None, authority]
    assert second.before == (authority,)
    assert [step.used for step in second.steps] == [None, None, None, authority, None]
    assert second.after == (TableRow(2, "cache-control", b"no-cache"), authority)
    # The same row is 62 when it is new and moves on with every row that comes after it.
    assert [change.index(authority) for change in (first, second, third)] == [62, 63, 64]
    assert third.steps[3].entry.index == 63
    assert third.steps[3].used == authority
    assert sum(row.size for row in third.after) == 164
    assert [log.adder(row) for row in third.after] == [2, 1, 0]
    assert (log.size, log.plain_size) == (63, sum(each.block.plain_size for each in log.blocks))


def test_the_responses_of_appendix_c5_tell_what_is_evicted():
    blocks = [
        "3fe101"
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
        "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
        "4803333037c1c0bf",
    ]
    log = log_of(*(bytes.fromhex(each) for each in blocks))
    first, second = log.change(0), log.change(1)
    assert first.steps[0].entry.encoding == SIZE_UPDATE
    assert first.evicted == ()
    assert [(row.name, row.value) for row in second.evicted] == [(":status", b"302")]
    assert second.steps[0].evicted == second.evicted
    assert second.index(second.evicted[0]) is None
    # Named as 65, 64 and 63 while the new row was already there.
    assert [step.used.name for step in second.steps[1:]] == ["cache-control", "date", "location"]


def test_a_row_that_is_too_large_is_added_and_gone():
    log = log_of(b"\x40\x01k\x01v", b"\x40\x01x\x7f\xa1\x1f" + b"v" * 4128, b"\x40\x01y\x01z")
    change = log.change(1)
    assert change.after == ()
    assert [row.name for row in change.evicted] == ["k", "x"]
    assert change.index(change.evicted[0]) is None
    last = log.change(2)
    assert last.before == ()
    assert last.after == (TableRow(3, "y", b"z"),)
    assert log.adder(last.after[0]) == 2


def test_a_smaller_table_evicts():
    log = log_of(b"\x40\x01k\x01v\x40\x01l\x01w", b"\x3f\x03\xbe", b"\x20")
    second, third = log.change(1), log.change(2)
    assert [row.name for row in second.steps[0].evicted] == ["k"]
    assert second.steps[1].used.name == "l"
    assert [row.name for row in third.evicted] == ["l"]
    assert third.after == ()


def test_directions_and_connections_have_their_own_logs():
    sent = [
        (TO_SERVER, PREFACE + raw_headers(FIRST) + raw_headers(SECOND, 3)),
        (TO_CLIENT, raw_headers(b"\x88\x40\x01k\x01v")),
    ]
    logs = header_logs(read(sent))
    assert list(logs) == [(1, TO_SERVER), (1, TO_CLIENT)]
    assert [len(log) for log in logs.values()] == [2, 1]
    assert [row.name for row in logs[1, TO_CLIENT].change(0).after] == ["k"]
    assert header_logs([]) == {}
    assert header_logs(read([(TO_SERVER, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")])) == {}


def test_a_block_over_several_frames_is_one():
    parts = raw_headers(THIRD[:7], flags=names.END_STREAM) + frame(names.CONTINUATION, 0, 1, THIRD[7:8])
    parts += frame(names.CONTINUATION, names.END_HEADERS, 1, THIRD[8:])
    padded = frame(names.HEADERS, names.END_HEADERS | names.PADDED, 3, b"\x03" + b"\x82" + b"\0\0\0")
    sent = PREFACE + raw_headers(FIRST) + raw_headers(SECOND) + parts + padded
    log = header_logs(read([(TO_SERVER, sent)]))[1, TO_SERVER]
    assert [len(each.frames) for each in log.blocks] == [1, 1, 3, 1]
    assert log.blocks[2].data == THIRD
    assert log.blocks[2].first.name == "HEADERS"
    assert log.blocks[3].data == b"\x82"
    assert [row.number for row in log.change(2).after] == [3, 2, 1]


def test_a_capture_in_mid_connection_begins_with_an_older_table():
    recording = Recording()
    encoder = hpack.Encoder()
    fields = [(":method", "POST"), ("a", "1"), ("b", "2")]
    before = PREFACE + headers(fields, 1, 0, encoder) + data(b"")
    recording.append(1, TO_SERVER, before)
    capture = Capture.begin(recording)
    recording.append(1, TO_SERVER, headers([*fields, ("c", "3")], 3, 0, encoder))
    recording.append(1, TO_SERVER, headers(fields, 5, 0, encoder))
    capture.finish()
    log = header_logs(capture.frames)[1, TO_SERVER]
    first = log.change(0)
    assert first.before == (TableRow(0, "b", b"2"), TableRow(-1, "a", b"1"))
    assert first.after[0] == TableRow(1, "c", b"3")
    assert [step.used and step.used.number for step in first.steps] == [None, -1, 0, None]
    assert [log.adder(row) for row in first.after] == [0, None, None]
    assert log.change(1).before == first.after


def test_a_block_that_cannot_be_read_to_its_end():
    log = log_of(FIRST, b"\x40\x01k\x01v\xff\x80\x80\x01", SECOND)
    broken = log.change(1)
    assert [step.entry.name for step in broken.steps] == ["k"]
    assert broken.after == tuple(
        TableRow(2 - place, *each) for place, each in enumerate(log.blocks[1].block.table)
    )
    assert log.blocks[1].first.problem
    assert log.change(2).before == broken.after
    with pytest.raises(IndexError):
        log.change(3)


NAMES = st.sampled_from([":path", "x-a", "x-b", "grpc-timeout", "k-bin"])
BLOCKS = st.lists(
    st.tuples(
        st.lists(st.tuples(NAMES, st.binary(max_size=60), st.booleans()), max_size=6),
        st.sampled_from([None, None, 0, 70, 200, 4096]),
    ),
    min_size=1,
    max_size=10,
)


@given(BLOCKS, st.integers(0, 3))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_the_tables_are_those_of_the_decoder(blocks, late):
    encoder = hpack.Encoder()
    recording = Recording()
    capture = None
    for place, (fields, table_size) in enumerate(blocks):
        if place == min(late, len(blocks) - 1):
            capture = Capture.begin(recording)
        if table_size is not None:
            encoder.header_table_size = table_size
        payload = encoder.encode(fields)
        recording.append(1, TO_SERVER, (b"" if place else PREFACE) + raw_headers(payload))
    capture.finish()
    log = header_logs(capture.frames)[1, TO_SERVER]
    earlier = None
    for position, sent in enumerate(log.blocks):
        change = log.change(position)
        assert [(row.name, row.value) for row in change.after] == list(sent.block.table)
        assert sum(row.size for row in change.after) == sent.block.table_size
        assert earlier is None or change.before == earlier
        gone = {row.number for row in change.evicted}
        kept = [row for row in change.before if row.number not in gone]
        assert [row for row in change.after if row in change.before] == kept
        for step in change.steps:
            if step.used is not None:
                # A literal may take only the name from the row.
                assert step.used.name == step.entry.name
                assert step.entry.value_start < step.entry.end or step.used.value == step.entry.value
        for place, row in enumerate(change.after):
            assert change.index(row) == FIRST_DYNAMIC + place
            adder = log.adder(row)
            if adder is not None:
                assert row in [step.added for step in log.change(adder).steps]
        earlier = change.after


def test_huffman_codes_are_those_of_appendix_b():
    assert huffman_code(ord("a")) == "00011"
    assert huffman_code(ord("w")) == "1111000"
    assert huffman_code(0) == "1111111111000"
    written = "".join(huffman_code(byte) for byte in b"www.example.com")
    written += "1" * (-len(written) % 8)
    assert int(written, 2).to_bytes(len(written) // 8, "big").hex() == "f1e3c2e5f23a6ba0ab90f4ff"


def test_records_of_a_whole_recording_give_the_same_logs():
    recording = Recording()
    for record in records([(TO_SERVER, PREFACE + raw_headers(FIRST)), (TO_SERVER, raw_headers(SECOND, 3))]):
        recording.append(record.connection, record.direction, record.data)
    log = header_logs(Capture.of(recording).frames)[1, TO_SERVER]
    assert [len(log.change(position).after) for position in range(2)] == [1, 2]
