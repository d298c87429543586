"""One of the servers of the comparison, as a program of its own: `python -m helpers.comparison.server fastapi`.

It shares no interpreter with its client. On a free port of 127.0.0.1 it serves the depot, in the way in which
such servers are run every day. On its standard output it says one line of JSON when it is ready; to each line
on its standard input it answers with the processor time that it has taken so far, in seconds; when its standard
input is closed, as it is when the program that started it has ended in whatever way, it ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent import futures

THREADS = 10
"""Of the gRPC server on threads, as in gRPC's own examples."""

KEEP_ALIVE = 300
"""Seconds that an idle connection is kept: longer than any round, so that no client connects again in one."""


def grpc_threads() -> None:
    """gRPC on a pool of threads."""
    import grpc

    from .with_grpc import Depot, depot_pb2_grpc

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=THREADS))
    depot_pb2_grpc.add_DepotServiceServicer_to_server(Depot(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    announce(port, f"{THREADS} threads")
    server.wait_for_termination()


def grpc_aio() -> None:
    """gRPC on an event loop."""
    import grpc

    from .with_grpc import AioDepot, depot_pb2_grpc

    async def serve() -> None:
        server = grpc.aio.server()
        depot_pb2_grpc.add_DepotServiceServicer_to_server(AioDepot(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        announce(port, loop_name())
        await server.wait_for_termination()

    run(serve())


def fastapi() -> None:
    """FastAPI on uvicorn."""
    from .with_fastapi import app

    run_uvicorn(app)


def starlette() -> None:
    """Starlette on uvicorn."""
    from .with_starlette import app

    run_uvicorn(app)


def starlette_h2() -> None:
    """Starlette on hypercorn, which speaks HTTP/2 with a client that begins with it, also unencrypted."""
    from hypercorn import Config
    from hypercorn.asyncio import serve as serve_hypercorn

    from .with_starlette import app

    # It tells nobody which port it has got. So the socket is made here, as it would make it: with TCP_NODELAY,
    # without which each answer waits for 40 ms.
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.errorlog = None
    config.keep_alive_timeout = KEEP_ALIVE
    config.keep_alive_max_requests = sys.maxsize

    async def serve() -> None:
        announce(listener.getsockname()[1], loop_name())
        await serve_hypercorn(app, config)  # type: ignore[arg-type]  # Starlette takes wider types

    run(serve())


KINDS: dict[str, Callable[[], None]] = {
    "grpc": grpc_threads,
    "grpc-aio": grpc_aio,
    "fastapi": fastapi,
    "starlette": starlette,
    "starlette-h2": starlette_h2,
}


def run_uvicorn(app: Callable) -> None:
    """What the command `uvicorn app:app --no-access-log` does, on a free port."""
    import uvicorn

    class AnnouncingServer(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            parser = self.config.http_protocol_class.__name__.removesuffix("Protocol").lower()
            port = self.servers[0].sockets[0].getsockname()[1]
            announce(port, f"{loop_name()}, {parser}")

    config = uvicorn.Config(
        app, port=0, log_level="error", access_log=False, timeout_keep_alive=KEEP_ALIVE, ws="none"
    )
    AnnouncingServer(config).run()


def run(main: Coroutine) -> None:
    """Runs `main` as uvicorn does by default: on uvloop where that is installed, else on asyncio's own loop."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)


def loop_name() -> str:
    """What the running event loop is: `uvloop` or `asyncio`."""
    return type(asyncio.get_running_loop()).__module__.partition(".")[0]


def announce(port: int, runs_on: str) -> None:
    """Tells the program that waits for this server where it is, and which loop and parser it has found."""
    send({"port": port, "runs_on": runs_on})


def send(what: object) -> None:
    """Writes a line of JSON."""
    print(json.dumps(what), flush=True)


def answer_commands() -> None:
    """Answers each line that comes in, and ends the program after the last."""
    for _ in sys.stdin:
        send(time.process_time())
    os._exit(0)  # not by way of the main thread, which may wait for calls that nobody will ever end


if __name__ == "__main__":
    threading.Thread(target=answer_commands, daemon=True).start()
    KINDS[sys.argv[1]]()
