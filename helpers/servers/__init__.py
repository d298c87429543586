"""gRPC servers that are made for cells that are run again and again: inside this process, and in their own.

`serve(Quotes())` is the five lines of `grpc.server(...)` that a program would have, and besides:
loopback and a free port only, a cell that is run again replaces its server, and what a handler raises is
kept in `server.log`, where gRPC itself would swallow it. `serve_http` does the same for a web application, and
`serve_process` for a program that is a file. `Terminal` types commands.
"""

from __future__ import annotations

from . import unmanaged
from .aio import AioServer, serve_aio
from .arguments import ServeError
from .http import HttpServer, serve_http
from .log import HandlerLog, HandlerRun, last_failure, take_failures
from .metadata import mistake_in_metadata
from .ports import reserve_port
from .process import ProcessServer, serve_process
from .process_log import ProcessLog
from .programs import find_node
from .recorder import is_unheard
from .registry import running, stop_all
from .sync import Server, serve
from .terminal import Terminal

__all__ = [
    "AioServer", "HandlerLog", "HandlerRun", "HttpServer", "ProcessLog", "ProcessServer", "ServeError", "Server", "Terminal",
    "find_node", "is_unheard", "last_failure", "mistake_in_metadata", "reserve_port", "running", "serve", "serve_aio",
    "serve_http", "serve_process", "stop_all", "take_failures", "unmanaged",
]  # fmt: skip
