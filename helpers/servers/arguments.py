"""The arguments of `serve`, checked before anything starts, and the services that they offer."""

from __future__ import annotations

import difflib
import inspect
import warnings
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import dataclass
from typing import Any

import grpc

from helpers.text import article


class ServeError(Exception):
    """A server that cannot be started; the message names the cause and the cure.

    In a notebook it is shown without a traceback.
    """

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this before it formats a traceback of its own.
        return f"{type(self).__name__}: {self}".split("\n")


@dataclass(frozen=True)
class Service:
    """One service of one servicer.

    Attributes:
        name: of the generated class without `Servicer`: `QuoteService`.
        servicer: the learner's object.
        add_to_server: the generated `add_QuoteServiceServicer_to_server`.
        methods: the names of the service's methods.
    """

    name: str
    servicer: object
    add_to_server: Callable[[object, Any], None]
    methods: tuple[str, ...]


def check(servicers: tuple[object, ...], workers: int = 1, *, aio: bool = False) -> list[Service]:
    """The services that these servicers offer.

    Args:
        servicers: what the learner gave to `serve`.
        workers: as the learner gave it.
        aio: whether the server runs on asyncio, where handlers may be coroutines.

    Raises:
        ServeError: something a server could not be made of.
    """
    if not servicers:
        raise ServeError("serve() needs at least one servicer: serve(Quotes()).")
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise ServeError(f"workers is a number of threads, 1 or more, not {workers!r}.")
    services = [service for servicer in servicers for service in _services(servicer)]
    for service in services:
        if not aio:
            _refuse_coroutines(service)
        _warn_of_misspelt_methods(service)
    return services


def bind(
    server: grpc.Server | grpc.aio.Server, port: int, credentials: grpc.ServerCredentials | None = None
) -> int:
    """Binds to 127.0.0.1, with TLS where there are credentials, and returns the port.

    Raises:
        ServeError: the port is taken, or is none; the credentials are none, or hold PEM that gRPC cannot use.
    """
    check_port(port)
    if not isinstance(credentials, (grpc.ServerCredentials, type(None))):
        raise ServeError(
            f"`credentials` of a server are grpc.ServerCredentials, not {article(type(credentials).__name__)}.\n"
            "Make them with grpc.ssl_server_credentials([(private_key, certificate_chain)])."
        )
    try:
        if credentials is None:
            return server.add_insecure_port(f"127.0.0.1:{port}")
        return server.add_secure_port(f"127.0.0.1:{port}", credentials)
    except RuntimeError:
        usable = credentials is None or can_serve(credentials)
        raise ServeError(port_in_use(port) if usable else UNUSABLE_PEM) from None


UNUSABLE_PEM = (
    "gRPC cannot use these credentials: key and certificate are swapped, do not belong together, or are no PEM.\n"
    "Write grpc.ssl_server_credentials([(private_key, certificate_chain)]), both as the bytes of a PEM file."
)
"""What to tell of server credentials that no server can start with."""


def can_serve(credentials: grpc.ServerCredentials) -> bool:
    """Whether a server can start with these credentials: gRPC says "Failed to bind" also where the PEM is at fault."""
    with futures.ThreadPoolExecutor(1) as pool:
        try:
            grpc.server(pool).add_secure_port("127.0.0.1:0", credentials)
        except RuntimeError:
            return False
        return True


def check_port(port: object) -> None:
    """Refuses what is no port: gRPC would take the last 16 bits of a number that is too large.

    Raises:
        ServeError: says so.
    """
    if type(port) is not int or not 0 <= port <= 65535:
        raise ServeError(
            f"{port!r} is no port: ports are whole numbers from 1 to 65535, and 0 stands for a free one.\n"
            "Leave `port` out and a free one is taken; the server's `.address` says which."
        )


