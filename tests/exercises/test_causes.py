"""The diagnosis is the real cause: what the learner's code raised, wherever it did, and what the server saw."""

from __future__ import annotations

import textwrap

import pytest

from helpers import protos
from helpers.exercises import catalog
from helpers.exercises.engine import wrong

greeter_pb2, greeter_pb2_grpc = protos.load("greeter/v1/greeter.proto")
ADA = greeter_pb2.SayHelloRequest(name="Ada")
HELLO = greeter_pb2.SayHelloResponse(greeting="Hello, Ada")


def handler(body: str) -> str:
    return "class Greeter(greeter_pb2_grpc.GreeterServiceServicer):\n" + textwrap.indent(
        textwrap.dedent(body).strip(), "    "
    )


def say_hello(service) -> None:
    service.call("SayHello", ADA).expect_reply("a guess", greeting="Hello, Ada")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("context.abort(grpc.StatusCode.NOT_FOUND)", "`abort` takes a status and a text"),
        ("context.abort('no', grpc.StatusCode.NOT_FOUND)", "The status comes first"),
        ("context.abort(grpc.StatusCode.NOT_FOUND, 404)", "the text is a `str`"),
        ("context.abort('NOT_FOUND', 'no')", "A status is a `grpc.StatusCode`"),
        ("context.abort(5, 'no')", "A status is a `grpc.StatusCode`"),
        ("context.abort(grpc.StatusCode.OK, 'fine')", "`abort` is for errors"),
        ("context.set_code('NOT_FOUND')\nreturn greeter_pb2.SayHelloResponse()", "A status is a `grpc.StatusCode`"),
        ("context.set_code(grpc.StatusCode.NOT_FOUND)", "`context.set_code` notes a status, and the handler goes on"),
        ("return greeter_pb2.SayHelloResponse('Hello')", "with its fields by name"),
        ("return greeter_pb2.SayHelloResponse(greting='Hello')", "`SayHelloResponse` has no field `greting`"),
        ("return greeter_pb2.SayHelloResponse(greeting=request.nam)", "`SayHelloRequest` has no field `nam`. It has name"),
        ("return greeter_pb2.SayHelloRespons()", "Did you mean `SayHelloResponse`?"),
        ("return next(iter([]))", "where nothing comes any more"),
    ],
)  # fmt: skip
def test_a_slip_that_is_beyond_doubt_is_named(judge, line, says):
    source = handler("def SayHello(self, request, context):\n" + textwrap.indent(line, "    "))
    verdict = judge(source, say_hello)
    assert says in verdict.sentence, verdict


@pytest.mark.parametrize(
    "after",
    [
        "context.abort(grpc.StatusCode.INTERNAL, str(error))",
        "pass",
        "return greeter_pb2.SayHelloResponse()",
        "raise ValueError",
    ],
)
def test_an_except_around_abort_is_found(judge, after):
    def refuse(service) -> None:
        service.call("SayHello", ADA).expect_reply("a guess")

    verdict = judge(handler(f"""
        def SayHello(self, request, context):
            try:
                context.abort(grpc.StatusCode.NOT_FOUND, "no")
            except Exception as error:
                {after}
    """), refuse)  # fmt: skip
    assert "caught it and went on" in verdict.sentence or verdict.outcome == "raised", verdict


def test_an_except_around_abort_harms_nobody_where_the_status_is_right(judge):
    def refuse(service) -> None:
        import grpc

        service.call("SayHello", ADA).expect_status(grpc.StatusCode.NOT_FOUND, naming="no")

    verdict = judge(handler("""
        def SayHello(self, request, context):
            try:
                context.abort(grpc.StatusCode.NOT_FOUND, "no")
            except Exception:
                raise
    """), refuse)  # fmt: skip
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("names = [r.name for r in requests]\nfor r in requests:\n    pass\nreturn greeter_pb2.SayHelloToAllResponse()",
         "The requests can be read once"),
        ("for r in requests:\n    return greeter_pb2.SayHelloToAllResponse()", "took 1 of 3 requests and ended"),
    ],
)  # fmt: skip
def test_the_two_slips_of_client_streaming(judge, body, says):
    def many(service) -> None:
        requests = [greeter_pb2.SayHelloToAllRequest(name=name) for name in ("Ada", "Bob", "Eve")]
        service.call("SayHelloToAll", requests).expect_reply("a guess", greeting="Hello, Ada, Bob, Eve")

    source = handler("def SayHelloToAll(self, requests, context):\n" + textwrap.indent(body, "    "))
    assert says in judge(source, many, methods=["SayHelloToAll"]).sentence


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("yield ('en', 'Hello')", "and yield that"),
        ("yield (r for r in ())", "`yield from` hands over"),
        ("yield", "yielded None"),
        ("return [greeter_pb2.SayHelloInLanguagesResponse()]", "collects all replies"),
    ],
)
def test_what_a_stream_handler_hands_over(judge, body, says):
    def hear(service) -> None:
        service.call("SayHelloInLanguages", greeter_pb2.SayHelloInLanguagesRequest()).expect_replies([])

    source = handler(f"def SayHelloInLanguages(self, request, context):\n    {body}")
    assert says in judge(source, hear, methods=["SayHelloInLanguages"]).sentence


