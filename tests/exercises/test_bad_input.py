"""Whatever a beginner writes gets an outcome and a message to go on with, and the process lives on."""

from __future__ import annotations

import _thread
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from helpers import protos
from helpers.exercises import unary
from helpers.learner_threads import Stopped

greeter_pb2, greeter_pb2_grpc = protos.load("greeter/v1/greeter.proto")
_, quote_pb2_grpc = protos.load("courier/v1/quote.proto")


def say_hello(service) -> None:
    reply = service.call("SayHello", greeter_pb2.SayHelloRequest(name="Ada"))
    reply.expect_reply(greeting="Hello, Ada")


def handler(body: str) -> str:
    return "class Greeter(greeter_pb2_grpc.GreeterServiceServicer):\n" + textwrap.indent(
        textwrap.dedent(body).strip(), "    "
    )


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "def SayHello(self, request, context):\n    ...",
        "def SayHello(self, request, context):\n    pass",
        "def SayHello(self, request, context):\n    '''Greets.'''",
        "def SayHello(self, request, context):\n    '''Greets.'''\n    ...  # your code here",
        "def SayHello(self, request, context):\n    raise NotImplementedError",
        "def SayHello(self, request, context):\n    raise NotImplementedError('later')",
        "def SayHello(self, request, context):\n    return None",
        "async def SayHello(self, request, context):\n    ...",
        "SayHello = greeter_pb2_grpc.GreeterServiceServicer.SayHello",
    ],
)
def test_a_stub_in_all_its_forms_is_not_attempted(judge, body):
    verdict = judge(handler(body), say_hello)
    assert verdict.outcome == "open", verdict
    assert "`SayHello` does nothing yet" in verdict.sentence


@pytest.mark.parametrize(("kind", "first"), [("staticmethod", ""), ("classmethod", "cls, ")])
def test_a_method_without_self_is_one(judge, kind, first):
    reply = "greeter_pb2.SayHelloResponse(greeting='Hello, Ada')"
    verdict = judge(
        handler(f"@{kind}\ndef SayHello({first}request, context):\n    return {reply}"), say_hello
    )
    assert verdict.outcome == "passed", verdict


def test_an_inherited_method_called_by_hand_is_not_attempted_either(judge):
    verdict = judge(
        handler("def SayHello(self, request, context):\n    return super().SayHello(request, context)"),
        say_hello,
    )
    assert verdict.outcome == "open", verdict


