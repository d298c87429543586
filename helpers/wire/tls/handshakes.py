"""Handshake messages in the clear as values (RFC 8446 section 4, RFC 5246 section 7.4), and what their bytes mean.

Of TLS 1.3 these are the hello messages alone: all that follows is encrypted. TLS 1.2 shows the certificates, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from helpers.text import plural, shorten

from ..byte_region import ByteRegion
from . import names
from .fields import Fields

HEADER = 4
"""Bytes of type and length, which begin each message (RFC 8446 section 4)."""

_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""The random of a HelloRetryRequest, which is a ServerHello otherwise (RFC 8446 section 4.1.3)."""


@dataclass(slots=True)
class Hello:
    """What a ClientHello offers, or a ServerHello has chosen (RFC 8446 sections 4.1.2 and 4.1.3)."""

    versions: list[int] = field(default_factory=list)
    """Versions, the best first; of a ServerHello the one that is spoken from here on."""
    ciphers: list[int] = field(default_factory=list)
    """Cipher suites."""
    server_name: str | None = None
    """The name that the client has asked for (SNI, RFC 6066 section 3); none where it asked for an IP address."""
    alpn: list[str] = field(default_factory=list)
    """Protocols inside, such as ``h2`` (RFC 7301 section 3.1); TLS 1.3 encrypts the one that the server chooses."""
    groups: list[int] = field(default_factory=list)
    """Groups in which keys may be exchanged (RFC 8446 section 4.2.7)."""
    key_shares: list[int] = field(default_factory=list)
    """Groups for which there is a key already (RFC 8446 section 4.2.8)."""
    retry: bool = False
    """Whether it is a HelloRetryRequest: the server wants another key share."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """A handshake message in the clear."""

    data: bytes
    """All its bytes, with its header, also where records have cut it."""
    problem: str | None = None
    """What is malformed about it, in one sentence."""

    @property
    def type(self) -> int:
        """Number of its type."""
        return self.data[0]

    @property
    def name(self) -> str:
        """``ClientHello``, ``ServerHello``, ``Certificate``, …"""
        hello = self.hello if self.type == names.SERVER_HELLO else None
        return "HelloRetryRequest" if hello and hello.retry else _name(self.type)

    @property
    def hello(self) -> Hello | None:
        """What a ClientHello or ServerHello says; None for all others."""
        return read(self.data)[0] if self.type in (names.CLIENT_HELLO, names.SERVER_HELLO) else None

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """The certificates (DER) of a Certificate message, the peer's own first; empty for all others."""
        return tuple(read(self.data)[1]) if self.type == names.CERTIFICATE else ()

    @property
    def region(self) -> ByteRegion:
        """What its bytes mean; ranges count within `data`."""
        return read(self.data)[2]

    @property
    def summary(self) -> str:
        """One line for people."""
        told = self.region.text
        return f"{self.name}: {told}" if told else f"{self.name}, {len(self.data)} B"


def read(data: bytes) -> tuple[Hello | None, list[bytes], ByteRegion]:
    """Read a message.

    Args:
        data: Its bytes, header included; they have the length that is told there.

    Returns:
        What a hello says, the certificates of a Certificate, and what its bytes mean. Never raises: what is
        malformed is told in the region.
    """
    hello, certificates = Hello(), list[bytes]()
    kind = data[0]

    def message(fields: Fields) -> str:
        fields.number(1, "type", names.HANDSHAKES)
        fields.number(3, "length")
        if kind == names.CLIENT_HELLO:
            return _client_hello(fields, hello)
        if kind == names.SERVER_HELLO:
            return _server_hello(fields, hello)
        if kind == names.CERTIFICATE:
            fields.vector(3, "certificates", lambda inner: _certificates(inner, certificates))
            return f"{plural(len(certificates), 'certificate')}, {sum(map(len, certificates))} B"
        fields.opaque(fields.left, "content")
        return ""

    fields = Fields(data, 0, len(data))
    text = fields.run(_name(kind), message)
    region = ByteRegion(0, len(data), "message", _name(kind), text, tuple(fields.regions), fields.problem)
    return hello if kind != names.CERTIFICATE else None, certificates, region


def _name(kind: int) -> str:
    return names.HANDSHAKES.get(kind) or f"handshake message of type {kind}"


def _client_hello(fields: Fields, hello: Hello) -> str:
    hello.versions.append(fields.number(2, "legacy version", names.VERSIONS))
    fields.opaque(32, "random")
    fields.vector(1, "legacy session id", _opaque)
    fields.vector(
        2, "cipher suites", lambda each: _list(each, 2, "cipher suite", names.CIPHERS, hello.ciphers)
    )
    fields.vector(1, "legacy compression methods", _opaque)
    if fields.left:
        fields.vector(2, "extensions", lambda each: _extensions(each, hello, client=True))
    versions = [names.name_of(each, names.VERSIONS) for each in hello.versions if not names.is_grease(each)]
    told = [
        f"offers {' or '.join(versions)}",
        f"server name {hello.server_name}" if hello.server_name else "no server name",
        f"ALPN {', '.join(hello.alpn)}" if hello.alpn else "no ALPN",
    ]
    return shorten("; ".join(told))


