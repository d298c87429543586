"""A server that gives again what another one has answered: it stands in for a recorded one."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message as ProtobufMessage
from google.protobuf.message_factory import GetMessageClass

from helpers import protos, servers
from helpers.wire import Call, Capture, Direction

CONTRACT = "courier/v1/customs.proto"
LOOK = 0.02  # seconds between two looks whether somebody still waits


@dataclass
class _Answer:
    """What a server has answered to a call.

    Attributes:
        call: as it was recorded.
        requests: of the call.
        replies: each with the number of requests that had come before it.
    """

    call: Call
    requests: list[ProtobufMessage] = field(default_factory=list)
    replies: list[tuple[int, ProtobufMessage]] = field(default_factory=list)

    @classmethod
    def of(cls, call: Call) -> _Answer:
        assert call.method is not None
        asked, given = GetMessageClass(call.method.input_type), GetMessageClass(call.method.output_type)
        answer = cls(call)
        for message in call.messages:
            if message.counts and message.direction is Direction.TO_SERVER:
                answer.requests.append(asked.FromString(message.data))
            elif message.counts:
                answer.replies.append((len(answer.requests), given.FromString(message.data)))
        return answer


def stand_in(captures: Iterable[Capture], who: str) -> servers.Server:
    """A server of `CustomsService` that answers the calls of captures as they were answered.

    Args:
        captures: of a server that answered.
        who: for whom it stands in, as others are to be told: `server.js`.
    """
    customs_pb2, customs_pb2_grpc = protos.load(CONTRACT)
    calls = [call for capture in captures for call in capture.calls if call.method is not None]
    replayed = _Replayed([_Answer.of(call) for call in calls], who)
    described = customs_pb2.DESCRIPTOR.services_by_name["CustomsService"].methods
    methods = {method.name: _handler(replayed, method) for method in described}
    servicer = type("StandIn", (customs_pb2_grpc.CustomsServiceServicer,), methods)()
    replayed.server = servers.serve(servicer)
    return replayed.server


def _handler(replayed: _Replayed, method: MethodDescriptor) -> Any:
    def replies(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        if method.client_streaming and method.server_streaming:
            return replayed.converse(method.name, request, context)
        got = list(request) if method.client_streaming else [request]
        return replayed.answer(method.name, got, context)

    def many(self: object, request: Any, context: grpc.ServicerContext) -> Any:
        yield from replies(request, context)

    def one(self: object, request: Any, context: grpc.ServicerContext) -> Any:
        return next(replies(request, context), None)

    return many if method.server_streaming else one


class _Replayed:
    """The answers of a server.

    Attributes:
        server: that gives them again.
    """

    server: servers.Server

    def __init__(self, answers: Sequence[_Answer], who: str) -> None:
        self._answers, self._who = answers, who

    def answer(self, name: str, got: Sequence[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        """The replies to a call whose requests are all there, and its status."""
        answer = self._find(name, got, context, whole=True)
        yield from (reply for _, reply in answer.replies)
        self._end(answer, context)

    def converse(self, name: str, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        """The replies to requests as they come in, and the status."""
        got: list[Any] = []
        told = 0
        for request in itertools.chain([None], requests):
            got += [] if request is None else [request]
            answer = self._find(name, got, context)
            for after, reply in answer.replies[told:]:
                if after <= len(got):
                    told += 1
                    yield reply
        self._end(answer, context)

    def _find(
        self, name: str, got: Sequence[Any], context: grpc.ServicerContext, whole: bool = False
    ) -> _Answer:
        """The first recorded call that began with these requests, or that had these and no more."""
        own = [each for each in self._answers if each.call.path.rpartition("/")[2] == name]
        fits = (each for each in own if each.requests[: None if whole else len(got)] == got)
        found = next(fits, None)
        if found is None:
            text = f"a recording stands in for {self._who}, and has no call with this request"
            context.abort(grpc.StatusCode.UNAVAILABLE, text)
        assert found is not None
        return found

    def _end(self, answer: _Answer, context: grpc.ServicerContext) -> None:
        """What came after the replies."""
        call = answer.call
        codes = {code.value[0]: code for code in grpc.StatusCode}
        context.set_trailing_metadata(call.trailing_metadata)
        if call.cancelled:  # nothing had been answered when its client gave up
            while context.is_active():
                time.sleep(LOOK)
            context.abort(grpc.StatusCode.CANCELLED, "nobody waits any more")
        elif call.status_code is None:  # the server died
            self.server.stop()
            context.abort(grpc.StatusCode.UNAVAILABLE, "the server has ended")
        elif call.status_code:
            context.abort(codes[call.status_code], call.status_message)
