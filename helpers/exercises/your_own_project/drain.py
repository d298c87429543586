"""The main thread of a program that has a server, which is told by a signal to end."""

from __future__ import annotations

import ast
import contextlib
import inspect
import os
import signal
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from helpers import servers

from ..engine import Check, Incorrect, WriteFunction, wrong
from ..engine.verdict import NotAttempted

SHORT, LONG = 0.2, 5.0
"""Seconds of grace that are too short for a call that never ends, and those that are not for one that soon does."""
BEGUN = "a call begins"
"""What the program prints then."""
PATIENCE = 4.0
"""Seconds in which what must happen has happened."""

_PROGRAM = """\
import os
import signal
import sys
import threading
import time
from concurrent import futures

import grpc

{source}


def work(request, context):
    print("{begun}", flush=True)
    while not os.path.exists("go"):
        time.sleep(0.01)
    return b"done"


handlers = {{"Work": grpc.unary_unary_rpc_method_handler(work)}}
server = grpc.server(futures.ThreadPoolExecutor(16), options=[("grpc.so_reuseport", 0)])
server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("depot.Depot", handlers)])
port, start, wait, begun = server.add_insecure_port("127.0.0.1:0"), server.start, server.wait_for_termination, []


def started():
    start()
    begun.append(True)
    print("listening on 127.0.0.1:%d" % port, flush=True)


def waited(timeout=None):
    return wait(timeout) if begun else sys.exit("not started")


server.start, server.wait_for_termination = started, waited
{name}(server, float(sys.argv[1]))
print("returned", flush=True)
"""

_START = "The server was never started: `server.start()`."
_FAILED = "Your program has failed. The lines below are the last that it printed."
_AT_ONCE = "Your function came back at once, and a program ends with it. `server.wait_for_termination()` waits for the end."
_TRACEBACK = "Traceback (most recent call last):"
_RAISED = "When the signal came your program raised an exception. The lines below are the first of it that are yours."
_DIED = {
    signal.SIGTERM: "SIGTERM has ended the program at once, with a call under way. A handler changes that: "
    "`signal.signal(signal.SIGTERM, leave)`.",
    signal.SIGINT: "Ctrl-C, which is SIGINT, raised KeyboardInterrupt, with a call under way. It should end as SIGTERM "
    "does: register your handler for both.",
}
_STOPS = "The signal came, and the server goes on. Call `server.stop(grace)` in the handler."
_CUT = "The call under way had time, and was cut off. `server.stop(grace)` takes the seconds that calls have to end."
_EARLY = "Your function came back with a call under way. `stop` returns at once; wait for the server's end."
_LATE = "A call that needs longer than `grace` is to be cut off. `server.stop` takes it in seconds."
_NEW = "After the signal no new call is to be taken: call `server.stop` at once, and do not wait before it."


@dataclass
class _Run:
    """The learner's function in a program of its own, with a call under way."""

    check: Check
    kind: signal.Signals
    grace: float
    folder: Path
    server: servers.ProcessServer
    channel: grpc.Channel
    call: Any = None

    @property
    def story(self) -> str:
        return f"run(server, {self.grace:g}), and {self.kind.name} with a call under way"

    @property
    def printed(self) -> list[str]:
        return [line.text for line in self.server.log if line.printed]

    @property
    def state(self) -> str:
        """Whether it runs, and what it printed last, for errors."""
        end = "it runs" if self.server.running else f"exit code {self.server.exit_code}"
        last = [text for text in self.printed[-3:] if not text.startswith("listening")]
        return "\n".join([end, *(self.raised or last)])

    @property
    def raised(self) -> list[str]:
        """What the program raised first, and the line of the learner's that did; empty if nothing."""
        said = self.printed
        if _TRACEBACK not in said:
            return []
        lines = said[said.index(_TRACEBACK) + 1 :]
        until = next((n for n, text in enumerate(lines) if text and not text.startswith(" ")), len(lines))
        ours = ("in waited", "in started", "in <module>")
        mine = [
            n for n, text in enumerate(lines[:until]) if str(self.folder) in text and not text.endswith(ours)
        ]
        return (
            [*lines[mine[-1] + 1 : mine[-1] + 2], *lines[until : until + 1]]
            if mine
            else lines[until : until + 1]
        )

    @property
    def death(self) -> str:
        """Why the program has ended too early."""
        told = self.raised
        return _RAISED if told and not told[-1].startswith("KeyboardInterrupt") else _DIED[self.kind]

    @property
    def died(self) -> bool:
        """Whether the signal has ended it, or an exception."""
        failed = not self.server.running and self.server.exit_code != 0
        return failed or _TRACEBACK in self.printed

    def new_call(self) -> Any:
        """A call, in the background."""
        work: Any = self.channel.unary_unary("/depot.Depot/Work")
        return work.future(b"", timeout=15, wait_for_ready=self.call is None)

    def begin(self) -> None:
        """Has a call under way."""
        self.check.waiting_for = "a call to reach your server"
        self.call = self.new_call()
        while BEGUN not in self.printed:
            runs = self.server.running and "returned" not in self.printed and not self.call.done()
            cause = _FAILED if self.died else _AT_ONCE
            called = f"run(server, {self.grace:g})"
            self.check.expect(runs, "a server that runs", self.state, cause, called=called)
            time.sleep(0.005)

    def refuses(self) -> bool:
        """Whether it comes to refuse new calls, or at least does not begin them, in a second."""
        until = time.monotonic() + 1
        while True:
            begun, call = self.printed.count(BEGUN), self.new_call()
            given_up = time.monotonic() + PATIENCE
            while not call.done() and self.printed.count(BEGUN) == begun and time.monotonic() < given_up:
                time.sleep(0.01)
            if self.printed.count(BEGUN) == begun:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.2)

    def let_go(self) -> None:
        """Has the calls come to their end."""
        (self.folder / "go").touch()

    def expect(self, condition: bool, expected: str, actual: str, diagnosis: str) -> None:
        self.check.expect(condition, expected, actual, diagnosis, called=self.story)


