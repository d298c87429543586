"""The decoder against tshark: both read the same bytes, frame by frame, entry by entry, message by message."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import grpc
import pytest

from helpers.wire import Capture, load, tap
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import PREFACE, Preface
from helpers.wire.http2.headers import INDEXED, LITERAL, LITERAL_INDEXED, NEVER_INDEXED, SIZE_UPDATE
from helpers.wire.pcap import CLIENT_PORT, SERVER_PORT, save_pcap
from helpers.wire.record import Record

TSHARK = shutil.which("tshark")
needs_tshark = pytest.mark.skipif(
    TSHARK is None, reason="tshark is not installed: apt-get install tshark, or brew install wireshark"
)

# what tshark calls the encodings of RFC 7541 section 6
ENCODINGS = {
    "Indexed Header Field": INDEXED,
    "Literal Header Field with Incremental Indexing": LITERAL_INDEXED,
    "Literal Header Field without Indexing": LITERAL,
    "Literal Header Field never Indexed": NEVER_INDEXED,
}

Way = tuple[int, str]


class Seen(NamedTuple):
    """A frame as both tell it."""

    type: int | None
    flags: int
    stream: int
    length: int
    headers: tuple
    numbers: tuple


class SeenMessage(NamedTuple):
    """A gRPC message as both tell it."""

    compressed: bool
    length: int
    data: bytes


def by_tshark(file: Path) -> tuple[dict[Way, list[Seen]], dict[Way, list[SeenMessage]]]:
    """Frames and messages of a pcap, by connection and direction."""
    command = [
        TSHARK,
        "-r",
        str(file),
        "-d",
        f"tcp.port=={SERVER_PORT},http2",
        "-T",
        "pdml",
        "-J",
        "tcp http2 grpc",
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    frames: dict[Way, list[Seen]] = {}
    messages: dict[Way, list[SeenMessage]] = {}
    for packet in ElementTree.fromstring(done.stdout).iter("packet"):
        tcp = packet.find("proto[@name='tcp']")
        source, target = (int(show(tcp, f"tcp.{end}port")) for end in ("src", "dst"))
        to_client = source == SERVER_PORT
        way = (
            (target if to_client else source) - CLIENT_PORT,
            TO_CLIENT if to_client else TO_SERVER,
        )
        for proto in packet.iter("proto"):
            if proto.get("name") == "http2":
                for stream in proto.findall("field[@name='http2.stream']"):
                    frames.setdefault(way, []).append(seen(stream))
            elif proto.get("name") == "grpc":
                messages.setdefault(way, []).extend(seen_messages(proto))
    return frames, messages


def show(element: ElementTree.Element, name: str) -> str:
    return element.find(f".//field[@name='{name}']").get("show")


def raw(element: ElementTree.Element, name: str) -> bytes:
    found = element.find(f".//field[@name='{name}']")
    return bytes.fromhex(found.get("value") or "")


def seen(stream: ElementTree.Element) -> Seen:
    if stream.find("field[@name='http2.magic']") is not None:
        return Seen(None, 0, 0, len(PREFACE), (), ())
    headers = []
    for entry in stream.findall("field[@name='http2.header']"):
        told = show(entry, "http2.header.repr").partition(" - ")[0]
        name, value = raw(entry, "http2.header.name"), raw(entry, "http2.header.value")
        headers.append((name, value, ENCODINGS[told], int(entry.get("size"))))
    numbers = [
        int(show(stream, name), 0)
        for name in (
            "http2.window_update.window_size_increment",
            "http2.rst_stream.error",
            "http2.goaway.error",
            "http2.goaway.last_stream_id",
        )
        if stream.find(f".//field[@name='{name}']") is not None
    ]
    for setting in stream.findall("field[@name='http2.settings']"):
        identifier, value = setting.findall("field")[:2]
        numbers += [int(identifier.get("show")), int(value.get("show"))]
    return Seen(
        int(show(stream, "http2.type")),
        int(show(stream, "http2.flags"), 16),
        int(show(stream, "http2.streamid")),
        int(show(stream, "http2.length")),
        tuple(headers),
        tuple(numbers),
    )


def seen_messages(proto: ElementTree.Element) -> list[SeenMessage]:
    found = []
    lengths = proto.findall(".//field[@name='grpc.message_length']")
    flags = proto.findall(".//field[@name='grpc.compressed_flag']")
    data = iter(proto.findall(".//field[@name='grpc.message_data']"))
    for flag, length in zip(flags, lengths, strict=True):
        size = int(length.get("show"))
        # tshark has no data field for an empty message
        content = bytes.fromhex(next(data).get("value")) if size else b""
        found.append(SeenMessage(flag.get("show") == "1", size, content))
    return found


def by_us(capture: Capture) -> tuple[dict[Way, list[Seen]], dict[Way, list[SeenMessage]]]:
    """The same of a capture."""
    frames: dict[Way, list[Seen]] = {}
    for each in capture.frames:
        if each.name in ("OPEN", "FIN", "RESET", "GONE"):
            continue
        assert each.problem is None, each
        way = frames.setdefault((each.connection, each.direction), [])
        if isinstance(each, Preface):
            way.append(Seen(None, 0, 0, len(PREFACE), (), ()))
            continue
        headers = tuple(
            (entry.name.encode("latin-1"), entry.value, entry.encoding, entry.size)
            for entry in each.headers
            if entry.encoding != SIZE_UPDATE
        )
        numbers = [n for n in (each.increment, each.error_code, each.last_stream) if n is not None]
        numbers += [number for setting in each.settings for number in (setting.id, setting.value)]
        way.append(Seen(each.type, each.flags, each.stream, len(each.payload), headers, tuple(numbers)))
    found = [
        (message.segments[-1].frame.number, message.segments[-1].start, call.connection, message)
        for call in capture.calls
        for message in call.messages
        if message.complete
    ]
    messages: dict[Way, list[SeenMessage]] = {}
    for _, _, connection, each in sorted(found, key=lambda item: item[:2]):
        told = SeenMessage(each.compressed, each.length, each.data)  # tshark decompresses, too
        messages.setdefault((connection, each.direction), []).append(told)
    return frames, messages


def talk(stub, pb2) -> None:
    """All four kinds, metadata, errors, cancellation, deadlines, compression, large and empty messages."""
    requests = [pb2.Request(text=letter * 10) for letter in "abc"]
    for number in range(3):
        metadata = (("x-number", str(number)), ("k-bin", bytes((0, number, 255))), ("x-empty", ""))
        stub.Unary(pb2.Request(text="x", how="metadata"), metadata=metadata, timeout=20)
    stub.Unary(pb2.Request())
    list(stub.ServerStream(pb2.Request(text="s", count=20)))
    stub.ClientStream(iter(requests))
    list(stub.Both(iter(requests)))
    stub.Unary(pb2.Request(text="large " * 50_000))
    list(stub.ServerStream(pb2.Request(text="large", size=10_000, count=4)))
    for how in ("abort", "sleep"):
        with contextlib.suppress(grpc.RpcError):
            stub.Unary(pb2.Request(how=how), timeout=0.15)
    with contextlib.suppress(grpc.RpcError):
        list(stub.ServerStream(pb2.Request(count=2, how="abort")))
    stream = stub.ServerStream(pb2.Request(text="c", count=2, how="sleep"))
    next(stream)
    stream.cancel()


@pytest.fixture(params=[None, 0], ids=["bdp_probe on", "bdp_probe off"])
def session(request, make_server, kinds, channel_to) -> Capture:
    """A session with several connections, some of them compressed."""
    pb2, pb2_grpc = kinds
    options = () if request.param is None else (("grpc.http2.bdp_probe", request.param),)
    with tap(make_server(*options)) as wire:
        for compression in (None, grpc.Compression.Gzip, grpc.Compression.Deflate):
            with channel_to(wire.address, *options, compression=compression) as channel, wire.capture():
                talk(pb2_grpc.KindsStub(channel), pb2)
        return wire.snapshot()


@needs_tshark
def test_the_same_frames_headers_and_messages_as_tshark(session, tmp_path):
    file = tmp_path / "session.pcap"
    session.save_pcap(file)
    our_frames, our_messages = by_us(session)
    their_frames, their_messages = by_tshark(file)
    assert our_frames.keys() == their_frames.keys()
    assert len(our_frames) == 6
    for way, ours in our_frames.items():
        for number, (our, their) in enumerate(zip(ours, their_frames[way], strict=False)):
            assert our == their, (way, number)
        assert len(ours) == len(their_frames[way]), way
    assert our_messages.keys() == their_messages.keys()
    for way, ours in our_messages.items():
        assert ours == their_messages[way], way
    again = load(file)  # what we read from it ourselves
    assert by_us(again) == (our_frames, our_messages)
    assert again.notes == ()
    assert [(each.path, each.outcome, each.start_ns, each.end_ns) for each in again.calls] == [
        (each.path, each.outcome, each.start_ns, each.end_ns) for each in session.calls
    ]
    types = {each.name for each in session.frames}
    assert {"PREFACE", "SETTINGS", "HEADERS", "DATA", "WINDOW_UPDATE", "RST_STREAM"} <= types
    assert any(message.compressed for found in our_messages.values() for message in found)
    assert max(message.length for message in our_messages[1, TO_SERVER]) > 250_000
    assert sum(len(found) for found in our_messages.values()) > 150


def test_the_session_has_every_outcome(session):
    outcomes = {call.status or call.outcome for call in session.calls}
    assert {"OK", "NOT_FOUND", "DATA_LOSS"} <= outcomes
    assert any(call.cancelled for call in session.calls)
    assert {call.kind for call in session.calls} == {
        "unary",
        "server streaming",
        "client streaming",
        "bidirectional streaming",
    }
    assert all(
        message.problem is None for call in session.calls for message in call.messages if message.complete
    )


@needs_tshark
def test_the_ends_of_connections_in_a_pcap(tmp_path):
    client, server = TO_SERVER, TO_CLIENT
    records = [
        Record(1, client, 10**9, b"", "OPEN"),
        Record(1, server, 10**9 + 1, b"", "REFUSED"),
        Record(2, client, 2 * 10**9, b"", "OPEN"),
        Record(2, client, 2 * 10**9 + 5, b"x" * 100_000),
        Record(2, client, 2 * 10**9 + 6, b"", "FIN"),
        Record(2, server, 2 * 10**9 + 7, b"", "RESET"),
        Record(2, server, 2 * 10**9 + 8, b"", "GONE"),
    ]
    file = tmp_path / "ends.pcap"
    save_pcap(records, file)
    command = [TSHARK, "-r", str(file), "-T", "fields"]
    for name in ("tcp.srcport", "tcp.flags.str", "tcp.len", "tcp.seq", "tcp.analysis.flags"):
        command += ["-e", name]
    lines = subprocess.run(
        command, capture_output=True, check=True, text=True, timeout=60, encoding="utf-8"
    ).stdout.splitlines()
    told = [line.replace("·", "").split("\t") for line in lines]
    assert [(source, flags, int(length)) for source, flags, length, _, _ in told] == [
        ("40001", "S", 0),
        ("50051", "AR", 0),
        ("40002", "S", 0),
        ("50051", "AS", 0),
        ("40002", "A", 0),
        ("40002", "AP", 60_000),
        ("40002", "AP", 40_000),
        ("40002", "AF", 0),
        ("50051", "AR", 0),
    ]
    assert all(not analysis for *_, analysis in told)
