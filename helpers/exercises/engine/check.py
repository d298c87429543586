"""What the author of a check works with: servers, calls, the learner's function, and expectations."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from google.protobuf.descriptor import ServiceDescriptor

from . import wording
from .call import Likely, cause
from .calling import Service
from .crew import Crew
from .desk import Desk, Ran
from .hosting import Host, scripted
from .verdict import Failed, Raised


class Check:
    """Handed to every check function.

    Attributes:
        answer: the learner's class, function, module or value.
        services: the services of the exercise.
        waiting_for: what the check is busy with, told if its time runs out.
    """

    def __init__(self, answer: object, services: Sequence[ServiceDescriptor], crew: Crew):
        self.answer, self.services, self.waiting_for = answer, tuple(services), "the first answer"
        self._crew = crew
        self._desk: Desk | None = None
        self._open: list[Callable[[], None]] = []

    @contextlib.contextmanager
    def serve(self, *, workers: int = 10, aio: bool = False) -> Iterator[Service]:
        """Runs a server with an object of the learner's class and gives a client of it.

        What a handler raised and no expectation told is told at the end.
        """
        self.waiting_for = f"`{self.answer.__name__}()` to be made"
        servicer = self._made()
        behaviors = {
            method: getattr(servicer, method.name)
            for service in self.services
            for method in service.methods
            if hasattr(servicer, method.name)
        }
        host = Host(self._crew, behaviors, workers=workers, aio=aio)
        service = Service(host, self.services, servicer)
        with self._closing(host.stop), self._closing(service.close):
            self.waiting_for = "your server to answer"
            yield service
            if problem := host.take_problem():
                raise problem

    @contextlib.contextmanager
    def desk(self, *, workers: int = 10, **answers: object) -> Iterator[Desk]:
        """Runs a server of ours for the learner's client: `check.desk(GetQuote=(UNAVAILABLE, reply))`.

        Args:
            workers: threads for handlers.
            answers: per method what to answer, see `hosting.scripted`.
        """
        methods = {method.name: method for service in self.services for method in service.methods}
        behaviors = {methods[name]: scripted(answer) for name, answer in answers.items()}
        desk = Desk(Host(self._crew, behaviors, workers=workers))
        with self._closing(desk.close):
            self._desk = desk
            try:
                yield desk
            finally:
                self._desk = None

    def run(
        self,
        *args: object,
        called: str = "",
        within: float = 5.0,
        stuck: str = "",
        through: Callable[[object], object] | None = None,
    ) -> Ran:
        """Calls the learner's function, on a thread of its own, and waits for it.

        Args:
            args: its arguments.
            called: how to name the call in a message.
            within: seconds it may take.
            stuck: the likely cause if it takes longer.
            through: runs through what was returned, a generator for one, on the same thread and within the
                same time; what it gives then counts as the value.

        Raises:
            Failed: it did not return in time.
        """
        text = called or f"{self.answer.__name__}({', '.join(map(wording.show, args))})"
        ran, done = Ran(text, self._desk), threading.Event()
        self.waiting_for = f"{text} to return"

        def work() -> None:
            try:
                with self._crew.inside():
                    value = self.answer(*args)
                    value = asyncio.run(value) if inspect.iscoroutine(value) else value
                    ran.value = through(value) if through else value
            except (Exception, SystemExit, KeyboardInterrupt) as error:
                ran.error = error
            finally:
                ran.seconds = time.monotonic() - started
                done.set()

        started = time.monotonic()
        self._crew.start(work)
        if not done.wait(within):
            seen = f" Meanwhile {self._desk.state()}." if self._desk else ""
            raise Failed(
                stuck
                or "Your function is still at it. Is there a loop that never ends, or a call without a deadline?",
                called=text,
                expected=f"a return within {within:g} s",
                came=f"nothing.{seen}",
            )
        return ran

    def expect(
        self, condition: bool, expected: str, came: str, likely: Likely = "", *, called: str = ""
    ) -> None:
        """Expects anything that the other methods have no words for."""
        if not condition:
            raise Failed(cause(likely, came), called=called, expected=expected, came=came)

    @contextlib.contextmanager
    def nothing_left(self, likely: str = "", *, within: float = 3.0) -> Iterator[None]:
        """Expects that no thread that was started inside lives on: a server or a pool that nobody stopped."""
        before = set(threading.enumerate())
        yield
        until = time.monotonic() + within
        while left := [t for t in threading.enumerate() if t not in before and t.name != "exercise"]:
            if time.monotonic() > until:
                names = ", ".join(sorted(thread.name for thread in left))
                raise Failed(
                    likely or "Something that your code has started is still running. What should stop it?",
                    expected="no thread left behind",
                    came=f"{len(left)} still running: {names}",
                )
            time.sleep(0.05)

    def close(self) -> None:
        """Stops what a check that was interrupted has left open."""
        while self._open:
            self._open.pop()()

    @contextlib.contextmanager
    def _closing(self, close: Callable[[], None]) -> Iterator[None]:
        self._open.append(close)
        try:
            yield
        finally:
            if close in self._open:
                self._open.remove(close)
                close()

    def _made(self) -> object:
        try:
            with self._crew.inside():
                return self.answer()
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is None:
                raise Failed(
                    f"The check makes its object with `{self.answer.__name__}()`, so `__init__` must need nothing more.",
                    called=f"{self.answer.__name__}()",
                    expected="an object",
                    came=f"{type(error).__name__}: {error}",
                ) from None
            raise Raised(error, called=f"{self.answer.__name__}()", expected="an object") from None
        except (Exception, SystemExit) as error:
            raise Raised(error, called=f"{self.answer.__name__}()", expected="an object") from None
