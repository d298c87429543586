"""A workshop on one machine: JupyterHub with many learners, who all run a lesson at the same time; times and memory.

    uv run --group test --group hub python benchmarks/hub.py --learners 30

starts a hub on 127.0.0.1 with the spawner and the authenticator of a quick trial (`simple` and `dummy`), a server for
each learner, and then runs all cells of a lesson for all of them as fast as the machine can: more than a class will
ever ask for, since people read between the cells. It ends by itself, and leaves nothing behind. It needs Node.js, for
the hub's proxy, which npm brings into a folder that goes afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from tools.environment import clean_environment
from tools.lessons import ROOT, Lesson, find_lessons, tags

PROXY = "configurable-http-proxy@5"
SETTINGS = ROOT / "workshop" / "hub" / "one_machine.py"
PATIENCE = 240  # seconds for a kernel to start
MARK = "HANDS_ON_GRPC_LOAD"
CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.notebook_dir = {course!r}
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args.extend({arguments!r})
c.Spawner.env_keep = {keep!r}
load_subconfig({settings!r})
c.Spawner.start_timeout = c.Spawner.http_timeout = 600
c.JupyterHub.active_server_limit = c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.cookie_secret = {secret!r}
c.JupyterHub.services = [{{"name": "load", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "load", "services": ["load"], "scopes": ["admin:users", "admin:servers", "access:servers"]}}
]
"""


@dataclass
class Learner:
    """One learner: seconds until the server answered, seconds of each cell, and what went wrong."""

    name: str
    spawn: float = 0
    lesson: float = 0
    cells: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Memory:
    """Megabytes of one learner: `rss` as `top` adds them up, `pss` with shared pages shared out among their users."""

    rss: dict[str, float]
    pss: dict[str, float]


