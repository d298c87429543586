"""The servers' processes: they start, they tell why not, and they end, however their parent does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

from helpers.comparison import processes
from helpers.comparison.processes import ServerError, ServerProcess

PARENT = """
import sys, time
from helpers.comparison.processes import ServerProcess
servers = [ServerProcess("starlette"), ServerProcess("grpc")]
ready = sys.argv[1] == "ready"
for server in servers:
    if ready:
        server.wait()
print(*[server.pid for server in servers], flush=True)
time.sleep(60)
"""


def gone(pid: int, within: float = 20) -> bool:
    """Whether a process ends within some seconds; one that nobody has buried yet counts as ended."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("state", ["ready", "starting"])
@pytest.mark.skipif(os.name == "nt", reason="sends Unix signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_servers_end_with_their_parent(how, state, root):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, state],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=root,
        start_new_session=True,
        encoding="utf-8",
    ) as parent:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        # As a terminal and as Jupyter do it: to the whole group, of which the servers are no part.
        os.killpg(parent.pid, how)
        parent.wait(20)
    assert [gone(pid) for pid in pids] == [True, True]


def test_servers_end_when_they_are_told_to(servers, nothing_left):
    server = ServerProcess("starlette").wait()
    url = f"http://{server.address}/parcels?limit=2"
    with urllib.request.urlopen(url, timeout=20) as reply:
        assert reply.status == 200
    before = server.cpu()
    assert server.cpu() >= before > 0
    server.stop()
    assert gone(server.pid, within=0.1)
    server.stop()
    with pytest.raises(ServerError, match="was stopped"):
        server.cpu()


def test_stop_all_ends_what_runs(nothing_left):
    started = [ServerProcess("starlette"), ServerProcess("grpc")]
    processes.stop_all()
    assert all(gone(server.pid, within=0.1) for server in started)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import no_such_module", "No module named 'no_such_module'. Install the course's packages"),
        ("raise OSError('no port left')", "did not start: OSError: no port left. `python"),
        ("raise SystemExit(3)", "it ended with exit code 3"),
        ("print('hello')", "did not start: it ended with exit code 0"),
    ],
)
def test_a_server_that_does_not_start_tells_why(program, told, nothing_left, monkeypatch):
    monkeypatch.setattr(processes, "COMMAND", (sys.executable, "-c", program))
    server = ServerProcess("sample")
    with pytest.raises(ServerError) as raised:
        server.wait()
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)
    assert gone(server.pid, within=0.1)


def test_a_server_that_never_gets_ready_is_given_up(nothing_left, monkeypatch):
    monkeypatch.setattr(processes, "PATIENCE", 0.5)
    monkeypatch.setattr(processes, "COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    server = ServerProcess("sample")
    with pytest.raises(ServerError, match="nothing came within"):
        server.wait()
    assert gone(server.pid, within=0.1)


def test_a_server_that_has_ended_is_noticed(nothing_left):
    server = ServerProcess("starlette").wait()
    psutil.Process(server.pid).kill()
    with pytest.raises(ServerError, match="did not answer: it ended with exit code -9"):
        server.cpu()
    with pytest.raises(ServerError, match="did not answer"):
        server.cpu()


def test_servers_say_what_they_run_on(servers):
    assert servers["grpc"].runs_on == "10 threads"
    assert servers["grpc-aio"].runs_on in ("uvloop", "asyncio")
    # Whatever loop there is, both sides have the same.
    loops = {servers[kind].runs_on.split(", ")[0] for kind in servers if kind != "grpc"}
    assert loops == {servers["grpc-aio"].runs_on}
    assert len({server.address for server in servers.values()}) == len(servers)
    assert all(server.address.startswith("127.0.0.1:") for server in servers.values())
