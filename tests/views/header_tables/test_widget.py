"""The header tables: which block, how each entry was encoded, the table beside it, the bits below, odd captures."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace

import hpack
import pytest
import traitlets

from helpers.views.header_tables import HeaderTables, header_tables
from helpers.views.header_tables import html as hpack_face
from helpers.views.header_tables.bits import entry_pieces
from helpers.views.header_tables.model import Blocks, how
from helpers.wire import names
from helpers.wire.capture import Capture
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.http2.hpack import HpackDecoder
from helpers.wire.recording import Recording
from tests.wire.build import PREFACE, REQUEST, RESPONSE, TRAILERS, frame, headers, settings

Sent = tuple[str, bytes]
BROKEN = b"\x82\x40\x01k\x03<b>\xff\x80\x80\x01\x82"


def capture_of(*sent: Sent, before: Iterable[Sent] = ()) -> Capture:
    """What was sent on one connection; ``before`` was sent before the capture began."""
    recording = Recording()
    for direction, payload in [(TO_SERVER, PREFACE + settings()), *before]:
        recording.append(1, direction, payload)
    capture = Capture.begin(recording)
    for direction, payload in sent:
        recording.append(1, direction, payload)
    capture.finish()
    return capture


def three_calls(huffman: bool = False) -> list[Sent]:
    """Three calls as a client makes them that adds what it sends to the table."""
    client, server = hpack.Encoder(), hpack.Encoder()

    def write(encoder, fields, stream, flags=0):
        payload = encoder.encode(fields, huffman=huffman)
        return frame(names.HEADERS, names.END_HEADERS | flags, stream, payload)

    sent: list[Sent] = []
    for stream in (1, 3, 5):
        fields = [*REQUEST, ("grpc-timeout", "2S" if stream == 1 else "1999m")]
        sent.append((TO_SERVER, write(client, fields, stream)))
        sent.append((TO_CLIENT, write(server, RESPONSE, stream)))
        sent.append((TO_CLIENT, write(server, TRAILERS, stream, names.END_STREAM)))
    return sent


def raw(payload: bytes, stream: int = 1) -> Sent:
    return TO_SERVER, frame(names.HEADERS, names.END_HEADERS, stream, payload)


def told(*payloads: bytes) -> list[list[str]]:
    """How the entries of each of these blocks were encoded, in words."""
    (log,) = Blocks(capture_of(*(raw(each, 1 + 2 * n) for n, each in enumerate(payloads)))).logs.values()
    changes = [log.change(position) for position in range(len(log))]
    return [[how(step, change) for step in change.steps] for change in changes]


def test_the_first_call_pays_and_the_others_point():
    text = str(header_tables(capture_of(*three_calls())))
    lines = text.splitlines()
    assert lines[0].startswith("Connection 1, client to server: 3 header blocks")
    assert lines[2].startswith("Request 1  /wiretest.v1.Kinds/Unary  (stream 1): ")
    first, second, third = (text.split(f"Request {n}  ")[1] for n in (1, 2, 3))
    assert "1 B for 11  83 " in first
    assert "static table 3" in first
    assert ":path: /wiretest.v1.Kinds/Unary" in first
    assert "name from static table 4, value written out, added to the table: now 66" in first
    assert "1 B for 29  c2 " in second
    assert "dynamic table 66" in second
    assert "added to the table: now 62" in second
    assert "1 B for 17  be " in third
    assert "dynamic table 62" in third
    assert "Dynamic table after Request 3: " in text
    table = text.split("Dynamic table after Request 3: ")[1]
    assert [line.split()[0] for line in table.splitlines()[1:]] == [str(n) for n in range(62, 68)]
    assert "62     49 B  grpc-timeout: 1999m  (added by Request 2)" in table
    assert "67     61 B  :path: /wiretest.v1.Kinds/Unary  (added by Request 1)" in table


def test_responses_and_trailers_share_a_table():
    text = str(header_tables(capture_of(*three_calls()), "to_client"))
    titles = [line.split("  ")[0] for line in text.splitlines() if "(stream" in line]
    assert titles == ["Response 1", "Trailers 1", "Response 2"]
    assert "grpc-status 0" in text
    assert "grpc-status: 0  (added by Trailers 1)" in text
    assert "… 3 more blocks" in text


def test_every_encoding_in_words():
    written = b"\x82" + b"\x04\x02/a" + b"\x10\x01x\x01y" + b"\x40\x01k\x01v" + b"\x00\x01n\x00" + b"\xbe"
    assert told(b"\x3f\xe1\x1f" + written, b"\xbe\x7e\x01w\x7e\x01z", b"\x20\x40\x01k\x01v") == [
        [
            "table size 4,096",
            "static table 2",
            "name from static table 4, value written out, not added",
            "written out, never indexed",
            "written out, added to the table: now 62",
            "written out, not added",
            "dynamic table 62",
        ],
        [
            "dynamic table 62",
            "name from dynamic table 62, value written out, added to the table: now 63",
            "name from dynamic table 62, value written out, added to the table: now 62",
        ],
        ["table size 0", "written out, too large for the table: empties it"],
    ]
    assert told(b"\x3f\x03\x40\x01k\x01v\x40\x01l\x01w")[0][1:] == [
        "written out, added to the table, evicted again",
        "written out, added to the table: now 62",
    ]


def test_huffman_coding_is_told():
    text = str(header_tables(capture_of(*three_calls(huffman=True))))
    assert "name from static table 4, value Huffman-coded, added to the table" in text
    # The static table has no name "te": both texts are coded.
    assert "  Huffman-coded, added to the table" in text
    assert told(b"\x00\x81\x1f\x01v")[0] == ["in part Huffman-coded, not added"]


def test_the_bits_of_an_indexed_entry():
    (piece,) = pieces(b"\xbe", b"\x40\x01k\x01v")
    assert (piece.title, piece.region, piece.data) == ("index", "hpack", b"\xbe")
    assert [(octet.mark, octet.rest) for octet in piece.octets] == [("1", "0111110")]
    assert "7 bits = 62: row 1 of the dynamic table" in piece.says
    assert "6.1" in piece.says


def pieces(payload: bytes, *before: bytes):
    """The pieces of a block's first entry."""
    decoder = HpackDecoder()
    for each in before:
        decoder.decode(each, ())
    block, problem = decoder.decode(payload, ())
    assert problem is None
    return entry_pieces(block.entries[0], payload)