class Hub:
    """A JupyterHub on this machine, with its own folder; use it as a context manager."""

    def __init__(self, folder: Path, learners: list[str]) -> None:
        self.folder, self.learners = folder, learners
        self.token, self.mark = secrets.token_hex(16), secrets.token_hex(8)
        self.url = ""

    def __enter__(self) -> Hub:
        proxy = proxy_command(self.folder)
        ports = [_free_port() for _ in range(3)]
        for name in self.learners:
            for part in ("notebooks", "protos"):
                ignore = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
                shutil.copytree(ROOT / part, self.folder / "homes" / name / "course" / part, ignore=ignore)
        environment = clean_environment(self.folder / "home")
        # Each learner's server has settings of its own, below its home.
        for key in [key for key in environment if key.startswith(("JUPYTER", "IPYTHON"))]:
            del environment[key]
        environment |= {MARK: self.mark}
        config = self.folder / "jupyterhub_config.py"
        config.write_text(configuration(self.folder, ports, proxy, self.token), encoding="utf-8")
        self.url = f"http://127.0.0.1:{ports[0]}/hub/api"
        self.server = f"http://127.0.0.1:{ports[0]}/user"
        with (self.folder / "hub.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(config)],
                cwd=self.folder, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(60)
        # Whatever is left of it, wherever it went.
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self._process.wait()

    def processes(self) -> Iterator[psutil.Process]:
        """All processes of the hub and its learners, however they were started."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get(MARK) == self.mark:
                    yield process

    def memory(self) -> Memory:
        """Megabytes by learner; what belongs to none is under an empty name."""
        rss: dict[str, float] = {}
        pss: dict[str, float] = {}
        for process in self.processes():
            with contextlib.suppress(psutil.Error, OSError):
                owner = process.environ().get("JUPYTERHUB_USER", "")
                info = process.memory_full_info()
                rss[owner] = rss.get(owner, 0) + info.rss / 1e6
                pss[owner] = pss.get(owner, 0) + getattr(info, "pss", info.uss) / 1e6
        return Memory(rss, pss)

    async def call(self, method: str, url: str, body: Any = None) -> Any:
        """Call a REST interface, the hub's or that of a learner's server; returns its JSON."""
        request = HTTPRequest(
            url,
            method,
            headers={"Authorization": f"token {self.token}"},
            body=json.dumps(body) if body is not None else None,
            allow_nonstandard_methods=True,
            connect_timeout=600,
            request_timeout=600,
        )
        response = await AsyncHTTPClient().fetch(request)
        return json.loads(response.body) if response.body else None

    async def ready(self) -> None:
        """Wait until the hub answers.

        Raises:
            ConnectionError: it ended, or does not answer for two minutes.
        """
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError, HTTPClientError):
                await self.call("GET", f"{self.url}/")
                return
            await asyncio.sleep(0.3)
        raise ConnectionError(f"the hub does not answer; its log ends:\n{self.log()[-3000:]}")

    def log(self) -> str:
        """What hub, proxy and servers have written."""
        return (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")


_KEPT = ["PATH", "LANG", "LC_ALL", "TZ", "HANDS_ON_GRPC_RECORDED"]


def configuration(folder: Path, ports: Sequence[int], proxy: Sequence[str], token: str) -> str:
    """The hub's configuration: its folder, the ports of the room, of the hub and of the proxy, and a token for all."""
    return CONFIG.format(
        public=ports[0],
        hub=ports[1],
        api=ports[2],
        proxy=list(proxy),
        python=sys.executable,
        homes=str(folder / "homes" / "{username}"),
        course="~/course",
        settings=str(SETTINGS),
        arguments=["--allow-root"] if os.geteuid() == 0 else [],
        keep=[*_KEPT, MARK],
        secret=secrets.token_bytes(32),
        token=token,
    )


def proxy_command(folder: Path) -> list[str]:
    """The hub's proxy: the one that is installed, or npm's, brought into a folder.

    Raises:
        SystemExit: there is no Node.js.
    """
    if found := shutil.which("configurable-http-proxy"):
        return [found]
    if not (shutil.which("node") and (npm := shutil.which("npm"))):
        sys.exit("JupyterHub's proxy runs on Node.js: install Node.js with npm first.")
    options = ["--silent", "--no-audit", "--no-fund", "--prefix", str(folder / "proxy")]
    subprocess.run([npm, "install", *options, PROXY], check=True, timeout=300)
    return [str(folder / "proxy" / "node_modules" / ".bin" / "configurable-http-proxy")]


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def start(hub: Hub, learner: Learner, turns: asyncio.Semaphore) -> None:
    """Start a learner's server, when it is its turn, and wait until it answers."""
    async with turns:
        started = time.perf_counter()
        await hub.call("POST", f"{hub.url}/users/{learner.name}/server", {})
        while True:
            user = await hub.call("GET", f"{hub.url}/users/{learner.name}")
            if any(server["ready"] for server in user["servers"].values()):
                break
            await asyncio.sleep(0.5)
        learner.spawn = time.perf_counter() - started


async def work(hub: Hub, learner: Learner, lesson: Lesson, pause: float) -> None:
    """Open the lesson as JupyterLab does and run its cells in order, with a pause after each, in seconds."""
    server = f"{hub.server}/{learner.name}"
    path = f"notebooks/{lesson.path.name}"
    started = time.perf_counter()
    session = await hub.call(
        "POST",
        f"{server}/api/sessions",
        {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}},
    )
    channel = await connect(hub, f"{server}/api/kernels/{session['kernel']['id']}/channels")
    try:
        for cell in lesson.code_cells:
            begun = time.perf_counter()
            failure = await run(channel, cell.source, cell.id)
            learner.cells.append(time.perf_counter() - begun)
            if failure and "raises-exception" not in tags(cell):
                learner.failures.append(f"{cell.id}: {failure}")
            await asyncio.sleep(pause)
    finally:
        channel.close()
    learner.lesson = time.perf_counter() - started - pause * len(learner.cells)


