"""A server for a check: the learner's handlers, or ours, behind guards that notice everything."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Mapping

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass

from . import guards, guards_aio
from .crew import Crew, DaemonPool
from .received import Received

Behaviors = Mapping[MethodDescriptor, Callable]


class Host:
    """A gRPC server on 127.0.0.1 and a free port.

    Args:
        crew: whose threads run the handlers.
        behaviors: the handler of each method, by its descriptor.
        workers: threads for handlers.
        aio: whether to run asyncio's server, on an event loop of its own.

    Attributes:
        address: `"127.0.0.1:41233"`.
        received: the calls that came in, in order.
    """

    def __init__(self, crew: Crew, behaviors: Behaviors, *, workers: int = 10, aio: bool = False):
        self.received: list[Received] = []
        self._handlers = [
            self._generic(service, behaviors, crew, aio)
            for service in dict.fromkeys(method.containing_service for method in behaviors)
        ]
        self._pool = DaemonPool(crew, workers)
        if aio:
            self._runner = guards_aio.Runner(crew, self._make)
            self.address, self._stop = self._runner.address, self._runner.stop
        else:
            server = self._make(grpc.server)
            self.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
            server.start()
            self._stop = lambda: server.stop(None)

    def take_problem(self) -> Exception | None:
        """The first problem of a handler that nobody has told yet."""
        for received in list(self.received):
            if received.problem is not None:
                problem, received.problem = received.problem, None
                return problem
        return None

    def stop(self) -> None:
        """Ends running calls and stops listening; waits for no handler."""
        self._stop()
        self._pool.shutdown(wait=False)

    def _make(self, factory: Callable) -> grpc.Server:
        return factory(self._pool, handlers=self._handlers, options=[("grpc.so_reuseport", 0)])

    def _generic(
        self, service: ServiceDescriptor, behaviors: Behaviors, crew: Crew, aio: bool
    ) -> grpc.GenericRpcHandler:
        handlers = {
            method.name: self._handler(method, behaviors[method], crew, aio)
            for method in service.methods
            if method in behaviors
        }
        return grpc.method_handlers_generic_handler(service.full_name, handlers)

    def _handler(
        self, method: MethodDescriptor, behavior: Callable, crew: Crew, aio: bool
    ) -> grpc.RpcMethodHandler:
        def begin(context: grpc.ServicerContext) -> Received:
            received = Received.begin(method, context)
            self.received.append(received)
            return received

        is_async = inspect.iscoroutinefunction(behavior) or inspect.isasyncgenfunction(behavior)
        guard = guards_aio if aio and is_async else guards
        streams = (method.client_streaming, method.server_streaming)
        kind = "_".join("stream" if way else "unary" for way in streams)
        return getattr(grpc, f"{kind}_rpc_method_handler")(
            guard.guarded(method, behavior, begin, crew),
            request_deserializer=GetMessageClass(method.input_type).FromString,
            # The reply may be of another version of the schema, with a class of its own.
            response_serializer=lambda reply: reply.SerializeToString(),
        )


def scripted(answers: object) -> Callable:
    """A handler of ours that answers as told: used for servers that a learner's client calls.

    Args:
        answers: a message, a list of messages (a stream's), a status code, or a function
            `(request, context) -> reply`; or a tuple of these for the first, the second, ... call, the
            last one for all after it.
    """
    script = answers if isinstance(answers, tuple) else (answers,)
    lock, served = threading.Lock(), []

    def answer(request, context):
        with lock:
            served.append(None)
            this = script[min(len(served), len(script)) - 1]
        if isinstance(this, grpc.StatusCode):
            context.abort(this, f"this server answers {this.name} for now")
        if callable(this):
            return this(request, context)
        return iter(this) if isinstance(this, list) else this

    return answer
