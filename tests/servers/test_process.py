"""What servers leave behind in a process, how a process with servers ends, and proxies."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import grpc
import pytest

from helpers import serve, serve_aio
from tests.servers.footprint import Footprint, settled

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 20  # seconds; only a test that fails waits for it

GREETER = """
import threading
from helpers import protos, serve, serve_aio, servers
import grpc
pb2, pb2_grpc = protos.load("greeter/v1/greeter.proto")
class Greeter(pb2_grpc.GreeterServiceServicer):
    def SayHello(self, request, context):
        return pb2.SayHelloResponse(greeting=f"Hello, {request.name}!")
    def SayHelloToAll(self, requests, context):
        for request in requests:
            pass
        return pb2.SayHelloToAllResponse()
def connect(server):
    return pb2_grpc.GreeterServiceStub(grpc.insecure_channel(server.address))
"""


def run(program: str, **environment: str) -> str:
    """Runs a program as somebody would who has cloned the course; returns what it printed on both streams."""
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    clean.pop("GRPC_VERBOSITY", None)
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**clean, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


SAY_HELLO = 'print(connect(server).SayHello(pb2.SayHelloRequest(name="Ada"), timeout=10).greeting)\n'


def test_a_process_ends_while_a_server_runs():
    assert run(GREETER + "server = serve(Greeter())\n" + SAY_HELLO) == "Hello, Ada!\n"


def test_a_process_ends_while_streams_are_open():
    """Handlers that wait for requests would keep it alive for ever: the pool's threads are joined at the end."""
    program = """
    inside, never = threading.Event(), threading.Event()
    class Waiting(Greeter):
        def SayHelloToAll(self, requests, context):
            inside.set()
            return super().SayHelloToAll(requests, context)
    stub = connect(server := serve(Waiting()))
    call = stub.SayHelloToAll.future(iter(never.wait, None))
    assert inside.wait(10)
    print("end")
    """
    assert run(GREETER + textwrap.dedent(program)) == "end\n"


def test_a_process_ends_while_a_polite_handler_runs():
    program = """
    inside = threading.Event()
    class Busy(Greeter):
        def SayHello(self, request, context):
            inside.set()
            while context.is_active():
                threading.Event().wait(0.01)
    call = connect(server := serve(Busy())).SayHello.future(pb2.SayHelloRequest())
    assert inside.wait(10)
    print("end")
    """
    assert run(GREETER + textwrap.dedent(program)) == "end\n"


def test_a_process_ends_while_an_aio_server_rests():
    """As a kernel does: the loop has ended, and is not closed."""
    program = """
    import asyncio
    loop = asyncio.new_event_loop()
    class AioGreeter(pb2_grpc.GreeterServiceServicer):
        async def SayHello(self, request, context):
            return pb2.SayHelloResponse()
    server = loop.run_until_complete(serve_aio(AioGreeter()))
    print("end")
    """
    assert run(GREETER + textwrap.dedent(program)) == "end\n"


@pytest.mark.parametrize("first", ["", "import grpc\n"], ids=["helpers first", "grpc first"])
def test_behind_a_proxy(first):
    program = first + GREETER + "server = serve(Greeter())\n" + SAY_HELLO
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "grpc_proxy"), "http://127.0.0.1:9")
    # The log has to be off before gRPC is imported; in the course's kernels it is.
    assert run(program, GRPC_VERBOSITY="NONE", **proxies) == "Hello, Ada!\n"


def test_a_proxy_would_break_it_without_helpers():
    program = """
    import grpc
    try:
        grpc.insecure_channel("127.0.0.1:9").unary_unary("/a/b")(b"", timeout=10)
    except grpc.RpcError as error:
        print(error.details())
    """
    assert "127.0.0.1:8: " in run(program, http_proxy="http://127.0.0.1:8")
    assert "127.0.0.1:9: " in run(
        "import helpers\n" + textwrap.dedent(program), http_proxy="http://127.0.0.1:8"
    )


def test_what_no_proxy_said_before_is_kept():
    program = """
    import os
    import helpers
    print(os.environ["no_proxy"], os.environ["NO_PROXY"])
    """
    assert run(program, no_proxy="intern.example", NO_PROXY="") == (
        "intern.example,127.0.0.1,localhost 127.0.0.1,localhost\n"
    )


def test_a_child_process_says_nothing():
    program = """
    import os, warnings
    warnings.simplefilter("ignore")  # Python's own, about forking with threads
    server = serve(Greeter())
    stub = connect(server)
    stub.SayHello(pb2.SayHelloRequest(), timeout=10)
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    os.system("echo from a shell")
    server.stop()
    """
    assert run(GREETER + textwrap.dedent(program)) == "from a shell\n"


def test_a_hundred_servers_leave_nothing(greeter):
    def once() -> list:
        server = serve(greeter.Greeter(), workers=3)
        with grpc.insecure_channel(server.address) as channel:
            stub = greeter.grpc.GreeterServiceStub(channel)
            assert stub.SayHello(greeter.pb2.SayHelloRequest(), timeout=TIMEOUT).greeting
            list(stub.Chat(iter([greeter.pb2.ChatRequest()]), timeout=TIMEOUT))
        server.stop()
        return [server]

    kept = once()
    before = settled(Footprint())
    for _ in range(100):
        kept += once()  # as a notebook does, whose variables and outputs stay
    assert not settled(before).exceeds(before)
    assert len(kept) == 101


def test_fifty_aio_servers_leave_nothing(greeter):
    class AioGreeter(greeter.grpc.GreeterServiceServicer):
        async def SayHello(self, request, context):
            return greeter.pb2.SayHelloResponse(greeting="Hello")

    async def main():
        async def once() -> list:
            server = await serve_aio(AioGreeter())
            async with grpc.aio.insecure_channel(server.address) as channel:
                stub = greeter.grpc.GreeterServiceStub(channel)
                await stub.SayHello(greeter.pb2.SayHelloRequest(), timeout=TIMEOUT)
            await server.stop()
            return [server]

        kept = await once()
        before = await asyncio.to_thread(Footprint)
        for _ in range(50):
            kept += await once()
        return before, await asyncio.to_thread(settled, before)

    before, now = asyncio.run(main())
    assert not now.exceeds(before)
