"""Bytes of a connection into frames."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from helpers.wire import names

from ..engine import Case, Check, Incorrect, WriteFunction, raises, wrong
from ..engine.diagnosis import Cause
from ..engine.formatting import describe, shortened
from ..engine.raw_exchange import frame, request_bytes, send_bytes
from .setup import QUOTES, quote_pb2

Parts = tuple[int, int, int, bytes]

_PING = frame(names.PING, 0, 0, b"8 bytes.")
_STUCK = (
    "Your function is still at it. Where a whole frame is no longer there, the loop has to end; and each frame that is "
    "read has to take you further on."
)
_RAISED = {
    IndexError: "There is no byte at that place. At the end fewer than 9 may be left, or nothing: look before you read.",
    struct.error: "`struct.unpack` wants exactly the bytes of its format. At the end fewer may be left: look before "
    "you read.",
    UnboundLocalError: "A name is read before it has a value. What if there is not a single frame?",
}


_CASES: list[tuple[str, bytes]] = [
    ("a SETTINGS frame without a payload", frame(names.SETTINGS)),
    ("HEADERS and DATA on stream 5", frame(names.HEADERS, 4, 5, b"\x82\x86") + frame(names.DATA, 1, 5, b"12345678")),
    ("DATA of 300 bytes, and a PING", frame(names.DATA, 0, 1, bytes(300)) + _PING),
    ("DATA of 70,000 bytes on stream 100,001", frame(names.DATA, 0, 100_001, bytes(70_000)) + frame(names.SETTINGS, 1)),
    ("DATA on stream 16,777,221", frame(names.DATA, 1, 0x0100_0005, b"hi")),
    ("WINDOW_UPDATE with the reserved bit set", b"\0\0\4\x08\0\x80\0\0\3\0\0\x10\0"),
    ("PING, and one that is cut off in its header", _PING + _PING[:4]),
    ("PING, and one that is cut off in its payload", _PING + _PING[:-1]),
    ("no bytes", b""),
]  # fmt: skip


def _check_split_frames(check: Check) -> None:
    with check.fake_server(GetQuote=quote_pb2.GetQuoteResponse(price_cents=690)) as server:
        request = quote_pb2.GetQuoteRequest(weight_grams=1200).SerializeToString()
        sent = request_bytes("/courier.v1.QuoteService/GetQuote", server.address, request)
        answer = b"".join(each.raw for each in send_bytes(server.address, sent).received)
    cases = (_case(*case) for case in (*_CASES, ("what a server has just answered", answer)))
    check.expect_values(*cases, accept=_frames, show=_text, within=1.0, stuck=_STUCK, beyond=20)


def _case(what: str, data: bytes) -> Case:
    wanted = _split(data)
    causes: dict[Any, Cause] = {**_RAISED, ...: lambda actual: _diagnosis(actual, wanted, data)}
    return Case((data,), wanted, causes, called=f"frames({_hex(data)}): {what}")


def _frames(made: object) -> list[tuple]:
    shapes = "Hand over a tuple for each frame with `yield`: `(type, flags, stream, payload)`."
    if not isinstance(made, (list, tuple)):
        none = "Your function gave back None. " if made is None else ""
        raise Incorrect(none + shapes, actual=describe(made))
    if odd := next((item for item in made if not _is_frame(item)), None):
        if isinstance(odd, tuple) and len(odd) == 4:
            shapes += " The first three are numbers: `data[3]` is one, `data[3:4]` is bytes."
        raise Incorrect(shapes, actual=shortened(repr(odd), 80))
    return [tuple(item) for item in made]


def _is_frame(item: object) -> bool:
    return (
        isinstance(item, (tuple, list))
        and len(item) == 4
        and all(isinstance(number, int) for number in item[:3])
        and isinstance(item[3], (bytes, bytearray, memoryview))
    )


def _diagnosis(actual: list[Parts], wanted: list[Parts], data: bytes) -> str:
    if not wanted:
        return "There is no frame in it, so there is nothing to hand over."
    if not actual and not wanted[0][3]:
        return (
            "There is a whole frame in it. A frame without a payload has 9 bytes, no more: compare with `>=`."
        )
    if not actual:
        return f"There is a whole frame in it. {_length_text(data)}"
    if len(actual) < len(wanted) and actual == wanted[: len(actual)]:
        if len(actual) == 1:
            return (
                "Frame follows on frame: after the first one the next begins right away, 9 bytes and its length "
                "further on."
            )
        return "The last frame is missing. One without a payload ends with its 9 bytes of header: compare with `>=`."
    if actual[: len(wanted)] == wanted:
        return "The last frame is cut off, so nobody knows all of it yet. Leave it out until its last byte has come."
    kind, flags, stream, payload = actual[0]
    right = wanted[0]
    if payload == data[: 9 + len(right[3])]:
        return "The payload comes after the frame header of 9 bytes. Yours has it, too."
    if len(right[3]) > 0xFFFF and len(payload) == len(right[3]) & 0xFFFF:
        return (
            "The length has three bytes, and the first one counts as well, 65,536 for each: "
            '`int.from_bytes(data[:3], "big")` has all.'
        )
    if len(payload) != len(right[3]):
        return _length_text(data)
    if (kind, flags) == (right[1], right[0]) and kind != flags:
        return "The type is byte 3 of the header, and the flags are byte 4: yours have changed places."
    if stream == right[2] | 0x8000_0000:
        return "The highest bit in front of the stream is reserved, and says nothing: cut it off with `& 0x7FFF_FFFF`."
    if stream != right[2]:
        return (
            f"The stream is in the bytes 5 to 8, the highest first: `{data[5:9].hex(' ')}` is {right[2]:,}."
        )
    if actual[0] == right:
        return (
            "The first frame is right, and a later one is not. Is everything in it counted from where that frame begins, "
            "9 bytes and a length further on?"
        )
    return "A frame header: length in three bytes, type in one, flags in one, the stream in four. Then comes the payload."


def _length_text(data: bytes) -> str:
    return (
        "The length is in the first three bytes, the highest first, and counts the payload alone: "
        f"`{data[:3].hex(' ')}` is {int.from_bytes(data[:3], 'big'):,}."
    )


def _split(data: bytes) -> list[Parts]:
    """The frames in it, without a last one that is not whole (RFC 9113 section 4.1)."""
    frames: list[Parts] = []
    while len(data) >= 9 and len(data) >= (end := 9 + int.from_bytes(data[:3], "big")):
        frames.append((data[3], data[4], int.from_bytes(data[5:9], "big") & 0x7FFF_FFFF, data[9:end]))
        data = data[end:]
    return frames


def _hex(data: bytes) -> str:
    return data.hex(" ") if len(data) <= 28 else f"{data[:20].hex(' ')} …"


def _text(frames: Sequence[Parts]) -> str:
    shown = (
        f"({kind}, {flags}, {stream}, {bytes(payload)!r})"
        if len(payload) < 12
        else f"({kind}, {flags}, {stream}, {len(payload):,} bytes)"
        for kind, flags, stream, payload in frames
    )
    return shortened(", ".join(shown) or "no frame", 300)


split_frames = WriteFunction(
    title="Where does a frame end?",
    task="""
        **Input:** `data`, what one side has sent after the preface, as `bytes`.

        **Goal:** a generator that yields `(type, flags, stream, payload)` for each whole frame, in order: three
        numbers and `bytes`. A frame begins with 9 bytes: length of the payload (3), type (1), flags (1), a
        reserved bit and the stream (4), highest byte first. A last frame that is cut off is left out.

        **Example:** `00 00 00 04 00 00 00 00 00 00 00 02 00 01 00 00 00 05 68 69` gives `(4, 0, 0, b"")` and
        `(0, 1, 5, b"hi")`.
    """,
    services=[QUOTES],
    check=_check_split_frames,
    hints=[
        '`int.from_bytes(data[:3], "big")` is the length; `data[3]` and `data[4]` are numbers already.',
        'The stream is `int.from_bytes(data[5:9], "big") & 0x7FFF_FFFF`: the highest bit is cut off.',
        "Loop while there are 9 bytes, and leave it where the payload is not all there. After each frame go on with "
        "`data = data[end:]`.",
    ],
    reason="A reader needs no knowledge of a frame to find its end, so it can step over types that it has never heard of: "
    "that is how HTTP/2 is extended. What is cut off waits for more bytes, as TCP cuts where it likes.",
    wrong_answers=[
        wrong("the highest first, and counts the payload", ('data[:3], "big"', 'data[:3], "little"')),
        wrong("the first one counts as well", ("data[:3]", "data[1:3]")),
        wrong("the highest first, and counts the payload", ("data[:3]", "data[:2]")),
        wrong("Yours has it, too", ("data[9:end]", "data[:end]")),
        wrong("yours have changed places", ("data[3], data[4]", "data[4], data[3]")),
        wrong("is reserved, and says nothing", (" & 0x7FFF_FFFF", "")),
        wrong("The stream is in the bytes 5 to 8", ("data[5:9]", "data[5:8]")),
        wrong("The stream is in the bytes 5 to 8", ("data[5:9]", "data[7:9]")),
        wrong("There is a whole frame in it", ("while len(data) >= 9", "while len(data) > 9")),
        wrong("The last frame is cut off", ("        if len(data) < end:\n            return\n", "")),
        raises("There is no byte at that place").diff("""
            -    while len(data) >= 9:
            +    while data:

            -        if len(data) < end:
            -            return
        """),
        wrong("Frame follows on frame", ("data = data[end:]", "return")),
        wrong("9 bytes and its length further on", ("data = data[end:]", "data = data[9:]")),
        wrong("and a later one is not").whole("""
            def frames(data):
                start = 0
                while len(data) - start >= 9:
                    length = int.from_bytes(data[start : start + 3], "big")
                    if len(data) - start - 9 < length:
                        return
                    stream = int.from_bytes(data[start + 5 : start + 9], "big") & 0x7FFF_FFFF
                    yield data[start + 3], data[start + 4], stream, data[9 : 9 + length]
                    start += 9 + length
        """),
        wrong("the loop has to end", (" < end:\n            return", " < end:\n            continue")),
        wrong("`data[3:4]` is bytes", ("data[3], data[4]", "data[3:4], data[4:5]")),
        wrong("gave back None", ("yield ", "")),
        wrong("with `yield`", ("yield data[3], data[4], int", "yield data[3], int")),
    ],
)
