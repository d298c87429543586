"""The client's side of a capture, played again: a server is sent the very bytes that a client in Ruby, say, has sent.

The server is a live one. Its answers may differ a little from those of then (a PING has other bytes), so the client's
next bytes wait for as many frames of the answer as they had waited for, and not for the same ones.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence

from helpers.wire import Capture, Direction
from helpers.wire.record import Record

PATIENCE = 3.0
"""Seconds for which an answer is waited for, at most."""

_HEADER = 9  # bytes of a frame before its payload (RFC 9113, section 4.1)
_ANSWERS = {0x0, 0x1}  # DATA and HEADERS


def play(capture: Capture, address: str) -> None:
    """Sends a server what the clients of a capture have sent, one connection after the other.

    Raises:
        OSError: nobody listens at the address.
    """
    host, _, port = address.rpartition(":")
    records = [record for record in capture.records() if record.event in (None, "FIN")]
    for number in dict.fromkeys(record.connection for record in records):
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as client:
            _play([record for record in records if record.connection == number], client)


def _play(records: Sequence[Record], client: socket.socket) -> None:
    then, now = AnswerFrames(), AnswerFrames()
    sent_ns, sent_at = records[0].t_ns, time.monotonic()
    for record in records:
        if record.direction is Direction.TO_CLIENT:
            then.take(record.data)
            continue
        if record.event is not None:  # it hung up, and heard no more
            break
        _hear(client, now, then.count, PATIENCE)
        # A client that waited, for its deadline say, waits again.
        _hear(client, now, None, (record.t_ns - sent_ns) / 1e9 - (time.monotonic() - sent_at))
        sent_ns, sent_at = record.t_ns, time.monotonic()
        try:
            client.sendall(record.data)
        except OSError:  # the server has hung up
            return
    _hear(client, now, then.count, PATIENCE)


def _hear(client: socket.socket, frames: AnswerFrames, count: int | None, seconds: float) -> None:
    """Reads until so many frames have come, or the time is over, or the server has hung up."""
    until = time.monotonic() + seconds
    while (count is None or frames.count < count) and (left := until - time.monotonic()) > 0:
        client.settimeout(left)
        try:
            data = client.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            return
        if not data:
            return
        frames.take(data)


class AnswerFrames:
    """Counts the frames of a server's answers, as their bytes come in."""

    def __init__(self) -> None:
        self.count = 0
        """Frames of DATA and HEADERS so far: the others depend on chance."""
        self._rest = b""

    def take(self, data: bytes) -> None:
        """Reads on."""
        self._rest += data
        while len(self._rest) >= _HEADER:
            end = _HEADER + int.from_bytes(self._rest[:3], "big")
            if len(self._rest) < end:
                return
            self.count += self._rest[3] in _ANSWERS
            self._rest = self._rest[end:]
