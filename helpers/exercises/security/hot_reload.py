"""A server's certificate that is read again whenever somebody connects."""

from __future__ import annotations

import socket
import ssl
import tempfile
from pathlib import Path

import trustme

from helpers.servers import ServeError, Server, serve

from ..engine import Check, Incorrect, WriteFunction, wrong
from ..engine.formatting import describe
from .certificates import Parcels, company, pair, roots
from .setup import PARCELS, grpc

_CALLED = "reloading(folder)"
_AGAIN = (
    "The files have changed, and the server still shows the old certificate. Read them in the function that gRPC calls at "
    "each handshake."
)
_STAYS = (
    "What cannot be read must not stop the server: gRPC stays with the last certificate where `fetch` raises."
)


def _check_credentials(check: Check) -> None:
    for _ in range(2):  # two servers, each with a folder of its own
        with tempfile.TemporaryDirectory(prefix="certificates-") as name:
            _check_folder(check, Path(name))


def _check_folder(check: Check, folder: Path) -> None:
    _write(folder, first := company().issue_cert("127.0.0.1"))
    result = check.run(folder, called=_CALLED)
    result.expect(result.error is None, "credentials of a server", "an exception")
    if not isinstance(result.value, grpc.ServerCredentials):
        missing = " Is a `return` missing?" if result.value is None else ""
        raise Incorrect(
            f"Give back the credentials, which a server is started with.{missing}",
            called=_CALLED, expected="grpc.ServerCredentials", actual=describe(result.value),
        )  # fmt: skip
    with _server(result.value) as server:
        _expect(
            check,
            server.port,
            first,
            "the first connection",
            "The server shows what lay in the folder at its start.",
        )
        for leaf in (company().issue_cert("127.0.0.1"), company().issue_cert("127.0.0.1")):
            _write(folder, leaf)
            _expect(
                check,
                server.port,
                leaf,
                "a connection after a renewal",
                _AGAIN,
            )
        (folder / "key.pem").unlink()
        _expect(check, server.port, leaf, "a connection while a file is missing", _STAYS)
        _write(folder, last := company().issue_cert("127.0.0.1"))
        _expect(
            check,
            server.port,
            last,
            "a connection when it is back",
            "Read the files again, also after a failure.",
        )


def _server(credentials: grpc.ServerCredentials) -> Server:
    try:
        return serve(Parcels(), credentials=credentials)
    except ServeError as error:
        raise Incorrect(
            str(error).replace("\n", " "), called=_CALLED, expected="a server with them", actual="no server"
        ) from None


def _write(folder: Path, leaf: trustme.LeafCert) -> None:
    key, chain = pair(leaf)
    (folder / "key.pem").write_bytes(key)
    (folder / "chain.pem").write_bytes(chain)


def _expect(check: Check, port: int, leaf: trustme.LeafCert, story: str, diagnosis: str) -> None:
    """Connects, as a client that trusts the company, and looks at the certificate that it is shown."""
    trust = ssl.create_default_context(cadata=roots().decode())
    trust.set_alpn_protocols(["h2"])
    wanted = ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            trust.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
        ):
            shown = connection.getpeercert(binary_form=True)
    except OSError as error:
        raise Incorrect(diagnosis, called=story, expected="a certificate", actual=str(error)) from None
    check.expect(shown == wanted, "the certificate that lies there", "another one", diagnosis, called=story)


hot_reload = WriteFunction(
    title="Going further: a certificate that is replaced",
    task="""
        **Input:** `folder`, a `Path`. In it lie `key.pem` and `chain.pem`, the server's private key and its certificate
        chain. Another program replaces both from time to time.

        **Goal:** return credentials for a server: whoever connects is shown the certificate that lies in the folder
        at that time. While a file is missing, new connections get the last certificate that was there.

        **Example:** a server starts with the credentials. The files are replaced; the next connection sees the new
        certificate, and nobody has restarted anything.
    """,
    services=[PARCELS],
    check=_check_credentials,
    hints=[
        "`grpc.dynamic_ssl_server_credentials(first, fetch)` asks `fetch()` at each handshake.",
        "`grpc.ssl_server_certificate_configuration([(key, chain)])` is what `fetch` returns, and what `first` is.",
        "Where `fetch` raises, gRPC stays with the last certificate: let it raise.",
    ],
    reason="Certificates live for weeks, servers for months. Reading two small files at each handshake costs little. "
    "That nothing happens when reading fails is why the date is watched from outside.",
    wrong_answers=[
        wrong("still shows the old").diff("""
            -    return grpc.dynamic_ssl_server_credentials(fetch(), fetch)
            +    pair = (folder / "key.pem").read_bytes(), (folder / "chain.pem").read_bytes()
            +    return grpc.ssl_server_credentials([pair])
        """),
        wrong("still shows the old").diff("""
            -    return grpc.dynamic_ssl_server_credentials(fetch(), fetch)
            +    first = fetch()
            +    return grpc.dynamic_ssl_server_credentials(first, lambda: first)
        """),
        wrong("Is a `return` missing", ("    return grpc.dynamic", "    grpc.dynamic")),
        wrong(
            "Give back the credentials", ("grpc.dynamic_ssl_server_credentials(fetch(), fetch)", "fetch()")
        ),
        wrong("gRPC cannot use these credentials", ("[(key, chain)]", "[(chain, key)]")),
    ],
)
