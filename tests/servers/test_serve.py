"""`serve`: starting, stopping, and what it refuses."""

from __future__ import annotations

import asyncio
import socket
import threading
import warnings

import grpc
import pytest
from grpc_reflection.v1alpha import reflection
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from helpers import protos, serve, servers
from helpers.servers import ServeError, registry

TIMEOUT = 20  # seconds; only a test that fails waits for it


def hello(greeter, stub, name: str = "Ada", **options) -> str:
    return stub.SayHello(greeter.pb2.SayHelloRequest(name=name), timeout=TIMEOUT, **options).greeting


def test_all_four_kinds(greeter, start, connect):
    stub, pb2 = connect(start(greeter.Greeter())), greeter.pb2
    assert hello(greeter, stub) == "Hello, Ada!"
    stream = stub.SayHelloInLanguages(pb2.SayHelloInLanguagesRequest(name="Ada"), timeout=TIMEOUT)
    assert [reply.language for reply in stream] == ["en", "de", "ja"]
    names = ("Ada", "Alan")
    everybody = stub.SayHelloToAll(
        iter([pb2.SayHelloToAllRequest(name=name) for name in names]), timeout=TIMEOUT
    )
    assert (everybody.greeting, everybody.people) == ("Hello, Ada and Alan!", 2)
    chat = stub.Chat(iter([pb2.ChatRequest(name=name) for name in names]), timeout=TIMEOUT)
    assert [reply.greeting for reply in chat] == ["Welcome, Ada!", "Welcome, Alan!"]


def test_the_server_says_where_and_what_it_is(greeter):
    server = serve(greeter.Greeter(), workers=3)
    assert server.address == f"127.0.0.1:{server.port}"
    assert server.services == ("greeter.v1.GreeterService",)
    assert server.workers == 3
    assert isinstance(server.grpc_server, grpc.Server)
    assert repr(server) == f"<Server greeter.v1.GreeterService on {server.address}, running>"
    server.stop().wait()
    assert repr(server) == f"<Server greeter.v1.GreeterService on {server.address}, stopped>"


def test_it_listens_on_loopback_alone_and_shares_its_port_with_nobody(greeter, by_hand):
    server = serve(greeter.Greeter())
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", server.port))
    # By hand it is different: a second server on the port would start, silently.
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", int(by_hand(greeter.Greeter()).rpartition(":")[2])))


def test_a_port_in_use_is_told(greeter, connect):
    first = serve(greeter.Greeter())
    with pytest.raises(ServeError, match=f"Port {first.port} is in use") as caught:
        serve(greeter.Greeter(), port=first.port)
    assert "Leave `port` out and a free one is taken" in str(caught.value)
    assert caught.value.__suppress_context__
    assert hello(greeter, connect(first)) == "Hello, Ada!"
    first.stop().wait()
    assert serve(greeter.Greeter(), port=first.port).port == first.port


def test_two_services_on_one_server(greeter, connect):
    quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")

    class Quotes(quote_pb2_grpc.QuoteServiceServicer):
        def GetQuote(self, request, context):
            return quote_pb2.GetQuoteResponse(price_cents=450)

    class Both(quote_pb2_grpc.ParcelServiceServicer, greeter.Greeter):
        pass

    server = serve(Quotes(), Both())
    assert server.services == (
        "courier.v1.QuoteService",
        "courier.v1.ParcelService",
        "greeter.v1.GreeterService",
    )
    assert hello(greeter, connect(server)) == "Hello, Ada!"
    with grpc.insecure_channel(server.address) as channel:
        quotes = quote_pb2_grpc.QuoteServiceStub(channel)
        assert quotes.GetQuote(quote_pb2.GetQuoteRequest(), timeout=TIMEOUT).price_cents == 450


def test_one_service_name_in_two_packages():
    """Version 1 and version 2 of a service, side by side on one server, as in production."""
    made = []
    for version in ("v1", "v2"):
        text = f'syntax = "proto3"; package same.{version}; message M {{}} service S {{ rpc Do(M) returns (M); }}'
        made.append(protos.compile_cell("same", text)[1].SServicer())
    assert serve(*made).services == ("same.v1.S", "same.v2.S")


def test_reflection_can_be_served_beside(greeter):
    names = ["greeter.v1.GreeterService", reflection.SERVICE_NAME]
    server = serve(greeter.Greeter(), reflection.ReflectionServicer(names))
    with grpc.insecure_channel(server.address) as channel:
        assert set(ProtoReflectionDescriptorDatabase(channel).get_services()) == set(names)


