"""The baseline of clients: HTTP/1.1 on a bare socket, for these requests alone.

What a library takes longer than this is the price of what it does besides. It reads what a server may send in
answer: any head, a body with a length, in chunks, or up to the end of the connection (RFC 9112, section 6.3).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import IO, cast

import orjson

from . import expected
from .clients import Blocking
from .expected import PATIENCE, WrongAnswer

BUFFER = 64 * 1024
"""Bytes read at a time."""


class RawSocket(Blocking):
    """One connection, with requests that were put together before.

    Args:
        address: of the server.
        per_write: lines in each write of the stream.
    """

    def __init__(self, address: str, per_write: int = 1) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._per_write = address, per_write
        self._socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = cast("IO[bytes]", self._socket.makefile("rb", BUFFER))
        self._price = self._post("/price", "application/json", orjson.dumps(expected.DELIVERY))
        self._photo = self._post("/photo", "application/octet-stream", expected.PHOTO)
        self._parcels = self._get(f"/parcels?limit={expected.PARCELS}")

    def price(self) -> None:
        """A small call."""
        expected.check_price(orjson.loads(self._exchange(self._price))["price_cents"])

    def photo(self) -> None:
        """A large payload."""
        expected.check_photo(self._exchange(self._photo))

    def parcels(self) -> None:
        """A long list."""
        expected.check_parcel_dicts(orjson.loads(self._exchange(self._parcels)))

    def positions(self, count: int) -> None:
        """A stream."""
        self._socket.sendall(self._get(f"/positions?count={count}&per_write={self._per_write}"))
        received, total = 0, 0.0
        for line in lines(read_answer(self._file)):
            received += 1
            total += expected.value_of_position(orjson.loads(line))
        expected.check_positions(count, received, total)

    def close(self) -> None:
        """Ends its connection."""
        self._file.close()
        self._socket.close()

    def _exchange(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        return b"".join(read_answer(self._file))

    def _get(self, path: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode()

    def _post(self, path: str, content_type: str, body: bytes) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: {content_type}\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def read_answer(file: IO[bytes]) -> Iterator[bytes]:
    """Reads one answer, to its end, and yields its body in the pieces in which it is framed.

    Raises:
        WrongAnswer: the status is not 200, or the answer ends before its end, or is none.
    """
    status, headers = _head(file)
    while 100 <= status < 200:  # interim answers come before the answer
        status, headers = _head(file)
    expected.check_status(status)
    if "transfer-encoding" in headers:
        if headers["transfer-encoding"].lower() != "chunked":
            raise WrongAnswer(f"a body in the transfer encoding {headers['transfer-encoding']!r}")
        while size := _chunk_size(_line(file)):
            yield _exactly(file, size)
            if _line(file):
                raise WrongAnswer("a chunk that is longer than it said")
        while _line(file):  # trailers
            pass
    elif "content-length" in headers:
        yield _exactly(file, int(headers["content-length"]))
    else:
        yield file.read()


def lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Lines out of pieces, which may end anywhere in a line."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        yield rest


def _head(file: IO[bytes]) -> tuple[int, dict[str, str]]:
    version, _, rest = _line(file).partition(b" ")
    if not version.startswith(b"HTTP/1.") or not rest[:3].isdigit():
        raise WrongAnswer("an answer that is not HTTP/1.1")
    headers = {}
    while line := _line(file):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return int(rest[:3]), headers


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.partition(b";")[0], 16)  # extensions may follow
    except ValueError:
        raise WrongAnswer(f"a chunk of size {line[:20]!r}") from None


def _line(file: IO[bytes]) -> bytes:
    line = file.readline(BUFFER)
    if not line.endswith(b"\n"):
        raise WrongAnswer("an answer that ended in the middle")
    return line.rstrip(b"\r\n")


def _exactly(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise WrongAnswer(f"{len(data):,} of {size:,} bytes")
    return data
