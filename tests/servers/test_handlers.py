"""What handlers do wrong: the client sees what plain gRPC tells it, and the log has what was raised."""

from __future__ import annotations

import inspect
import threading
import time

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from helpers import serve, servers

TIMEOUT = 20  # seconds; only a test that fails waits for it
KINDS = ("SayHello", "SayHelloInLanguages", "SayHelloToAll", "Chat")
STREAMS = ("SayHelloInLanguages", "Chat")


def request_of(pb2, kind: str):
    return getattr(pb2, f"{kind}Request")(name="Ada")


def outcome(pb2, stub, kind: str) -> tuple[int, grpc.StatusCode, str]:
    """How many replies a call got, and its status."""
    request = request_of(pb2, kind)
    given = iter([request, request]) if kind in ("SayHelloToAll", "Chat") else request
    method = getattr(stub, kind)
    replies = 0
    if kind in STREAMS:
        call = method(given, timeout=TIMEOUT)
        try:
            for _ in call:
                replies += 1
        except grpc.RpcError:
            pass
        return replies, call.code(), call.details()
    try:
        _, call = method.with_call(given, timeout=TIMEOUT)
        return 1, call.code(), call.details()
    except grpc.RpcError as error:
        return 0, error.code(), error.details()


def servicer(greeter, kind: str, body):
    """A greeter, one of whose methods is `body(pb2, request, context)`: a function, or a generator."""
    if inspect.isgeneratorfunction(body):

        def method(self, request, context):
            yield from body(greeter.pb2, request, context)
    else:

        def method(self, request, context):
            return body(greeter.pb2, request, context)

    return type("Greeter", (greeter.Greeter,), {kind: method})()


def good(pb2, context=None):
    # Any message of any kind serializes; which one does not matter to gRPC.
    return pb2.ChatResponse(greeting="good")


def raises(pb2, request, context):
    raise ValueError("boom")


def raises_in_a_generator(pb2, request, context):
    yield good(pb2)
    raise ValueError("boom")


def raises_on_purpose(pb2, request, context):
    raise NotImplementedError


def aborts(pb2, request, context):
    context.abort(grpc.StatusCode.NOT_FOUND, "no such person")


def aborts_in_a_generator(pb2, request, context):
    yield good(pb2)
    context.abort(grpc.StatusCode.NOT_FOUND, "no such person")


def sets_a_code(pb2, request, context):
    context.set_code(grpc.StatusCode.NOT_FOUND)
    context.set_details("no such person")
    return good(pb2)


def sets_a_code_in_a_generator(pb2, request, context):
    yield good(pb2)
    context.set_code(grpc.StatusCode.NOT_FOUND)
    context.set_details("no such person")


def sets_a_code_and_returns_nothing(pb2, request, context):
    context.set_code(grpc.StatusCode.NOT_FOUND)
    context.set_details("no such person")


def sets_a_code_and_raises(pb2, request, context):
    context.set_code(grpc.StatusCode.NOT_FOUND)
    raise ValueError("boom")


def returns_nothing(pb2, request, context):
    return None


def returns_a_dictionary(pb2, request, context):
    return {"greeting": "hello"}


def returns_a_list(pb2, request, context):
    return [good(pb2), good(pb2)]


def returns_an_iterator(pb2, request, context):
    return iter([good(pb2), good(pb2)])


def returns_a_message(pb2, request, context):
    return good(pb2)


def yields_nothing(pb2, request, context):
    yield None


def yields_a_dictionary(pb2, request, context):
    yield good(pb2)
    yield {"greeting": "hello"}


def iterates_nonsense(pb2, request, context):
    yield from 5


# Body, in which kinds it makes sense, and what the log has to say of it.
UNARY = ("SayHello", "SayHelloToAll")
BODIES = [
    (raises, KINDS, "ValueError: boom"),
    (raises_in_a_generator, STREAMS, "ValueError: boom"),
    (raises_on_purpose, KINDS, "NotImplementedError"),
    (aborts, KINDS, None),
    (aborts_in_a_generator, STREAMS, None),
    (sets_a_code, UNARY, None),
    (sets_a_code_in_a_generator, STREAMS, None),
    (sets_a_code_and_returns_nothing, UNARY, None),
    (sets_a_code_and_raises, KINDS, "ValueError: boom"),
    (
        returns_nothing,
        UNARY,
        "TypeError: The handler gave None where a message belongs. Is a `return` missing?",
    ),
    (
        returns_nothing,
        STREAMS,
        "TypeError: This method streams its replies, so its handler must `yield` them",
    ),
    (returns_a_dictionary, UNARY, "TypeError: The handler gave a dict where a message belongs."),
    (returns_a_list, STREAMS, "it returned a list."),
    (returns_a_message, STREAMS, "it returned a ChatResponse."),
    (returns_an_iterator, STREAMS, None),
    (returns_a_list, UNARY, "TypeError: The handler gave a list where a message belongs."),
    (yields_nothing, UNARY, "TypeError: This method has one reply, so its handler must `return` it"),
    (yields_nothing, STREAMS, "TypeError: The handler gave None where a message belongs."),
    (yields_a_dictionary, STREAMS, "TypeError: The handler gave a dict where a message belongs."),
    (iterates_nonsense, STREAMS, "TypeError: 'int' object is not iterable"),
]
CASES = [(body, kind, told) for body, kinds, told in BODIES for kind in kinds]


