"""What is wrong with a handler's replies, in words."""

from __future__ import annotations

import inspect
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from . import formatting


def reply_problem(method: MethodDescriptor, reply: object, context: Any) -> str:
    """What is wrong with one reply; empty if nothing is."""
    name = method.output_type.name
    streams = method.server_streaming
    gave, hand_over = ("yielded", "yield") if streams else ("gave back", "return")
    if isinstance(reply, Message):
        if reply.DESCRIPTOR.full_name == method.output_type.full_name:
            return ""
        return f"`{method.name}` answers with a `{name}`, and yours is a `{reply.DESCRIPTOR.name}`."
    if reply is None and getattr(context, "code", lambda: None)() not in (None, 0):
        return (
            f"`context.set_code` notes a status, and the handler goes on. Yours then {gave} None: {hand_over} a "
            f"`{name}` all the same, or end the call with `context.abort(...)`."
        )
    if reply is None and streams:
        return f"Your `{method.name}` yielded None. Each `yield` sends one `{name}`."
    if reply is None:
        return f"Your `{method.name}` gave back None. Is a `return` missing on some path through it?"
    if isinstance(reply, tuple) and len(reply) == 1 and isinstance(reply[0], Message):
        return (
            f"Your `{method.name}` {gave} a tuple with a message in it. A comma behind the message makes one."
        )
    if isinstance(reply, dict):
        return f"Your `{method.name}` {gave} a dict. gRPC sends messages: make a `{name}` with these fields."
    if inspect.iscoroutine(reply):
        return f"`{method.name}` is written with `async def`, and this server is not asyncio's. Leave out the `async`."
    if inspect.isgenerator(reply) or inspect.isasyncgen(reply):
        if streams:
            return f"Your `{method.name}` yielded a generator. `yield from` hands over what a generator gives, one by one."
        return (
            f"There is a `yield` in `{method.name}`. It sends one reply, so it hands it over with `return`."
        )
    if isinstance(reply, grpc.StatusCode):
        return (
            f"A status is not {'yielded' if streams else 'returned'} as a value: "
            f"`context.abort(grpc.StatusCode.{reply.name}, ...)` ends the call with it."
        )
    return f"Your `{method.name}` {gave} {formatting.describe(reply)}. Make a `{name}` of it, and {hand_over} that."


def replies_problem(method: MethodDescriptor, replies: object) -> str:
    """What is wrong with what a streaming handler returned in place of its replies; empty if nothing is."""
    if hasattr(replies, "__next__") or hasattr(replies, "__anext__"):
        return ""
    if isinstance(replies, (list, tuple)):
        return f"Your `{method.name}` collects all replies and returns them at once. Hand over each with `yield` instead."
    if inspect.iscoroutine(replies):
        return f"`{method.name}` is written with `async def`, and this server is not asyncio's. Leave out the `async`."
    return (
        f"`{method.name}` sends a stream of replies: hand over each with `yield`. "
        f"Yours gave back {formatting.describe(replies)}."
    )
