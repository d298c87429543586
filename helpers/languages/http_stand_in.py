"""A web server that gives again what a recorded one has answered; the files of the project it has itself."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any

from helpers import servers
from helpers.wire import Capture, Exchange, Http1Body, Http1Part

_Message = MutableMapping[str, Any]
_KEPT = {"content-type", "connect-content-encoding", "connect-accept-encoding"}
_TYPES = {".html": "text/html; charset=utf-8", ".mjs": "text/javascript", ".js": "text/javascript"}


def http_stand_in(captures: Iterable[Capture], who: str, files: Path) -> servers.HttpServer:
    """A web server that answers the POST requests of captures as they were answered.

    Args:
        captures: of a server that answered.
        who: for whom it stands in: `gateway.mjs`.
        files: the folder from which GET is answered; `page.html` where none is named.
    """
    exchanges = [each for capture in captures for each in capture.exchanges if each.method == "POST"]
    known = {(each.target, _body(each, "to_server")): each for each in exchanges}

    async def app(
        scope: _Message, receive: Callable[[], Awaitable[_Message]], send: Callable[[_Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] == "GET":
            await _send(send, *_file(files, scope["path"]))
            return
        body = b""
        while (piece := await receive()).get("more_body") or piece.get("body"):
            body += piece.get("body", b"")
            if not piece.get("more_body"):
                break
        exchange = known.get((scope["path"], body))
        if exchange is None:
            text = f"a recording stands in for {who}, and has no request like this"
            await _send(send, 404, "text/plain", text.encode())
        else:
            await _again(exchange, send)

    return servers.serve_http(app)


def _body(exchange: Exchange, direction: str) -> bytes:
    return b"".join(part.raw[slice(*part.body)] for part in _bodies(exchange, direction))


def _bodies(exchange: Exchange, direction: str) -> list[Http1Part]:
    return [
        part for part in exchange.frames if part.direction == direction and isinstance(part.detail, Http1Body)
    ]


async def _again(exchange: Exchange, send: Callable[[_Message], Awaitable[None]]) -> None:
    head = exchange.response.headers if exchange.response else ()
    headers = [(n.lower().encode(), v.encode("latin-1")) for n, v in head if n.lower() in _KEPT]
    await send({"type": "http.response.start", "status": exchange.status or 500, "headers": headers})
    last = exchange.start_ns
    for part in _bodies(exchange, "to_client"):
        await asyncio.sleep((part.t_ns - last) / 1e9)  # a stream takes its time again
        last = part.t_ns
        piece = part.raw[slice(*part.body)]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _file(folder: Path, path: str) -> tuple[int, str, bytes]:
    file = (folder / (path.lstrip("/") or "page.html")).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        return 404, "text/plain", b"no such file"
    guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return 200, _TYPES.get(file.suffix, guessed), file.read_bytes()


async def _send(send: Callable[[_Message], Awaitable[None]], status: int, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
