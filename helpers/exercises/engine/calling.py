"""The client with which a check calls the learner's server."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from .call import Call
from .conversation import Conversation
from .hosting import Host
from .received import Received
from .verdict import Failed

PATIENCE = 5.0  # seconds for one call on loopback: far more than the slowest machine needs


class Service:
    """A client of the learner's server.

    Attributes:
        address: `"127.0.0.1:41233"`.
        received: what the server received so far, as `Received` records.
        servicer: the learner's object that answers, for attributes that the task names.
    """

    def __init__(self, host: Host, services: Sequence[ServiceDescriptor], servicer: object = None):
        self._host, self.servicer = host, servicer
        self._methods = {method.name: method for service in services for method in service.methods}
        # A pool of its own: an earlier check's connection to the same port must not be taken up again.
        self._channel = grpc.insecure_channel(host.address, options=[("grpc.use_local_subchannel_pool", 1)])
        self.address, self.received = host.address, host.received

    def call(
        self,
        method: str,
        request: Message | Iterable[Message],
        *,
        metadata: Sequence[tuple[str, str | bytes]] = (),
        timeout: float | None = None,
        at_most: int = 1000,
    ) -> Call:
        """Makes one call, of any of the four kinds, and waits for its end.

        Args:
            method: its name, `"GetQuote"`.
            request: the request, or all requests where the client streams.
            metadata: to send with it.
            timeout: seconds, the call's deadline; without it a generous one, and a call that reaches it
                has failed.
            at_most: replies of a stream; one that goes on longer counts as endless and is cancelled.
        """
        return self.call_all(method, [request], metadata=metadata, timeout=timeout, at_most=at_most)[0]

    def call_all(
        self,
        method: str,
        requests: Iterable[Message | Iterable[Message]],
        *,
        metadata: Sequence[tuple[str, str | bytes]] = (),
        timeout: float | None = None,
        at_most: int = 1000,
    ) -> list[Call]:
        """Makes several calls at the same time, and waits for the end of all; see `call`."""
        started = [self.start(method, request, metadata=metadata, timeout=timeout) for request in requests]
        return [conversation.finish(at_most) for conversation in started]

    def start(
        self,
        method: str,
        request: Message | Iterable[Message] | None = None,
        *,
        metadata: Sequence[tuple[str, str | bytes]] = (),
        timeout: float | None = None,
    ) -> Conversation:
        """Begins a call and returns at once; without a request the client's side of a stream stays open."""
        return Conversation(
            self._host, self._multicallable(self._methods[method]), self._methods[method], request, metadata,
            timeout or PATIENCE, own_limit=timeout is None,
        )  # fmt: skip

    def arrival(self, count: int = 1) -> Received:
        """Waits until so many calls have reached their handlers, and returns the last of these.

        Raises:
            Failed: they have not arrived within the patience for a call.
        """
        until = time.monotonic() + PATIENCE
        while len(self.received) < count:
            if time.monotonic() > until:
                raise Failed(expected=f"{count} calls at their handlers", came=f"{len(self.received)}")
            time.sleep(0.005)
        return self.received[count - 1]

    def close(self) -> None:
        """Closes the channel."""
        self._channel.close()

    def _multicallable(self, method: MethodDescriptor) -> grpc.UnaryUnaryMultiCallable:
        kind = "_".join(
            "stream" if way else "unary" for way in (method.client_streaming, method.server_streaming)
        )
        return getattr(self._channel, kind)(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
