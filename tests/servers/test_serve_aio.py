"""`serve_aio`: starting, stopping, and what handlers on an event loop do wrong."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import subprocess
import threading
import time

import grpc
import pytest

from helpers import serve_aio, servers
from helpers.servers import ServeError

TIMEOUT = 20  # seconds; only a test that fails waits for it
KINDS = ("SayHello", "SayHelloInLanguages", "SayHelloToAll", "Chat")
STREAMS = ("SayHelloInLanguages", "Chat")


@pytest.fixture(scope="session")
def aio_greeter(greeter):
    """A well-behaved greeter of coroutines."""
    pb2 = greeter.pb2

    class AioGreeter(greeter.grpc.GreeterServiceServicer):
        async def SayHello(self, request, context):
            return pb2.SayHelloResponse(greeting=f"Hello, {request.name}!")

        async def SayHelloInLanguages(self, request, context):
            for language in ("en", "de", "ja"):
                yield pb2.SayHelloInLanguagesResponse(language=language)

        async def SayHelloToAll(self, requests, context):
            names = [request.name async for request in requests]
            return pb2.SayHelloToAllResponse(people=len(names))

        async def Chat(self, requests, context):
            async for request in requests:
                yield pb2.ChatResponse(greeting=f"Welcome, {request.name}!")

    return AioGreeter


@contextlib.asynccontextmanager
async def by_hand(greeter, servicer, **options):
    """The lines that `serve_aio` replaces; gives the address."""
    server = grpc.aio.server(**options)
    greeter.grpc.add_GreeterServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(None)


def request_of(pb2, kind):
    return getattr(pb2, f"{kind}Request")(name="Ada")


async def outcome(greeter, address, kind, requests=0):
    """How many replies a call got, and its status.

    A client that still writes when the server has ended the call may be told INTERNAL, whoever runs the
    server; so a stream of requests is empty unless asked for.
    """
    async with grpc.aio.insecure_channel(address) as channel:
        request = request_of(greeter.pb2, kind)
        given = [request] * requests if kind in ("SayHelloToAll", "Chat") else request
        call = getattr(greeter.grpc.GreeterServiceStub(channel), kind)(given, timeout=TIMEOUT)
        replies = 0
        with contextlib.suppress(grpc.RpcError):
            if kind in STREAMS:
                async for _ in call:
                    replies += 1
            else:
                await call
                replies = 1
        return replies, await call.code(), await call.details()


def test_all_four_kinds(greeter, aio_greeter):
    async def main():
        async with await serve_aio(aio_greeter()) as server:
            assert server.running
            assert server.services == ("greeter.v1.GreeterService",)
            assert repr(server) == f"<AioServer greeter.v1.GreeterService on {server.address}, running>"
            replies = [(await outcome(greeter, server.address, kind, 2))[:2] for kind in KINDS]
        assert not server.running
        assert "stopped" in repr(server)
        return replies

    assert asyncio.run(main()) == [(count, grpc.StatusCode.OK) for count in (1, 3, 1, 2)]


def test_plain_functions_run_on_threads(greeter):
    async def main():
        async with await serve_aio(greeter.Greeter()) as server:
            outcomes = [await outcome(greeter, server.address, kind, 2) for kind in KINDS]
            assert all(run.ended_at is not None for run in server.log)
            assert threading.current_thread().name not in {run.thread for run in server.log}
        return [(replies, code) for replies, code, _ in outcomes]

    assert asyncio.run(main()) == [(count, grpc.StatusCode.OK) for count in (1, 3, 1, 2)]


def good(pb2):
    return pb2.ChatResponse(greeting="good")


async def raises(pb2, requests, context):
    raise ValueError("boom")


async def raises_in_a_generator(pb2, requests, context):
    yield good(pb2)
    raise ValueError("boom")


async def aborts(pb2, requests, context):
    await context.abort(grpc.StatusCode.NOT_FOUND, "no such person")


async def aborts_in_a_generator(pb2, requests, context):
    yield good(pb2)
    await context.abort(grpc.StatusCode.NOT_FOUND, "no such person")


async def sets_a_code_and_returns_nothing(pb2, requests, context):
    context.set_code(grpc.StatusCode.NOT_FOUND)
    context.set_details("no such person")


async def returns_nothing(pb2, requests, context):
    return None


async def returns_a_dictionary(pb2, requests, context):
    return {"greeting": "hello"}


async def yields_a_dictionary(pb2, requests, context):
    yield {"greeting": "hello"}


async def writes(pb2, requests, context):
    await context.write(good(pb2))


async def raises_on_purpose(pb2, requests, context):
    raise NotImplementedError


def raises_on_a_thread(pb2, requests, context):
    raise ValueError("boom")


def raises_in_a_generator_on_a_thread(pb2, requests, context):
    yield good(pb2)
    raise ValueError("boom")


def aborts_on_a_thread(pb2, requests, context):
    context.abort(grpc.StatusCode.NOT_FOUND, "no such person")


def returns_nothing_on_a_thread(pb2, requests, context):
    return None


# Body, in which kinds it makes sense, and what the log has to say of it.
UNARY = ("SayHello", "SayHelloToAll")
BODIES = [
    (raises, KINDS, "ValueError: boom"),
    (raises_in_a_generator, STREAMS, "ValueError: boom"),
    (raises_on_purpose, UNARY, "NotImplementedError"),
    (aborts, KINDS, None),
    (aborts_in_a_generator, STREAMS, None),
    (sets_a_code_and_returns_nothing, UNARY, None),
    (
        returns_nothing,
        UNARY,
        "TypeError: The handler gave None where a message belongs. Is a `return` missing?",
    ),
    (returns_a_dictionary, UNARY, "TypeError: The handler gave a dict where a message belongs."),
    (yields_a_dictionary, STREAMS, "TypeError: The handler gave a dict where a message belongs."),
    (yields_a_dictionary, UNARY, "TypeError: This method has one reply, so its handler must `return` it"),
    (writes, STREAMS, None),
    (raises_on_a_thread, UNARY, "ValueError: boom"),
    (raises_in_a_generator_on_a_thread, STREAMS, "ValueError: boom"),
    (aborts_on_a_thread, UNARY, None),
    (returns_nothing_on_a_thread, UNARY, "TypeError: The handler gave None where a message belongs."),
]
CASES = [(body, kind, told) for body, kinds, told in BODIES for kind in kinds]


def wait_until(holds) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)


def servicer(greeter, kind, body):
    """A greeter, one of whose methods is `body`, of the same flavor."""
    pb2 = greeter.pb2
    if inspect.isasyncgenfunction(body):

        async def method(self, request, context):
            async for message in body(pb2, request, context):
                yield message
    elif inspect.iscoroutinefunction(body):

        async def method(self, request, context):
            return await body(pb2, request, context)
    elif inspect.isgeneratorfunction(body):

        def method(self, request, context):
            yield from body(pb2, request, context)
    else:

        def method(self, request, context):
            return body(pb2, request, context)

    return type("Greeter", (greeter.grpc.GreeterServiceServicer,), {kind: method})()


@pytest.mark.parametrize(
    ("body", "kind", "told"), CASES, ids=[f"{body.__name__}-{kind}" for body, kind, _ in CASES]
)
def test_as_plain_grpc_and_written_down(body, kind, told, greeter):
    async def main():
        async with by_hand(greeter, servicer(greeter, kind, body)) as address:
            plain = await outcome(greeter, address, kind)
        async with await serve_aio(servicer(greeter, kind, body)) as server:
            assert await outcome(greeter, server.address, kind) == plain
        return server.log

    (run,) = asyncio.run(main())
    wait_until(
        lambda: run.ended_at is not None
    )  # a handler on a thread may end after its client has its answer
    failures = servers.take_failures()
    if told is None:
        assert run.error is None
        assert failures == []
    else:
        assert told in run.traceback
        assert failures == [run]
        if "boom" in told:
            assert run.traceback.count('File "') == run.traceback.count(f'File "{__file__}"') == 2


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_has_written_yet_is_no_failure(kind, greeter):
    async def main():
        async with await serve_aio(greeter.grpc.GreeterServiceServicer()) as server:
            return await outcome(greeter, server.address, kind), server.log

    (replies, code, _), log = asyncio.run(main())
    assert (replies, code) == (0, grpc.StatusCode.UNIMPLEMENTED)
    assert [run.error for run in log] == [None]


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_that_the_client_cancels_is_no_failure(kind, greeter):
    async def waits(pb2, request, context):
        await asyncio.sleep(TIMEOUT)

    async def streams(pb2, request, context):
        while True:
            yield good(pb2)
            await asyncio.sleep(0.001)

    async def main():
        body = streams if kind in STREAMS else waits
        server = await serve_aio(servicer(greeter, kind, body))
        async with server, grpc.aio.insecure_channel(server.address) as channel:
            request = request_of(greeter.pb2, kind)
            given = [request] if kind in ("SayHelloToAll", "Chat") else request
            call = getattr(greeter.grpc.GreeterServiceStub(channel), kind)(given, timeout=TIMEOUT)
            while not len(server.log):
                await asyncio.sleep(0.005)
            call.cancel()
            while server.log[0].ended_at is None:
                await asyncio.sleep(0.005)
        return server.log

    (run,) = asyncio.run(asyncio.wait_for(main(), TIMEOUT))
    assert run.error is None
    assert servers.take_failures() == []


def test_interceptors_and_options_reach_the_server(greeter, aio_greeter):
    seen = []

    class Watch(grpc.aio.ServerInterceptor):
        async def intercept_service(self, continuation, details):
            handler = await continuation(details)
            seen.append((details.method, handler.request_streaming, handler.response_streaming))
            return handler

    async def main():
        options = [("grpc.max_receive_message_length", 1)]
        async with await serve_aio(aio_greeter(), interceptors=[Watch()], options=options) as server:
            return [(await outcome(greeter, server.address, kind, 1))[1] for kind in KINDS]

    assert set(asyncio.run(main())) == {grpc.StatusCode.RESOURCE_EXHAUSTED}
    assert [streaming for _, *streaming in seen] == [
        [False, False],
        [False, True],
        [True, False],
        [True, True],
    ]


def test_what_it_refuses(greeter, aio_greeter):
    async def refused(*given, **options):
        with pytest.raises(ServeError) as caught:
            await serve_aio(*given, **options)
        return str(caught.value)

    async def main():
        assert "at least one servicer" in await refused()
        assert "got the class AioGreeter" in await refused(aio_greeter)
        assert "is not a servicer" in await refused(object())
        assert "Two servicers offer" in await refused(aio_greeter(), aio_greeter())
        async with await serve_aio(aio_greeter()) as server:
            assert "is in use" in await refused(aio_greeter(), port=server.port)

    asyncio.run(main())


def test_a_misspelt_method_is_warned_of_at_the_caller_s_line(greeter):
    class Misspelt(greeter.grpc.GreeterServiceServicer):
        async def SayHelo(self, request, context):
            return None

    async def main():
        with pytest.warns(UserWarning, match="has no method SayHelo; it has SayHello") as warned:
            async with await serve_aio(Misspelt()):
                pass
        assert [warning.filename for warning in warned] == [__file__]

    asyncio.run(main())


def test_stop_frees_the_port_and_may_be_called_twice(aio_greeter):
    async def main():
        server = await serve_aio(aio_greeter())
        await server.stop()
        await server.stop()
        again = await serve_aio(aio_greeter(), port=server.port)
        await again.stop()

    asyncio.run(main())


def test_stop_from_another_thread(greeter, aio_greeter):
    async def main():
        server = await serve_aio(aio_greeter())
        told = []
        server.on_stop(lambda: told.append("stopped"))
        await asyncio.to_thread(server.stop)
        await asyncio.wait_for(server.stop(), TIMEOUT)
        assert told == ["stopped"]
        server.on_stop(lambda: told.append("late"))
        assert told == ["stopped", "late"]
        return (await outcome(greeter, server.address, "SayHello"))[1]

    assert asyncio.run(main()) is grpc.StatusCode.UNAVAILABLE


def test_stop_all_from_another_thread_and_from_the_loop(aio_greeter):
    async def main():
        for stop_all in (asyncio.to_thread, lambda function: asyncio.sleep(0, function())):
            server = await serve_aio(aio_greeter())
            await stop_all(servers.stop_all)
            assert not server.running
            await asyncio.wait_for(server.stop(), TIMEOUT)

    asyncio.run(main())


def test_stop_all_when_the_loop_rests(greeter, aio_greeter):
    """As at the end of a kernel, whose loop has ended by then."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(serve_aio(aio_greeter()))
    servers.stop_all()
    assert not server.running
    assert (
        loop.run_until_complete(outcome(greeter, server.address, "SayHello"))[1]
        is grpc.StatusCode.UNAVAILABLE
    )
    loop.close()


