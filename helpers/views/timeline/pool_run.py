"""One experiment of a `PoolLab`: it starts the learner's calls, watches them, and cleans up behind them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..kit.card import Card, card
from ..kit.problem import problem_card
from .model import CallSpan, Timeline

TITLE = "your experiment"
NO_NUMBERS = (
    'The handlers\' side is missing: send metadata=[("call", str(n))] with call number n, '
    "so that a handler's run can be found for its call."
)


class WrongResult(TypeError):
    """An experiment returned something else than a server and futures."""


@dataclass
class Sent:
    """What the client knows of one call; times are `time.monotonic` seconds."""

    sent_at: float
    deadline_at: float | None = None
    finished: float | None = None
    status: str | None = None


def observe(sent: Iterable[Sent], log: Iterable[Any], timeline: Timeline, now: float) -> Timeline:
    """``timeline`` with the calls as they stand at ``now``, on a clock that starts with the first call.

    ``log`` holds the server's account: records with ``metadata``, ``thread``, ``started_at`` and
    ``ended_at``. Call number n is the record whose metadata has ``call`` = n.
    """
    sent, log = list(sent), list(log)
    if not sent:
        return timeline
    runs: dict[str, Any] = {}
    for run in log:
        # The first run counts where a call was tried more than once.
        runs.setdefault(str(dict(run.metadata or ()).get("call")), run)
    zero = min(call.sent_at for call in sent)

    def since(moment: float | None) -> float | None:
        return None if moment is None else max(0.0, moment - zero)

    calls = []
    for number, call in enumerate(sent):
        run = runs.get(str(number))
        calls.append(
            CallSpan(
                label=f"call {number}",
                sent_at=call.sent_at - zero,
                handler_started=since(run.started_at) if run else None,
                handler_ended=since(run.ended_at) if run else None,
                finished=since(call.finished),
                status=call.status,
                worker=run.thread if run else None,
                deadline_at=since(call.deadline_at),
            )
        )
    unknown = bool(log) and not any(call.worker for call in calls)
    return replace(
        timeline,
        calls=tuple(calls),
        deadline=timeline.deadline if any(call.deadline_at is not None for call in calls) else None,
        now=now - zero,
        note=NO_NUMBERS if unknown else "",
    )


class PoolRun:
    """One run of an experiment in a daemon thread of its own, which ends with it.

    Args:
        experiment: called with ``settings`` as keywords; returns ``(server, futures)``.
        settings: ``delay`` and ``deadline`` in seconds, ``workers``, ``calls``.
        show: told every new `Timeline`, at most ten times a second, the last one always.
        patience: seconds after which a run that does not end by itself is ended.
    """

    def __init__(
        self,
        experiment: Callable[..., Any],
        settings: dict[str, Any],
        show: Callable[[PoolRun, Timeline], None],
        patience: float = 60.0,
    ) -> None:
        self.experiment, self.settings, self.patience = experiment, settings, patience
        self._show = show
        self._cancelled = threading.Event()
        self._server: Any = None
        self._futures: list[Any] = []
        self._sent: list[Sent] = []
        delay, deadline = settings["delay"], settings["deadline"]
        rounds = -(-settings["calls"] // settings["workers"])
        self.timeline = Timeline(
            workers=settings["workers"],
            deadline=deadline,
            expected=1.05 * max(deadline, min(delay * rounds, deadline + delay)),
        )
        self._thread = threading.Thread(target=self._work, name="pool-lab", daemon=True)

    def start(self) -> None:
        """Starts the calls and returns."""
        self._thread.start()

    def cancel(self) -> None:
        """Ends the run soon: calls cancelled, server stopped, thread over. Returns at once."""
        self._cancelled.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits until the run is over and nothing of it is left; False if it took longer than ``timeout`` s."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        for step in (self._send_and_watch, self._clean_up):
            try:
                step()
            except WrongResult as error:
                self._fail(card("raised", TITLE, str(error)))
            except Exception as error:
                self._fail(problem_card(error, title=TITLE))
        self._show(self, replace(self.timeline, over=True))

    def _fail(self, problem: Card) -> None:
        """Shows what went wrong first."""
        self.timeline = replace(self.timeline, problem=self.timeline.problem or problem)

    def _send_and_watch(self) -> None:
        if self._cancelled.is_set():
            return
        before = time.monotonic()
        result = self.experiment(**self.settings)
        after = time.monotonic()
        pair = isinstance(result, tuple) and len(result) == 2
        self._server, futures = result if pair else (result, ())
        self._futures = list(futures)
        if not pair or not hasattr(self._server, "log"):
            raise WrongResult("The experiment must return two things: `return server, futures`.")
        if not self._futures:
            raise WrongResult("The experiment returned no futures: one for each call is needed.")
        if not all(hasattr(future, "add_done_callback") for future in self._futures):
            raise WrongResult(
                "The calls must be futures: `stub.GetQuote.future(...)`, not `stub.GetQuote(...)`."
            )
        for future in self._futures:
            self._sent.append(sent := when_sent(future, self.settings["deadline"], before, after))
            future.add_done_callback(lambda future, sent=sent: _finish(future, sent))
        workers = getattr(self._server, "workers", self.settings["workers"])
        self.timeline = replace(self.timeline, workers=workers)
        self._watch()

    def _watch(self) -> None:
        # Large pictures are sent less often, so that a slow connection keeps up.
        pause = max(0.1, len(self._sent) / 200)
        end = time.monotonic() + self.patience
        quiet = 0
        while not self._cancelled.is_set() and time.monotonic() < end:
            self._look(self._server.log)
            self._show(self, self.timeline)
            # A handler may begin shortly after its client has left: done is what stays done.
            quiet = 0 if self._busy() else quiet + 1
            if quiet == 2:
                break
            self._cancelled.wait(pause)

    def _busy(self) -> bool:
        runs = tuple(self._server.log)
        return any(sent.finished is None for sent in self._sent) or any(run.ended_at is None for run in runs)

    def _look(self, log: Iterable[Any]) -> None:
        self.timeline = observe(self._sent, tuple(log), self.timeline, time.monotonic())

    def _clean_up(self) -> None:
        log = getattr(self._server, "log", ())
        try:
            for future in self._futures:
                future.cancel()
        finally:
            if hasattr(self._server, "stop"):
                self._server.stop(0)
        # Nothing holds the calls and their channel any more: gRPC closes them.
        self._server, self._futures = None, []
        for _ in range(20):  # a cancelled call takes a moment to say so
            if all(sent.finished is not None for sent in self._sent):
                break
            time.sleep(0.02)
        self._look(log)


def when_sent(future: Any, deadline: float, before: float, after: float) -> Sent:
    """When a call was sent and when its client gives up.

    A future does not say when it was sent, but how much time it has left, and it was given ``deadline``
    seconds. Where that does not fit (no deadline, another one, already over) the call was sent at ``after``,
    the moment all of them were.
    """
    now = time.monotonic()
    left = future.time_remaining() if hasattr(future, "time_remaining") else None
    if not left:
        return Sent(after)
    sent_at = now + left - deadline
    return Sent(sent_at if before <= sent_at <= after else after, now + left)


def _finish(future: Any, sent: Sent) -> None:
    sent.status, sent.finished = future.code().name, time.monotonic()
