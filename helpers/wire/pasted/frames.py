"""One side of a connection, or a piece of it: HTTP/2 frames above all."""

from __future__ import annotations

from dataclasses import replace

from helpers.text import plural

from ..byte_region import ByteRegion
from ..byte_regions import explain
from ..connection import Connection
from ..direction import TO_CLIENT, TO_SERVER, Direction
from ..frames import PREFACE, Frame
from ..grpc.call_reader import CallReader
from ..grpc.message import Message
from ..http2.frames import Http2Frame
from ..http2.reader import FrameCounter, FrameReader
from ..schema import MethodLookup
from .content import HTTP2, Content, Schema, moved, rest

MOST_FRAMES = 1000
"""So many frames are told apart."""


def read_frames(data: bytes, schema: Schema, lookup: MethodLookup) -> Content:
    """Read HTTP/2 frames of one direction, from the preface or from any frame on.

    The calls in them tell the types of messages where the request's headers are among them; else `schema` does.
    """
    direction, frames, end, problem = _frames(data)
    calls = CallReader(1, lookup)
    for frame in frames:
        if isinstance(frame, Http2Frame):
            calls.feed(frame)
    messages = [message for call in calls.calls for message in call.messages]
    untyped = [message.data for message in messages if message.type is None and message.counts]
    descriptor = schema(untyped) if untyped else None
    parts: dict[int, list[Message]] = {}
    for message in messages:
        typed = replace(message, type=descriptor) if message.type is None else message
        for segment in message.segments:
            parts.setdefault(segment.frame.number, []).append(typed)
    start = len(PREFACE) if data.startswith(PREFACE) else 0
    regions = [ByteRegion(0, start, "frame-header", "preface", "HTTP/2 begins")] if start else []
    regions += [moved(explain(frame, parts.get(frame.number, ())), frame.offset) for frame in frames]
    told = f"{plural(len(frames), 'HTTP/2 frame')} from the {direction.sender}"
    region = ByteRegion(0, len(data), "message", "HTTP/2 frames", told, (*regions, *rest(data, end, problem)))
    kept = [message for message in messages if message.counts]
    types = {message.type for message in kept if message.type is not None}
    known = descriptor or (types.pop() if len(types) == 1 else None)
    notes: tuple[str, ...] = ()
    if untyped and any(not call.request_headers for call in calls.calls):
        notes = (
            "The headers of the request are not among the frames, so they do not say which method was called.",
        )
    return Content(HTTP2, told, region, tuple(message.data for message in kept), known, notes)


def _frames(data: bytes) -> tuple[Direction, list[Frame], int, str]:
    """The frames, whose they are, the position after them, and what the rest is."""
    start = len(PREFACE) if data.startswith(PREFACE) else 0
    direction, frames, end = TO_SERVER, *_read(data, start, TO_SERVER)
    if not start and any(frame.role in ("response headers", "trailers", "trailers-only") for frame in frames):
        direction = TO_CLIENT
        frames, end = _read(data, start, TO_CLIENT)
    if len(frames) > MOST_FRAMES:
        end = frames[MOST_FRAMES].offset
        return (
            direction,
            frames[:MOST_FRAMES],
            end,
            f"more than {MOST_FRAMES} frames: the rest is not told apart",
        )
    unfinished = FrameReader(direction, FrameCounter(1)).unfinished(data[end:])
    return direction, frames, end, f"cut short: {unfinished}"


def _read(data: bytes, start: int, direction: Direction) -> tuple[list[Frame], int]:
    reader, frames = FrameReader(direction, FrameCounter(1)), list[Frame]()
    end = reader.read(data, start, 0, 0, frames)
    if reader.waiting:
        reader.release(frames)
    return frames, max(end, start)


def read_connection(data: bytes) -> Content:
    """Read TLS or HTTP/1.1, of one direction."""
    direction = TO_CLIENT if data.startswith(b"HTTP/1.") else TO_SERVER
    connection = Connection()
    frames = [*connection.feed(direction, data), *connection.event(direction, "FIN")]
    regions = [moved(explain(frame), frame.offset) for frame in frames[:MOST_FRAMES] if frame.raw]
    secret = data[:1] == b"\x16"
    told = "records of TLS" if secret else "HTTP/1.1"
    end = regions[-1].end if regions else 0
    more = rest(data, end, "the rest is not told apart")
    region = ByteRegion(0, len(data), "message", told, "", (*regions, *more))
    notes = ("What TLS has encrypted cannot be read without its keys.",) if secret else ()
    return Content("connection", told, region, notes=notes)
