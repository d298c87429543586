"""Frames on their way to the browser: fixed records and one binary buffer, details only where asked for."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from helpers.wire.capture import Capture
from helpers.wire.direction import TO_CLIENT
from helpers.wire.frames import Frame
from helpers.wire.grpc.message import Message
from helpers.wire.grpc.metadata import trailers
from helpers.wire.http1.parts import Http1Part
from helpers.wire.tls.records import TlsRecord

from ..bytes.encode import MOST_BYTES, encode_region
from ..kit.style import fmt_bytes
from ..kit.text import visible
from .explain import explain_frame

KINDS = ("headers", "data", "trailers", "control", "reset", "malformed", "tcp")
"""How a frame is drawn; its position in this list goes to the browser."""

MOST_FRAMES = 200_000
"""So many frames go to the browser."""
SAVED_FRAMES = 2_000
"""So many stand on a page without a kernel."""
NAMED_FRAMES = 500
"""So many frames get their message as a label, which has to be decoded for it; others when they are in sight."""
DETAIL_FRAMES, DETAIL_BYTES = 80, 64 * 1024
"""So much is sent along with its decoded tree, so that it can be looked into while the kernel is busy."""

# time (s), connection, stream or exchange, size, label, name, bits
_RECORD = struct.Struct("<dIIIIII")
_TO_CLIENT, _CONTROL, _EXCHANGE = 0x100, 0x200, 0x400

_EVENTS = frozenset(("OPEN", "JOINED", "FIN", "CLOSED", "HANDSHAKE"))
_ENDS = frozenset(("RST_STREAM", "GOAWAY", "RESET", "REFUSED", "REJECTED"))


def kind_of(frame: Frame, messages: Sequence[Message] = ()) -> str:
    """One of ``KINDS``."""
    broken = any(each.fault and not each.under_way for each in messages)
    if frame.problem or frame.name in ("MALFORMED", "LOST") or broken:
        return "malformed"
    if frame.name in ("DATA", "BODY"):
        return "data"
    if frame.name in _ENDS:
        return "reset"
    if frame.name in _EVENTS:
        return "tcp"
    if isinstance(frame, TlsRecord):
        return "headers" if frame.parts else "reset" if frame.fatal else "tcp"
    if frame.role in ("trailers", "trailers-only"):
        return "trailers"
    known = frame.name in ("HEADERS", "CONTINUATION", "PUSH_PROMISE", "HTTP/1.1")
    return "headers" if known else "control"


def exchange_of(frame: Frame) -> int:
    """Which HTTP/1.1 exchange of its connection a frame belongs to, from 1; 0 for none."""
    return frame.exchange if isinstance(frame, Http1Part) else 0


def label(frame: Frame, messages: Sequence[Message] = ()) -> str:
    """What stands on a frame's arrow: the message that it carries, where that is short; else its summary."""
    if len(messages) == 1 and not frame.problem:
        message = messages[0]
        kind = message.type.name if message.type is not None else "message"
        place = (message.place(frame) or 0) + 1
        if message.stray:
            start, end = frame.body
            text = f"{fmt_bytes(end - start)}, {message.fault}"
        elif message.fault:
            text = f"{kind}, part {place}: {message.fault}"
        elif len(message.segments) > 1:
            text = f"{kind}, part {place} of {len(message.segments)}"
        elif message.trailers:
            fields = ", ".join(f"{each.name}: {each.text}" for each in trailers(message.data))
            text = f"trailers {{{fields}}}"
        elif message.length <= 256 and message.problem is None:
            fields = ", ".join(map(repr, message.fields))
            text = f"{kind} {{{fields}}}"
        else:
            wrong = message.problem if message.length <= 256 else None
            text = f"{kind}, {fmt_bytes(message.length)}" + (f": {wrong}" if wrong else "")
        return visible(text) + (", END_STREAM" if frame.end_stream else "")
    if frame.role in ("trailers", "trailers-only") and not frame.problem:
        return visible(f"{frame.role}, {frame.summary}")
    return visible(frame.summary)


def frame_batch(capture: Capture, frames: Sequence[Frame], start: int) -> tuple[dict[str, Any], bytes]:
    """The frames from position ``start`` on: texts as JSON, and a record of 32 bytes each."""
    texts: dict[str, int] = {}
    records = bytearray(_RECORD.size * (len(frames) - start))
    zero = capture.start_ns
    for at, frame in enumerate(frames[start:]):
        position = start + at
        messages = capture.locate(frame)[1]
        broken = any(each.fault for each in messages)
        text = label(frame, messages if position < NAMED_FRAMES or broken else ())
        bits = KINDS.index(kind_of(frame, messages))
        if frame.direction == TO_CLIENT:
            bits |= _TO_CLIENT
        if frame.control:
            bits |= _CONTROL
        exchange = exchange_of(frame)
        if exchange:
            bits |= _EXCHANGE
        _RECORD.pack_into(
            records,
            at * _RECORD.size,
            (frame.t_ns - zero) / 1e9,
            frame.connection & 0xFFFFFFFF,
            exchange or frame.stream,
            frame.size,
            texts.setdefault(text, len(texts)),
            texts.setdefault(frame.name, len(texts)),
            bits,
        )
    batch = {"from": start, "count": len(frames) - start, "named": NAMED_FRAMES, "texts": list(texts)}
    return batch, bytes(records)


def frame_detail(capture: Capture, frame: Frame, raw: bytearray) -> dict[str, Any]:
    """What is shown of a selected frame; its bytes are appended to ``raw``."""
    call, messages = capture.locate(frame)
    shown = frame.raw[:MOST_BYTES]
    detail = {
        "say": explain_frame(frame, call, messages),
        "at": len(raw),
        "length": len(shown),
        "cut": len(frame.raw) - len(shown),
        "tree": encode_region(capture.explain(frame), len(shown)),
    }
    raw += shown
    return detail


def first_details(capture: Capture, frames: Sequence[Frame], raw: bytearray) -> dict[str, dict[str, Any]]:
    """The details of a capture that is small enough to send them all along; else of its first frames."""
    details: dict[str, dict[str, Any]] = {}
    for position, frame in enumerate(frames[:DETAIL_FRAMES]):
        if len(raw) + frame.size > DETAIL_BYTES:
            break
        details[str(position)] = frame_detail(capture, frame, raw)
    return details
