"""A learner's server interceptor under watch: what it raises, and what it gives in place of a handler, is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc

from helpers import tracebacks
from helpers.learner_threads import LearnerThreads

from . import explanations, formatting, watched_handlers
from .received_call import is_abort
from .verdict import Incorrect, Raised


class WatchedInterceptor(grpc.ServerInterceptor):
    """Stands before the learner's interceptor, and takes what comes of it.

    Args:
        interceptor: the learner's object.
        threads: to mark where learners' code runs.

    Attributes:
        problem: the first thing that was wrong: `Incorrect`, `Raised` or None.
    """

    def __init__(self, interceptor: grpc.ServerInterceptor, threads: LearnerThreads):
        self._interceptor, self._threads = interceptor, threads
        self.problem: Exception | None = None

    def intercept_service(self, continuation: Callable[..., Any], handler_call_details: Any) -> Any:
        """See `grpc.ServerInterceptor`."""
        method, found = handler_call_details.method.rpartition("/")[2], []

        def noted(details: grpc.HandlerCallDetails) -> Any:
            found.append(continuation(details))
            return found[-1]

        try:
            with self._threads.interruptible():
                handler = self._interceptor.intercept_service(noted, handler_call_details)
        except Exception as error:
            self._note(Raised(error, explanations.explain(error), called=f"intercept_service for {method}"))
            raise
        if handler is None and found and found[-1] is None:
            return None  # the server has no such method
        if not isinstance(handler, grpc.RpcMethodHandler):
            self._note(_no_handler(handler, method))
            return None
        return self._watched(handler, method)

    def _note(self, problem: Exception) -> None:
        self.problem = self.problem or problem

    def _watched(self, handler: Any, method: str) -> Any:
        streams = (handler.request_streaming, handler.response_streaming)
        kind = "_".join("stream" if way else "unary" for way in streams)
        function = getattr(handler, kind)

        def reply(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                with self._threads.interruptible():
                    return function(request, context)
            except Exception as error:
                self._judge(error, context, method)
                raise

        def replies(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            try:
                with self._threads.interruptible():
                    given = function(request, context)
                while True:
                    with self._threads.interruptible():
                        try:
                            message = next(given)
                        except StopIteration:
                            return
                    yield message
            except Exception as error:
                self._judge(error, context, method)
                raise

        return getattr(grpc, f"{kind}_rpc_method_handler")(
            replies if handler.response_streaming else reply,
            handler.request_deserializer,
            handler.response_serializer,
        )

    def _judge(self, error: Exception, context: grpc.ServicerContext, method: str) -> None:
        """Notes what the learner's function raised; what the handler behind it raised passes through it, too."""
        if isinstance(error, grpc.RpcError) or is_abort(error, context):
            return
        files = {step.tb_frame.f_code.co_filename for step in tracebacks.each(error.__traceback__)}
        if watched_handlers.__file__ not in files:
            self._note(Raised(error, explanations.explain(error), called=f"{method}(...)"))
            return
        # The handler behind it raised this. As gRPC answers it, but without a record in its log, from which it would be
        # taken for an accident of the learner's.
        context.abort(grpc.StatusCode.UNKNOWN, f"Exception calling application: {error}")


def _no_handler(handler: object, method: str) -> Incorrect:
    return Incorrect(
        "`intercept_service` gives gRPC the handler to run."
        + (" Is a `return` missing? Without a handler the client gets UNIMPLEMENTED." if handler is None else ""),
        called=f"intercept_service for {method}", expected="a handler", actual=formatting.describe(handler),
    )  # fmt: skip
