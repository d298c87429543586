"""The bytes that a run takes, counted by the tap on a connection that is open and warm."""

from __future__ import annotations

from helpers.wire import Tap
from helpers.wire.taps.open_taps import parse_target

from .candidates import WARM, WORK, Setup
from .processes import ServerProcess

RUNS = {"small": 20}
"""How many are counted, for the mean: HTTP/2's window updates and pings come with some calls, not with all."""


def sizes(setup: Setup, case: str, process: ServerProcess) -> tuple[int, int]:
    """Payload and wire of one run, in bytes, both directions; no clock is read.

    Raises:
        WrongAnswer: an answer was not what it should have been.
    """
    with Tap(parse_target(process.address)) as tap:
        client = setup.clients[case](tap.address)
        try:
            client.run(WARM[case], 1)  # connects, so that no handshake is counted
            runs = RUNS.get(case, 1)
            with tap.capture() as capture:
                client.run(WORK[case], runs)
            return round(capture.totals.payload / runs), round(capture.totals.wire / runs)
        finally:
            client.close()
