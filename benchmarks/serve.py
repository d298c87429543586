"""Unary latency: `serve` against the lines of `grpc.server` that it replaces, and their aio counterparts.

python benchmarks/serve.py
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from concurrent import futures
from pathlib import Path

from figures import row

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import protos, serve, serve_aio

import grpc  # isort: skip (after helpers, which keeps its log quiet)

quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")
REQUEST = quote_pb2.GetQuoteRequest(weight_grams=1200)
CALLS = 40  # a round


class Quotes(quote_pb2_grpc.QuoteServiceServicer):
    """Answers at once."""

    def GetQuote(self, request, context):  # noqa: D102
        return quote_pb2.GetQuoteResponse(price_cents=450)


class AioQuotes(quote_pb2_grpc.QuoteServiceServicer):
    """Answers at once, on the event loop."""

    async def GetQuote(self, request, context):  # noqa: D102
        return quote_pb2.GetQuoteResponse(price_cents=450)


def by_hand() -> tuple[grpc.Server, str]:
    server = grpc.server(futures.ThreadPoolExecutor(10))
    quote_pb2_grpc.add_QuoteServiceServicer_to_server(Quotes(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"


async def aio_by_hand() -> tuple[grpc.aio.Server, str]:
    server = grpc.aio.server()
    quote_pb2_grpc.add_QuoteServiceServicer_to_server(AioQuotes(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, f"127.0.0.1:{port}"


def sync_rounds(rounds: int) -> dict[str, list[float]]:
    plain, address = by_hand()
    with (
        serve(Quotes()) as ours,
        grpc.insecure_channel(address) as a,
        grpc.insecure_channel(ours.address) as b,
    ):
        stubs = {
            "by hand": quote_pb2_grpc.QuoteServiceStub(a),
            "serve": quote_pb2_grpc.QuoteServiceStub(b),
        }
        found: dict[str, list[float]] = {name: [] for name in stubs}
        for number in range(-2, rounds):  # two rounds to warm up
            for name in sorted(stubs, reverse=bool(number % 2)):
                for _ in range(CALLS):
                    start = time.perf_counter()
                    stubs[name].GetQuote(REQUEST)
                    if number >= 0:
                        found[name].append(time.perf_counter() - start)
    plain.stop(None).wait()
    return found


async def aio_rounds(rounds: int) -> dict[str, list[float]]:
    plain, address = await aio_by_hand()
    ours = await serve_aio(AioQuotes())
    async with grpc.aio.insecure_channel(address) as a, grpc.aio.insecure_channel(ours.address) as b:
        stubs = {
            "by hand": quote_pb2_grpc.QuoteServiceStub(a),
            "serve": quote_pb2_grpc.QuoteServiceStub(b),
        }
        found: dict[str, list[float]] = {name: [] for name in stubs}
        for number in range(-2, rounds):
            for name in sorted(stubs, reverse=bool(number % 2)):
                for _ in range(CALLS):
                    start = time.perf_counter()
                    await stubs[name].GetQuote(REQUEST)
                    if number >= 0:
                        found[name].append(time.perf_counter() - start)
    await ours.stop()
    await plain.stop(None)
    return found


def show(kind: str, found: dict[str, list[float]]) -> None:
    median = {name: statistics.median(times) for name, times in found.items()}
    row(f"{kind}: the lines by hand", f"{median['by hand'] * 1e6:.0f} µs")
    row(f"{kind}: serve", f"{median['serve'] * 1e6:.0f} µs")
    row(f"{kind}: ratio", f"{median['serve'] / median['by hand']:.3f}", "1.0 within noise")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    arguments = parser.parse_args()
    show("sync", sync_rounds(arguments.rounds))
    show("aio", asyncio.run(aio_rounds(arguments.rounds)))
