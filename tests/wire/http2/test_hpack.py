"""HPACK: the examples of RFC 7541, the hpack package as the peer, table contents, encodings and byte ranges."""

from __future__ import annotations

import hpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.wire.http2.frames import FRAME_HEADER
from helpers.wire.http2.headers import INDEXED, LITERAL, LITERAL_INDEXED, NEVER_INDEXED, SIZE_UPDATE
from helpers.wire.http2.hpack import STATIC_TABLE, HpackDecoder


def read(decoder: HpackDecoder, written: bytes):
    return decoder.decode(written, ((0, len(written)),))


def pairs(found) -> list[tuple[str, bytes]]:
    return [(each.name, each.value) for each in found.entries if each.encoding != SIZE_UPDATE]


# RFC 7541 C.3 (no Huffman) and C.4 (Huffman): three requests on one connection
@pytest.mark.parametrize(
    ("huffman", "blocks"),
    [
        (
            False,
            [
                "828684410f7777772e6578616d706c652e636f6d",
                "828684be58086e6f2d6361636865",
                "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
            ],
        ),
        (
            True,
            [
                "828684418cf1e3c2e5f23a6ba0ab90f4ff",
                "828684be5886a8eb10649cbf",
                "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
            ],
        ),
    ],
)
def test_the_requests_of_appendix_c(huffman, blocks):
    decoder = HpackDecoder()
    found = [read(decoder, bytes.fromhex(each)) for each in blocks]
    assert all(problem is None for _, problem in found)
    first, second, third = (block for block, _ in found)
    assert pairs(first) == [
        (":method", b"GET"),
        (":scheme", b"http"),
        (":path", b"/"),
        (":authority", b"www.example.com"),
    ]
    assert pairs(second)[-1] == ("cache-control", b"no-cache")
    assert pairs(third)[-1] == ("custom-key", b"custom-value")
    assert (first.table_size, second.table_size, third.table_size) == (57, 110, 164)
    assert third.table == (
        ("custom-key", b"custom-value"),
        ("cache-control", b"no-cache"),
        (":authority", b"www.example.com"),
    )
    assert first.table == ((":authority", b"www.example.com"),)  # a block keeps the table it left behind
    last = third.entries[-1]
    assert (last.encoding, last.index, last.name_huffman, last.value_huffman) == (
        LITERAL_INDEXED,
        0,
        huffman,
        huffman,
    )


def test_responses_of_appendix_c5_evict_entries():
    decoder = HpackDecoder()
    decoder.limit = decoder.allowed = 256
    blocks = [
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
        "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
        "4803333037c1c0bf",
    ]
    first, second = (read(decoder, bytes.fromhex(each))[0] for each in blocks)
    assert first.table_size == second.table_size == 222
    assert second.table[0] == (":status", b"307")
    assert (":status", b"302") not in second.table
    assert pairs(second)[1:] == pairs(first)[1:]


def test_every_encoding_is_told_with_its_bytes():
    written = b"\x82" + b"\x04\x02/a" + b"\x10\x01x\x01y" + b"\x40\x01k\x01v" + b"\xbe"
    found, problem = read(HpackDecoder(), written)
    assert problem is None
    assert [
        (each.encoding, each.start, each.value_start, each.end, each.index) for each in found.entries
    ] == [
        (INDEXED, 0, 1, 1, 2),
        (LITERAL, 1, 2, 5, 4),
        (NEVER_INDEXED, 5, 8, 10, 0),
        (LITERAL_INDEXED, 10, 13, 15, 0),
        (INDEXED, 15, 16, 16, 62),
    ]
    assert [each.table for each in found.entries] == ["static", "static", None, None, "dynamic"]
    assert found.plain_size == sum(len(name) + len(value) for name, value in pairs(found))


