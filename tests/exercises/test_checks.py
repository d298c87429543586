"""What a check can look at: all four kinds of call, sync and aio, metadata, cancellation, clients, leftovers."""

from __future__ import annotations

import textwrap
import threading

import grpc
import pytest

from helpers import protos, servers
from helpers.exercises.engine import Incorrect

pb2, pb2_grpc = protos.load("greeter/v1/greeter.proto")


def servicer(body: str) -> str:
    return "class Greeter(greeter_pb2_grpc.GreeterServiceServicer):\n" + textwrap.indent(
        textwrap.dedent(body).strip(), "    "
    )


STREAMS = """
def SayHelloInLanguages(self, request, context):
    for language, word in (("en", "Hello"), ("de", "Hallo")):
        yield greeter_pb2.SayHelloInLanguagesResponse(language=language, greeting=f"{word}, {request.name}")

def SayHelloToAll(self, request_iterator, context):
    names = [request.name for request in request_iterator]
    return greeter_pb2.SayHelloToAllResponse(greeting="Hello, " + " and ".join(names), people=len(names))

def Chat(self, request_iterator, context):
    for request in request_iterator:
        yield greeter_pb2.ChatResponse(greeting=f"Hello, {request.name}")
"""
AIO_STREAMS = (
    STREAMS.replace("def ", "async def ")
    .replace("for request in", "async for request in")
    .replace("    names = [request.name for", "    names = [request.name async for")
    .replace("names = [request.name async async for", "names = [request.name async for")
)


@pytest.mark.parametrize(("body", "aio"), [(STREAMS, False), (STREAMS, True), (AIO_STREAMS, True)])
def test_all_kinds_of_call_sync_and_aio(judge, body, aio):
    def check(service) -> None:
        some = service.call("SayHelloInLanguages", pb2.SayHelloInLanguagesRequest(name="Ada"))
        assert [reply.language for reply in some.replies] == ["en", "de"]
        assert some.arrivals == sorted(some.arrivals)
        assert some.received.replies == 2
        people = [pb2.SayHelloToAllRequest(name=name) for name in ("Ada", "Bob")]
        service.call("SayHelloToAll", people).expect_reply(greeting="Hello, Ada and Bob", people=2)
        assert service.received[-1].requests == people
        assert service.received[-1].half_closed
        chat = service.start("Chat")
        for name in ("Ada", "Bob"):
            chat.send(pb2.ChatRequest(name=name))
            assert chat.next().greeting == f"Hello, {name}"
        assert not service.received[-1].half_closed
        chat.half_close()
        chat.finish().expect_replies([pb2.ChatResponse(greeting=f"Hello, {name}") for name in ("Ada", "Bob")])

    methods = ["SayHelloInLanguages", "SayHelloToAll", "Chat"]
    verdict = judge(servicer(body), check, methods=methods, aio=aio)
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize(
    ("body", "outcome", "says"),
    [
        ("async def SayHello(self, request, context):\n    return {}", "failed", "gRPC sends messages"),
        ("async def SayHello(self, request, context):\n    x = 1", "failed", "Is a `return` missing"),
        ("async def SayHello(self, request, context):\n    yield 1", "failed", "There is a `yield`"),
        ("async def SayHello(self, request, context):\n    return 1 / 0", "raised", "ZeroDivisionError"),
        ("async def SayHello(self, request, context):\n    raise SystemExit", "raised", "sys.exit()"),
        (
            "async def SayHello(self, request, context):\n    while True: pass",
            "failed",
            "loop that never ends",
        ),
        (
            "async def SayHello(self, request, context):\n"
            "    await context.abort(grpc.StatusCode.NOT_FOUND, 'who?')",
            "failed",
            "Why refuse?",
        ),
    ],
)
def test_asyncio_handlers_get_the_same_words(judge, monkeypatch, body, outcome, says):
    monkeypatch.setattr("helpers.exercises.engine.servicer_client.PATIENCE", 1.5)

    def check(service) -> None:
        service.call("SayHello", pb2.SayHelloRequest(name="Ada")).expect_reply(
            {grpc.StatusCode.NOT_FOUND: "Why refuse?"}, greeting="Hello, Ada"
        )

    verdict = judge(servicer(body), check, aio=True)
    assert (verdict.outcome, says in verdict.sentence) == (outcome, True), verdict


def test_a_stream_written_with_context_write_is_fine(judge):
    def check(service) -> None:
        replies = service.call("SayHelloInLanguages", pb2.SayHelloInLanguagesRequest(name="Ada"))
        replies.expect_replies([pb2.SayHelloInLanguagesResponse(language="en")])

    body = """
        async def SayHelloInLanguages(self, request, context):
            await context.write(greeter_pb2.SayHelloInLanguagesResponse(language="en"))
    """
    verdict = judge(servicer(body), check, methods=["SayHelloInLanguages"], aio=True)
    assert verdict.outcome == "passed", verdict


