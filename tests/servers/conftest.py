"""Greeters that behave and misbehave, and servers of ours and by hand to run them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent import futures
from types import SimpleNamespace

import grpc
import pytest

from helpers import protos, serve, servers


@pytest.fixture(scope="session")
def greeter() -> SimpleNamespace:
    """`pb2`, `grpc` and a well-behaved `Greeter` with all four kinds of methods."""
    pb2, pb2_grpc = protos.load("greeter/v1/greeter.proto")

    class Greeter(pb2_grpc.GreeterServiceServicer):
        def SayHello(self, request, context):
            return pb2.SayHelloResponse(greeting=f"Hello, {request.name}!")

        def SayHelloInLanguages(self, request, context):
            for language, word in (("en", "Hello"), ("de", "Hallo"), ("ja", "こんにちは")):
                yield pb2.SayHelloInLanguagesResponse(language=language, greeting=f"{word}, {request.name}!")

        def SayHelloToAll(self, requests, context):
            names = [request.name for request in requests]
            return pb2.SayHelloToAllResponse(greeting=f"Hello, {' and '.join(names)}!", people=len(names))

        def Chat(self, requests, context):
            for request in requests:
                yield pb2.ChatResponse(greeting=f"Welcome, {request.name}!")

    return SimpleNamespace(pb2=pb2, grpc=pb2_grpc, Greeter=Greeter)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Stops what a test has started, and forgets what its handlers raised."""
    servers.take_failures()
    yield
    servers.stop_all()
    servers.take_failures()


@pytest.fixture
def connect(greeter) -> Iterator[Callable[[object], object]]:
    """Makes a stub for a server or an address; its channel is closed after the test."""
    channels = []

    def connect(server: object) -> object:
        channels.append(grpc.insecure_channel(getattr(server, "address", server)))
        return greeter.grpc.GreeterServiceStub(channels[-1])

    yield connect
    for channel in channels:
        channel.close()


@pytest.fixture
def by_hand(greeter) -> Iterator[Callable[[object], str]]:
    """The lines that `serve` replaces; gives the address."""
    started = []

    def by_hand(servicer: object, **options: object) -> str:
        server = grpc.server(futures.ThreadPoolExecutor(10), **options)
        greeter.grpc.add_GreeterServiceServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        started.append(server)
        return f"127.0.0.1:{port}"

    yield by_hand
    for server in started:
        server.stop(None).wait()


@pytest.fixture(params=["by hand", "serve"])
def start(request, by_hand) -> Callable[[object], object]:
    """Starts a server, by hand or with `serve`: what a client sees must be the same."""
    return by_hand if request.param == "by hand" else serve
