"""Captures as values: windows on a recording, the ring, files, text, comparison, schemas."""

from __future__ import annotations

import itertools
import zlib

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool

from helpers.wire import Capture, CaptureFileError, load
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import Frame
from helpers.wire.recording import RECORD_COST, Recording
from helpers.wire.schema import default_lookup, lookup_in
from tests.wire.build import OPENING, REQUEST, data, headers, message, unary

C, S = TO_SERVER, TO_CLIENT


def recording(limit: int = 10**6) -> Recording:
    return Recording(limit, clock=itertools.count(1_000_000, 1000).__next__)


def put(into: Recording, sent, connection: int = 1) -> None:
    for direction, payload in sent:
        into.append(connection, direction, payload)


@pytest.fixture
def capture() -> Capture:
    """A capture of the second of two calls."""
    made = recording()
    put(made, [*OPENING, *unary(stream=1)])
    found = Capture.begin(made, "second")
    put(made, unary(b"\x0a\x01<", stream=3))
    found.finish()
    return found


def test_a_capture_is_a_window_with_the_state_before_it(capture):
    assert [call.stream for call in capture.calls] == [3]
    assert [each.number for each in capture.frames] == [8, 9, 10, 11, 12]
    assert not capture.calls[0].began_before
    assert capture.calls[0].path == "/wiretest.v1.Kinds/Unary"
    assert capture.end_ns > capture.start_ns
    assert not capture.open
    assert capture.notes == ()
    assert repr(capture).startswith("<Capture 'second': 1 call, 5 frames, 6 B of payload in")


def test_it_grows_while_it_is_open_and_not_afterwards():
    made = recording()
    found = Capture.begin(made)
    assert found.open
    assert (found.frames, found.calls, found.version) == ((), (), 0)
    put(made, OPENING)
    assert found.version == 2
    assert len(found.frames) == 3
    assert not found.refresh()
    put(made, unary())
    assert found.refresh()
    assert found.calls[0].status == "OK"
    version = found.version
    found.finish()
    put(made, unary(stream=3))
    assert len(found.calls) == 1
    assert found.version == version
    found.finish()


def test_one_moment_of_it_can_be_read_while_more_passes():
    made = recording()
    put(made, OPENING)
    found = Capture.begin(made)
    put(made, unary())
    with found.held():
        frames = found.frames
        put(made, unary(stream=3))
        assert found.frames is frames, "nothing is decoded, and sorted, again"
        assert [found.locate(each)[0] for each in frames if each.stream] == [found.calls[0]] * len(frames)
    assert len(found.calls) == 2
    found.finish()


def test_a_frame_that_is_cut_by_the_beginning_is_whole():
    made = recording()
    written = headers(REQUEST) + data(message(b"\x08\x01"))
    put(made, [*OPENING, (C, written[:20])])
    found = Capture.begin(made)
    put(made, [(C, written[20:])])
    found.finish()
    assert [each.name for each in found.frames] == ["HEADERS", "DATA"]
    assert found.calls[0].requests[0].data == b"\x08\x01"


def test_totals(capture):
    totals = capture.totals
    assert (totals.calls, totals.frames, totals.messages, totals.payload) == (1, 5, 2, 6)
    assert totals.wire == sum(each.size for each in capture.frames) == totals.to_server + totals.to_client


def test_totals_count_bodies_of_http1():
    made = recording()
    found = Capture.begin(made)
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    put(made, [(C, b"GET / HTTP/1.1\r\n\r\n"), (S, chunked)])
    assert found.totals.payload == 5
    assert found.totals.to_client == len(chunked)


def test_locate(capture):
    call, messages = capture.locate(capture.frames[1])
    assert call is capture.calls[0]
    assert [each.data for each in messages] == [b"\x0a\x01<"]
    assert capture.locate(capture.frames[0])[1] == ()
    stranger = Frame(9, 0, C, 0, 0, "PING", b"", 0, None)
    assert capture.locate(stranger) == (None, ())


# The ring


def test_the_ring_stays_within_its_limit_and_what_is_left_can_be_read():
    made = recording(limit=20_000)
    put(made, OPENING)
    for number in range(200):
        put(made, unary(b"\x0a\x32" + b"x" * 50, stream=1 + 2 * number))
    assert made.dropped > 0
    found = Capture.of(made)
    assert sum(len(each.data) + RECORD_COST for each in found.records()) <= 20_000
    assert all(each.problem is None for each in found.frames)
    assert found.calls[-1].status == "OK"
    assert found.calls[-1].path == "/wiretest.v1.Kinds/Unary"
    assert str(made.dropped) in found.notes[0]


