"""The client with which a check calls the learner's server."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from .call_result import CallResult
from .case import Case
from .received_call import ReceivedCall
from .running_call import RunningCall
from .verdict import Incorrect
from .watched_server import WatchedServer

PATIENCE = 5.0  # seconds for one call on loopback: far more than the slowest machine needs


class ServicerClient:
    """A client of the learner's server.

    Args:
        interceptors: of the client, the first outermost.

    Attributes:
        address: `"127.0.0.1:41233"`.
        received: what the server received so far, as `ReceivedCall` records.
        servicer: the learner's object that answers, for attributes that the task names.
    """

    def __init__(
        self,
        server: WatchedServer,
        services: Sequence[ServiceDescriptor],
        servicer: Any = None,
        credentials: grpc.ChannelCredentials | None = None,
        interceptors: Sequence[Any] = (),
    ):
        self._server, self.servicer = server, servicer
        self._methods = {method.name: method for service in services for method in service.methods}
        # A pool of its own: an earlier check's connection to the same port must not be taken up again.
        own = [("grpc.use_local_subchannel_pool", 1)]
        if credentials is None:
            self._channel = grpc.insecure_channel(server.address, options=own)
        else:
            self._channel = grpc.secure_channel(server.address, credentials, options=own)
        self._calls_through = grpc.intercept_channel(self._channel, *interceptors)
        self.address, self.received = server.address, server.received

    def call(
        self,
        method: str,
        request: Message | Iterable[Message],
        *,
        metadata: Sequence[tuple[str, str | bytes]] = (),
        timeout: float | None = None,
    ) -> CallResult:
        """Makes one call, of any of the four kinds, and waits for its end.

        Args:
            method: its name, `"GetQuote"`.
            request: the request, or all requests where the client streams.
            metadata: to send with it.
            timeout: seconds, the call's deadline; without it a generous one, and a call that reaches it
                has failed.
        """
        return self.start(method, request, metadata=metadata, timeout=timeout).finish()

    def expect(self, *cases: Case, method: str = "") -> None:
        """Calls for each case, one after the other, and expects what it says.

        Args:
            cases: what is sent, and what should come of it.
            method: its name; without it that of the only method which takes such requests.
        """
        for case in cases:
            first = case.given if isinstance(case.given, Message) else next(iter(case.given), None)
            named = method or next(
                name
                for name, each in self._methods.items()
                if first is None or each.input_type is first.DESCRIPTOR
            )
            self.call(named, case.given).expect_case(case)

    def start(
        self,
        method: str,
        request: Message | Iterable[Message] | None = None,
        *,
        metadata: Sequence[tuple[str, str | bytes]] = (),
        timeout: float | None = None,
    ) -> RunningCall:
        """Begins a call and returns at once; without a request the client's side of a stream stays open."""
        return RunningCall(
            self._server, self._multicallable(self._methods[method]), self._methods[method], request, metadata,
            timeout or PATIENCE, own_limit=timeout is None,
        )  # fmt: skip

    def arrival(self, count: int = 1, requests: int = 0) -> ReceivedCall:
        """Waits until so many calls have reached their handlers, and returns the last of these.

        Args:
            count: how many calls.
            requests: how many requests the last one is to have taken; what comes later is waited for no longer.

        Raises:
            Incorrect: they have not arrived within the patience for a call.
        """

        def is_there() -> bool:
            return len(self.received) >= count and len(self.received[count - 1].requests) >= requests

        until = time.monotonic() + PATIENCE
        while not is_there() and time.monotonic() < until:
            time.sleep(0.005)
        if len(self.received) < count:
            raise Incorrect(expected=f"{count} calls at their handlers", actual=f"{len(self.received)}")
        return self.received[count - 1]

    def expect_own_timeout(self) -> None:
        """Expects that all calls have come with the timeout of this client, whatever interceptor they went through.

        Raises:
            Incorrect: one has none, or another.
        """
        for received in self.received:
            left = received.deadline
            # Earlier attempts may have used up some of it, and the wire rounds up by a hundredth.
            if left is None or not 0.5 * PATIENCE <= left <= 1.02 * PATIENCE:
                raise Incorrect(
                    "The caller's `timeout` is in `details`, too. Change nothing there but what you mean to: "
                    "`details._replace(...)` keeps the rest.",
                    called=received.text,
                    expected=f"the caller's timeout, {PATIENCE:g} s",
                    actual="none" if left is None else f"{left:.3g} s",
                )

    def close(self) -> None:
        """Closes the channel."""
        self._channel.close()

    def _multicallable(self, method: MethodDescriptor) -> grpc.UnaryUnaryMultiCallable:
        kind = "_".join(
            "stream" if way else "unary" for way in (method.client_streaming, method.server_streaming)
        )
        return getattr(self._calls_through, kind)(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
