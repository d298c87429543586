"""Functions run one after the other in a thread of their own."""

from __future__ import annotations

import threading
import time

from helpers.views.kit.serial import WAITING_CALLS, Serial

PATIENCE = 30.0  # for what must happen; nothing here depends on how long it takes


def until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == name]


def test_serial_runs_in_order_and_goes_on_after_an_error():
    done, errors = [], []
    serial = Serial("test serial", errors.append)
    serial.submit(done.append, 1)
    serial.submit(int, "x")
    serial.submit(done.append, 2)
    until(lambda: done == [1, 2])
    assert [type(error) for error in errors] == [ValueError]
    until(lambda: threads("test serial") == [])


def test_serial_refuses_what_a_blocked_function_cannot_take():
    release = threading.Event()
    serial = Serial("test serial", lambda error: None)
    serial.submit(release.wait, PATIENCE)
    until(lambda: not serial._work)
    assert all(serial.submit(int) for _ in range(WAITING_CALLS))
    assert not serial.submit(int)
    release.set()
    serial.stop(PATIENCE)
    assert threads("test serial") == []
