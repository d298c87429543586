"""Any file: a capture, or one sentence; work and memory in proportion to its size."""

from __future__ import annotations

import gzip
import tracemalloc
from io import BytesIO

import hpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.wire import names
from helpers.wire.capture import Capture
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.http2.frames import Http2Frame
from helpers.wire.packets import flows, inflow
from helpers.wire.packets.reading import read_packets
from helpers.wire.record import Record
from helpers.wire.storage import CaptureFileError
from tests.wire.build import OPENING, REQUEST, RESPONSE, TRAILERS, data, frame, headers, message, unary
from tests.wire.packets.build import ACK, ETHERNET, PSH, SYN, Talk, ip, pcap, pcapng, tcp
from tests.wire.test_linear import lines

C, S, END = TO_SERVER, TO_CLIENT, names.END_STREAM
EXAMPLES = settings(max_examples=60, derandomize=True, deadline=None)

TALK = Talk().begin().say([*OPENING, *unary(), *unary(stream=3)], size=40).close()
SIX = Talk(("fe80::1", 43_000), ("fe80::2", 443)).begin().say([*OPENING, *unary()])
FILES = (
    pcap(TALK.packets),
    pcapng(TALK.packets),
    pcap(TALK.linked(ETHERNET, 1), kind=ETHERNET, order=">", nano=False),
    pcapng(SIX.packets, order=">", resolution=b"\x86"),
    pcap(TALK.packets, longest=70),
    gzip.compress(pcap(TALK.packets), mtime=0),
    pcap(TALK.packets[9:]),
)
# where a file is changed, and to what; a value above 255 removes the byte instead
CHANGES = st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 300)), max_size=12)


def look(content: bytes) -> Capture | None:
    """What a learner does with a file."""
    try:
        saved = read_packets(BytesIO(content), "some.pcap")
    except CaptureFileError:
        return None
    start = Decoder.restore(saved.state, keep=False)
    capture = Capture(start, saved.records, start_ns=saved.start_ns, end_ns=saved.end_ns, remarks=saved.notes)
    assert capture.text() is not None
    for each in capture.frames:
        assert repr(each)
        assert capture.explain(each).end == each.size
    for call in capture.calls:
        assert repr(call)
        assert call.metadata is not None
    assert capture.windows() is not None
    assert sum(each.size for each in capture.frames) + capture.totals.unfinished == capture.totals.wire
    assert capture.totals.wire == sum(len(record.data) for record in saved.records)
    return capture


@given(st.sampled_from(FILES), CHANGES, st.integers(0, 6000))
@EXAMPLES
def test_a_file_with_changed_bytes(file, changes, end):
    content = bytearray(file)
    for at, value in changes:
        if at < len(content):
            content[at : at + 1] = bytes((value,)) if value < 256 else b""
    look(bytes(content[:end] if end % 3 == 0 else content))


@given(
    st.lists(st.tuples(st.sampled_from(TALK.packets), st.integers(0, 60), st.integers(0, 255)), max_size=40)
)
@EXAMPLES
def test_packets_in_any_order_with_changed_bytes(chosen):
    packets = []
    for (t_ns, raw), at, value in chosen:
        changed = bytearray(raw)
        if value % 2:
            changed[min(at, len(raw) - 1)] = value
        packets.append((t_ns, bytes(changed)))
    look(pcap(packets))


@given(st.binary(max_size=300), st.sampled_from([file[:24] for file in FILES]))
@EXAMPLES
def test_any_bytes_after_a_head(rest, head):
    look(head + rest)


