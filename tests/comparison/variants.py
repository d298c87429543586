"""Candidates that behave as a test wants them to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from helpers.comparison.candidates import SETUPS, Setup
from helpers.comparison.clients import Client, Work


def entry_of(name: str) -> Setup:
    """The setup of a candidate."""
    return next(setup for setup in SETUPS if setup.candidate.id == name)


def variant(name: str, id: str, wrap: Callable[[Client], Client]) -> Setup:
    """A candidate whose client is not quite what it was."""
    setup = entry_of(name)

    def wrapped(connect):
        return lambda address: wrap(connect(address))

    clients = {case: wrapped(connect) for case, connect in setup.clients.items()}
    return Setup(replace(setup.candidate, id=id, name=id), setup.kind, clients)


class Changed:
    """A client that does what another does; a test overrides the rest."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def run(self, work: Work, repeats: int) -> float:
        return self.client.run(work, repeats)

    def close(self) -> None:
        self.client.close()


class Slowed(Changed):
    """A client that sleeps for 100 ms in each run: longer than a busy machine stands still as a rule."""

    def run(self, work: Work, repeats: int) -> float:
        started = time.perf_counter()
        for _ in range(repeats):
            self.client.run(work, 1)
            time.sleep(0.1)
        return time.perf_counter() - started