def test_interceptors_see_calls_and_kinds_in_order(greeter, start, connect):
    seen = []

    class Watch(grpc.ServerInterceptor):
        def __init__(self, name):
            self.name = name

        def intercept_service(self, continuation, details):
            handler = continuation(details)
            metadata = dict(details.invocation_metadata)
            seen.append((self.name, details.method, handler.request_streaming, handler.response_streaming))
            assert metadata["who"] == "me"
            assert callable(handler.unary_unary or handler.unary_stream)
            return handler

    interceptors = [Watch("outer"), Watch("inner")]
    stub, metadata = connect(start(greeter.Greeter(), interceptors=interceptors)), [("who", "me")]
    assert hello(greeter, stub, metadata=metadata) == "Hello, Ada!"
    request = greeter.pb2.SayHelloInLanguagesRequest()
    assert len(list(stub.SayHelloInLanguages(request, timeout=TIMEOUT, metadata=metadata))) == 3
    unary, stream = "/greeter.v1.GreeterService/SayHello", "/greeter.v1.GreeterService/SayHelloInLanguages"
    assert seen == [
        ("inner", unary, False, False),
        ("outer", unary, False, False),
        ("inner", stream, False, True),
        ("outer", stream, False, True),
    ]


def test_options_reach_the_server(greeter, connect):
    stub = connect(serve(greeter.Greeter(), options=[("grpc.max_receive_message_length", 10)]))
    with pytest.raises(grpc.RpcError) as caught:
        hello(greeter, stub, name="A name of more than ten bytes")
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_workers_limit_how_many_handlers_run_at_once(greeter, connect):
    inside, release = threading.Semaphore(0), threading.Event()

    class Slow(greeter.Greeter):
        def SayHello(self, request, context):
            inside.release()
            release.wait(TIMEOUT)
            return greeter.pb2.SayHelloResponse(greeting=threading.current_thread().name)

    stub = connect(server := serve(Slow(), workers=2))
    calls = [stub.SayHello.future(greeter.pb2.SayHelloRequest(), timeout=TIMEOUT) for _ in range(5)]
    assert inside.acquire(timeout=TIMEOUT)
    assert inside.acquire(timeout=TIMEOUT)
    assert not inside.acquire(timeout=0.05)
    release.set()
    assert {call.result().greeting for call in calls} == {"handler_0", "handler_1"}
    assert {run.thread for run in server.log} == {"handler_0", "handler_1"}


def test_stop_refuses_and_cancels(greeter, connect):
    inside = threading.Event()

    class Slow(greeter.Greeter):
        def SayHello(self, request, context):
            inside.set()
            while context.is_active():
                threading.Event().wait(0.01)

    stub = connect(server := serve(Slow()))
    call = stub.SayHello.future(greeter.pb2.SayHelloRequest(), timeout=TIMEOUT)
    assert inside.wait(TIMEOUT)
    assert server.running
    assert server.stop().wait(TIMEOUT)
    assert not server.running
    assert (call.code(), call.details()) == (grpc.StatusCode.UNAVAILABLE, "Cancelling all calls")
    assert server.stop().wait(TIMEOUT), "stopping twice is no mistake"
    with pytest.raises(grpc.RpcError) as caught:
        hello(greeter, connect(server))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


def test_grace_lets_calls_finish(greeter, connect):
    inside, release = threading.Event(), threading.Event()

    class Slow(greeter.Greeter):
        def SayHello(self, request, context):
            inside.set()
            release.wait(TIMEOUT)
            return super().SayHello(request, context)

    stub = connect(server := serve(Slow()))
    call = stub.SayHello.future(greeter.pb2.SayHelloRequest(name="Ada"), timeout=TIMEOUT)
    assert inside.wait(TIMEOUT)
    stopped = server.stop(grace=TIMEOUT)
    assert not stopped.is_set()
    release.set()
    assert call.result().greeting == "Hello, Ada!"
    assert stopped.wait(TIMEOUT)


def test_a_with_block_stops_it(greeter):
    with serve(greeter.Greeter()) as server:
        assert server.running
    assert not server.running


def test_on_stop(greeter):
    told = []
    server = serve(greeter.Greeter())
    server.on_stop(lambda: told.append("first"))
    server.on_stop(lambda: told.append("second"))
    assert told == []
    server.stop()
    server.stop()
    assert told == ["first", "second"]
    server.on_stop(lambda: told.append("late"))
    assert told == ["first", "second", "late"]


def test_stop_all(greeter):
    started = [serve(greeter.Greeter()) for _ in range(3)]
    servers.stop_all()
    assert not any(server.running for server in started)
    servers.stop_all()


def test_too_many_servers_are_told_and_stop_all_helps(greeter, monkeypatch):
    monkeypatch.setattr(registry, "LIMIT", 4)
    for _ in range(4):
        serve(greeter.Greeter())
    with pytest.raises(ServeError, match="4 servers are running already") as caught:
        serve(greeter.Greeter())
    assert "loop" in str(caught.value)
    assert "servers.stop_all()" in str(caught.value)
    servers.stop_all()
    assert serve(greeter.Greeter()).running


