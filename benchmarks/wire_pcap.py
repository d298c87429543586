"""Time to open a pcap of 100,000 HTTP/2 frames, against tshark on the same file, in turns.

python benchmarks/wire_pcap.py
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from wire_common import MESSAGE, channel, ratio, server, table, take_turns

from helpers.wire import Capture, load, tap
from helpers.wire.packets.reading import read_packets
from helpers.wire.pcap import SERVER_PORT

FRAMES, ROUNDS = 100_000, 5
THEIRS = (
    "-d",
    f"tcp.port=={SERVER_PORT},http2",
    "-T",
    "fields",
    "-e",
    "http2.type",
    "-e",
    "http2.header.name",
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls.pcap"
        frames, size = write(file)
        ways = {
            "load": timed(lambda: assert_all(load(file), frames)),
            "packets": timed(lambda: read_only(file)),
        }
        tshark = shutil.which("tshark")
        if tshark is not None:
            command = [tshark, "-r", str(file), *THEIRS]
            ways["tshark"] = lambda: processor_time(command)
        found = take_turns(ways, ROUNDS)
    took = statistics.median(found["load"]) * 100_000 / frames
    packets = statistics.median(found["packets"]) * 100_000 / frames
    rows = [
        (
            "a pcap of 100,000 frames, opened and decoded",
            "",
            f"{took:.2f} s ({size / 1e6:.1f} MB, {frames:,} frames)",
        ),
        ("  of this, packets and TCP", "", f"{packets:.2f} s"),
    ]
    if tshark is not None:
        rows.append(
            ("  times tshark, which prints types and names", "at most 1", ratio(found, "load", "tshark"))
        )
    table(rows)


def write(file: Path) -> tuple[int, int]:
    """A recording of unary calls, as packets; gives its frames and bytes."""
    with server() as port, tap(port, limit=1 << 30) as wire, channel(wire.address) as to:
        unary = to.unary_unary("/bench.Bench/Unary")
        frames = 0
        while frames < FRAMES:
            for number in range(1000):
                unary(MESSAGE, timeout=5, metadata=(("x-request-id", f"{number:08x}"),))
            frames = wire.snapshot().totals.frames
        capture = wire.snapshot()
        capture.save_pcap(file)
        return len(capture.frames), os.path.getsize(file)


def assert_all(capture: Capture, frames: int) -> None:
    assert abs(len(capture.frames) - frames) < 5
    assert all(call.status == "OK" for call in capture.calls[:100])


def read_only(file: Path) -> None:
    """Packets, TCP and records, without frames."""
    with open(file, "rb") as opened:
        assert read_packets(opened, file).records


def timed(run: Callable[[], object]) -> Callable[[], float]:
    """Seconds of processor time of a run."""

    def once() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return once


def processor_time(command: list[str]) -> float:
    """Seconds of processor time of a command."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    main()
