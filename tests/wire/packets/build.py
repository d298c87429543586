"""Capture files for tests, made by hand: packets with all kinds of headers, in pcap and pcapng."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

from helpers.wire.direction import TO_SERVER, Direction
from tests.wire.build import Sent

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MICROSECOND = 1000
CLIENT, SERVER = ("10.0.0.5", 43_000), ("10.0.0.9", 50_051)
End = tuple[str, int]

RAW, ETHERNET, NULL, LOOP, SLL, SLL2 = 101, 1, 0, 108, 113, 276
LINKS = (RAW, ETHERNET, NULL, LOOP, SLL, SLL2)

Packet = tuple[int, bytes]
"""Time in nanoseconds, and bytes."""


def tcp(source: End, target: End, sequence: int, flags: int, data: bytes = b"", ack: int = 0) -> bytes:
    """A TCP segment in an IP packet."""
    head = struct.pack(
        ">HHIIBBHHH", source[1], target[1], sequence % 2**32, ack % 2**32, 8 << 4, flags, 65_535, 0, 0
    )
    return ip(source[0], target[0], 6, head + bytes(12) + data)


def ip(
    source: str, target: str, protocol: int, payload: bytes, fragment: int = 0, before: bytes = b""
) -> bytes:
    """An IP packet; ``before`` has the extension headers of IPv6, the first one in the first byte's place."""
    addresses = ip_address(source).packed + ip_address(target).packed
    if len(addresses) == 8:
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 7, fragment, 64, protocol, 0)
        return head + addresses + payload
    first, rest = (before[0], before[1:]) if before else (protocol, b"")
    return struct.pack(">IHBB", 6 << 28, len(rest) + len(payload), first, 64) + addresses + rest + payload


def link(kind: int, packet: bytes, tags: int = 0) -> bytes:
    """An IP packet with the header of a link type."""
    six = packet[0] >> 4 == 6
    family = struct.pack(">H", 0x86DD if six else 0x0800)
    vlan = b"".join(struct.pack(">HH", 0x8100 if n else 0x88A8, n) for n in range(tags))
    return {
        RAW: b"",
        ETHERNET: bytes(12) + vlan + family,
        NULL: struct.pack("<I", 30 if six else 2),
        LOOP: struct.pack(">I", 30 if six else 2),
        SLL: bytes(14) + family,
        SLL2: family + bytes(18),
    }[kind] + packet


def pcap(
    packets: Iterable[Packet], kind: int = RAW, order: str = "<", nano: bool = True, longest: int = 262_144
) -> bytes:
    """A pcap file; packets are cut after ``longest`` bytes."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, longest, kind)]
    for t_ns, data in packets:
        seconds, part = divmod(t_ns, 10**9)
        kept = data[:longest]
        part = part if nano else part // 1000
        out.append(struct.pack(order + "IIII", seconds, part, len(kept), len(data)) + kept)
    return b"".join(out)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A block of a pcapng file."""
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def pcapng(
    packets: Iterable[Packet], kind: int = RAW, order: str = "<", resolution: bytes = b"\x09"
) -> bytes:
    """A pcapng file with one section, a comment block, and one interface; times are in nanoseconds by default."""
    section = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
    option = struct.pack(order + "HH", 9, 1) + resolution + bytes(3) if resolution else b""
    interface = struct.pack(order + "HHI", kind, 0, 0) + option + struct.pack(order + "HH", 0, 0)
    out = [block(0x0A0D0D0A, section, order), block(0x0BAD, b"unknown", order), block(1, interface, order)]
    for t_ns, data in packets:
        units = t_ns if resolution else t_ns // 1000
        head = struct.pack(order + "IIIII", 0, units >> 32, units & 0xFFFFFFFF, len(data), len(data))
        out.append(block(6, head + data, order))
    return b"".join(out)


@dataclass
class Talk:
    """One TCP connection, packet by packet; each call adds one, a microsecond after the one before."""

    client: End = CLIENT
    server: End = SERVER
    first: tuple[int, int] = (1000, 2000)
    """The numbers of the first bytes of client and server."""
    t_ns: int = 10**18
    packets: list[Packet] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sent = list(self.first)

    def add(self, direction: Direction, flags: int, data: bytes = b"", back: int = 0) -> None:
        """A packet; ``back`` is how many bytes before the next one it begins."""
        mine = int(direction != TO_SERVER)
        ends = (self.client, self.server)
        ack = self.sent[1 - mine] if flags & ACK else 0
        raw = tcp(ends[mine], ends[1 - mine], self.sent[mine] - back, flags, data, ack)
        self.sent[mine] += max(0, len(data) - back)
        self.t_ns += MICROSECOND
        self.packets.append((self.t_ns, raw))

    def begin(self) -> Talk:
        """The three packets with which a connection begins."""
        self.add(TO_SERVER, SYN, back=1)
        self.add(TO_SERVER.other, SYN | ACK, back=1)
        self.add(TO_SERVER, ACK)
        return self

    def say(self, sent: Iterable[Sent], size: int = 1448) -> Talk:
        """Bytes, in packets of a size."""
        for direction, data in sent:
            for start in range(0, len(data), size):
                self.add(direction, PSH | ACK, data[start : start + size])
        return self

    def close(self) -> Talk:
        """Both sides close, the client first."""
        for direction in (TO_SERVER, TO_SERVER.other):
            self.add(direction, FIN | ACK)
            self.sent[int(direction != TO_SERVER)] += 1
        return self

    def linked(self, kind: int, tags: int = 0) -> Iterator[Packet]:
        """Its packets with the headers of a link type."""
        return ((t_ns, link(kind, data, tags)) for t_ns, data in self.packets)
