"""The two ends of a tap that ends TLS: whom it plays to clients, and whom it trusts as the server.

Private keys are read once and then live in OpenSSL alone: nothing here keeps one, so none can be printed, logged or
saved.
"""

from __future__ import annotations

import re
import socket
import ssl
import tempfile
import threading
from pathlib import Path

from ..direction import TO_SERVER, Direction
from .tls_socket import TlsSocket

_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_PRIVATE_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")


class Tls:
    """How a tap ends TLS, for ``tap(server, tls=Tls(...))``; the names are those of gRPC's credentials.

    Args:
        private_key: The private key of `certificate_chain`, as PEM.
        certificate_chain: The certificate that the tap shows to clients, as PEM: clients must trust who has signed
            it, and it must be made for the name or address under which they reach the tap.
        root_certificates: Whom the tap trusts to have signed the server's certificate, as PEM.
        client_private_key: The private key of `client_certificate_chain`, as PEM.
        client_certificate_chain: The certificate that the tap shows to a server that asks for one (mutual TLS). The
            server then sees the tap, and not the tap's client.
        server_name: The name that the server's certificate must be made for, and that the server is told (SNI); the
            host of the server's address, usually ``"127.0.0.1"``, if left out.

    Raises:
        ValueError: Something is no PEM, or a key does not belong to its certificate; says which.
    """

    __slots__ = ("_as_client", "_as_server", "_lock", "_public", "server_name")

    def __init__(
        self,
        *,
        private_key: bytes,
        certificate_chain: bytes,
        root_certificates: bytes,
        client_private_key: bytes | None = None,
        client_certificate_chain: bytes | None = None,
        server_name: str | None = None,
    ) -> None:
        if (client_private_key is None) != (client_certificate_chain is None):
            raise ValueError(
                "client_private_key and client_certificate_chain belong together: give both, or none"
            )
        self.server_name = server_name
        self._lock = threading.Lock()
        self._as_server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._as_client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        for context in (self._as_server, self._as_client):
            context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 9113 section 9.2
            context.options |= (
                ssl.OP_NO_RENEGOTIATION
            )  # RFC 9113 section 9.2.1; and one thread may then send alone
        self._as_server.set_alpn_protocols(["h2", "http/1.1"])
        _load_pair(self._as_server, private_key, certificate_chain, "")
        _load_roots(self._as_client, root_certificates)
        if client_private_key is not None and client_certificate_chain is not None:
            _load_pair(self._as_client, client_private_key, client_certificate_chain, "client_")
        _check_name(self._as_client, server_name)
        # Keys are none of it: a certificate has one key only.
        self._public = (certificate_chain, root_certificates, client_certificate_chain, server_name)

    @property
    def shows_certificate(self) -> bool:
        """Whether a server that asks for a certificate of its client gets one."""
        return self._public[2] is not None

    def end(self, direction: Direction, plain: socket.socket, host: str, alpn: str | None) -> TlsSocket:
        """One of the two ends, before its handshake.

        Args:
            direction: Of what is received from the peer: to the server from a client.
            plain: The connection to the peer.
            host: That of the server's address.
            alpn: The protocol that the server is asked for: the one that the client has chosen; a client that has
                named none speaks HTTP/1.1.
        """
        if direction == TO_SERVER:
            return TlsSocket(plain, self._as_server)
        with self._lock:  # a connection takes the list that its context has at this moment
            self._as_client.set_alpn_protocols([alpn or "http/1.1"])
            return TlsSocket(plain, self._as_client, server_name=self.server_name or host)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tls) and other._public == self._public

    def __hash__(self) -> int:
        return hash(self._public)

    def __repr__(self) -> str:
        identity = ", with a client certificate" if self.shows_certificate else ""
        name = f", server_name={self.server_name!r}" if self.server_name else ""
        return f"<Tls of a tap{identity}{name}>"


def _load_pair(context: ssl.SSLContext, key: object, chain: object, prefix: str) -> None:
    key, chain = _pem(key, f"{prefix}private_key"), _pem(chain, f"{prefix}certificate_chain")
    if _CERTIFICATE in key and not _PRIVATE_KEY.search(key) and _PRIVATE_KEY.search(chain):
        raise ValueError(
            f"{prefix}private_key is a certificate and {prefix}certificate_chain a private key: they are swapped"
        )
    if not _PRIVATE_KEY.search(key):
        raise ValueError(_no_pem(f"{prefix}private_key", "private key", "-----BEGIN PRIVATE KEY-----"))
    _check_certificates(chain, f"{prefix}certificate_chain")
    # OpenSSL reads keys from files only, as Python reaches it. The folder is nobody else's (mode 700), and goes at once.
    with tempfile.TemporaryDirectory(prefix="tap-") as folder:
        chain_file, key_file = Path(folder, "chain"), Path(folder, "key")
        chain_file.write_bytes(chain)
        key_file.write_bytes(key)
        try:
            context.load_cert_chain(chain_file, key_file, _refuse_password)
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                raise ValueError(
                    f"{prefix}private_key does not belong to {prefix}certificate_chain: take the two that were made "
                    "together"
                ) from None
            raise ValueError(f"{prefix}private_key cannot be read: its PEM is damaged or cut short") from None


def _refuse_password() -> str:
    """Instead of OpenSSL's own question on the terminal, which nobody would see."""
    raise ValueError("the private key is locked with a passphrase: give it without one")


def _load_roots(context: ssl.SSLContext, roots: object) -> None:
    pem = _pem(roots, "root_certificates")
    _check_certificates(pem, "root_certificates")
    context.load_verify_locations(cadata=pem.decode("ascii", "ignore"))


def _check_name(context: ssl.SSLContext, name: object) -> None:
    if name is None:
        return
    try:
        if not isinstance(name, str):
            raise ValueError
        context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=name)
    except ValueError:
        raise ValueError(f"server_name is a name such as 'localhost', not {name!r}") from None


def _check_certificates(pem: bytes, what: str) -> None:
    if _CERTIFICATE not in pem:
        raise ValueError(_no_pem(what, "certificate", _CERTIFICATE.decode()))
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem.decode("ascii", "ignore"))
    except (ssl.SSLError, ValueError):
        raise ValueError(f"{what} cannot be read: its PEM is damaged or cut short") from None


def _pem(value: object, what: str) -> bytes:
    if isinstance(value, bytes):
        return value
    # Never the value itself: it may be a key.
    cure = (
        "write .bytes() after it" if hasattr(value, "bytes") else "open the file with 'rb', or use .encode()"
    )
    raise ValueError(f"{what} is PEM as bytes, as gRPC takes it, and not {type(value).__name__}: {cure}")


def _no_pem(what: str, noun: str, begin: str) -> str:
    return f"{what} is no PEM of a {noun}, which begins with {begin}"
