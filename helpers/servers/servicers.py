"""What `serve` was given: which services it offers, and what is wrong with it, before anything starts."""

from __future__ import annotations

import difflib
import inspect
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import grpc


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
    add_to_server: Callable[[object, grpc.Server], None]
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


def bind(server: grpc.Server, port: int) -> int:
    """Binds to 127.0.0.1 and returns the port.

    Raises:
        ServeError: the port is taken.
    """
    try:
        return server.add_insecure_port(f"127.0.0.1:{port}")
    except RuntimeError:
        raise ServeError(port_in_use(port)) from None


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
