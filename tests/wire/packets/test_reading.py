"""Capture files of tcpdump and Wireshark: whatever their form, the same connections; and what they lack is told."""

from __future__ import annotations

import gzip
import os
import random
import struct
from ipaddress import ip_address
from pathlib import Path

import hpack
import pytest

from helpers.views.capture.explain import explain_frame
from helpers.views.capture.html import capture_html, capture_text
from helpers.wire import Capture, CaptureFileError, Gap, load, names
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.packets import flows, inflow
from tests.wire.build import (
    OPENING,
    REQUEST,
    RESPONSE,
    TRAILERS,
    Sent,
    data,
    headers,
    message,
    records,
    unary,
)
from tests.wire.packets.build import (
    ACK,
    CLIENT,
    ETHERNET,
    LINKS,
    PSH,
    RST,
    SERVER,
    SYN,
    Packet,
    Talk,
    block,
    ip,
    link,
    pcap,
    pcapng,
    tcp,
)


def packed(content: bytes) -> bytes:
    """The content compressed, to the same bytes each time."""
    return gzip.compress(content, mtime=0)


C, S, END = TO_SERVER, TO_CLIENT, names.END_STREAM
OPEN = "10.0.0.5:43000 → 10.0.0.9:50051"
LONG = bytes(range(256)) * 20


def calls(count: int, reply: bytes = b"\x0a\x01y") -> list[Sent]:
    """Calls whose headers are in the tables after the first one, as real peers have it."""
    client, server = hpack.Encoder(), hpack.Encoder()
    sent: list[Sent] = []
    for stream in range(1, 2 * count, 2):
        asked = headers(REQUEST, stream, encoder=client) + data(message(b"\x0a\x01x"), stream, END)
        answer = headers(RESPONSE, stream, encoder=server) + data(message(reply), stream)
        sent += [(C, asked), (S, answer + headers(TRAILERS, stream, END, encoder=server))]
    return sent


@pytest.fixture
def read(tmp_path: Path):
    """Reads a file with some content."""

    def read(content: bytes) -> Capture:
        file = tmp_path / "some.capture"
        file.write_bytes(content)
        return load(file)

    return read


@pytest.fixture
def seen(read):
    """Reads a pcap of some packets."""
    return lambda packets, **form: read(pcap(packets, **form))


def told(capture: Capture) -> list[tuple]:
    """Frames without their times and the addresses."""
    return [
        (each.direction, each.name, each.raw, each.offset, each.stream, each.problem)
        for each in capture.frames
        if each.name not in ("OPEN", "FIN")
    ]


TALK = Talk().begin().say([*OPENING, *calls(3, LONG)]).close()
PLAIN = Capture(Decoder(keep=False), records([*OPENING, *calls(3, LONG)]), start_ns=0, end_ns=0)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", [pcap, pcapng])
@pytest.mark.parametrize("kind", LINKS)
def test_the_form_of_the_file_does_not_matter(read, form, kind, order):
    capture = read(form(TALK.linked(kind), kind=kind, order=order))
    assert told(capture) == told(PLAIN)
    assert capture.frames[0].name == "OPEN"
    assert capture.frames[0].summary == OPEN
    assert [each.status for each in capture.calls] == ["OK"] * 3
    assert capture.calls[0].start_ns == TALK.packets[5][0]
    assert capture.notes == ()


@pytest.mark.parametrize(
    ("content", "unit"),
    [
        (pcap(TALK.packets, nano=False), 1000),
        (pcapng(TALK.packets, resolution=b""), 1000),
        (packed(pcapng(TALK.packets)), 1),
        (pcap(TALK.linked(ETHERNET, 2), kind=ETHERNET), 1),
        (pcap([(t, link(ETHERNET, raw) + bytes(6)) for t, raw in TALK.packets], kind=ETHERNET), 1),
    ],
    ids=["microseconds", "pcapng in microseconds", "gzip", "VLAN in VLAN", "padding"],
)
def test_other_forms(read, content, unit):
    capture = read(content)
    assert told(capture) == told(PLAIN)
    assert all(each.t_ns % unit == 0 for each in capture.frames)


def test_ipv6_with_extension_headers(seen):
    talk = Talk(("fe80::1", 43_000), ("fe80::2", 50_051)).begin().say([*OPENING, *unary()])
    before = bytes((0, 6)) + bytes(7)  # hop by hop first, TCP after it
    capture = seen((t, ip(_v6(raw, 8), _v6(raw, 24), 6, raw[40:], before=before)) for t, raw in talk.packets)
    assert capture.frames[0].summary == "[fe80::1]:43000 → [fe80::2]:50051"
    assert [each.status for each in capture.calls] == ["OK"]


def _v6(raw: bytes, at: int) -> str:
    return str(ip_address(raw[at : at + 16]))