def test_the_limit_is_far_beyond_a_lesson():
    assert registry.LIMIT >= 20


def refused(*given, **options) -> str:
    with pytest.raises(ServeError) as caught:
        serve(*given, **options)
    shown = caught.value._render_traceback_()
    assert "\n".join(shown) == f"ServeError: {caught.value}"
    return str(caught.value)


def test_what_is_no_servicer_is_told(greeter):
    assert "at least one servicer: serve(Quotes())" in refused()
    assert "got the class Greeter; it needs an object of it: serve(Greeter())" in refused(greeter.Greeter)
    for wrong in (object(), "Quotes", 3, None, greeter.pb2, [greeter.Greeter()], lambda: None):
        text = refused(wrong)
        assert f"{type(wrong).__name__} is not a servicer" in text
        assert "class Quotes(quote_pb2_grpc.QuoteServiceServicer):" in text


def test_a_plain_class_of_a_servicer_s_name_is_no_servicer():
    class GreeterServiceServicer:
        def SayHello(self, request, context):
            return None

    assert "is not a servicer" in refused(GreeterServiceServicer())


def test_a_stub_is_no_servicer(greeter, connect):
    assert "is not a servicer" in refused(connect("127.0.0.1:1"))


def test_a_service_without_methods_is_told():
    _, pb2_grpc = protos.compile_cell("nothing", 'syntax = "proto3"; service Nothing {}')

    class Mine(pb2_grpc.NothingServicer):
        pass

    assert "Nothing has no methods, so there is nothing to serve" in refused(Mine())


def test_two_servicers_of_one_service_are_told(greeter):
    assert "Two servicers offer greeter.v1.GreeterService" in refused(greeter.Greeter(), greeter.Greeter())


def test_workers_must_be_a_number_of_threads(greeter):
    for wrong in (0, -1, 2.5, "many", None, True):
        assert f"not {wrong!r}" in refused(greeter.Greeter(), workers=wrong)


def test_async_handlers_are_sent_to_serve_aio(greeter):
    class Unary(greeter.Greeter):
        async def SayHello(self, request, context):
            return None

    class Streaming(greeter.Greeter):
        async def Chat(self, requests, context):
            yield None

    for wrong, name in ((Unary(), "Unary.SayHello"), (Streaming(), "Streaming.Chat")):
        text = refused(wrong)
        assert f"{name} is an `async def`" in text
        assert "await serve_aio(...)" in text


def test_a_refused_server_leaves_the_running_ones_alone(greeter):
    server = serve(greeter.Greeter())
    refused(object())
    assert server.running


def test_a_misspelt_method_is_warned_of(greeter):
    class Misspelt(greeter.grpc.GreeterServiceServicer):
        def SayHelo(self, request, context):
            return None

        def sayhellotoall(self, requests, context):
            return None

        def _private(self):
            return None

        def unrelated(self):
            return None

    with pytest.warns(UserWarning, match="Misspelt") as warned:
        serve(Misspelt())
    texts = sorted(str(warning.message) for warning in warned)
    assert len(texts) == 2
    assert texts[0].startswith(
        "GreeterService has no method SayHelo; it has SayHello, which Misspelt does not"
    )
    assert "has no method sayhellotoall; it has SayHelloToAll" in texts[1]
    assert {warning.filename for warning in warned} == {__file__}


def test_helper_methods_are_not_warned_of(greeter):
    class Tidy(greeter.Greeter):
        def SayHelloNicely(self):
            return None

        def say_hello(self):
            return None

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        serve(Tidy())


def test_it_works_on_other_threads_and_beside_a_running_loop(greeter, connect):
    async def main():
        server = await asyncio.to_thread(serve, greeter.Greeter())
        return await asyncio.to_thread(hello, greeter, connect(server))

    assert asyncio.run(main()) == "Hello, Ada!"


def test_no_more_calls_at_a_time_than_it_is_told(greeter, connect):
    entered, go_on = threading.Event(), threading.Event()

    class Slow(greeter.Greeter):
        def SayHello(self, request, context):
            entered.set()
            go_on.wait(TIMEOUT)
            return super().SayHello(request, context)

    stub = connect(serve(Slow(), maximum_concurrent_rpcs=1))
    first = stub.SayHello.future(greeter.pb2.SayHelloRequest(name="Ada"), timeout=TIMEOUT)
    assert entered.wait(TIMEOUT)
    with pytest.raises(grpc.RpcError) as refused:
        hello(greeter, stub)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    go_on.set()
    assert first.result().greeting == "Hello, Ada!"
