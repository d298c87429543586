"""Trees of regions on the way to the browser."""

from __future__ import annotations

from helpers.views.bytes import encode
from helpers.views.bytes.encode import encode_region
from helpers.wire.byte_region import ByteRegion
from helpers.wire.byte_regions import message_regions


def test_an_empty_message_is_no_item_more():
    empty = message_regions(b"")
    assert encode_region(empty, 0) == [0, 0, "message", "value", "message", "0 B", None, []]
    within = ByteRegion(
        0,
        14,
        "frame",
        "DATA",
        children=(ByteRegion(0, 14, "prefix", "prefix"), ByteRegion(14, 14, "message", "M")),
    )
    assert [each[4] for each in encode_region(within, 14)[7]] == ["prefix", "M"]


def test_nodes_beyond_what_is_shown_have_their_true_sizes():
    long = bytes(100_000)
    sent = b"".join(b"\x0a\xa0\x8d\x06" + long for _ in range(5))
    encoded = encode_region(message_regions(sent), 262_144)
    assert encoded[:2] == [0, len(sent)]
    assert [end - start for start, end, *_ in encoded[7]] == [100_004, 100_004, 100_004, 200_008]
    assert encoded[7][-1][4] == "… 2 items more"


def test_trees_have_bounds(monkeypatch):
    wide = ByteRegion(
        0, 1000, "message", "M", children=tuple(ByteRegion(n, n + 1, "field", f"f{n}") for n in range(1000))
    )
    encoded = encode_region(wide)
    assert len(encoded[7]) == encode.MOST_CHILDREN + 1
    assert (encoded[7][-1][2], encoded[7][-1][4]) == ("more", "… 600 items more")
    monkeypatch.setattr(encode, "MOST_NODES", 10)
    assert len(encode_region(wide)[7]) == 11
    assert [each[:2] for each in encode_region(wide, 3)[7]] == [[0, 1], [1, 2], [2, 3], [3, 1000]]
