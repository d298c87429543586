"""What the benchmarks of the wire share: a server, a table, and rounds that take turns."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc

from helpers.wire import tap

STREAM_MESSAGES = 20_000
MESSAGE = b"\x0a\x0ehello, courier\x10\x96\x01"


class _Handler(grpc.GenericRpcHandler):
    """Answers without protobuf, so that what is measured is the way of the bytes."""

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        if details.method.endswith("/Unary"):
            return grpc.unary_unary_rpc_method_handler(lambda request, context: MESSAGE)
        return grpc.unary_stream_rpc_method_handler(self._stream)

    @staticmethod
    def _stream(request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        for _ in range(STREAM_MESSAGES):
            yield MESSAGE


@contextmanager
def server(credentials: grpc.ServerCredentials | None = None) -> Iterator[int]:
    """A server on loopback, with TLS where it has credentials; gives its port."""
    running = grpc.server(ThreadPoolExecutor(4), options=(("grpc.so_reuseport", 0),))
    running.add_generic_rpc_handlers((_Handler(),))
    address = "127.0.0.1:0"
    port = (
        running.add_secure_port(address, credentials) if credentials else running.add_insecure_port(address)
    )
    running.start()
    try:
        yield port
    finally:
        running.stop(None).wait()


def channel(address: str, credentials: grpc.ChannelCredentials | None = None) -> grpc.Channel:
    """A channel with a connection of its own, with TLS where it has credentials."""
    options = (("grpc.enable_http_proxy", 0), ("grpc.use_local_subchannel_pool", 1))
    if credentials is not None:
        return grpc.secure_channel(address, credentials, options)
    return grpc.insecure_channel(address, options)


def direct_and_tapped(
    timed: Callable[[grpc.Channel], Callable[[], float]], rounds: int
) -> dict[str, list[float]]:
    """Measure one thing over a direct channel and over one through a recording tap, in turns."""
    with (
        server() as port,
        tap(port) as wire,
        channel(f"127.0.0.1:{port}") as direct,
        channel(wire.address) as tapped,
    ):
        ways = {"direct": timed(direct), "tap": timed(tapped)}
        for way in ways.values():
            way()  # connects, and warms up
        return take_turns(ways, rounds)


def take_turns(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure several ways once in each round, in a new order each time: a noisy moment hits all of them."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    shuffle = random.Random(1).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            found[name].append(ways[name]())
    return found


def ratio(found: dict[str, list[float]], of: str, to: str) -> str:
    """Median of the ratios within each round, and the middle half of them."""
    ratios = sorted(one / other for one, other in zip(found[of], found[to], strict=True))
    low, middle, high = statistics.quantiles(ratios, n=4)
    return f"{middle:.2f} (half of the rounds between {low:.2f} and {high:.2f})"


def table(rows: list[tuple[str, str, str]]) -> None:
    """Print figures, their targets, and what was measured."""
    head = ("figure", "target", "measured")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(3)]
    for row in (head, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
