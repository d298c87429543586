"""A gateway in Python, which stands in for one in Node.js: it takes Connect's calls and makes gRPC calls of them.

As much of the Connect protocol as pages need: JSON alone, unary calls and streams of replies, no compression and no
deadlines. A unary call is a POST of one JSON message; in a stream each message has a prefix of a byte of flags and four
bytes of length, as in gRPC, and the last one, with flag 2, is JSON with the end of the call.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message_factory import GetMessageClass

from helpers import protos, servers

_Message = MutableMapping[str, Any]
_Send = Callable[[_Message], Awaitable[None]]

LAST = 2
"""The flag of the message that ends a stream."""

CONTRACT = "courier/v1/customs.proto"
_TYPES = {".html": "text/html; charset=utf-8", ".mjs": "text/javascript", ".js": "text/javascript"}
_HTTP = {"INVALID_ARGUMENT": 400, "NOT_FOUND": 404, "UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403}


def gateway(address: str, files: Path) -> servers.HttpServer:
    """Starts the gateway.

    Args:
        address: of a server of `CustomsService`.
        files: the folder from which GET is answered; `page.html` where no file is named.
    """
    service = protos.load(CONTRACT)[0].DESCRIPTOR.services_by_name["CustomsService"]

    async def app(scope: _Message, receive: Callable[[], Awaitable[_Message]], send: _Send) -> None:
        if scope["type"] != "http":
            return
        method = service.methods_by_name.get(scope["path"].removeprefix(f"/{service.full_name}/"))
        if scope["method"] == "GET":
            await _answer(send, *_file(files, scope["path"]))
        elif method is None or method.client_streaming:
            await _answer(send, 404, "text/plain", b"no such method")
        else:
            body = await _body(receive)
            async with grpc.aio.insecure_channel(address) as channel:
                await (_stream if method.server_streaming else _unary)(channel, method, body, send)

    return servers.serve_http(app)


async def _unary(channel: grpc.aio.Channel, method: MethodDescriptor, body: bytes, send: _Send) -> None:
    try:
        replies = [reply async for reply in _call(channel, method, body)]
    except grpc.RpcError as error:
        told = _error(error)
        await _answer(
            send, _HTTP.get(told["code"].upper(), 500), "application/json", json.dumps(told).encode()
        )
    else:
        await _answer(send, 200, "application/json", replies[0])


async def _stream(channel: grpc.aio.Channel, method: MethodDescriptor, body: bytes, send: _Send) -> None:
    headers = [(b"content-type", b"application/connect+json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    end: dict[str, Any] = {}
    try:
        async for reply in _call(channel, method, body[5:]):
            await send({"type": "http.response.body", "body": _enveloped(reply), "more_body": True})
    except grpc.RpcError as error:
        end = {"error": _error(error)}
    await send({"type": "http.response.body", "body": _enveloped(json.dumps(end).encode(), LAST)})


async def _call(channel: grpc.aio.Channel, method: MethodDescriptor, body: bytes) -> AsyncIterator[bytes]:
    request = json_format.Parse(body, GetMessageClass(method.input_type)())
    call: Any = channel.unary_stream(
        f"/{method.containing_service.full_name}/{method.name}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )
    async for reply in call(request):
        yield json_format.MessageToJson(reply, indent=None).encode()


def _error(error: grpc.RpcError) -> dict[str, str]:
    call: Any = error
    return {"code": call.code().name.lower(), "message": call.details() or ""}


def _enveloped(message: bytes, flags: int = 0) -> bytes:
    return bytes([flags]) + len(message).to_bytes(4, "big") + message


async def _body(receive: Callable[[], Awaitable[_Message]]) -> bytes:
    body, more = b"", True
    while more:
        piece = await receive()
        body, more = body + piece.get("body", b""), piece.get("more_body", False)
    return body


def _file(folder: Path, path: str) -> tuple[int, str, bytes]:
    file = (folder / (path.lstrip("/") or "page.html")).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        return 404, "text/plain", b"no such file"
    guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return 200, _TYPES.get(file.suffix, guessed), file.read_bytes()


async def _answer(send: _Send, status: int, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
