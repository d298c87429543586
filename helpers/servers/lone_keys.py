"""A guard against a private key without its certificate, or the reverse: gRPC 1.85 ends the process there.

    grpc.secure_channel(address, grpc.ssl_channel_credentials(roots, private_key))    # Check failed: cert_chain

Here making the credentials raises ValueError: nothing can be learned from a kernel that is gone.
"""

from __future__ import annotations

import functools

import grpc


def guard() -> None:
    """Makes `grpc.ssl_channel_credentials` raise ValueError where it is given one half of a pair."""
    make = grpc.ssl_channel_credentials
    if hasattr(make, "__wrapped__"):
        return

    @functools.wraps(make)
    def ssl_channel_credentials(
        root_certificates: bytes | None = None,
        private_key: bytes | None = None,
        certificate_chain: bytes | None = None,
    ) -> grpc.ChannelCredentials:
        if bool(private_key) != bool(certificate_chain):
            given, missing = "private_key", "certificate_chain"
            if certificate_chain:
                given, missing = missing, given
            raise ValueError(
                f"{given} came without {missing}: give both, or none where the server asks for none"
            )
        return make(root_certificates, private_key, certificate_chain)

    grpc.ssl_channel_credentials = ssl_channel_credentials
