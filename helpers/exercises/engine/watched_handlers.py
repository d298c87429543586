"""Handlers under watch: what goes wrong in the learner's code is noted, then the call ends."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from helpers.learner_threads import LearnerThreads

from .received_call import ReceivedCall

Begin = Callable[[Any], ReceivedCall]


def watched(
    method: MethodDescriptor, behavior: Callable[..., Any], begin: Begin, threads: LearnerThreads
) -> Callable[..., Any]:
    """`behavior` under watch, as a function of the kind that gRPC expects for the method."""

    def unary(request: Any, context: grpc.ServicerContext) -> Message:
        received = begin(context)
        with _watching(received, context):
            with threads.interruptible():
                reply = behavior(received.given(request, _Requests), context)
            received.returned(context)
            if received.refuses(reply, context):
                _give_up(context)
            return reply

    def stream(request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        received = begin(context)
        with _watching(received, context):
            with threads.interruptible():
                replies = behavior(received.given(request, _Requests), context)
            if received.refuses_stream(replies):
                _give_up(context)
            while True:
                with threads.interruptible():
                    try:
                        reply = next(replies)
                    except StopIteration:
                        received.returned(context)
                        return
                if received.refuses(reply, context):
                    _give_up(context)
                received.replies += 1
                yield reply

    return stream if method.server_streaming else unary


def watched_aio(
    method: MethodDescriptor, behavior: Callable[..., Any], begin: Begin, _: LearnerThreads
) -> Callable[..., Any]:
    """The same for a `behavior` that is `async`."""

    async def unary(request: Any, context: grpc.aio.ServicerContext) -> Message:
        received = begin(context)
        async with _watching_aio(received, context):
            reply = behavior(received.given(request, _AioRequests), context)
            if inspect.isawaitable(reply):
                reply = await reply
            if received.refuses(reply, context):
                await _give_up(context)
            return reply

    async def written(request: Any, context: grpc.aio.ServicerContext) -> None:
        received = begin(context)
        async with _watching_aio(received, context):
            value = await behavior(received.given(request, _AioRequests), context)
            if value is not None and received.refuses_stream(value):
                await _give_up(context)

    async def stream(request: Any, context: grpc.aio.ServicerContext) -> AsyncIterator[Message]:
        received = begin(context)
        async with _watching_aio(received, context):
            async for reply in behavior(received.given(request, _AioRequests), context):
                if received.refuses(reply, context):
                    await _give_up(context)
                received.replies += 1
                yield reply

    if not method.server_streaming:
        return unary
    # A coroutine for a stream sends its replies with `context.write`.
    return stream if inspect.isasyncgenfunction(behavior) else written


@contextlib.contextmanager
def _watching(received: ReceivedCall, context: grpc.ServicerContext) -> Iterator[None]:
    received.watch(context)
    try:
        yield
    except GeneratorExit:
        raise
    except BaseException as error:
        if received.problem is None:
            received.judge(error, context)
        if isinstance(error, Exception):
            raise
        # gRPC catches an Exception only: after sys.exit() the client would wait for ever.
        context.abort(grpc.StatusCode.UNKNOWN, f"the handler ended with {type(error).__name__}")
    finally:
        received.end()


@contextlib.asynccontextmanager
async def _watching_aio(received: ReceivedCall, context: grpc.aio.ServicerContext) -> AsyncIterator[None]:
    try:
        yield
    except BaseException as error:
        if isinstance(error, asyncio.CancelledError):
            received.cancelled = True
        elif received.problem is None:
            received.judge(error, context)
        if isinstance(error, SystemExit):
            await context.abort(grpc.StatusCode.UNKNOWN, "the handler ended with SystemExit")
        raise
    finally:
        received.end()


def _give_up(context: Any) -> Any:
    return context.abort(grpc.StatusCode.INTERNAL, "the handler gave something that is no reply")


class _Requests(Iterator[Message]):
    """A stream of requests that notes what is taken from it."""

    def __init__(self, received: ReceivedCall, requests: Iterator[Message]):
        self._received, self._requests = received, requests

    def __next__(self) -> Message:
        try:
            return self._received.took(next(self._requests))
        except StopIteration:
            self._received.saw_the_end()
            raise


class _AioRequests(AsyncIterator[Message]):
    """The same for asyncio's handlers."""

    def __init__(self, received: ReceivedCall, requests: AsyncIterator[Message]):
        self._received, self._requests = received, requests

    async def __anext__(self) -> Message:
        try:
            return self._received.took(await anext(self._requests))
        except StopAsyncIteration:
            self._received.saw_the_end()
            raise
