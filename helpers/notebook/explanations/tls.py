"""TLS between client and server that came to nothing: gRPC has a status for it, `UNAVAILABLE`, and six causes one text."""

from __future__ import annotations

import re

from helpers import servers, wire

from ..error_context import ErrorContext
from .statuses import row, target_of


def _rejected(context: ErrorContext, _: re.Match[str]) -> str | None:
    """What the tap has seen of it, or what the server here is known to speak."""
    target = target_of(context).replace("localhost:", "127.0.0.1:")
    if told := wire.rejection_at(target):
        cause, colon, cure = told.partition(": ")
        return f"{cause}.\n{cure[:1].upper()}{cure[1:]}" if colon else told
    server = next((s for s in servers.running() if getattr(s, "address", "") == wire.behind(target)), None)
    if not getattr(server, "secure", False):
        return None
    return (
        "The server at that address speaks TLS, and has hung up on this channel: it is an insecure one, or shows no "
        "certificate that the server trusts.\n"
        "Make it with grpc.secure_channel; for a server that asks for certificates, give ssl_channel_credentials a "
        "private_key and a certificate_chain."
    )


TABLE = (
    row(
        r"^UNAVAILABLE: .*WRONG_VERSION_NUMBER",
        "The channel begins with TLS, and what answers at that address does not speak it.\n"
        "Make the channel with grpc.insecure_channel, or give the server credentials of its own.",
    ),
    row(
        r"^UNAVAILABLE: .*CERTIFICATE_VERIFY_FAILED: certificate (?:has expired|is not yet valid)",
        "The server showed a certificate whose time is over, or has not come yet.\n"
        "Start the server with one that is valid now; if it is, look at the clock of this machine.",
    ),
    row(
        r"^UNAVAILABLE: .*CERTIFICATE_VERIFY_FAILED",
        "The server showed a certificate that this channel does not trust.\n"
        "Give the channel the certificate that signed it: "
        "grpc.ssl_channel_credentials(root_certificates=...).",
    ),
    row(
        r"^UNAVAILABLE: .*(?:[Pp]eer name|Hostname [Vv]erification)",
        "The server's certificate is made for another name than the one in the channel's address.\n"
        "Use the name that stands in the certificate, or make the certificate for this one, too.",
    ),
    row(r"^UNAVAILABLE: failed to connect.*(?:Socket closed|[Cc]onnection reset|Broken pipe)", _rejected),
    row(
        r"^UNAUTHENTICATED: Established channel does not have a sufficient security level",
        "Credentials of a call are a secret, and gRPC does not send them over an insecure channel.\n"
        "Make the channel with grpc.secure_channel, to a server with credentials of its own.",
    ),
)
