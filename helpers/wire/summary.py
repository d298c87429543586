"""One line for people about a frame."""

from __future__ import annotations

from helpers.wire import names
from helpers.wire.frames import Frame, Http1Message

_EVENTS = {
    "OPEN": "TCP connection opened",
    "FIN": "no more bytes from this side",
    "RESET": "TCP connection reset",
    "REFUSED": "nobody accepts connections at the target",
    "CLOSED": "the tap was closed",
    "PREFACE": "HTTP/2 begins",
}
_TLS_RECORDS = {
    20: "change cipher spec",
    21: "alert",
    22: "handshake",
    23: "application data",
    24: "heartbeat",
}


def summarize(frame: Frame) -> str:
    """What the frame says, without its name; a problem comes first."""
    told = _say(frame)
    return f"{frame.problem}; {told}" if frame.problem and told else frame.problem or told


def _say(frame: Frame) -> str:
    if frame.name in _EVENTS:
        return _EVENTS[frame.name]
    if frame.type is None:
        return _say_other(frame)
    if frame.type == names.HEADERS:
        return _say_headers(frame)
    if frame.type == names.DATA:
        start, end = frame.body
        return f"{end - start} B" + (", END_STREAM" if frame.end_stream else "")
    if frame.type == names.SETTINGS:
        if frame.ack:
            return "ack"
        return ", ".join(f"{setting.name}={setting.value}" for setting in frame.settings) or "nothing changed"
    if frame.type == names.WINDOW_UPDATE:
        return f"+{frame.increment} B" + ("" if frame.stream else " for the connection")
    if frame.type == names.PING:
        return ("ack " if frame.ack else "") + frame.payload.hex()
    if frame.type == names.RST_STREAM:
        return names.error_name(frame.error_code or 0)
    if frame.type == names.GOAWAY:
        debug = frame.payload[8:]
        said = f", {debug[:80].decode('utf-8', 'replace')!r}" if debug else ""
        return f"{names.error_name(frame.error_code or 0)}, last stream {frame.last_stream}{said}"
    if frame.type == names.PUSH_PROMISE:
        return f"promises stream {frame.promised_stream}"
    return f"{len(frame.payload)} B"


def _say_headers(frame: Frame) -> str:
    found = {entry.name: entry.text for entry in frame.headers}
    if ":method" in found:
        return f"{found[':method']} {found.get(':path', '')}"
    told = []
    if ":status" in found:
        told.append(f":status {found[':status']}")
    code = found.get("grpc-status", "")
    if code.isascii() and code.isdigit():
        told.append(f"grpc-status {code[:9]} {names.status_name(int(code[:9]))}")
    return ", ".join(told) or f"{len(frame.headers)} headers"


def _say_other(frame: Frame) -> str:
    if isinstance(frame.detail, Http1Message):
        return frame.detail.start_line
    if frame.name == "TLS":
        return f"{_TLS_RECORDS.get(frame.raw[0], 'record')}, {len(frame.raw)} B"
    return f"{len(frame.raw)} B"
