"""What every byte means: the trees that hex and tree views share."""

from __future__ import annotations

import base64
import gzip

import hpack
import pytest
from google.rpc import error_details_pb2, status_pb2

from helpers.wire import explain, message_regions, names
from helpers.wire.byte_region import ByteRegion
from helpers.wire.capture import Capture
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.record import Record
from tests.wire.build import OPENING, REQUEST, block, data, frame, headers, message, records, settings, unary

C, S = TO_SERVER, TO_CLIENT


def capture(*sent, lookup=None) -> Capture:
    return Capture(
        Decoder(keep=False),
        records([*OPENING, *sent]),
        start_ns=0,
        end_ns=0,
        lookup=lookup or (lambda path: None),
    )


def leaves(region: ByteRegion) -> list[ByteRegion]:
    if not region.children:
        return [region]
    return [leaf for child in region.children for leaf in leaves(child)]


def covered(region: ByteRegion) -> bool:
    """Whether the leaves cover all bytes without a gap."""
    position = region.start
    for leaf in leaves(region):
        if leaf.start != position:
            return False
        position = leaf.end
    return position == region.end


def test_every_byte_of_a_unary_call_has_a_meaning():
    made = capture(*unary(b"\x0a\x01x\x10\x05", b"\x0a\x01y"))
    for each in made.frames:
        if each.name != "PREFACE":
            assert covered(made.explain(each)), each


def test_a_data_frame():
    made = capture(*unary(b"\x0a\x01x\x10\x05"))
    region = made.explain(next(each for each in made.frames if each.name == "DATA"))
    assert [(child.start, child.end, child.kind) for child in region.children] == [
        (0, 9, "frame-header"),
        (9, 14, "prefix"),
        (14, 19, "message"),
    ]
    header, prefix, body = region.children
    assert [(part.label, part.text) for part in header.children] == [
        ("length", "10"),
        ("type", "0x00 DATA"),
        ("flags", "0x01 END_STREAM"),
        ("stream", "1"),
    ]
    assert [part.text for part in prefix.children] == ["no", "5"]
    first, second = body.children
    assert [(part.start, part.end, part.kind) for part in first.children] == [
        (14, 15, "tag"),
        (15, 16, "length"),
        (16, 17, "value"),
    ]
    assert [(part.start, part.end, part.kind) for part in second.children] == [
        (17, 18, "tag"),
        (18, 19, "value"),
    ]


def test_fields_have_their_names_where_the_schema_is_known(kinds_pb2):
    method = kinds_pb2.DESCRIPTOR.services_by_name["Kinds"].methods_by_name["Unary"]
    made = capture(*unary(b"\x0a\x01x\x10\x05"), lookup=lambda path: method)
    region = made.explain(next(each for each in made.frames if each.name == "DATA"))
    assert region.children[2].label == "wiretest.v1.Request"
    assert [(child.label, child.text) for child in region.children[2].children] == [
        ("text", "'x'"),
        ("count", "5"),
    ]


def test_a_message_over_several_frames_is_told_in_each():
    sent = message(b"\x0a\x0ahelloworld\x10\x05")
    made = capture((C, headers(REQUEST) + data(sent[:3]) + data(sent[3:10]) + data(sent[10:])))
    found = [made.explain(each) for each in made.frames if each.name == "DATA"]
    assert [[child.kind for child in each.children[1:]] for each in found] == [
        ["prefix"],
        ["prefix", "message"],
        ["message"],
    ]
    assert found[1].children[2].children[0].text == "'helloworld'"
    assert all(covered(each) for each in found)
    assert found[2].children[1].start == 9


def test_several_messages_in_one_frame():
    made = capture((C, headers(REQUEST) + data(message(b"\x08\x01") + message(b"") + message(b"\x08\x02"))))
    region = made.explain(made.frames[-1])
    assert [child.kind for child in region.children[1:]] == ["prefix", "message"] * 3
    assert covered(region)