@pytest.mark.parametrize(
    ("first", "mark", "section"),
    [(b"\x40", "01", "6.2.1"), (b"\x00", "0000", "6.2.2"), (b"\x10", "0001", "6.2.3")],
)
def test_the_bits_of_a_literal(first, mark, section):
    payload = first + b"\x01k\x02ab"
    index, name_length, name, length, value = pieces(payload)
    assert index.octets[0].mark == mark
    assert f"section {section}" in index.says
    assert "the name follows" in index.says
    assert (name_length.data, name.data, name.says) == (b"\x01", b"k", "k")
    assert [(octet.mark, octet.rest) for octet in length.octets] == [("0", "0000010")]
    assert (value.region, value.data, value.says) == ("value", b"ab", "ab")
    assert b"".join(each.data for each in pieces(payload)) == payload


def test_the_bits_of_long_integers_and_huffman_codes():
    (size,) = pieces(b"\x3f\xe1\x1f")
    assert [(octet.mark, octet.rest) for octet in size.octets] == [
        ("001", "11111"),
        ("1", "1100001"),
        ("0", "0011111"),
    ]
    assert "31 + 97 + 31 × 128 = 4,096 bytes" in size.says
    # RFC 7541 C.4.1: www.example.com
    _, length, value = pieces(bytes.fromhex("418cf1e3c2e5f23a6ba0ab90f4ff"))
    assert length.octets[0].mark == "1"
    assert "Then 7 bits = 12 bytes" in length.says
    assert "15 characters in 12 bytes" in value.says
    assert [(code.text, code.bits) for code in value.codes[:4]] == [*[("w", "1111000")] * 3, (".", "010111")]
    assert len(value.codes) == 12
    # Every prefix at its border: all ones with nothing to add.
    (long,) = pieces(b"\xff\x00", *[b"\x40\x01%c\x00" % (97 + n % 26) for n in range(80)])
    assert "127 + 0 = 127" in long.says


