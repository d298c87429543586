"""Throttled sending: many changes are few updates, and the last one is always sent."""

from __future__ import annotations

import threading
import time

import pytest

from helpers.views.kit import throttle
from helpers.views.kit.throttle import Pacer

PATIENCE = 30.0  # for what must happen; nothing here depends on how long it takes


def until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == name]


def test_many_pokes_are_few_sends_and_the_last_is_always_seen():
    state, seen = [0], []
    pacer = Pacer(lambda: seen.append(state[0]) or 0)
    for number in range(1, 5001):
        state[0] = number
        pacer.poke()
    pacer.flush(PATIENCE)
    assert seen[-1] == 5000
    assert len(seen) < 500
    assert threads("view updates") == []


def test_pokes_from_many_threads_lose_nothing():
    total, seen, lock = [0], [], threading.Lock()
    pacer = Pacer(lambda: seen.append(total[0]) or 0, period=0.001)

    def work() -> None:
        for _ in range(300):
            with lock:
                total[0] += 1
            pacer.poke()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    pacer.flush(PATIENCE)
    assert seen[-1] == 2400
    pacer.poke()
    pacer.flush(PATIENCE)
    assert seen[-2:] == [2400, 2400], "it works again after its thread has ended"


def test_large_updates_come_less_often(monkeypatch):
    waits = []
    pacer = Pacer(lambda: 1_000_000)
    monkeypatch.setattr(pacer._hurry, "wait", waits.append)
    pacer.poke()
    pacer.flush(PATIENCE)
    assert waits == [1_000_000 / throttle.BUDGET]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_send_that_fails_does_not_end_the_pacer():
    seen = []

    def send() -> int:
        seen.append(None)
        if len(seen) == 1:
            raise OSError("connection gone")
        return 0

    pacer = Pacer(send)
    pacer.poke()
    until(lambda: threads("view updates") == [])
    pacer.poke()
    pacer.flush(PATIENCE)
    assert len(seen) == 2
