"""An interceptor before the learner's own, which notes their mistakes as those of handlers are noted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import grpc

from .log import HandlerRun, forget_failure, is_noted, note_failure
from .metadata import describe
from .recorder import dropped_metadata, is_mistake


class Lookout(grpc.ServerInterceptor):
    """The outermost interceptor of a server that has some.

    Something other than a handler would end the thread on which gRPC takes calls in, and neither this call nor any
    later one would be answered.
    """

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Any],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """See `grpc.ServerInterceptor`.

        Raises:
            TypeError: the interceptors behind it gave something other than a handler.
        """
        handler = continuation(handler_call_details)
        if handler is None:
            return None
        if not isinstance(handler, grpc.RpcMethodHandler):
            raise TypeError(
                f"`intercept_service` gives gRPC a handler, and here an interceptor gave {describe(handler)}.\n"
                "Return what `continuation(details)` gave, or a new handler: grpc.unary_unary_rpc_method_handler(...)."
            )
        return _looked_at(handler, handler_call_details.method)


def _looked_at(handler: Any, method: str) -> Any:
    streams = (handler.request_streaming, handler.response_streaming)
    kind = "_".join("stream" if is_stream else "unary" for is_stream in streams)
    behavior = getattr(handler, kind)

    def reply(request: Any, context: grpc.ServicerContext) -> Any:
        with _looking(method, context):
            return behavior(request, context)

    def replies(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        with _looking(method, context):
            yield from behavior(request, context)

    return getattr(grpc, f"{kind}_rpc_method_handler")(
        replies if handler.response_streaming else reply,
        handler.request_deserializer,
        handler.response_serializer,
    )


@contextlib.contextmanager
def _looking(method: str, context: grpc.ServicerContext) -> Iterator[None]:
    try:
        yield
    except (Exception, SystemExit) as error:
        if not is_mistake(error, context):
            # A status on purpose: what it was made of in an interceptor's `except` is dealt with.
            dealt_with = error.__context__
            while dealt_with is not None:
                forget_failure(dealt_with)
                dealt_with = dealt_with.__context__
        elif not is_noted(error):
            note_failure(HandlerRun(method, error=error))
        raise
    finally:
        if mistake := dropped_metadata(context):
            wrong = TypeError(mistake)
            note_failure(HandlerRun(method, error=wrong))
            raise wrong