def test_the_static_face_is_complete_and_strict(parse):
    capture = capture_of(*three_calls())
    bundle = HeaderTables(capture)._repr_mimebundle_()
    assert bundle["text/plain"] == str(header_tables(capture))
    page = parse(bundle["text/html"])
    tags = "style div p b i s bdi strong span small ol ul li table thead tbody tr th td"
    assert page.tags() <= {*tags.split(" ")}
    entries = [attrs for tag, attrs in page.elements if "data-entry" in attrs]
    assert [attrs["data-entry"] for attrs in entries] == [str(n) for n in range(7)] * 3
    assert sum("data-row" in attrs for _, attrs in page.elements) == 6
    assert "Dynamic table after Request 3" in " ".join(page.text.split())
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_entries_and_rows_are_linked_by_number(parse):
    view = header_tables(capture_of(*three_calls()))
    view.block = 2
    page = parse(view.content["html"])
    rows = {attrs["data-name"]: attrs["data-rows"] for _, attrs in page.elements if "data-entry" in attrs}
    numbers = [attrs["data-row"] for _, attrs in page.elements if "data-row" in attrs]
    assert numbers == ["6", "5", "4", "3", "2", "1"]
    # The timeout takes its name from the row that the first call added, and adds one more.
    assert rows == {
        ":method": "",
        ":scheme": "",
        ":path": "1",
        ":authority": "2",
        "content-type": "3",
        "te": "4",
        "grpc-timeout": "5 6",
    }
    bits = [attrs for _, attrs in page.elements if "data-bits" in attrs]
    assert len(bits) == 7
    assert "new" in page.text
    assert "used as 65" in page.text
    words = next(attrs["data-words"] for _, attrs in page.elements if attrs.get("data-name") == ":path")
    assert words == ":path: /wiretest.v1.Kinds/Unary. dynamic table 66. 1 byte for 29 written out."


def test_evicted_rows_are_told():
    blocks = [b"\x3f\x2b\x40\x01k\x01v\x40\x01l\x01w", b"\x40\x01m\x01x"]
    view = header_tables(capture_of(*(raw(each, 1 + 2 * n) for n, each in enumerate(blocks))))
    assert "Evicted" not in view.content["html"]
    view.block = 2
    assert "Evicted" in view.content["html"]
    assert '<li data-row="1"><s><bdi>k: v</bdi></s>' in view.content["html"]
    assert "evicts 1" in view.content["html"]


def test_a_cell_can_step_and_turn():
    view = header_tables(capture_of(*three_calls()))
    assert view.content["shown"] == [1, "to_server", 1]
    view.block = 3
    assert view.content["words"].startswith("Request 3: ")
    view.direction = "to_client"
    assert view.content["shown"] == [1, "to_client", 5], "the response to the request that was seen"
    view.block = 4
    view.direction = "to_server"
    assert view.content["shown"] == [1, "to_server", 2]
    view.block = 99
    assert (view.block, view.content["shown"][2]) == (3, 3)
    view.block = -5
    assert view.block == 1
    view.connection = 77
    assert view.connection == 1
    with pytest.raises(traitlets.TraitError):
        view.direction = "sideways"


def test_what_a_page_asks_is_answered_with_its_number():
    view = header_tables(capture_of(*three_calls()))
    view.set_state({"block": 2, "asked": 7})
    assert (view.content["asked"], view.content["shown"][2]) == (7, 2)
    view.set_state({"block": 400, "asked": 8})
    assert (view.content["asked"], view.content["shown"][2]) == (8, 3)


def test_what_does_not_exist_is_refused():
    capture = capture_of(*three_calls())
    with pytest.raises(ValueError, match="unknown direction 'both'; one of to_server, to_client"):
        header_tables(capture, "both")
    with pytest.raises(ValueError, match="connection 2 has no header blocks; those that have are 1"):
        header_tables(capture, connection=2)
    with pytest.raises(ValueError, match="no connection has any"):
        header_tables(capture_of(), connection=1)
    assert header_tables(capture, connection=1).connection == 1


def test_several_connections():
    recording = Recording()
    for connection in (1, 2, 3):
        payload = PREFACE + settings()
        payload += b"".join(headers(REQUEST, 1 + 2 * n) for n in range(connection - 1))
        recording.append(connection, TO_SERVER, payload)
    view = header_tables(Capture.of(recording))
    assert list(view.content["connections"]) == [2, 3]
    assert view.connection == 2
    view.connection = 3
    assert view.content["count"] == 2
    assert header_tables(Capture.of(recording), connection=3).content["count"] == 2


