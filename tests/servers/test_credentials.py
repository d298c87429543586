"""Servers with credentials: TLS, and what is told of credentials that no server can use."""

from __future__ import annotations

import asyncio

import grpc
import pytest
import trustme

from helpers import Tls, serve, serve_aio, tap
from helpers.servers import ServeError

TIMEOUT = 20  # seconds; only a test that fails waits for it
CA = trustme.CA()
ROOT = CA.cert_pem.bytes()


def pair(leaf: trustme.LeafCert) -> tuple[bytes, bytes]:
    """The private key and the certificate, in the order in which gRPC takes them."""
    return leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes()


KEY, CERTIFICATE = pair(CA.issue_cert("127.0.0.1"))
OTHER_KEY, _ = pair(CA.issue_cert("127.0.0.1"))
GOOD = grpc.ssl_server_credentials([(KEY, CERTIFICATE)])


def hello(greeter, stub) -> str:
    return stub.SayHello(greeter.pb2.SayHelloRequest(name="Ada"), timeout=TIMEOUT).greeting


def test_a_server_with_credentials_speaks_tls(greeter, connect):
    server = serve(greeter.Greeter(), credentials=GOOD)
    assert server.secure
    assert f"{server.address} with TLS, running" in repr(server)
    with grpc.secure_channel(server.address, grpc.ssl_channel_credentials(ROOT)) as channel:
        assert hello(greeter, greeter.grpc.GreeterServiceStub(channel)) == "Hello, Ada!"
    with pytest.raises(grpc.RpcError) as caught:
        hello(greeter, connect(server))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE, "plain HTTP/2 is not taken"


def test_so_does_one_on_asyncio(greeter):
    class Greeter(greeter.grpc.GreeterServiceServicer):
        async def SayHello(self, request, context):
            return greeter.pb2.SayHelloResponse(greeting="Hello")

    async def main():
        async with await serve_aio(Greeter(), credentials=GOOD) as server:
            assert server.secure
            credentials = grpc.ssl_channel_credentials(ROOT)
            async with grpc.aio.secure_channel(server.address, credentials) as channel:
                stub = greeter.grpc.GreeterServiceStub(channel)
                return await stub.SayHello(greeter.pb2.SayHelloRequest(), timeout=TIMEOUT)

    assert asyncio.run(main()).greeting == "Hello"


@pytest.mark.parametrize(
    "given", [(CERTIFICATE, KEY), (OTHER_KEY, CERTIFICATE), (b"no key", b"no certificate")]
)
@pytest.mark.parametrize("port", ["free", "named"])
def test_pem_that_cannot_be_used_is_told_apart_from_a_port_in_use(greeter, given, port):
    bad = grpc.ssl_server_credentials([given])
    number = 0
    if port == "named":
        number = serve(greeter.Greeter()).port
        with pytest.raises(ServeError, match="in use"):
            serve(greeter.Greeter(), port=number, credentials=GOOD)
    with pytest.raises(ServeError, match="cannot use these credentials") as caught:
        serve(greeter.Greeter(), port=number, credentials=bad)
    assert "[(private_key, certificate_chain)]" in str(caught.value)
    assert b"BEGIN" not in str(caught.value).encode(), "nothing of a key is shown"


def test_a_server_without_credentials_says_so(greeter):
    server = serve(greeter.Greeter())
    assert not server.secure
    assert "TLS" not in repr(server)


def test_what_is_no_credentials_of_a_server_is_refused(greeter):
    for wrong in (grpc.ssl_channel_credentials(ROOT), [(KEY, CERTIFICATE)], CERTIFICATE):
        with pytest.raises(ServeError, match=r"grpc\.ServerCredentials, not a") as caught:
            serve(greeter.Greeter(), credentials=wrong)
        assert "BEGIN" not in str(caught.value), "nothing of a key is shown"


def test_a_tap_finds_a_server_with_tls(greeter):
    server = serve(greeter.Greeter(), credentials=GOOD)
    wire = tap(server, tls=Tls(private_key=KEY, certificate_chain=CERTIFICATE, root_certificates=ROOT))
    with (
        grpc.secure_channel(wire.address, grpc.ssl_channel_credentials(ROOT)) as channel,
        wire.capture() as seen,
    ):
        assert hello(greeter, greeter.grpc.GreeterServiceStub(channel)) == "Hello, Ada!"
    assert [each.path for each in seen.calls] == ["/greeter.v1.GreeterService/SayHello"]
    server.stop().wait()
    assert wire.closed


def test_a_tap_with_tls_on_a_server_without_is_refused_at_once(greeter):
    tls = Tls(private_key=KEY, certificate_chain=CERTIFICATE, root_certificates=ROOT)
    with pytest.raises(
        ValueError, match="this server speaks no TLS, so there is none to end: leave `tls` out"
    ):
        tap(serve(greeter.Greeter()), tls=tls)
