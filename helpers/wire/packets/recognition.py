"""What a TCP connection of a capture file speaks, and which end of it is the client, from its first bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..frames import PREFACE
from ..http2.frames import FRAME_HEADER
from ..http2.resync import find_frame, payload_size
from ..names import DATA, HEADERS
from .layers import port

_REQUEST = re.compile(rb"[A-Z]{3,12} [^ \r\n]{1,4000} HTTP/1\.[01]\r\n")
_REQUEST_BEGUN = re.compile(rb"[A-Z]{1,12}( [^ \r\n]{0,4000}( (H(T(T(P(/(1(\.([01]\r?)?)?)?)?)?)?)?)?)?)?")
_ANSWER = b"HTTP/1."
_HELLO = {1: True, 2: False}  # the handshake messages with which client and server of TLS begin
_EPHEMERAL = 32_768  # the first port that systems give to clients; many give higher ones only
_USUAL = 50_051
# the static table has :method in the entries 2 and 3, :status in 8 to 14 (RFC 7541 appendix A)
_ASKS, _ANSWERS = frozenset((0x82, 0x83)), frozenset(range(0x88, 0x8F))


def speaks(first: bytes, begun: bool) -> bool | None:
    """Whether the bytes of one end are of a known protocol.

    Args:
        first: What came together from this end.
        begun: Whether the connection begins with them; else they may begin anywhere.

    Returns:
        True, False, or None where there are too few of them to tell.
    """
    if not first:
        return None
    if PREFACE.startswith(first[: len(PREFACE)]) or _ANSWER.startswith(first[: len(_ANSWER)]):
        return True if len(first) >= len(_ANSWER) else None
    if _is_tls(first):
        return True
    if _REQUEST.match(first):
        return True
    if begun:
        if _is_settings(first):
            return True
        few = len(first) < 3 or (len(first) < FRAME_HEADER and not first[0])
        return None if few or _REQUEST_BEGUN.fullmatch(first) else False
    return True if find_frame(first) is not None else None


def is_client(first: bytes) -> bool | None:
    """Whether the bytes of one end are a client's; None where they do not tell."""
    if first.startswith(PREFACE[:14]) or _REQUEST.match(first):
        return True
    if first.startswith(_ANSWER):
        return False
    if _is_tls(first):
        return _HELLO.get(first[5]) if first[0] == 0x16 and len(first) > 5 else None
    at = find_frame(first)
    return None if at is None else _asks(first, at)


def client_by_port(ends: Sequence[bytes]) -> int:
    """Which of two ends is the client by their ports: servers have low ones, mostly, or gRPC's usual one."""
    ports = [port(each) for each in ends]
    if _USUAL in ports:
        return 1 - ports.index(_USUAL)
    high = [each >= _EPHEMERAL for each in ports]
    if high[0] != high[1]:
        return high.index(True)
    return int(ports[1] > ports[0])


def _is_tls(first: bytes) -> bool:
    return len(first) >= 3 and 0x14 <= first[0] <= 0x17 and first[1] == 3 and first[2] <= 4


def _is_settings(first: bytes) -> bool:
    """Whether it begins as an HTTP/2 server does that speaks first (RFC 9113 section 3.4)."""
    return len(first) >= FRAME_HEADER and first[3] == 4 and payload_size(first, 0) >= 0


def _asks(data: bytes, pos: int) -> bool | None:
    """Whether the first HEADERS frame that tells it is a request's: by a pseudo-header that is in the static table.

    HEADERS that follow on DATA of their stream are trailers, and a server's.
    """
    begun = set()
    while pos + FRAME_HEADER <= len(data):
        size = payload_size(data, pos)
        if size < 0:
            return None
        kind, stream = data[pos + 3], data[pos + 5 : pos + 9]
        if kind == DATA:
            begun.add(stream)
        if kind == HEADERS:
            if stream in begun:
                return False
            block = data[pos + FRAME_HEADER : pos + FRAME_HEADER + min(size, 8)]
            for byte in block:
                if byte in _ASKS:
                    return True
                if byte in _ANSWERS:
                    return False
                if byte < 0x80:  # a literal, whose bytes may look like anything
                    break
        pos += FRAME_HEADER + size
    return None
