"""`serve`: a gRPC server on threads, in this process."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent import futures

import grpc

from . import ports, registry
from .arguments import bind, check, check_grace, check_interceptors, check_port
from .interceptors import Lookout
from .log import HandlerLog
from .recorder import RecordingServer
from .stoppable import Stoppable


class Server(Stoppable):
    """A running `grpc.Server` and what a notebook wants to know of it.

    Attributes:
        address: `"127.0.0.1:41233"`, ready for `grpc.insecure_channel`.
        port: the port alone.
        services: full names of the services offered, `("courier.v1.QuoteService",)`.
        workers: number of threads that run handlers.
        secure: whether it speaks TLS.
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
        secure: bool = False,
    ):
        super().__init__(port, log)
        self.grpc_server, self.workers, self.secure = grpc_server, workers, secure
        self.services = tuple(services)
        self._pool = pool
        self._stopped: threading.Event | None = None

    def stop(self, grace: float | None = None) -> threading.Event:
        """Stops taking calls, at once.

        Args:
            grace: seconds that running calls may still take; `None` ends them with UNAVAILABLE.

        Returns:
            An event that is set when the last call has ended, as `grpc.Server.stop` does.

        Raises:
            ServeError: `grace` is no time.
        """
        check_grace(grace)
        self._stopped = self.grpc_server.stop(grace)
        registry.started.forget(self)
        if self._stopped.is_set():
            self._end_threads()
        else:
            threading.Thread(target=self._end_threads, name="stopping", daemon=True).start()
        self._tell_stopped()
        return self._stopped

    def _end_threads(self) -> None:
        # gRPC leaves the pool it was given alone, so its threads would wait for work as long as it is known.
        assert self._stopped is not None
        self._stopped.wait()
        self._pool.shutdown(wait=False)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop().wait()

    def __repr__(self) -> str:
        state = "running" if self.running else "stopped"
        tls = " with TLS" if self.secure else ""
        return f"<Server {', '.join(self.services)} on {self.address}{tls}, {state}>"


def serve(
    *servicers: object,
    interceptors: Sequence[grpc.ServerInterceptor] = (),
    workers: int = 10,
    maximum_concurrent_rpcs: int | None = None,
    options: Sequence[tuple[str, object]] = (),
    port: int = 0,
    credentials: grpc.ServerCredentials | None = None,
) -> Server:
    """Starts a gRPC server on 127.0.0.1 and returns it. Running the same cell again replaces it.

    Args:
        servicers: objects of classes that derive from generated `...Servicer` classes.
        interceptors: `grpc.ServerInterceptor`s, the first outermost.
        workers: threads that run handlers; a call waits where all are busy.
        maximum_concurrent_rpcs: how many calls run or wait at most, as of `grpc.server`; the others are refused.
        options: channel arguments, `("grpc.max_receive_message_length", 8 << 20)`.
        port: leave 0 for a free one; or one that `reserve_port` has kept.
        credentials: what `grpc.ssl_server_credentials` gives; without any the server speaks no TLS.

    Raises:
        ServeError: not a servicer, a port in use, credentials that cannot be used, or too many servers; says what to do.
    """
    services = check(servicers, workers)
    check_interceptors(interceptors, grpc.ServerInterceptor)
    check_port(port)
    registry.replace_earlier_run()
    log = HandlerLog()
    pool = futures.ThreadPoolExecutor(max_workers=workers, thread_name_prefix="handler")
    handover = ports.Handover(port)
    looked_at = [Lookout(), *interceptors] if interceptors else []
    server = grpc.server(
        pool,
        interceptors=looked_at,
        options=[*handover.options, *options],
        maximum_concurrent_rpcs=maximum_concurrent_rpcs,
    )
    recording = RecordingServer(server, log)
    for service in services:
        service.add_to_server(service.servicer, recording)
    with handover:
        port = bind(server, port, credentials)
    server.start()
    running = Server(server, pool, port, recording.services, workers, log, secure=credentials is not None)
    registry.started.keep(running)
    return running