@pytest.mark.parametrize(
    ("body", "kind", "told"), CASES, ids=[f"{body.__name__}-{kind}" for body, kind, _ in CASES]
)
def test_as_plain_grpc_and_written_down(body, kind, told, greeter, by_hand, connect):
    plain = outcome(greeter.pb2, connect(by_hand(servicer(greeter, kind, body))), kind)
    server = serve(servicer(greeter, kind, body))
    assert outcome(greeter.pb2, connect(server), kind) == plain
    (run,) = server.log
    assert run.method == f"/greeter.v1.GreeterService/{kind}"
    failures = servers.take_failures()
    if told is None:
        assert run.error is None
        assert run.traceback == ""
        assert failures == []
    else:
        assert told in run.traceback
        assert failures == [run]
    assert servers.take_failures() == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_has_written_yet_is_no_failure(kind, greeter, connect):
    server = serve(greeter.grpc.GreeterServiceServicer())
    replies, code, details = outcome(greeter.pb2, connect(server), kind)
    assert (replies, code, details) == (0, grpc.StatusCode.UNIMPLEMENTED, "Method not implemented!")
    assert [run.error for run in server.log] == [None]
    assert servers.take_failures() == []


def test_the_traceback_is_the_learners_own(greeter, connect):
    def explain(name):
        raise LookupError(f"who is {name}?")

    class Failing(greeter.Greeter):
        def SayHello(self, request, context):
            return explain(request.name)

        def Chat(self, requests, context):
            for request in requests:
                yield explain(request.name)

        def SayHelloToAll(self, requests, context):
            try:
                return explain("everybody")
            except LookupError as error:
                raise RuntimeError("gave up") from error

    server = serve(Failing())
    stub = connect(server)
    for kind in ("SayHello", "Chat"):
        outcome(greeter.pb2, stub, kind)
        told = server.log[-1].traceback
        assert told.count("File ") == 2
        assert f"in {kind}" in told
        assert "in explain" in told
        assert told.endswith("LookupError: who is Ada?")
    outcome(greeter.pb2, stub, "SayHelloToAll")
    told = server.log[-1].traceback
    assert told.count('File "') == told.count(f'File "{__file__}"') == 3
    assert "direct cause" in told
    assert told.endswith("RuntimeError: gave up")


def test_a_call_to_another_service_that_fails_is_a_failure_of_the_handler(greeter, connect):
    stub = connect("127.0.0.1:1")

    class Relay(greeter.Greeter):
        def SayHello(self, request, context):
            return stub.SayHello(request, timeout=TIMEOUT)

    server = serve(Relay())
    _, code, _ = outcome(greeter.pb2, connect(server), "SayHello")
    assert code is grpc.StatusCode.UNKNOWN
    (run,) = servers.take_failures()
    assert isinstance(run.error, grpc.RpcError)
    assert run.traceback.count('File "') == 1
    assert "return stub.SayHello(request" in run.traceback


def test_a_handler_that_leaves_is_a_failure_though_nobody_answers(greeter, connect):
    class Leaving(greeter.Greeter):
        def SayHello(self, request, context):
            raise SystemExit("no price list")

    server = serve(Leaving())
    with pytest.raises(grpc.RpcError) as caught:
        connect(server).SayHello(request_of(greeter.pb2, "SayHello"), timeout=0.3)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    (run,) = servers.take_failures()
    assert isinstance(run.error, SystemExit)
    assert run.seconds is not None


@pytest.mark.parametrize("goes", [True, False])
def test_a_call_that_is_cancelled_with_its_client_is_no_failure(goes, greeter, connect):
    asked, gone = threading.Event(), threading.Event()

    class Slow(greeter.Greeter):
        def SayHello(self, request, context):
            asked.set()
            gone.wait(TIMEOUT)
            return greeter.pb2.SayHelloResponse()

    backend = connect(serve(Slow()))

    class Front(greeter.Greeter):
        def SayHello(self, request, context):
            call = backend.SayHello.future(request, timeout=TIMEOUT)
            context.add_callback(call.cancel)
            if not goes:
                call.cancel()
            return call.result()

    front = serve(Front())
    call = connect(front).SayHello.future(request_of(greeter.pb2, "SayHello"), timeout=TIMEOUT)
    if goes:
        assert asked.wait(TIMEOUT)
        call.cancel()
    else:
        assert call.code() is grpc.StatusCode.UNKNOWN
    until(lambda: front.log and front.log[0].ended_at is not None)
    gone.set()
    assert [type(run.error) for run in servers.take_failures()] == (
        [] if goes else [grpc.FutureCancelledError]
    )


def until(condition) -> None:
    """Waits for what another thread is about to do."""
    deadline = time.monotonic() + TIMEOUT
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert condition()


