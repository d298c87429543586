"""Interceptors of learners between a client and a server of ours."""

from __future__ import annotations

import textwrap

import grpc
import pytest

from helpers import protos
from helpers.exercises.engine import WriteInterceptor

pb2, pb2_grpc = protos.load("greeter/v1/greeter.proto")
GREETER = pb2.DESCRIPTOR.services_by_name["GreeterService"]
ADA = pb2.SayHelloRequest(name="Ada")
HELLO = pb2.SayHelloResponse(greeting="Hello, Ada")


@pytest.fixture
def judge_interceptor():
    """Judges the text of an interceptor with a function of the client between which and our server it stands."""

    def run(source, check, bases=(grpc.ServerInterceptor,), limit=10, **answers):
        names = {"grpc": grpc}
        exec(compile(textwrap.dedent(source).strip(), "<learner>", "exec"), names)
        given = answers or {"SayHello": HELLO}

        def checked(at_work):
            with at_work.intercepted(**given) as client:
                check(client)

        common = {"id": "sample.exercise", "title": "Sample", "task": "Do it.", "hints": ["One.", "Two."]}
        exercise = WriteInterceptor(
            **common, reason="So.", services=[GREETER], limit=limit, bases=bases, check=checked
        )
        return exercise.judge(list(names.values())[-1])

    return run


def server_interceptor(body: str) -> str:
    lines = textwrap.indent(textwrap.dedent(body).strip(), "        ")
    return f"class Mine(grpc.ServerInterceptor):\n    def intercept_service(self, continuation, details):\n{lines}"


def client_interceptor(body: str) -> str:
    lines = textwrap.indent(textwrap.dedent(body).strip(), "        ")
    return (
        "class Mine(grpc.UnaryUnaryClientInterceptor):\n"
        f"    def intercept_unary_unary(self, continuation, details, request):\n{lines}"
    )


def hears_hello(client):
    client.call("SayHello", ADA, metadata=[("a", "1"), ("a", "2")]).expect_replies([HELLO])


WRAPPED = """
    handler = continuation(details)
    def function(request, context):
        {0}
    return grpc.unary_unary_rpc_method_handler(function, handler.request_deserializer, handler.response_serializer)
"""


def test_an_interceptor_that_lets_all_through_passes_on_either_side(judge_interceptor):
    assert (
        judge_interceptor(server_interceptor("return continuation(details)"), hears_hello).outcome == "passed"
    )
    source = client_interceptor("return continuation(details, request)")
    assert judge_interceptor(source, hears_hello, [grpc.UnaryUnaryClientInterceptor]).outcome == "passed"


def test_the_pairs_that_arrived_are_kept_also_where_a_key_comes_twice(judge_interceptor):
    def check(client):
        hears_hello(client)
        client.received[0].metadata["a"] = "no copy"
        assert [pair for pair in client.received[0].pairs if pair[0] == "a"] == [("a", "1"), ("a", "2")]

    assert judge_interceptor(server_interceptor("return continuation(details)"), check).outcome == "passed"


@pytest.mark.parametrize(
    ("body", "outcome", "says"),
    [
        ("continuation(details)", "failed", "Is a `return` missing?"),
        ("return 'a handler'", "failed", "`intercept_service` gives gRPC the handler to run."),
        ("yield continuation(details)", "failed", "`intercept_service` gives gRPC the handler to run."),
        ("raise LookupError('no rule')", "raised", "LookupError"),
        (WRAPPED.format("raise LookupError('no rule')"), "raised", "LookupError"),
        (WRAPPED.format("return handler.unary_unary(request)"), "raised", "TypeError"),
    ],
)
def test_what_is_wrong_with_a_server_interceptor(judge_interceptor, body, outcome, says):
    verdict = judge_interceptor(server_interceptor(body), hears_hello)
    assert verdict.outcome == outcome, str(verdict)
    assert says in verdict.sentence, str(verdict)
    assert verdict.called, str(verdict)


@pytest.mark.parametrize(
    ("body", "outcome", "says"),
    [
        (
            "return continuation(details, request).result()",
            "failed",
            "returns the call that `continuation` gave it",
        ),
        ("continuation(details, request)", "failed", "returns the call that `continuation` gave it"),
        ("yield continuation(details, request)", "failed", "A `yield` makes a generator of your function."),
        ("raise LookupError('no rule')", "raised", "LookupError"),
        (
            "return continuation(details._replace(metadata=details.metadata + [1]), request)",
            "raised",
            "TypeError",
        ),
    ],
)
def test_what_is_wrong_with_a_client_interceptor(judge_interceptor, body, outcome, says):
    verdict = judge_interceptor(client_interceptor(body), hears_hello, [grpc.UnaryUnaryClientInterceptor])
    assert verdict.outcome == outcome, str(verdict)
    assert says in verdict.sentence, str(verdict)
    assert verdict.called, str(verdict)


def test_a_server_interceptor_that_never_ends_is_ended(judge_interceptor):
    verdict = judge_interceptor(server_interceptor("while True: pass"), hears_hello)
    assert verdict.outcome == "failed"
    assert "Is there a loop that never ends" in verdict.sentence


def test_what_our_handler_raises_is_not_the_learner_s_doing(judge_interceptor):
    def check(client):
        client.call("SayHello", ADA).expect_status(grpc.StatusCode.NOT_FOUND, "no such shelf")

    through = server_interceptor(WRAPPED.format("return handler.unary_unary(request, context)"))
    verdict = judge_interceptor(through, check, SayHello=KeyError("no such shelf"))
    assert verdict.outcome == "failed"
    assert verdict.actual.startswith("UNKNOWN"), str(verdict)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def mine(): ...", "This exercise asks for a class"),
        ("class Mine: ...", "let yours derive from `grpc.ServerInterceptor`"),
        (
            "class Mine(grpc.ServerInterceptor):\n    def intercept_service(self): return 1",
            "is called with 3 arguments",
        ),
    ],
)
def test_what_is_no_interceptor_is_told_so(judge_interceptor, source, says):
    verdict = judge_interceptor(source, hears_hello)
    assert verdict.outcome == "failed"
    assert says in verdict.sentence, str(verdict)


def test_an_interceptor_without_anything_in_it_is_not_attempted(judge_interceptor):
    assert judge_interceptor(server_interceptor("..."), hears_hello).outcome == "open"
