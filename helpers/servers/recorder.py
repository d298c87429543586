"""Handlers that write down their own runs: `serve` and `serve_aio` register these instead of the learner's.

They are wrapped once, when they are registered. An interceptor would do as well, but costs every call a
tenth of its time.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import Message

from .arguments import ServeError
from .log import HandlerLog, HandlerRun, note_failure
from .metadata import mistake_in_metadata

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


class RecordingServer:
    """Stands in for a server while generated `add_..._to_server` functions register with it.

    Attributes:
        services: full names of the services registered so far.
    """

    def __init__(self, server: grpc.Server | grpc.aio.Server, log: HandlerLog):
        self._server, self._log = server, log
        self.services: list[str] = []

    def add_generic_rpc_handlers(self, generic_rpc_handlers: object) -> None:
        """Does nothing: the same handlers come by name in the next call, and can be wrapped there."""

    def add_registered_method_handlers(self, service_name: str, method_handlers: dict[str, Handler]) -> None:
        """Registers the handlers of one service, each with its recorder; see `grpc.Server`.

        Raises:
            ServeError: another servicer offers this service already.
        """
        if service_name in self.services:
            raise ServeError(f"Two servicers offer {service_name}; a server can have one. Leave one out.")
        wrapped = {
            name: _wrapped(handler, f"/{service_name}/{name}", self._log)
            for name, handler in method_handlers.items()
        }
        generic = grpc.method_handlers_generic_handler(service_name, wrapped)
        self._server.add_generic_rpc_handlers((generic,))
        self._server.add_registered_method_handlers(service_name, wrapped)
        self.services.append(service_name)


def _wrapped(handler: Handler, method: str, log: HandlerLog) -> Handler:
    streams = (handler.request_streaming, handler.response_streaming)
    kind = "_".join("stream" if is_stream else "unary" for is_stream in streams)

    def begin(context: grpc.ServicerContext) -> HandlerRun:
        run = HandlerRun(method, context.invocation_metadata())
        log.append(run)
        return run

    wrapped: Handler = getattr(grpc, f"{kind}_rpc_method_handler")(
        _recorded(getattr(handler, kind), handler.response_streaming, begin),
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )
    return wrapped


def _recorded(
    behavior: Callable[..., Any], streams: bool, begin: Callable[[grpc.ServicerContext], HandlerRun]
) -> Callable[..., Any]:
    """A function of the same flavor as `behavior`, since gRPC treats each flavor in its own way."""
    yields = inspect.isgeneratorfunction(behavior) or inspect.isasyncgenfunction(behavior)

    async def async_stream(request: Any, context: grpc.ServicerContext) -> AsyncIterator[Message]:
        with _Watch(begin(context), context) as watch:
            async for message in behavior(request, context):
                yield watch.checked(message, " Does a `yield` have nothing after it?")

    async def coroutine(request: Any, context: grpc.ServicerContext) -> Any:
        with _Watch(begin(context), context) as watch:
            if yields:
                watch.note(_ONE_REPLY)
            reply = await behavior(request, context)
            if reply is None and not streams and (mistake := _unawaited(behavior)):
                watch.note(mistake)
                return reply
            if streams and reply is not None:
                watch.note(_yields(reply))
            return reply if streams else watch.checked(reply)  # a stream's handler may use context.write

    def generator(request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        yield from _passed_on(behavior(request, context), _Watch(begin(context), context))

    def stream(request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        watch = _Watch(begin(context), context)
        try:
            messages = behavior(request, context)
        except BaseException as error:
            watch.__exit__(type(error), error, None)
            raise
        return _passed_on(messages, watch)

    def sender(
        request: Any, context: grpc.ServicerContext, send: Callable[[Message | None], None] | None = None
    ) -> Iterator[Message] | None:
        if send is None:  # grpc.aio knows nothing of it
            return stream(request, context)
        # It keeps `send`, calls it whenever there is something to say, and with None at the end: no thread waits.
        watch = _Watch(begin(context), context)

        def sent(message: Message | None) -> None:
            if message is None:
                watch.__exit__(None, None, None)
            send(message)

        try:
            behavior(request, context, sent)
        except BaseException as error:
            watch.__exit__(type(error), error, None)
            raise
        return None

    def function(request: Any, context: grpc.ServicerContext) -> Any:
        with _Watch(begin(context), context) as watch:
            return watch.checked(behavior(request, context))

    if getattr(behavior, "experimental_non_blocking", False):
        # What gRPC asks a handler for; of the packages around it, `Watch` of health checking has it.
        vars(sender).update(vars(getattr(behavior, "__func__", behavior)))
        return sender
    if streams and inspect.isasyncgenfunction(behavior):
        return async_stream
    if inspect.iscoroutinefunction(behavior) or inspect.isasyncgenfunction(behavior):
        return coroutine
    if not streams:
        return function
    return generator if yields else stream


def _passed_on(messages: Iterator[Message], watch: _Watch) -> Iterator[Message]:
    with watch:
        if not hasattr(messages, "__next__"):
            watch.note(_yields(messages))
        while True:
            try:
                message = next(messages)  # as gRPC does: a list is refused here, too
            except StopIteration:
                return
            yield watch.checked(message, _NO_VALUE)


def _yields(returned: object) -> str:
    return f"This method streams its replies, so its handler must `yield` them; it returned {_describe(returned)}."


def _unawaited(behavior: Callable[..., Any]) -> str:
    """What to tell of a handler on asyncio that calls `context.abort` without `await`, and so goes on after it."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(behavior)))
    except (OSError, TypeError, SyntaxError):
        return ""
    awaited = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Await)}
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) and id(node) not in awaited else None
        if isinstance(called, ast.Attribute) and called.attr in ("abort", "abort_with_status"):
            name = ast.unparse(called)
            return f"On asyncio `{name}(...)` is a coroutine, and its `await` is missing: write `await {name}(...)`."
    return ""


