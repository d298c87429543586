"""The run of a whole comparison: servers started, bytes counted, time measured, results put together."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from . import processes
from .candidates import CASES, SETUPS, WARM, WORK, Setup
from .clients import Client
from .machine import machine, remarks, worked
from .processes import ServerError, ServerProcess
from .progress import shown
from .results import Results
from .rounds import MODES, Sampler, how_many, measure
from .sizes import sizes
from .values import Measurement, Workload

Progress = Callable[[float, str], None]

# Shares of the time it takes, about; for the progress bar alone.
STARTING, LONG_CASES = 0.7, {"stream": 3.0}
COUNTED, WARMED = 0.2, 0.3  # of a case


class ComparisonError(RuntimeError):
    """Nothing could be measured; says why."""


def run(
    mode: str = "quick",
    progress: Progress | None = None,
    cases: Iterable[str] | None = None,
    candidates: Iterable[str | Setup] | None = None,
) -> Results:
    """Measures gRPC and REST against each other: the same service, served and called in several ways.

    Every server runs in a process of its own. In each round every candidate runs once, in an order that changes;
    every answer is checked, within the time. Who answers wrongly, or not at all, is left out of the results, and
    a note says why.

    Args:
        mode: `quick` (less than half a minute on two cores) or `thorough` (some minutes).
        progress: is called with how much is done, from 0 to 1, and with what is being done. In a notebook a
            progress bar is shown where there is none.
        cases: ids out of `CASES`; all where it is None.
        candidates: ids out of `CANDIDATES`; all where it is None. An `Setup` stands for one of your own.

    Returns:
        What was found. After an interrupt (the stop button, Ctrl-C) that is what was complete.

    Raises:
        ValueError: no such mode, case or candidate; two with one id; none that takes part in any of the cases.
        ComparisonError: no candidate could be measured.
        KeyboardInterrupt: interrupted before one case was complete.
    """
    picked = _pick("case", cases, {case.id: case for case in CASES})
    setups = _pick(
        "candidate",
        candidates,
        {setup.candidate.id: setup for setup in SETUPS},
    )
    if mode not in MODES:
        raise ValueError(f"no mode {mode!r}: there are {_listing(MODES)}")
    setups = [setup for setup in setups if any(case.id in setup.clients for case in picked)]
    if not setups:
        raise ValueError("none of these candidates takes part in any of these cases")
    if len({setup.candidate.id for setup in setups}) < len(setups):
        raise ValueError("two candidates have the same id")
    with shown(progress) as tell:
        return _Run(mode, tell, picked, setups).results()


class _Run:
    """A comparison under way."""

    def __init__(
        self, mode: str, progress: Progress, cases: Sequence[Workload], setups: Sequence[Setup]
    ) -> None:
        self._name, self._mode, self._cases, self._setups = mode, MODES[mode], cases, setups
        self._progress = progress
        self._failed: dict[str, str] = {}
        self._servers: dict[str, ServerProcess] = {}
        self._found: dict[str, list[Measurement]] = {}
        self._notes: list[str] = []

    def results(self) -> Results:
        """Measures everything; ends the servers in any case."""
        started, began = datetime.now().astimezone(), time.perf_counter()
        try:
            self._progress(0.0, "Servers start")
            self._start()
            self._measure()
        except KeyboardInterrupt:
            if not self._found:
                raise
            left = [case.title for case in self._cases if case.id not in self._found]
            self._notes.append(f"Interrupted: not measured were {', '.join(left)}.")
        finally:
            processes.stop(self._servers.values())
        setups = [setup for setup in self._setups if setup.candidate.id not in self._failed]
        if not setups:
            raise ComparisonError("Nothing could be measured.\n" + "\n".join(self._failed.values()))
        # What somebody who failed later had done before does not count either.
        measurements = [
            found for case in self._found.values() for found in case if found.candidate not in self._failed
        ]
        ran_on = {
            setup.candidate.server: self._servers[setup.kind].runs_on
            for setup in setups
            if setup.kind in self._servers
        }
        return Results(
            candidates=tuple(setup.candidate for setup in setups),
            cases=tuple(case for case in self._cases if case.id in self._found),
            measurements=tuple(measurements),
            mode=self._name,
            machine={**machine(), **ran_on},
            started=started.isoformat(timespec="seconds"),
            seconds=time.perf_counter() - began,
            notes=(*self._notes, *self._failed.values()),
        )

    def _measure(self) -> None:
        shares = [LONG_CASES.get(case.id, 1.0) for case in self._cases]
        whole, done = STARTING + sum(shares), STARTING
        began, before, everything = time.perf_counter(), self._worked(), worked()
        for case, share in zip(self._cases, shares, strict=True):

            def progress(
                part: float, text: str = case.title, done: float = done, share: float = share
            ) -> None:
                self._progress((done + share * part) / whole, text)

            measurements = self._measure_case(case, progress)
            if self._left(case):
                self._found[case.id] = measurements
            done += share
        self._progress(1.0, "")
        others = None
        now = worked()
        # What a server did that has ended is not known.
        if everything is not None and now is not None and not self._failed:
            others = now - everything - (self._worked() - before)
        self._notes += remarks(time.perf_counter() - began, others)

    def _worked(self) -> float:
        """Processor time that this process and its servers have taken so far, in seconds."""
        total = time.process_time()
        for server in self._servers.values():
            with contextlib.suppress(ServerError):  # it has ended; its candidates have told so
                total += server.cpu()
        return total

    def _start(self) -> None:
        for kind in dict.fromkeys(setup.kind for setup in self._setups):
            self._servers[kind] = ServerProcess(kind)
        for kind, server in list(self._servers.items()):
            try:
                server.wait()
            except ServerError as error:
                del self._servers[kind]
                for setup in self._setups:
                    if setup.kind == kind:
                        self._fail(setup.candidate.id, error)

    def _measure_case(self, case: Workload, progress: Callable[[float], None]) -> list[Measurement]:
        bytes_of: dict[str, tuple[int, int]] = {}
        samplers: dict[str, Sampler] = {}
        progress(0.0)
        with contextlib.ExitStack() as stack:
            setups = self._left(case)
            for number, setup in enumerate(setups):
                with self._judged(setup):
                    bytes_of[setup.candidate.id] = sizes(setup, case.id, self._servers[setup.kind])
                progress(COUNTED * (number + 1) / len(setups))
            for setup in self._left(case):
                with self._judged(setup):
                    server = self._servers[setup.kind]
                    client = setup.clients[case.id](server.address)
                    stack.callback(_close, client)
                    sampler = Sampler(client, server)
                    sampler.warm_up(WARM[case.id], WORK[case.id], self._mode.least)
                    samplers[setup.candidate.id] = sampler
            progress(WARMED)
            with _quiet_memory():
                measure(
                    samplers,
                    WORK[case.id],
                    how_many(list(samplers.values()), self._mode),
                    self._fail,
                    lambda share: progress(WARMED + (1 - WARMED) * share),
                )
        return [
            Measurement(
                name,
                case.id,
                tuple(sampler.seconds),
                sampler.client_cpu / sampler.runs,
                sampler.server_cpu / sampler.runs,
                *bytes_of[name],
            )
            for name, sampler in samplers.items()
            if name not in self._failed
        ]

    def _left(self, case: Workload) -> list[Setup]:
        return [
            setup
            for setup in self._setups
            if case.id in setup.clients and setup.candidate.id not in self._failed
        ]

    @contextlib.contextmanager
    def _judged(self, setup: Setup) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self._fail(setup.candidate.id, error)

    def _fail(self, name: str, error: Exception) -> None:
        title = next(setup.candidate.name for setup in self._setups if setup.candidate.id == name)
        text = " ".join(str(error).split()) or type(error).__name__
        self._failed.setdefault(name, f"{title} is left out: {text}")


@contextlib.contextmanager
def _quiet_memory() -> Iterator[None]:
    """Python's garbage collector goes on, as in any program, but does not look through what a notebook holds."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _close(client: Client) -> None:
    with contextlib.suppress(Exception):  # one whose server has gone has told so already
        client.close()


def _pick(what: str, wanted: Iterable | None, known: dict) -> list:
    """The known things with these ids, in the order in which they are known; others as they are."""
    if wanted is None:
        return list(known.values())
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    for one in wanted:
        if isinstance(one, str) and one not in known:
            raise ValueError(f"no {what} {one!r}: there are {_listing(known)}")
    if not wanted:
        raise ValueError(f"at least one {what} is needed: there are {_listing(known)}")
    return [thing for name, thing in known.items() if name in wanted] + [
        one for one in wanted if not isinstance(one, str)
    ]


def _listing(names: Iterable[str]) -> str:
    return ", ".join(f"{name!r}" for name in names)
