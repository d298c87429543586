"""Servers in processes of their own: found, heard, ended, started again, and gone with whoever started them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest

from helpers import cells, tap
from helpers.servers import ServeError, children, running, serve_process, stop_all
from helpers.servers.program_run import port_in
from tests.servers.footprint import Footprint, settled
from tests.servers.programs import ECHO, GRACEFUL, NODE, PARENT, STUBBORN

TIMEOUT = 20  # seconds; only a test that fails waits for it
unix = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")


@pytest.fixture
def program(tmp_path):
    """Writes a program into a file, and gives its path."""

    def write(text: str, name: str = "program.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def answer(server) -> str:
    """What a server says to somebody who connects."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT) as connection:
        return connection.makefile(encoding="utf-8").read()


def until(condition) -> bool:
    """Whether something comes true in a while."""
    deadline = time.monotonic() + TIMEOUT
    while not (true := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(true)


def gone(pid: int) -> bool:
    """Whether a process ends; one that nobody has buried yet counts as ended."""

    def over() -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return until(over)


def printed(server) -> list[str]:
    return [line.text for line in server.log if line.printed]


def test_a_file_is_started_and_found(program):
    server = serve_process(program(ECHO), "orders.db", 3, env={"COLOR": "green"})
    assert answer(server) == str(server.pid) != str(os.getpid())
    assert server.address == f"127.0.0.1:{server.port}"
    assert server.running
    assert server.exit_code is None
    assert repr(server) == f"<ProcessServer program.py on {server.address}, process {server.pid}, running>"
    assert until(lambda: len(printed(server)) == 2)
    assert printed(server) == [f"listening on {server.address}", "given ['orders.db', '3']"]
    assert running() == [server]


def test_a_module_is_started_as_in_a_terminal(program, tmp_path):
    program(ECHO, "shop.py")
    server = serve_process("python", "-m", "shop", folder=tmp_path)
    assert answer(server) == str(server.pid)


def test_environment_folder_and_port_reach_the_program(program, tmp_path):
    text = "import os, sys\nprint(os.environ['COLOR'], os.getcwd(), sys.argv[1])\n" + ECHO
    server = serve_process(program(text).name, "--port={port}", env={"COLOR": "green"}, folder=tmp_path)
    assert printed(server)[0] == f"green {tmp_path} --port=0"
    assert "COLOR" not in os.environ


def test_no_colors_are_asked_for_but_by_whoever_wants_them(program, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in a kernel
    asks = program(
        "import os\nprint(*[os.environ.get(n) for n in ('NO_COLOR', 'FORCE_COLOR')], 'listening on 1')\ninput()"
    )
    told = [printed(serve_process(asks, env=env))[0] for env in ({}, {"FORCE_COLOR": "3"})]
    assert told == ["1 None listening on 1", "1 3 listening on 1"]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.parametrize("command", [(), ("node",)], ids=["a file", "as in a terminal"])
def test_node_is_started_found_and_ended(program, command):
    server = serve_process(*command, program(NODE, "program.js"))
    assert answer(server) == str(server.pid)
    pid = server.pid
    assert server.restart().pid != pid
    assert answer(server) == str(server.pid)
    server.kill()
    assert gone(server.pid)


@unix
def test_stop_asks_and_the_program_answers(program):
    server = serve_process(program(GRACEFUL))
    assert server.stop(grace=TIMEOUT).wait(TIMEOUT)
    assert (server.running, server.exit_code) == (False, 7)
    assert printed(server)[-1] == "farewell"
    assert [line.text for line in server.log if not line.printed] == [
        f"process {server.pid} begins",
        f"process {server.pid} is sent SIGTERM",
        f"process {server.pid} has ended with exit code 7",
    ]
    assert repr(server).endswith("has ended with exit code 7>")
    assert server.stop().is_set()
    assert running() == []


@unix
def test_what_does_not_end_when_it_is_asked_to_is_killed(program):
    server = serve_process(program(STUBBORN))
    stopped = server.stop(grace=0.3)
    assert server.running
    assert stopped.wait(TIMEOUT)
    assert server.exit_code == -9
    assert repr(server).endswith("was ended by SIGKILL>")


@unix
def test_stop_all_ends_the_stubborn_too(program):
    servers = [serve_process(program(STUBBORN)), serve_process(program(GRACEFUL))]
    stop_all()
    assert [server.running for server in servers] == [False, False]


@unix
def test_kill_tells_the_program_nothing(program):
    server = serve_process(program(GRACEFUL))
    server.kill()
    assert (server.running, server.exit_code) == (False, -9)
    assert "farewell" not in printed(server)
    server.kill()


@unix
def test_what_it_has_started_itself_ends_with_it(program):
    server = serve_process(program(PARENT))
    assert until(lambda: "child" in printed(server))
    child = int(printed(server)[0].split()[-1])
    server.stop().wait(TIMEOUT)
    assert gone(child)


def test_a_restart_keeps_port_log_and_tap(program):
    server = serve_process(program(ECHO))
    pid, port = server.pid, server.port
    with tap(server) as before:
        server.kill()
        assert server.restart() is server
        assert server.port == port
        assert server.pid != pid
        assert answer(server) == str(server.pid)
        assert answer(before) == str(server.pid)
        assert not before.closed
    assert f"process {pid} begins" in [line.text for line in server.log]
    pid = server.pid
    server.restart()  # one that runs is stopped before
    assert gone(pid)
    stop_all()
    server.restart()
    assert running() == [server]


def test_the_cell_that_started_it_replaces_it(program, monkeypatch):
    def run(cell: str, number: str) -> None:
        monkeypatch.setattr(cells, "running", lambda: cells.CellRun(cell, number))

    run("a", "1")
    first = serve_process(program(ECHO))
    second = serve_process(program(ECHO))
    run("b", "1")
    second.kill()
    second.restart()
    other = serve_process(program(ECHO))
    run("a", "2")
    third = serve_process(program(ECHO))
    assert [server.running for server in (first, second, other, third)] == [False, False, True, True]
    run("c", "1")
    stop_all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("raise ValueError('no \\x1b[31mdatabase')", r"before it listened.*\n    program.py, line 1, in <module>\n"
         r".*ValueError: no \\x1b\[31mdatabase\nMend it, and run the cells that write it"),
        ("print('tables made'); raise SystemExit(3)", r"^program.py has ended with exit code 3 before it listened.\n"
         r"It printed last:\n  tables made\nMend it"),
        ("", r"^program.py has ended with exit code 0 before it listened.\nIt printed nothing.\nMend it"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was ended by SIGKILL before it listened"),
    ],
)  # fmt: skip
@unix
def test_a_program_that_ends_at_once_shows_its_last_lines(program, text, told):
    with pytest.raises(ServeError, match=f"(?s){told}"):
        serve_process(program(text))
    assert running() == []


def test_a_program_that_never_listens_is_ended(program):
    before = psutil.Process().children()
    with pytest.raises(
        ServeError, match=r"did not say within 0.5 s.*\nIt printed last:\n  1\n.*listening on.*again.$"
    ):
        serve_process(program("print(1)\nimport time\ntime.sleep(60)"), patience=0.5)
    assert until(lambda: psutil.Process().children() == before)


@unix
def test_the_stop_button_ends_a_program_that_does_not_listen(program):
    before = psutil.Process().children()
    timer = threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        serve_process(program("import time\ntime.sleep(60)"))
    assert until(lambda: psutil.Process().children() == before)
    assert running() == []


def test_a_port_in_use_is_told(program):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(ServeError, match=f"Port {port} is in use"):
            serve_process(program(ECHO), port=port)
    server = serve_process(program(ECHO), port=port)
    assert server.port == port
    server.kill()
    with socket.create_server(("127.0.0.1", port)), pytest.raises(ServeError, match=f"Port {port} is in use"):
        server.restart()


def test_a_program_that_takes_another_port_is_told(program):
    text = ECHO.replace('int(os.environ["PORT"])', "0")
    server = serve_process(program(text))
    with pytest.raises(ServeError, match=f"(?s)was told port {server.port}.*Let it bind the port"):
        server.restart()
    assert not server.running


@pytest.mark.parametrize(
    ("arguments", "options", "told"),
    [
        (("nowhere.py",), {}, "There is no file .*nowhere.py.\nRun the cell that writes it first."),
        (("no-such-program",), {}, "There is no program no-such-program on this machine"),
        ((print,), {}, "it needs a program"),
        (("",), {}, "it needs a program"),
        (("python",), {"port": "80"}, "'80' is no port"),
        (("python",), {"env": {"PORT": 80}}, "`env` has texts by name"),
        (("python",), {"folder": "/no/such/folder"}, "cannot be started: No such file or directory"),
    ],
)
def test_what_cannot_be_started_is_told(arguments, options, told):
    with pytest.raises(ServeError, match=told):
        serve_process(*arguments, **options)
    assert running() == []


def test_no_node_is_told(program, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ServeError, match=r"needs Node.js.*\nInstall it"):
        serve_process(program(NODE, "program.mjs"))


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("listening on 127.0.0.1:43211", 43211),
        ("Listening on [::]:50051", 50051),
        ("INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)", 8000),
        ("Server started, listening on 50051", 50051),
        ("Server listening on port 50051.", 50051),
        ('{"msg": "listening", "port": 43211}', 43211),
        ("Server ready at http://localhost:4000/v1", 4000),
        ("connecting to 127.0.0.1:5432", 0),
        ("ready in 300 ms", 0),
        ("listening on 127.0.0.1", 0),
        ("listening on 127.0.0.1:99999", 0),
        ("running on Python 3.11.7", 0),
    ],
)
def test_the_line_that_says_where_it_listens(line, port):
    assert port_in(line) == port


