"""The candidates and the cases: who takes part in what, with which server and which clients."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .clients import Client, Work
from .expected import LINES
from .values import Candidate, Family, Workload

LONGEST = 5_000
"""Positions in the stream."""

CASES = (
    Workload("small", "A small call", "How long does a small question take, one at a time?"),
    Workload("large", "A large payload", "How long does 1 MB take, there and back?"),
    Workload(
        "list",
        "A list of 1,000 records",
        "How long does it take until every field of 1,000 parcels was read?",
    ),
    Workload(
        "at-once",
        "64 calls at once",
        "How many small calls a second, 64 of them under way?",
        64,
        per_second=True,
    ),
    Workload(
        "stream",
        f"{LONGEST:,} positions, one a message",
        "How many positions a second, when a server sends one after the other?",
        LONGEST,
        "position",
        per_second=True,
    ),
    Workload(
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
class Setup:
    """A candidate, and how it is set up.

    Attributes:
        candidate: what is said about it.
        kind: its server, a key of `helpers.comparison.server.KINDS`.
        clients: for each case in which it takes part, what makes its client.
    """

    candidate: Candidate
    kind: str
    clients: Mapping[str, Connect]


def _client(name: str, **options: object) -> Connect:
    """Makes a `module.Class` of this package, which is imported no sooner: libraries that nobody uses cost nothing."""
    module, _, what = name.rpartition(".")

    def connect(address: str) -> Client:
        return getattr(importlib.import_module(f".{module}", __package__), what)(address, **options)

    return connect


_SERVERS: dict[str, tuple[Family, str, str]] = {
    "grpc": ("gRPC", "HTTP/2", "gRPC on threads"),
    "grpc-aio": ("gRPC", "HTTP/2", "gRPC on asyncio"),
    "fastapi": ("REST", "HTTP/1.1", "FastAPI on uvicorn"),
    "starlette": ("REST", "HTTP/1.1", "Starlette with orjson on uvicorn"),
    "starlette-h2": ("REST", "HTTP/2", "Starlette with orjson on hypercorn"),
}
"""Family, protocol and name of each kind of server."""


def _setup(
    id: str,
    name: str,
    kind: str,
    client: str,
    clients: Mapping[str, Connect],
    baseline: bool = False,
    tutorial: bool = False,
) -> Setup:
    family, protocol, server = _SERVERS[kind]
    return Setup(Candidate(id, name, family, protocol, server, client, baseline, tutorial), kind, clients)


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


SETUPS = (
    _setup(
        "grpc",
        "gRPC, blocking",
        "grpc",
        "blocking stub",
        _with_batches("clients_grpc.GrpcBlocking", _ALL, "per_message"),
        tutorial=True,
    ),
    _setup(
        "grpc-aio",
        "gRPC, asyncio",
        "grpc-aio",
        "asyncio stub",
        _with_batches("clients_grpc.GrpcAio", _ALL, "per_message"),
    ),
    _setup(
        "grpc-dicts",
        "gRPC, into dicts",
        "grpc",
        "blocking stub, MessageToDict",
        {"list": _client("clients_grpc.GrpcBlocking", to_dicts=True)},
    ),
    _setup(
        "grpc-aio-channels",
        "gRPC, asyncio, 4 channels",
        "grpc-aio",
        "asyncio stub, 4 channels",
        {"at-once": _client("clients_grpc.GrpcAio", channels=4)},
    ),
    _setup(
        "fastapi-requests", "FastAPI, requests", "fastapi", "requests", dict.fromkeys(_ANSWERS, _REQUESTS)
    ),
    _setup(
        "fastapi-httpx",
        "FastAPI, httpx",
        "fastapi",
        "httpx",
        {**dict.fromkeys(_ALONE, _HTTPX), "at-once": _client("clients_http.HttpxAsync")},
        tutorial=True,
    ),
    _setup("fastapi-aiohttp", "FastAPI, aiohttp", "fastapi", "aiohttp", dict.fromkeys(_ALL, _AIOHTTP)),
    _setup(
        "starlette-aiohttp",
        "Starlette, aiohttp",
        "starlette",
        "aiohttp, orjson",
        _with_batches("clients_aiohttp.Aiohttp", _ALL, "per_write", codec="orjson"),
    ),
    _setup(
        "starlette-raw",
        "Starlette, raw socket",
        "starlette",
        "raw socket, orjson",
        _with_batches("clients_raw.RawSocket", _ALONE, "per_write"),
        baseline=True,
    ),
    _setup(
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

CANDIDATES = tuple(setup.candidate for setup in SETUPS)
