"""What `serve` sees of a learner's interceptors: nobody waits for an answer, and mistakes are kept as a handler's are."""

from __future__ import annotations

import grpc
import pytest

from helpers import serve, servers

TIMEOUT = 20


def wrapped(handler, function):
    return grpc.unary_unary_rpc_method_handler(
        function, handler.request_deserializer, handler.response_serializer
    )


class Interceptor(grpc.ServerInterceptor):
    """Gives what a function makes of the handler, at each call."""

    def __init__(self, make):
        self.make = make

    def intercept_service(self, continuation, handler_call_details):
        return self.make(continuation(handler_call_details))


@pytest.fixture
def stub_behind(greeter, connect):
    """A stub of a server with one interceptor, which makes of the handler what a function says."""

    def make(function):
        return connect(serve(greeter.Greeter(), interceptors=[Interceptor(function)]))

    return make


def status(greeter, stub):
    return stub.SayHello.future(greeter.pb2.SayHelloRequest(name="Ada"), timeout=TIMEOUT).code()


@pytest.mark.parametrize("given", ["a handler", 7, object(), iter(())])
def test_what_is_no_handler_ends_the_call_and_not_the_server(greeter, stub_behind, given):
    answers = [given]
    stub = stub_behind(lambda handler: answers.pop() if answers else handler)
    assert status(greeter, stub) is grpc.StatusCode.UNKNOWN
    assert status(greeter, stub) is grpc.StatusCode.OK


def test_no_handler_at_all_is_a_method_that_is_not_there(greeter, stub_behind):
    assert status(greeter, stub_behind(lambda handler: None)) is grpc.StatusCode.UNIMPLEMENTED


def test_trailing_metadata_of_a_wrong_type_end_the_call(greeter, stub_behind):
    def late(handler):
        def function(request, context):
            reply = handler.unary_unary(request, context)
            context.set_trailing_metadata([("took", 0.3)])
            return reply

        return wrapped(handler, function)

    assert status(greeter, stub_behind(late)) is grpc.StatusCode.UNKNOWN
    (run,) = servers.take_failures()
    assert "'took' got the number 0.3" in str(run.error)


def test_what_an_interceptor_s_function_raises_is_kept_once(greeter, stub_behind):
    def raising(handler):
        def function(request, context):
            handler.unary_unary(request, context)
            raise LookupError("no rule")

        return wrapped(handler, function)

    assert status(greeter, stub_behind(raising)) is grpc.StatusCode.UNKNOWN
    assert [type(run.error) for run in servers.take_failures()] == [LookupError]


def test_a_refusal_is_no_mistake(greeter, stub_behind):
    def refusing(handler):
        return wrapped(
            handler, lambda request, context: context.abort(grpc.StatusCode.UNAUTHENTICATED, "no token")
        )

    assert status(greeter, stub_behind(refusing)) is grpc.StatusCode.UNAUTHENTICATED
    assert servers.take_failures() == []


def test_streams_go_through(greeter, stub_behind):
    stub = stub_behind(lambda handler: handler)
    request = greeter.pb2.SayHelloInLanguagesRequest(name="Ada")
    assert len(list(stub.SayHelloInLanguages(request, timeout=TIMEOUT))) == 3


@pytest.mark.parametrize(
    ("turned", "kept"),
    [(grpc.StatusCode.NOT_FOUND, []), (None, ["KeyError"])],
    ids=["into a status", "into nothing"],
)
def test_what_an_interceptor_turns_into_a_status_is_no_mistake(greeter, connect, turned, kept):
    class Forgetful(greeter.Greeter):
        def SayHello(self, request, context):
            return {}[request.name]

    def turning(handler):
        def function(request, context):
            try:
                return handler.unary_unary(request, context)
            except KeyError:
                if turned is None:
                    raise
                context.abort(turned, "nobody of that name")

        return wrapped(handler, function)

    server = serve(Forgetful(), interceptors=[Interceptor(turning)])
    assert status(greeter, connect(server)) is (turned or grpc.StatusCode.UNKNOWN)
    assert [type(run.error).__name__ for run in servers.take_failures()] == kept
    assert isinstance(server.log[-1].error, KeyError), "the log has it all the same"
