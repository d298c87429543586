"""Cases: what is given to a learner's code, what should come of it, and which cause is told otherwise."""

from __future__ import annotations

import grpc
import pytest

from helpers import protos
from helpers.exercises.engine import Case, Incorrect, WriteClient, WriteFunction, WriteServicer

pb2, pb2_grpc = protos.load("greeter/v1/greeter.proto")
GREETER = pb2.DESCRIPTOR.services_by_name["GreeterService"]
COMMON = {
    "id": "sample.exercise",
    "title": "Sample",
    "task": "Do it.",
    "hints": ["One.", "Two."],
    "reason": "So.",
}
HELLO = Case(pb2.SayHelloRequest(name="Ada"), {"greeting": "Hello, Ada"}, {
    "Hello": "The name is missing.", "greeting": "Greet with `Hello`.", grpc.StatusCode.NOT_FOUND: "Ada is there.",
})  # fmt: skip
REFUSAL = Case(
    pb2.SayHelloRequest(), (grpc.StatusCode.INVALID_ARGUMENT, "name"), {grpc.StatusCode.OK: "Refuse it."}
)
EVERYBODY = Case([pb2.SayHelloToAllRequest(name="Ada")], {"people": 1}, {0: "`people` is missing."})


def answering(hello):
    class Greeter(pb2_grpc.GreeterServiceServicer):
        def SayHello(self, request, context):
            if not request.name:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "name is missing")
            return hello(request, context)

        def SayHelloToAll(self, request_iterator, context):
            return pb2.SayHelloToAllResponse(people=len(list(request_iterator)))

    return Greeter


@pytest.mark.parametrize(
    ("hello", "outcome", "sentence"),
    [
        (lambda request, _: pb2.SayHelloResponse(greeting=f"Hello, {request.name}"), "passed", ""),
        (lambda request, _: pb2.SayHelloResponse(greeting="Hello"), "failed", "The name is missing."),
        (lambda request, _: pb2.SayHelloResponse(greeting="Hi"), "failed", "Greet with `Hello`."),
        (lambda request, context: context.abort(grpc.StatusCode.NOT_FOUND, "?"), "failed", "Ada is there."),
    ],
)
def test_a_servicer_is_called_for_each_case_by_the_type_of_its_request(hello, outcome, sentence):
    cases = [HELLO, REFUSAL, EVERYBODY]
    verdict = WriteServicer(**COMMON, services=[GREETER], methods=["SayHello"], cases=cases).judge(
        answering(hello)
    )
    assert verdict.outcome == outcome, verdict
    assert sentence in verdict.sentence


@pytest.mark.parametrize(
    ("greetings", "outcome", "sentence"),
    [
        (["Hello, Ada", "Bonjour, Ada"], "passed", ""),
        (["Hello, Ada", "Bonjour"], "failed", "The second has no name."),
        (["Hello", "Bonjour, Ada"], "failed", "A greeting is not right."),
        (["Hello, Ada"], "failed", "Not so many."),
    ],
)
def test_the_replies_of_a_stream_are_messages_or_their_fields(greetings, outcome, sentence):
    class Greeter(pb2_grpc.GreeterServiceServicer):
        def SayHelloInLanguages(self, request, context):
            for language, greeting in zip(("en", "fr"), greetings, strict=False):
                yield pb2.SayHelloInLanguagesResponse(language=language, greeting=greeting)

    second = pb2.SayHelloInLanguagesResponse(language="fr", greeting="Bonjour, Ada")
    for last in ({"greeting": "Bonjour, Ada"}, second):
        causes = {
            "Bonjour": "The second has no name.",
            "greeting": "A greeting is not right.",
            ...: "Not so many.",
        }
        if last is second and sentence.startswith("The second"):
            causes[...] = sentence
        case = Case(
            pb2.SayHelloInLanguagesRequest(name="Ada"),
            [{"language": "en", "greeting": "Hello, Ada"}, last],
            causes,
        )
        exercise = WriteServicer(**COMMON, services=[GREETER], methods=["SayHelloInLanguages"], cases=[case])
        verdict = exercise.judge(Greeter)
        assert verdict.outcome == outcome, verdict
        assert sentence in verdict.sentence
        assert outcome == "passed" or verdict.expected.count("SayHelloInLanguagesResponse(") == 2


def function(cases, answer, **options):
    exercise = WriteFunction(
        **COMMON, parameters=["numbers"], check=lambda check: check.expect_values(*cases, **options)
    )
    return exercise.judge(answer)


def test_a_function_gets_a_copy_of_what_is_given():
    given = [3, 1, 2]

    def ordered(numbers):
        numbers.sort()
        return numbers

    assert function([Case((given,), [1, 2, 3])] * 2, ordered).outcome == "passed"
    assert given == [3, 1, 2]


def test_the_cause_may_be_a_function_of_what_came():
    def total(numbers):
        return len(numbers)

    case = Case(([2, 3],), 5, {0: "Nothing.", ...: lambda actual: f"{actual} is how many there are."})
    verdict = function([case], total)
    assert (verdict.sentence, verdict.expected, verdict.actual) == ("2 is how many there are.", "5", "2")


def test_a_function_that_does_not_return_has_a_cause_too():
    def loop(numbers):
        while True:
            pass

    verdict = function([Case(([],), [], {TimeoutError: "What should end it?"})], loop, within=0.3)
    assert (verdict.sentence, verdict.called) == ("What should end it?", "loop([])")


def test_what_cannot_be_a_value_is_refused_with_what_was_called_and_expected():
    def accept(value):
        if not isinstance(value, list):
            raise Incorrect("Give back a list.", actual=repr(value))
        return value

    def one(numbers):
        return 1

    case = Case(([],), [], called="one([]): nothing")
    verdict = function([case], one, accept=accept)
    assert (verdict.called, verdict.expected, verdict.actual) == ("one([]): nothing", "[]", "1")


def test_a_generator_is_run_through_as_far_as_needed():
    def count(numbers):
        number = 0
        while True:
            yield number
            number += 1

    exercise = WriteFunction(
        **COMMON,
        parameters=["numbers"],
        is_generator=True,
        check=lambda check: check.expect_values(Case(([],), [0, 1]), beyond=3),
    )
    verdict = exercise.judge(count)
    assert (verdict.outcome, verdict.actual) == ("failed", "[0, 1], … without end")


def test_a_client_gets_stubs_of_a_server_that_answers_so():
    def greet(greeter, name):
        return greeter.SayHello(pb2.SayHelloRequest(name=name), timeout=1).greeting

    def check(check):
        answer = pb2.SayHelloResponse(greeting="Hello, Ada")
        check.run_client("Ada", story="all is well", SayHello=answer).expect_value("Hello, Ada")
        check.run_client("Bob", story="and once more", SayHello=answer).expect_value(
            "Hello, Bob", "Ada was greeted."
        )

    exercise = WriteClient(
        **COMMON,
        parameters=["greeter", "name"],
        services=[GREETER],
        stubs=[pb2_grpc.GreeterServiceStub],
        check=check,
    )
    verdict = exercise.judge(greet)
    assert (verdict.sentence, verdict.called) == ("Ada was greeted.", 'greet(greeter, "Bob"), and once more')