async def connect(hub: Hub, address: str) -> WebSocketClientConnection:
    """Connect to a kernel; again, as JupyterLab does, where the server gives a kernel up that is slow to start.

    Raises:
        ConnectionError: there is no kernel after some minutes.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        request = HTTPRequest(
            address.replace("http", "ws", 1),
            headers={"Authorization": f"token {hub.token}"},
            connect_timeout=600,
            request_timeout=600,
        )
        with contextlib.suppress(OSError, HTTPClientError, WebSocketClosedError):
            channel = await websocket_connect(request, max_message_size=1 << 28)
            if not await run(channel, "", "first"):
                return channel
        await asyncio.sleep(1)
    raise ConnectionError("its kernel did not start")


async def run(channel: WebSocketClientConnection, source: str, cell_id: str) -> str:
    """Run a cell in a kernel; returns the error it ended with, or an empty text."""
    number = uuid.uuid4().hex
    header = {
        "msg_id": number,
        "msg_type": "execute_request",
        "username": "",
        "session": "load",
        "version": "5.4",
    }
    content = {
        "code": source,
        "silent": False,
        "store_history": True,
        "allow_stdin": False,
        "stop_on_error": False,
    }
    message = {"header": header, "parent_header": {}, "metadata": {"cellId": cell_id}, "content": content}
    await channel.write_message(json.dumps({**message, "channel": "shell", "buffers": []}))
    failure, waiting = "", {"execute_reply", "idle"}
    while waiting:
        frame = await channel.read_message()
        if frame is None:
            return "the kernel hung up"
        # What has buffers comes in binary frames: a widget's, never what is waited for.
        if isinstance(frame, bytes):
            continue
        answer = json.loads(frame)
        if answer.get("parent_header", {}).get("msg_id") != number:
            continue
        kind = answer["header"]["msg_type"]
        if kind == "execute_reply":
            waiting.discard(kind)
            if answer["content"]["status"] == "error":
                failure = f"{answer['content']['ename']}: {answer['content']['evalue']}"
        elif kind == "status" and answer["content"]["execution_state"] == "idle":
            waiting.discard("idle")
    return failure


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--lesson", default="02", help="the number of the lesson (default: 02)")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between cells (default: none)")
    parser.add_argument("--starts", type=int, default=3, help="servers that start at a time (default: 3)")
    parser.add_argument("--minutes", type=float, default=20, help="when to give up (default: 20)")
    options = parser.parse_args()
    lesson = next((each for each in find_lessons() if each.name.startswith(options.lesson)), None)
    if lesson is None:
        parser.error(f"there is no lesson {options.lesson}")
    learners = [Learner(f"learner-{number:02}") for number in range(1, options.learners + 1)]
    task = asyncio.current_task()
    assert task is not None
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, task.cancel)
    # Only for the folder: a kernel's sockets have names, which must be short.
    with tempfile.TemporaryDirectory(prefix="hub-", ignore_cleanup_errors=True) as folder:
        try:
            async with _timeout(60 * options.minutes):
                with Hub(Path(folder), [each.name for each in learners]) as hub:
                    return await _measure(hub, learners, lesson, options.pause, options.starts)
        except (asyncio.TimeoutError, asyncio.CancelledError):
            print("stopped before the end", file=sys.stderr)
            return 1


@contextlib.asynccontextmanager
async def _timeout(seconds: float) -> Any:
    """`asyncio.timeout`, which Python has from 3.11 on."""
    task, over = asyncio.current_task(), False
    assert task is not None

    def end() -> None:
        nonlocal over
        over = True
        task.cancel()

    handle = asyncio.get_running_loop().call_later(seconds, end)
    try:
        yield
    except asyncio.CancelledError:
        if over:
            raise asyncio.TimeoutError from None
        raise
    finally:
        handle.cancel()


async def _measure(hub: Hub, learners: list[Learner], lesson: Lesson, pause: float, starts: int) -> int:
    AsyncHTTPClient.configure(None, max_clients=4 * len(learners) + 10)
    await hub.ready()
    print(f"{len(learners)} learners, {os.cpu_count()} cores, lesson {lesson.name}", flush=True)
    names = {"usernames": [each.name for each in learners]}
    await hub.call("POST", f"{hub.url}/users", names)

    began = time.perf_counter()
    turns = asyncio.Semaphore(starts)
    await asyncio.gather(*(start(hub, each, turns) for each in learners))
    _tell("servers started", time.perf_counter() - began, [each.spawn for each in learners])
    _tell_memory("servers alone", hub.memory(), learners)

    began = time.perf_counter()
    outcomes = await asyncio.gather(
        *(work(hub, each, lesson, pause) for each in learners), return_exceptions=True
    )
    for learner, outcome in zip(learners, outcomes, strict=True):
        if isinstance(outcome, Exception):
            learner.failures.append(repr(outcome))
    _tell("lessons run", time.perf_counter() - began, [each.lesson for each in learners])
    cells = sorted(seconds for each in learners for seconds in each.cells)
    print(
        f"{'a cell':<18} median {statistics.median(cells):.2f} s, nine of ten within {cells[int(0.9 * len(cells))]:.1f} s"
    )
    _tell_memory("with the lesson", hub.memory(), learners)

    failed = [each for each in learners if each.failures]
    print(f"{len(learners) - len(failed)} of {len(learners)} learners ran every cell without an error")
    for each in failed:
        print(f"  {each.name}: {'; '.join(each.failures)[:300]}")
    return int(bool(failed))


def _tell(what: str, total: float, times: list[float]) -> None:
    print(
        f"{what:<18} after {total:.0f} s in all; each {min(times):.1f} to {max(times):.1f} s, "
        f"median {statistics.median(times):.1f} s",
        flush=True,
    )


def _tell_memory(what: str, memory: Memory, learners: list[Learner]) -> None:
    rss, pss = ([each.get(learner.name, 0) for learner in learners] for each in (memory.rss, memory.pss))
    print(
        f"{what:<18} a learner {statistics.median(rss):.0f} MB (at most {max(rss):.0f}) as `top` adds up, "
        f"{statistics.median(pss):.0f} MB with shared pages shared out; "
        f"hub and proxy {memory.pss.get('', 0):.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