def test_the_log_shows_its_last_lines_and_nothing_that_a_page_would_obey(program):
    text = "print('<b>bold</b>\\x1b[2J')\nfor n in range(30): print('line', n)\n" + ECHO
    server = serve_process(program(text))
    assert until(lambda: "given []" in printed(server))
    log = server.log
    assert len(log) == 34
    assert log[1].text == "<b>bold</b>\x1b[2J"
    shown = repr(log).split("\n")
    assert shown[0] == "(14 earlier lines)"
    assert len(shown) == 21
    assert shown[-1].endswith(" s  given []")
    log.clear()
    assert repr(log) == "Nothing was printed yet."
    log.append("<b>bold</b>\x1b[2J")
    assert "&lt;b&gt;bold&lt;/b&gt;\\x1b[2J" in log._repr_html_()
    log.append("x\ny")
    assert repr(log).endswith("x\\ny")


def test_a_long_line_and_no_text_do_no_harm(program):
    text = "import sys\nsys.stdout.buffer.write(b'x' * 10_000 + b'\\xff\\n')\n" + ECHO
    server = serve_process(program(text))
    assert [len(line) for line in printed(server)[:3]] == [4096, 4096, 1809]
    assert printed(server)[2].endswith("x\ufffd")


def test_a_hundred_runs_leave_nothing(program):
    def once() -> None:
        kept.append(serve_process(sys.executable, "-S", path))
        kept[-1].kill()

    kept, path = [], program(ECHO)
    processes = psutil.Process().children()
    once()
    before = settled(Footprint())
    for _ in range(100):
        once()
    assert not settled(before).exceeds(before)
    assert psutil.Process().children() == processes
    assert len({server.pid for server in kept}) == 101


