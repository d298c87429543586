"""What goes on in a console, without a browser: the chosen method, drafts, the running call, past calls."""

from __future__ import annotations

import collections
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from helpers.text import visible

from .call import CallState, ConsoleCall, Metadata
from .channel import KeptChannel, address_of
from .draft import ParsedDraft, empty_values, read, turned
from .dynamic import dynamic_source
from .form import values_from
from .grpcurl import REFLECTION, grpcurl_command
from .metadata import metadata_rows
from .python import python_source
from .reflection import Offered, ask
from .schema import Method, methods_of

REMEMBERED = 20
"""So many calls are in the history."""


@dataclass(frozen=True)
class PastCall:
    """A call of the history.

    Attributes:
        number: 1 for the first call of this console.
        method: what was called.
        clock: when it ended, ``"14:03:22"``.
        account: what happened; without the messages.
        draft: what was typed.
    """

    number: int
    method: Method
    clock: str
    account: CallState
    draft: dict[str, Any]

    def __str__(self) -> str:
        return visible(f"{self.clock} {self.method.name}: {self.account.outcome}")


class Session:
    """The state of a console. Its methods are quick and may be called from any thread.

    Args:
        target: where to call, see `address`.
        modules: generated modules with the services; without any the server is asked for them, by reflection.
        method: the method that is chosen first; None for the first one there is.
        request: what its form starts with.
        metadata: pairs that are filled in at the start.
        timeout: the deadline in seconds that is filled in at the start.
        news: called whenever something has happened in a call, from any thread.

    Raises:
        TypeError: the target has no address, or a module is none.
        ValueError: there is no service in the modules, no such method, or the request is not its own.
        ReflectionError: the server does not tell what it offers.
    """

    def __init__(
        self,
        target: Any,
        modules: tuple[Any, ...],
        *,
        method: str | None = None,
        request: Message | None = None,
        metadata: Metadata = (),
        timeout: float | None = None,
        news: Callable[[], None] = lambda: None,
    ) -> None:
        self.lock = threading.RLock()
        self._target, self._news = target, news
        address_of(target)  # raises now rather than at the first call
        self.offered: Offered | None = None if modules else ask(self.address)
        found = self.offered.methods if self.offered else methods_of(modules)
        self.methods = {each.path: each for each in found}
        self.method = next(iter(self.methods.values()))
        self.running: ConsoleCall | None = None
        self._drafts: dict[str, dict[str, Any]] = {}
        self._beside: dict[str, Any] = {
            "metadata": metadata_rows(metadata),
            "deadline": "" if timeout is None else f"{timeout:.12g}",
        }
        self._called: dict[str, Any] = {}
        self._noted: ConsoleCall | None = None
        self._history: collections.deque[PastCall] = collections.deque(maxlen=REMEMBERED)
        self._numbers = itertools.count(1)
        self._channel = KeptChannel()
        self.choose(method or self.method.path, request)

    @property
    def address(self) -> str:
        """Where calls go, ``"127.0.0.1:50051"``."""
        return address_of(self._target)

    def let_go(self) -> None:
        """Forgets the target but for its address: `Out` keeps a console that was shown, and would keep all of it."""
        self._target = self.address

    @property
    def history(self) -> list[PastCall]:
        """The calls that have ended, newest first."""
        with self.lock:
            return list(self._history)

    @property
    def reflects(self) -> bool:
        """Whether the server is known to tell its schema."""
        told = getattr(self._target, "services", ())
        return self.offered is not None or any(service in REFLECTION for service in told)

    def choose(self, name: str, request: Message | None = None) -> None:
        """Turns to another method, and fills in its form where a request is given.

        Raises:
            ValueError: there is no such method, or the request is of another type.
        """
        found = [method for path, method in self.methods.items() if name in _names(path)]
        if len(found) != 1:
            names = ", ".join(path.removeprefix("/") for path in self.methods)
            raise ValueError(f"{'more than one' if found else 'no'} method {name!r}; there are {names}")
        with self.lock:
            if request is not None:
                _check_type(request, found[0])
                values = values_from(request)
                self._drafts[found[0].path] = {"tab": "form", "values": values, "json": ""}
            self.method = found[0]

    def draft(self) -> dict[str, Any]:
        """What is typed for the chosen method: see `draft.read`, and ``method``."""
        with self.lock:
            own = self._drafts.get(self.method.path)
            own = own or {"tab": "form", "values": empty_values(self.method.request), "json": ""}
            return {"method": self.method.path, **own, **self._beside}

    def keep(self, draft: Mapping[str, Any]) -> None:
        """Takes over what was typed, unless another method has been chosen meanwhile."""
        with self.lock:
            if draft.get("method") == self.method.path:
                self._drafts[self.method.path] = {k: draft.get(k) for k in ("tab", "values", "json")}
                self._beside = {k: draft.get(k) for k in ("metadata", "deadline")}

    def read(self) -> ParsedDraft:
        """What is typed, read."""
        with self.lock:
            return read(self.draft(), self.method.request)

    def turn(self, tab: str) -> None:
        """Turns the request's ``"form"`` or ``"json"`` up.

        Raises:
            ValueError: there is something to mend first.
        """
        with self.lock:
            self.keep(turned(self.draft(), self.method.request, tab))

    def load(self, number: int) -> None:
        """Fills in a past call again, unless a call is running."""
        with self.lock:
            past = next((each for each in self._history if each.number == number), None)
            if past is not None and (self.running is None or self.running.ended):
                self.method = past.method
                self.keep(past.draft)

    def call(self) -> dict[str, str]:
        """Starts the call, unless one is running; what is in the way, by input."""
        with self.lock:
            if self.running is not None and not self.running.ended:
                return {}
            reading = self.read()
            streams = self.method.client_streams
            wrong = reading.beside_errors if streams else reading.errors
            if wrong:
                return wrong
            self._called = self.draft()
            last = self.running and self.running.account(entries=False).status
            try:
                self.running = ConsoleCall(
                    self._channel.open(self.address, last.code if last else None),
                    self.method,
                    None if streams else reading.message,
                    metadata=reading.metadata,
                    timeout=reading.timeout,
                    news=self._news,
                )
            except (ValueError, TypeError) as error:
                return {"call": f"gRPC did not take the call: {error}"}
            return {}

    def send(self) -> dict[str, str]:
        """Sends what is typed in the running call; what is in the way, by input."""
        with self.lock:
            reading = self.read()
            if reading.request_errors:
                return reading.request_errors
            if self.running is not None and self.running.method is self.method:
                self._called = self.draft()
                self.running.send(reading.message)
            return {}

    def half_close(self) -> dict[str, str]:
        """Ends the requests of the running call."""
        if self.running is not None:
            self.running.half_close()
        return {}

    def cancel(self) -> dict[str, str]:
        """Cancels the running call."""
        if self.running is not None:
            self.running.cancel()
        return {}

    def note_end(self) -> None:
        """Puts the newest call into the history, once, when it has ended."""
        with self.lock:
            call = self.running
            if call is None or not call.ended or self._noted is call:
                return
            self._noted = call
            number, clock = next(self._numbers), time.strftime("%H:%M:%S")
            bare = call.account(entries=False)
            self._history.appendleft(PastCall(number, call.method, clock, bare, self._called))

    def source(self, what: str, reflection: bool | None = None) -> str:
        """The call as it is typed, as source: of a request stream, all that was sent in the newest call.

        Args:
            what: ``"python"`` or ``"grpcurl"``.
            reflection: whether grpcurl asks the server for its schema; None for as the server is known to do.

        Raises:
            ValueError: there is something to mend first.
        """
        with self.lock:
            reading, method, call = self.read(), self.method, self.running
        if reading.errors:
            raise ValueError("Mend what is marked first.")
        requests = [reading.message]
        if method.client_streams and call is not None and call.method is method and call.requests:
            requests = list(call.requests)
        request = (method, requests, self.address, reading.metadata, reading.timeout)
        if what == "grpcurl":
            reflection = self.reflects if reflection is None else reflection
            return grpcurl_command(*request, reflection=reflection, folder=os.getcwd())
        if self.offered is None:
            return python_source(*request, _notebook_names())
        if self.offered.version != "v1alpha":
            raise ValueError(
                "The server speaks version v1 of reflection, which Python's package cannot read."
            )
        return dynamic_source(*request)

    def halt(self) -> None:
        """Cancels what is running and closes the channel; the next call opens another."""
        with self.lock:
            call = self.running
        if call is not None:
            call.cancel()
            call.wait(2.0)
        with self.lock:
            self._channel.close()


def _names(path: str) -> tuple[str, ...]:
    """How a method may be called: ``GetQuote``, ``QuoteService.GetQuote``, ``courier.v1.QuoteService/GetQuote``…"""
    service, _, name = path[1:].rpartition("/")
    short = service.rpartition(".")[2]
    return path, path[1:], f"{service}.{name}", f"{short}.{name}", f"{short}/{name}", name


def _check_type(request: Any, method: Method) -> None:
    if isinstance(request, Message) and request.DESCRIPTOR is method.request:
        return
    got = request.DESCRIPTOR.full_name if isinstance(request, Message) else type(request).__name__
    expected = method.request.full_name
    another = "another version of it" if got == expected else f"a {got}"
    raise ValueError(f"{method.name} takes a {expected}, not {another}")


def _notebook_names() -> Mapping[str, Any]:
    """The names of the notebook, where pasted source will run."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell.user_ns if shell is not None else vars(sys.modules["__main__"])