def test_grace_lets_calls_finish(greeter):
    async def main():
        inside, release = asyncio.Event(), asyncio.Event()

        class Slow(greeter.grpc.GreeterServiceServicer):
            async def SayHello(self, request, context):
                inside.set()
                await release.wait()
                return greeter.pb2.SayHelloResponse()

        server = await serve_aio(Slow())
        call = asyncio.ensure_future(outcome(greeter, server.address, "SayHello"))
        await inside.wait()
        stopped = server.stop(grace=TIMEOUT)
        release.set()
        _, code, _ = await call
        await stopped
        return code

    assert asyncio.run(main()) is grpc.StatusCode.OK


def test_an_abort_that_no_client_hears_is_no_mistake(greeter):
    """On asyncio reading ends as at the half-close where the client has gone, and gRPC cannot send the status."""

    class Refusing(greeter.grpc.GreeterServiceServicer):
        async def SayHelloToAll(self, requests, context):
            async for _ in requests:
                read.set()
            await context.abort(grpc.StatusCode.DATA_LOSS, "not all of it")

    async def main():
        nonlocal read
        read = asyncio.Event()
        async with await serve_aio(Refusing()) as server:
            async with grpc.aio.insecure_channel(server.address) as channel:
                call = greeter.grpc.GreeterServiceStub(channel).SayHelloToAll()
                await call.write(greeter.pb2.SayHelloToAllRequest(name="Ada"))
                await read.wait()
                call.cancel()
                while server.log[-1].ended_at is None:
                    await asyncio.sleep(0.01)
            return server.log[-1].error

    read = None
    assert asyncio.run(main()) is None
    assert servers.take_failures() == []


LEFT = """
import asyncio
from helpers import protos, serve_aio

pb2, pb2_grpc = protos.load("greeter/v1/greeter.proto")
class Greeter(pb2_grpc.GreeterServiceServicer):
    async def SayHello(self, request, context):
        return pb2.SayHelloResponse()
"""


@pytest.mark.parametrize(
    "run",
    [
        "asyncio.run(serve_aio(Greeter()))",
        "asyncio.new_event_loop().run_until_complete(serve_aio(Greeter()))",
        "loop = asyncio.new_event_loop()\nloop.run_until_complete(serve_aio(Greeter()))\nloop.close()",
    ],
)
def test_a_program_that_leaves_its_server_ends_in_silence(python, root, run):
    ended = subprocess.run(
        [python, "-c", LEFT + run], cwd=root, capture_output=True, encoding="utf-8", timeout=TIMEOUT
    )
    assert (ended.returncode, ended.stderr) == (0, "")
