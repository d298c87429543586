"""The encrypted connections of a capture: what can be said of each without its keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpers.text import plural

from ..direction import TO_CLIENT, TO_SERVER, Direction
from ..frames import Frame
from .records import TlsRecord, TlsSession


@dataclass(frozen=True, slots=True)
class TlsConnection:
    """A connection on which at least one side speaks TLS."""

    connection: int
    """Number of the TCP connection."""
    session: TlsSession
    """What was said in the clear."""
    records: dict[Direction, int]
    """Records of each direction."""
    wire: dict[Direction, int]
    """Bytes of these records."""
    alerts: tuple[tuple[Direction, str], ...]
    """Alerts in the clear, such as ``fatal unknown_ca``."""

    @property
    def text(self) -> str:
        """What it is, and two or three sentences more; a connection is …"""
        sizes = [
            f"{plural(self.records[each], 'record')} with {self.wire[each]:,} B from the {each.sender}"
            for each in (TO_SERVER, TO_CLIENT)
        ]
        told = f"encrypted: {self.session.text}; {' and '.join(sizes)}."
        if self.session.version is None:
            told = f"not encrypted: TLS was begun, and not agreed on; {' and '.join(sizes)}."
        told += "".join(f" Alert of the {each.sender}: {alert}." for each, alert in self.alerts)
        return told + (" Nothing more can be read without the keys." if self.session.version else "")


def tls_connections(frames: Iterable[Frame]) -> tuple[TlsConnection, ...]:
    """The encrypted connections among frames, by number."""
    found: dict[int, list[TlsRecord]] = {}
    for frame in frames:
        if isinstance(frame, TlsRecord):
            found.setdefault(frame.connection, []).append(frame)
    return tuple(_summed(number, found[number]) for number in sorted(found))


def _summed(number: int, records: list[TlsRecord]) -> TlsConnection:
    counts, sizes = dict.fromkeys(Direction, 0), dict.fromkeys(Direction, 0)
    for record in records:
        counts[record.direction] += 1
        sizes[record.direction] += len(record.raw)
    alerts = [(each.direction, each.alert) for each in records if each.alert is not None]
    return TlsConnection(number, records[-1].session, counts, sizes, tuple(alerts[:5]))