def test_an_open_capture_that_outgrows_the_ring_goes_on_with_what_is_left():
    made = recording(limit=20_000)
    put(made, OPENING)
    found = Capture.begin(made)
    for number in range(200):
        put(made, unary(stream=1 + 2 * number))
    assert found.calls[-1].stream == 399
    assert found.calls[-1].status == "OK"
    assert found.dropped > 0
    assert "dropped" in found.notes[0]


def test_an_open_capture_that_is_watched_stays_bounded():
    made = recording(limit=20_000)
    put(made, OPENING)
    found = Capture.begin(made)
    for number in range(400):
        put(made, unary(stream=1 + 2 * number))
        assert found.calls[-1].stream == 1 + 2 * number
    assert len(found.records()) * RECORD_COST < 3 * 20_000
    assert found.frames[-1].name == "HEADERS"


def test_a_capture_after_much_traffic_begins_with_the_right_state():
    made = recording(limit=20_000)
    put(made, OPENING)
    for number in range(100):
        put(made, unary(stream=1 + 2 * number))
    for number in range(100, 103):
        found = Capture.begin(made)
        put(made, unary(stream=1 + 2 * number))
        found.finish()
        assert [call.outcome for call in found.calls] == ["OK"]
        assert found.dropped == 0


def test_connections_that_are_gone_are_forgotten():
    made = recording()
    for number in range(1, 50):
        put(made, [*OPENING, *unary()], number)
        made.append(number, S, b"", "GONE")
        Capture.begin(made).finish()
    decoder, _ = made.mark()
    assert decoder.state() == []


# Files


def test_save_and_load(capture, tmp_path):
    file = tmp_path / "second.h2cap"
    capture.save(file)
    found = load(file)
    assert found.frames == capture.frames
    assert found.calls == capture.calls
    assert found.records() == capture.records()
    assert (found.title, found.start_ns, found.end_ns) == ("second", capture.start_ns, capture.end_ns)
    assert found.windows() == capture.windows()
    assert not found.open
    again = tmp_path / "again.h2cap"
    found.save(again)
    assert again.read_bytes() == file.read_bytes()


def test_a_file_keeps_what_was_under_way(tmp_path):
    made = recording()
    before = headers(REQUEST) + data(message(b"\x0a\x02ab")[:6])
    put(made, [*OPENING, (C, before + data(b"xy")[:4])])
    found = Capture.begin(made)
    put(made, [(C, data(message(b"\x0a\x02ab")[6:])[4:])])
    found.finish()
    found.save(tmp_path / "a.h2cap")
    assert load(tmp_path / "a.h2cap").frames == found.frames
    assert load(tmp_path / "a.h2cap").calls == found.calls
    assert found.calls[0].path


def test_damaged_files_are_refused_with_a_reason(capture, tmp_path):
    file = tmp_path / "a.h2cap"
    capture.save(file)
    whole = file.read_bytes()
    line, _, rest = whole.partition(b"\n")

    def sealed(content: bytes) -> bytes:
        return b"h2cap 1 %08x\n" % zlib.crc32(content) + content

    assert sealed(rest) == whole
    damaged = {
        b"": "is no capture",
        b"PK\x03\x04": "is no capture",
        b"h2cap 2 00000000\n{}\n": "comes from a later version",
        line: "checksum",
        whole[:-1]: "checksum",
        sealed(b""): "does not make sense",
        sealed(b"[]\n"): "does not make sense",
        sealed(b"{}\n"): "does not make sense",
        sealed(rest[:-1]): "does not make sense",
        sealed(rest + b"x"): "does not make sense",
        sealed(rest.replace(b'"state": [[1', b'"state": [["x", 2')): "does not make sense",
        sealed(rest.replace(b'"http2"', b'"http9"')): "does not make sense",
        sealed(rest.replace(b'"start_ns": ', b'"start_ns": 1e999, "x": ')): "does not make sense",
        sealed(b"[" * 100_000): "does not make sense",
    }
    for content, reason in damaged.items():
        file.write_bytes(content)
        with pytest.raises(CaptureFileError, match=reason.replace(".", r"\.")):
            load(file)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.h2cap")


def test_every_damaged_byte_is_noticed(capture, tmp_path):
    file = tmp_path / "a.h2cap"
    capture.save(file)
    whole = bytearray(file.read_bytes())
    for position in range(0, len(whole), 3):
        copy = bytearray(whole)
        copy[position] ^= 0x55
        file.write_bytes(copy)
        with pytest.raises(CaptureFileError):
            load(file)


