"""One call as a server of the check received it, and what is wrong with a handler's answer."""

from __future__ import annotations

import contextlib
import inspect
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from helpers.servers import is_unheard

from . import explanations, formatting
from .reply_problems import replies_problem, reply_problem
from .verdict import Incorrect, NotAttempted, Raised

Context = Any  # grpc.ServicerContext or asyncio's; the types of the first know no `code()`


@dataclass(eq=False)
class ReceivedCall:
    """One call, from the server's side.

    Attributes:
        descriptor: the method's descriptor.
        requests: the messages that the handler has taken, in order.
        pairs: the metadata that the client sent; a key may come twice.
        deadline: seconds the client gave the call, as they stood when it arrived; None without a deadline.
        arrived: `time.monotonic()` seconds.
        ended: the same clock; None while the handler runs.
        replies: messages sent so far.
        is_ours: whether the handler is one of ours, so that nothing it does is the learner's doing.
        half_closed: whether the handler has seen the end of the requests.
        cancelled: whether the call was over for the client before the handler had ended.
        read_again: whether the handler has asked for more requests after it had seen their end.
        aborts: what `context.abort` has raised.
        abort_was_caught: whether the handler went on after that.
        problem: what was wrong with the handler's answer: `Incorrect`, `Raised`, `NotAttempted` or None.
    """

    descriptor: MethodDescriptor
    requests: list[Any] = field(default_factory=list)
    pairs: tuple[tuple[str, str | bytes], ...] = ()
    deadline: float | None = None
    arrived: float = field(default_factory=time.monotonic)
    ended: float | None = None
    replies: int = 0
    is_ours: bool = False
    half_closed: bool = False
    cancelled: bool = False
    problem: Exception | None = None
    read_again: bool = False
    aborts: list[BaseException] = field(default_factory=list)
    abort_was_caught: bool = False
    _is_watched: bool = False
    _over: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def begin(cls, method: MethodDescriptor, context: Context, *, is_ours: bool = False) -> ReceivedCall:
        """The record of a call that has just arrived."""
        left = context.time_remaining()
        received = cls(
            method,
            pairs=tuple((key, value) for key, value in context.invocation_metadata() or ()),
            # Without a deadline gRPC answers with None, or with the years until its end of time.
            deadline=left if left is not None and left < 1e8 else None,
            half_closed=not method.client_streaming,
            is_ours=is_ours,
        )
        # asyncio's context has no such method: there a cancelled handler is told by CancelledError.
        getattr(context, "add_callback", lambda _: None)(received._client_is_done)
        return received

    @property
    def metadata(self) -> dict[str, str | bytes]:
        """What the client sent, by key."""
        return dict(self.pairs)

    @property
    def method(self) -> str:
        """The method's name, `"GetQuote"`."""
        return self.descriptor.name

    @property
    def text(self) -> str:
        """`GetQuote(weight_grams=100)`."""
        return formatting.call_text(
            self.method, self.requests[0] if len(self.requests) == 1 else self.requests
        )

    def given(self, request: Any, watch: Callable[[ReceivedCall, Any], object]) -> object:
        """What the handler gets: the request, or all of them under `watch`."""
        if self.descriptor.client_streaming:
            return watch(self, request)
        return self.took(request)

    def took(self, request: Message) -> Message:
        """Notes a request that the handler has got."""
        self.requests.append(request)
        return request

    def saw_the_end(self) -> None:
        """Notes that the handler has asked for more, and there was none."""
        self.read_again = self.half_closed
        self.half_closed = True

    def over(self, within: float) -> bool:
        """Waits until the handler has ended, `within` seconds at most, and returns whether it has."""
        return self._over.wait(within)

    def end(self) -> None:
        """Notes that the handler has ended."""
        self.ended = time.monotonic()
        self._over.set()

    def watch(self, context: Context) -> None:
        """Notes each `context.abort`: it raises, and an `except` of the handler's own may catch that."""
        abort = context.abort

        def noted(*args: Any, **named: Any) -> None:
            try:
                abort(*args, **named)
            except Exception as error:
                if is_abort(error, context):
                    self.aborts.append(error)
                    if grpc.StatusCode.OK in (*args, *named.values()):
                        self.problem = Incorrect(
                            "`abort` is for errors, and gRPC makes UNKNOWN of an OK. A call that went well ends with "
                            "`return`.",
                            called=self.text, expected="an error's status", actual="OK",
                        )  # fmt: skip
                raise

        with contextlib.suppress(AttributeError):  # the context of asyncio's server lets nothing be set
            context.abort = noted
            self._is_watched = True

    def returned(self, context: Context) -> None:
        """Notes that a handler came to its end by itself."""
        self.abort_was_caught = bool(self.aborts)
        self._look_at_status(context)

    def seen(self, sent: int) -> str:
        """What the handler did that explains a reply other than expected; empty where nothing was seen.

        Args:
            sent: how many requests the client sent.
        """
        if self.is_ours:
            return ""
        if not self.half_closed and len(self.requests) < sent:
            return (
                f"Your handler took {len(self.requests)} of {sent} requests and ended. What made it leave its loop: "
                "a `return` or a `break` inside?"
            )
        return self.went_on()

    def went_on(self) -> str:
        """Whether the handler went on where it should have ended: after an `abort`, or after the last request."""
        if self.is_ours:
            return ""
        if self.abort_was_caught:
            return (
                "`context.abort` ends a handler by raising an exception, and something in yours caught it and went on: "
                "an `except Exception`, for one. Call `abort` outside of the `try`, or catch less."
            )
        if self.read_again:
            return (
                "The requests can be read once: your handler had read them to their end, and asked for more after that. "
                "Did `list(...)`, or an earlier loop, take them all?"
            )
        return ""

    def judge(self, error: BaseException, context: Context) -> None:
        """Notes what a handler raised, unless it is gRPC's way to end a call."""
        if self.is_ours:
            return
        self.abort_was_caught = bool(self.aborts) and (error is not self.aborts[-1] or len(self.aborts) > 1)
        # What the requests of a cancelled call raise; the callback that notes the cancellation may be later.
        gone = isinstance(error, grpc.RpcError) and not self._is_wanted(context)
        if gone or is_unheard(error, context) or isinstance(error, (grpc.aio.AbortError, GeneratorExit)):
            return
        if is_abort(error, context):
            self._look_at_status(context)
            return
        if isinstance(error, NotImplementedError) and context.code() is grpc.StatusCode.UNIMPLEMENTED:
            self.problem = NotAttempted(f"`{self.method}` is not written yet.")
        elif isinstance(error, (Exception, SystemExit, KeyboardInterrupt)):
            self.problem = Raised(error, explanations.explain(error), called=self.text)

    def refuses(self, reply: object, context: Context) -> bool:
        """Whether a handler gave something other than a reply of its method, which is noted."""
        problem = reply_problem(self.descriptor, reply, context)
        if problem and reply is None and self.aborts:
            self.abort_was_caught = True
            problem = self.went_on()
        return self._refused(reply, f"a {self.descriptor.output_type.name}", problem)

    def refuses_stream(self, replies: object) -> bool:
        """Whether a streaming handler returned something other than its replies, which is noted."""
        return self._refused(
            replies, "replies handed over with yield", replies_problem(self.descriptor, replies)
        )

    def _refused(self, reply: object, expected: str, diagnosis: str) -> bool:
        if not diagnosis:
            return False
        if inspect.iscoroutine(reply):
            reply.close()  # or Python warns that it was never awaited
        actual = formatting.show(reply) if isinstance(reply, Message) else formatting.describe(reply)
        self.problem = Incorrect(diagnosis, called=self.text, expected=expected, actual=actual)
        return True

    def _look_at_status(self, context: Context) -> None:
        code = context.code() if self._is_watched else None
        if code is not None and not isinstance(code, grpc.StatusCode) and self.problem is None:
            self.problem = Incorrect(
                "A status is a `grpc.StatusCode`, such as `grpc.StatusCode.NOT_FOUND`, and yours was "
                f"{formatting.show(code)}.",
                called=self.text, expected="a grpc.StatusCode", actual=formatting.describe(code),
            )  # fmt: skip

    def _is_wanted(self, context: Context) -> bool:
        """Whether the client still waits, as far as anybody knows: asyncio's context cannot be asked."""
        return not self.cancelled and getattr(context, "is_active", lambda: True)()

    def _client_is_done(self) -> None:
        self.cancelled = self.ended is None


def is_abort(error: BaseException, context: Context) -> bool:
    """Whether this is what `context.abort` raises: it sets the status, and raises a bare Exception."""
    return type(error) is Exception and not error.args and context.code() is not None
