"""Whole packets among what is pasted, as Wireshark and tcpdump give them: with the headers before the bytes of TCP."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..byte_region import ByteRegion
from ..packets.files import Packet
from ..packets.layers import ETHERNET, TcpSegment, address, tcp_segment
from ..packets.reading import read_packets
from ..storage import SavedCapture
from .content import Content, moved

_RAW, _NULL, _COOKED = 101, 0, 113
_LINKS = (ETHERNET, _RAW, _NULL, _COOKED)
"""Link types that are tried: with an Ethernet header, from the IP header on, as BSD's loopback, as Linux's ``any``."""
_PADDING = 46  # bytes with which Ethernet fills a short packet


class PastedPacket(NamedTuple):
    """One packet: how it is to be read, and where the bytes of TCP are in it."""

    link: int
    segment: TcpSegment
    start: int
    end: int


def packet_in(data: bytes) -> PastedPacket | None:
    """The packet that the bytes are; None where they are none.

    A few bytes can look like any header, so its lengths have to agree with how many there are.
    """
    for link in _LINKS:
        segment = tcp_segment(Packet(0, link, data, len(data)))
        if isinstance(segment, str) or segment.missing:
            continue
        for padding in range(_PADDING if link == ETHERNET else 1):
            end = len(data) - padding
            start = end - len(segment.data)
            if data[start:end] == segment.data and _is_whole(data, link, end):
                return PastedPacket(link, segment, start, end)
    return None


def _is_whole(data: bytes, link: int, end: int) -> bool:
    """Whether the IP packet, by the length in its header, ends there."""
    start = {ETHERNET: 14, _RAW: 0, _NULL: 4, _COOKED: 16}[link]
    if data[start] >> 4 == 4:
        return start + int.from_bytes(data[start + 2 : start + 4], "big") == end
    return start + 40 + int.from_bytes(data[start + 4 : start + 6], "big") == end


def read_packet(data: bytes, packet: PastedPacket, read: Callable[[bytes], Content]) -> Content:
    """What the bytes of TCP in a packet are, and where in the packet they lie.

    Args:
        data: The whole packet.
        packet: What is known of it.
        read: Reads the bytes of TCP.
    """
    content = read(data[packet.start : packet.end])
    way = f"{address(packet.segment.source)} → {address(packet.segment.target)}"
    regions = [ByteRegion(0, packet.start, "frame-header", "headers of the packet", f"{way}, up to TCP")]
    if packet.end > packet.start:
        regions.append(moved(content.region, packet.start))
    if packet.end < len(data):
        regions.append(ByteRegion(packet.end, len(data), "padding", "padding", f"{len(data) - packet.end} B"))
    told = f"a packet {way}" + (
        f" with {content.told}" if packet.end > packet.start else " without bytes of TCP"
    )
    region = ByteRegion(0, len(data), "frame", "packet", way, tuple(regions))
    return content._replace(told=told, region=region)


def packets_in(pieces: Sequence[bytes]) -> SavedCapture | None:
    """What passed, where each of several dumps is a packet of the same kind; None where they are something else.

    A dump has no times: the packets have passed one millisecond after the other.
    """
    found = [packet_in(piece) for piece in pieces] if len(pieces) > 1 else []
    links = {packet.link for packet in found if packet is not None}
    if len(links) != 1 or None in found:
        return None
    file = io.BytesIO()
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, *links))
    for number, piece in enumerate(pieces):
        file.write(struct.pack("<IIII", *divmod(1000 * (number + 1), 10**6), len(piece), len(piece)) + piece)
    file.seek(0)
    return read_packets(file, "pasted")
