"""A schema and a server with all four kinds of calls, for the tests of the wire."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import grpc
import pytest

from helpers import protos
from helpers.wire import Tap, close_all, tap

SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture(scope="session")
def kinds() -> tuple[ModuleType, ModuleType]:
    """``kinds_pb2`` and ``kinds_pb2_grpc``."""
    return protos.load(SCHEMAS / "kinds.proto")


@pytest.fixture(scope="session")
def kinds_pb2(kinds) -> ModuleType:
    return kinds[0]


@pytest.fixture(scope="session")
def legacy_pb2() -> ModuleType:
    return protos.load(SCHEMAS / "legacy.proto")[0]


@pytest.fixture(scope="session")
def servicer(kinds):
    """What answers in the tests."""
    pb2, pb2_grpc = kinds

    class Kinds(pb2_grpc.KindsServicer):
        def Unary(self, request, context):
            if request.how == "abort":
                context.set_trailing_metadata((("reason", "none"), ("reason-bin", b"\x00\xff")))
                context.abort(grpc.StatusCode.NOT_FOUND, "no parcel № 7")
            if request.how == "sleep":
                while context.is_active():
                    time.sleep(0.01)
            if request.how == "metadata":
                context.send_initial_metadata((("first", "1"),))
                context.set_trailing_metadata((("last", "2"),))
            return pb2.Reply(text=request.text * max(1, request.size))

        def ServerStream(self, request, context):
            for number in range(request.count):
                yield pb2.Reply(text=request.text * max(1, request.size), number=number)
            if request.how == "abort":
                context.abort(grpc.StatusCode.DATA_LOSS, "half way")
            while request.how == "sleep" and context.is_active():
                time.sleep(0.01)

        def ClientStream(self, requests, context):
            return pb2.Reply(text="".join(each.text for each in requests))

        def Both(self, requests, context):
            for number, each in enumerate(requests):
                yield pb2.Reply(text=each.text, number=number)

    return Kinds()


@pytest.fixture
def make_server(kinds, servicer):
    """Starts servers; gives their ports."""
    running = []

    def make(*options: tuple[str, object], compression: grpc.Compression | None = None) -> int:
        server = grpc.server(
            ThreadPoolExecutor(8), options=(("grpc.so_reuseport", 0), *options), compression=compression
        )
        kinds[1].add_KindsServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        running.append(server)
        return port

    yield make
    for server in running:
        server.stop(None).wait(5)


@pytest.fixture
def wire(make_server) -> Iterator[Tap]:
    """A tap in front of a server."""
    with tap(make_server()) as made:
        yield made


@pytest.fixture
def stub(wire, kinds):
    """A client through the tap."""
    with open_channel(wire.address) as channel:
        yield kinds[1].KindsStub(channel)


@pytest.fixture(autouse=True)
def _no_tap_stays():
    yield
    close_all()


def open_channel(address: str, *options: tuple[str, object], **kwargs: object) -> grpc.Channel:
    """A channel with a connection of its own."""
    always = (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0))
    return grpc.insecure_channel(address, options=(*always, *options), **kwargs)


@pytest.fixture(scope="session")
def channel_to():
    """``open_channel``, for tests."""
    return open_channel
