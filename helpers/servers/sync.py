"""`serve`: a gRPC server on threads, in this process."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent import futures

import grpc

from . import registry
from .ending import Ending
from .log import HandlerLog
from .recorder import RecordingServer
from .servicers import bind, check


class Server(Ending):
    """A running `grpc.Server` and what a notebook wants to know of it.

    Attributes:
        address: `"127.0.0.1:41233"`, ready for `grpc.insecure_channel`.
        port: the port alone.
        services: full names of the services offered, `("courier.v1.QuoteService",)`.
        workers: number of threads that run handlers.
        log: what the handlers did, newest last; what they raised is here too.
        grpc_server: the `grpc.Server` itself.
    """

    def __init__(
        self,
        grpc_server: grpc.Server,
        pool: futures.ThreadPoolExecutor,
        port: int,
        services: Sequence[str],
        workers: int,
        log: HandlerLog,
    ):
        super().__init__()
        self.grpc_server, self.port, self.workers, self.log = grpc_server, port, workers, log
        self.services = tuple(services)
        self._pool = pool
        self.address = f"127.0.0.1:{port}"
        self._stopped: threading.Event | None = None

    @property
    def running(self) -> bool:
        """Whether it takes calls."""
        return self._stopped is None

    def stop(self, grace: float | None = None) -> threading.Event:
        """Stops taking calls, at once.

        Args:
            grace: seconds that running calls may still take; `None` ends them with UNAVAILABLE.

        Returns:
            An event that is set when the last call has ended, as `grpc.Server.stop` does.
        """
        self._stopped = self.grpc_server.stop(grace)
        registry.forget(self)
        if self._stopped.is_set():
            self._end_threads()
        else:
            threading.Thread(target=self._end_threads, name="stopping", daemon=True).start()
        self._tell_stopped()
        return self._stopped

    def _end_threads(self) -> None:
        # gRPC leaves the pool it was given alone, so its threads would wait for work as long as it is known.
        self._stopped.wait()
        self._pool.shutdown(wait=False)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_) -> None:
        self.stop().wait()

    def __repr__(self) -> str:
        state = "running" if self.running else "stopped"
        return f"<Server {', '.join(self.services)} on {self.address}, {state}>"


def serve(
    *servicers: object,
    interceptors: Sequence[grpc.ServerInterceptor] = (),
    workers: int = 10,
    options: Sequence[tuple[str, object]] = (),
    port: int = 0,
) -> Server:
    """Starts a gRPC server on 127.0.0.1 and returns it. Running the same cell again replaces it.

    Args:
        servicers: objects of classes that derive from generated `...Servicer` classes.
        interceptors: `grpc.ServerInterceptor`s, the first outermost.
        workers: threads that run handlers; a call waits where all are busy.
        options: channel arguments, `("grpc.max_receive_message_length", 8 << 20)`.
        port: leave 0 for a free one.

    Raises:
        ServeError: not a servicer, a port in use, or too many servers; says what to do.
    """
    services = check(servicers, workers)
    registry.replace_earlier_run()
    log = HandlerLog()
    pool = futures.ThreadPoolExecutor(max_workers=workers, thread_name_prefix="handler")
    server = grpc.server(pool, interceptors=interceptors, options=[("grpc.so_reuseport", 0), *options])
    recording = RecordingServer(server, log)
    for service in services:
        service.add_to_server(service.servicer, recording)
    port = bind(server, port)
    server.start()
    return registry.keep(Server(server, pool, port, recording.services, workers, log))
