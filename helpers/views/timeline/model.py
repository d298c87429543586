"""Many calls over one pool of worker threads, as values: what each call went through, and the sum of it.

No clock and no socket here: times go in, facts come out. `html` and `text` draw them.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from helpers.display import Displayed
from helpers.text import plural

from ..kit.card import Card
from ..kit.style import fmt_duration

MOST_CALLS = 200
"""So many calls are drawn; the rest is in the summary."""
MOST_LANES = 32
"""So many workers are drawn."""


@dataclass(frozen=True)
class Phase:
    """A stretch of a call: ``waiting``, ``running`` or ``abandoned``, from ``start`` to ``end`` (seconds)."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True)
class CallSpan:
    """One call; times in seconds on one common clock, None where something has not happened (yet).

    ``sent_at``, ``finished`` and ``status`` (a name such as ``DEADLINE_EXCEEDED``) are the client's side,
    ``handler_started``, ``handler_ended`` and ``worker`` (the thread's name) the server's. ``deadline_at``
    is the moment at which the client gives up.
    """

    label: str
    sent_at: float
    handler_started: float | None = None
    handler_ended: float | None = None
    finished: float | None = None
    status: str | None = None
    worker: str | None = None
    deadline_at: float | None = None

    @property
    def open(self) -> bool:
        """Whether the client still waits or the handler still runs."""
        return self.finished is None or (self.handler_started is not None and self.handler_ended is None)

    @property
    def doing(self) -> str:
        """What the client sees: the status once there is one, before that ``waiting`` or ``running``."""
        if self.finished is not None:
            return self.status or "UNKNOWN"
        return "waiting" if self.handler_started is None else "running"

    @property
    def sign(self) -> tuple[str, str]:
        """The sign before the result, and the result's kind."""
        if self.finished is None:
            return "…", "open"
        return ("✓", "ok") if self.status == "OK" else ("✗", "not-ok")

    def phases(self, now: float) -> tuple[Phase, ...]:
        """What the call went through until ``now``, in order; stretches without length are left out."""
        client_end = now if self.finished is None else self.finished
        started = math.inf if self.handler_started is None else self.handler_started
        phases = [
            Phase("waiting", self.sent_at, min(started, client_end)),
            Phase("running", started, client_end),
        ]
        if self.finished is not None and self.status != "OK" and started < math.inf:
            handler_end = now if self.handler_ended is None else self.handler_ended
            phases.append(Phase("abandoned", max(started, self.finished), handler_end))
        return tuple(phase for phase in phases if phase.end > phase.start)

    def spent(self, kind: str, now: float) -> float:
        """Seconds in phases of one kind until ``now``."""
        return sum(phase.end - phase.start for phase in self.phases(now) if phase.kind == kind)

    def describe(self, now: float, worker: str = "a worker") -> str:
        """The call in words, for the details line, the tooltip and a screen reader."""
        waited, ran, alone = (
            fmt_duration(self.spent(kind, now)) if self.spent(kind, now) else ""
            for kind in ("waiting", "running", "abandoned")
        )
        gone = self.finished is not None
        said = [f"sent at {fmt_duration(self.sent_at)}"]
        if self.handler_started is not None:
            said.append(f"waited {waited} for a worker" if waited else "did not wait for a worker")
        elif gone:
            said.append(f"waited {waited} and never reached a worker")
        else:
            said.append(f"has waited {waited} for a worker")
        if ran:
            said.append(f"{worker} {'ran' if gone else 'has run'} it for {ran}")
        if self.finished is not None:
            said.append(f"the client got {self.doing} after {fmt_duration(self.finished - self.sent_at)}")
        if alone:
            verb = "goes on" if self.handler_ended is None else "went on"
            said.append(f"the handler {verb} for {alone} with nobody waiting")
        return f"{self.label}: {'; '.join(said)}."


@dataclass(frozen=True)
class WorkerLane:
    """One worker thread: its name here, and each stretch of work with the number of the call it was for."""

    name: str
    work: tuple[tuple[int, Phase], ...] = ()

    @property
    def served(self) -> str:
        """How many calls the worker had."""
        calls = {number for number, _ in self.work}
        return plural(len(calls), "call") if calls else "idle"


