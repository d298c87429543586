"""HTTP/2 frames as values (RFC 9113 sections 4 and 6)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from .. import names
from ..direction import TO_SERVER
from ..frames import Frame
from .headers import HeaderBlock, HeaderEntry

FRAME_HEADER = 9
"""Bytes of the header that starts every HTTP/2 frame (section 4.1)."""

_CONTROL = frozenset(("SETTINGS", "PING", "WINDOW_UPDATE", "PRIORITY", "ALTSVC", "ORIGIN"))
_PADDABLE = frozenset((names.DATA, names.HEADERS, names.PUSH_PROMISE))


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter of a SETTINGS frame (section 6.5.1)."""

    id: int
    value: int

    @property
    def name(self) -> str:
        """Name of the parameter, such as ``MAX_FRAME_SIZE``."""
        return names.setting_name(self.id)


@dataclass(frozen=True, slots=True, repr=False)
class Http2Frame(Frame):
    """An HTTP/2 frame; its name is that of its type."""

    type: int
    """Number of the frame type."""
    flags: int
    block: HeaderBlock | None = None
    """The header block, on HEADERS, PUSH_PROMISE and their CONTINUATIONs alike; None for all others."""

    @property
    def payload(self) -> bytes:
        """Bytes after the frame header."""
        return self.raw[FRAME_HEADER:]

    @property
    def flag_names(self) -> tuple[str, ...]:
        """Names of the set flags, such as ``("END_STREAM", "END_HEADERS")``."""
        return names.flag_names(self.type, self.flags)

    @property
    def ack(self) -> bool:
        """Whether it acknowledges a SETTINGS or PING frame."""
        return self.type in (names.SETTINGS, names.PING) and bool(self.flags & names.ACK)

    @property
    def end_stream(self) -> bool:
        """Whether the sender says that nothing more follows on the stream."""
        return self.type in (names.DATA, names.HEADERS) and bool(self.flags & names.END_STREAM)

    @property
    def control(self) -> bool:
        """Whether it serves the connection, not a call: a view may dim it."""
        return self.problem is None and self.name in _CONTROL

    @property
    def body(self) -> tuple[int, int]:
        """Range within `raw` without frame header, pad length, priority, promised stream and padding.

        That is the data of DATA, the fragment of HEADERS, PUSH_PROMISE and CONTINUATION, and the whole
        payload of all others. A frame whose padding is too long gives an empty range.
        """
        return body_range(self.type, self.flags, self.raw)

    @property
    def headers(self) -> tuple[HeaderEntry, ...]:
        """Entries of its header block; empty where it has none."""
        return self.block.entries if self.block is not None else ()

    @property
    def role(self) -> str | None:
        """Of HEADERS: ``request headers``, ``response headers``, ``trailers`` or ``trailers-only``."""
        if self.type != names.HEADERS:
            return None
        found = {entry.name for entry in self.headers}
        if ":method" in found:
            return "request headers"
        if ":status" in found:
            return "trailers-only" if self.flags & names.END_STREAM else "response headers"
        if self.direction == TO_SERVER and not self.told:
            return "request headers"  # those that would say so are not known; gRPC's clients send no trailers
        return "trailers"

    @property
    def told(self) -> bool:
        """Whether all its headers are known: of a capture file that lacks bytes, they may not be."""
        return all(entry.known for entry in self.headers)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Parameters of a SETTINGS frame; empty for all others."""
        if self.type != names.SETTINGS:
            return ()
        whole = len(self.payload) // 6 * 6
        return tuple(Setting(*pair) for pair in struct.iter_unpack("!HI", self.payload[:whole]))

    @property
    def increment(self) -> int | None:
        """Bytes that a WINDOW_UPDATE adds; None for all others."""
        return _number(self.payload, 0) & 0x7FFFFFFF if self.type == names.WINDOW_UPDATE else None

    @property
    def error_code(self) -> int | None:
        """Error code of RST_STREAM or GOAWAY; None for all others."""
        if self.type == names.RST_STREAM:
            return _number(self.payload, 0)
        return _number(self.payload, 4) if self.type == names.GOAWAY else None

    @property
    def last_stream(self) -> int | None:
        """The last stream that the sender of a GOAWAY took up; None for all others."""
        return _number(self.payload, 0) & 0x7FFFFFFF if self.type == names.GOAWAY else None

    @property
    def promised_stream(self) -> int | None:
        """Stream that a PUSH_PROMISE reserves; None for all others."""
        if self.type != names.PUSH_PROMISE:
            return None
        padded = bool(self.flags & names.PADDED)
        return _number(self.payload, 1 if padded else 0) & 0x7FFFFFFF

    def _content(self) -> str:
        kind = self.type
        if kind == names.HEADERS:
            return _summary_of_headers(self.headers)
        if kind == names.DATA:
            start, end = self.body
            return f"{end - start} B" + (", END_STREAM" if self.end_stream else "")
        if kind == names.SETTINGS:
            if self.ack:
                return "ack"
            return (
                ", ".join(f"{setting.name}={setting.value}" for setting in self.settings) or "nothing changed"
            )
        if kind == names.WINDOW_UPDATE:
            return f"+{self.increment} B" + ("" if self.stream else " for the connection")
        if kind == names.PING:
            return ("ack " if self.ack else "") + self.payload.hex()
        if kind == names.RST_STREAM:
            return names.error_name(self.error_code or 0)
        if kind == names.GOAWAY:
            debug = self.payload[8:]
            said = f", {debug[:80].decode('utf-8', 'replace')!r}" if debug else ""
            return f"{names.error_name(self.error_code or 0)}, last stream {self.last_stream}{said}"
        if kind == names.PUSH_PROMISE:
            return f"promises stream {self.promised_stream}"
        return f"{len(self.payload)} B"


def body_range(frame_type: int, flags: int, raw: bytes) -> tuple[int, int]:
    """What `Http2Frame.body` is, for a frame that is not built yet."""
    start, end = FRAME_HEADER, len(raw)
    if frame_type in _PADDABLE and flags & names.PADDED and start < end:
        start, end = start + 1, end - raw[FRAME_HEADER]
    if frame_type == names.HEADERS and flags & names.PRIORITY_FLAG:
        start += 5
    elif frame_type == names.PUSH_PROMISE:
        start += 4
    return min(start, len(raw)), max(min(start, len(raw)), end)


def _number(payload: bytes, start: int) -> int:
    """The 32 bits at `start`; bytes that are missing from a malformed frame count as zero."""
    return int.from_bytes(payload[start : start + 4].ljust(4, b"\0"), "big")


def _summary_of_headers(headers: tuple[HeaderEntry, ...]) -> str:
    found = {entry.name: entry.text for entry in headers}
    if ":method" in found:
        known = all(entry.known for entry in headers)
        return f"{found[':method']} {found.get(':path', '' if known else '(not known)')}"
    told = []
    if ":status" in found:
        told.append(f":status {found[':status']}")
    code = found.get("grpc-status", "")
    if code.isascii() and code.isdigit():
        told.append(f"grpc-status {code[:9]} {names.status_name(int(code[:9]))}")
    return ", ".join(told) or f"{len(headers)} headers"