def ask(check) -> None:
    with check.fake_server(SayHello=HELLO) as server:
        result = check.run(greeter_pb2_grpc.GreeterServiceStub(server.channel), within=2)
        result.expect_sent("SayHello", ADA, diagnosis="It was never called, which is a guess.")
        result.expect_value("Hello, Ada")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("return nonsense", "NameError: name 'nonsense' is not defined"),
        ("stub.SayHello(greeter_pb2.SayHelloRequest(nam='Ada'))", "ValueError"),
        ("from threading import Thread\nthread = Thread(target=lambda: 1 / 0)\n"
         "thread.start()\nthread.join()", "ZeroDivision"),
        ("call = stub.SayHello.future(greeter_pb2.SayHelloRequest(name='Ada'))\n"
         "call.add_done_callback(lambda call: call.nonsense)\nimport time\ntime.sleep(0.5)", "AttributeError"),
        ("def names():\n    yield greeter_pb2.SayHelloToAllRequest(name=5)\nstub.SayHelloToAll(names())", "TypeError"),
    ],
)  # fmt: skip
def test_an_exception_is_shown_with_its_line_wherever_it_was_raised(judge, body, error):
    verdict = judge("def ask(stub):\n" + textwrap.indent(body, "    "), ask)
    assert (verdict.outcome, error in verdict.traceback) == ("raised", True), verdict
    assert verdict.traceback.startswith("<learner>, line "), verdict
    assert "Traceback" not in verdict.printed


def test_what_a_task_of_asyncio_raises_is_shown_with_its_line(judge):
    source = """
        async def ask(stub):
            import asyncio

            async def work():
                return 1 / 0

            task = asyncio.create_task(work())
            await asyncio.sleep(0.05)
            del task
    """

    def wait(check) -> None:
        check.run(None).expect_value("Hello, Ada")

    verdict = judge(source, wait, aio=True)
    assert (verdict.outcome, verdict.actual) == ("raised", "ZeroDivisionError"), verdict
    assert "in a task of asyncio" in verdict.sentence
    assert verdict.traceback.splitlines()[0] == "<learner>, line 5, in work"


def test_a_class_that_cannot_be_made_is_told_with_the_reason(judge):
    source = """
        import abc

        class Greeter(greeter_pb2_grpc.GreeterServiceServicer, abc.ABC):
            @abc.abstractmethod
            def greet(self): ...

            def SayHello(self, request, context):
                return HELLO
    """
    verdict = judge(source, say_hello)
    assert (verdict.outcome, "abstract" in verdict.traceback) == ("raised", True), verdict


def test_a_status_that_reaches_the_caller_is_shown_as_what_it_is(judge):
    import grpc

    def unavailable(check) -> None:
        with check.fake_server(SayHello=grpc.StatusCode.UNAVAILABLE) as server:
            check.run(greeter_pb2_grpc.GreeterServiceStub(server.channel)).expect_value("Hello, Ada")

    verdict = judge(
        "def ask(stub):\n    return stub.SayHello(greeter_pb2.SayHelloRequest()).greeting", unavailable
    )
    assert verdict.sentence.startswith("A call ended with UNAVAILABLE"), verdict
    assert verdict.traceback.splitlines()[0] == "<learner>, line 2, in ask"
    assert verdict.traceback.splitlines()[-1].startswith("grpc.RpcError: UNAVAILABLE")


def test_what_a_handler_raised_goes_before_what_did_not_come(judge):
    def notice(service) -> None:
        from helpers.exercises.engine import Incorrect

        service.call("SayHello", ADA)
        raise Incorrect("This is a guess.", expected="something", actual="nothing")

    verdict = judge(handler("def SayHello(self, request, context):\n    return 1 / 0"), notice)
    assert (verdict.outcome, verdict.actual) == ("raised", "ZeroDivisionError")


def test_a_thread_that_raises_spoils_no_right_answer(judge):
    verdict = judge(
        """
        def ask(stub):
            import threading
            thread = threading.Thread(target=lambda: 1 / 0)
            thread.start()
            thread.join()
            return stub.SayHello(greeter_pb2.SayHelloRequest(name="Ada")).greeting
        """,
        ask,
    )
    assert verdict.outcome == "passed", verdict
    assert "ZeroDivisionError" in verdict.printed
    assert "helpers" not in verdict.printed


SLIPS = [
    ("server_streaming.planned_ride", ("gone.wait(0.05)", "gone.wiat(0.05)"), "Your code raised AttributeError."),
    ("server_streaming.planned_ride", ("gone.wait(0.05)", "context.cancelled()"), "The context of a server with threads"),
    ("grpc_by_hand.by_hand", ('frame(4, 0, 0, b"")', "frame(4, 0)"), "Your code raised TypeError."),
    ("grpc_by_hand.by_hand", ("prefix + message", "prefix + path"), "Bytes go together with bytes alone"),
    ("grpc_by_hand.messages", ("rest += piece", "rest += piece[0]"), "Is a number taken for bytes"),
    ("grpc_by_hand.messages", ('rest[1:5], "big"', 'rest[1:5], "big", 1'), "Your code raised TypeError."),
    ("grpc_or_rest.bridge", ("return 400, json.dumps", "return 400, jsn.dumps"), "Your code raised NameError."),
    ("grpc_or_rest.bridge", ("text = json_format.MessageToJson(reply, always_print_fields_with_no_presence=True)",
                             "text = json.dumps(reply)"), "`json_format.MessageToJson` writes a message"),
    ("unary.minimum_price", ("max(450, request.weight_grams // 10 * 2)", "450"), "which is what the lightest parcel costs"),
    ("unary.unknown_parcel", ("get(request.parcel_id)", "pop(request.parcel_id, None)"), "take a parcel out, as `pop`"),
    ("server_streaming.ride_so_far", ("return places, False", "return [*places, places[-1]], False"),
     "These are not the positions that came."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "says"), SLIPS, ids=lambda item: str(item)[:40])
def test_a_cause_is_named_only_where_it_is_the_cause(name, edit, says):
    exercise = next(item for group in catalog().values() for item in group if item.id == name)
    verdict = exercise.judge_source(exercise.wrong_cell(wrong("", edit)))
    assert verdict.outcome in ("failed", "raised")
    assert says in verdict.sentence, verdict
