"""A server for a check: the learner's handlers, or ours, under watch."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass

from helpers.learner_threads import DaemonPool, LearnerThreads

from .event_loop_server import EventLoopServer
from .received_call import ReceivedCall
from .watched_handlers import watched, watched_aio
from .watched_interceptor import WatchedInterceptor

Behaviors = Mapping[MethodDescriptor, Callable[..., Any]]


class WatchedServer:
    """A gRPC server on 127.0.0.1 and a free port.

    Args:
        threads: whose threads run the handlers.
        behaviors: the handler of each method, by its descriptor.
        workers: threads for handlers.
        aio: whether to run asyncio's server, on an event loop of its own.
        credentials: for a server that speaks TLS.
        are_ours: whether the handlers are ours, and not the learner's.
        interceptor: the learner's, if it belongs to the server.

    Attributes:
        address: `"127.0.0.1:41233"`.
        received: the calls that came in, in order.
    """

    def __init__(
        self,
        threads: LearnerThreads,
        behaviors: Behaviors,
        *,
        workers: int = 10,
        aio: bool = False,
        credentials: grpc.ServerCredentials | None = None,
        are_ours: bool = False,
        interceptor: WatchedInterceptor | None = None,
    ):
        self.received: list[ReceivedCall] = []
        self._threads, self._are_ours, self._interceptor = threads, are_ours, interceptor
        self._handlers = [
            self._generic(service, behaviors, threads, aio)
            for service in dict.fromkeys(method.containing_service for method in behaviors)
        ]
        self._pool = DaemonPool(threads, workers)
        if aio:
            self._runner = EventLoopServer(threads, self._make)
            self.address = self._runner.address
            self._stop: Callable[[], object] = self._runner.stop
        else:
            server = self._make(grpc.server)
            self.address = f"127.0.0.1:{_bind(server, credentials)}"
            server.start()
            self._stop = functools.partial(server.stop, None)

    def take_problem(self) -> Exception | None:
        """The first problem of the interceptor, or of a handler, that nobody has reported yet."""
        places: list[Any] = [self._interceptor, *self.received]
        for place in filter(None, places):
            if place.problem is not None:
                problem, place.problem = place.problem, None
                return problem
        return None

    def stop(self) -> None:
        """Ends running calls and stops listening; waits for no handler."""
        # An interceptor that never ends holds gRPC's lock until it is interrupted, which comes after this.
        self._threads.start(self._stop).join(0.5)
        self._pool.shutdown(wait=False)

    def _make(self, factory: Callable) -> grpc.Server:
        return factory(
            self._pool,
            handlers=self._handlers,
            interceptors=[self._interceptor] if self._interceptor else None,
            options=[("grpc.so_reuseport", 0)],
        )

    def _generic(
        self, service: ServiceDescriptor, behaviors: Behaviors, threads: LearnerThreads, aio: bool
    ) -> grpc.GenericRpcHandler:
        handlers = {
            method.name: self._handler(method, behaviors[method], threads, aio)
            for method in service.methods
            if method in behaviors
        }
        return grpc.method_handlers_generic_handler(service.full_name, handlers)

    def _handler(
        self, method: MethodDescriptor, behavior: Callable, threads: LearnerThreads, aio: bool
    ) -> grpc.RpcMethodHandler:
        def begin(context: grpc.ServicerContext) -> ReceivedCall:
            received = ReceivedCall.begin(method, context, is_ours=self._are_ours)
            self.received.append(received)
            return received

        is_async = inspect.iscoroutinefunction(behavior) or inspect.isasyncgenfunction(behavior)
        watch = watched_aio if aio and is_async else watched
        streams = (method.client_streaming, method.server_streaming)
        kind = "_".join("stream" if way else "unary" for way in streams)
        return getattr(grpc, f"{kind}_rpc_method_handler")(
            watch(method, behavior, begin, threads),
            request_deserializer=GetMessageClass(method.input_type).FromString,
            # The reply may be of another version of the schema, with a class of its own.
            response_serializer=lambda reply: reply.SerializeToString(),
        )


def _bind(server: grpc.Server, credentials: grpc.ServerCredentials | None) -> int:
    if credentials is None:
        return server.add_insecure_port("127.0.0.1:0")
    return server.add_secure_port("127.0.0.1:0", credentials)
