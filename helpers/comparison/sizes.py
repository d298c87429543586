"""How many bytes a run takes: counted by the tap, on a connection that is open and warm."""

from __future__ import annotations

from ..wire import Tap
from .children import Child
from .contenders import WARM, WORK, Entry

RUNS = {"small": 20}
"""How many are counted, for the mean: HTTP/2's window updates and pings come with some calls, not with all."""


def sizes(entry: Entry, case: str, child: Child) -> tuple[int, int]:
    """Payload and wire of one run, in bytes, both directions; no clock is read.

    Args:
        entry: whose bytes.
        case: id of the case.
        child: the server.

    Raises:
        WrongAnswer: an answer was not what it should have been.
    """
    with Tap(_parse(child.address)) as tap:
        client = entry.clients[case](tap.address)
        try:
            client.run(WARM[case], 1)  # connects, so that no handshake is counted
            runs = RUNS.get(case, 1)
            with tap.capture() as capture:
                client.run(WORK[case], runs)
            return round(capture.totals.payload / runs), round(capture.totals.wire / runs)
        finally:
            client.close()


def _parse(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)
