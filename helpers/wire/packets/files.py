"""The reader of capture files: packets of pcap and pcapng, one after the other, whatever the file holds.

The formats are those of draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng; both byte orders, microseconds and
nanoseconds, and either of them compressed with gzip. A file is never read as a whole.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

LONGEST_PACKET = 262_144
"""Bytes of the longest packet that is believed: the most that tcpdump, dumpcap and Wireshark write."""

LONGEST_HEAD = 64 * 1024
"""So much of the description of an interface is looked at."""

MOST_INTERFACES = 10_000
"""A file with more interfaces is damaged."""

INFLATED_LIMIT = 4 * 1024**3
"""Bytes to which a compressed file is decompressed; what follows is left out."""

GZIP = b"\x1f\x8b"
PCAPNG = b"\x0a\x0d\x0d\x0a"
# magic number -> (byte order, nanoseconds of a unit of its times, bytes of a packet's header)
_PCAP = {
    struct.pack(order + "I", magic): (order, unit, head)
    for order in "<>"
    for magic, unit, head in ((0xA1B2C3D4, 1000, 16), (0xA1B23C4D, 1, 16), (0xA1B2CD34, 1000, 24))
}
_ORDERS = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_SECTION, _INTERFACE, _PACKET, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
_TSRESOL, _TSOFFSET = 9, 14
_LATEST = 2**63 - 1
_SKIP = 64 * 1024
_MICROSECONDS = 10**6


class Packet(NamedTuple):
    """One packet of a file."""

    t_ns: int
    """When it was captured: nanoseconds since 1970; 0 where the file has no times."""
    link: int
    """Number of its link type (``LINKTYPE_…``), which says what its first bytes are."""
    data: bytes
    """As much of it as the file has."""
    size: int
    """Bytes that it had on the wire."""


class _Interface(NamedTuple):
    """Of an interface of a pcapng file: link type, longest packet, times a second, and seconds to add."""

    link: int
    longest: int
    times: int
    offset: int


class _End(Exception):
    """Nothing more can be read; the text says why, and is empty at the end of a file."""


def recognized(start: bytes) -> bool:
    """Whether a file that starts with these bytes (four or more) may hold packets: pcap, pcapng, or gzip."""
    return start[:4] in _PCAP or start[:4] == PCAPNG or start[:2] == GZIP


class PacketFile:
    """The packets of a capture file: iterate over it, once.

    Args:
        file: At its beginning, and able to seek.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.packets = 0
        """Packets that were read so far."""
        self.problem: str | None = None
        """Why what follows could not be read, in half a sentence; None while all is well."""
        self._file = file
        self._gzip: gzip.GzipFile | None = None
        self._inflated = 0

    def __iter__(self) -> Iterator[Packet]:
        try:
            for packet in self._packets():
                self.packets += 1
                yield packet
        except _End as end:
            self.problem = str(end) or None
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            cut = isinstance(error, EOFError)
            self.problem = "it is cut short" if cut else f"it is damaged: {error}"

    def _packets(self) -> Iterator[Packet]:
        start = self._file.read(4)
        if start[:2] == GZIP:
            self._file.seek(0)
            self._gzip = gzip.GzipFile(fileobj=self._file)
            start = self._gzip.read(4)
        if start in _PCAP:
            yield from self._pcap(*_PCAP[start])
        elif start == PCAPNG:
            yield from self._pcapng()
        else:
            raise _End("what it holds is no capture")

    def _take(self, size: int, begun: bool = True) -> bytes:
        """So many bytes; ``begun`` says whether it is a fault that the file ends before them."""
        if self._gzip is None:
            data = self._file.read(size)
        else:
            data = self._gzip.read(size)
            self._count(size)
        if len(data) < size:
            raise _End("it is cut short" if begun or data else "")
        return data

    def _skip(self, size: int) -> None:
        if self._gzip is None:
            self._file.seek(size, 1)
            return
        while size > 0:
            size -= len(self._take(min(size, _SKIP)))

    def _count(self, size: int) -> None:
        self._inflated += size
        if self._inflated > INFLATED_LIMIT:
            raise _End(f"it is decompressed to more than {INFLATED_LIMIT >> 30} GiB")

    def _pcap(self, order: str, unit: int, head: int) -> Iterator[Packet]:
        link = struct.unpack(order + "I", self._take(20)[16:])[0] & 0xFFFF  # above are bits about checksums
        fields = struct.Struct(order + "IIII")
        while True:
            seconds, part, have, size = fields.unpack_from(self._take(head, False))
            if have > LONGEST_PACKET:
                raise _End(f"it is damaged: a packet claims {have:,} bytes")
            yield Packet(seconds * 10**9 + part * unit, link, self._take(have), max(have, size))

    def _pcapng(self) -> Iterator[Packet]:
        order = self._section(self._take(4))
        interfaces: list[_Interface] = []
        while True:
            raw = self._take(8, False)
            if raw[:4] == PCAPNG:
                order, interfaces = self._section(raw[4:]), []
                continue
            kind, length = struct.unpack(order + "II", raw)
            if length < 12 or length % 4:
                raise _End(f"it is damaged: a block claims {length:,} bytes")
            left = length - 12
            if kind == _INTERFACE:
                left -= self._interface(order, left, interfaces)
            elif kind in (_ENHANCED, _PACKET, _SIMPLE):
                packet, read = self._packet(order, kind, left, interfaces)
                left -= read
                yield packet
            self._skip(left)
            if struct.unpack(order + "I", self._take(4))[0] != length:
                raise _End("it is damaged: a block says two lengths")

    def _section(self, length: bytes) -> str:
        """The rest of a section's head, whose magic number and length have been read; returns its byte order."""
        order = _ORDERS.get(self._take(4))
        if order is None:
            raise _End("it is damaged: a section does not say its byte order")
        size = struct.unpack(order + "I", length)[0]
        if size < 28 or size % 4 or size > LONGEST_PACKET * 4:
            raise _End(f"it is damaged: a section claims a head of {size:,} bytes")
        self._skip(size - 12)
        return order

    def _interface(self, order: str, left: int, interfaces: list[_Interface]) -> int:
        if left < 8 or len(interfaces) >= MOST_INTERFACES:
            raise _End("it is damaged: an interface is not described")
        head = self._take(min(left, LONGEST_HEAD))
        link, longest = struct.unpack_from(order + "HxxI", head)
        times, offset, pos = _MICROSECONDS, 0, 8
        while pos + 4 <= len(head):
            code, size = struct.unpack_from(order + "HH", head, pos)
            value = head[pos + 4 : pos + 4 + size]
            if code == _TSRESOL and size == 1 == len(value):
                times = (2 if value[0] & 0x80 else 10) ** (value[0] & 0x7F)
            elif code == _TSOFFSET and size == 8 == len(value):
                offset = struct.unpack(order + "q", value)[0]
            elif code == 0:
                break
            pos += 4 + size + -size % 4
        interfaces.append(_Interface(link, longest, times, offset))
        return len(head)

    def _packet(self, order: str, kind: int, left: int, interfaces: list[_Interface]) -> tuple[Packet, int]:
        """A packet, and how many bytes of its block were read for it."""
        need = 4 if kind == _SIMPLE else 20
        if left < need:
            raise _End("it is damaged: the block of a packet is too short")
        head = self._take(need)
        number, high, low, have = 0, 0, 0, left - need
        if kind == _SIMPLE:
            (size,) = struct.unpack(order + "I", head)
        elif kind == _PACKET:  # what was there before the enhanced one: the interface takes two bytes
            number, high, low, have, size = struct.unpack(order + "HxxIIII", head)
        else:
            number, high, low, have, size = struct.unpack(order + "IIIII", head)
        if number >= len(interfaces):
            raise _End("it is damaged: a packet names an interface that is not described")
        link, longest, times, offset = interfaces[number]
        if kind == _SIMPLE:
            have = min(have, size, longest or size)
        if have > min(left - need, LONGEST_PACKET):
            raise _End(f"it is damaged: a packet claims {have:,} bytes")
        t_ns = (high << 32 | low) * 10**9 // times + offset * 10**9
        data = self._take(have)
        return Packet(min(max(0, t_ns), _LATEST), link, data, max(have, size)), need + have
