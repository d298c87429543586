"""Frames on their way to the browser: fixed records and one binary buffer, details only where asked for."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any

from helpers.wire import names
from helpers.wire.call import Message
from helpers.wire.frames import Frame
from helpers.wire.values import Region

from .calls_text import LONG, plural, visible
from .calls_words import explain_frame

KINDS = ("headers", "data", "trailers", "control", "reset", "malformed", "tcp")
"""How a frame is drawn; its position in this list goes to the browser."""

MOST_FRAMES = 200_000
"""So many frames go to the browser."""
NAMED_FRAMES = 500
"""So many frames get their message as a label, which has to be decoded for it; others when they are in sight."""
DETAIL_FRAMES, DETAIL_BYTES = 80, 64 * 1024
"""So much is sent along with its decoded tree, so that it can be looked into while the kernel is busy."""
MOST_BYTES = 256 * 1024
"""Bytes of one frame that are shown."""
MOST_NODES, MOST_CHILDREN = 3000, 400

# time (s), connection, stream or exchange, size, label, name, bits
_RECORD = struct.Struct("<dIIIIII")
_TO_CLIENT, _CONTROL, _EXCHANGE = 0x100, 0x200, 0x400

_EVENTS = frozenset(("OPEN", "FIN", "CLOSED", "TLS"))
_ENDS = frozenset(("RST_STREAM", "GOAWAY", "RESET", "REFUSED"))


def kind_of(frame: Frame) -> str:
    """One of ``KINDS``."""
    if frame.problem or frame.name == "MALFORMED":
        return "malformed"
    if frame.name in ("DATA", "BODY"):
        return "data"
    if frame.name in _ENDS:
        return "reset"
    if frame.name in _EVENTS:
        return "tcp"
    if frame.role in ("trailers", "trailers-only"):
        return "trailers"
    known = frame.name in ("HEADERS", "CONTINUATION", "PUSH_PROMISE", "HTTP/1.1")
    return "headers" if known else "control"


def label(frame: Frame, messages: Sequence[Message] = ()) -> str:
    """What stands on a frame's arrow: the message that it carries, where that is short; else its summary."""
    if len(messages) == 1 and not frame.problem:
        message = messages[0]
        kind = message.type.name if message.type is not None else "message"
        if len(message.segments) > 1:
            place = next((n for n, part in enumerate(message.segments, 1) if part.frame is frame), 1)
            told = f"{kind}, part {place} of {len(message.segments)}"
        elif message.length <= 256 and message.problem is None:
            fields = ", ".join(f"{field.label}: {field.text}" for field in message.fields)
            told = f"{kind} {{{fields}}}"
        else:
            told = f"{kind}, {message.length:,} B"
        return visible(told) + (", END_STREAM" if frame.end_stream else "")
    if frame.role in ("trailers", "trailers-only") and not frame.problem:
        return visible(f"{frame.role}, {frame.summary}")
    return visible(frame.summary)


def frame_batch(capture: Any, frames: Sequence[Frame], start: int) -> tuple[dict[str, Any], bytes]:
    """The frames from position ``start`` on: texts as JSON, and a record of 32 bytes each."""
    texts: dict[str, int] = {}
    records = bytearray(_RECORD.size * (len(frames) - start))
    zero = capture.start_ns
    for at, frame in enumerate(frames[start:]):
        position = start + at
        text = label(frame, capture.locate(frame)[1] if position < NAMED_FRAMES else ())
        bits = KINDS.index(kind_of(frame))
        if frame.direction == names.TO_CLIENT:
            bits |= _TO_CLIENT
        if frame.control:
            bits |= _CONTROL
        if frame.exchange:
            bits |= _EXCHANGE
        _RECORD.pack_into(
            records,
            at * _RECORD.size,
            (frame.t_ns - zero) / 1e9,
            frame.connection & 0xFFFFFFFF,
            frame.exchange or frame.stream,
            frame.size,
            texts.setdefault(text, len(texts)),
            texts.setdefault(frame.name, len(texts)),
            bits,
        )
    told = {"from": start, "count": len(frames) - start, "named": NAMED_FRAMES, "texts": list(texts)}
    return told, bytes(records)


def frame_detail(capture: Any, frame: Frame, raw: bytearray) -> dict[str, Any]:
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


def first_details(capture: Any, frames: Sequence[Frame], raw: bytearray) -> dict[str, dict[str, Any]]:
    """The details of a capture that is small enough to send them all along; else of its first frames."""
    details: dict[str, dict[str, Any]] = {}
    for position, frame in enumerate(frames[:DETAIL_FRAMES]):
        if len(raw) + frame.size > DETAIL_BYTES:
            break
        details[str(position)] = frame_detail(capture, frame, raw)
    return details


def encode_region(region: Region, limit: int = MOST_BYTES) -> list[Any]:
    """A tree as nested lists: ``[start, end, kind, label, text, problem, children]``.

    Nodes beyond ``MOST_NODES``, children beyond ``MOST_CHILDREN`` and bytes beyond ``limit`` are summed up
    in nodes of the kind ``more``.
    """
    budget = iter(range(MOST_NODES))
    return _encode(region, limit, budget)


def _encode(region: Region, limit: int, budget: Iterator[int]) -> list[Any]:
    children: list[Any] = []
    for n, child in enumerate(region.children):
        if n >= MOST_CHILDREN or child.start >= limit > 0 or next(budget, None) is None:
            left = len(region.children) - n
            end = min(region.end, limit)
            children.append(
                [min(child.start, end), end, "more", f"… {plural(left, 'item')} more", "", None, []]
            )
            break
        children.append(_encode(child, limit, budget))
    problem = visible(region.problem, LONG) if region.problem else None
    start, end = min(region.start, limit), min(region.end, limit)
    return [start, end, region.kind, visible(region.label), visible(region.text, LONG), problem, children]