@given(
    st.lists(
        st.tuples(st.sampled_from((C, S)), st.one_of(st.binary(max_size=50), st.integers(0, 3000))),
        max_size=20,
    ),
    st.booleans(),
)
@EXAMPLES
def test_gaps_anywhere(sent, joined):
    """Pieces and gaps of two directions, in a conversation that makes sense."""
    records = [Record(1, C, 0, b"", "JOINED: a → b")] if joined else []
    whole = [*OPENING, *unary(), *unary(stream=3)]
    for n, (direction, what) in enumerate(sent):
        event = None if isinstance(what, bytes) else f"LOST: {what}"
        records.append(Record(1, direction, n, what if isinstance(what, bytes) else b"", event))
        records.append(Record(1, *whole[n % len(whole)][:1], n, whole[n % len(whole)][1]))
    decoder = Decoder()
    middle = Decoder(keep=False)
    for n, record in enumerate(records):
        decoder.feed(record)
        if n < len(records) // 2:
            middle.feed(record)
    after = middle.clone()
    for record in records[len(records) // 2 :]:
        after.feed(record)
    numbers = {(each.number, each.name) for each in after.frames}
    assert [repr(each) for each in decoder.frames if (each.number, each.name) in numbers] == [
        repr(each) for each in after.frames
    ]
    for call in decoder.calls:
        assert repr(call)


def changing(count: int) -> Talk:
    """Calls whose headers change from one to the next, so that the header tables turn over."""
    client, server = hpack.Encoder(), hpack.Encoder()
    talk = Talk().begin().say(OPENING)
    for n in range(count):
        stream, asked = 2 * n + 1, [*REQUEST, ("x-id", f"request {n}"), ("x-same", "s")]
        talk.say(
            [(C, headers(asked, stream, encoder=client) + data(message(b"%d" % n * 40), stream, END))], 90
        )
        answer = headers([*RESPONSE, ("x-n", str(n % 3))], stream, encoder=server)
        body = data(message(b"reply %d " % n * (1 + 30 * (n % 4))), stream)
        talk.say([(S, answer + body + headers(TRAILERS, stream, END, encoder=server))], 400)
    return talk


CHANGING = changing(12)
WHOLE = look(pcap(CHANGING.packets))
TRUE_FRAMES = {(each.direction, each.raw): each for each in WHOLE.frames if isinstance(each, Http2Frame)}
TRUE_MESSAGES = {(call.stream, each.direction, each.wire) for call in WHOLE.calls for each in call.messages}


@given(
    st.sets(st.integers(0, len(CHANGING.packets)), max_size=8),
    st.integers(0, len(CHANGING.packets)),
    st.sampled_from([262_144, 262_144, 300, 120]),
)
@EXAMPLES
def test_nothing_is_made_up(dropped, start, longest):
    start = start if start % 3 == 0 else 0
    left = [each for n, each in enumerate(CHANGING.packets) if n >= start and n not in dropped]
    capture = look(pcap(left, longest=longest))
    for each in capture.frames:
        if isinstance(each, Http2Frame):
            assert (each.direction, each.raw) in TRUE_FRAMES
            there = TRUE_FRAMES[each.direction, each.raw].headers
            for entry, real in zip(each.headers, there, strict=True):
                assert not entry.known or (entry.name, entry.value) == (real.name, real.value)
    for call in capture.calls:
        for each in call.messages:
            assert not each.complete or (call.stream, each.direction, each.wire) in TRUE_MESSAGES


def flood(kind: str, count: int) -> bytes:
    """A file that asks for much, of a size."""
    client, server = ("10.0.0.5", 43_000), ("10.0.0.9", 50_051)
    if kind == "connections":
        return pcap((n, tcp((f"10.0.{n >> 8}.{n & 255}", 43_000), server, 7, SYN)) for n in range(count))
    if kind == "segments that wait":
        return pcap((n, tcp(client, server, 10 + 5 * n, ACK | PSH, b"PRI ")) for n in range(count, 0, -1))
    if kind == "a gap without end":
        return pcap((n, tcp(client, server, 5 * n, ACK | PSH, b"PRI ")) for n in range(count))
    if kind == "undecided":
        return pcap((n, tcp(client, server, n, ACK | PSH, b"A")) for n in range(count))
    if kind == "zeros":
        return pcap((n, tcp(client, server, 100 * n, ACK | PSH, bytes(100))) for n in range(count))
    if kind == "gaps and streams":
        talk = Talk().begin().say(OPENING)
        for n in range(count):
            talk.say([(C, frame(names.HEADERS, 4, 2 * n + 1, b"\x82"))])
            talk.sent[0] += 20 * (n % 2)
        return pcap(talk.packets)
    if kind == "interfaces":
        return pcapng([]) + pcapng([])[-32:] * count
    if kind == "fragments":
        return pcap((n, ip("10.0.0.5", "10.0.0.9", 6, bytes(30), 0x2000)) for n in range(count))
    raise ValueError(kind)


KINDS = (
    *("connections", "segments that wait", "a gap without end", "undecided", "zeros", "gaps and streams"),
    *("interfaces", "fragments"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_four_times_the_file_is_about_four_times_the_work(monkeypatch, kind):
    monkeypatch.setattr(flows, "MOST_FLOWS", 40)
    monkeypatch.setattr(inflow, "HELD_SEGMENTS", 40)
    small, large = (lines(lambda size=size: look(flood(kind, size))) for size in (100, 400))
    assert large < 6 * small


def test_a_packed_file_that_unpacks_to_much_takes_little_memory(monkeypatch):
    monkeypatch.setattr("helpers.wire.packets.files.INFLATED_LIMIT", 3_000_000)
    packet = tcp(("10.0.0.5", 43_000), ("10.0.0.9", 443), 1, ACK | PSH, bytes(60_000))
    content = gzip.compress(pcap((n, packet) for n in range(200)))
    assert len(content) < 100_000
    tracemalloc.start()
    try:
        saved = read_packets(BytesIO(content), "some.pcap")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    assert "it is decompressed to more than" in saved.notes[0]


def test_of_a_long_file_the_newest_part_is_kept_and_what_came_before_is_known(monkeypatch):
    monkeypatch.setattr("helpers.wire.packets.reading.KEPT", 60_000)
    talk = Talk().begin().say(OPENING)
    for n in range(300):
        talk.say(unary(stream=2 * n + 1))
    saved = read_packets(BytesIO(pcap(talk.packets)), "some.pcap")
    assert sum(len(each.data) for each in saved.records) + saved.dropped == sum(
        len(raw) - 52 for _, raw in talk.packets
    )
    start = Decoder.restore(saved.state, keep=False)
    capture = Capture(
        start, saved.records, start_ns=saved.start_ns, end_ns=saved.end_ns, dropped=saved.dropped
    )
    assert 10 < len(capture.calls) < 200
    assert capture.calls[-1].stream == 599
    assert {each.path for each in capture.calls} == {"/wiretest.v1.Kinds/Unary"}
    assert f"{saved.dropped} bytes before the first frame were dropped" in capture.notes[0]
