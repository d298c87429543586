"""The console of a server that says itself what it offers."""

from __future__ import annotations

import contextlib
import io
import json
import time

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_reflection.v1alpha import reflection, reflection_pb2

from helpers import serve, servers, views
from helpers.views.console import Console
from helpers.views.console.reflection import ReflectionError, ask
from helpers.views.console.schema import Method
from tests.views.console.samples import Every, every_pb2

POOL = every_pb2.DESCRIPTOR.pool
EVERY = "console.v1.Every"


@pytest.fixture(autouse=True)
def nothing_left():
    yield
    views.stop_all()
    servers.stop_all()


def reflecting(*names):
    return serve(Every(), reflection.ReflectionServicer([*names, reflection.SERVICE_NAME], pool=POOL))


class Answers(grpc.GenericRpcHandler):
    """A reflection service of the newer version, as servers in other languages have it, which sends one file a time."""

    def service(self, details):
        if details.method != "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo":
            return None
        return grpc.stream_stream_rpc_method_handler(
            self.answer,
            reflection_pb2.ServerReflectionRequest.FromString,
            reflection_pb2.ServerReflectionResponse.SerializeToString,
        )

    def answer(self, requests, context):
        for request in requests:
            response = reflection_pb2.ServerReflectionResponse()
            if request.HasField("list_services"):
                response.list_services_response.service.add(name=EVERY)
            else:
                find = (
                    POOL.FindFileByName
                    if request.HasField("file_by_filename")
                    else POOL.FindFileContainingSymbol
                )
                file = FileDescriptorProto()
                find(request.file_by_filename or request.file_containing_symbol).CopyToProto(file)
                response.file_descriptor_response.file_descriptor_proto.append(file.SerializeToString())
            yield response


def test_a_server_says_what_it_offers():
    offered = ask(reflecting(EVERY).address)
    assert offered.version == "v1alpha"
    assert [method.name for method in offered.methods] == [
        *("Echo", "Count", "Sum", "Chat", "Nothing", "Word", "Shape"),
    ]
    assert offered.without_schema == ()
    assert [isinstance(method, Method) for method in offered.methods] == [True] * 7


def test_the_newer_version_and_a_server_that_sends_no_imports():
    server = serve(Every())
    server.grpc_server.add_generic_rpc_handlers((Answers(),))
    offered = ask(server.address)
    assert offered.version == "v1"
    assert len(offered.methods) == 7
    console = Console(server)
    with pytest.raises(ValueError, match="version v1 of reflection"):
        console.python()
    assert "-proto" not in console.grpcurl(), "the server tells its schema"


def test_a_service_that_nobody_offers_is_listed_without_a_schema():
    console = Console(reflecting(EVERY, "console.v1.Ghost"))
    assert console.offered.without_schema == ("console.v1.Ghost",)
    assert "Told by reflection v1alpha: 1 service, 7 methods." in str(console)
    assert "Listed without a schema: console.v1.Ghost." in str(console)
    assert console.spec["offered"] in console.static()["text/html"]


def test_why_a_server_says_nothing():
    with pytest.raises(
        ReflectionError, match=r"no gRPC server without TLS answers at 127\.0\.0\.1:1: is it running"
    ):
        Console("127.0.0.1:1")
    with pytest.raises(ReflectionError, match="does not tell what it offers"):
        Console(serve(Every()))
    with pytest.raises(
        ReflectionError, match=r"lists console\.v1\.Ghost, without a schema, so there is nothing"
    ):
        Console(reflecting("console.v1.Ghost"))
    with pytest.raises(ReflectionError, match="lists no service, so there is nothing to call"):
        Console(reflecting())
    with pytest.raises(TypeError, match="takes a server or an address"):
        Console(5)


def test_a_call_without_a_module():
    console = Console(reflecting(EVERY), method="Every.Sum")
    assert console.press("start") == {}
    assert console.press("half-close") == {}
    assert console.wait().status.code is grpc.StatusCode.OK


@pytest.mark.parametrize("name", ["Echo", "Count", "Sum", "Chat", "Word"])
def test_the_source_runs_as_pasted(name):
    console = Console(reflecting(EVERY), method=name, metadata=[("a", "b")], timeout=20)
    if name in ("Sum", "Chat"):
        console.press("start")
        console.press("send")
        console.press("half-close")
        console.wait()
    elif name == "Count":
        session = console._session
        session.keep({**session.draft(), "tab": "json", "json": '{"amount": 2}'})
    source = console.python()
    compile(source, name, "exec")
    assert all(len(line) <= 88 for line in source.splitlines())
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, {})


def test_it_turns_to_another_server():
    first, second = reflecting(EVERY), reflecting(EVERY, "console.v1.Ghost")
    console = Console(first)
    told = []
    console.send = lambda content, buffers=None: told.append(json.loads(json.dumps(content)))
    console.press("call")
    console.wait()
    for address, problem in (
        (second.address, ""),
        ("nowhere", "the console takes"),
        ("127.0.0.1:1", "no gRPC server without TLS"),
    ):
        told.clear()
        console._receive({"do": "ask", "address": f" {address} "})
        end = time.monotonic() + 20
        while not any(each["kind"] == "asked" for each in told):
            assert time.monotonic() < end
            time.sleep(0.01)
        (answer,) = [each for each in told if each["kind"] == "asked"]
        assert answer["problem"].startswith(problem)
        assert bool(answer["problem"]) == bool(problem)
        assert console.address == second.address, "one that does not answer changes nothing"
    assert "console.v1.Ghost" in console.spec["offered"]
    assert console.history == []
    console.press("call")
    assert console.wait().status.code is grpc.StatusCode.OK


def test_asking_the_same_server_again_is_news():
    console = Console(reflecting(EVERY))
    before = console.spec
    console.ask(console.address)
    assert console.spec != before, "the page draws it anew"
