"""`serve_aio`: a gRPC server on the notebook's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import grpc

from helpers import cells

from . import registry
from .arguments import bind, check, check_grace, check_interceptors, check_port
from .log import HandlerLog
from .recorder import RecordingServer
from .stoppable import Stoppable


class AioServer(Stoppable):
    """A running `grpc.aio.Server`; `address`, `port`, `services`, `secure` and `log` as in `Server`.

    Attributes:
        grpc_server: the `grpc.aio.Server` itself.
        loop: the event loop that runs its handlers.
    """

    def __init__(
        self,
        grpc_server: grpc.aio.Server,
        port: int,
        services: Sequence[str],
        log: HandlerLog,
        secure: bool = False,
    ):
        super().__init__(port, log)
        self.grpc_server, self.secure = grpc_server, secure
        self.services = tuple(services)
        self.loop = asyncio.get_running_loop()
        self._stopped: asyncio.Future[None] | None = None
        self._keeper: AsyncIterator[None] | None = None

    def stop(self, grace: float | None = None) -> asyncio.Future[None]:
        """Stops taking calls; may be called from any thread, and awaited on the server's own loop.

        Args:
            grace: seconds that running calls may still take; `None` ends them with UNAVAILABLE.
        """
        check_grace(grace)
        if self._stopped is None:
            stopping = self.grpc_server.stop(grace)
            if self.loop.is_closed():
                stopping.close()
                _abandoned.append(self.grpc_server)
                self._stopped = asyncio.Future(loop=self.loop)
            elif _running_loop() is self.loop:
                self._stopped = self.loop.create_task(stopping)
            elif not self.loop.is_running() and _running_loop() is None:
                # The kernel is about to end, and its loop has ended before.
                self._stopped = asyncio.ensure_future(stopping, loop=self.loop)
                self.loop.run_until_complete(self._stopped)
            else:
                self._stopped = asyncio.wrap_future(
                    asyncio.run_coroutine_threadsafe(stopping, self.loop), loop=self.loop
                )
            registry.started.forget(self)
            self._tell_stopped()
        return self._stopped

    async def __aenter__(self) -> AioServer:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def __repr__(self) -> str:
        state = "running" if self.running else "stopped"
        tls = " with TLS" if self.secure else ""
        return f"<AioServer {', '.join(self.services)} on {self.address}{tls}, {state}>"


async def serve_aio(
    *servicers: object,
    interceptors: Sequence[grpc.aio.ServerInterceptor] = (),
    options: Sequence[tuple[str, object]] = (),
    port: int = 0,
    credentials: grpc.ServerCredentials | None = None,
) -> AioServer:
    """Starts a gRPC server on the running event loop: `server = await serve_aio(Quotes())`.

    Args:
        servicers: objects of classes that derive from generated `...Servicer` classes, whose methods are
            `async def`, or plain functions, which then run on threads.
        interceptors: `grpc.aio.ServerInterceptor`s, the first outermost.
        options: channel arguments.
        port: leave 0 for a free one.
        credentials: what `grpc.ssl_server_credentials` gives; without any the server speaks no TLS.

    Raises:
        ServeError: not a servicer, a port in use, credentials that cannot be used, or too many servers; says what to do.
    """
    services = check(servicers, aio=True)
    check_interceptors(interceptors, grpc.aio.ServerInterceptor)
    check_port(port)
    for stopped in registry.replace_earlier_run():
        if isinstance(stopped, asyncio.Future):
            await stopped
    log = HandlerLog()
    server = grpc.aio.server(interceptors=list(interceptors), options=[("grpc.so_reuseport", 0), *options])
    recording = RecordingServer(server, log)
    for service in services:
        service.add_to_server(service.servicer, recording)
    port = bind(server, port, credentials)
    await server.start()
    running = AioServer(server, port, recording.services, log, secure=credentials is not None)
    registry.started.keep(running)
    if cells.shell() is None:
        running._keeper = _until_the_loop_ends(running)
        await anext(running._keeper)
    return running


_abandoned: list[grpc.aio.Server] = []
"""Servers whose loop was closed before they could be stopped: gRPC would wait for ever if they were collected now."""


async def _until_the_loop_ends(server: AioServer) -> AsyncIterator[None]:
    """Stops a server at the end of `asyncio.run`, which closes generators before it closes the loop."""
    try:
        yield
    finally:
        if server.running:
            await server.stop()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
