"""Credentials of channels, servers and calls that are given what they cannot take.

Nothing here shows a value: it may be a key, or a token.
"""

from __future__ import annotations

import re

import grpc

from helpers.servers.arguments import UNUSABLE_PEM, can_serve, port_in_use

from ..error_context import ErrorContext
from .rows import Row
from .statuses import row

_BYTES = "both as bytes: of a file Path(...).read_bytes(), of what trustme has made .bytes()"
_WRITE_PAIRS = f"Write grpc.ssl_server_credentials([(private_key, certificate_chain)]), {_BYTES}."
_PAIRS = f"A server's credentials are a list of pairs, each of a private key and its certificate chain.\n{_WRITE_PAIRS}"
_PORT = f"A port with TLS takes the credentials of a server.\n{_WRITE_PAIRS}"
_PEM = (
    "Certificates and keys are given as the bytes of their PEM.\n"
    "Of a file that is Path(...).read_bytes(), of a text text.encode(), of what trustme has made ca.cert_pem.bytes()."
)
_SERVER_FUNCTIONS = (
    "ssl_server_credentials",
    "ssl_server_certificate_configuration",
    "dynamic_ssl_server_credentials",
)


def _server(context: ErrorContext, _: re.Match[str]) -> str | None:
    if not any(context.called_in("/grpc/", function) for function in _SERVER_FUNCTIONS):
        return None
    if "root certificates" in context.text:
        return (
            "A server that asks its clients for certificates must know the CA that has signed them.\n"
            "Give root_certificates, the certificate of that CA, together with require_client_auth=True."
        )
    if "cert_config" in context.text:
        return (
            "A certificate that changes needs a configuration to begin with, and a function that gives the next one.\n"
            "Write grpc.dynamic_ssl_server_credentials(fetch(), fetch), with a function fetch that returns "
            "grpc.ssl_server_certificate_configuration([(private_key, certificate_chain)])."
        )
    return _PAIRS


def _channel(context: ErrorContext, _: re.Match[str]) -> str | None:
    return _PEM if context.called_in("/grpc/", "ssl_channel_credentials") else None


def _insecure(context: ErrorContext, _: re.Match[str]) -> str | None:
    options = context.given("/grpc/", "insecure_channel", "options")
    if not isinstance(options, grpc.ChannelCredentials):
        return None
    return "An insecure channel takes no credentials.\nWrite grpc.secure_channel(address, credentials)."


def _composite(context: ErrorContext, _: re.Match[str]) -> str | None:
    if context.called_in("/grpc/", "composite_channel_credentials") is None:
        return None
    return (
        "Two kinds of credentials are joined here: those of the channel, and then those of its calls.\n"
        "Write grpc.composite_channel_credentials(grpc.ssl_channel_credentials(...), "
        "grpc.access_token_call_credentials(token))."
    )


def _secure_port(context: ErrorContext, _: re.Match[str]) -> str | None:
    credentials = context.given("/grpc/", "add_secure_port", "server_credentials")
    if context.called_in("/grpc/", "add_secure_port") is None:
        return None
    if not isinstance(credentials, grpc.ServerCredentials):
        return _PORT
    if not can_serve(credentials):
        return UNUSABLE_PEM
    port = str(context.given("/grpc/", "add_secure_port", "address")).rpartition(":")[2]
    return port_in_use(int(port)) if port.isdigit() and int(port) else None


def _plugin(context: ErrorContext, found: re.Match[str]) -> str:
    if "object is not callable" in found["said"]:
        return (
            "metadata_call_credentials takes a plugin, which gRPC calls: plugin(context, callback).\n"
            "For a token that you have at hand write grpc.access_token_call_credentials(token)."
        )
    return (
        "The plugin of the call's credentials raised, or handed an error to its callback, so the call was not made.\n"
        "Mend it there, or see to what it asks for a token."
    )


_USAGE = (TypeError, ValueError, AttributeError)

TABLE = (
    Row(_USAGE, r"", _server),
    Row(TypeError, r"bytes", _channel),
    Row(_USAGE, r"", _insecure),
    Row(_USAGE, r"", _composite),
    Row((*_USAGE, RuntimeError), r"", _secure_port),
    Row(
        TypeError,
        r"secure_channel\(\) missing 1 required positional argument: 'credentials'",
        "A secure channel takes an address, and credentials that say whom to trust.\n"
        "Write grpc.secure_channel(address, grpc.ssl_channel_credentials(root_certificates)).",
    ),
    Row(
        TypeError,
        r"add_secure_port\(\) missing 1 required positional argument",
        _PORT,
    ),
    row(
        r"^UNAVAILABLE: .*Failed to create security handshaker",
        "gRPC cannot use what this channel's credentials were made of: key and certificate are swapped, do not belong "
        "together, or something is no PEM.\n"
        "The order is grpc.ssl_channel_credentials(root_certificates, private_key, certificate_chain).",
    ),
    row(r"^UNAVAILABLE: Getting metadata from plugin failed with error: (?P<said>.*)", _plugin),
)