@pytest.mark.parametrize(
    ("body", "outcome", "says"),
    [
        ("def SayHello(self, request, context):\n    name = request.name", "failed", "Is a `return` missing"),
        ("def SayHello(self, request, context):\n    return {'greeting': 'x'}", "failed", "gRPC sends messages"),
        (
            "def SayHello(self, request, context):\n    return greeter_pb2.ChatResponse(greeting='Hello, Ada')",
            "failed",
            "answers with a `SayHelloResponse`, and yours is a `ChatResponse`",
        ),
        (
            "def SayHello(self, request, context):\n    return greeter_pb2.SayHelloResponse",
            "failed",
            "Make a `SayHelloResponse` of it, and return that",
        ),
        ("def SayHello(self, request, context):\n    yield greeter_pb2.SayHelloResponse()", "failed", "There is a `yield`"),
        (
            "async def SayHello(self, request, context):\n    return greeter_pb2.SayHelloResponse()",
            "failed",
            "Leave out the `async`",
        ),
        ("def SayHello(request, context):\n    return 1", "failed", "Is `self` missing"),
        ("def SayHello(self, request):\n    return 1", "failed", "is called with 3 arguments: self, request, context"),
        ("def say_hello(self, request, context):\n    return 1", "failed", "the service calls its method `SayHello`"),
        ("def __init__(self, name):\n    pass\ndef SayHello(self, request, context):\n    return 1", "failed",
         "`__init__` must need nothing more"),
        ("def __init__(self):\n    1 / 0\ndef SayHello(self, request, context):\n    return 1", "raised",
         "Your code raised ZeroDivisionError"),
        ("def SayHello(self, request, context):\n    return 1 / 0", "raised", "Your code raised ZeroDivisionError"),
        ("def SayHello(self, request, context):\n    import sys\n    sys.exit()", "raised", "called `sys.exit()`"),
        ("def SayHello(self, request, context):\n    raise KeyboardInterrupt", "raised", "KeyboardInterrupt"),
        ("def SayHello(self, request, context):\n    return self.SayHello(request, context)", "raised", "again and again"),
        ("def SayHello(self, request, context):\n    if request.name:\n        raise NotImplementedError", "raised",
         "still unwritten"),
        ("def SayHello(self, request, context):\n    context.abort('404', 'no')", "failed", "A status is a `grpc.S"),
        ("SayHello = 5", "failed", "is called with 3 arguments"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_own_words(judge, body, outcome, says):
    verdict = judge(handler(body), say_hello)
    assert (verdict.outcome, says.lower() in verdict.sentence.lower()) == (outcome, True), verdict


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("def SayHelloInLanguages(self, request, context):\n    return greeter_pb2.SayHelloInLanguagesResponse()",
         "hand over each with `yield`"),
        ("def SayHelloInLanguages(self, request, context):\n    return [greeter_pb2.SayHelloInLanguagesResponse()]",
         "collects all replies"),
        ("def SayHelloInLanguages(self, request, context):\n    x = 1", "hand over each with `yield`"),
        ("def SayHelloInLanguages(self, request, context):\n    yield {'greeting': 'x'}", "gRPC sends messages"),
        ("def SayHelloInLanguages(self, request, context):\n    yield", "yielded None"),
        ("def SayHelloInLanguages(self, request, context):\n    yield 'en', 'Hello'", "yielded a tuple"),
        ("def SayHelloInLanguages(self, request, context):\n    yield 'en', 'Hello'", "and yield that"),
        ("def SayHelloInLanguages(self, request, context):\n    yield greeter_pb2.SayHelloInLanguagesResponse(),",
         "A comma behind the message"),
        ("def SayHelloInLanguages(self, request, context):\n    yield (x for x in 'ab')", "`yield from` hands over"),
        ("def SayHelloInLanguages(self, request, context):\n    yield grpc.StatusCode.NOT_FOUND", "not yielded as a value"),
        ("async def SayHelloInLanguages(self, request, context):\n    return 1", "Leave out the `async`"),
    ],
)  # fmt: skip
def test_a_message_where_a_generator_belongs(judge, body, says):
    def hear(service) -> None:
        service.call(
            "SayHelloInLanguages", greeter_pb2.SayHelloInLanguagesRequest(name="Ada")
        ).expect_replies([greeter_pb2.SayHelloInLanguagesResponse(language="en", greeting="Hello, Ada")])

    verdict = judge(handler(body), hear, methods=["SayHelloInLanguages"])
    assert verdict.outcome == "failed"
    assert says in verdict.sentence, verdict


def test_the_end_of_an_iterator_within_a_generator_has_its_line(judge):
    def hear(service) -> None:
        service.call("Chat", [greeter_pb2.ChatRequest(name="Ada")]).expect_replies([])

    body = "def Chat(self, requests, context):\n    next(requests)\n    yield greeter_pb2.ChatResponse()\n    next(requests)"
    verdict = judge(handler(body), hear, methods=["Chat"])
    assert verdict.outcome == "raised"
    assert "`next(...)` raises where nothing comes any more" in verdict.sentence
    assert "in Chat" in verdict.traceback


def test_what_was_raised_before_the_first_call_is_told(judge):
    def check(check) -> None:
        with check.fake_server(SayHello=greeter_pb2.SayHelloResponse()) as server:
            check.run(greeter_pb2_grpc.GreeterServiceStub(server.channel)).expect_sent(
                "SayHello", greeter_pb2.SayHelloRequest()
            )

    for call in ("greeter_pb2.SayHelloRequest(nam='Ada')", "request"):
        verdict = judge(f"def client(stub):\n    return stub.SayHello({call})", check)
        assert verdict.outcome == "raised", verdict
        assert "in client" in verdict.traceback


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda request, context: None, "put `@unary.minimum_price` on the line right above `class ...:`"),
        (None, "asks for a class"),
        (42, "asks for a class"),
        (quote_pb2_grpc.QuoteServiceServicer(), "asks for a class"),
        (type("Quotes", (), {"GetQuote": lambda self, request, context: None}), "derive from the generated"),
        (quote_pb2_grpc.ParcelServiceServicer, "derive from the generated"),
    ],
)
def test_not_a_servicer_class(answer, says):
    verdict = unary.minimum_price.judge(answer)
    assert verdict.outcome == "failed"
    assert says in verdict.sentence


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("class Order: ...", "asks for a function"),
        ("def order(quotes, parcels): return 1", "is called with 4 arguments"),
        ("def order(q, p, r, w):\n    yield 1", "only makes a generator"),
        ("async def order(q, p, r, w): return 1", "only makes a coroutine"),
        ("order = 5", "asks for a function"),
    ],
)
def test_not_a_client_function(source, says):
    names: dict = {}
    exec(source, names)
    verdict = unary.patient_client.judge(list(names.values())[-1])
    assert verdict.outcome == "failed"
    assert says in verdict.sentence, verdict


