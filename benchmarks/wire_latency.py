"""Latency of small unary calls through a recording tap, against a direct channel.

python benchmarks/wire_latency.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import grpc
from wire_common import MESSAGE, channel, ratio, server, table, take_turns

from helpers.wire import tap

CALLS, ROUNDS = 50, 30


def main() -> None:
    with (
        server() as port,
        tap(port) as wire,
        channel(f"127.0.0.1:{port}") as direct,
        channel(wire.address) as tapped,
    ):
        ways = {"direct": timed(direct), "tap": timed(tapped)}
        for way in ways.values():
            way()  # connects, and warms up
        found = take_turns(ways, ROUNDS)
    median = {name: statistics.median(times) for name, times in found.items()}
    rows = [
        ("median unary latency, direct", "", f"{median['direct'] * 1e6:.0f} µs"),
        ("median unary latency, through the tap", "", f"{median['tap'] * 1e6:.0f} µs"),
        ("tap to direct", "at most 1.3", ratio(found, "tap", "direct")),
    ]
    table(rows)


def timed(to: grpc.Channel) -> Callable[[], float]:
    call = to.unary_unary("/bench.Bench/Unary")

    def run() -> float:
        times = []
        for _ in range(CALLS):
            start = time.perf_counter()
            call(MESSAGE)
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    return run


if __name__ == "__main__":
    main()
