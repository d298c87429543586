"""A thread that does something again and again, and once more at its end."""

from __future__ import annotations

import time

from helpers.views.kit.repeating import RepeatingThread


def test_at_once_again_and_a_last_time():
    times = []
    ticker = RepeatingThread(lambda: times.append(1), 0.005, "ticks")
    ticker.start()
    while len(times) < 3:
        time.sleep(0.001)
    ticker.end()
    assert not ticker.is_alive()
    count = len(times)
    time.sleep(0.02)
    assert len(times) == count >= 3


def test_it_ends_at_once():
    times = []
    ticker = RepeatingThread(lambda: times.append(1), 60, "ticks")
    ticker.start()
    ticker.end()
    assert len(times) in (1, 2)


def test_it_may_end_itself():
    ticker = RepeatingThread(lambda: ticker.end(), 60, "ticks")
    ticker.start()
    ticker.join(5)
    assert not ticker.is_alive()