@pytest.mark.parametrize("kind", STREAMS)
def test_a_stream_that_the_client_cancels_is_no_failure(kind, greeter, connect):
    def endless(pb2, request, context):
        while True:
            yield good(pb2)

    server = serve(servicer(greeter, kind, endless))
    given = request_of(greeter.pb2, kind)
    call = getattr(connect(server), kind)(iter([given]) if kind == "Chat" else given, timeout=TIMEOUT)
    next(call)
    call.cancel()
    until(lambda: server.log[0].ended_at is not None)
    assert server.log[0].error is None
    assert servers.take_failures() == []


@pytest.mark.parametrize("kind", ["SayHelloToAll", "Chat"])
def test_requests_that_the_client_cancels_are_no_failure(kind, greeter, connect):
    reading, done = threading.Event(), threading.Event()
    pb2 = greeter.pb2

    def requests():
        yield request_of(pb2, kind)
        done.wait(TIMEOUT)

    class Reader(greeter.Greeter):
        def SayHelloToAll(self, requests, context):
            for _ in requests:
                reading.set()
            return good(pb2)

        def Chat(self, requests, context):
            for _ in requests:
                reading.set()
                yield good(pb2)

    server = serve(Reader())
    method = getattr(connect(server), kind)
    call = (
        method(requests(), timeout=TIMEOUT) if kind == "Chat" else method.future(requests(), timeout=TIMEOUT)
    )
    assert reading.wait(TIMEOUT)
    call.cancel()
    until(lambda: server.log[0].ended_at is not None)
    done.set()
    assert server.log[0].error is None
    assert servers.take_failures() == []


def test_the_log_tells_when_and_where_and_for_whom(greeter, connect):
    release = threading.Event()

    class Slow(greeter.Greeter):
        def SayHello(self, request, context):
            release.wait(TIMEOUT)
            return super().SayHello(request, context)

    server = serve(Slow(), workers=1)
    assert repr(server.log) == "No handler has run yet."
    call = connect(server).SayHello.future(
        request_of(greeter.pb2, "SayHello"), timeout=TIMEOUT, metadata=[("who", "me")]
    )
    until(lambda: len(server.log) == 1)
    run = server.log[0]
    assert (run.method, run.thread, run.seconds) == ("/greeter.v1.GreeterService/SayHello", "handler_0", None)
    assert ("who", "me") in tuple(run.metadata)
    assert "running" in repr(server.log)
    release.set()
    call.result()
    until(lambda: run.ended_at is not None)
    assert run.seconds == run.ended_at - run.started_at > 0
    assert repr(server.log).split("\n")[0].split("  ")[0] == "handler"
    assert list(server.log) == [run]
    server.log.clear()
    assert len(server.log) == 0


def test_the_log_forgets_what_is_long_ago(greeter, connect, monkeypatch):
    monkeypatch.setattr("helpers.servers.log.LIMIT", 5)
    server = serve(greeter.Greeter())
    stub = connect(server)
    for number in range(12):
        stub.SayHello(greeter.pb2.SayHelloRequest(), metadata=[("n", str(number))], timeout=TIMEOUT)
    assert [dict(run.metadata)["n"] for run in server.log] == ["7", "8", "9", "10", "11"]


def test_failures_that_nobody_takes_are_bounded(greeter, connect):
    server = serve(servicer(greeter, "SayHello", raises))
    stub = connect(server)
    for _ in range(150):
        outcome(greeter.pb2, stub, "SayHello")
    assert len(server.log) == 150
    assert len(servers.take_failures()) == 100


def test_markup_in_an_error_is_shown_and_never_run(greeter, connect):
    def injects(pb2, request, context):
        raise ValueError("<script>alert(1)</script>")

    server = serve(servicer(greeter, "SayHello", injects))
    outcome(greeter.pb2, connect(server), "SayHello")
    assert "&lt;script&gt;" in server.log._repr_html_()
    assert "<script>" not in server.log._repr_html_()


def test_a_watch_of_health_holds_no_thread():
    status = health_pb2.HealthCheckResponse
    own = health.HealthServicer()
    server = serve(own, workers=1)
    with grpc.insecure_channel(server.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        watches = [stub.Watch(health_pb2.HealthCheckRequest(), timeout=TIMEOUT) for _ in range(3)]
        assert [next(watch).status for watch in watches] == [status.SERVING] * 3
        assert stub.Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT).status == status.SERVING
        own.set("", status.NOT_SERVING)
        assert [next(watch).status for watch in watches] == [status.NOT_SERVING] * 3
        assert [run.seconds is None for run in server.log] == [True, True, True, False]
        for watch in watches:
            watch.cancel()
        deadline = time.monotonic() + TIMEOUT
        while any(run.seconds is None for run in server.log) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert [run.error for run in server.log] == [None] * 4
    assert not any(run.seconds is None for run in server.log), "their ends are in the log"


def test_a_watch_of_health_that_blocks_is_left_alone():
    server = serve(health.HealthServicer(experimental_non_blocking=False))
    with grpc.insecure_channel(server.address) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=TIMEOUT)
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        watch.cancel()