def check_grace(grace: object) -> None:
    """Refuses what is no time to wait: gRPC would fail on a thread, where nobody sees it.

    Raises:
        ServeError: says so.
    """
    if grace is not None and (
        isinstance(grace, bool) or not isinstance(grace, (int, float)) or not grace >= 0
    ):
        raise ServeError(
            f"stop({grace!r}): `grace` is a number of seconds, 0 or more, or None to end calls at once."
        )


def check_interceptors(interceptors: object, kind: type) -> None:
    """Refuses what cannot intercept: gRPC would notice at the first call, and answer it with UNKNOWN.

    Raises:
        ServeError: says so.
    """
    name = f"grpc.{'aio.' if 'aio' in kind.__module__ else ''}ServerInterceptor"
    if not isinstance(interceptors, (list, tuple)):
        raise ServeError(
            f"`interceptors` is a list of {name} objects, not {article(type(interceptors).__name__)}: interceptors=[...]."
        )
    for each in interceptors:
        if inspect.isclass(each):
            raise ServeError(
                f"`interceptors` got the class {each.__name__}; it takes objects: [{each.__name__}()]."
            )
        if not isinstance(each, kind):
            raise ServeError(
                f"`interceptors` got {article(type(each).__name__)}, which is no interceptor.\n"
                f"Write `class Mine({name}):` and give it an object: interceptors=[Mine()]."
            )


def port_in_use(port: int) -> str:
    """What to tell about a port that is taken."""
    return (
        f"Port {port} is in use by another server on this machine.\n"
        "Leave `port` out and a free one is taken; the server's `.address` says which."
    )


def _services(servicer: object) -> list[Service]:
    if inspect.isclass(servicer):
        raise ServeError(
            f"serve() got the class {servicer.__name__}; it needs an object of it: serve({servicer.__name__}())."
        )
    found = list(_generated_bases(servicer))
    if found:
        return found
    cls = type(servicer)
    empty = [base.__name__ for base in cls.__mro__[1:] if base.__name__.endswith("Servicer")]
    if empty:
        raise ServeError(
            f"{empty[0].removesuffix('Servicer')} has no methods, so there is nothing to serve.\n"
            "Add an rpc to the service in the schema and compile it again."
        )
    raise ServeError(
        f"{cls.__name__} is not a servicer: it does not derive from a generated ...Servicer class.\n"
        "Write it as `class Quotes(quote_pb2_grpc.QuoteServiceServicer):` and give serve() an object: serve(Quotes())."
    )


def _generated_bases(servicer: object) -> Iterator[Service]:
    for base in type(servicer).__mro__:
        methods = {name: item for name, item in vars(base).items() if inspect.isfunction(item)}
        for method in methods.values():
            # Generated code has class and function side by side in one module.
            add = method.__globals__.get(f"add_{base.__name__}_to_server")
            if add is not None and method.__module__ == add.__module__:
                yield Service(base.__name__.removesuffix("Servicer"), servicer, add, tuple(methods))
                break


def _refuse_coroutines(service: Service) -> None:
    for name in service.methods:
        method = getattr(service.servicer, name)
        if inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method):
            raise ServeError(
                f"{type(service.servicer).__name__}.{name} is an `async def`, and serve() runs plain functions.\n"
                "Drop the `async`, or start it with `await serve_aio(...)`."
            )


def _warn_of_misspelt_methods(service: Service) -> None:
    cls = type(service.servicer)
    base = service.add_to_server.__name__.removeprefix("add_").removesuffix("_to_server")
    missing = [
        name
        for name in service.methods
        if getattr(cls, name).__qualname__.partition(".")[0] == base  # still the generated one
    ]
    for name, item in vars(cls).items():
        if inspect.isfunction(item) and not name.startswith("_") and name not in service.methods:
            near = difflib.get_close_matches(
                name.lower(), [method.lower() for method in missing], n=1, cutoff=0.7
            )
            meant = next((method for method in missing if near and method.lower() == near[0]), None)
            if meant:
                warnings.warn(
                    f"{service.name} has no method {name}; it has {meant}, which {cls.__name__} does not implement. "
                    "Misspelt?",
                    stacklevel=4,
                )
