"""The tools of a check's author: servers, calls, the learner's function, and expectations."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import functools
import inspect
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor

from helpers.learner_threads import LearnerThreads

from . import formatting
from .case import Case
from .diagnosis import Diagnosis, diagnose
from .fake_server import FakeServer, scripted
from .function_result import FunctionResult
from .servicer_client import ServicerClient
from .verdict import Incorrect, Raised
from .watched_interceptor import WatchedInterceptor
from .watched_server import WatchedServer

ENDLESS = 200  # calls of our server; a function that made more of them, and has not returned, asks for ever
_A_LOOK = 0.05  # seconds


class Check:
    """Handed to every check function.

    Attributes:
        answer: the learner's class, function, module or value.
        services: the services of the exercise.
        stubs: the generated class of each stub that the learner's function takes, by the parameter's name.
        waiting_for: what the check is busy with, named if its time runs out.
    """

    def __init__(self, answer: object, services: Sequence[ServiceDescriptor], threads: LearnerThreads):
        self.answer: Any = answer
        self.services, self.waiting_for = tuple(services), "the first answer"
        self.stubs: dict[str, Callable[[grpc.Channel], object]] = {}
        self._threads = threads
        self._fake_server: FakeServer | None = None
        self._open: list[Callable[[], None]] = []
        self._servers: list[WatchedServer] = []
        self._result: FunctionResult | None = None

    @contextlib.contextmanager
    def serve(
        self,
        *,
        workers: int = 10,
        aio: bool = False,
        credentials: tuple[grpc.ServerCredentials, grpc.ChannelCredentials] | None = None,
    ) -> Iterator[ServicerClient]:
        """Runs a server with an object of the learner's class and gives a client of it.

        What a handler raised, and no expectation has reported, is reported at the end.

        Args:
            workers: threads for handlers.
            aio: whether to run asyncio's server.
            credentials: those of the server and those of the client, for a connection with TLS.
        """
        of_server, of_client = credentials or (None, None)
        self.waiting_for = f"`{self.answer.__name__}()` to be made"
        servicer = self._made()
        behaviors = {
            method: getattr(servicer, method.name)
            for service in self.services
            for method in service.methods
            if hasattr(servicer, method.name)
        }
        server = WatchedServer(self._threads, behaviors, workers=workers, aio=aio, credentials=of_server)
        self._servers.append(server)
        service = ServicerClient(server, self.services, servicer, of_client)
        with self.closing(server.stop), self.closing(service.close):
            self.waiting_for = "your server to answer"
            yield service
            if problem := server.take_problem():
                raise problem

    @contextlib.contextmanager
    def fake_server(self, *, workers: int = 10, **answers: Any) -> Iterator[FakeServer]:
        """Runs a server of ours for the learner's client: `check.fake_server(GetQuote=(UNAVAILABLE, reply))`.

        Args:
            workers: threads for handlers.
            answers: per method what to answer, see `fake_server.scripted`.
        """
        server = FakeServer(
            WatchedServer(self._threads, self._scripted(answers), workers=workers, are_ours=True)
        )
        with self.closing(server.close):
            self._fake_server = server
            try:
                yield server
            finally:
                self._fake_server = None

    @contextlib.contextmanager
    def intercepted(self, **answers: Any) -> Iterator[ServicerClient]:
        """Runs a server of ours, and gives a client of it, with an object of the learner's interceptor class between them.

        A `grpc.ServerInterceptor` is the server's, any other the client's. `servicer` of what is given is the object.

        Args:
            answers: per method what to answer, see `fake_server.scripted`.
        """
        self.waiting_for = f"`{self.answer.__name__}()` to be made"
        interceptor, watched, mine = self._made(), None, []
        if isinstance(interceptor, grpc.ServerInterceptor):
            watched = WatchedInterceptor(interceptor, self._threads)
        else:
            mine.append(interceptor)
        behaviors = self._scripted(answers)
        server = WatchedServer(self._threads, behaviors, are_ours=True, interceptor=watched)
        client = ServicerClient(server, self.services, interceptor, interceptors=mine)
        with self.closing(server.stop), self.closing(client.close):
            self.waiting_for = "a call through your interceptor"
            yield client
            if problem := server.take_problem():
                raise problem
            if mine:
                client.expect_own_timeout()

    def _scripted(self, answers: Mapping[str, Any]) -> dict[Any, Callable]:
        methods = {method.name: method for service in self.services for method in service.methods}
        return {methods[name]: scripted(answer) for name, answer in answers.items()}

    def run(
        self,
        *args: object,
        called: str = "",
        within: float = 5.0,
        stuck: str = "",
        through: Callable[[Any], object] | None = None,
    ) -> FunctionResult:
        """Calls the learner's function, on a thread of its own, and waits for it.

        Args:
            args: its arguments.
            called: how to name the call in a message.
            within: seconds it may take.
            stuck: the likely cause if it takes longer.
            through: runs through what was returned, a generator for one, on the same thread and within the
                same time; what it gives then counts as the value.

        Raises:
            Incorrect: it did not return in time, or makes calls without end.
        """
        text = called or f"{self.answer.__name__}({', '.join(map(formatting.show, args))})"
        result, done = FunctionResult(text, self._fake_server), threading.Event()
        self._result = result
        self.waiting_for = f"{text} to return"

        def work() -> None:
            try:
                with self._threads.interruptible():
                    value = self.answer(*args)
                    value = asyncio.run(value) if inspect.iscoroutine(value) else value
                    result.value = through(value) if through else value
            except (Exception, SystemExit, KeyboardInterrupt) as error:
                result.error = error
            finally:
                done.set()

        self._threads.start(work)
        until = time.monotonic() + within
        while not done.wait(min(_A_LOOK, max(0.0, until - time.monotonic()))):
            calls = len(result.received())
            if time.monotonic() < until and calls <= ENDLESS:
                continue
            self._result = None  # what it raises when all is stopped says nothing
            seen = f" Meanwhile {self._fake_server.state()}." if self._fake_server else ""
            raise Incorrect(
                stuck
                or "Your function is still at it. Is there a loop that never ends, or a call without a deadline?",
                called=text,
                expected=f"a return within {within:g} s",
                actual=f"more than {ENDLESS} calls, and no return" if calls > ENDLESS else f"nothing.{seen}",
            )
        return result

    def run_client(
        self, *args: object, story: str = "", within: float = 5.0, stuck: str = "", **answers: Any
    ) -> FunctionResult:
        """Calls the learner's function with stubs of a server of ours, and then `args`.

        Args:
            args: its arguments after the stubs.
            story: what is special about this call: "all is well".
            within: seconds it may take.
            stuck: the likely cause if it takes longer.
            answers: what the server answers, see `fake_server`.
        """
        shown = ", ".join([*self.stubs, *map(formatting.show, args)])
        called = f"{self.answer.__name__}({shown})" + (f", {story}" if story else "")
        with self.fake_server(**answers) as server:
            stubs = (stub(server.channel) for stub in self.stubs.values())
            return self.run(*stubs, *args, called=called, within=within, stuck=stuck)

    def expect_values(
        self,
        *cases: Case,
        accept: Callable[[Any], object] = lambda value: value,
        show: Callable[[Any], str] = formatting.show,
        within: float = 5.0,
        stuck: str = "",
        beyond: int | None = None,
    ) -> None:
        """Expects of the learner's function what each case says; it gets a copy of what is given.

        Args:
            cases: what it is given, and the value that it should return.
            accept: makes of what was returned the value that is compared; raises an `Incorrect`, of which `called` and
                `expected` may be left out, for what cannot be one.
            show: how values are written in a message.
            within: seconds that each call may take.
            stuck: the likely cause if it takes longer, unless the case has one for `TimeoutError`.
            beyond: how many values more than expected are taken from a generator before it counts as endless.
        """
        for case in cases:
            most = len(case.expected) + beyond if beyond else None
            slow = isinstance(case.diagnosis, Mapping) and TimeoutError in case.diagnosis
            result = self.run(
                *copy.deepcopy(case.given),
                called=case.called,
                within=within,
                stuck=diagnose(case.diagnosis, TimeoutError) if slow else stuck,
                through=functools.partial(_taken, most=most),
            )
            if result.error is None:
                try:
                    result.value = accept(result.value)
                except Incorrect as refusal:
                    refusal.called, refusal.expected = result.text, refusal.expected or show(case.expected)
                    raise
            result.expect_value(
                case.expected, case.diagnosis, show=functools.partial(_shown, show=show, most=most)
            )

    def expect(
        self, condition: bool, expected: str, actual: str, diagnosis: Diagnosis = "", *, called: str = ""
    ) -> None:
        """Expects anything that the other methods have no words for."""
        if not condition:
            raise Incorrect(diagnose(diagnosis, actual), called=called, expected=expected, actual=actual)

    def unreported(self) -> Raised | None:
        """What a handler, or the function run last, has raised by accident and no expectation has reported yet."""
        for server in self._servers:
            if isinstance(problem := server.take_problem(), Raised):
                return problem
        return self._result.accident() if self._result else None

    def close(self) -> None:
        """Stops what a check that was interrupted has left open."""
        while self._open:
            self._open.pop()()

    @contextlib.contextmanager
    def closing(self, close: Callable[[], None]) -> Iterator[None]:
        """Calls `close()` at the end, also where the check is interrupted."""
        self._open.append(close)
        try:
            yield
        finally:
            if close in self._open:
                self._open.remove(close)
                close()

    def _made(self) -> object:
        try:
            with self._threads.interruptible():
                return self.answer()
        except TypeError as error:
            if (where := error.__traceback__) is None or (where.tb_next is None and "missing" in str(error)):
                raise Incorrect(
                    f"The check makes its object with `{self.answer.__name__}()`, so `__init__` must need nothing more.",
                    called=f"{self.answer.__name__}()",
                    expected="an object",
                    actual=f"{type(error).__name__}: {error}",
                ) from None
            raise Raised(error, called=f"{self.answer.__name__}()", expected="an object") from None
        except (Exception, SystemExit) as error:
            raise Raised(error, called=f"{self.answer.__name__}()", expected="an object") from None


def _taken(value: Any, most: int | None) -> object:
    """What a generator gives, `most` values of it; any other value as it is."""
    return list(itertools.islice(value, most)) if most is not None and hasattr(value, "__next__") else value


def _shown(value: Any, show: Callable[[Any], str], most: int | None) -> str:
    return show(value) if most is None or len(value) < most else f"{show(value[:2])}, … without end"
