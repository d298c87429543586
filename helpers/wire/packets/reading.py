"""A capture file as records: what a tap between the same peers would have recorded."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from helpers.text import plural

from ..record import Record
from ..recording import DEFAULT_LIMIT, Recording
from ..storage import CaptureFileError, SavedCapture
from .files import PacketFile
from .flows import Flows
from .layers import BROKEN, FRAGMENT, NOT_TCP, READABLE, tcp_segment

KEPT = DEFAULT_LIMIT
"""Bytes that are kept of a file, with what keeping them costs: the newest, as of a tap."""

MOST_PORTS = 5
"""So many ports of connections that are left out are named."""


class _Clock:
    """Tells the time of the packet that is being read."""

    now = 0

    def __call__(self) -> int:
        return self.now


def read_packets(file: BinaryIO, path: str | os.PathLike[str]) -> SavedCapture:
    """Read the packets of a pcap or pcapng file, and put the TCP connections together that speak HTTP or TLS.

    The file is read piece by piece, and of what it holds as much is kept as a tap would keep (`Recording`): the newest.

    Args:
        file: The file, at its beginning.
        path: Its name, for messages.

    Raises:
        CaptureFileError: There is no packet in it that can be read.
    """
    clock = _Clock()
    recording = Recording(KEPT, clock)

    def tell(record: Record) -> None:
        clock.now = record.t_ns
        recording.append(record.connection, record.direction, record.data, record.event)

    packets, flows = PacketFile(file), Flows(tell)
    others: Counter[str] = Counter()
    links: Counter[int] = Counter()
    cut = 0
    for packet in packets:
        segment = tcp_segment(packet)
        if isinstance(segment, str):
            if packet.link in READABLE:
                others[segment] += 1
            else:
                links[packet.link] += 1
            continue
        cut += segment.missing > 0
        flows.take(segment, packet.t_ns)
    flows.finish()
    name = os.fspath(path)
    if packets.problem is not None and not packets.packets:
        raise CaptureFileError(f"{name} cannot be read: {packets.problem}")
    state, records, _ = recording.whole()
    # Each connection is in order; one that waited for a segment is told later than others.
    records.sort(key=lambda each: each.t_ns)
    start = records[0].t_ns if records else 0
    end = records[-1].t_ns if records else 0
    notes = tuple(_notes(packets, flows, others, links, cut))
    title = os.path.basename(name)
    return SavedCapture(title, start, end, recording.dropped, state.state(), records, notes)


def _notes(
    packets: PacketFile, flows: Flows, others: Counter[str], links: Counter[int], cut: int
) -> Iterator[str]:
    """What a reader must know of the file, one sentence each."""
    if packets.problem is not None:
        yield f"The file could be read up to packet {packets.packets:,} only: {packets.problem}."
    if not flows.connections:
        yield f"There is no connection with HTTP or TLS among {plural(packets.packets, 'packet')}."
    if flows.joined:
        which = (
            f"{flows.joined} of {flows.connections} connections"
            if flows.connections > 1
            else "The connection"
        )
        yield f"{which} began before the capture: header rows that were added to the tables earlier are not known."
    if flows.lost:
        yield f"{_are(flows.lost, 'byte')} missing in the file; frames named LOST say where."
    if cut:
        yield f"{_were(cut, 'packet')} cut off when captured (snap length): the rest is missing."
    if flows.repeated:
        yield f"{plural(flows.repeated, 'segment')} came again: sent once more, or captured twice."
    if flows.refused:
        yield f"{_were(flows.refused, 'connection')} refused: nobody listened there."
    if flows.silent:
        yield f"{_are(flows.silent, 'connection')} left out: no data passed."
    if flows.left_out:
        ports = ", ".join(str(each) for each, _ in flows.left_out.most_common(MOST_PORTS))
        more = ", …" if len(flows.left_out) > MOST_PORTS else ""
        count = sum(flows.left_out.values())
        yield f"{_are(count, 'connection')} left out: neither HTTP nor TLS (to port {ports}{more})."
    if flows.forgotten:
        yield f"{_were(flows.forgotten, 'connection')} taken for ended: there were too many at a time."
    if others[NOT_TCP]:
        yield f"{_are(others[NOT_TCP], 'packet')} left out: no TCP."
    if others[FRAGMENT]:
        yield f"{_are(others[FRAGMENT], 'IP fragment')} left out: fragments are not put together here."
    if others[BROKEN]:
        yield f"{_are(others[BROKEN], 'packet')} left out: damaged or cut off within the headers."
    for link, count in sorted(links.items()):
        yield f"{_are(count, 'packet')} left out: link type {link} is not read here."


def _are(count: int, noun: str) -> str:
    return f"{plural(count, noun)} {'is' if count == 1 else 'are'}"


def _were(count: int, noun: str) -> str:
    return f"{plural(count, noun)} {'was' if count == 1 else 'were'}"