def test_metadata_both_ways_and_the_deadline_that_arrives(judge):
    body = """
        def SayHello(self, request, context):
            asked = dict(context.invocation_metadata())
            context.send_initial_metadata([("x-begin", asked["x-ask"])])
            context.set_trailing_metadata([("x-end", "bye")])
            return greeter_pb2.SayHelloResponse(greeting=f"{context.time_remaining() < 3}")
    """

    def check(service) -> None:
        request = pb2.SayHelloRequest(name="Ada")
        call = service.call("SayHello", request, metadata=[("x-ask", "now")], timeout=2.5)
        call.expect_reply(greeting="True")
        call.expect(call.initial.get("x-begin") == "now", "x-begin: now", str(call.initial))
        call.expect(call.trailing.get("x-end") == "bye", "x-end: bye", str(call.trailing))
        assert call.received.metadata["x-ask"] == "now"
        assert 0 < call.received.deadline <= 2.6  # rounded on the way

    verdict = judge(servicer(body), check)
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize(
    ("waiting", "outcome"),
    [("while context.is_active(): time.sleep(0.01)", "passed"), ("time.sleep(1.5)", "failed")],
)
def test_whether_a_cancellation_is_noticed(judge, waiting, outcome):
    def check(service) -> None:
        call = service.start("SayHello", pb2.SayHelloRequest(name="Ada"))
        received = service.arrival()
        call.cancel()
        assert call.finish().code is grpc.StatusCode.CANCELLED
        if not received.over(within=1):
            raise Incorrect("The client has gone, and your handler works on.", called=call.text)
        assert received.cancelled

    body = f"""
        def SayHello(self, request, context):
            import time
            {waiting}
            return greeter_pb2.SayHelloResponse()
    """
    verdict = judge(servicer(body), check)
    assert verdict.outcome == outcome, verdict


def test_an_endless_stream_is_told_as_such(judge, monkeypatch):
    monkeypatch.setattr("helpers.exercises.engine.running_call.MOST_REPLIES", 50)

    def check(service) -> None:
        service.call("SayHelloInLanguages", pb2.SayHelloInLanguagesRequest()).expect_replies([])

    body = """
        def SayHelloInLanguages(self, request, context):
            while True:
                yield greeter_pb2.SayHelloInLanguagesResponse()
    """
    verdict = judge(servicer(body), check, methods=["SayHelloInLanguages"])
    assert verdict.outcome == "failed"
    assert "sends replies without end: 50 of them and still going on" in verdict.sentence, verdict


def test_a_reply_that_never_comes(judge):
    def check(service) -> None:
        service.start("Chat").next("Who speaks first? Your handler waits for the client.", within=0.3)

    verdict = judge(servicer(STREAMS), check, methods=["Chat"])
    assert verdict.sentence == "Who speaks first? Your handler waits for the client."
    assert verdict.actual == "nothing within 0.3 s"


@pytest.mark.parametrize(("workers", "met"), [(2, True), (1, False)])
def test_concurrent_calls(judge, workers, met):
    body = """
        def __init__(self):
            import threading
            self.both = threading.Barrier(2)

        def SayHello(self, request, context):
            try:
                self.both.wait(1)
            except Exception:
                return greeter_pb2.SayHelloResponse(greeting="alone")
            return greeter_pb2.SayHelloResponse(greeting="together")
    """

    def check(check) -> None:
        with check.serve(workers=workers) as service:
            calls = [service.start("SayHello", pb2.SayHelloRequest(name=name)) for name in "AB"]
            greetings = {call.finish().reply.greeting for call in calls}
        assert greetings == {"together" if met else "alone"}

    from helpers.exercises.engine.judging import judge as run

    names = {"greeter_pb2": pb2, "greeter_pb2_grpc": pb2_grpc}
    exec(servicer(body), names)
    verdict = run(check, names["Greeter"], [pb2.DESCRIPTOR.services_by_name["GreeterService"]])
    assert verdict.outcome == "passed", verdict


def test_a_client_that_never_half_closes(judge):
    def check(check) -> None:
        with check.fake_server(
            SayHelloToAll=lambda names, context: pb2.SayHelloToAllResponse(people=len(list(names)))
        ) as server:
            check.run(pb2_grpc.GreeterServiceStub(server.channel), within=0.7)

    client = """
        def greet(stub):
            import threading
            def names():
                yield greeter_pb2.SayHelloToAllRequest(name="Ada")
                threading.Event().wait()
            return stub.SayHelloToAll(names()).people
    """
    verdict = judge(textwrap.dedent(client), check)
    assert verdict.outcome == "failed"
    assert (
        "the server has 1 message of `SayHelloToAll` and waits for the end of the requests" in verdict.actual
    )
    assert "the half-close" in verdict.actual