_NO_VALUE = " Does a `yield` have nothing after it? gRPC ends the stream there."
_ONE_REPLY = "This method has one reply, so its handler must `return` it; it has a `yield`."


class _Watch:
    """Writes down how one run of a handler ends."""

    __slots__ = ("_context", "_run")

    def __init__(self, run: HandlerRun, context: grpc.ServicerContext):
        self._run, self._context = run, context

    def __enter__(self) -> _Watch:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, _: object) -> None:
        self._run.ended_at = time.monotonic()
        code = _code(self._context)
        if code is not None and not _is_status(code, self._context) and self._run.error is None:
            aborted = type(error) is Exception and not error.args
            if aborted or error is None:
                name = "abort" if aborted else "set_code"
                self.note(
                    f"`context.{name}` takes a status, such as grpc.StatusCode.NOT_FOUND, and got {code!r}."
                )
        if mistake := dropped_metadata(self._context):
            raise self.note(mistake)
        if error is not None and self._run.error is None and is_mistake(error, self._context):
            self._run.error = error
            note_failure(self._run)

    def checked(self, message: Any, missing: str = " Is a `return` missing?") -> Any:
        """Passes a reply on to gRPC, which answers what is no message with "Failed to serialize response!"."""
        if not isinstance(message, Message) and _code(self._context) in (None, grpc.StatusCode.OK):
            hint = missing if message is None else ""
            mistake = f"The handler gave {_describe(message)} where a message belongs.{hint}"
            self.note(_ONE_REPLY if inspect.isgenerator(message) else mistake)
        return message

    def note(self, mistake: str) -> TypeError:
        """Writes down a mistake that gRPC would hide from its author."""
        self._run.error = error = TypeError(mistake)
        note_failure(self._run)
        return error


def _code(context: grpc.ServicerContext) -> grpc.StatusCode | None:
    """The status a handler has set; plain functions on an aio server have a context that does not tell."""
    code = context.code() if hasattr(context, "code") else None
    return code or None


def _is_status(code: object, context: grpc.ServicerContext) -> bool:
    """Whether gRPC takes this for a status; numbers are one on asyncio alone."""
    return isinstance(code, grpc.StatusCode) or (
        isinstance(code, int) and not isinstance(context, grpc.ServicerContext)
    )


def dropped_metadata(context: grpc.ServicerContext) -> str | None:
    """What is wrong with the trailing metadata that a handler has set, which are dropped then; `None` if nothing is.

    gRPC would fail on a thread of its own when it sends them, and the client would wait for ever.
    """
    if not hasattr(context, "trailing_metadata"):
        return None
    if mistake := mistake_in_metadata(context.trailing_metadata()):
        context.set_trailing_metadata(())
        return mistake.replace("`metadata`", "the trailing metadata", 1)
    return None


def is_mistake(error: BaseException, context: grpc.ServicerContext) -> bool:
    """Whether a handler raised this by accident, rather than to end the call on purpose."""
    if not isinstance(error, (Exception, SystemExit)) or isinstance(error, grpc.aio.AbortError):
        return False
    if type(error) is grpc.RpcError:
        return False  # how reading requests ends where the client has cancelled
    if isinstance(error, grpc.FutureCancelledError) and not context.is_active():
        return (
            False  # how waiting for another server ends where the client has gone, and the call was cancelled
        )
    if is_unheard(error, context):
        return False
    if isinstance(error, NotImplementedError) and "Method not implemented!" in error.args:
        return False  # the generated base class's own body
    return not (type(error) is Exception and not error.args and _code(context) is not None)  # context.abort()


def is_unheard(error: BaseException, context: grpc.ServicerContext) -> bool:
    """Whether a handler on asyncio has aborted, and its client had gone: gRPC cannot send the status, and says so."""
    return type(error).__name__ == "ExecuteBatchError" and bool(getattr(context, "done", bool)())


def _describe(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return "None" if value is None else f"a {type(value).__name__}"