def test_a_compressed_message_is_one_region():
    squeezed = gzip.compress(b"\x0a\x01x" * 50)
    made = capture(
        (C, headers([*REQUEST, ("grpc-encoding", "gzip")]) + data(message(squeezed, compressed=True)))
    )
    body = made.explain(made.frames[-1]).children[2]
    assert (body.kind, body.children) == ("compressed", ())
    assert "150 B decompressed" in body.text


def test_header_entries_say_how_they_were_encoded():
    made = capture((C, frame(names.HEADERS, names.END_HEADERS, 1, b"\x83\x40\x01k\x01v\x10\x01n\x01m\xbe")))
    region = made.explain(made.frames[-1])
    told = [
        (child.label, child.text, [part.text for part in child.children]) for child in region.children[1:]
    ]
    assert told[0] == (":method", "POST", ["index 3 of the static table"])
    assert told[1] == ("k", "v", ["name written out; literal, added to the table", "2 B"])
    assert "never indexed" in told[2][2][0]
    assert told[3] == ("k", "v", ["index 62 of the dynamic table"])


def _trailer(name: str, value: bytes) -> ByteRegion:
    """The region of a trailer whose name and value are written out, without Huffman coding."""
    fields = hpack.Encoder().encode([(":status", "200")]) + b"\x00" + _string(name.encode()) + _string(value)
    flags = names.END_HEADERS | names.END_STREAM
    made = capture((C, headers(REQUEST)), (S, frame(names.HEADERS, flags, 1, fields)))
    region = made.explain(made.frames[-1])
    assert covered(region)
    return region.children[-1]


def _string(raw: bytes) -> bytes:
    assert len(raw) < 127
    return bytes((len(raw),)) + raw


def _rich_status() -> status_pb2.Status:
    status = status_pb2.Status(code=3, message="no")
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason="FULL"))
    return status


def test_a_rich_status_is_read_with_its_schema_and_details_as_what_they_are():
    packed = _rich_status().SerializeToString()
    entry = _trailer("grpc-status-details-bin", b"\0" + packed)
    assert entry.text.startswith("{code: 3, message: 'no', details: {type_url: ")
    length, encoding, body = entry.children[1].children
    assert (length.text, encoding.text) == (str(len(packed) + 1), "0: bytes as they are, not base64")
    assert (body.label, body.end - body.start) == ("google.rpc.Status", len(packed))
    assert [field.label for field in body.children] == ["code", "message", "details"]
    url, value = body.children[-1].children[-1].children
    assert (url.label, value.text) == ("type_url", "{reason: 'FULL'}")
    assert [field.label for field in value.children[-1].children] == ["reason"]


def test_a_rich_status_in_base64_has_its_meaning_and_no_bytes_of_its_own():
    entry = _trailer("grpc-status-details-bin", base64.b64encode(_rich_status().SerializeToString()))
    assert entry.text.startswith("{code: 3, message: 'no'")
    assert entry.children[1].children == ()


def test_broken_details_say_so():
    entry = _trailer("grpc-status-details-bin", b"\0\x08")
    assert entry.children[1].children[-1].children[0].problem == "a varint is cut short"


def test_other_binary_metadata_is_told_as_bytes():
    value = _trailer("photo-bin", b"\0\x01\x02").children[1]
    assert [(part.label, part.text) for part in value.children] == [
        ("length", "3"),
        ("encoding", "0: bytes as they are, not base64"),
        ("bytes", "2 B"),
    ]


def test_a_header_block_over_continuations():
    written = block(REQUEST)
    made = capture(
        (
            C,
            frame(names.HEADERS, 0, 1, written[:7])
            + frame(names.CONTINUATION, names.END_HEADERS, 1, written[7:]),
        )
    )
    first, second = (made.explain(each) for each in made.frames[-2:])
    assert covered(first)
    assert covered(second)
    labels = [child.label for region in (first, second) for child in region.children[1:]]
    assert list(dict.fromkeys(labels)) == [name for name, _ in REQUEST]


