"""HTTP clients: nobody listens, or the answer is not what was read from it."""

from __future__ import annotations

import json
import re
from typing import cast

from ..error_context import ErrorContext
from .rows import Row

AGAIN = "Run the cell that starts the web server, then the one that makes the client, and then this one."


def _by_name(*names: str) -> type[BaseException]:
    """A class that stands for errors of libraries that need not be loaded: those with one of these full names."""

    class Named(type):
        def __instancecheck__(cls, error: object) -> bool:
            return any(f"{base.__module__}.{base.__name__}" in names for base in type(error).__mro__)

    return cast(type[BaseException], Named("ByName", (BaseException,), {}))


def _refused(context: ErrorContext, _: re.Match[str]) -> str:
    where = _address(context)
    place = f"at {where}" if where else "at that address"
    return f"Nobody listens {place}: the server, or tap, that was there was stopped, or none was started.\n{AGAIN}"


def _address(context: ErrorContext) -> str:
    if found := re.search(r"host='([\w.]+)', port=(\d+)|host ([\w.]+):(\d+)", context.text):
        return f"{found[1] or found[3]}:{found[2] or found[4]}"
    if found := re.search(r"([\w.]+):(\d{2,5})", context.text):
        return f"{found[1]}:{found[2]}"
    for frame in context.called:
        address = frame.f_locals.get("address")
        if isinstance(address, tuple) and len(address) >= 2:
            return f"{address[0]}:{address[1]}"
    request = getattr(context.error, "_request", None)
    url = getattr(request, "url", None)
    return f"{url.host}:{url.port}" if url is not None and getattr(url, "port", None) else ""


def _json(context: ErrorContext, _: re.Match[str]) -> str | None:
    text = getattr(context.error, "doc", None)
    if not isinstance(text, str):
        return None
    if not text.strip():
        return "There is nothing to read: the text is empty.\nDid the server answer? Run the cell that asks it again."
    start = " ".join(text[:60].split())
    return f"The text is no JSON; it begins with: {start}\nLook at what was read, or run the cell that reads it again."


_CONNECT = _by_name(
    "httpx.ConnectError",
    "httpcore.ConnectError",
    "requests.exceptions.ConnectionError",
    "aiohttp.client_exceptions.ClientConnectorError",
    "urllib.error.URLError",
)

TABLE = (
    Row(
        _CONNECT,
        r"[Cc]onnection refused|All connection attempts failed|Connect call failed",
        _refused,
    ),
    Row(ConnectionRefusedError, r"", _refused),
    Row(
        (
            ConnectionResetError,
            BrokenPipeError,
            _by_name(
                "httpx.RemoteProtocolError",
                "httpx.ReadError",
                "httpx.WriteError",
                "requests.exceptions.ConnectionError",
                "http.client.RemoteDisconnected",
            ),
        ),
        r"",
        f"The connection was closed by the other side before it had answered.\n{AGAIN}",
    ),
    Row(
        _by_name("httpx.TimeoutException", "requests.exceptions.Timeout"),
        r"",
        "There was no answer within the client's timeout.\n"
        "Is the handler slow? The client's timeout= says how long it waits.",
    ),
    Row(
        RuntimeError,
        r"client has been closed",
        "This client was closed.\nRun the cell that makes it, and then this one.",
    ),
    Row(
        RuntimeError,
        r"Session is closed",
        "This session was closed.\nRun the cell that makes it, and then this one.",
    ),
    Row(
        _by_name(
            "httpx.UnsupportedProtocol",
            "requests.exceptions.MissingSchema",
            "requests.exceptions.InvalidSchema",
        ),
        r"",
        "The URL has no http:// in front.\nTake a server's `.url`, which has it; `.address` is for gRPC and `tap`.",
    ),
    Row(json.JSONDecodeError, r"", _json),
    Row(
        OSError,
        r"Bad file descriptor",
        "This socket was closed.\nRun the cell that opens it, and then this one.",
    ),
    Row(
        OSError,
        r"Address already in use",
        "Something on this machine uses that port.\nTake port 0: a free one is chosen.",
    ),
)