def test_nothing_captured_is_told():
    view = header_tables(capture_of())
    assert view.content["state"] == "empty"
    assert "No header block yet" in str(view)
    recording = Recording()
    recording.append(1, TO_SERVER, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    assert "this is HTTP/1.1" in str(header_tables(Capture.of(recording)))
    requests = header_tables(capture_of(three_calls()[0]))
    requests.direction = "to_client"
    assert requests.content["state"] == "empty"
    assert "server to client: 0 header blocks" in requests.content["html"]
    assert requests.content["ways"] == [
        ["to_server", "Requests", 1],
        ["to_client", "Responses and trailers", 0],
    ]


def test_an_open_capture_shows_what_there_is_at_each_step():
    recording = Recording()
    capture = Capture.begin(recording)
    view = header_tables(capture)
    assert view.content["open"]
    recording.append(1, TO_SERVER, PREFACE + settings())
    for direction, payload in three_calls():
        recording.append(1, direction, payload)
    view.set_state({"asked": 1})
    assert (view.content["count"], view.content["state"], view.connection) == (3, "running", 1)
    capture.finish()
    view.set_state({"asked": 2})
    assert (view.content["open"], view.content["state"]) == (False, "done")


def test_a_malformed_block_is_shown_as_far_as_it_goes(parse):
    view = header_tables(capture_of(raw(headers(REQUEST)[9:]), raw(BROKEN, 3), raw(b"\x82", 5)))
    view.block = 2
    assert view.content["state"] == "malformed"
    page = parse(view.content["html"])
    assert "Malformed" in page.text
    assert "index 16511 is not in the tables" in page.text
    assert "not readable" in page.text
    assert "ff 80 80 01 82" in page.text
    assert [attrs["data-name"] for _, attrs in page.elements if "data-entry" in attrs] == [":method", "k"]
    assert "malformed: header block, byte 8: index 16511" in str(view)
    cut = header_tables(capture_of(raw(b"\xff\x80\x80\x01")))
    assert cut.content["words"].startswith("Request 1: 4 bytes")
    assert "Dynamic table after Request 1: 0 of 4,096 bytes\n  empty" in str(cut)


def test_a_connection_older_than_the_capture_is_told():
    sent = three_calls()
    view = header_tables(capture_of(*sent[3:], before=sent[:3]))
    sentence = "This connection is older than the capture: 5 rows of its table were added before"
    assert sentence in str(view)
    assert sentence in view.content["html"]
    assert "older than the capture" in view.content["html"].split("gv-hpack-rows")[1]
    assert ":path: /wiretest.v1.Kinds/Unary  (older than the capture)" in str(view)
    assert "older" not in str(header_tables(capture_of(*sent)))


def test_a_block_over_several_frames():
    payload = headers(REQUEST)[9:]
    split = frame(names.HEADERS, 0, 1, payload[:20]) + frame(
        names.CONTINUATION, names.END_HEADERS, 1, payload[20:]
    )
    text = str(header_tables(capture_of((TO_SERVER, split))))
    assert "stream 1, in HEADERS and 1 CONTINUATION frame" in text
    assert f"{len(payload)} bytes for 108 written out" in text


def test_what_comes_from_the_wire_is_escaped(parse):
    evil = "<img src=x onerror=alert(1)>\u202e\"'&"
    fields = [(":path", evil.encode()), (evil.encode()[:28], b"\x00<script>\xff"), ("long", b"x" * 5000)]
    fields += [("other", b"<b>" * 2000)]  # evicts
    view = header_tables(capture_of((TO_SERVER, headers(fields))))
    for markup in (view.content["html"], view.content["strip"], view.static()["text/html"]):
        page = parse(markup)
        assert not {"img", "script"} & page.tags()
        assert "\u202e" not in page.text
        assert len(markup) < 60_000
    assert "<img src=x onerror=alert(1)>" in parse(view.content["html"]).text
    assert "\u202e" not in str(view)


def test_only_what_is_seen_is_sent():
    encoder = hpack.Encoder()
    blocks = b"".join(headers([*REQUEST, ("id", f"{n}")], 1 + 2 * n, 0, encoder) for n in range(3000))
    view = header_tables(capture_of((TO_SERVER, blocks)))
    view.block = 1501
    assert view.content["count"] == 3000
    assert "Request 1,501" in view.content["html"]
    assert "blocks 1,481 to 1,520" in view.content["strip"]
    assert view.content["strip"].count("data-go=") == hpack_face.PAGE
    assert len(view.content["strip"]) + len(view.content["html"]) < 120_000
    assert "2,997 more blocks" in str(view)


def test_a_huge_block_is_cut(parse):
    view = header_tables(
        capture_of(raw(b"\x82" * 1000), raw(b"\x3f\xe1\xff\x03" + b"\x40\x01k\x01v" * 300, 3))
    )
    assert "800 more entries" in view.content["html"]
    view.block = 2
    assert "101 more entries" in parse(view.content["html"]).text
    assert "800 more entries" in str(view)


def test_it_leaves_nothing_behind():
    view = header_tables(capture_of(*three_calls()))
    layout = view.layout
    view.stop()
    assert view.comm is not None
    view.close()
    assert view.comm is None
    assert layout.comm is None


def test_it_needs_no_more_of_a_capture_than_its_frames():
    capture = capture_of(*three_calls())
    bare = SimpleNamespace(frames=capture.frames, notes=(), open=False, version=0)
    assert str(header_tables(bare)) == str(header_tables(capture))
