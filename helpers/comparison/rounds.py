"""Rounds: in each, every candidate runs once, in an order of its own, so that luck is shared out evenly.

A machine that slows down for a second slows down whoever runs then; over the rounds that is everybody. And as
the order changes from round to round, nobody always comes after the one that leaves the machine warm.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .clients import Client, Work
from .processes import ServerProcess
from .ranking import LEAST_ROUNDS

SEED = 40
MOST_REPEATS = 10_000


@dataclass(frozen=True)
class Mode:
    """How much time is spent.

    Attributes:
        budget: seconds for the rounds of one case; more only where that is not enough for `least_rounds`.
        least: seconds that a candidate runs in a round, at least: a fast one repeats its work as often as it takes.
        least_rounds: rounds of each case, at least.
        most_rounds: and at most.
    """

    budget: float
    least: float
    least_rounds: int = LEAST_ROUNDS
    most_rounds: int = 25


MODES = {"quick": Mode(budget=1.0, least=0.008), "thorough": Mode(budget=20.0, least=0.06, least_rounds=10)}


@dataclass
class Sampler:
    """A candidate in one case.

    Attributes:
        client: connected.
        server: of the client.
        repeats: how often the work is done in one round.
        estimate: seconds that one round takes, about.
        seconds: what was measured, a value a round: the seconds of one run.
        client_cpu: processor time of this process over all rounds, in seconds.
        server_cpu: and of the server's.
    """

    client: Client
    server: ServerProcess
    repeats: int = 1
    estimate: float = 0.0
    seconds: list[float] = field(default_factory=list)
    client_cpu: float = 0.0
    server_cpu: float = 0.0

    @property
    def runs(self) -> int:
        """Runs of all rounds together."""
        return self.repeats * len(self.seconds)

    def warm_up(self, warm: Work, work: Work, least: float) -> None:
        """Connects, wakes up both sides, and finds out how many repeats take `least` seconds; nothing counts."""
        share = warm.count / work.count if work.count else 1
        self.client.run(warm, 1)
        while True:
            took = self.client.run(warm, self.repeats) / share
            if took >= least or self.repeats >= MOST_REPEATS:
                break
            wanted = least / took * self.repeats if took > 0 else MOST_REPEATS
            self.repeats = min(MOST_REPEATS, max(self.repeats * 2, round(wanted)))
        self.estimate = took

    def measure(self, work: Work) -> None:
        """One round."""
        server, client = self.server.cpu(), time.process_time()
        took = self.client.run(work, self.repeats)
        client, server = time.process_time() - client, self.server.cpu() - server
        self.seconds.append(took / self.repeats)
        self.client_cpu += client
        self.server_cpu += server


def how_many(samplers: Sequence[Sampler], mode: Mode) -> int:
    """How many rounds fit the budget."""
    one = sum(sampler.estimate for sampler in samplers)
    fit = int(mode.budget / one) if one > 0 else mode.most_rounds
    return min(mode.most_rounds, max(mode.least_rounds, fit))


def orders(names: Sequence[str], rounds: int) -> list[list[str]]:
    """Who comes when: the same at each run, different in each round."""
    chance = random.Random(SEED)
    return [chance.sample(names, len(names)) for _ in range(rounds)]


def measure(
    samplers: Mapping[str, Sampler],
    work: Work,
    rounds: int,
    failed: Callable[[str, Exception], None],
    progress: Callable[[float], None],
) -> None:
    """Plays all rounds.

    Args:
        samplers: by name; who fails is left out from there on, and has no result.
        work: the case's.
        rounds: how many.
        failed: is told who failed, and why.
        progress: is told after each round which share of them is done.
    """
    out: set[str] = set()
    for number, order in enumerate(orders(list(samplers), rounds)):
        for name in order:
            if name in out:
                continue
            try:
                samplers[name].measure(work)
            except Exception as error:
                out.add(name)
                failed(name, error)
        progress((number + 1) / rounds)
