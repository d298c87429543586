"""A tap that ends TLS: what it makes readable, whom it trusts, and what it says where somebody refuses."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import socket
import ssl
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import grpc
import psutil
import pytest
import trustme

from helpers import wire as wire_package
from helpers.wire import Tls, load, tap
from helpers.wire.direction import TO_CLIENT, TO_SERVER

CA, OTHER_CA = trustme.CA(), trustme.CA()
LONG_AGO = datetime(2020, 1, 1)
HOST = "127.0.0.1"


def pems(certificate: trustme.LeafCert) -> tuple[bytes, bytes]:
    """Private key and certificate chain, in the order of gRPC's credentials."""
    return certificate.private_key_pem.bytes(), b"".join(each.bytes() for each in certificate.cert_chain_pems)


def expired(*names: str) -> trustme.LeafCert:
    return CA.issue_cert(*names, not_before=LONG_AGO, not_after=LONG_AGO + timedelta(days=1))


SERVER, MINE, CLIENT = CA.issue_cert(HOST), CA.issue_cert(HOST), CA.issue_cert("client@courier.example")


def ends(certificate: trustme.LeafCert = MINE, client: trustme.LeafCert | None = None, **more) -> Tls:
    key, chain = pems(certificate)
    if client is not None:
        more["client_private_key"], more["client_certificate_chain"] = pems(client)
    more.setdefault("root_certificates", CA.cert_pem.bytes())
    return Tls(private_key=key, certificate_chain=chain, **more)


def server_credentials(certificate: trustme.LeafCert = SERVER, *, mutual: bool = False):
    roots = CA.cert_pem.bytes() if mutual else None
    return grpc.ssl_server_credentials([pems(certificate)], roots, require_client_auth=mutual)


@pytest.fixture
def start(kinds):
    """Starts servers; gives their ports. Replies with what the server knows of its client."""
    pb2, pb2_grpc = kinds
    running = []

    class Kinds(pb2_grpc.KindsServicer):
        def Unary(self, request, context):
            return pb2.Reply(text=f"{request.text} {(context.peer_identities() or [b'nobody'])[0].decode()}")

        def Both(self, requests, context):
            for number, each in enumerate(requests):
                yield pb2.Reply(text=each.text * 1000, number=number)

    def make(credentials: grpc.ServerCredentials | None) -> int:
        server = grpc.server(ThreadPoolExecutor(4), options=(("grpc.so_reuseport", 0),))
        pb2_grpc.add_KindsServicer_to_server(Kinds(), server)
        port = (
            server.add_secure_port(f"{HOST}:0", credentials)
            if credentials
            else server.add_insecure_port(f"{HOST}:0")
        )
        server.start()
        running.append(server)
        return port

    yield make
    for server in running:
        server.stop(None).wait(5)


@pytest.fixture
def stub_to(kinds):
    """Makes clients of an address; they trust CA, or speak no TLS."""
    channels = []

    def make(address: str, *, secure: bool = True):
        options = (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0))
        credentials = grpc.ssl_channel_credentials(CA.cert_pem.bytes())
        channels.append(
            grpc.secure_channel(address, credentials, options)
            if secure
            else grpc.insecure_channel(address, options)
        )
        return kinds[1].KindsStub(channels[-1])

    yield make
    for channel in channels:
        channel.close()


def events_of(made: wire_package.Tap) -> list[tuple[str, str]]:
    return [(each.direction, each.event) for each in made.snapshot().records() if each.event]


def test_all_frames_are_readable(start, stub_to, kinds_pb2):
    with tap(start(server_credentials()), tls=ends()) as made, made.capture() as call:
        assert stub_to(made.address).Unary(kinds_pb2.Request(text="hello"), timeout=20).text == "hello nobody"
    (only,) = call.calls
    assert (only.path.endswith("/Unary"), only.status_code) == (True, 0)
    assert [each.summary for each in call.frames if each.name == "HANDSHAKE"] == 2 * [
        "TLS 1.3, TLS_AES_256_GCM_SHA384, ALPN h2"
    ]
    assert not any(each.name in ("TLS", "MALFORMED", "REJECTED") for each in call.frames)


