"""Pasted bytes, and what they turn out to be."""

from __future__ import annotations

import base64
import contextlib
import gzip
import zlib

import pytest
from google.protobuf import struct_pb2, timestamp_pb2
from google.rpc import error_details_pb2, status_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import protos
from helpers.wire import Capture, PastedBytes, read_bytes
from helpers.wire.direction import TO_SERVER
from helpers.wire.frames import PREFACE
from helpers.wire.pasted import framed
from helpers.wire.pasted.content import CONTENTS
from helpers.wire.pasted.spelling import SPELLINGS
from tests.wire.build import OPENING, REQUEST, RESPONSE, TRAILERS, data, headers, message, unary

MOMENT = timestamp_pb2.Timestamp(seconds=300, nanos=5)
SENT = MOMENT.SerializeToString()


def nodes(region):
    return [region, *(each for child in region.children for each in nodes(child))]


def labels(pasted: PastedBytes) -> list[str]:
    return [each.label for each in nodes(pasted.region)]


def test_a_message_is_read_without_a_schema_and_says_that_it_is_a_guess():
    pasted = read_bytes("08 ac 02 10 05")
    assert (pasted.kind, pasted.data, pasted.descriptor) == ("message", SENT, None)
    assert pasted.told == "Read as hex: a message."
    assert any("is a guess" in note for note in pasted.notes)
    assert [field.value for field in pasted.fields] == [300, 5]


@pytest.mark.parametrize(
    "schema", [timestamp_pb2.Timestamp, timestamp_pb2.Timestamp.DESCRIPTOR, MOMENT, timestamp_pb2]
)
def test_with_a_schema_fields_have_names(schema):
    pasted = read_bytes(SENT.hex(), schema)
    assert pasted.descriptor.full_name == "google.protobuf.Timestamp"
    assert {"seconds", "nanos"} <= set(labels(pasted))
    assert pasted.notes == ()


def test_of_a_file_the_message_is_taken_that_fits(kinds):
    pb2, _ = kinds
    sent = pb2.Everything(counts={"a": 1}).SerializeToString()
    assert read_bytes(sent, kinds).told == "Read as bytes: a wiretest.v1.Everything."
    two = read_bytes(pb2.Reply(text="hi", number=7).SerializeToString(), pb2)
    assert two.descriptor is pb2.Request.DESCRIPTOR
    assert two.notes == ("It also fits wiretest.v1.Reply: say which one it is with `schema=`.",)
    assert read_bytes(b"\x98\x75\x01", kinds).descriptor is None
    assert "fits, so it was read without a schema" in read_bytes(b"\x98\x75\x01", pb2).notes[0]
    either = read_bytes(struct_pb2.Value(number_value=1).SerializeToString(), struct_pb2)
    assert either.told == "Read as bytes: a google.protobuf.Value."


def test_a_schema_that_does_not_fit_is_told():
    pasted = read_bytes(b"\x08\x01\x1a\x01x", timestamp_pb2.Timestamp)
    assert pasted.notes == ("google.protobuf.Timestamp has no field 3 of this type: is it the right schema?",)


def test_what_else_it_could_be_is_told():
    assert read_bytes("08012a00").told == "Read as hex: a message. As base64 it would be 6 bytes."


def test_a_schema_decides_between_two_spellings():
    assert read_bytes("6D1F").spelled == "hex"
    rare_pb2, _ = protos.compile_cell("rare", 'syntax = "proto3"; message Rare { int32 value = 989; }')
    pasted = read_bytes("6D1F", rare_pb2.Rare)
    assert (pasted.spelled, pasted.data) == ("base64", b"\xe8\x3d\x45")
    assert pasted.told == "Read as base64: a Rare. As hex it would be 2 bytes."
    assert read_bytes("6D1F", rare_pb2.Rare, spelled="hex").data == b"\x6d\x1f"


def test_messages_with_grpcs_prefix():
    pasted = read_bytes((message(SENT) + message(b"") + message(SENT)).hex(), timestamp_pb2.Timestamp)
    assert (pasted.kind, pasted.messages) == ("grpc", (SENT, b"", SENT))
    assert labels(pasted).count("seconds") == 2
    assert not pasted.problems


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_compressed_messages_are_decompressed(pack):
    pasted = read_bytes(message(pack(SENT), compressed=True), timestamp_pb2.Timestamp)
    assert pasted.messages == (SENT,)
    assert "`.messages[0]` has it decompressed" in pasted.notes[0]
    assert not pasted.problems


