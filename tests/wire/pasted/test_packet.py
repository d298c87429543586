"""Whole packets among what is pasted."""

from __future__ import annotations

import struct

import pytest
from google.protobuf import timestamp_pb2

from helpers.wire import Capture, read_bytes
from helpers.wire.direction import TO_SERVER
from helpers.wire.pasted.packet import packet_in
from helpers.wire.pcap import save_pcap
from helpers.wire.record import Record
from tests.wire.build import OPENING, message, unary

SENT = timestamp_pb2.Timestamp(seconds=300, nanos=5).SerializeToString()


def packets(tmp_path, pieces) -> list[bytes]:
    """The packets of pieces of a connection, from the IP header on."""
    file = tmp_path / "some.pcap"
    save_pcap([Record(1, way, number, data) for number, (way, data) in enumerate(pieces)], file)
    content, pos, found = file.read_bytes(), 24, []
    while pos < len(content):
        (size,) = struct.unpack_from("<I", content, pos + 8)
        found.append(content[pos + 16 : pos + 16 + size])
        pos += 16 + size
    return found


HEADS = {
    "IP": b"",
    "Ethernet": bytes(12) + b"\x08\x00",
    "loopback of BSD": b"\x02\x00\x00\x00",
    "any of Linux": bytes(14) + b"\x08\x00",
}


@pytest.mark.parametrize("head", HEADS)
def test_a_packet_is_read_from_its_headers_to_its_fields(tmp_path, head):
    data = HEADS[head] + packets(tmp_path, [(TO_SERVER, message(SENT))])[-1]
    pasted = read_bytes(data.hex(" "), timestamp_pb2.Timestamp)
    assert pasted.told.startswith("Read as hex: a packet 127.0.0.1:40001 → 127.0.0.1:50051 with 1 message")
    assert (pasted.data, pasted.kind, pasted.messages) == (data, "grpc", (SENT,))
    headers, body = pasted.region.children
    assert headers.end == body.start == len(data) - len(message(SENT))
    assert body.end == len(data)


def test_a_short_packet_is_padded(tmp_path):
    short = packets(tmp_path, [(TO_SERVER, b"\x08\x01")])[-1]
    pasted = read_bytes(HEADS["Ethernet"] + short + bytes(4))
    assert [child.label for child in pasted.region.children] == [
        "headers of the packet",
        "message",
        "padding",
    ]
    nothing = packets(tmp_path, [(TO_SERVER, b"\x08\x01")])[0]
    assert read_bytes(nothing).told.endswith("without bytes of TCP.")


def test_what_only_begins_like_a_packet_is_none(tmp_path):
    packet = packets(tmp_path, [(TO_SERVER, message(SENT))])[-1]
    assert packet_in(packet[:-1]) is None
    assert packet_in(packet + b"\0") is None
    assert packet_in(b"\x45\x00\x00\x00\x01") is None  # a field 8 of four bytes
    assert read_bytes(packet, as_="message").kind == "message"


def test_several_packets_are_a_capture(tmp_path):
    lines = []
    for number, packet in enumerate(packets(tmp_path, [*OPENING, *unary()])):
        lines.append(f"12:00:00.{number:06} IP 127.0.0.1.40001 > 127.0.0.1.50051: Flags [P.]")
        for at in range(0, len(packet), 16):
            row = packet[at : at + 16].hex()
            lines.append(f"\t0x{at:04x}:  " + " ".join(row[n : n + 4] for n in range(0, len(row), 4)))
    capture = read_bytes("\n".join(lines))
    assert isinstance(capture, Capture)
    assert [call.path for call in capture.calls] == ["/wiretest.v1.Kinds/Unary"]
    assert capture.notes[-1] == "A dump has no times: the packets stand a millisecond apart."
