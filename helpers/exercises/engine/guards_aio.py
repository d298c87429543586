"""The guards for asyncio's handlers, and the event loop that runs them."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Callable

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from .crew import Crew
from .guards import Begin
from .received import Received, replies_problem, reply_problem


class Runner:
    """A `grpc.aio` server on an event loop and a thread of its own.

    Args:
        crew: whose thread it is.
        make: makes the server, given `grpc.aio.server`.

    Raises:
        TimeoutError: the server did not start.
    """

    def __init__(self, crew: Crew, make: Callable):
        self.address = ""
        self._ready = threading.Event()
        crew.start(lambda: asyncio.run(self._serve(crew, make)))
        if not self._ready.wait(10):
            raise TimeoutError("the asyncio server of this check did not start within 10 s")

    async def _serve(self, crew: Crew, make: Callable) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = make(grpc.aio.server)
        self.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        await server.start()
        self._ready.set()
        # All handlers share this thread, so a stuck one is found here.
        with crew.inside():
            await self._end.wait()
        await server.stop(None)

    def stop(self) -> None:
        """Ends running calls and stops listening."""
        self._loop.call_soon_threadsafe(self._end.set)


def guarded(method: MethodDescriptor, behavior: Callable, begin: Begin, crew: Crew) -> Callable:
    """`behavior`, which is `async`, guarded; see `guards.guarded`."""

    def taken(received: Received, request: object) -> object:
        if method.client_streaming:
            return _recorded(received, request)
        received.requests.append(request)
        return request

    async def checked(received: Received, reply: object, context: grpc.aio.ServicerContext) -> None:
        if likely := reply_problem(method, reply):
            received.refuse(reply, f"a {method.output_type.name}", likely)
            await context.abort(grpc.StatusCode.INTERNAL, "the handler gave something that is no reply")

    async def unary(request, context):
        received = begin(context)
        try:
            reply = behavior(taken(received, request), context)
            if hasattr(reply, "__await__"):
                reply = await reply
            await checked(received, reply, context)
            return reply
        except BaseException as error:
            await _note(received, error, context)
            raise
        finally:
            received.end()

    async def written(request, context):
        received = begin(context)
        try:
            value = await behavior(taken(received, request), context)
            if value is not None:
                received.refuse(value, "replies handed over with yield", replies_problem(method, value) or "")
                await context.abort(grpc.StatusCode.INTERNAL, "the handler gave no stream")
        except BaseException as error:
            await _note(received, error, context)
            raise
        finally:
            received.end()

    async def stream(request, context):
        received = begin(context)
        try:
            async for reply in behavior(taken(received, request), context):
                await checked(received, reply, context)
                received.replies += 1
                yield reply
        except BaseException as error:
            await _note(received, error, context)
            raise
        finally:
            received.end()

    if not method.server_streaming:
        return unary
    # A coroutine for a stream sends its replies with `context.write`.
    return stream if inspect.isasyncgenfunction(behavior) else written


async def _note(received: Received, error: BaseException, context: grpc.aio.ServicerContext) -> None:
    if isinstance(error, asyncio.CancelledError):
        received.cancelled = True
    elif received.problem is None:
        received.judge(error, context)
    if isinstance(error, SystemExit):
        await context.abort(grpc.StatusCode.UNKNOWN, "the handler ended with SystemExit")


class _recorded(AsyncIterator[Message]):
    """A stream of requests that notes what is taken from it."""

    def __init__(self, received: Received, requests: AsyncIterator[Message]):
        self._received, self._requests = received, requests

    async def __anext__(self) -> Message:
        try:
            request = await self._requests.__anext__()
        except StopAsyncIteration:
            self._received.half_closed = True
            raise
        self._received.requests.append(request)
        return request
