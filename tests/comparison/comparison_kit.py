"""Contenders that behave as a test wants them to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from helpers.comparison.clients import Client, Work
from helpers.comparison.contenders import ENTRIES, Entry


def entry_of(name: str) -> Entry:
    """The entry of a contender."""
    return next(entry for entry in ENTRIES if entry.contender.id == name)


def variant(name: str, id: str, wrap: Callable[[Client], Client]) -> Entry:
    """A contender whose client is not quite what it was."""
    entry = entry_of(name)

    def wrapped(connect):
        return lambda address: wrap(connect(address))

    clients = {case: wrapped(connect) for case, connect in entry.clients.items()}
    return Entry(replace(entry.contender, id=id, name=id), entry.kind, clients)


class Changed:
    """A client that does what another does; a test overrides the rest."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def run(self, work: Work, repeats: int) -> float:
        return self.client.run(work, repeats)

    def close(self) -> None:
        self.client.close()


class Slowed(Changed):
    """A client that sleeps for 20 ms in each run."""

    def run(self, work: Work, repeats: int) -> float:
        started = time.perf_counter()
        for _ in range(repeats):
            self.client.run(work, 1)
            time.sleep(0.02)
        return time.perf_counter() - started