def test_without_tls_a_tap_sees_records(start, stub_to, kinds_pb2):
    made = tap(start(server_credentials(CA.issue_cert(HOST, "localhost"))))
    with made.capture() as call:
        stub = stub_to(f"localhost:{made.port}")
        assert stub.Unary(kinds_pb2.Request(text="secret" * 100), timeout=20).text.startswith("secret")
    (found,) = call.encrypted
    assert found.session.version == 0x0304
    assert (found.session.server_name, found.session.offered) == ("localhost", ("h2",))
    assert call.calls == ()
    assert not any(each.problem for each in call.frames)
    assert not any(b"secret" in each.raw for each in call.frames)


def test_http1_over_tls_is_readable_too():
    """A client that names no protocol speaks HTTP/1.1; the server is asked for that."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    SERVER.configure_cert(context)
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    CA.configure_trust(trusting)
    with http.server.HTTPServer((HOST, 0), http.server.BaseHTTPRequestHandler) as web:
        web.socket = context.wrap_socket(web.socket, server_side=True)
        web.timeout = 20
        answering = threading.Thread(target=web.handle_request, daemon=True)
        answering.start()
        with tap(web.server_port, tls=ends()) as made:
            client = http.client.HTTPSConnection(HOST, made.port, timeout=20, context=trusting)
            client.request("GET", "/quote")
            assert client.getresponse().status == 501
            client.close()
            (only,) = made.snapshot().exchanges
        answering.join(20)
    assert (only.method, only.target, only.status) == ("GET", "/quote", 501)


def test_long_streams_pass_both_ways_at_once(start, stub_to, kinds_pb2):
    texts = [f"{number:06}" for number in range(2000)]
    with tap(start(server_credentials()), tls=ends()) as made:
        replies = stub_to(made.address).Both((kinds_pb2.Request(text=text) for text in texts), timeout=60)
        assert [each.text for each in replies] == [text * 1000 for text in texts]


def test_with_mutual_tls_the_server_sees_the_tap(start, stub_to, kinds_pb2):
    port = start(server_credentials(mutual=True))
    with tap(port, tls=ends(client=CLIENT)) as made:
        reply = stub_to(made.address).Unary(kinds_pb2.Request(text="I am"), timeout=20)
    assert reply.text == "I am client@courier.example"


def test_a_server_may_have_a_name_of_its_own(start, stub_to, kinds_pb2):
    port = start(server_credentials(CA.issue_cert("quotes.courier.example")))
    with tap(port, tls=ends(server_name="quotes.courier.example")) as made:
        assert stub_to(made.address).Unary(kinds_pb2.Request(), timeout=20).text == " nobody"


@pytest.mark.parametrize(
    ("credentials", "tls", "secure", "refusing", "says"),
    [
        (None, {}, True, TO_CLIENT, "The server speaks no TLS: leave `tls` out"),
        (server_credentials(), {}, False, TO_SERVER, "The client speaks no TLS"),
        (server_credentials(OTHER_CA.issue_cert(HOST)), {}, True, TO_CLIENT, "signed by nobody whom the tap trusts"),
        (server_credentials(expired(HOST)), {}, True, TO_CLIENT, "certificate has expired"),
        (server_credentials(CA.issue_cert("x.example")), {}, True, TO_CLIENT, "another name than '127.0.0.1'"),
        (server_credentials(), {"server_name": "x.example"}, True, TO_CLIENT, "another name than 'x.example'"),
        (server_credentials(mutual=True), {}, True, TO_CLIENT, "give Tls a client_private_key"),
        (
            server_credentials(mutual=True),
            {"client": OTHER_CA.issue_cert("x@x.example")},
            True,
            TO_CLIENT,
            "who has signed it, until when?",
        ),
        (server_credentials(mutual=True), {"client": expired("x@x.example")}, True, TO_CLIENT, "until when?"),
        (server_credentials(), {"certificate": OTHER_CA.issue_cert(HOST)}, True, TO_SERVER, "does not trust the tap's"),
        (server_credentials(), {"certificate": expired(HOST)}, True, TO_SERVER, "does not trust the tap's"),
        (server_credentials(), {"certificate": CA.issue_cert("x.example")}, True, TO_SERVER, "made for another name"),
    ],
    ids=[
        "a plain server",
        "a plain client",
        "a server of another CA",
        "an expired server",
        "a server of another name",
        "a server name that is wrong",
        "no client certificate",
        "a client certificate of another CA",
        "an expired client certificate",
        "a tap of another CA",
        "an expired tap",
        "a tap of another name",
    ],
)  # fmt: skip
def test_who_refuses_is_told_in_one_sentence(
    credentials, tls, secure, refusing, says, start, stub_to, kinds_pb2, tmp_path
):
    made = tap(start(credentials), tls=ends(**tls))
    with made.capture() as call, pytest.raises(grpc.RpcError) as caught:
        stub_to(made.address, secure=secure).Unary(kinds_pb2.Request(), timeout=20)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    told = [each for each in call.frames if each.name == "REJECTED"]
    assert {each.direction for each in told} == {refusing}
    assert all(says in each.summary for each in told)
    call.save(tmp_path / "rejected.h2cap")
    again = load(tmp_path / "rejected.h2cap")
    assert again.records() == call.records()
    assert again.frames == call.frames
    assert told[0].summary in call.text()


def _connects(port: int) -> socket.socket:
    return socket.create_connection((HOST, port), timeout=20)


def _says_nothing(port: int) -> None:
    _connects(port).close()


def _begins_to_say_hello(port: int) -> None:
    with _connects(port) as client:
        client.sendall(b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03")


def _speaks_http(port: int) -> None:
    with _connects(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        client.recv(100)


def _speaks_tls_of_yesterday(port: int) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with _connects(port) as client, pytest.raises(ssl.SSLError):
        old.wrap_socket(client)


def _asks_for_no_protocol(port: int) -> None:
    ssl.get_server_certificate((HOST, port), timeout=20)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("visitor", "says"),
    [
        (_says_nothing, "The client left before the tap could show it a certificate"),
        (_begins_to_say_hello, "The client left before the tap could show it a certificate"),
        (_speaks_http, "The client speaks no TLS"),
        (_speaks_tls_of_yesterday, "The client and the tap could not agree on TLS (unsupported protocol)"),
        (_asks_for_no_protocol, "the client has not asked for h2"),
    ],
)
def test_of_who_is_no_grpc_client_nothing_is_told_that_is_not_so(visitor, says, start):
    with tap(start(server_credentials()), tls=ends()) as made:
        visitor(made.port)
        until = time.monotonic() + 20
        while not (told := [event for _, event in events_of(made) if event.startswith("REJECTED")]):
            assert time.monotonic() < until
            time.sleep(0.01)
    assert says in told[0]


KEY, CHAIN = pems(MINE)
GOOD = {"private_key": KEY, "certificate_chain": CHAIN, "root_certificates": CA.cert_pem.bytes()}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"private_key": pems(SERVER)[0]}, "private_key does not belong to certificate_chain"),
        ({"private_key": CHAIN, "certificate_chain": KEY}, "they are swapped"),
        ({"private_key": b"secret"}, "private_key is no PEM of a private key"),
        ({"private_key": KEY[:-60]}, "private_key cannot be read"),
        ({"certificate_chain": b"secret"}, "certificate_chain is no PEM of a certificate"),
        ({"certificate_chain": CHAIN[:200]}, "certificate_chain cannot be read"),
        ({"certificate_chain": CHAIN.replace(b"M", b"\xff")}, "certificate_chain cannot be read"),
        ({"root_certificates": KEY}, "root_certificates is no PEM of a certificate"),
        ({"root_certificates": CA.cert_pem.bytes()[:-70]}, "root_certificates cannot be read"),
        ({"root_certificates": None}, "not NoneType"),
        ({"private_key": MINE.private_key_pem}, "not Blob: write .bytes() after it"),
        ({"private_key": KEY.decode()}, "not str: open the file with 'rb'"),
        ({"client_private_key": KEY}, "belong together"),
        (
            {"client_private_key": KEY, "client_certificate_chain": pems(SERVER)[1]},
            "client_private_key does not belong to client_certificate_chain",
        ),
        ({"server_name": ""}, "server_name is a name"),
        ({"server_name": 7}, "server_name is a name"),
        ({"server_name": "x" * 100}, "server_name is a name"),
        ({"server_name": ".example"}, "server_name is a name"),
    ],
)
def test_what_cannot_work_is_refused_at_once(arguments, says):
    with pytest.raises(ValueError) as caught:
        Tls(**{**GOOD, **arguments})
    told = str(caught.value)
    assert says in told
    assert not any(text in told for text in ("\n", "secret", KEY[40:60].decode()))
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_key_with_a_passphrase_asks_nobody():
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(KEY, None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"open sesame"),
    )
    with pytest.raises(ValueError, match="locked with a passphrase"):
        Tls(**{**GOOD, "private_key": locked})


def test_key_and_chain_may_stand_in_one_pem(start, stub_to, kinds_pb2):
    both = MINE.private_key_and_cert_chain_pem.bytes()
    made_of_it = Tls(private_key=both, certificate_chain=both, root_certificates=CA.cert_pem.bytes())
    with tap(start(server_credentials()), tls=made_of_it) as made:
        assert stub_to(made.address).Unary(kinds_pb2.Request(), timeout=20).text == " nobody"


@pytest.mark.parametrize(
    "value", [True, GOOD, server_credentials(), KEY], ids=["bool", "dict", "credentials", "PEM"]
)
def test_tls_is_a_tls(value):
    with pytest.raises(ValueError, match=r"tls is Tls\(private_key=") as caught:
        tap(50051, tls=value)
    assert KEY[40:60].decode() not in str(caught.value)


def test_the_same_ends_give_the_same_tap(start):
    port = start(server_credentials())
    first = tap(port, tls=ends())
    assert tap(port, tls=ends()) is first
    assert (
        len({first, tap(port), tap(port, tls=ends(SERVER)), tap(port, tls=ends(server_name="x.example"))})
        == 4
    )


def test_private_keys_stay_where_they_are(start, stub_to, kinds_pb2, tmp_path, monkeypatch):
    """Not in what is shown, not in what is saved, and in no file."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    key = KEY.splitlines()[1]
    tls = ends(client=CLIENT)
    assert not any(tmp_path.iterdir())
    with tap(start(server_credentials(mutual=True)), tls=tls) as made:
        with made.capture() as call:
            stub_to(made.address).Unary(kinds_pb2.Request(text="x"), timeout=20)
        assert not any(tmp_path.iterdir())
        shown = repr([tls, made, call, vars(made), call.frames, call.text()]).encode()
    call.save(tmp_path / "x.h2cap")
    call.save_pcap(tmp_path / "x.pcap")
    for told in (shown, *(path.read_bytes() for path in tmp_path.iterdir())):
        assert not any(text in told for text in (key, b"PRIVATE KEY"))


def test_a_connection_without_words_ends_with_the_tap(start):
    """During the handshake, as after it: nothing waits for a peer that says nothing."""
    before = threading.active_count(), len(psutil.Process().net_connections())
    silent = socket.create_server((HOST, 0))
    made = tap(silent.getsockname()[1], tls=ends())
    with silent, socket.create_connection((HOST, made.port), 5) as client:
        client.sendall(b"\x16")
        made.close()
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(10) == b""
    assert not [each for each in threading.enumerate() if each.name.startswith("tap-")]
    assert (threading.active_count(), len(psutil.Process().net_connections())) <= before


def test_nothing_stays_of_its_connections(start, stub_to, kinds_pb2):
    port, tls = start(server_credentials()), ends()
    with tap(port, tls=tls) as made:
        assert stub_to(made.address).Unary(kinds_pb2.Request(), timeout=20).text == " nobody"
        ends_of_it = made.port
    assert not [each for each in threading.enumerate() if each.name.startswith("tap-")]
    connections = psutil.Process().net_connections()
    assert not [each for each in connections if each.laddr.port == ends_of_it and each.status != "CLOSE_WAIT"]
