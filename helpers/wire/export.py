"""A capture as text: every frame in the style of ``nghttp -nv``, or a short overview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from helpers.wire import names
from helpers.wire.call import Message
from helpers.wire.frames import Frame
from helpers.wire.headers import SIZE_UPDATE
from helpers.wire.values import shorten

if TYPE_CHECKING:
    from helpers.wire.capture import Capture

OVERVIEW_FRAMES = 40
"""Frames that the overview lists; of more, the first and the last half of that."""

_INDENT = " " * 10


def export(capture: Capture) -> str:
    """All frames as text, as the client would see them: what it sends and what it receives.

    The lines are those of ``nghttp -nv``; added are the lines after DATA frames that name the gRPC messages,
    and, where there are several connections, their numbers.
    """
    many = len({frame.connection for frame in capture.frames}) > 1
    lines = []
    for frame in capture.frames:
        seconds = (frame.t_ns - capture.start_ns) / 1e9
        connection = f" (connection {frame.connection})" if many else ""
        lines.append(f"[{seconds:7.3f}]{connection} {_headline(frame)}")
        lines += [_INDENT + line for line in _details(frame, capture.locate(frame)[1])]
    return "\n".join(lines) + ("\n" if lines else "")


def overview(capture: Capture) -> str:
    """The calls and exchanges, one line each, and the frames, one line each, in at most about a hundred lines."""
    totals = capture.totals
    lines = [
        f"{capture.title or 'Capture'}: {totals.talk}, {totals.frames} frames, "
        f"{totals.payload} B of payload in {totals.wire} B on the wire"
    ]
    lines += [f"note: {note}" for note in capture.notes]
    for found, noun in ((capture.calls, "calls"), (capture.exchanges, "exchanges")):
        lines += [_printable(repr(each)) for each in found[:OVERVIEW_FRAMES]]
        if len(found) > OVERVIEW_FRAMES:
            lines.append(f"... {len(found) - OVERVIEW_FRAMES} more {noun}")
    frames, half = capture.frames, OVERVIEW_FRAMES // 2
    shown = frames if len(frames) <= OVERVIEW_FRAMES else frames[:half]
    lines += [_line(frame, capture.start_ns) for frame in shown]
    if len(frames) > OVERVIEW_FRAMES:
        lines.append(f"... {len(frames) - 2 * half} more frames ...")
        lines += [_line(frame, capture.start_ns) for frame in frames[-half:]]
    return "\n".join(lines)


def _line(frame: Frame, start_ns: int) -> str:
    arrow = "client ──▶ server" if frame.direction == names.TO_SERVER else "client ◀── server"
    stream = str(frame.stream) if frame.stream else ""
    time = (frame.t_ns - start_ns) / 1e6
    told = shorten(_printable(frame.summary), 100)
    return f"{time:9.2f} ms  {arrow}  {stream:>4}  {frame.name:<13} {frame.size:>6} B  {told}"


def _headline(frame: Frame) -> str:
    way = "send" if frame.direction == names.TO_SERVER else "recv"
    if frame.type is None:
        return f"{way} {frame.name} ({_printable(frame.summary)})"
    length = len(frame.payload)
    return f"{way} {frame.name} frame <length={length}, flags=0x{frame.flags:02x}, stream_id={frame.stream}>"


def _details(frame: Frame, messages: Iterable[Message]) -> Iterable[str]:
    if frame.type is None:
        return
    if frame.flag_names:
        yield f"; {' | '.join(frame.flag_names)}"
    if frame.problem is not None:
        yield f"; malformed: {_printable(frame.problem)}"
    kind = frame.type
    if kind == names.SETTINGS:
        yield f"(niv={len(frame.settings)})"
        for setting in frame.settings:
            yield f"[SETTINGS_{setting.name}(0x{setting.id:02x}):{setting.value}]"
    elif kind == names.WINDOW_UPDATE:
        yield f"(window_size_increment={frame.increment})"
    elif kind == names.RST_STREAM:
        yield f"(error_code={_error(frame)})"
    elif kind == names.GOAWAY:
        debug = frame.payload[8:]
        told = f"last_stream_id={frame.last_stream}, error_code={_error(frame)}"
        yield f"({told}, opaque_data({len(debug)})=[{_printable(debug[:200].decode('latin-1'))}])"
    elif kind == names.PING:
        yield f"(opaque_data={frame.payload.hex()})"
    elif kind in (names.HEADERS, names.PUSH_PROMISE):
        padding = frame.raw[9] if frame.flags & names.PADDED and len(frame.raw) > 9 else 0
        promised = f", promised_stream_id={frame.promised_stream}" if kind == names.PUSH_PROMISE else ""
        yield f"(padlen={padding}{promised})"
        for entry in frame.headers:
            if entry.encoding != SIZE_UPDATE:
                yield f"{_printable(entry.name)}: {entry.text}"
    for message in messages:
        name = message.type.full_name if message.type is not None else "message"
        if message.segments[-1].frame != frame:
            yield f"; part of message {message.number}"
        else:
            fields = ", ".join(f"{field.label}: {field.text}" for field in message.fields[:20])
            yield f"; message {message.number}: {name} {{{shorten(_printable(fields))}}}"


def _error(frame: Frame) -> str:
    code = frame.error_code or 0
    return f"{names.error_name(code)}(0x{code:02x})"


def _printable(text: str) -> str:
    """Text from the wire without anything that a terminal would obey."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
