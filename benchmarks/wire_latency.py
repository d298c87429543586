"""Latency of small unary calls through a recording tap, against a direct channel.

python benchmarks/wire_latency.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import grpc
from wire_common import MESSAGE, direct_and_tapped, ratio, table

CALLS, ROUNDS = 50, 30


def main() -> None:
    found = direct_and_tapped(timed, ROUNDS)
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