def test_a_client_that_calls_for_ever_is_told_at_once(judge):
    def check(check) -> None:
        with check.fake_server(SayHello=pb2.SayHelloResponse(greeting="Hello")) as server:
            check.run(pb2_grpc.GreeterServiceStub(server.channel), within=100, stuck="When is it enough?")

    client = """
        def greet(stub):
            while True:
                stub.SayHello(greeter_pb2.SayHelloRequest(name="Ada"))
    """
    verdict = judge(textwrap.dedent(client), check)
    assert verdict.outcome == "failed"
    assert verdict.sentence == "When is it enough?"
    assert verdict.actual == "more than 200 calls, and no return"


def test_an_asyncio_client(judge):
    def check(check) -> None:
        with check.fake_server(SayHello=pb2.SayHelloResponse(greeting="Hello")) as server:
            check.run(server.address).expect_value("Hello")
        assert server.received("SayHello")[0].requests[0].name == "Ada"

    client = """
        async def greet(address):
            async with grpc.aio.insecure_channel(address) as channel:
                stub = greeter_pb2_grpc.GreeterServiceStub(channel)
                return (await stub.SayHello(greeter_pb2.SayHelloRequest(name="Ada"))).greeting
    """
    assert judge(textwrap.dedent(client), check, aio=True).outcome == "passed"
    plain = judge("def greet(address): return 1 + address", check, aio=True)
    assert "Write `async def greet`" in plain.sentence


def test_a_script_of_answers_one_after_the_other(judge):
    def check(check) -> None:
        away = grpc.StatusCode.UNAVAILABLE
        many = [pb2.SayHelloInLanguagesResponse(language=code) for code in ("en", "de")]
        answers = {"SayHello": (away, lambda request, _: pb2.SayHelloResponse(greeting=request.name)),
                   "SayHelloInLanguages": many}  # fmt: skip
        with check.fake_server(**answers) as server:
            result = check.run(pb2_grpc.GreeterServiceStub(server.channel))
            result.expect_value(["UNAVAILABLE", "2", "3", "en", "de"]).expect_attempts("SayHello", 3)

    client = """
        def work(stub):
            seen = []
            for number in "123":
                try:
                    seen.append(stub.SayHello(greeter_pb2.SayHelloRequest(name=number)).greeting)
                except grpc.RpcError as error:
                    seen.append(error.code().name)
            replies = stub.SayHelloInLanguages(greeter_pb2.SayHelloInLanguagesRequest())
            return seen + [reply.language for reply in replies]
    """
    verdict = judge(textwrap.dedent(client), check)
    assert verdict.outcome == "passed", verdict


def test_failures_are_told_once_in_the_card_and_not_below_the_cell(judge):
    servers.take_failures()
    judge(servicer("def SayHello(self, request, context):\n    return 1 / 0"), lambda service: service.call(
        "SayHello", pb2.SayHelloRequest()
    ))  # fmt: skip
    assert servers.take_failures() == []


def test_what_no_expectation_told_is_told_at_the_end(judge):
    verdict = judge(
        servicer("def SayHello(self, request, context):\n    return 1 / 0"),
        lambda service: service.call("SayHello", pb2.SayHelloRequest(name="Ada")),
    )
    assert (verdict.outcome, verdict.called) == ("raised", 'SayHello(name="Ada")')


def test_a_cause_is_found_for_values_that_cannot_be_looked_up(judge):
    def check(at_work) -> None:
        at_work.run("Ada").expect_value((["Bob"], True), {None: "nothing", ...: "another list"})

    verdict = judge("def ask(name):\n    return [name], True", check)
    assert (verdict.outcome, verdict.sentence) == ("failed", "another list")


def test_a_server_of_ours_with_few_threads_lets_others_wait(judge):
    met = threading.Barrier(2)

    def meet(request, context):
        try:
            met.wait(0.3)
        except threading.BrokenBarrierError:
            return pb2.SayHelloResponse(greeting="alone")
        return pb2.SayHelloResponse(greeting="together")

    def check(at_work) -> None:
        for workers, greeting in ((1, "alone"), (2, "together")):
            met.reset()
            with at_work.fake_server(workers=workers, SayHello=meet) as server:
                at_work.run(pb2_grpc.GreeterServiceStub(server.channel)).expect_value({greeting})

    verdict = judge(
        """
        def ask(stub):
            calls = [stub.SayHello.future(greeter_pb2.SayHelloRequest()) for _ in range(2)]
            return {call.result().greeting for call in calls}
        """,
        check,
    )
    assert verdict.outcome == "passed", verdict