@dataclass(frozen=True)
class Timeline(Displayed):
    """Calls over a thread pool at one moment.

    Attributes:
        calls: the calls in the order they were sent.
        workers: how many worker threads the server has.
        deadline: how long each client waits, in seconds; None for no deadline.
        now: the moment shown, in seconds on the calls' clock.
        over: nobody watches any more; what is still open stays as it is.
        expected: seconds the picture should be wide at least, so that it does not rescale while it grows.
        note: a sentence to show with the picture.
        problem: why there is no picture.

    In a notebook it shows itself as a picture without script; `CallTimeline` is the live one.
    """

    calls: tuple[CallSpan, ...] = ()
    workers: int = 1
    deadline: float | None = None
    now: float = 0.0
    over: bool = False
    expected: float = 0.0
    note: str = ""
    problem: Card | None = None

    @property
    def state(self) -> str:
        """``failed``, ``empty``, ``running`` or ``done``."""
        if self.problem is not None:
            return "failed"
        if not self.calls:
            return "empty"
        return "running" if not self.over and any(call.open for call in self.calls) else "done"

    @cached_property
    def end(self) -> float:
        """The right edge of the picture in seconds: all that happened, and the deadline where it is near."""
        times = [self.expected, self.now if self.state == "running" else 0.0]
        for call in self.calls:
            times += [call.sent_at, call.finished or 0.0, *(phase.end for phase in call.phases(self.now))]
        happened = max(times)
        deadlines = [call.deadline_at for call in self.calls if call.deadline_at is not None]
        near = [at for at in deadlines if at <= 1.5 * happened]
        return max([happened, *near]) or 1.0

    def lanes(self) -> tuple[WorkerLane, ...]:
        """The worker threads: those seen, by when they began to work, then those that never had work."""
        lanes: dict[str, list[tuple[int, Phase]]] = {}
        starts = [(call.handler_started, number) for number, call in enumerate(self.calls)]
        for _, number in sorted(pair for pair in starts if pair[0] is not None):
            call = self.calls[number]
            work = [(number, phase) for phase in call.phases(self.now) if phase.kind != "waiting"]
            lanes.setdefault(call.worker or "", []).extend(work)
        idle = [()] * (self.workers - len(lanes))
        return tuple(
            WorkerLane(f"worker {n}", tuple(work)) for n, work in enumerate([*lanes.values(), *idle], 1)
        )

    def worker_names(self) -> dict[int, str]:
        """Number of a call: name of the worker that ran it."""
        return {number: lane.name for lane in self.lanes() for number, _ in lane.work}

    def counts(self) -> str:
        """How many calls and workers, and what became of the calls."""
        if self.state == "failed":
            return "No calls were made"
        if not self.calls:
            return "No calls yet"
        doing = Counter(call.doing for call in self.calls)
        order = sorted(doing, key=lambda name: (name != "OK", name in ("running", "waiting"), name))
        sizes = f"{plural(len(self.calls), 'call')}, {plural(self.workers, 'worker')}"
        return f"{sizes}: {', '.join(f'{doing[name]} {name}' for name in order)}"

    def remarks(self) -> str:
        """What it cost: waiting, calls that never reached a worker, work that nobody waited for."""
        if self.problem is not None or not self.calls:
            return ""
        waits = [call.spent("waiting", self.now) for call in self.calls]
        parts = [f"longest wait {fmt_duration(max(waits))}"]
        never = sum(call.finished is not None and call.handler_started is None for call in self.calls)
        if never:
            parts.append(f"{never} never reached a worker")
        alone = sum(call.spent("abandoned", self.now) > 0 for call in self.calls)
        if alone:
            parts.append(f"{plural(alone, 'handler')} worked for nobody")
        return "; ".join(parts)

    @property
    def left_out(self) -> list[str]:
        """Sentences on what the pictures do not show."""
        notes, lanes = [], len(self.lanes())
        if len(self.calls) > MOST_CALLS:
            notes.append(
                f"The first {MOST_CALLS} of {len(self.calls):,} calls are drawn; the sentence above counts all."
            )
        if lanes > MOST_LANES:
            notes.append(f"The first {MOST_LANES} of {lanes:,} workers are drawn.")
        if self.deadline is not None and self.deadline > self.end:
            notes.append(f"The deadline of {fmt_duration(self.deadline)} lies to the right of the picture.")
        return notes

    def summary(self) -> str:
        """The picture in one sentence, computed from the values."""
        return "; ".join(filter(None, [self.counts(), self.remarks()])) + "."