def test_a_bomb_is_not_blown_up(monkeypatch):
    monkeypatch.setattr(framed, "INFLATED_LIMIT", 1000)
    pasted = read_bytes(message(gzip.compress(bytes(100_000)), compressed=True))
    assert pasted.messages == ()
    assert "longer than 1000 bytes when decompressed" in pasted.problems[0]


def test_what_is_cut_short_says_so():
    pasted = read_bytes(message(SENT)[:-1])
    assert (pasted.kind, pasted.messages) == ("grpc", ())
    assert pasted.problems[0] == "cut short: 4 of 5 bytes are here"
    assert "Not all of it makes sense: cut short" in pasted.notes[0]
    broken = read_bytes(b"\x0a\xff\x01abc")
    assert broken.told == "Read as bytes: not a sound message."


def test_trailers_of_grpc_web():
    pasted = read_bytes(message(SENT) + b"\x80" + message(b"grpc-status:0\r\n")[1:])
    assert (pasted.kind, pasted.messages) == ("grpc", (SENT,))
    assert "trailers" in labels(pasted)


def test_messages_with_a_varint_before_each():
    long = struct_pb2.Value(string_value="x" * 200).SerializeToString()
    pasted = read_bytes(b"\x05" + SENT + b"\xcb\x01" + long)
    assert (pasted.kind, pasted.messages) == ("delimited", (SENT, long))


def test_a_rich_status_is_recognized():
    status = status_pb2.Status(code=3, message="no")
    status.details.add().Pack(error_details_pb2.RetryInfo())
    text = base64.b64encode(status.SerializeToString()).decode().rstrip("=")
    pasted = read_bytes(f"grpc-status-details-bin: {text}")
    assert (pasted.kind, pasted.descriptor.full_name) == ("status", "google.rpc.Status")
    bare = status_pb2.Status(code=3, message="no").SerializeToString()
    assert read_bytes(bare).kind == "message"
    assert read_bytes(bare, as_="status").kind == "status"


def sent_by(side) -> bytes:
    return b"".join(payload for direction, payload in [*OPENING, *unary()] if direction is side)


def test_frames_of_a_client(kinds_pb2):
    pasted = read_bytes(sent_by(TO_SERVER).hex(" "), kinds_pb2)
    assert pasted.kind == "http2"
    assert pasted.told.endswith("HTTP/2 frames from the client.")
    assert {"preface", "SETTINGS", "HEADERS", "DATA", ":path"} <= set(labels(pasted))
    assert pasted.region.children[0].end == len(PREFACE)


def test_frames_of_a_server_without_the_request():
    sent = headers(RESPONSE) + data(message(SENT)) + headers(TRAILERS, flags=1)
    pasted = read_bytes(sent, timestamp_pb2.Timestamp)
    assert pasted.told == "Read as bytes: 3 HTTP/2 frames from the server."
    assert "seconds" in labels(pasted)
    assert "do not say which method was called" in pasted.notes[0]
    assert read_bytes(sent[:-1]).problems[-1].startswith("cut short: ")


def test_both_sides_of_a_connection_are_a_capture():
    pieces = [(direction, payload) for direction, payload in [*OPENING, *unary()]]
    lines, offsets = [], {}
    for direction, payload in pieces:
        indent = "" if direction is TO_SERVER else "    "
        for start in range(0, len(payload), 16):
            at = offsets.get(direction, 0)
            row = payload[start : start + 16]
            offsets[direction] = at + len(row)
            lines.append(f"{indent}{at:08x}  {row.hex(' ')}")
    capture = read_bytes("\n".join(lines))
    assert isinstance(capture, Capture)
    assert [call.path for call in capture.calls] == ["/wiretest.v1.Kinds/Unary"]


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"hello", "text"),
        (b"", "nothing"),
        (b"\x16\x03\x01\x00\x05hello", "connection"),
        (b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", "connection"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "connection"),
    ],
)
def test_what_is_no_message_is_told_apart(sent, kind):
    assert read_bytes(sent).kind == kind


