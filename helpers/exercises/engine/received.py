"""One call as a server of ours received it, and what is wrong with a handler's answer."""

from __future__ import annotations

import inspect
import threading
import time
from dataclasses import dataclass, field

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from . import wording
from .verdict import Failed, Raised, Unwritten


@dataclass(eq=False)
class Received:
    """One call, from the server's side.

    Attributes:
        method: the method's name, `"GetQuote"`.
        requests: the messages that the handler has taken, in order.
        metadata: what the client sent, by key.
        deadline: seconds the client gave the call, as they stood when it arrived; None without a deadline.
        arrived: `time.monotonic()` seconds.
        ended: the same clock; None while the handler runs.
        replies: messages sent so far.
        half_closed: whether the handler has seen the end of the requests.
        cancelled: whether the call was over for the client before the handler had ended.
        problem: what was wrong with the handler's answer: `Failed`, `Raised`, `Unwritten` or None.
    """

    method: str
    requests: list[Message] = field(default_factory=list)
    metadata: dict[str, str | bytes] = field(default_factory=dict)
    deadline: float | None = None
    arrived: float = field(default_factory=time.monotonic)
    ended: float | None = None
    replies: int = 0
    half_closed: bool = False
    cancelled: bool = False
    problem: Exception | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def begin(cls, method: MethodDescriptor, context: grpc.ServicerContext) -> Received:
        """The record of a call that has just arrived."""
        left = context.time_remaining()
        received = cls(
            method.name,
            metadata=dict(context.invocation_metadata() or ()),
            # Without a deadline gRPC answers with None, or with the years until its end of time.
            deadline=left if left is not None and left < 1e8 else None,
            half_closed=not method.client_streaming,
        )
        # asyncio's context has no such method: there a cancelled handler is told by CancelledError.
        getattr(context, "add_callback", lambda _: None)(received._client_is_done)
        return received

    @property
    def text(self) -> str:
        """`GetQuote(weight_grams=100)`."""
        return wording.call_text(self.method, self.requests[0] if len(self.requests) == 1 else self.requests)

    def over(self, within: float) -> bool:
        """Waits until the handler has ended, `within` seconds at most, and returns whether it has."""
        return self._over.wait(within)

    def end(self) -> None:
        """Notes that the handler has ended."""
        self.ended = time.monotonic()
        self._over.set()

    def judge(self, error: BaseException, context: grpc.ServicerContext) -> None:
        """Notes what a handler raised, unless it is gRPC's way to end a call."""
        gone = isinstance(error, grpc.RpcError) and self.cancelled  # the requests of a cancelled call
        if gone or isinstance(error, (grpc.aio.AbortError, GeneratorExit)) or _is_abort(error, context):
            return
        if isinstance(error, NotImplementedError) and context.code() is grpc.StatusCode.UNIMPLEMENTED:
            self.problem = Unwritten(f"`{self.method}` is not written yet.")
        elif isinstance(error, (Exception, SystemExit, KeyboardInterrupt)):
            self.problem = Raised(error, _raise_advice(error), called=self.text)

    def refuse(self, reply: object, wanted: str, likely: str) -> None:
        """Notes that a handler gave something other than its method's reply."""
        if inspect.iscoroutine(reply):
            reply.close()  # or Python warns that it was never awaited
        came = wording.show(reply) if isinstance(reply, Message) else wording.describe(reply)
        self.problem = Failed(likely, called=self.text, expected=wanted, came=came)

    def _client_is_done(self) -> None:
        self.cancelled = self.ended is None


def reply_problem(method: MethodDescriptor, reply: object) -> str | None:
    """What is wrong with one reply, None if nothing is."""
    name = method.output_type.name
    if isinstance(reply, Message):
        if reply.DESCRIPTOR.full_name == method.output_type.full_name:
            return None
        return f"`{method.name}` answers with a `{name}`, and yours is a `{reply.DESCRIPTOR.name}`."
    if reply is None:
        return f"Your `{method.name}` gave back None. Is a `return` missing on some path through it?"
    if isinstance(reply, dict):
        return (
            f"Your `{method.name}` gave back a dict. gRPC sends messages: make a `{name}` with these fields."
        )
    if inspect.iscoroutine(reply):
        return f"`{method.name}` is written with `async def`, and this server is not asyncio's. Leave out the `async`."
    if inspect.isgenerator(reply) or inspect.isasyncgen(reply):
        return (
            f"There is a `yield` in `{method.name}`. It sends one reply, so it hands it over with `return`."
        )
    if isinstance(reply, grpc.StatusCode):
        return (
            f"A status is not returned as a value: `context.abort(grpc.StatusCode.{reply.name}, ...)` "
            "ends the call with it."
        )
    return (
        f"Your `{method.name}` gave back {wording.describe(reply)}. Put it into a `{name}` and return that."
    )


def replies_problem(method: MethodDescriptor, replies: object) -> str | None:
    """What is wrong with what a streaming handler returned in place of its replies, None if nothing is."""
    if hasattr(replies, "__next__") or hasattr(replies, "__anext__"):
        return None
    if isinstance(replies, (list, tuple)):
        return f"Your `{method.name}` collects all replies and returns them at once. Hand over each with `yield` instead."
    if inspect.iscoroutine(replies):
        return f"`{method.name}` is written with `async def`, and this server is not asyncio's. Leave out the `async`."
    return (
        f"`{method.name}` sends a stream of replies: hand over each with `yield`. "
        f"Yours gave back {wording.describe(replies)}."
    )


def _is_abort(error: BaseException, context: grpc.ServicerContext) -> bool:
    # context.abort() sets the status and raises a bare Exception.
    return type(error) is Exception and not error.args and context.code() is not None


def _raise_advice(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return (
            "Your handler called `sys.exit()`. A handler cannot end the server: the client would wait for an answer "
            "that never comes. End the call with `return` or `context.abort(...)`."
        )
    if isinstance(error, NotImplementedError):
        return "A part of your code is still unwritten: it raised NotImplementedError."
    if isinstance(error, RecursionError):
        return "A function called itself again and again until Python gave up. What should end it?"
    return ""
