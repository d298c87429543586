"""A reserved port refuses whoever connects, belongs to nobody else, and becomes the server's."""

from __future__ import annotations

import socket

import grpc
import pytest

from helpers import protos
from helpers.servers import ServeError, reserve_port, serve

greeter_pb2, greeter_pb2_grpc = protos.load("greeter/v1/greeter.proto")


class Greeter(greeter_pb2_grpc.GreeterServiceServicer):
    def SayHello(self, request, context):
        return greeter_pb2.SayHelloResponse(greeting="Hello")


def test_nobody_listens_on_a_reserved_port_and_nobody_else_gets_it():
    port = reserve_port()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    assert reserve_port() != port


def test_a_client_that_waits_is_answered_by_the_server_that_takes_the_port():
    port = reserve_port()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = greeter_pb2_grpc.GreeterServiceStub(channel)
        early = stub.SayHello.future(greeter_pb2.SayHelloRequest(), wait_for_ready=True, timeout=30)
        with pytest.raises(grpc.RpcError, match="UNAVAILABLE"):
            stub.SayHello(greeter_pb2.SayHelloRequest(), timeout=30)
        assert not early.done()
        with serve(Greeter(), port=port) as server:
            assert server.port == port
            assert early.result().greeting == "Hello"


def test_a_port_is_handed_over_once():
    port = reserve_port()
    with serve(Greeter(), port=port), pytest.raises(ServeError, match="in use"):
        serve(Greeter(), port=port)
