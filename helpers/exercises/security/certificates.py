"""Certificates, and a server that looks at its callers, for the checks of this lesson."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import grpc
import trustme

from .setup import quote_pb2, quote_pb2_grpc

Pair = tuple[bytes, bytes]
"""A private key and its certificate chain, both as PEM, in the order in which gRPC takes them."""


@functools.cache
def company(name: str = "Courier CA") -> trustme.CA:
    """The authority that all sides trust; one a name."""
    return trustme.CA(organization_name=name)


@functools.cache
def stranger() -> trustme.CA:
    """An authority that nobody trusts."""
    return trustme.CA(organization_name="Stranger CA")


def roots(authority: trustme.CA | None = None) -> bytes:
    """The certificate of an authority, the company's if none is named, as PEM."""
    return (authority or company()).cert_pem.bytes()


def pair(leaf: trustme.LeafCert) -> Pair:
    """A leaf's private key and chain."""
    return leaf.private_key_pem.bytes(), b"".join(pem.bytes() for pem in leaf.cert_chain_pems)


def server_credentials(
    leaf: trustme.LeafCert | None = None, *, asks_for: trustme.CA | None = None
) -> grpc.ServerCredentials:
    """Credentials of a server on 127.0.0.1.

    Args:
        leaf: its certificate; without it a good one of the company's.
        asks_for: clients must show a certificate that this authority has signed.
    """
    leaf = leaf or company().issue_cert("127.0.0.1")
    return grpc.ssl_server_credentials(
        [pair(leaf)], roots(asks_for) if asks_for else None, asks_for is not None
    )


class Parcels(quote_pb2_grpc.ParcelServiceServicer):  # type: ignore[name-defined]
    """Takes every parcel, and notes who sends it.

    Attributes:
        identities: of each call, what its client's certificate says.
        authorizations: of each call, its headers `authorization`.
    """

    def __init__(self) -> None:
        self.identities: list[Sequence[bytes] | None] = []
        self.authorizations: list[list[str | bytes]] = []

    def CreateParcel(self, request: Any, context: Any) -> Any:
        """Takes a parcel in."""
        self.identities.append(context.peer_identities())
        metadata = context.invocation_metadata()
        self.authorizations.append([value for key, value in metadata if key == "authorization"])
        return quote_pb2.CreateParcelResponse()


def told(channel: grpc.Channel, credentials: grpc.CallCredentials | None = None) -> str:
    """What the client of a channel is told of one call: `OK`, or its status and details."""
    create = quote_pb2_grpc.ParcelServiceStub(channel).CreateParcel
    try:
        create(quote_pb2.CreateParcelRequest(recipient="Ada"), timeout=2, credentials=credentials)
    except grpc.RpcError as error:
        return f"{error.code().name}: {error.details()}"
    return "OK"
