"""Header values of gRPC: metadata, timeouts and percent-encoding (the gRPC over HTTP2 document)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from ..http2.headers import LITERAL, SIZE_UPDATE, HeaderEntry

PROTOCOL_HEADERS = frozenset(
    (
        "content-type",
        "grpc-accept-encoding",
        "grpc-encoding",
        "grpc-message",
        "grpc-message-type",
        "grpc-status",
        "grpc-timeout",
        "te",
        "user-agent",
    )
)
"""Headers that belong to gRPC itself; all others but the pseudo-headers are metadata."""

_UNITS_NS = {"H": 3600 * 10**9, "M": 60 * 10**9, "S": 10**9, "m": 10**6, "u": 10**3, "n": 1}
_TIMEOUT = re.compile(r"([0-9]{1,8})([HMSmun])", re.ASCII)


GRPC, GRPC_WEB, GRPC_WEB_TEXT = "gRPC", "gRPC-Web", "gRPC-Web (base64)"


def dialect(content_type: str | None) -> str | None:
    """Which kind of gRPC a ``content-type`` announces: `GRPC`, `GRPC_WEB`, `GRPC_WEB_TEXT`, or None.

    What follows a plus sign (``+proto``, ``+json``) says how messages are serialized, what follows a semicolon
    are parameters. gRPC-Web puts the trailers into the body, and its text form writes the body in base64.
    """
    kind = (content_type or "").partition(";")[0].partition("+")[0].strip().lower()
    return _DIALECTS.get(kind)


_DIALECTS = {
    "application/grpc": GRPC,
    "application/grpc-web": GRPC_WEB,
    "application/grpc-web-text": GRPC_WEB_TEXT,
}


def find(entries: Iterable[HeaderEntry], name: str) -> str | None:
    """The first value with this name as text, each byte one character (latin-1), or None."""
    for entry in entries:
        if entry.name == name:
            return entry.value.decode("latin-1")
    return None


def custom(entries: Iterable[HeaderEntry]) -> tuple[tuple[str, str | bytes], ...]:
    """The metadata among the headers: text values as str, those of ``-bin`` keys as bytes."""
    found: list[tuple[str, str | bytes]] = []
    for entry in entries:
        name = entry.name
        if name in PROTOCOL_HEADERS or name.startswith((":", "(")) or entry.encoding == SIZE_UPDATE:
            continue
        if name.endswith("-bin"):
            found.extend((name, value) for value in binary_values(entry.value))
        else:
            found.append((name, entry.value.decode("latin-1")))
    return tuple(found)


def trailers(data: bytes) -> tuple[HeaderEntry, ...]:
    """The trailers in the body of a gRPC-Web answer: lines as in HTTP/1.1 (the gRPC-Web protocol document)."""
    found, pos = [], 0
    for line in data.split(b"\r\n"):
        end = pos + len(line)
        name, colon, value = line.partition(b":")
        if colon:
            start = pos + len(name) + 1
            plain = name.strip().decode("latin-1").lower()
            found.append(HeaderEntry(plain, value.strip(b" \t"), LITERAL, pos, start, end))
        pos = end + 2
    return tuple(found)


def binary_values(value: bytes) -> tuple[bytes, ...]:
    """The values of a ``-bin`` header.

    Between peers that both announced ``GRPC_ALLOW_TRUE_BINARY_METADATA``, a zero byte comes first and
    the raw bytes follow; otherwise it is base64, mostly without padding, several values joined by commas.
    What is neither is returned as it came.
    """
    if value[:1] == b"\0":
        return (value[1:],)
    try:
        return tuple(_base64(part.strip()) for part in value.split(b","))
    except (ValueError, binascii.Error):
        return (value,)


def timeout(value: str | None) -> int | None:
    """``grpc-timeout`` (at most eight digits and a unit, such as ``200m``) in nanoseconds; else None."""
    found = _TIMEOUT.fullmatch(value or "")
    return int(found[1]) * _UNITS_NS[found[2]] if found else None


def percent_decode(value: str) -> str:
    """``grpc-message`` for reading: ``%C3%A9`` becomes ``é``; broken UTF-8 shows as U+FFFD."""
    return unquote_to_bytes(value.encode("latin-1")).decode("utf-8", "replace")


def whole_number(value: str | None) -> int | None:
    """A short decimal number (at most nine digits); None for anything else."""
    return int(value) if value and len(value) <= 9 and value.isascii() and value.isdigit() else None


def _base64(text: bytes) -> bytes:
    return base64.b64decode(text.rstrip(b"=") + b"=" * (-len(text.rstrip(b"=")) % 4), validate=True)