def _server_hello(fields: Fields, hello: Hello) -> str:
    hello.versions.append(fields.number(2, "legacy version", names.VERSIONS))
    hello.retry = fields.opaque(32, "random") == _RETRY
    fields.vector(1, "legacy session id", _opaque)
    hello.ciphers.append(fields.number(2, "cipher suite", names.CIPHERS))
    fields.number(1, "legacy compression method")
    if fields.left:
        fields.vector(2, "extensions", lambda each: _extensions(each, hello, client=False))
    told = [
        *(names.name_of(each, names.VERSIONS) for each in hello.versions),
        *(names.name_of(each, names.CIPHERS) for each in hello.ciphers),
        *(names.name_of(each, names.GROUPS) for each in hello.key_shares),
        *(f"ALPN {each}" for each in hello.alpn),
    ]
    return shorten(", ".join(told))


def _certificates(fields: Fields, found: list[bytes]) -> str:
    def certificate(each: Fields) -> str:
        found.append(each.opaque(each.left, "X.509 certificate (DER)"))
        return f"{len(found[-1])} B"

    while fields.left:
        fields.vector(3, f"certificate {len(found) + 1}", certificate)
    return plural(len(found), "certificate")


def _extensions(fields: Fields, hello: Hello, *, client: bool) -> str:
    """The extensions (RFC 8446 section 4.2); those that are not read here are told by name and size."""
    count = 0
    while fields.left:
        count += 1
        kind = fields.number(2, "extension", names.EXTENSIONS)
        label = names.name_of(kind, names.EXTENSIONS)
        fields.vector(2, label, partial(_extension, kind=kind, hello=hello, client=client), tagged=True)
    return plural(count, "extension")


def _extension(fields: Fields, kind: int, hello: Hello, client: bool) -> str:
    if kind == names.SUPPORTED_VERSIONS:
        found: list[int] = []
        text = _choice(fields, client, 1, "version", names.VERSIONS, found)
        hello.versions[:] = found or hello.versions
        return text
    if kind == names.SUPPORTED_GROUPS:
        return _choice(fields, True, 2, "group", names.GROUPS, hello.groups)
    if kind == names.SIGNATURE_ALGORITHMS:
        return _choice(fields, True, 2, "signature algorithm", names.SIGNATURES, [])
    if kind == names.ALPN:
        fields.vector(2, "protocols", lambda inner: _protocols(inner, hello))
        return shorten(", ".join(hello.alpn))
    if kind == names.SERVER_NAME and client:
        fields.vector(2, "names", lambda inner: _server_names(inner, hello))
        return hello.server_name or ""
    if kind == names.KEY_SHARE:
        return _key_shares(fields, hello, client)
    return _opaque(fields)


def _choice(
    fields: Fields, several: bool, width: int, what: str, known: dict[int, str], found: list[int]
) -> str:
    """What is offered, as a vector of numbers, or what was chosen, as one number."""
    if several:
        fields.vector(width, f"{what}s", lambda inner: _list(inner, 2, what, known, found))
    else:
        found.append(fields.number(2, what, known))
    return _named(found, known)


def _list(fields: Fields, size: int, label: str, known: dict[int, str], found: list[int]) -> str:
    while fields.left:
        found.append(fields.number(size, label, known))
    return _named(found, known)


def _named(found: list[int], known: dict[int, str]) -> str:
    return shorten(", ".join(names.name_of(each, known) for each in found[:100]))


def _protocols(fields: Fields, hello: Hello) -> str:
    """Names of protocols, which are bytes and mostly ASCII (RFC 7301 section 3.1)."""

    def protocol(each: Fields) -> str:
        hello.alpn.append(each.opaque(each.left, "name").decode("latin-1"))
        return hello.alpn[-1]

    while fields.left:
        fields.vector(1, "protocol name", protocol)
    return shorten(", ".join(hello.alpn))


def _server_names(fields: Fields, hello: Hello) -> str:
    """The name that the client has asked for; the list was meant for several kinds of names (RFC 6066 section 3)."""

    def name(each: Fields) -> str:
        told = shorten(each.opaque(each.left, "name").decode("latin-1"), 255)
        hello.server_name = hello.server_name or told
        return told

    while fields.left:
        fields.number(1, "name type", {0: "host_name"})
        fields.vector(2, "host name", name, tagged=True)
    return hello.server_name or ""


def _key_shares(fields: Fields, hello: Hello, client: bool) -> str:
    """Public keys; a HelloRetryRequest has the group alone (RFC 8446 section 4.2.8)."""

    def shares(each: Fields) -> str:
        while each.left:
            hello.key_shares.append(each.number(2, "group", names.GROUPS))
            each.vector(2, "public key", _opaque)
        return ""

    if client:
        fields.vector(2, "key shares", shares)
    elif hello.retry:
        hello.key_shares.append(fields.number(2, "group", names.GROUPS))
    else:
        hello.key_shares.append(fields.number(2, "group", names.GROUPS))
        fields.vector(2, "public key", _opaque)
    return _named(hello.key_shares, names.GROUPS)


def _opaque(fields: Fields) -> str:
    size = fields.left
    fields.opaque(size, "content")
    return f"{size} B"
