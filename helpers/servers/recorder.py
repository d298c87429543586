"""Handlers that write down their own runs: `serve` and `serve_aio` register these instead of the learner's.

They are wrapped once, when they are registered. An interceptor would do as well, but costs every call a
tenth of its time.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator

import grpc
from google.protobuf.message import Message

from .log import HandlerLog, HandlerRun, note_failure
from .servicers import ServeError


class RecordingServer:
    """Stands in for a server while generated `add_..._to_server` functions register with it.

    Attributes:
        services: full names of the services registered so far.
    """

    def __init__(self, server: grpc.Server, log: HandlerLog):
        self._server, self._log = server, log
        self.services: list[str] = []

    def add_generic_rpc_handlers(self, generic_rpc_handlers) -> None:
        """Does nothing: the same handlers come by name in the next call, and can be wrapped there."""

    def add_registered_method_handlers(
        self, service_name: str, method_handlers: dict[str, grpc.RpcMethodHandler]
    ) -> None:
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


def _wrapped(handler: grpc.RpcMethodHandler, method: str, log: HandlerLog) -> grpc.RpcMethodHandler:
    streams = (handler.request_streaming, handler.response_streaming)
    kind = "_".join("stream" if is_stream else "unary" for is_stream in streams)

    def begin(context) -> HandlerRun:
        run = HandlerRun(method, context.invocation_metadata())
        log.append(run)
        return run

    return getattr(grpc, f"{kind}_rpc_method_handler")(
        _recorded(getattr(handler, kind), handler.response_streaming, begin),
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )


def _recorded(
    behavior: Callable, streams: bool, begin: Callable[[grpc.ServicerContext], HandlerRun]
) -> Callable:
    """A function of the same flavor as `behavior`, since gRPC treats each flavor in its own way."""
    yields = inspect.isgeneratorfunction(behavior) or inspect.isasyncgenfunction(behavior)
    if streams and inspect.isasyncgenfunction(behavior):

        async def recorded(request, context):
            with _Watch(begin(context), context) as watch:
                async for message in behavior(request, context):
                    yield watch.checked(message)
    elif inspect.iscoroutinefunction(behavior) or inspect.isasyncgenfunction(behavior):

        async def recorded(request, context):
            with _Watch(begin(context), context) as watch:
                if yields:
                    watch.note(_ONE_REPLY)
                reply = await behavior(request, context)
                return reply if streams else watch.checked(reply)  # a stream's handler may use context.write
    elif streams and yields:

        def recorded(request, context):
            yield from _passed_on(behavior(request, context), _Watch(begin(context), context))
    elif streams:

        def recorded(request, context):
            watch = _Watch(begin(context), context)
            try:
                messages = behavior(request, context)
            except BaseException as error:
                watch.__exit__(type(error), error, None)
                raise
            return _passed_on(messages, watch)
    else:

        def recorded(request, context):
            with _Watch(begin(context), context) as watch:
                return watch.checked(behavior(request, context))

    return recorded


def _passed_on(messages: Iterator[Message], watch: _Watch) -> Iterator[Message]:
    with watch:
        if not hasattr(messages, "__next__"):
            watch.note(
                "This method streams its replies, so its handler must `yield` them; "
                f"it returned {_describe(messages)}."
            )
        while True:
            try:
                message = next(messages)  # as gRPC does: a list is refused here, too
            except StopIteration:
                return
            yield watch.checked(message)


_ONE_REPLY = "This method has one reply, so its handler must `return` it; it has a `yield`."


class _Watch:
    """Writes down how one run of a handler ends."""

    __slots__ = ("_context", "_run")

    def __init__(self, run: HandlerRun, context: grpc.ServicerContext):
        self._run, self._context = run, context

    def __enter__(self) -> _Watch:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, _) -> None:
        self._run.ended_at = time.monotonic()
        if error is not None and self._run.error is None and _is_mistake(error, _code(self._context)):
            self._run.error = error
            note_failure(self._run)

    def checked(self, message: Message) -> Message:
        """Passes a reply on to gRPC, which answers what is no message with "Failed to serialize response!"."""
        if not isinstance(message, Message) and _code(self._context) in (None, grpc.StatusCode.OK):
            hint = " Is a `return` missing?" if message is None else ""
            told = f"The handler gave {_describe(message)} where a message belongs.{hint}"
            self.note(_ONE_REPLY if inspect.isgenerator(message) else told)
        return message

    def note(self, mistake: str) -> None:
        """Writes down a mistake that gRPC would hide from its author."""
        self._run.error = TypeError(mistake)
        note_failure(self._run)


def _code(context: grpc.ServicerContext) -> grpc.StatusCode | None:
    """The status a handler has set; plain functions on an aio server have a context that does not tell."""
    code = context.code() if hasattr(context, "code") else None
    return code or None


def _is_mistake(error: BaseException, code: grpc.StatusCode | None) -> bool:
    """Whether a handler raised this by accident, rather than to end the call on purpose."""
    if not isinstance(error, Exception) or isinstance(error, grpc.aio.AbortError):
        return False
    if type(error) is grpc.RpcError:
        return False  # how reading requests ends where the client has canceled
    if isinstance(error, NotImplementedError) and "Method not implemented!" in error.args:
        return False  # the generated base class's own body
    return not (type(error) is Exception and not error.args and code is not None)  # context.abort()


def _describe(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
