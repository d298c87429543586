"""Real TLS between two ends in memory, made by Python's own `ssl`, as bytes for tests."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable

import trustme

from helpers.wire.capture import Capture
from helpers.wire.decoder import Decoder
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from tests.wire.build import Sent, records

NAME = "quotes.courier.example"
CA = trustme.CA()
LEAF, CLIENT = CA.issue_cert(NAME), CA.issue_cert("client@courier.example")

Change = Callable[[ssl.SSLContext, ssl.SSLContext], object]


def nothing(client: ssl.SSLContext, server: ssl.SSLContext) -> None:
    """Leaves both as they are."""


def at_most(version: ssl.TLSVersion) -> Change:
    """A client that knows no later version."""
    return lambda client, server: setattr(client, "maximum_version", version)


def mutual(client: ssl.SSLContext, server: ssl.SSLContext) -> None:
    """A server that asks for a certificate of its client."""
    CLIENT.configure_cert(client)
    CA.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED


def another_group(client: ssl.SSLContext, server: ssl.SSLContext) -> None:
    """A server that takes a group for which the client has sent no key: it asks the client to say hello again."""
    server.set_ecdh_curve("secp384r1")


def no_version_in_common(client: ssl.SSLContext, server: ssl.SSLContext) -> None:
    """The server ends the handshake with an alert in the clear."""
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    server.minimum_version = ssl.TLSVersion.TLSv1_3


def talk(change: Change = nothing, name: str | None = NAME) -> list[Sent]:
    """A handshake, a few bytes each way, and the end, as they pass."""
    client_context, server_context = (
        ssl.SSLContext(kind) for kind in (ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER)
    )
    LEAF.configure_cert(server_context)
    CA.configure_trust(client_context)
    if name is None:
        client_context.check_hostname = False
    client_context.set_alpn_protocols(["h2", "http/1.1"])
    server_context.set_alpn_protocols(["h2"])
    change(client_context, server_context)
    to_client, from_client, to_server, from_server = (ssl.MemoryBIO() for _ in range(4))
    client = client_context.wrap_bio(to_client, from_client, server_hostname=name)
    server = server_context.wrap_bio(to_server, from_server, server_side=True)
    sent: list[Sent] = []

    def step(do: Callable[[], object]) -> bool:
        """Whether it is done, rather than waiting for the other end."""
        try:
            do()
            return True
        except ssl.SSLWantReadError:
            return False
        finally:
            for direction, source, sink in (
                (TO_SERVER, from_client, to_server),
                (TO_CLIENT, from_server, to_client),
            ):
                if source.pending:
                    sent.append((direction, source.read()))
                    sink.write(sent[-1][1])

    with contextlib.suppress(ssl.SSLError):
        greeted = [False, False]
        while not all(greeted):
            greeted = [
                done or step(end.do_handshake) for done, end in zip(greeted, (client, server), strict=True)
            ]
        step(lambda: client.write(b"hello"))
        step(lambda: server.write(b"you"))
        step(lambda: client.read(10))
        step(client.unwrap)
    return sent


def captured(sent: list[Sent]) -> Capture:
    """What a tap would have made of it."""
    return Capture(Decoder(keep=False), records(sent), start_ns=0, end_ns=0)


def record(payload: bytes, kind: int = 22, version: int = 0x0303) -> bytes:
    """One record."""
    return bytes((kind,)) + version.to_bytes(2, "big") + len(payload).to_bytes(2, "big") + payload


def handshake(kind: int, body: bytes) -> bytes:
    """One handshake message."""
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body