def test_a_client_that_exits_or_raises_is_told_with_its_line(judge):
    def use(check) -> None:
        with check.fake_server(SayHello=greeter_pb2.SayHelloResponse(greeting="Hello")) as server:
            check.run(server.address).expect_value("Hello")

    exited = judge("def ask(stub):\n    raise SystemExit(3)", use)
    assert (exited.outcome, "SystemExit" in exited.traceback) == ("raised", True)
    raised = judge("def ask(stub):\n    name = 'Ada'\n    return name.nonsense", use)
    assert raised.outcome == "raised"
    assert raised.traceback.splitlines()[0] == "<learner>, line 3, in ask"
    assert "AttributeError" in raised.traceback
    assert "helpers" not in raised.traceback


def test_the_traceback_is_the_learners_own_line_and_nothing_of_ours():
    source = unary.minimum_price.answer.replace("request.weight_grams", "request.weight")
    verdict = unary.minimum_price.judge_source(source)
    assert verdict.outcome == "raised"
    assert verdict.called == "GetQuote(weight_grams=5000)"
    assert verdict.traceback.splitlines() == [
        "<unary.minimum_price>, line 4, in GetQuote",
        "    price = max(450, request.weight // 10 * 2)",
        "AttributeError: weight",
    ]


def test_megabytes_of_prints_are_cut_and_kept_out_of_the_way(judge, capsys):
    verdict = judge(
        handler("""
            def SayHello(self, request, context):
                for _ in range(1000):
                    print("x" * 10_000)
                return greeter_pb2.SayHelloResponse(greeting="Hello, Ada")
        """),
        say_hello,
    )
    assert verdict.outcome == "passed", verdict
    assert len(verdict.printed) < 2100
    assert verdict.printed.endswith("characters more")
    assert capsys.readouterr().out == ""


@pytest.fixture
def impatient(monkeypatch):
    """A call that hangs is given up after a second, which is long enough to hang."""
    monkeypatch.setattr("helpers.exercises.engine.servicer_client.PATIENCE", 1.0)


def learners_threads() -> int:
    """How many threads are in the learner's code right now."""
    return sum("<learner>" in _files(frame) for frame in sys._current_frames().values())


def _files(frame) -> set[str]:
    files = set()
    while frame is not None:
        files.add(frame.f_code.co_filename)
        frame = frame.f_back
    return files


def test_an_infinite_loop_is_told_and_ended(judge, impatient):
    verdict = judge(
        handler("""
            def SayHello(self, request, context):
                while True:
                    print("still here")
        """),
        say_hello,
    )
    assert verdict.outcome == "failed"
    assert "The check waited 1 s for `SayHello` to end its call" in verdict.sentence
    assert "loop that never ends" in verdict.sentence
    assert learners_threads() == 0


