"""What is wrong with the bytes of a request: the first mistake in them, as one would say it to somebody near by."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Literal

from helpers.wire import names
from helpers.wire.frames import PREFACE, Frame
from helpers.wire.http2.frames import Http2Frame

from ..engine.raw_exchange import prefixed
from .headers import header_mistake

_HEADER = 9  # bytes of a frame header
_THREE = '`len(payload).to_bytes(3, "big")`'


def mistake(data: bytes, frames: Sequence[Frame], headers: Sequence[tuple[str, str]], message: bytes) -> str:
    """The first mistake, or an empty text where there is none.

    Args:
        data: what the learner's function returned.
        frames: what these bytes read as.
        headers: the headers that the request should have.
        message: the message that it should carry.
    """
    whole = _whole(frames)
    return (
        _in_preface(data)
        or _in_cuts(data[len(PREFACE) :], frames)
        or _in_settings(whole)
        or _in_order(whole[1:])
        or header_mistake(next(frame for frame in whole if frame.name == "HEADERS"), headers)
        or _in_data(whole, message)
    )


def _whole(frames: Sequence[Frame]) -> list[Http2Frame]:
    """The frames after the preface, without a rest that is no whole frame."""
    return [frame for frame in frames if isinstance(frame, Http2Frame)]


def _in_preface(data: bytes) -> str:
    if not data:
        return "There are no bytes at all."
    if data.startswith(PREFACE):
        return "The preface is there twice. It is said once." if data.startswith(PREFACE * 2) else ""
    if data.startswith(b"POST"):
        return (
            "That is a request of HTTP/1.1, as text. HTTP/2 begins with the preface and goes on with frames."
        )
    if not data.startswith(b"PRI"):
        return (
            "The preface is missing. A client's first 24 bytes are always the same: "
            r'`b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"`.'
        )
    same = next((i for i, (one, two) in enumerate(zip(data, PREFACE, strict=False)) if one != two), len(data))
    return (
        f"The preface is not right, from byte {same} on. Its lines end with `\\r\\n`, all in all it has 24 bytes: "
        r'`b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"`.'
    )


def _in_cuts(data: bytes, frames: Sequence[Frame]) -> str:
    """Mistakes in frame headers, for which a reader takes the next frame to begin somewhere else."""
    if _fits(data):
        return ""
    if _fits(data, extra=9):
        return (
            "The length of a frame is that of its payload. Yours counts the 9 bytes of the frame header, too."
        )
    if _fits(data, order="little"):
        return f"The length of a frame is written with its highest byte first: {_THREE}."
    if _fits(data, length_size=4):
        return (
            "The length of a frame has three bytes, and yours has four, so that all after it is read one byte too late. "
            f"{_THREE} makes three; `struct` alone knows two and four."
        )
    if _fits(data, length_size=2):
        return f"The length of a frame has three bytes, and yours has two. {_THREE} makes three."
    if stream_size := next((size for size in (1, 2, 3, 6, 8) if _fits(data, stream_size=size)), None):
        return (
            f'The stream has four bytes in a frame header: `stream.to_bytes(4, "big")`. Yours has {stream_size}.'
            + (" Without `>`, `struct` fills up with bytes of its own." if stream_size > 4 else "")
        )
    whole = _whole(frames)
    rest = data[sum(frame.size for frame in whole) :]
    if 0 < len(rest) < _HEADER:
        after = f"`{whole[-1].name}`" if whole else "the preface"
        left = "is 1 byte" if len(rest) == 1 else f"are {len(rest)} bytes"
        return (
            f"After {after} there {left} left over, too few for a frame. Is a length too small? "
            "That of DATA is the length of prefix and message together."
        )
    kinds = [frame.type for frame in whole] + ([rest[3]] if rest else [])
    if unknown := next((kind for kind in kinds if kind > names.CONTINUATION), None):
        return (
            f"There is a frame of type {unknown}, which nobody knows. A frame header is: the length in three bytes, type, "
            "flags, the stream in four. Is a length too small, or a field too long?"
        )
    length, there = int.from_bytes(rest[:3], "big"), len(rest) - _HEADER
    return (
        f"The last frame, {names.frame_name(rest[3])}, says that it has {length:,} bytes, and {there:,} are there. "
        "The server waits for the others. Is a length too large?"
    )


def _fits(
    data: bytes,
    *,
    length_size: int = 3,
    stream_size: int = 4,
    order: Literal["big", "little"] = "big",
    extra: int = 0,
) -> bool:
    """Whether all of it is whole frames of known types, if their headers are read like that."""
    pos, header_size = 0, length_size + 2 + stream_size
    while pos < len(data):
        header = data[pos : pos + header_size]
        if len(header) < header_size or header[length_size] > names.CONTINUATION:
            return False
        length = int.from_bytes(header[:length_size], order) - extra
        if length < 0:
            return False
        pos += header_size + length
    return pos == len(data)


def _in_settings(frames: Sequence[Http2Frame]) -> str:
    if frames and (frames[0].type, frames[0].flags) == (names.DATA, names.SETTINGS):
        return "Type and flags have changed places: in a frame header the type comes first."
    if not frames or frames[0].name != "SETTINGS":
        found = f"a {frames[0].name} frame" if frames else "nothing"
        return (
            f"After the preface comes {found}. A SETTINGS frame belongs there, even if there is nothing to set: type 4, "
            "no flags, stream 0, no payload."
        )
    if frames[0].ack:
        return (
            "Your SETTINGS has the flag ACK, which says: I have taken up yours. There is nothing to take up so early, and "
            "your own are still to come. This server lets it pass; one in Node.js ends the connection. Flags 0."
        )
    if frames[0].stream:
        return f"SETTINGS is for the whole connection, so its stream is 0. Yours names stream {frames[0].stream}."
    return f"The server cannot take your SETTINGS: {frames[0].problem}." if frames[0].problem else ""


def _in_order(frames: Sequence[Http2Frame]) -> str:
    """Mistakes in types, streams and flags of what comes after SETTINGS."""
    opening = next((frame for frame in frames if frame.name in ("HEADERS", "DATA")), None)
    if opening is None:
        kinds = ", ".join(dict.fromkeys(frame.name for frame in frames)) or "nothing"
        return f"There is no HEADERS frame, which opens a stream. After SETTINGS comes: {kinds}. HEADERS has type 1, DATA 0."
    if opening.name == "DATA":
        return "DATA comes first here. A stream begins with HEADERS: type 1; DATA is type 0, and follows."
    if not opening.stream:
        return "HEADERS on stream 0: that is the connection itself. A client's first call has stream 1."
    if opening.stream % 2 == 0:
        return f"Stream {opening.stream}: even numbers are the server's. A client's streams are odd, and the first is 1."
    if opening.stream != 1:
        return (
            f"HEADERS is on stream {opening.stream}. A connection's first call has stream 1, and so says the task. "
            "This server lets a higher number pass."
        )
    if ending := next((frame for frame in frames if frame.name in ("RST_STREAM", "GOAWAY")), None):
        what = "the stream" if ending.name == "RST_STREAM" else "the connection"
        return f"{ending.name} is not a part of a request: it ends {what}, maybe before the answer has come."
    if not opening.flags & names.END_HEADERS and opening.problem:
        return (
            "HEADERS without the flag END_HEADERS (4) says that more headers follow, in CONTINUATION. What follows is "
            "something else."
        )
    if opening.end_stream:
        return "HEADERS has the flag END_STREAM (1): nothing more would follow. The message still has to. It goes on DATA."
    problem = next((frame for frame in frames if frame.problem), None)
    if problem is not None and problem is not opening:
        return f"{problem.name} cannot be read: {problem.problem}."
    return ""


def _in_data(frames: Sequence[Http2Frame], message: bytes) -> str:
    opening = next(frame for frame in frames if frame.name == "HEADERS")
    data = [frame for frame in frames if frame.name == "DATA"]
    if not data:
        return "There is no DATA frame (type 0), so the message is missing. Even an empty one has its prefix of 5 bytes."
    if other := next((frame for frame in data if frame.stream != opening.stream), None):
        return f"HEADERS is on stream {opening.stream} and DATA on stream {other.stream}. All frames of a call are on one."
    body = b"".join(frame.raw[slice(*frame.body)] for frame in data)
    if body != prefixed(message):
        return _in_body(body, message)
    ends = [frame for frame in frames if frame.end_stream]
    if not ends:
        return (
            "No frame has the flag END_STREAM (1), so your side of the stream stays open. This server makes do with the one "
            "message, answers, and resets the stream; one in Node.js waits for more. The last DATA has the flag."
        )
    after = frames.index(ends[0]) < frames.index(data[-1])
    return "There is DATA after the flag END_STREAM. Only the last frame has it." if after else ""


def _in_body(body: bytes, message: bytes) -> str:
    length = len(message)
    if body == message:
        return (
            "The message has no prefix, so the server takes its first 5 bytes for one. The prefix: a byte 0 (not "
            "compressed), and the length in four bytes."
        )
    if body == struct.pack(">I", length) + message:
        return "The prefix has 5 bytes: before the length there is one that says whether the message is compressed, 0 here."
    if body == b"\1" + prefixed(message)[1:]:
        return "The first byte of the prefix says that the message is compressed. It is not: 0."
    if body == b"\0" + struct.pack("<I", length) + message:
        return (
            "The length in the prefix has its highest byte first. `struct` writes that with `>`: "
            '`struct.pack(">BI", ...)`.'
        )
    if body[5:] == message and body[:1] == b"\0":
        said = int.from_bytes(body[1:5], "big")
        more = ", with the 5 bytes of the prefix" if said == length + 5 else ""
        return f"The prefix says {said:,} bytes{more}. It counts the message alone: {length:,}."
    if body.endswith(message) and length:
        return (
            f"Before the message there should be a prefix of 5 bytes, and there are {len(body) - length}: "
            f"`{body[: len(body) - length][:12].hex(' ')}`. One byte 0, then the length in four bytes: "
            f"`{prefixed(message)[:5].hex(' ')}`."
        )
    return (
        "DATA carries something other than the message that your function was given. Prefix and message should read "
        f"`{prefixed(message)[:12].hex(' ')}{' …' if length > 7 else ''}`."
    )