@pytest.mark.parametrize("seed", range(6))
def test_segments_come_late_twice_and_overlapping(seen, seed):
    chance = random.Random(seed)
    talk = Talk(first=(2**32 - 50, 2**32 - 3000)).begin()  # the numbers begin anew on the way
    talk.say([*OPENING, *calls(3, LONG)], size=chance.choice([7, 100, 1448]))
    begin, rest = talk.packets[:3], talk.packets[3:]
    more = list(rest)
    for t_ns, raw in chance.sample(rest, len(rest) // 3):
        more.append((t_ns + chance.randrange(3000), raw))
    for n in range(len(rest) - 1):  # two in one, sent again
        (t_ns, one), (_, two) = rest[n : n + 2]
        if one[20:24] == two[20:24] and chance.random() < 0.3:
            sequence, ack = struct.unpack_from(">II", one, 24)
            more.append((t_ns, tcp(*_ends(one), sequence, ACK | PSH, one[52:] + two[52:], ack)))
    more.sort(key=lambda each: each[0] + chance.randrange(4000))
    capture = seen([*begin, *more])
    assert sorted(told(capture), key=str) == sorted(told(PLAIN), key=str)
    assert len(capture.notes) == 1
    assert "came again" in capture.notes[0]


def _ends(raw: bytes):
    ends = CLIENT, SERVER
    return ends if int.from_bytes(raw[20:22], "big") == CLIENT[1] else ends[::-1]


def lossy(seen, drop: int) -> Capture:
    return seen([each for n, each in enumerate(TALK.packets) if n != drop])


def test_bytes_that_are_missing_within_a_frame(seen):
    place = next(n for n, (_, raw) in enumerate(TALK.packets) if len(raw) > 1400) + 1
    capture = lossy(seen, place)
    (gap,) = (each for each in capture.frames if isinstance(each, Gap))
    assert (gap.lost, gap.within, gap.stream, gap.direction) == (1448, True, 1, S)
    assert capture.notes == ("1,448 bytes are missing in the file; frames named LOST say where.",)
    first, *others = capture.calls
    assert (first.status, len(first.requests), len(first.responses)) == ("OK", 1, 0)
    assert first.remarks == (
        "Message 0 of the response: 1,448 of its 5,125 bytes are missing in the capture.",
    )
    assert [(each.status, len(each.responses), each.remarks) for each in others] == [("OK", 1, ())] * 2
    assert others[0].path == "/wiretest.v1.Kinds/Unary"
    assert sum(each.size for each in capture.frames) + 1448 == PLAIN.totals.wire
    for drawn in (capture_text(capture), capture_html(capture), capture.text()):
        assert "1,448 bytes" in drawn
    assert all(each.start_ns for each in capture.calls)


def test_frames_that_are_missing_are_not_made_up(seen):
    capture = lossy(seen, 5)  # the first request
    first, second, third = capture.calls
    assert first.remarks == ("Its beginning is missing in the capture.",)
    assert (first.path, first.status) == ("", "OK")
    for each in second, third:
        assert each.path == ""
        assert not any(entry.known for entry in each.request_headers[2:])
        assert "not known" in each.request_headers[2].text
        assert "4 of the request" in each.remarks[0]
        assert each.metadata == ()
        assert sum(entry.plain_size for entry in each.request_headers[2:]) == 4
        assert (len(each.requests), len(each.responses), each.status) == (1, 1, "OK")
        assert each.protocol == "gRPC"
    names_ = [each.name for each in second.request_headers[2:]]
    assert names_ == [each.name for each in third.request_headers[2:]]
    assert len(set(names_)) == 4
    assert {sample.direction for sample in capture.windows()} <= {C, S}


@pytest.mark.parametrize("start", range(5, 16))
def test_a_file_that_begins_in_the_middle(seen, start):
    capture = seen(TALK.packets[start:])
    assert capture.frames[0].name == "JOINED"
    assert capture.frames[0].summary == OPEN
    assert "began before the capture" in capture.notes[0]
    assert {each.stream for each in capture.calls} <= {1, 3, 5}
    last = capture.calls[-1]
    assert (last.stream, len(last.requests), len(last.responses)) == (5, 1, 1)
    whole = {each for each in told(PLAIN) if each[1] != "PREFACE"}
    read = {
        (f.direction, f.name, f.raw, f.stream)
        for f in capture.frames
        if getattr(f, "type", None) is not None and f.name != "PART"
    }
    assert read <= {(each[0], each[1], each[2], each[4]) for each in whole}
    assert capture.windows() == ()
    assert capture_html(capture)


def test_a_status_that_is_not_known_is_not_made_up(seen):
    capture = seen(TALK.packets[11:])
    last = capture.calls[-1]
    assert (last.status, last.http_status, last.done) == (None, 200, True)
    assert last.outcome == "ended, its status is not known"
    asked, *_, ended = (each for each in last.frames if each.name == "HEADERS")
    assert (asked.role, asked.summary, ended.role) == ("request headers", "POST (not known)", "trailers")
    assert "What it asks for is not known" in explain_frame(asked, last)
    assert "carry a status that is not known" in explain_frame(ended, last)


def test_packets_that_were_cut_off(seen):
    capture = seen(TALK.packets, longest=200)
    assert any("cut off when captured (snap length)" in note for note in capture.notes)
    assert capture.calls[0].status is None
    assert capture.calls[0].outcome == "its end is missing in the capture"
    assert [each.path for each in capture.calls] == ["/wiretest.v1.Kinds/Unary"] * 3


@pytest.mark.parametrize("ports", [(43_000, 50_051), (50_051, 43_000), (20_000, 20_001), (80, 60_000)])
@pytest.mark.parametrize("begun", [True, False])
def test_who_the_client_is(seen, ports, begun):
    talk = Talk((CLIENT[0], ports[0]), (SERVER[0], ports[1])).begin().say([*OPENING, *calls(2)])
    capture = seen(talk.packets[0 if begun else 5 :])
    assert capture.frames[0].summary == f"10.0.0.5:{ports[0]} → 10.0.0.9:{ports[1]}"
    assert [len(each.requests) for each in capture.calls] == [1, 1]


def test_several_connections_and_a_port_that_is_used_again(seen):
    one = Talk().begin().say([*OPENING, *unary()]).close()
    two = Talk(("10.0.0.6", 43_000), t_ns=10**18 + 500).begin().say([*OPENING, *unary(), *unary(stream=3)])
    again = Talk(first=(77_777, 88_888), t_ns=one.t_ns + 10**9).begin().say([*OPENING, *unary(stream=5)])
    capture = seen(sorted([*one.packets, *two.packets, *again.packets]))
    assert [(each.connection, each.stream) for each in capture.calls] == [(1, 1), (2, 1), (2, 3), (3, 5)]
    assert [each.t_ns for each in capture.frames] == sorted(each.t_ns for each in capture.frames)


def test_how_connections_end(seen):
    refused = Talk(("10.0.0.1", 50_000), t_ns=0)
    refused.add(C, SYN, back=1)
    refused.add(S, RST | ACK)
    reset = Talk(("10.0.0.2", 50_000)).begin().say([*OPENING, (C, headers(REQUEST))])
    reset.add(S, RST)
    reset.add(C, ACK)
    idle = Talk(("10.0.0.3", 50_000), t_ns=0).begin().close()
    capture = seen([*refused.packets, *reset.packets, *idle.packets])
    events = [(each.connection, each.name) for each in capture.frames if not each.raw]
    assert events == [(1, "OPEN"), (1, "REFUSED"), (2, "OPEN"), (2, "RESET")]
    assert capture.calls[0].cut == "the server reset the connection"
    assert capture.notes == (
        "1 connection was refused: nobody listened there.",
        "1 connection is left out: no data passed.",
    )


def test_what_is_no_http_is_left_out_and_counted(seen):
    other = Talk(("10.0.0.7", 41_000), ("10.0.0.8", 5432)).begin()
    other.say([(C, b"\0\0\0\x08\x04\xd2\x16\x2f"), (S, b"N"), (C, bytes(3000))])
    middle = Talk(("10.0.0.7", 41_001), ("10.0.0.8", 6379)).say([(C, b"*1\r\n$4\r\nPING\r\n" * 9000)])
    udp = ip("10.0.0.1", "10.0.0.2", 17, bytes(20))
    packets = [
        *other.packets,
        *middle.packets,
        (1, udp),
        (2, udp),
        (3, ip("1.1.1.1", "2.2.2.2", 6, bytes(40), 0x2000)),
    ]
    capture = seen([*packets, (4, b"\x45"), *TALK.packets])
    assert told(capture) == told(PLAIN)
    assert capture.notes == (
        "2 connections are left out: neither HTTP nor TLS (to port 5432, 6379).",
        "2 packets are left out: no TCP.",
        "1 IP fragment is left out: fragments are not put together here.",
        "1 packet is left out: damaged or cut off within the headers.",
    )


def test_http1_and_tls_are_shown_as_they_are(seen):
    web = Talk(("10.0.0.1", 50_000), ("10.0.0.2", 80)).begin()
    web.say(
        [(C, b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n"), (S, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")]
    )
    secret = b"\x17\x03\x03\x00\x20" + bytes(32)
    tls = Talk(("10.0.0.3", 50_000), ("10.0.0.4", 443)).say([(C, secret), (S, secret * 3)])
    capture = seen([*web.packets, *tls.packets])
    assert [(each.method, each.status) for each in capture.exchanges] == [("GET", 200)]
    assert [each.name for each in capture.frames if each.connection == 2] == ["JOINED", *["TLS"] * 4]


@pytest.mark.parametrize("suffix", ["pcap", "h2cap"])
def test_what_was_read_can_be_saved_and_read_again(seen, tmp_path, suffix):
    place = next(n for n, (_, raw) in enumerate(TALK.packets) if len(raw) > 1400) + 1
    for packets in (TALK.packets, TALK.packets[7:], [*TALK.packets[:place], *TALK.packets[place + 1 :]]):
        capture = seen(packets)
        file = tmp_path / f"again.{suffix}"
        (capture.save if suffix == "h2cap" else capture.save_pcap)(file)
        again = load(file)
        assert told(again) == told(capture)
        assert [repr(each) for each in again.calls] == [repr(each) for each in capture.calls]
        if suffix == "h2cap":
            assert (again.notes, again.title) == (capture.notes, capture.title)
            assert again.frames == capture.frames


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is no capture: neither .h2cap nor pcap nor pcapng"),
        (b"hello, this is text", "is no capture"),
        (b"h2cap 2 00000000\n", "comes from a later version"),
        (pcap([])[:20], "cannot be read: it is cut short"),
        (pcap([(0, b"x" * 40)])[:-1], "cannot be read: it is cut short"),
        (pcap([])[:24] + struct.pack("<IIII", 0, 0, 2**31, 2**31), "a packet claims 2,147,483,648 bytes"),
        (pcapng([])[:10], "cannot be read: it is cut short"),
        (b"\x0a\x0d\x0d\x0a\x1c\0\0\0" + bytes(40), "does not say its byte order"),
        (pcapng([]) + struct.pack("<II", 6, 7), "a block claims 7 bytes"),
        (pcapng([])[:28] + block(6, bytes(20)), "names an interface that is not described"),
        (packed(b"no capture at all"), "what it holds is no capture"),
        (packed(pcap(TALK.packets))[:15], "cannot be read: it is cut short"),
        (b"\x1f\x8b" + bytes(30), "cannot be read: it is damaged"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(read, content, what):
    with pytest.raises(CaptureFileError) as caught:
        read(content)
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("form", [pcap, pcapng])
def test_of_a_damaged_file_the_beginning_is_read(read, form):
    whole = form(TALK.packets)
    capture = read(whole[:-10])
    count = len(TALK.packets) - 1
    assert capture.notes[0] == f"The file could be read up to packet {count} only: it is cut short."
    assert [each.status for each in capture.calls] == ["OK"] * 3
    assert "claims" in read(whole + b"\xff" * 40).notes[0]
    broken = packed(whole)
    assert "up to packet" in read(broken[: len(broken) - 60]).notes[0]


def test_a_file_without_http_is_an_empty_capture_that_says_so(seen):
    capture = seen([(0, ip("10.0.0.1", "10.0.0.2", 17, bytes(20)))])
    assert capture.frames == ()
    assert capture.notes[0] == "There is no connection with HTTP or TLS among 1 packet."
    assert capture_text(capture)
    assert capture_html(capture)
    assert seen([]).notes == ("There is no connection with HTTP or TLS among 0 packets.",)


def test_a_link_type_that_is_not_read(seen):
    assert (
        seen([(0, b"x" * 60)] * 2, kind=147).notes[1]
        == "2 packets are left out: link type 147 is not read here."
    )


def test_what_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError):
        load(tmp_path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none")
    if not hasattr(os, "mkfifo"):
        return
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CaptureFileError, match="is no file but a pipe or a device"):
        load(tmp_path / "pipe")


def test_a_segment_that_never_comes_is_not_waited_for_without_end(seen, monkeypatch):
    monkeypatch.setattr(inflow, "HELD_SEGMENTS", 20)
    talk = Talk().begin().say([*OPENING, *calls(60)])
    one_way = [each for each in talk.packets if each[1][12:16] == talk.packets[0][1][12:16]]
    capture = seen([each for n, each in enumerate(one_way) if n != 5])
    gaps = [each for each in capture.frames if isinstance(each, Gap)]
    (gap,) = (each for each in gaps if each.direction == C)
    assert sum(each.lost for each in gaps if each.direction == S) > 1000  # the client has acknowledged it all
    assert gap.lost == len(one_way[5][1]) - 52
    assert len(capture.calls) == 59


def test_many_connections_are_followed_up_to_a_number(seen, monkeypatch):
    monkeypatch.setattr(flows, "MOST_FLOWS", 8)
    packets: list[Packet] = []
    for n in range(40):
        packets += (
            Talk((f"10.0.1.{n}", 50_000), t_ns=10**18 + n * 10**6).begin().say([*OPENING, *unary()]).packets
        )
    capture = seen(packets)
    assert [each.status for each in capture.calls] == ["OK"] * 40
    assert capture.notes == ("32 connections were taken for ended: there were too many at a time.",)