def test_code_that_swallows_every_exception_is_still_ended(judge, impatient):
    verdict = judge(
        handler("""
            def SayHello(self, request, context):
                while True:
                    try:
                        while True:
                            request.name.upper()
                    except Exception:
                        pass
        """),
        say_hello,
    )
    assert verdict.outcome == "failed"
    assert not issubclass(Stopped, Exception)
    assert learners_threads() == 0


def test_a_handler_blocked_for_good_is_told_and_holds_up_nothing(judge, impatient):
    verdict = judge(
        handler("""
            def SayHello(self, request, context):
                import threading
                threading.Event().wait()
        """),
        say_hello,
    )
    assert verdict.outcome == "failed"
    assert "does it wait for something that never comes" in verdict.sentence
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "exercise")


def test_a_process_with_a_stuck_handler_exits():
    """As a kernel must that is restarted: `concurrent.futures` would wait for its thread for ever."""
    program = textwrap.dedent("""
        import threading
        from helpers.exercises import unary
        from helpers.exercises.engine import servicer_client
        from helpers.exercises.unary.setup import quote_pb2_grpc

        servicer_client.PATIENCE = 1.0

        class Stuck(quote_pb2_grpc.QuoteServiceServicer):
            def GetQuote(self, request, context):
                threading.Event().wait()

        print(unary.minimum_price.judge(Stuck).outcome)
    """)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        encoding="utf-8",
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "failed", "")


def test_a_stuck_constructor_is_found_by_the_limit_of_the_check(judge):
    verdict = judge(
        handler("""
            def __init__(self):
                while True:
                    pass

            def SayHello(self, request, context):
                return 1
        """),
        say_hello,
        limit=1.0,
    )
    assert verdict.outcome == "failed"
    assert "The check waited 1 s for `Greeter()` to be made" in verdict.sentence


def test_print_belongs_to_the_check_only_while_it_runs(judge, capsys):
    out, err = sys.stdout, sys.stderr
    judge(handler("def SayHello(self, request, context):\n    return 1"), say_hello)
    assert (sys.stdout, sys.stderr) == (out, err)
    print("after")
    assert capsys.readouterr().out == "after\n"


def test_what_runs_already_goes_on_printing_where_it_did(judge, capsys):
    go, done = threading.Event(), threading.Event()

    def lesson() -> None:
        go.wait(10)
        print("from the lesson")
        done.set()

    threading.Thread(target=lesson).start()

    def check(service) -> None:
        go.set()
        assert done.wait(10)

    verdict = judge(handler("def SayHello(self, request, context):\n    return 1"), check)
    assert verdict.outcome == "passed"
    assert capsys.readouterr().out == "from the lesson\n"


def test_a_check_that_stumbles_does_not_blame_the_learner(judge):
    def careless(service) -> None:
        raise IndexError("list index out of range")

    verdict = judge(handler("def SayHello(self, request, context):\n    return 1"), careless)
    assert verdict.outcome == "failed"
    assert "The check itself could not cope" in verdict.sentence


def test_the_stop_button_ends_a_check_and_what_runs_in_it(judge):
    before = learners_threads()
    threading.Timer(0.5, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        judge(handler("""
            def SayHello(self, request, context):
                while True:
                    pass
        """), say_hello)  # fmt: skip
    assert learners_threads() == before


def test_nothing_is_left_of_checks_that_are_over(judge):
    def names() -> list[str]:
        return sorted(thread.name for thread in threading.enumerate())

    before, until = names(), time.monotonic() + 20
    for _ in range(5):
        judge(handler("def SayHello(self, request, context):\n    return {}"), say_hello)
        assert unary.patient_client.judge_source(unary.patient_client.answer).outcome == "passed"
    while names() != before and time.monotonic() < until:
        time.sleep(0.05)
    assert names() == before
