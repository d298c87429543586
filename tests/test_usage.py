"""What work costs: memory and processor time of processes, one of which may end or be started again meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from helpers import watch


def child(code: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, encoding="utf-8")


def test_memory_and_processor_time_of_two_processes():
    with child("x = b'x' * 50_000_000; print(1, flush=True)\nwhile True: pass") as other:
        other.stdout.readline()
        with watch({"this one": os.getpid(), "other": other}) as seen:
            time.sleep(0.5)
        other.kill()
    assert seen.memory["other"] > 50_000_000
    assert seen.memory["this one"] > 10_000_000
    assert seen.processor["other"] > 0
    assert seen.seconds >= 0.5
    assert seen.chart is None
    assert [thread.name for thread in threading.enumerate() if thread.name == "watched processes"] == []


def test_with_a_title_there_is_a_chart():
    with watch({"this one": os.getpid()}, "Memory") as seen:
        pass
    assert str(seen.chart).startswith("Memory · ✓ done")
    assert seen.chart.most("this one") == seen.memory["this one"]
    with pytest.raises(ZeroDivisionError), watch({"this one": os.getpid()}, "Memory") as seen:
        raise ZeroDivisionError
    assert "✗ ZeroDivisionError" in str(seen.chart)
    assert seen.seconds > 0


def test_a_process_that_ends_is_a_gap():
    with child("print(1, flush=True); import time; time.sleep(60)") as other:
        other.stdout.readline()
        with watch({"other": other}, "Memory") as seen:
            other.kill()
            other.wait()
            time.sleep(0.1)
    assert seen.memory["other"] > 0
    assert seen.chart.values("other")[-1][1] is None
    assert "cannot be measured" not in str(seen.chart)
    with child("print(1, flush=True); import time; time.sleep(60)") as other:
        other.stdout.readline()
        with watch({"other": other}) as seen:
            other.kill()
            other.wait()
            time.sleep(0.1)
    assert seen.memory["other"] > 0


class Restarted:
    def __init__(self, pid: int) -> None:
        self.pid = pid


def test_a_process_that_is_started_again_is_followed():
    loop = "print(1, flush=True)\nwhile True: pass"
    with child(loop) as first, child(loop) as second:
        for each in (first, second):
            each.stdout.readline()
        server = Restarted(first.pid)
        with watch({"server": server}) as seen:
            time.sleep(0.3)
            of_first = seen.processor["server"]
            server.pid = second.pid
            time.sleep(0.3)
        first.kill(), second.kill()
    assert seen.processor["server"] > of_first > 0


@pytest.mark.parametrize("wrong", ["4711", None, object()])
def test_what_is_no_process(wrong):
    with pytest.raises(TypeError, match="'server' is no process"), watch({"server": wrong}):
        pass


def test_a_process_that_has_ended_before():
    with child("") as other:
        other.wait()
    with (
        pytest.raises(ProcessLookupError, match=r"'server' has ended\. Run the cell"),
        watch({"server": other}),
    ):
        pass
