"""What a frame is and why it is there, in a sentence or two of plain English."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.wire.call import Call, Message
from helpers.wire.frames import Frame, Http1Body, Http1Message
from helpers.wire.headers import HeaderBlock
from helpers.wire.metadata import percent_decode
from helpers.wire.names import error_name, status_name

from .calls_text import plural, visible
from .style import fmt_bytes, fmt_duration

_SIDES = {"to_server": ("client", "server"), "to_client": ("server", "client")}
_PLAIN = {
    "PREFACE": "The client begins the connection: these 24 bytes say that it speaks HTTP/2.",
    "OPEN": "The client opens a TCP connection. All calls of a channel share it.",
    "FIN": "The {side} closes its side of the TCP connection: no more bytes will come from it.",
    "RESET": "The {side} tears the TCP connection down. Calls that are open on it end here.",
    "REFUSED": "Nobody listens at the server's address: the connection is refused.",
    "CLOSED": "The tap was closed, and with it this connection.",
    "TLS": "An encrypted record. What is in it can be read only by the two that share its key.",
    "PRIORITY": "The {side} says how important the stream is. gRPC does without it; peers may ignore it.",
    "ALTSVC": "The {side} names another address where the same service is offered.",
    "ORIGIN": "The {side} lists the names that this connection answers for.",
    "CONTINUATION": "More of a header block that did not fit into one frame.",
}
_RESETS = {
    "NO_ERROR": "ends the stream without an error: it needs no more of it",
    "CANCEL": "cancels the call",
    "REFUSED_STREAM": "refuses the call before it has begun: it is safe to try again",
    "ENHANCE_YOUR_CALM": "finds that the {other} asks too much of it",
    "FLOW_CONTROL_ERROR": "received more than the flow-control window allowed",
    "STREAM_CLOSED": "received a frame on a stream that is closed",
}


def explain_frame(frame: Frame, call: Call | None = None, messages: Sequence[Message] = ()) -> str:
    """What ``frame`` is and why it is there.

    Args:
        frame: The frame.
        call: The call that it belongs to, if any.
        messages: The messages that it carries, wholly or in part.
    """
    if frame.problem:
        problem = visible(frame.problem)
        return f"Malformed: {problem}{'' if problem.endswith('.') else '.'}"
    side, other = _SIDES[frame.direction]
    if frame.name in _PLAIN:
        return _PLAIN[frame.name].format(side=side)
    tell = _TELL.get(frame.name)
    if tell is None:
        return f"The {side} sends a frame of a type that HTTP/2 does not define; the {other} must ignore it."
    return tell(frame, side, other, call, messages)


def _headers(frame: Frame, side: str, other: str, call: Call | None, messages: Sequence[Message]) -> str:
    role = frame.role
    if role == "request headers":
        return _request(frame, call)
    if role == "response headers":
        return f"The server begins its answer: HTTP status {_header(frame, ':status')}, and metadata.{_saved(frame)}"
    if side == "client":
        return "The client sends more headers at the end of its request."
    status = _status(frame)
    if role == "trailers-only":
        return f"The server ends the call at once{status}. One header block, no message: this is called trailers-only."
    return f"The server ends the call: the trailers carry {status.removeprefix(' with ') or 'no status'}.{_saved(frame)}"


def _request(frame: Frame, call: Call | None) -> str:
    path = visible(_header(frame, ":path"))
    service, _, method = path.removeprefix("/").rpartition("/")
    what = f"calls {method} of {service}" if service and method else f"asks for {path or 'something'}"
    limit = ""
    if call is not None and call.timeout_ns is not None:
        limit = f", and gives it {fmt_duration(call.timeout_ns / 1e9)}"
    end = " Nothing else follows from the client." if frame.end_stream else ""
    return f"The client opens stream {frame.stream} and {what}{limit}.{end}{_saved(frame)}"


def _saved(frame: Frame) -> str:
    """What HPACK has saved, where it is worth telling."""
    block = frame.detail
    if not isinstance(block, HeaderBlock) or block.size * 2 > block.plain_size:
        return ""
    return (
        f" HPACK sends {fmt_bytes(block.plain_size)} of headers in {fmt_bytes(block.size)}: "
        "the other side has seen most of them before."
    )


def _status(frame: Frame) -> str:
    code = _header(frame, "grpc-status")
    if not (code.isascii() and code.isdigit()):
        return ""
    told = percent_decode(_header(frame, "grpc-message"))
    return f" with grpc-status {code[:9]} ({status_name(int(code[:9]))})" + (
        f": “{visible(told)}”" if told else ""
    )


def _data(frame: Frame, side: str, other: str, call: Call | None, messages: Sequence[Message]) -> str:
    start, end = frame.body
    stop = f" END_STREAM: the {side} has nothing more to send on this stream." if frame.end_stream else ""
    if start == end:
        return f"An empty frame.{stop}" if stop else "An empty frame."
    if not messages:
        return f"{fmt_bytes(end - start)} of the {'request' if side == 'client' else 'response'}.{stop}"
    if len(messages) > 1:
        return f"{plural(len(messages), 'message')} from the {side}, wholly or in part, in one frame.{stop}"
    message = messages[0]
    kind = message.type.full_name if message.type is not None else "message without a known schema"
    size = fmt_bytes(message.length)
    if message.compressed:
        size += f", compressed with {visible(message.encoding)}"
    if len(message.segments) > 1:
        place = next((n for n, each in enumerate(message.segments, 1) if each.frame is frame), 1)
        text = f"Part {place} of {len(message.segments)} of a {visible(kind)} ({size}): it does not fit into one frame."
    else:
        word = "request" if side == "client" else "response"
        text = f"The {side}'s {word}: a {visible(kind)} of {size}, behind a prefix of 5 bytes."
    return text + (f" Malformed: {visible(message.problem)}." if message.problem else "") + stop


def _settings(frame: Frame, side: str, other: str, *_: object) -> str:
    if frame.ack:
        return f"The {side} confirms the {other}'s SETTINGS: from here on it keeps to them."
    if not frame.settings:
        return f"The {side} has no wishes of its own: all settings keep their defaults."
    return f"The {side} tells how it wants to be spoken to: {plural(len(frame.settings), 'setting')} for this connection."


def _window(frame: Frame, side: str, other: str, *_: object) -> str:
    where = f"on stream {frame.stream}" if frame.stream else "on the whole connection"
    return f"Flow control: the {side} allows the {other} {fmt_bytes(frame.increment)} more of DATA {where}."


def _ping(frame: Frame, side: str, other: str, *_: object) -> str:
    if frame.ack:
        return f"The {side} answers the PING with the same 8 bytes."
    return (
        f"The {side} asks the {other} for an echo. gRPC does so to measure how much the connection can hold, "
        "and to notice when it is dead."
    )


def _reset(frame: Frame, side: str, other: str, call: Call | None, messages: Sequence[Message]) -> str:
    name = error_name(frame.error_code or 0)
    if name == "CANCEL" and side == "client" and call is not None and call.timeout_ns is not None:
        waited = frame.t_ns - call.start_ns
        # The client's clock started a little before its first frame was recorded.
        if waited >= 0.9 * call.timeout_ns:
            limit = fmt_duration(call.timeout_ns / 1e9)
            return f"The client gives up: its deadline of {limit} has passed. The handler is told, but not stopped."
    if name == "NO_ERROR" and side == "server":
        return "The server has said all it has to say, and asks the client to send no more."
    doing = _RESETS.get(name, f"ends the stream with the error {name}").format(other=other)
    return f"The {side} {doing}. The connection and its other streams go on."


def _goaway(frame: Frame, side: str, other: str, *_: object) -> str:
    name = error_name(frame.error_code or 0)
    why = "" if name == "NO_ERROR" else f" because of {name}"
    last = frame.last_stream or 0
    what = "streams that are open" if last == 0x7FFFFFFF else f"streams up to {last}"
    return f"The {side} takes no more calls on this connection{why}; {what} may still finish."


def _push(frame: Frame, side: str, *_: object) -> str:
    return f"The {side} announces that it will send stream {frame.promised_stream} unasked. gRPC never does this."


def _http1(frame: Frame, side: str, *_: object) -> str:
    plain = "The head is plain text, written out in full each time."
    number = frame.exchange
    if side == "client":
        return f"The client's HTTP/1.1 request number {number} on this connection. {plain}"
    if isinstance(frame.detail, Http1Message) and frame.detail.interim:
        return (
            f"The server says that it has seen request number {number}; its answer is still to come. {plain}"
        )
    order = " Nothing in it says so: answers come in the order of the requests." if number > 1 else ""
    return f"The server's answer to request number {number}.{order} {plain}"


def _body(frame: Frame, side: str, *_: object) -> str:
    start, end = frame.body
    what = f"request number {frame.exchange}"
    whose = f"the body of the client's {what}" if side == "client" else f"the body of the answer to {what}"
    if start == end:
        return (
            f"The end of {whose}: a chunk of no bytes."
            if _ends(frame)
            else f"The size of a chunk of {whose}."
        )
    return f"{fmt_bytes(end - start)} of {whose}.{' It is complete with this.' if _ends(frame) else ''}"


def _ends(frame: Frame) -> bool:
    return isinstance(frame.detail, Http1Body) and frame.detail.last


_TELL = {
    "HEADERS": _headers,
    "DATA": _data,
    "SETTINGS": _settings,
    "WINDOW_UPDATE": _window,
    "PING": _ping,
    "RST_STREAM": _reset,
    "GOAWAY": _goaway,
    "PUSH_PROMISE": _push,
    "HTTP/1.1": _http1,
    "BODY": _body,
}


def _header(frame: Frame, name: str) -> str:
    return next((entry.value.decode("latin-1") for entry in frame.headers if entry.name == name), "")
