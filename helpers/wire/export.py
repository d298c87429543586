"""The text of a capture: every frame in the style of ``nghttp -nv``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from helpers.text import shorten, visible

from . import names
from .decoded_records import DecodedRecords
from .direction import TO_SERVER
from .frames import Frame
from .grpc.message import Message
from .grpc.metadata import trailers
from .http2.frames import Http2Frame
from .http2.headers import SIZE_UPDATE

_INDENT = " " * 10


def export(decoded: DecodedRecords, start_ns: int, notes: Iterable[str]) -> str:
    """All frames as text, as the client would see them: what it sends and what it receives.

    The lines are those of ``nghttp -nv``; added are the lines after DATA frames that name the gRPC messages,
    and, where there are several connections, their numbers.
    """
    many = len({frame.connection for frame in decoded.frames}) > 1
    lines = []
    for frame in decoded.frames:
        seconds = (frame.t_ns - start_ns) / 1e9
        connection = f" (connection {frame.connection})" if many else ""
        lines.append(f"[{seconds:7.3f}]{connection} {_headline(frame)}")
        if isinstance(frame, Http2Frame):
            lines += [_INDENT + line for line in _details(frame, decoded.locate(frame)[1])]
    lines += [f"; note: {_printable(note)}" for note in notes]
    for call in decoded.calls:
        lines += [f"; note: stream {call.stream}: {_printable(remark)}" for remark in call.remarks]
    return visible("\n".join(lines) + ("\n" if lines else ""))


def _headline(frame: Frame) -> str:
    way = "send" if frame.direction == TO_SERVER else "recv"
    if not isinstance(frame, Http2Frame):
        return f"{way} {frame.name} ({_printable(frame.summary)})"
    length = len(frame.payload)
    return f"{way} {frame.name} frame <length={length}, flags=0x{frame.flags:02x}, stream_id={frame.stream}>"


def _details(frame: Http2Frame, messages: Iterable[Message]) -> Iterator[str]:
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
        last = message.place(frame) == len(message.segments) - 1
        if message.stray:
            yield f"; malformed: {_printable(message.problem or '')}"
        elif not last:
            yield f"; part of message {message.number}"
        elif message.problem is not None:
            yield f"; message {message.number}: {name}, {_printable(message.problem)}"
        elif message.trailers:
            yield from (f"; trailer {_printable(each.name)}: {each.text}" for each in trailers(message.data))
        else:
            fields = ", ".join(map(repr, message.fields[:20]))
            yield f"; message {message.number}: {name} {{{shorten(_printable(fields))}}}"


def _error(frame: Http2Frame) -> str:
    code = frame.error_code or 0
    return f"{names.error_name(code)}(0x{code:02x})"


def _printable(text: str) -> str:
    """Text from the wire in one line, without anything that a terminal would obey."""
    return visible(text, lines=False)
