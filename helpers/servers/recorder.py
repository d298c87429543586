"""Handlers that write down their own runs: `serve` and `serve_aio` register these instead of the learner's.

They are wrapped once, when they are registered. An interceptor would do as well, but costs every call a
tenth of its time.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable

import grpc
from google.protobuf.message import Message

from .log import HandlerLog, HandlerRun, note_failure


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
        """Registers the handlers of one service, each with its recorder; see `grpc.Server`."""
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
    if inspect.isasyncgenfunction(behavior):

        async def recorded(request, context):
            run = begin(context)
            try:
                async for message in behavior(request, context):
                    yield _checked(message, run)
            except BaseException as error:
                _judge(run, error, context)
                raise
            finally:
                run.ended_at = time.monotonic()
    elif inspect.iscoroutinefunction(behavior):

        async def recorded(request, context):
            run = begin(context)
            try:
                reply = await behavior(request, context)
                return reply if streams else _checked(reply, run)  # a stream's handler may use context.write
            except BaseException as error:
                _judge(run, error, context)
                raise
            finally:
                run.ended_at = time.monotonic()
    elif streams:

        def recorded(request, context):
            run = begin(context)
            try:
                messages = behavior(request, context)
                if not hasattr(messages, "__iter__"):
                    raise TypeError(
                        "This method streams its replies, so its handler must `yield` them; "
                        f"it returned {_describe(messages)}."
                    )
                for message in messages:
                    yield _checked(message, run)
            except BaseException as error:
                _judge(run, error, context)
                raise
            finally:
                run.ended_at = time.monotonic()
    else:

        def recorded(request, context):
            run = begin(context)
            try:
                return _checked(behavior(request, context), run)
            except BaseException as error:
                _judge(run, error, context)
                raise
            finally:
                run.ended_at = time.monotonic()

    return recorded


def _judge(run: HandlerRun, error: BaseException, context) -> None:
    if _is_mistake(error, context):
        run.error = error
        note_failure(run)


def _is_mistake(error: BaseException, context) -> bool:
    """Whether a handler raised this by accident, rather than to end the call on purpose."""
    if not isinstance(error, Exception) or isinstance(error, grpc.aio.AbortError):
        return False
    code = context.code()
    if isinstance(error, NotImplementedError) and code is grpc.StatusCode.UNIMPLEMENTED:
        return False  # the generated base class's own body
    return not (type(error) is Exception and not error.args and code is not None)  # context.abort()


def _checked(message, run: HandlerRun):
    """Passes a reply on to gRPC, which answers what is no message with "Failed to serialize response!"."""
    if not isinstance(message, Message):
        hint = " Is a `return` missing?" if message is None else ""
        run.error = TypeError(f"The handler gave {_describe(message)} where a message belongs.{hint}")
        note_failure(run)
    return message


def _describe(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
