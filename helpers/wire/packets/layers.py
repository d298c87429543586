"""The layers of a packet: from its first bytes through Ethernet, Linux's cooked headers and IP to TCP.

Link types are those of the LINKTYPE registry of tcpdump.org; IPv4 is RFC 791, IPv6 RFC 8200, TCP RFC 9293.
"""

from __future__ import annotations

import ipaddress
import struct
from typing import NamedTuple

from .files import Packet

FIN, SYN, RST, ACK = 1, 2, 4, 16
"""The flags of TCP that matter here."""

NOT_TCP, FRAGMENT, BROKEN = "no TCP", "fragment", "broken"
"""Why a packet has no segment: it carries something else, or only a part of an IP packet, or no headers that fit."""

ETHERNET = 1
_ANY_IP = frozenset((12, 14, 101, 228, 229))  # RAW on several systems, IPV4, IPV6
_LOOPBACK = frozenset((0, 108))  # NULL and LOOP: four bytes that name the family, in either order
_SLL, _SLL2 = 113, 276
READABLE = frozenset((ETHERNET, *_ANY_IP, *_LOOPBACK, _SLL, _SLL2))
"""Link types that are read."""

_IPV4, _IPV6, _TCP = 0x0800, 0x86DD, 6
_VLAN = frozenset((0x8100, 0x88A8, 0x9100))
_MOST_TAGS = _MOST_EXTENSIONS = 8
_FRAGMENTED, _AUTHENTICATION = 44, 51
_EXTENSIONS = frozenset((0, 43, 60, _FRAGMENTED, _AUTHENTICATION, 135, 139, 140))
_AFTER_PORTS = struct.Struct(">IIBB")


class TcpSegment(NamedTuple):
    """One TCP segment."""

    source: bytes
    """Address and port of its sender."""
    target: bytes
    """Those of its receiver."""
    sequence: int
    """Number of its first byte, or of its SYN."""
    acknowledged: int
    """Number of the byte that its sender expects next; it counts where `ACK` is set."""
    flags: int
    data: bytes
    """Its bytes, as far as the file has them."""
    missing: int
    """How many bytes at its end the file does not have."""


def tcp_segment(packet: Packet) -> TcpSegment | str:
    """The TCP segment of a packet; or, where it has none, `NOT_TCP`, `FRAGMENT` or `BROKEN`."""
    data, link = packet.data, packet.link
    start, family = 0, 0
    if link == ETHERNET:
        start, family = _after_tags(data, 12)
    elif link == _SLL:
        start, family = _after_tags(data, 14)
    elif link == _SLL2:
        start, family = 20, int.from_bytes(data[:2], "big")
    elif link in _LOOPBACK:
        start = 4
    elif link not in _ANY_IP:
        return NOT_TCP
    if len(data) <= start:
        return BROKEN
    version = data[start] >> 4
    if link in _LOOPBACK or link in _ANY_IP:
        family = {4: _IPV4, 6: _IPV6}.get(version, 0)
    if family == _IPV4:
        return _ipv4(data, start, packet.size - start) if version == 4 else BROKEN
    if family == _IPV6:
        return _ipv6(data, start, packet.size - start) if version == 6 else BROKEN
    return NOT_TCP


def _after_tags(data: bytes, pos: int) -> tuple[int, int]:
    """Where the payload of an Ethernet frame begins, and its type, VLAN tags passed over."""
    for _ in range(_MOST_TAGS):
        kind = int.from_bytes(data[pos : pos + 2], "big")
        if kind not in _VLAN:
            return pos + 2, kind
        pos += 4
    return pos, 0


def _ipv4(data: bytes, start: int, size: int) -> TcpSegment | str:
    """`size` is that of the whole IP packet with what pads it, `data` what there is of it from `start` on."""
    if len(data) < start + 20:
        return BROKEN
    head = (data[start] & 15) * 4
    total, _, fragment, _, protocol = struct.unpack_from(">HHHBB", data, start + 2)
    if head < 20:
        return BROKEN
    if fragment & 0x3FFF:
        return FRAGMENT
    if protocol != _TCP:
        return NOT_TCP
    total = total or size  # a network card that cuts later has left it out
    if total < head:
        return BROKEN
    addresses = data[start + 12 : start + 16], data[start + 16 : start + 20]
    return _tcp(data[start + head : start + total], total - head, *addresses)


def _ipv6(data: bytes, start: int, size: int) -> TcpSegment | str:
    if len(data) < start + 40:
        return BROKEN
    total, following = struct.unpack_from(">HB", data, start + 4)
    end = start + 40 + total if total else start + size
    pos = start + 40
    for _ in range(_MOST_EXTENSIONS):
        if following not in _EXTENSIONS:
            break
        if len(data) < pos + 8:
            return BROKEN
        if following == _FRAGMENTED and int.from_bytes(data[pos + 2 : pos + 4], "big") & 0xFFF9:
            return FRAGMENT
        length = {_FRAGMENTED: 8, _AUTHENTICATION: (data[pos + 1] + 2) * 4}.get(
            following, (data[pos + 1] + 1) * 8
        )
        following, pos = data[pos], pos + length
    if following != _TCP:
        return NOT_TCP
    if end < pos:
        return BROKEN
    return _tcp(data[pos:end], end - pos, data[start + 8 : start + 24], data[start + 24 : start + 40])


def _tcp(data: bytes, size: int, source: bytes, target: bytes) -> TcpSegment | str:
    if len(data) < 14:  # all that is needed; the rest may be cut off
        return BROKEN
    sequence, acknowledged, offset, flags = _AFTER_PORTS.unpack_from(data, 4)
    head = (offset >> 4) * 4
    if head < 20 or head > size:
        return BROKEN
    payload = data[head:]
    return TcpSegment(
        source + data[:2],
        target + data[2:4],
        sequence,
        acknowledged,
        flags,
        payload,
        size - head - len(payload),
    )


def port(end: bytes) -> int:
    """The port of an address and port."""
    return int.from_bytes(end[-2:], "big")


def address(end: bytes) -> str:
    """An address and port as people write them: ``10.0.0.5:50051``, ``[::1]:50051``."""
    host = ipaddress.ip_address(end[:-2])
    return f"{f'[{host}]' if host.version == 6 else host}:{port(end)}"
