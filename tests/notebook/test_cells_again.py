"""Cells are run again and again: a cell replaces its own servers, and leaves those of others alone."""

from __future__ import annotations

import pytest

SERVE = "server = serve(Greeter()); kept = [*globals().get('kept', []), server]"


@pytest.fixture
def running(kernel):
    """Says which of the servers in `kept` run."""
    kernel.run("kept = []")
    return lambda: kernel.value("[server.running for server in kept]")


def test_a_cell_that_is_run_again_replaces_its_server(kernel, running):
    for _ in range(3):
        run = kernel.run(SERVE, cell="a")
        assert (run.error, run.stderr) == ("", "")
    assert running() == [False, False, True]
    assert kernel.run("hello(server)").value == "Hello, Ada!"


def test_an_edited_cell_does_too(kernel, running):
    kernel.run(SERVE, cell="a")
    kernel.run("# edited\n" + SERVE, cell="a")
    assert running() == [False, True]


def test_another_cell_does_not(kernel, running):
    kernel.run(SERVE, cell="a")
    kernel.run(SERVE, cell="b")
    assert running() == [True, True]


def test_without_ids_the_same_text_is_the_same_cell(kernel, running):
    kernel.run(SERVE)
    kernel.run(SERVE)
    assert running() == [False, True]
    kernel.run(SERVE + " # another cell")
    assert running() == [False, True, True]


def test_several_servers_of_one_cell_live_together(kernel, running):
    twice = f"{SERVE}\n{SERVE}"
    kernel.run(twice, cell="a")
    assert running() == [True, True]
    kernel.run(twice, cell="a")
    assert running() == [False, False, True, True]


def test_a_fixed_port_is_free_again_for_the_next_run(kernel, running):
    kernel.run("spare = serve(Greeter()); port = spare.port; spare.stop().wait()")
    for _ in range(5):
        assert kernel.run("server = serve(Greeter(), port=port)", cell="a").error == ""
        assert kernel.run("hello(server)").value == "Hello, Ada!"


def test_a_server_made_by_a_function_belongs_to_the_cell_that_called(kernel, running):
    kernel.run("def start():\n    kept.append(serve(Greeter()))")
    kernel.run("start()", cell="a")
    kernel.run("start()", cell="b")
    kernel.run("start()", cell="a")
    assert running() == [False, True, True]


def test_an_aio_server_is_replaced_too_on_its_port(kernel, running):
    kernel.run("""
        class AioGreeter(pb2_grpc.GreeterServiceServicer):
            async def SayHello(self, request, context):
                return pb2.SayHelloResponse(greeting="Hello, asyncio!")
    """)
    kernel.run("server = await serve_aio(AioGreeter()); port = server.port; kept = [server]", cell="a")
    for _ in range(3):
        run = kernel.run("server = await serve_aio(AioGreeter(), port=port); kept.append(server)", cell="a")
        assert run.error == ""
    assert running() == [False, False, False, True]
    ask = """
        async with grpc.aio.insecure_channel(server.address) as channel:
            reply = await pb2_grpc.GreeterServiceStub(channel).SayHello(pb2.SayHelloRequest(), timeout=20)
        reply.greeting
    """
    assert kernel.run(ask).value == "Hello, asyncio!"
    kernel.run("servers.stop_all()")
    assert running() == [False] * 4


def test_serve_in_a_loop_is_told_and_the_kernel_goes_on(kernel, running):
    run = kernel.run("while True:\n    serve(Greeter())", cell="a")
    assert run.error.split("\n") == [
        "ServeError: 50 servers are running already: is serve() called in a loop?",
        "Stop them with `servers.stop_all()`, or keep one and use it again.",
    ]
    assert kernel.run("servers.stop_all()").error == ""
    assert kernel.run("hello(serve(Greeter()))").value == "Hello, Ada!"


def test_a_misspelt_method_is_warned_of_each_time(kernel, running):
    code = """
class Misspelt(pb2_grpc.GreeterServiceServicer):
    def SayHelo(self, request, context):
        return None
server = serve(Misspelt())
"""
    for _ in range(2):
        run = kernel.run(code, cell="a")
        assert "GreeterService has no method SayHelo; it has SayHello" in run.stderr
        assert run.error == ""
