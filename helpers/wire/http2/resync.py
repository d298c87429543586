"""Finds where HTTP/2 frames begin in bytes whose beginning is missing (RFC 9113 section 4.1).

A frame has no mark. But of 72 bits of a header most have few values that make sense, and where one frame ends the
next one must begin. What is found so is nearly certain; what is not certain is not taken.
"""

from __future__ import annotations

import re
import struct

from .. import names
from .frames import FRAME_HEADER

_HEADER = struct.Struct("!HBBBL")
_LONG = 4 * 1024 * 1024  # gRPC's peers allow frames of this size, and no more
_HIGHEST = (
    2**24
)  # a stream with a higher number, or one that a server has begun, is not believed without its past
_CHAIN = 3
"""So many frames one after the other are certain."""

# kind -> flags that have a meaning, shortest and longest payload, whether it is of a stream (None: either)
_RULES: dict[int, tuple[int, int, int, bool | None]] = {
    names.DATA: (0x09, 0, _LONG, True),
    names.HEADERS: (0x2D, 1, 65_536, True),
    names.PRIORITY: (0x00, 5, 5, True),
    names.RST_STREAM: (0x00, 4, 4, True),
    names.SETTINGS: (0x01, 0, 600, False),
    names.PUSH_PROMISE: (0x0C, 5, 65_536, True),
    names.PING: (0x01, 8, 8, False),
    names.GOAWAY: (0x00, 8, 16_384, False),
    names.WINDOW_UPDATE: (0x00, 4, 4, None),
    names.CONTINUATION: (0x04, 0, 65_536, True),
}
_STREAM = rb"\x00..[" + re.escape(bytes(range(1, 256, 2))) + rb"]"  # an odd one up to `_HIGHEST`
_NONE = rb"\x00{4}"
# The same for `re`, which finds headers of frames much faster than a loop over bytes.
_CANDIDATE = re.compile(
    rb"(?=(?:"
    rb"[\x00-\x40]..(?:\x00[\x00\x01\x08\x09]|[\x01\x05\x09][\x00-\x2d])" + _STREAM + rb"|"
    rb"\x00\x00(?:\x04\x03|\x05\x02|\x04\x08)\x00" + _STREAM + rb"|"
    rb"\x00(?:\x00\x08\x06[\x00\x01]|\x00\x04\x08\x00|[\x00-\x40].\x07\x00|[\x00-\x02].\x04[\x00\x01])"
    + _NONE
    + rb"))",
    re.DOTALL,
)


def payload_size(data: bytes, pos: int) -> int:
    """Bytes of payload of the frame whose header is at `pos`; -1 where none makes sense there."""
    high, low, kind, flags, stream = _HEADER.unpack_from(data, pos)
    length: int = high << 8 | low
    rule = _RULES.get(kind)
    if rule is None:
        return -1
    known, shortest, longest, of_stream = rule
    if flags & ~known or not shortest <= length <= longest or stream >> 31:
        return -1
    if of_stream is not None and of_stream != bool(stream):
        return -1
    if stream and (not stream & 1 or stream > _HIGHEST):
        return -1
    if kind == names.DATA and not length and not flags:
        return -1  # it says nothing, and is what a row of zeros looks like
    if kind == names.SETTINGS and (length % 6 or (flags and length)):
        return -1
    return length


def find_frame(data: bytes) -> int | None:
    """Where the first frame begins in bytes that came together, such as those of one TCP segment; None if nowhere.

    A frame at the very beginning may be longer than the bytes: peers mostly begin what they write with a frame.
    """
    for match in _CANDIDATE.finditer(data):
        if _certain(data, match.start()):
            return match.start()
    return None


def _certain(data: bytes, pos: int) -> bool:
    begin, frames, have = pos, 0, len(data)
    while frames < _CHAIN and pos < have:
        if have - pos < FRAME_HEADER:
            return frames > (begin > 0)
        size = payload_size(data, pos)
        if size < 0:
            return False
        frames += 1
        pos += FRAME_HEADER + size
    return pos <= have or begin == 0 or frames == _CHAIN
