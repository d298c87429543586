"""gRPC servers inside this process, made for cells that are run again and again.

`serve(Quotes())` is the five lines of `grpc.server(...)` that a program would have, and besides:
loopback and a free port only, a cell that is run again replaces its server, and what a handler raises is
kept in `server.log`, where gRPC itself would swallow it. `serve_http` does the same for a web application.
"""

from __future__ import annotations

from .aio import AioServer, serve_aio
from .http import HttpServer, serve_http
from .log import HandlerLog, HandlerRun, take_failures
from .registry import stop_all
from .servicers import ServeError
from .sync import Server, serve

__all__ = [
    "AioServer", "HandlerLog", "HandlerRun", "HttpServer", "ServeError", "Server", "serve", "serve_aio",
    "serve_http", "stop_all", "take_failures",
]  # fmt: skip