def test_what_cannot_be_read_of_a_block_is_marked():
    made = capture((C, frame(names.HEADERS, names.END_HEADERS, 1, b"\x83\xff\xff\xff\xff\xff\xff")))
    region = made.explain(made.frames[-1])
    assert [child.kind for child in region.children] == ["frame-header", "hpack", "malformed"]
    assert covered(region)


@pytest.mark.parametrize(
    ("sent", "labels"),
    [
        (settings((4, 65_535), (0xFE03, 1)), ["INITIAL_WINDOW_SIZE", "GRPC_ALLOW_TRUE_BINARY_METADATA"]),
        (frame(names.PING, payload=b"12345678"), ["opaque data"]),
        (frame(names.WINDOW_UPDATE, payload=bytes((0, 0, 0, 5))), ["increment"]),
        (frame(names.RST_STREAM, 0, 1, bytes((0, 0, 0, 8))), ["error code"]),
        (frame(names.GOAWAY, payload=bytes(8) + b"why"), ["last stream", "error code", "debug data"]),
        (frame(0xBE, payload=b"?"), ["payload"]),
        (frame(names.PRIORITY, 0, 1, bytes(5)), ["payload"]),
        (frame(names.DATA, names.PADDED, 1, b"\x02ab\0\0"), ["pad length", "data", "padding"]),
        (
            frame(names.HEADERS, 0x2C, 1, b"\x01" + b"\x80\0\0\x03\x0f" + b"\x82" + b"\0"),
            ["pad length", "depends on stream", "weight", ":method", "padding"],
        ),
        (
            frame(names.PUSH_PROMISE, names.END_HEADERS, 1, bytes((0, 0, 0, 2)) + b"\x82"),
            ["promised stream", ":method"],
        ),
    ],
)
def test_all_other_frames(sent, labels):
    made = capture((C, sent))
    region = made.explain(made.frames[-1])
    assert [child.label for child in region.children[1:]] == labels
    assert covered(region)


def test_http1_lines_and_chunks():
    made = Capture(
        Decoder(keep=False),
        [Record(1, S, 0, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n")],
        start_ns=0,
        end_ns=0,
    )
    head, body = (made.explain(each) for each in made.frames)
    assert [(child.label, child.text) for child in head.children][:2] == [
        ("start line", "HTTP/1.1 200 OK"),
        ("transfer-encoding", "chunked"),
    ]
    assert [child.label for child in body.children] == ["chunk size", "content", "end of chunk"]
    assert covered(head)
    assert covered(body)


def test_the_map_of_a_message_alone(kinds_pb2, legacy_pb2):
    message_ = kinds_pb2.Everything(
        packed_int32=[1, 300], nested=kinds_pb2.Everything(an_int32=1), strings=["a", "b"]
    )
    raw = message_.SerializeToString()
    region = message_regions(raw, kinds_pb2.Everything.DESCRIPTOR)
    assert (region.kind, region.label, region.end) == ("message", "wiretest.v1.Everything", len(raw))
    assert covered(region)
    packed = next(child for child in region.children if child.label == "packed_int32")
    assert [leaf.text for leaf in packed.children[2].children] == ["1", "300"]
    legacy = legacy_pb2.Legacy(id=1)
    legacy.item.add(name="x")
    groups = message_regions(legacy.SerializeToString(), legacy_pb2.Legacy.DESCRIPTOR)
    assert groups.children[1].children[-1].label == "end of group"
    assert covered(groups)
    assert message_regions(b"\x08") == explain_malformed()


def explain_malformed() -> ByteRegion:
    problem = "a varint is cut short"
    return ByteRegion(
        0, 1, "message", "message", "1 B", (ByteRegion(0, 1, "malformed", "malformed", "", (), problem),)
    )


def test_without_a_schema_the_other_readings_stand_beside():
    region = message_regions(b"\x08\x01")
    assert region.children[0].children[1].text == "1 as varint; or sint: -1; or bool: true"


def test_a_very_long_message_is_not_told_apart():
    made = capture((C, headers(REQUEST) + data(message(b"\x08\x01" * 600_000))))
    body = explain(made.frames[-1], made.calls[0].messages).children[2]
    assert body.children == ()
