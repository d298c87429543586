"""TLS records as values (RFC 8446 section 5.1, RFC 5246 section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ..frames import Frame
from . import names
from .handshakes import Handshake

RECORD_HEADER = 5
"""Bytes of type, version and length, which begin each record."""

MOST_CLEAR, MOST_ENCRYPTED = 1 << 14, (1 << 14) + 2048
"""Most bytes of a record after its header (RFC 5246 sections 6.2.1 and 6.2.3; TLS 1.3 allows less)."""


_HARMLESS = (
    0,
    90,
)  # close_notify and user_canceled; in TLS 1.3 all others are errors, whatever their level says


class TlsSession(NamedTuple):
    """What both directions of a connection have said in the clear so far."""

    version: int | None = None
    """The version that the server has chosen."""
    cipher: int | None = None
    """The cipher suite that it has chosen."""
    group: int | None = None
    """The group of its key share (TLS 1.3)."""
    server_name: str | None = None
    """The name that the client has asked for (SNI)."""
    offered: tuple[str, ...] = ()
    """The protocols inside that the client offers (ALPN)."""
    alpn: str | None = None
    """The one that the server has chosen, which TLS 1.3 encrypts."""

    @property
    def text(self) -> str:
        """``TLS 1.3, TLS_AES_128_GCM_SHA256, server name localhost, ALPN h2 offered``."""
        told = [
            names.name_of(number, known)
            for number, known in (
                (self.version, names.VERSIONS),
                (self.cipher, names.CIPHERS),
                (self.group, names.GROUPS),
            )
            if number is not None
        ]
        if self.server_name:
            told.append(f"server name {self.server_name}")
        if self.alpn:
            told.append(f"ALPN {self.alpn}")
        elif self.offered:
            told.append(f"ALPN {' or '.join(self.offered[:10])} offered")
        return ", ".join(told)


class HandshakePart(NamedTuple):
    """A handshake message that is complete with a record; it may have begun in an earlier one."""

    end: int
    """Where in the record's `raw` it ends."""
    message: Handshake


@dataclass(frozen=True, slots=True, repr=False)
class TlsRecord(Frame):
    """A TLS record; its name is ``TLS``."""

    type: int
    """Number of its type: handshake, alert, application data, …"""
    encrypted: bool
    """Whether its content can be read only by the two that share its key."""
    session: TlsSession
    """What was said in the clear until then, this record included."""
    parts: tuple[HandshakePart, ...] = ()
    """The handshake messages in the clear that are complete with it."""
    open: str | None = None
    """What it has of a message that goes on in the next record, in words."""

    @property
    def payload(self) -> bytes:
        """Its bytes after the record header."""
        return self.raw[RECORD_HEADER:]

    @property
    def body(self) -> tuple[int, int]:
        """Range of the payload within `raw`."""
        return RECORD_HEADER, len(self.raw)

    @property
    def handshakes(self) -> tuple[Handshake, ...]:
        """The handshake messages in the clear that are complete with it."""
        return tuple(part.message for part in self.parts)

    @property
    def alert(self) -> str | None:
        """``fatal unknown_ca``, of an alert in the clear; None for all others (RFC 8446 section 6)."""
        if self.type != names.ALERT or self.encrypted or len(self.raw) != RECORD_HEADER + 2:
            return None
        level, description = self.raw[RECORD_HEADER:]
        return f"{names.name_of(level, names.ALERT_LEVELS, 2)} {names.name_of(description, names.ALERTS, 2)}"

    @property
    def fatal(self) -> bool:
        """Whether it is an alert in the clear that ends the connection for a reason."""
        return self.alert is not None and self.raw[RECORD_HEADER + 1] not in _HARMLESS

    def _content(self) -> str:
        kind = names.RECORDS[self.type].replace("_", " ")
        size = f"{len(self.raw) - RECORD_HEADER} B"
        if self.encrypted:
            return (
                f"encrypted, {size}" if self.type == names.APPLICATION_DATA else f"encrypted {kind}, {size}"
            )
        if self.alert:
            return f"alert: {self.alert}"
        told = [each.summary for each in self.handshakes]
        return "; ".join([*told, *([self.open] if self.open else [])]) or f"{kind}, {size}"