STARTER = """
import sys, time
from helpers import serve_process
servers = [serve_process(path) for path in sys.argv[1:]]
print(*[server.pid for server in servers], *[server.port for server in servers], flush=True)
time.sleep(60)
"""


@unix
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_process_that_started_it(program, how, root):
    paths = [program(STUBBORN), program(PARENT, "parent.py")]
    if shutil.which("node"):
        paths.append(program(NODE, "program.js"))
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, *paths],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=root,
        start_new_session=True,
        encoding="utf-8",
    ) as starter:
        numbers = [int(number) for number in starter.stdout.readline().split()]
        pids, ports = numbers[: len(paths)], numbers[len(paths) :]
        everyone = psutil.Process(starter.pid).children(recursive=True)
        assert len(everyone) == len(paths) + 2  # the child of one, and the warden
        os.kill(pids[0], signal.SIGSTOP)  # one that is stuck ends, too
        # As a terminal and as Jupyter do it: to the whole group, of which the servers are no part.
        os.killpg(starter.pid, how)
        starter.wait(TIMEOUT)
    assert [gone(process.pid) for process in everyone] == [True] * len(everyone)
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)


@unix
def test_the_warden_is_replaced_where_somebody_has_ended_it(program, root):
    text = """
import os, signal, sys, time
from helpers import serve_process
from helpers.servers import children
servers = [serve_process(sys.argv[1])]
os.kill(children._warden.pid, signal.SIGKILL)
time.sleep(0.2)
servers.append(serve_process(sys.argv[1]))
print(*[server.pid for server in servers], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    ran = subprocess.run(
        [sys.executable, "-c", text, program(ECHO)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=root,
        check=False,
        encoding="utf-8",
    )
    assert [gone(int(pid)) for pid in ran.stdout.split()] == [True, True]


@unix
def test_a_fork_leaves_the_processes_of_its_parent_alone(program):
    server = serve_process(program(ECHO))
    child = os.fork()
    if child == 0:
        server.stop()
        server.kill()
        os._exit(0)
    os.waitpid(child, 0)
    assert answer(server) == str(server.pid)
    assert children.is_ours(server._run.process)
