"""Why a tap that ends TLS does not get to relay anything, in one sentence with cause and cure."""

from __future__ import annotations

import ssl

from ..direction import TO_SERVER, Direction
from .tls_socket import ALERT, HANDSHAKE, TlsSocket

# X509_V_ERR_* of OpenSSL's x509_vfy.h
_NOT_YET_VALID, _EXPIRED = 9, 10
_NAMES = 62, 64
_UNTRUSTED = 18, 19, 20, 21


def problem_of(direction: Direction, error: OSError, end: TlsSocket) -> str:
    """Why a handshake failed.

    Args:
        direction: Of what is received from the peer.
        error: What the handshake raised.
        end: The tap's end.
    """
    no_tls = bool(end.answered) and end.answered[0] not in (HANDSHAKE, ALERT)
    if direction == TO_SERVER:
        if no_tls:
            return "The client speaks no TLS, and this tap does: make the channel with grpc.secure_channel."
        if not end.spoke:
            return "The client left before the tap could show it a certificate."
        if _is_own(error):
            return (
                f"The client and the tap could not agree on TLS{_reason(error)}: gRPC speaks TLS 1.2 and 1.3."
            )
        return (
            f"The client broke the TLS handshake off{_reason(error)}, as it does where it does not trust the tap's "
            "certificate: its own error says why."
        )
    if no_tls:
        return "The server speaks no TLS: leave `tls` out of tap(), or start the server with credentials of its own."
    if isinstance(error, ssl.SSLCertVerificationError):
        return _untrusted(error, end.server_name)
    if _is_own(error):
        return f"The server and the tap could not agree on TLS{_reason(error)}: gRPC speaks TLS 1.2 and 1.3."
    return f"The server broke the TLS handshake off{_reason(error)}; its own log says why."


def silence_of(direction: Direction, shows_certificate: bool, alpn: str | None) -> str:
    """Why a peer that has completed the handshake left without a word.

    Whoever verifies a certificate after the handshake says so in no other way: gRPC clients that of a server for its
    name, and in TLS 1.3 all servers that of a client.

    Args:
        direction: Of what is received from the peer.
        shows_certificate: Whether the tap has shown a client certificate to the server.
        alpn: The protocol that the client has named and the server was asked for; None where it named none.
    """
    if alpn != "h2":
        asked = "the client has not asked for h2 (ALPN), as gRPC does"
        return f"The {direction.sender} left right after the TLS handshake: {asked}."
    if direction == TO_SERVER:
        return (
            "The client left right after the TLS handshake, as it does where the tap's certificate is made for another "
            "name than the one that it has called: its own error says why."
        )
    if shows_certificate:
        cause = "where it does not trust the certificate of its client, which is the tap's: who has signed it, until when?"
    else:
        cause = "where it wants a certificate of its client: give Tls a client_private_key and a client_certificate_chain."
    return f"The server left right after the TLS handshake, as it does {cause}"


def _untrusted(error: ssl.SSLCertVerificationError, name: str | None) -> str:
    code = error.verify_code
    if code in _NAMES:
        return (
            f"The server's certificate is made for another name than {name!r}: give Tls the server_name that stands "
            "in it."
        )
    if code in _UNTRUSTED:
        return (
            "The server's certificate is signed by nobody whom the tap trusts: give Tls the root_certificates that "
            "have signed it."
        )
    if code in (_EXPIRED, _NOT_YET_VALID):
        when = "has expired" if code == _EXPIRED else "is not valid yet"
        return f"The server's certificate {when}: start the server with one that is valid now."
    return f"The tap does not trust the server's certificate: {error.verify_message}."


def _is_own(error: OSError) -> bool:
    """Whether it was the tap that gave up: what the peer says comes as an alert, and its silence is no error of TLS."""
    reason = getattr(error, "reason", None) or ""
    return isinstance(error, ssl.SSLError) and "ALERT" not in reason and "EOF" not in reason


def _reason(error: OSError) -> str:
    """What OpenSSL calls it, in parentheses; nothing where the connection has just ended."""
    reason = getattr(error, "reason", None)
    return f" ({reason.lower().replace('_', ' ')})" if reason else ""
