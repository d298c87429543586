"""Handlers with a guard around them: what goes wrong in the learner's code is noted, then the call ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from .crew import Crew
from .received import Received, replies_problem, reply_problem

Begin = Callable[[grpc.ServicerContext], Received]


def guarded(method: MethodDescriptor, behavior: Callable, begin: Begin, crew: Crew) -> Callable:
    """`behavior`, guarded; a function of the kind that gRPC expects for the method."""

    def taken(received: Received, request: object) -> object:
        if method.client_streaming:
            return _recorded(received, request)
        received.requests.append(request)
        return request

    def unary(request, context):
        received = begin(context)
        try:
            with crew.inside():
                reply = behavior(taken(received, request), context)
            if likely := reply_problem(method, reply):
                received.refuse(reply, f"a {method.output_type.name}", likely)
                _give_up(context)
            return reply
        except BaseException as error:
            if received.problem is None:
                received.judge(error, context)
            _reraise(error, context)
        finally:
            received.end()

    def stream(request, context):
        received = begin(context)
        try:
            with crew.inside():
                replies = behavior(taken(received, request), context)
            if likely := replies_problem(method, replies):
                received.refuse(replies, "replies handed over with yield", likely)
                _give_up(context)
            while True:
                with crew.inside():
                    try:
                        reply = next(replies)
                    except StopIteration:
                        return
                if likely := reply_problem(method, reply):
                    received.refuse(reply, f"a {method.output_type.name}", likely)
                    _give_up(context)
                received.replies += 1
                yield reply
        except GeneratorExit:
            raise
        except BaseException as error:
            if received.problem is None:
                received.judge(error, context)
            _reraise(error, context)
        finally:
            received.end()

    return stream if method.server_streaming else unary


class _recorded(Iterator[Message]):
    """A stream of requests that notes what is taken from it."""

    def __init__(self, received: Received, requests: Iterator[Message]):
        self._received, self._requests = received, requests

    def __next__(self) -> Message:
        try:
            request = next(self._requests)
        except StopIteration:
            self._received.half_closed = True
            raise
        self._received.requests.append(request)
        return request


def _give_up(context: grpc.ServicerContext) -> None:
    context.abort(grpc.StatusCode.INTERNAL, "the handler gave something that is no reply")


def _reraise(error: BaseException, context: grpc.ServicerContext) -> None:
    if isinstance(error, Exception):
        raise error
    # gRPC catches an Exception only: after sys.exit() the client would wait for ever.
    context.abort(grpc.StatusCode.UNKNOWN, f"the handler ended with {type(error).__name__}")
