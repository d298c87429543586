"""`serve_aio`: a gRPC server on the notebook's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc

from . import registry
from .ending import Ending
from .log import HandlerLog
from .recorder import RecordingServer
from .servicers import bind, check


class AioServer(Ending):
    """A running `grpc.aio.Server`; `address`, `port`, `services` and `log` as in `Server`.

    Attributes:
        grpc_server: the `grpc.aio.Server` itself.
    """

    def __init__(self, grpc_server: grpc.aio.Server, port: int, services: Sequence[str], log: HandlerLog):
        super().__init__()
        self.grpc_server, self.port, self.log = grpc_server, port, log
        self.services = tuple(services)
        self.address = f"127.0.0.1:{port}"
        self._loop = asyncio.get_running_loop()
        self._stopped: asyncio.Future | None = None

    @property
    def running(self) -> bool:
        """Whether it takes calls."""
        return self._stopped is None

    def stop(self, grace: float | None = None) -> asyncio.Future:
        """Stops taking calls; may be called from any thread, and awaited on the server's own loop.

        Args:
            grace: seconds that running calls may still take; `None` ends them with UNAVAILABLE.
        """
        if self._stopped is None:
            stopping = self.grpc_server.stop(grace)
            if self._loop.is_closed():
                stopping.close()
                self._stopped = asyncio.Future(loop=self._loop)
            elif _running_loop() is self._loop:
                self._stopped = self._loop.create_task(stopping)
            elif not self._loop.is_running() and _running_loop() is None:
                # The kernel is about to end, and its loop has ended before.
                self._stopped = asyncio.ensure_future(stopping, loop=self._loop)
                self._loop.run_until_complete(self._stopped)
            else:
                self._stopped = asyncio.wrap_future(
                    asyncio.run_coroutine_threadsafe(stopping, self._loop), loop=self._loop
                )
            registry.forget(self)
            self._tell_stopped()
        return self._stopped

    async def __aenter__(self) -> AioServer:
        return self

    async def __aexit__(self, *_) -> None:
        await self.stop()

    def __repr__(self) -> str:
        state = "running" if self.running else "stopped"
        return f"<AioServer {', '.join(self.services)} on {self.address}, {state}>"


async def serve_aio(
    *servicers: object,
    interceptors: Sequence[grpc.aio.ServerInterceptor] = (),
    options: Sequence[tuple[str, object]] = (),
    port: int = 0,
) -> AioServer:
    """Starts a gRPC server on the running event loop: `server = await serve_aio(Quotes())`.

    Args:
        servicers: objects of classes that derive from generated `...Servicer` classes, whose methods are
            `async def`, or plain functions, which then run on threads.
        interceptors: `grpc.aio.ServerInterceptor`s, the first outermost.
        options: channel arguments.
        port: leave 0 for a free one.

    Raises:
        ServeError: not a servicer, a port in use, or too many servers; says what to do.
    """
    services = check(servicers, aio=True)
    for stopped in registry.replace_earlier_run():
        if isinstance(stopped, asyncio.Future):
            await stopped
    log = HandlerLog()
    server = grpc.aio.server(interceptors=interceptors, options=[("grpc.so_reuseport", 0), *options])
    recording = RecordingServer(server, log)
    for service in services:
        service.add_to_server(service.servicer, recording)
    port = bind(server, port)
    await server.start()
    return registry.keep(AioServer(server, port, recording.services, log))


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
