"""What an interceptor costs a unary call, on either side, against the same call without one.

python benchmarks/interceptors.py
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent import futures
from typing import Any

from figures import row
from serve import CALLS, REQUEST, Quotes, grpc, quote_pb2_grpc

from helpers import serve
from helpers.exercises.metadata_interceptors.setup import around


class Finding(grpc.ServerInterceptor):
    """Looks at the metadata, and finds the handler."""

    def intercept_service(self, continuation, details):  # noqa: D102
        dict(details.invocation_metadata)
        return continuation(details)


class Wrapping(grpc.ServerInterceptor):
    """Wraps the handler, as a stopwatch or a log does."""

    def intercept_service(self, continuation, details):  # noqa: D102
        def wrap(function):
            def wrapped(request, context):
                started = time.perf_counter()
                try:
                    return function(request, context)
                finally:
                    time.perf_counter() - started

            return wrapped

        return around(continuation(details), wrap)


class Adding(grpc.UnaryUnaryClientInterceptor):
    """Adds a pair to the metadata, on the client's side."""

    def intercept_unary_unary(self, continuation, details, request):  # noqa: D102
        metadata = [*(details.metadata or ()), ("x-request-id", "1")]
        return continuation(details._replace(metadata=metadata), request)


@contextlib.contextmanager
def plain(interceptors: Sequence[grpc.ServerInterceptor] = (), before: Sequence[Any] = ()) -> Iterator[Any]:
    """A stub of a plain server with these interceptors, and with those `before` the channel."""
    server = grpc.server(futures.ThreadPoolExecutor(10), interceptors=interceptors)
    quote_pb2_grpc.add_QuoteServiceServicer_to_server(Quotes(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield quote_pb2_grpc.QuoteServiceStub(grpc.intercept_channel(channel, *before))
    server.stop(None).wait()


@contextlib.contextmanager
def served(interceptors: Sequence[grpc.ServerInterceptor]) -> Iterator[Any]:
    """The same, started by `serve`, which looks at what the interceptors do."""
    with (
        serve(Quotes(), interceptors=interceptors) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        yield quote_pb2_grpc.QuoteServiceStub(channel)


def measured(rounds: int) -> dict[str, list[float]]:
    """Seconds of each call by what it went through; the candidates take turns, in both directions."""
    with contextlib.ExitStack() as stack:
        stubs = {
            "none": stack.enter_context(plain()),
            "one that finds the handler": stack.enter_context(plain([Finding()])),
            "one that wraps it": stack.enter_context(plain([Wrapping()])),
            "five that wrap it": stack.enter_context(plain([Wrapping() for _ in range(5)])),
            "one of the client": stack.enter_context(plain(before=[Adding()])),
            "serve, none": stack.enter_context(served([])),
            "serve, one that wraps it": stack.enter_context(served([Wrapping()])),
        }
        found: dict[str, list[float]] = {name: [] for name in stubs}
        for number in range(-2, rounds):  # two rounds to warm up
            for name in list(stubs)[:: -1 if number % 2 else 1]:
                for _ in range(CALLS):
                    start = time.perf_counter()
                    stubs[name].GetQuote(REQUEST)
                    if number >= 0:
                        found[name].append(time.perf_counter() - start)
        return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    median = {name: statistics.median(times) for name, times in measured(parser.parse_args().rounds).items()}
    row("none", f"{median['none'] * 1e6:.0f} µs")
    for name, value in list(median.items())[1:]:
        base = "serve, none" if name.startswith("serve, one") else "none"
        row(f"{name}, against {base}", f"{value / median[base]:.3f}")