def _check_drain(check: Check) -> None:
    if os.name == "nt":
        raise NotAttempted("Windows has no SIGTERM, so this cannot be checked here.")
    with contextlib.ExitStack() as stack:
        term, interrupt, short = (
            stack.enter_context(_running(check, kind, grace))
            for kind, grace in ((signal.SIGTERM, LONG), (signal.SIGINT, LONG), (signal.SIGTERM, SHORT))
        )
        for run in (term, interrupt, short):
            run.begin()
        check.waiting_for = "your program to end after the signal"
        for run in (term, interrupt, short):
            os.kill(run.server.pid, run.kind)
        for run in (term, interrupt):
            _expect_drain(run)
        status = _status(short.call)
        short.expect(status != "none", "an end of the call", f"none in {PATIENCE:g} s", _LATE)
        short.let_go()
        _expect_end(short)


def _expect_drain(run: _Run) -> None:
    refuses, early = run.refuses(), "returned" in run.printed
    run.let_go()
    status = _status(run.call)
    until = time.monotonic() + 1  # on a busy machine a call hears of the program's end before we do
    while status != "OK" and run.server.running and time.monotonic() < until:
        time.sleep(0.01)
    run.expect(status == "OK", "OK for the call", status, run.death if run.died else _CUT)
    run.expect(not early, "an end after the call's", "an early end", _EARLY)
    _expect_end(run)
    run.expect(refuses, "no new call a second later", "one that is begun", _NEW)


def _expect_end(run: _Run) -> None:
    until = time.monotonic() + PATIENCE
    while run.server.running and time.monotonic() < until:
        time.sleep(0.01)
    run.expect(
        not run.server.running,
        "the program's end",
        "a program that runs",
        run.death if run.died else _STOPS,
    )
    run.expect(run.server.exit_code == 0, "exit code 0", run.state, run.death)


def _status(call: Any) -> str:
    try:
        call.result(timeout=PATIENCE)
    except grpc.RpcError as error:
        return str(error.code().name)
    except grpc.FutureTimeoutError:
        return "none"
    return "OK"


@contextlib.contextmanager
def _running(check: Check, kind: signal.Signals, grace: float) -> Iterator[_Run]:
    function = ast.parse(textwrap.dedent(inspect.getsource(check.answer))).body[0]
    assert isinstance(function, ast.FunctionDef)
    function.decorator_list = []
    with tempfile.TemporaryDirectory(prefix="depot-") as name:
        program = Path(name, "program.py")
        program.write_text(
            _PROGRAM.format(source=ast.unparse(function), name=function.name, begun=BEGUN), encoding="utf-8"
        )
        check.waiting_for = "your server to start"
        try:
            server = servers.serve_process(program, grace, folder=name, patience=3 * PATIENCE)
        except servers.ServeError as error:
            said = str(error)
            lines = [line for line in said.splitlines()[1:-1] if not line.startswith("It printed")]
            raise Incorrect(
                _FAILED if "Traceback" in said else _START,
                called=f"run(server, {grace:g})",
                expected="a server that is started",
                actual="\n".join(lines) or said.partition("\n")[0],
            ) from None
        try:
            with grpc.insecure_channel(server.address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
                yield _Run(check, kind, grace, Path(name), server, channel)
        finally:
            server.kill()


drain = WriteFunction(
    title="A server that drains",
    task="""
        **Input:** `server`, a `grpc.Server` that is not started yet, and `grace`, in seconds. Your function is what the main
        thread of a program runs. It is taken into a process of its own, so what it needs stands in it.

        **Goal:** start the server. At SIGTERM, and at SIGINT, which is <kbd>Ctrl</kbd>+<kbd>C</kbd>, stop it: no new calls,
        and `grace` for those under way. Return when the last of them has ended.

        **Example:** a call that needs another second gets it if `grace` is 5, and is cut off if it is 0.2.
    """,
    check=_check_drain,
    limit=40,
    hints=[
        "`signal.signal(signal.SIGTERM, leave)` has Python call `leave(number, frame)` when the signal comes.",
        "`leave` calls `server.stop(grace)`, which returns at once.",
        "The main thread starts the server, and then stands in `server.wait_for_termination()`.",
    ],
    reason="The signal's handler only says that it is over. The main thread waits where it has always waited, until gRPC "
    "has ended the last call, so nobody is cut off who had time left.",
    wrong_answers=[
        wrong("SIGTERM has ended the program at once", ("    signal.signal(signal.SIGTERM, leave)\n", "")),
        wrong("register your handler for both", ("    signal.signal(signal.SIGINT, leave)\n", "")),
        wrong("your program raised an exception", ("server.stop(grace)", "servr.stop(grace)")),
        wrong("takes the seconds that calls have", ("server.stop(grace)", "server.stop(None)")),
        wrong("a program ends with it", ("    server.wait_for_termination()\n", "")),
        wrong("The server was never started", ("    server.start()\n", "")),
        wrong("the server goes on", ("        server.stop(grace)", "        print(number)")),
        wrong("is to be cut off", ("server.stop(grace)", "server.stop(1000 * grace)")),
        wrong("do not wait before it").diff("""
            +    import time
                 def leave(number, frame):
            +        time.sleep(4)
                     server.stop(grace)
        """),
    ],
)
