"""asyncio in a notebook: an `await` that is missing, a loop that runs already, a task that was stopped."""

from __future__ import annotations

import asyncio
import inspect
import re

from .. import deadlock
from ..error_context import ErrorContext
from ..grpc_log import client_failures
from .rows import Row
from .statuses import told_of_iteration

STOPPED = "stopped here. The kernel, its variables and its servers go on."
_CALLS = {
    "UnaryUnaryCall": "await the call: reply = await stub.Method(request).",
    "StreamUnaryCall": "await the call: reply = await stub.Method(requests).",
    "UnaryStreamCall": "read it with `async for reply in call:`, or `await call.read()`.",
    "StreamStreamCall": "read it with `async for reply in call:`, or `await call.read()`.",
}


def _stopped(context: ErrorContext, _: re.Match[str]) -> str:
    return deadlock.take() or STOPPED


def _cancelled(_: ErrorContext, __: re.Match[str]) -> str:
    if client_failures.iterating:
        return told_of_iteration(client_failures.iterating[-1])
    return (
        "what is awaited here was cancelled, by the stop button or by `.cancel()`.\n"
        "The kernel, its variables and its servers go on; run the cell again to begin anew."
    )


def _coroutine(context: ErrorContext, _: re.Match[str]) -> str | None:
    thing = getattr(context.error, "obj", None)
    if inspect.iscoroutine(thing):
        name = thing.__name__
        return f"{name}(...) gives a coroutine, and the `await` before it is missing.\nWrite `await {name}(...)`."
    return None


def _coroutine_given(context: ErrorContext, _: re.Match[str]) -> str | None:
    """A coroutine where a function of gRPC's, or of ours, wants what it gives."""
    if not context.called or context.own is None:
        return None
    for value in context.called[0].f_locals.values():
        if inspect.iscoroutine(value):
            name = value.__name__
            return f"{name}(...) gives a coroutine, and the `await` before it is missing.\nWrite `await {name}(...)`."
    return None


def _awaited(_: ErrorContext, found: re.Match[str]) -> str:
    return f"A call of grpc.aio is no reply yet.\nMend this line: {_CALLS[found[1]]}"


TABLE = (
    Row(
        (TypeError, AttributeError),
        r"^'Channel' object does not support the context manager protocol",
        "What belongs to asyncio begins and ends in `async with`.\n"
        "Write `async with grpc.aio.insecure_channel(...) as channel:`.",
    ),
    Row(KeyboardInterrupt, r"", _stopped),
    Row(asyncio.CancelledError, r"", _cancelled),
    Row(
        RuntimeError,
        r"asyncio\.run\(\) cannot be called from a running event loop|Runner\.run\(\) cannot be called",
        "A notebook runs an event loop already, and a cell may await.\nWrite `await main()` instead of asyncio.run.",
    ),
    Row(
        RuntimeError,
        r"This event loop is already running|Cannot run the event loop while another loop is running",
        "A notebook runs an event loop already, and a cell may await.\nWrite `await main()` instead of starting a loop.",
    ),
    Row(
        RuntimeError,
        r"attached to a different loop",
        "This was made on another event loop than the one that runs now; channels and servers of grpc.aio "
        "belong to one.\nMake the channel in the cell, or the function, that awaits its calls.",
    ),
    Row((TypeError, ValueError, AttributeError), r"coroutine", _coroutine_given),
    Row(AttributeError, r"^'coroutine' object has no attribute", _coroutine),
    Row(
        TypeError,
        r"^(?:cannot unpack non-iterable coroutine|'coroutine' object (?:is not|does not))",
        "A coroutine stands where its result belongs: an `await` is missing.\nWrite `await` before the call.",
    ),
    Row(
        TypeError,
        r"^'async_generator' object is not iterable",
        "This generator is an asynchronous one.\nRead it with `async for`, or with [item async for item in it].",
    ),
    Row(
        TypeError,
        r"^a coroutine was expected, got <.*Call\b",
        "A call of grpc.aio can be awaited, and is no coroutine, of which tasks are made.\n"
        "Write a small `async def` that awaits it, or give the call to asyncio.gather.",
    ),
    Row(
        TypeError,
        r"_(?:Multi|Single)ThreadedRendezvous can't be used in 'await'",
        "This is a call of a plain stub: nothing can be awaited there.\n"
        "Write `.result()` behind it, or make the stub over grpc.aio.insecure_channel(...).",
    ),
    Row(
        Exception,
        r"iterator and read/write APIs may not be mixed",
        "A call is used in one way: with iterators (`async for`, a generator of requests), or with read() and write().\n"
        "Choose one of them for this call; the next call may take the other.",
    ),
    Row(
        asyncio.InvalidStateError,
        r"half closed after calling",
        "`done_writing()` has told the server that no more requests come.\n"
        "Write all requests before it, or begin a new call.",
    ),
    Row(
        TypeError,
        r"(?:Server|Tap)'?(?: object)? can't be (?:used in 'await'|awaited)",
        "This is there at once, and nothing has to be awaited.\nLeave `await` out.",
    ),
    Row(
        TypeError,
        r"Stream(?:Stream)?Call'?(?: object)? can't be (?:used in 'await'|awaited)",
        f"A stream of replies cannot be awaited as a whole.\nMend this line: {_CALLS['UnaryStreamCall']}",
    ),
    Row(
        TypeError,
        r"^'async for' requires an object with __aiter__ method, got _(?:Multi|Single)ThreadedRendezvous",
        "This is a call of a plain stub, which blocks instead of awaiting.\n"
        "Write `for` alone, or make the stub over grpc.aio.insecure_channel(...).",
    ),
    Row((AttributeError, TypeError), rf"^'({'|'.join(_CALLS)})' object (?:has no|is not)", _awaited),
)
