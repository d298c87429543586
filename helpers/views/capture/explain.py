"""What a frame is and why it is there, in a sentence or two of plain English."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from helpers.wire.frames import Frame, Gap, TcpEvent
from helpers.wire.grpc.call import Call
from helpers.wire.grpc.message import Message
from helpers.wire.grpc.metadata import percent_decode
from helpers.wire.http1.parts import Http1Body, Http1Message, Http1Part
from helpers.wire.http2.frames import Http2Frame
from helpers.wire.names import error_name, status_name
from helpers.wire.tls.names import CHANGE_CIPHER_SPEC, TLS13
from helpers.wire.tls.records import TlsRecord

from ..kit.style import fmt_bytes, fmt_duration
from ..kit.text import plural, visible

_PLAIN = {
    "PREFACE": "The client begins the connection: these 24 bytes say that it speaks HTTP/2.",
    "OPEN": "The client opens a TCP connection. All calls of a channel share it.",
    "JOINED": "The connection is older than the capture: what passed on it before is not known.",
    "FIN": "The {side} closes its side of the TCP connection: no more bytes will come from it.",
    "RESET": "The {side} tears the TCP connection down. Calls that are open on it end here.",
    "REFUSED": "Nobody listens at the server's address: the connection is refused.",
    "CLOSED": "The tap was closed, and with it this connection.",
    "BYTES": "The {side} sends bytes of a protocol that is not read here.",
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
        what = "Not whole" if frame.name == "PART" else "Malformed"
        return f"{what}: {problem}{'' if problem.endswith('.') else '.'}"
    side, other = frame.direction.sender, frame.direction.other.sender
    if frame.name in _PLAIN:
        return _PLAIN[frame.name].format(side=side)
    if isinstance(frame, Gap):
        where = ", all of them of one frame" if frame.within else "; what they were is not known"
        return f"{frame.summary[:1].upper()}{frame.summary[1:]}{where}."
    tell = _TELL.get(frame.name)
    if tell is None:
        return f"The {side} sends a frame of a type that HTTP/2 does not define; the {other} must ignore it."
    return tell(frame, side, other, call, messages)


def _headers(frame: Http2Frame, side: str, other: str, call: Call | None, messages: Sequence[Message]) -> str:
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
    said = status.removeprefix(" with ") or ("no status" if frame.told else "a status that is not known")
    return f"The server ends the call: the trailers carry {said}.{_saved(frame)}"


def _request(frame: Http2Frame, call: Call | None) -> str:
    path = visible(_header(frame, ":path"))
    if not path and not frame.told:
        why = "what has added these headers to the table is not in the capture"
        return f"The client opens stream {frame.stream}. What it asks for is not known: {why}."
    service, _, method = path.removeprefix("/").rpartition("/")
    what = f"calls {method} of {service}" if service and method else f"asks for {path or 'something'}"
    limit = ""
    if call is not None and call.timeout_ns is not None:
        limit = f", and gives it {fmt_duration(call.timeout_ns / 1e9)}"
    end = " Nothing else follows from the client." if frame.end_stream else ""
    return f"The client opens stream {frame.stream} and {what}{limit}.{end}{_saved(frame)}"


def _saved(frame: Http2Frame) -> str:
    """What HPACK has saved, where it is worth telling."""
    block = frame.block
    if block is None or block.size * 2 > block.plain_size:
        return ""
    return (
        f" HPACK sends {fmt_bytes(block.plain_size)} of headers in {fmt_bytes(block.size)}: "
        "the other side has seen most of them before."
    )


def _status(frame: Http2Frame) -> str:
    code = _header(frame, "grpc-status")
    if not (code.isascii() and code.isdigit()):
        return ""
    words = percent_decode(_header(frame, "grpc-message"))
    return f" with grpc-status {code[:9]} ({status_name(int(code[:9]))})" + (
        f": “{visible(words)}”" if words else ""
    )


def _data(frame: Http2Frame, side: str, other: str, call: Call | None, messages: Sequence[Message]) -> str:
    start, end = frame.body
    stop = f" END_STREAM: the {side} has nothing more to send on this stream." if frame.end_stream else ""
    if start == end:
        return f"An empty frame.{stop}" if stop else "An empty frame."
    if not messages:
        return f"{fmt_bytes(end - start)} of the {'request' if side == 'client' else 'response'}.{stop}"
    if len(messages) > 1:
        trailers = sum(each.trailers for each in messages)
        what = plural(len(messages) - trailers, "message") + (" and the trailers" if trailers else "")
        wrong = "".join(f" Malformed: {visible(each.problem)}." for each in messages if each.problem)
        return f"{what} from the {side}, wholly or in part, in one frame.{wrong}{stop}"
    message = messages[0]
    whose = "request" if side == "client" else "response"
    if message.stray:
        return f"{fmt_bytes(end - start)} of the {whose}. Malformed: {visible(message.problem)}.{stop}"
    if message.trailers:
        return f"The {side}'s trailers, at the end of the body as gRPC-Web has them: a browser cannot read HTTP/2's.{stop}"
    kind = message.type.full_name if message.type is not None else "message without a known schema"
    size = fmt_bytes(message.length)
    if message.compressed:
        size += f", compressed with {visible(message.encoding)}"
    place = (message.place(frame) or 0) + 1
    if message.fault:
        fault = visible(message.fault)
        return f"Part {place} of a {visible(kind)} that is not complete: {fault}.{stop}"
    if len(message.segments) > 1:
        text = f"Part {place} of {len(message.segments)} of a {visible(kind)} ({size}): it does not fit into one frame."
    else:
        text = f"The {side}'s {whose}: a {visible(kind)} of {size}, behind a prefix of 5 bytes."
    return text + (f" Malformed: {visible(message.problem)}." if message.problem else "") + stop


def _settings(frame: Http2Frame, side: str, other: str, *_: object) -> str:
    if frame.ack:
        return f"The {side} confirms the {other}'s SETTINGS: from here on it keeps to them."
    if not frame.settings:
        return f"The {side} has no wishes of its own: all settings keep their defaults."
    return f"The {side} tells how it wants to be spoken to: {plural(len(frame.settings), 'setting')} for this connection."


def _window(frame: Http2Frame, side: str, other: str, *_: object) -> str:
    where = f"on stream {frame.stream}" if frame.stream else "on the whole connection"
    return (
        f"Flow control: the {side} allows the {other} {fmt_bytes(frame.increment or 0)} more of DATA {where}."
    )


def _ping(frame: Http2Frame, side: str, other: str, *_: object) -> str:
    if frame.ack:
        return f"The {side} answers the PING with the same 8 bytes."
    return (
        f"The {side} asks the {other} for an echo. gRPC does so to measure how much the connection can hold, "
        "and to notice when it is dead."
    )


def _reset(frame: Http2Frame, side: str, other: str, call: Call | None, messages: Sequence[Message]) -> str:
    name = error_name(frame.error_code or 0)
    if name == "CANCEL" and side == "client" and call is not None and call.is_overdue(frame.t_ns):
        limit = fmt_duration((call.timeout_ns or 0) / 1e9)
        return (
            f"The client gives up: its deadline of {limit} has passed. The handler is told, but not stopped."
        )
    if name == "NO_ERROR" and side == "server":
        return "The server has said all it has to say, and asks the client to send no more."
    doing = _RESETS.get(name, f"ends the stream with the error {name}").format(other=other)
    return f"The {side} {doing}. The connection and its other streams go on."


def _goaway(frame: Http2Frame, side: str, other: str, *_: object) -> str:
    name = error_name(frame.error_code or 0)
    why = "" if name == "NO_ERROR" else f" because of {name}"
    last = frame.last_stream or 0
    what = "streams that are open" if last == 0x7FFFFFFF else f"streams up to {last}"
    return f"The {side} takes no more calls on this connection{why}; {what} may still finish."


def _push(frame: Http2Frame, side: str, *_: object) -> str:
    return f"The {side} announces that it will send stream {frame.promised_stream} unasked. gRPC never does this."


def _http1(frame: Http1Part, side: str, *_: object) -> str:
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


def _body(frame: Http1Part, side: str, *_: object) -> str:
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


def _ends(frame: Http1Part) -> bool:
    return isinstance(frame.detail, Http1Body) and frame.detail.last


def _tls(frame: TlsRecord, side: str, other: str, *_: object) -> str:
    if frame.encrypted:
        return "An encrypted record. What is in it can be read only by the two that share its key; its size everybody sees."
    if frame.alert:
        name = frame.alert.partition(" ")[2]
        if not frame.fatal:
            return f"The {side} says that it will send no more ({name})."
        return f"The {side} gives up: {name}. TLS has a number for each reason, and this is all that it tells the {other}."
    told = " ".join(_HANDSHAKES.get(each.name, "") for each in frame.handshakes).strip()
    if told:
        return told.format(side=side, other=other)
    if frame.type == CHANGE_CIPHER_SPEC:
        if frame.session.version == TLS13:
            return f"TLS 1.3 does without it; the {side} sends it for old devices on the way, which would miss it."
        return f"From here on the {side} sends everything encrypted."
    return f"A part of the handshake, in the clear: the {side} and the {other} agree on keys."


_HANDSHAKES = {
    "ClientHello": "The client begins with TLS, in the clear: which versions and ciphers it knows, its half of a key "
    "exchange, the name that it looks for (SNI), and what it wants to speak inside (ALPN).",
    "ServerHello": "The server chooses version and cipher, and adds its half of the key exchange. From these two "
    "halves both compute the same keys; who has only watched cannot.",
    "HelloRetryRequest": "The server wants the client's half of the key exchange in another group: the client says hello "
    "once more.",
    "Certificate": "The {side} shows who it is: its certificate, and those that vouch for it. TLS 1.3 encrypts this.",
    "CertificateRequest": "The {side} asks the {other} for a certificate of its own: mutual TLS.",
}


def _handshake(frame: TcpEvent, side: str, *_: object) -> str:
    return (
        f"The {side} and the tap have agreed to speak TLS with each other: {visible(frame.text)}. "
        "What follows was encrypted on the way."
    )


def _rejected(frame: TcpEvent, *_: object) -> str:
    return visible(frame.text)


_TELL: dict[str, Callable[..., str]] = {
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
    "TLS": _tls,
    "HANDSHAKE": _handshake,
    "REJECTED": _rejected,
}


def _header(frame: Http2Frame, name: str) -> str:
    return next((entry.value.decode("latin-1") for entry in frame.headers if entry.name == name), "")
