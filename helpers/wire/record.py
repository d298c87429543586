"""One entry of a recording: bytes that passed a tap, or an event of the connection."""

from __future__ import annotations

from typing import NamedTuple

from .direction import Direction


class Record(NamedTuple):
    """One entry of a recording."""

    connection: int
    """Number of the TCP connection, from 1."""
    direction: Direction
    t_ns: int
    """When it was received, before it was forwarded; nanoseconds of a monotonic clock."""
    data: bytes
    event: str | None = None
    """Instead of data: ``OPEN``, ``FIN``, ``RESET``, ``REFUSED``, ``CLOSED``, or ``GONE`` (its last record).

    Of a tap that ends TLS also ``HANDSHAKE: …`` and ``REJECTED: …``, with what is said of it.
    """
