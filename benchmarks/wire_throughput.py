"""Throughput of a server stream of 20,000 messages through a recording tap, against a direct channel.

python benchmarks/wire_throughput.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import grpc
from wire_common import STREAM_MESSAGES, direct_and_tapped, ratio, table

ROUNDS = 7


def main() -> None:
    found = direct_and_tapped(timed, ROUNDS)
    median = {name: statistics.median(rates) for name, rates in found.items()}
    rows = [
        ("20,000-message server stream, direct", "", f"{median['direct']:,.0f} messages/s"),
        ("20,000-message server stream, through the tap", "", f"{median['tap']:,.0f} messages/s"),
        ("tap to direct", "at least 0.8", ratio(found, "tap", "direct")),
    ]
    table(rows)


def timed(to: grpc.Channel) -> Callable[[], float]:
    call = to.unary_stream("/bench.Bench/Stream")

    def run() -> float:
        start = time.perf_counter()
        count = sum(1 for _ in call(b""))
        assert count == STREAM_MESSAGES
        return count / (time.perf_counter() - start)

    return run


if __name__ == "__main__":
    main()
