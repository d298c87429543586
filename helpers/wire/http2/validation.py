"""The rules that a single HTTP/2 frame can break (RFC 9113 section 6), each told in one sentence."""

from __future__ import annotations

import struct

from .. import names
from ..direction import TO_CLIENT, TO_SERVER, Direction
from .frames import FRAME_HEADER

_ON_STREAM = frozenset(
    (names.DATA, names.HEADERS, names.PRIORITY, names.RST_STREAM, names.PUSH_PROMISE, names.CONTINUATION)
)
_ON_CONNECTION = frozenset((names.SETTINGS, names.PING, names.GOAWAY))
_EXACT_LENGTH = {names.PRIORITY: 5, names.RST_STREAM: 4, names.PING: 8}
_WITH_PARTS = frozenset((names.DATA, names.HEADERS, names.PUSH_PROMISE))
_NO_INCREMENT = frozenset((b"\0\0\0\0", b"\x80\0\0\0"))  # the highest bit is reserved


def check(frame_type: int, flags: int, stream: int, raw: bytes, direction: Direction) -> str | None:
    """What is wrong with one frame by itself, or None; ``raw`` has its header, too.

    Unknown types and flags are never wrong (section 4.1).
    """
    length = len(raw) - FRAME_HEADER
    if frame_type == names.WINDOW_UPDATE:  # first, as it is by far the most frequent of those checked
        if length != 4:
            return f"WINDOW_UPDATE has {length} bytes instead of 4"
        return None if raw[FRAME_HEADER:] not in _NO_INCREMENT else "WINDOW_UPDATE adds nothing"
    if frame_type in _ON_STREAM and not stream:
        return f"{names.frame_name(frame_type)} belongs to a stream, but names stream 0"
    if frame_type in _ON_CONNECTION and stream:
        return f"{names.frame_name(frame_type)} belongs to the connection, but names stream {stream}"
    exact = _EXACT_LENGTH.get(frame_type)
    if exact is not None and length != exact:
        return f"{names.frame_name(frame_type)} has {length} bytes instead of {exact}"
    if frame_type == names.GOAWAY and length < 8:
        return f"GOAWAY has {length} bytes, fewer than 8"
    if frame_type == names.SETTINGS:
        return _check_settings(flags, raw, length, direction)
    if frame_type in _WITH_PARTS and flags & (names.PADDED | names.PRIORITY_FLAG):
        problem = _check_padding(frame_type, flags, raw, length)
        if problem is not None:
            return problem
    if frame_type == names.PUSH_PROMISE:
        return _check_promise(flags, raw, length, direction)
    if frame_type == names.PRIORITY or (frame_type == names.HEADERS and flags & names.PRIORITY_FLAG):
        start = FRAME_HEADER + (frame_type == names.HEADERS and bool(flags & names.PADDED))
        if _stream(raw, start) == stream:  # RFC 7540 section 5.3.1; RFC 9113 has no priorities any more
            return f"stream {stream} must not depend on itself"
    return None


def _stream(raw: bytes, start: int) -> int:
    return int.from_bytes(raw[start : start + 4], "big") & 0x7FFFFFFF


def _check_promise(flags: int, raw: bytes, length: int, direction: Direction) -> str | None:
    """Only servers push, and streams that they begin have even numbers (sections 5.1.1 and 8.4)."""
    if length < 4:
        return f"PUSH_PROMISE has {length} bytes, fewer than the 4 of its fixed part"
    if direction == TO_SERVER:
        return "PUSH_PROMISE comes from the client, and only a server may push"
    promised = _stream(raw, FRAME_HEADER + bool(flags & names.PADDED))
    if not promised:
        return "PUSH_PROMISE promises stream 0, which is the connection itself"
    if promised & 1:
        return f"PUSH_PROMISE promises stream {promised}, but streams that a server begins are even"
    return None


def _check_padding(frame_type: int, flags: int, raw: bytes, length: int) -> str | None:
    name = names.frame_name(frame_type)
    fixed = 4 if frame_type == names.PUSH_PROMISE else 0
    if frame_type == names.HEADERS and flags & names.PRIORITY_FLAG:
        fixed = 5
    padding = 0
    if flags & names.PADDED:
        if not length:
            return f"{name} is padded, but has no byte for the pad length"
        fixed, padding = fixed + 1, raw[FRAME_HEADER]
    if fixed > length:
        return f"{name} has {length} bytes, fewer than the {fixed} of its fixed part"
    if fixed + padding > length:
        return f"{name} has {padding} bytes of padding, more than there is room for"
    return None


def _check_settings(flags: int, raw: bytes, length: int, direction: Direction) -> str | None:
    if flags & names.ACK:
        return "an acknowledgement of SETTINGS has a payload" if length else None
    if length % 6:
        return f"SETTINGS has {length} bytes, not a multiple of 6"
    for number, value in struct.iter_unpack("!HI", raw[FRAME_HEADER:]):
        too_much = {
            names.ENABLE_PUSH: 1,
            names.INITIAL_WINDOW_SIZE: 2**31 - 1,
            names.MAX_FRAME_SIZE: 2**24 - 1,
        }
        if value > too_much.get(number, value) or (number == names.MAX_FRAME_SIZE and value < 2**14):
            return f"{names.setting_name(number)} must not be {value}"
        if number == names.ENABLE_PUSH and value and direction == TO_CLIENT:
            return "ENABLE_PUSH must be 0 where a server sends it"  # section 6.5.2
    return None
