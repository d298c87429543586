"""Records as a capture file for Wireshark and tshark (pcap with nanoseconds, raw IPv4).

A tap sees bytes, not packets: handshake, sequence numbers and packet limits are made up, the bytes and their
times are real. Connection *n* has the client port 40000 + *n*; the server has port 50051.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable

from .direction import TO_CLIENT, TO_SERVER, Direction
from .record import Record

SERVER_PORT = 50051
CLIENT_PORT = 40000

_SEGMENT = 60_000  # an IPv4 packet holds 65,535 bytes
_FIN, _SYN, _RST, _PSH, _ACK = 1, 2, 4, 8, 16
_LOOPBACK = bytes((127, 0, 0, 1))


def save_pcap(records: Iterable[Record], path: str | os.PathLike[str]) -> None:
    """Write records to a file.

    Of a connection that is older than its first record, Wireshark lacks the beginning and so the header
    tables; `Tap.snapshot` has all of it.

    Args:
        records: `Capture.records()`.
        path: File to write; usually ``something.pcap``.
    """
    connections: dict[int, _Connection] = {}
    with open(path, "wb") as file:
        # magic of nanosecond files, version 2.4, no zone, no accuracy, longest packet, LINKTYPE_RAW
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 0x40000, 101))
        for record in records:
            connection = connections.setdefault(record.connection, _Connection(record.connection))
            for packet in connection.packets(record):
                file.write(
                    struct.pack("<IIII", *divmod(record.t_ns, 10**9), len(packet), len(packet)) + packet
                )


class _Connection:
    """Makes up what TCP would have added."""

    def __init__(self, number: int) -> None:
        client = CLIENT_PORT + number % 20_000
        self._ports = {TO_SERVER: (client, SERVER_PORT), TO_CLIENT: (SERVER_PORT, client)}
        self._next = {TO_SERVER: 1, TO_CLIENT: 1}
        self._begun = False

    def packets(self, record: Record) -> Iterable[bytes]:
        """The packets of a record."""
        direction, (event, _, told) = record.direction, (record.event or "").partition(": ")
        if event == "REFUSED" and not self._begun:
            yield self._packet(TO_SERVER, _SYN, back=1)
            yield self._packet(direction, _RST | _ACK, back=1)
            self._begun = True
            return
        if event in ("OPEN", "GONE", "CLOSED", "HANDSHAKE"):
            return
        if event == "JOINED":  # it began before the file that it was read from
            self._begun = True
            return
        if event == "LOST":
            self._next[direction] += int(told)
            return
        if not self._begun:
            self._begun = True
            yield self._packet(TO_SERVER, _SYN, back=1)
            yield self._packet(TO_CLIENT, _SYN | _ACK, back=1)
            yield self._packet(TO_SERVER, _ACK)
        for start in range(0, len(record.data), _SEGMENT):
            yield self._packet(direction, _PSH | _ACK, record.data[start : start + _SEGMENT])
        if event == "FIN":
            yield self._packet(direction, _FIN | _ACK)
            self._next[direction] += 1
        elif event in ("RESET", "REFUSED", "REJECTED"):
            yield self._packet(direction, _RST | _ACK)

    def _packet(self, direction: Direction, flags: int, data: bytes = b"", back: int = 0) -> bytes:
        sequence = (self._next[direction] - back) % 2**32
        acknowledged = self._next[direction.other] % 2**32 if flags & _ACK else 0
        self._next[direction] += len(data)
        # checksum 0: readers take it for one that the network card would have filled in
        tcp = struct.pack(
            ">HHIIBBHHH", *self._ports[direction], sequence, acknowledged, 5 << 4, flags, 65_535, 0, 0
        )
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0x4000, 64, 6, 0) + _LOOPBACK + _LOOPBACK
        total = sum(struct.unpack(">10H", ip))
        total = (total & 0xFFFF) + (total >> 16)
        checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
        return ip[:10] + struct.pack(">H", checksum) + ip[12:] + tcp + data
