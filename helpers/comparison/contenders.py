"""Who takes part, and in what."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .answers import LINES
from .clients import Client, Work
from .rounds import HURRY
from .values import Case, Contender

LONGEST = 2_000 if HURRY else 20_000
"""Positions in the stream."""

CASES = (
    Case("small", "A small call", "How long does a small question take, one at a time?"),
    Case("large", "A large payload", "How long does 1 MB take, there and back?"),
    Case(
        "list",
        "A list of 1,000 records",
        "How long does it take until every field of 1,000 parcels was read?",
    ),
    Case(
        "at-once",
        "64 calls at once",
        "How many small calls a second, 64 of them under way?",
        64,
        per_second=True,
    ),
    Case(
        "stream",
        f"{LONGEST:,} positions, one a message",
        "How many positions a second, when a server sends one after the other?",
        LONGEST,
        "position",
        per_second=True,
    ),
    Case(
        "batches",
        f"{LONGEST:,} positions, {LINES} together",
        f"How many positions a second, when a server sends {LINES} at a time?",
        LONGEST,
        "position",
        per_second=True,
    ),
)

WORK = {
    "small": Work("price"),
    "large": Work("photo"),
    "list": Work("parcels"),
    "at-once": Work("price", at_once=64),
    "stream": Work("positions", count=LONGEST),
    "batches": Work("positions", count=LONGEST),
}
"""What a client does in each case."""

WARM = {**WORK, **dict.fromkeys(("stream", "batches"), Work("positions", count=LONGEST // 10))}
"""What it does before the clock counts."""


Connect = Callable[[str], Client]
"""Makes a client for the server at an address."""


@dataclass(frozen=True)
class Entry:
    """A contender, and how to bring it about.

    Attributes:
        contender: what is said about it.
        kind: its server, a key of `helpers.comparison.server.KINDS`.
        clients: for each case in which it takes part, what makes its client.
    """

    contender: Contender
    kind: str
    clients: Mapping[str, Connect]


def _client(name: str, **options: object) -> Connect:
    """Makes a `module.Class` of this package, which is imported no sooner: libraries that nobody uses cost nothing."""
    module, _, what = name.rpartition(".")

    def connect(address: str) -> Client:
        return getattr(importlib.import_module(f".{module}", __package__), what)(address, **options)

    return connect


_SERVERS = {
    "grpc": ("gRPC", "HTTP/2", "gRPC on threads"),
    "grpc-aio": ("gRPC", "HTTP/2", "gRPC on asyncio"),
    "fastapi": ("REST", "HTTP/1.1", "FastAPI on uvicorn"),
    "starlette": ("REST", "HTTP/1.1", "Starlette with orjson on uvicorn"),
    "starlette-h2": ("REST", "HTTP/2", "Starlette with orjson on hypercorn"),
}
"""Family, protocol and name of each kind of server."""


def _entry(
    id: str, name: str, kind: str, client: str, clients: Mapping[str, Connect], floor: bool = False
) -> Entry:
    family, protocol, server = _SERVERS[kind]
    return Entry(Contender(id, name, family, protocol, server, client, floor), kind, clients)


_ANSWERS = ("small", "large", "list")
_ALONE = (*_ANSWERS, "stream")
_ALL = (*_ALONE, "at-once")

_REQUESTS = _client("clients_http.Requests")
_HTTPX = _client("clients_http.Httpx")
_AIOHTTP = _client("clients_aiohttp.Aiohttp")


def _with_batches(name: str, cases: Sequence[str], batches: str, **options: object) -> dict[str, Connect]:
    """A client for these cases, and the same one for the stream in batches; `batches` is how it calls their size."""
    together = _client(name, **options, **{batches: LINES})
    return {**dict.fromkeys(cases, _client(name, **options)), "batches": together}


ENTRIES = (
    _entry(
        "grpc",
        "gRPC, blocking",
        "grpc",
        "blocking stub",
        _with_batches("clients_grpc.GrpcBlocking", _ALL, "per_message"),
    ),
    _entry(
        "grpc-aio",
        "gRPC, asyncio",
        "grpc-aio",
        "asyncio stub",
        _with_batches("clients_grpc.GrpcAio", _ALL, "per_message"),
    ),
    _entry(
        "grpc-dicts",
        "gRPC, into dicts",
        "grpc",
        "blocking stub, MessageToDict",
        {"list": _client("clients_grpc.GrpcBlocking", to_dicts=True)},
    ),
    _entry(
        "fastapi-requests", "FastAPI, requests", "fastapi", "requests", dict.fromkeys(_ANSWERS, _REQUESTS)
    ),
    _entry(
        "fastapi-httpx",
        "FastAPI, httpx",
        "fastapi",
        "httpx",
        {**dict.fromkeys(_ANSWERS, _HTTPX), "at-once": _client("clients_http.HttpxAsync")},
    ),
    _entry("fastapi-aiohttp", "FastAPI, aiohttp", "fastapi", "aiohttp", dict.fromkeys(_ALL, _AIOHTTP)),
    _entry(
        "starlette-aiohttp",
        "Starlette, aiohttp",
        "starlette",
        "aiohttp, orjson",
        _with_batches("clients_aiohttp.Aiohttp", _ALL, "per_write", codec="orjson"),
    ),
    _entry(
        "starlette-raw",
        "Starlette, raw socket",
        "starlette",
        "raw socket, orjson",
        _with_batches("clients_raw.RawSocket", _ALONE, "per_write"),
        floor=True,
    ),
    _entry(
        "starlette-h2",
        "Starlette, httpx over HTTP/2",
        "starlette-h2",
        "httpx",
        {
            **_with_batches("clients_http.Httpx", _ALONE, "per_write", http2=True),
            "at-once": _client("clients_http.HttpxAsync", http2=True),
        },
    ),
)

CONTENDERS = tuple(entry.contender for entry in ENTRIES)