def test_table_size_updates():
    decoder = HpackDecoder()
    read(decoder, b"\x40\x01k\x01v")
    found, problem = read(decoder, b"\x20\x3f\xe1\x1f\x82")
    assert problem is None
    assert [each.text for each in found.entries[:2]] == ["0 bytes", "4096 bytes"]
    assert found.entries[0].encoding == SIZE_UPDATE
    assert found.table == ()
    late, problem = read(decoder, b"\x82\x20")
    assert "must come before the headers" in problem
    assert late.table_limit == 0


def test_an_entry_that_is_too_large_empties_the_table():
    decoder = HpackDecoder()
    read(decoder, b"\x40\x01k\x01v")
    found, problem = read(decoder, b"\x40\x01x\x7f\xa1\x1f" + b"v" * 4128)
    assert problem is None
    assert found.table == ()
    assert found.table_size == 0


def test_a_header_bomb_is_bounded():
    decoder = HpackDecoder()
    read(decoder, b"\x40\x01k\x7f\x80\x1e" + b"v" * 3967)
    found, problem = read(decoder, b"\xbe" * 1_000_000)
    assert "expand" in problem
    assert len(found.entries) < 300


def test_values_that_are_not_text():
    found, _ = read(HpackDecoder(), b"\x00\x05k-bin\x04\x00\xff\x80\n")
    assert found.entries[0].value == b"\x00\xff\x80\n"
    assert found.entries[0].text == repr(b"\x00\xff\x80\n")
    assert found.get("k-bin") == b"\x00\xff\x80\n"
    assert found.get("nothing") is None


def test_a_decoder_goes_on_from_its_state():
    decoder = HpackDecoder()
    read(decoder, b"\x40\x01k\x01v\x40\x01l\x01w")
    copy = HpackDecoder.restore(*decoder.state())
    read(decoder, b"\x40\x01m\x01x")
    assert pairs(read(copy, b"\xbe\xbf")[0]) == [("l", b"w"), ("k", b"v")]
    assert pairs(read(decoder, b"\xbe\xc0")[0]) == [("m", b"x"), ("k", b"v")]


def test_the_static_table_is_that_of_appendix_a():
    assert len(STATIC_TABLE) == 61
    assert STATIC_TABLE[0] == (":authority", b"")
    assert STATIC_TABLE[7] == (":status", b"200")
    assert STATIC_TABLE[60] == ("www-authenticate", b"")
    assert FRAME_HEADER == 9


NAMES = st.sampled_from([":path", "x-a", "x-b", "grpc-timeout", "k-bin", "a-longer-name-than-the-others"])
VALUES = st.binary(max_size=40)
LISTS = st.lists(
    st.tuples(
        st.lists(st.tuples(NAMES, VALUES, st.booleans()), max_size=8),
        st.booleans(),
        st.sampled_from([None, 0, 60, 500, 4096]),
    ),
    max_size=12,
)


@given(LISTS)
@settings(max_examples=150, derandomize=True, deadline=None)
def test_what_the_hpack_package_writes_is_read(lists):
    encoder, peer, decoder = hpack.Encoder(), hpack.Decoder(), HpackDecoder()
    for entries, huffman, table_size in lists:
        if table_size is not None:
            encoder.header_table_size = table_size
        written = encoder.encode(entries, huffman=huffman)
        found, problem = read(decoder, written)
        assert problem is None
        expected = peer.decode(written, raw=True)
        assert pairs(found) == [(name.decode(), value) for name, value in expected]
        assert [(name.encode(), value) for name, value in found.table] == list(
            peer.header_table.dynamic_entries
        )
        ends = [0, *(each.end for each in found.entries)]
        assert [each.start for each in found.entries] == ends[:-1]
        assert ends[-1] == len(written)


@given(st.lists(st.binary(max_size=60), max_size=6))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_any_bytes_as_the_hpack_package_reads_them(blocks):
    peer, decoder = hpack.Decoder(), HpackDecoder()
    for written in blocks:
        found, problem = read(decoder, written)
        try:
            expected = peer.decode(written, raw=True)
        except hpack.HPACKError:
            assert problem is not None
            return  # after an error the two need not have the same table
        if problem is None:
            assert pairs(found) == [(name.decode("latin-1"), value) for name, value in expected]
