"""`serve_http`: a web application in this process, to compare gRPC with."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from . import registry
from .arguments import ServeError, check_port, port_in_use
from .log import HandlerLog, HandlerRun, note_failure
from .stoppable import Stoppable

if TYPE_CHECKING:
    import uvicorn

PATIENCE = 0.2  # seconds that open responses still have after `stop`

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class HttpServer(Stoppable):
    """A running `uvicorn.Server`; `port`, `running`, `log` and `on_stop` as in `Server`.

    Attributes:
        address: `"127.0.0.1:41233"`, for `tap`.
        url: `"http://127.0.0.1:41233"`, for clients.
        uvicorn_server: the `uvicorn.Server` itself.
    """

    def __init__(self, uvicorn_server: uvicorn.Server, bound: socket.socket, log: HandlerLog):
        super().__init__(bound.getsockname()[1], log)
        self.uvicorn_server = uvicorn_server
        self.url = f"http://{self.address}"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(bound,), name="http server", daemon=True)
        self._thread.start()

    def _run(self, bound: socket.socket) -> None:
        try:
            self.uvicorn_server.run(sockets=[bound])
        except SystemExit:  # uvicorn's answer where an application fails to start
            pass
        finally:
            bound.close()
            self._ended.set()

    def wait_until_up(self) -> bool:
        """Whether it takes requests; waits for that while it starts."""
        while not self.uvicorn_server.started and not self._ended.wait(0.002):
            pass
        return self.uvicorn_server.started

    def stop(self) -> threading.Event:
        """Stops taking requests; responses under way have a fifth of a second, and are cut then.

        Returns:
            An event that is set when the last one has ended.
        """
        self._stopped = self._ended
        self.uvicorn_server.should_exit = True
        registry.started.forget(self)
        self._tell_stopped()
        return self._ended

    def __enter__(self) -> HttpServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop().wait()

    def __repr__(self) -> str:
        return f"<HttpServer on {self.url}, {'running' if self.running else 'stopped'}>"


def serve_http(app: App, *, port: int = 0) -> HttpServer:
    """Starts uvicorn on 127.0.0.1 and returns it. Running the same cell again replaces it.

    Args:
        app: an ASGI application, such as `FastAPI()` or `Starlette(routes=[...])`.
        port: leave 0 for a free one.

    Raises:
        ServeError: no application, one that fails to start, a port in use, or too many servers.
    """
    # Most lessons have no web server, and their kernels need not load one.
    import uvicorn

    if isinstance(app, type) or not callable(app):
        name = app.__name__ if isinstance(app, type) else repr(app)
        raise ServeError(
            f"serve_http() got {name}; it needs an application, an object: serve_http(FastAPI())."
        )
    check_port(port)
    registry.replace_earlier_run()
    log = HandlerLog()
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())  # what it would print lands in any cell
    config = uvicorn.Config(
        _recorded(app, log),
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=PATIENCE,  # type: ignore[arg-type]  # asyncio waits for parts of a second, too
    )
    server = HttpServer(uvicorn.Server(config), _bind(port), log)
    if not server.wait_until_up():
        raise ServeError(f"{type(app).__name__} did not start: its lifespan function raised.")
    registry.started.keep(server)
    return server


def _bind(port: int) -> socket.socket:
    # asyncio sends small answers at once (TCP_NODELAY) only where the socket says outright that it is TCP.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Another server's port is refused even so; only one that was freed a moment ago may be taken again.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
    except OSError:
        bound.close()
        raise ServeError(port_in_use(port)) from None
    return bound


def _recorded(app: App, log: HandlerLog) -> App:
    """The same application; what it does is written down, and what it raises kept for its author."""
    from starlette.requests import ClientDisconnect

    async def recorded(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
            run = HandlerRun(f"{scope['method']} {scope['path']}", tuple(headers))
            log.append(run)
        else:
            run = HandlerRun(f"{scope['type']} of the application")
        try:
            await app(scope, receive, send)
        except (asyncio.CancelledError, ClientDisconnect):
            raise  # somebody went away; nobody made a mistake
        except Exception as error:
            run.error = error
            note_failure(run)
            raise
        finally:
            run.ended_at = time.monotonic()

    return recorded