# Text and comparison


def test_text_in_the_style_of_nghttp(capture):
    lines = capture.with_schema().text().splitlines()
    assert lines[0].startswith("[  0.000] send HEADERS frame <length=")
    assert lines[0].endswith("flags=0x04, stream_id=3>")
    assert lines[1:4] == ["          ; END_HEADERS", "          (padlen=0)", "          :method: POST"]
    assert "          ; message 0: message {field 1: '<'}" in lines
    assert any(line.startswith("[  0.00") and "recv DATA frame <length=8" in line for line in lines)


def test_text_from_the_wire_cannot_steer_a_terminal():
    made = recording()
    found = Capture.begin(made)
    evil = "\x1b[2J\u202e<script>"
    put(made, [*OPENING, *unary(b"\x0a" + bytes((len(evil.encode()),)) + evil.encode())])
    put(made, [(C, headers([*REQUEST, ("x-evil", b"\x1b[2J")], 3))])
    for text in (found.text(), repr(found.calls), repr(found)):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_comparison():
    made = recording()
    captures = []
    for stream in (1, 3):
        found = Capture.begin(made, f"call {stream}")
        put(made, [*(OPENING if stream == 1 else []), *unary(stream=stream)])
        found.finish()
        captures.append(found)
    first, second = captures
    found = first.compare(second)
    rows = {(row.direction, row.kind): row for row in found.rows}
    assert not found.same
    assert rows[C, "PREFACE"].frames == (1, 0)
    assert rows[C, "PREFACE"].differs
    assert rows[C, "DATA"].bytes == (17, 17)
    assert not rows[C, "DATA"].differs
    assert found.totals == (first.totals, second.totals)
    table = repr(found).splitlines()
    assert "call 1" in table[0]
    assert "-24 B" in next(line for line in table if "PREFACE" in line)
    assert first.compare(first).same


# Schemas


def test_read_again_with_another_schema(kinds_pb2):
    made = recording()
    capture = Capture.begin(made)
    put(made, [*OPENING, *unary()])
    capture.finish()
    assert capture.calls[0].method.full_name == "wiretest.v1.Kinds.Unary"  # it is loaded in this process
    bare = capture.with_schema()
    assert bare.calls[0].method is None
    assert bare.calls[0].requests[0].fields[0].name is None
    # a version of its own, so that no other test finds it
    other = descriptor_pool.DescriptorPool()
    file = descriptor_pb2.FileDescriptorProto(name="other.proto", package="wiretest.v1", syntax="proto3")
    file.message_type.add(name="R").field.add(name="renamed", number=1, type=9, label=1)
    kind = ".wiretest.v1.R"
    method = {"name": "Unary", "input_type": kind, "output_type": kind, "server_streaming": True}
    file.service.add(name="Kinds").method.add(**method)
    other.AddSerializedFile(file.SerializeToString())
    assert capture.with_schema(other).calls[0].requests[0].fields[0].name == "renamed"
    assert capture.with_schema(other).calls[0].kind == "server streaming"
    assert capture.with_schema(kinds_pb2).calls[0].requests[0].fields[0].name == "text"


def test_schemas_may_be_modules_files_or_pools(kinds_pb2):
    path = "/wiretest.v1.Kinds/Both"
    for source in (kinds_pb2, kinds_pb2.DESCRIPTOR, kinds_pb2.DESCRIPTOR.pool):
        assert lookup_in(source)(path).name == "Both"
        assert lookup_in(source)("/wiretest.v1.Kinds/Nope") is None
        assert lookup_in(source)("/other.Kinds/Both") is None
    for nonsense in ("", "/", "//", "x", "/a/b/c", "/\udcff/x", "/wiretest.v1.Kinds"):
        assert lookup_in(kinds_pb2, kinds_pb2.DESCRIPTOR.pool)(nonsense) is None
    with pytest.raises(TypeError, match="a schema is a generated module"):
        lookup_in("kinds.proto")
    assert default_lookup()(path).name == "Both"


def test_a_capture_of_nothing():
    found = Capture(Decoder(keep=False), [], start_ns=0, end_ns=0)
    assert (found.frames, found.calls, found.text(), found.notes) == ((), (), "", ())
    assert found.totals.wire == 0
    assert repr(found).startswith("<Capture: 0 calls, 0 frames")