def test_mistakes_are_sentences():
    with pytest.raises(ValueError, match="as_='protobuf' is not known; it can be 'message', 'grpc'"):
        read_bytes("08", as_="protobuf")
    with pytest.raises(TypeError, match="takes text or bytes, not int"):
        read_bytes(8)
    with pytest.raises(TypeError, match=r"a schema is a message class such as .*, not 'Timestamp'"):
        read_bytes("08", "Timestamp")
    with pytest.raises(ValueError, match="2,000,000 bytes; at most 1,048,576 are read"):
        read_bytes(bytes(2_000_000))


MANY = settings(max_examples=300, derandomize=True, deadline=None)


def check(pasted: PastedBytes | Capture) -> None:
    """The region is over all bytes, and its children lie within their parents, in order."""
    if isinstance(pasted, Capture):
        assert pasted.text() is not None
        return
    assert (pasted.region.start, pasted.region.end) == (0, len(pasted.data))
    for parent in nodes(pasted.region):
        at = parent.start
        for child in parent.children:
            assert at <= child.start <= child.end <= parent.end
            at = child.end


@MANY
@given(
    st.one_of(
        st.binary(max_size=60),
        st.binary(max_size=20).map(message),
        st.lists(
            st.sampled_from([message(SENT), headers(REQUEST), data(b"\0\0\0\0\2\x08\1"), b"\0", PREFACE])
        ).map(b"".join),
    ),
    st.sampled_from([None, *CONTENTS]),
    st.sampled_from([None, timestamp_pb2.Timestamp]),
)
def test_any_bytes(sent, as_, schema):
    pasted = read_bytes(sent, schema, as_=as_)
    assert pasted.data == sent
    check(pasted)
    check(read_bytes(sent.hex(), schema, as_=as_))


@MANY
@given(
    st.one_of(
        st.text(max_size=60),
        st.text("0123456789abcdefx: \n*|.,[]{}\\\"'=+/-", max_size=60),
        st.lists(
            st.sampled_from(["0000: 00 01", "0010  ", "*", "    00000000  05", "0x00,", r"\x00", "00000002"])
        ).map("\n".join),
    ),
    st.sampled_from([None, *SPELLINGS]),
)
def test_any_text(text, spelled):
    with contextlib.suppress(ValueError):
        check(read_bytes(text, spelled=spelled))


@pytest.mark.parametrize(
    "hostile",
    [
        "0" * 300_000,
        "00 " * 100_000,
        "A" * 300_000,
        "0000: " + "00 " * 100_000,
        "\n".join(f"{16 * n:08x}: " + "00 " * 16 for n in range(10_000)),
        r"\x00" * 200_000,
        "[" * 200_000,
        '"' * 200_000,
        "0x00," * 200_000,
        "{" + "1," * 200_000 + "}",
        "/*" * 100_000,
        ("00000000: 00\n*\n" * 100_000),
        "a=" * 100_000,
        "\\" * 200_000,
        ("\x08" * 200_000).encode(),
        b"\x0b" * 200_000,
        b"\0\0\0\0\0\0\0\0\0" * 100_000,
        b"\0\0\0\0\0" * 200_000,
        b"\0\0\1\1\4\0\0\0\1\x82" * 100_000,
    ],
    ids=lambda each: repr(each[:12]),
)
def test_much_is_bounded(hostile):
    """Whatever it is, it ends: with a reading or with a sentence."""
    told = ""
    try:
        told = read_bytes(hostile).told
    except ValueError as refused:
        told = str(refused)
    assert 0 < len(told) < 300


def test_what_is_cut_short_has_names_all_the_same():
    sent = struct_pb2.Value(string_value="a text that is long").SerializeToString() + b"\x11\x00"
    whole = timestamp_pb2.Timestamp(seconds=1_800_000_000, nanos=5).SerializeToString()
    pasted = read_bytes(message(whole)[:-1], timestamp_pb2)
    assert pasted.descriptor is timestamp_pb2.Timestamp.DESCRIPTOR
    assert "seconds" in labels(pasted)
    assert (
        read_bytes(whole[:-1], timestamp_pb2).told == "Read as bytes: not a sound google.protobuf.Timestamp."
    )
    assert read_bytes(sent, struct_pb2).descriptor.full_name == "google.protobuf.Value"
