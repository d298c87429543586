"""A real kernel, spoken to as JupyterLab does: with the cell's id beside its code."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from tools.kernel import kernel_manager

TIMEOUT = 60  # seconds; only a test that fails waits for it
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Run:
    """What one run of one cell gave."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    def _contents(self, *kinds: str) -> list[dict[str, Any]]:
        return [message["content"] for message in self.messages if message["msg_type"] in kinds]

    @property
    def stdout(self) -> str:
        return "".join(out["text"] for out in self._contents("stream") if out["name"] == "stdout")

    @property
    def stderr(self) -> str:
        return "".join(out["text"] for out in self._contents("stream") if out["name"] == "stderr")

    @property
    def displays(self) -> list[dict[str, str]]:
        return [out["data"] for out in self._contents("display_data", "execute_result")]

    @property
    def shown(self) -> str:
        """The displays as a terminal shows them."""
        return "\n".join(data["text/plain"] for data in self.displays)

    @property
    def error(self) -> str:
        """What an error looks like to the learner; empty without one."""
        return _ANSI.sub("", "\n".join(line for out in self._contents("error") for line in out["traceback"]))

    @property
    def value(self) -> Any:
        """The value of the last line, a literal."""
        return eval(self.displays[-1]["text/plain"], {"__builtins__": {}})


class Kernel:
    """A kernel and its one client."""

    def __init__(self) -> None:
        folder = self.folder = Path(tempfile.mkdtemp(prefix="kernel-"))
        self.terminal = folder / "terminal"
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("GRPC_", "IPYTHON"))
        }
        self.manager = kernel_manager(folder, KernelManager)
        with self.terminal.open("wb") as terminal:
            self.manager.start_kernel(
                env={**clean, "IPYTHONDIR": str(folder)}, cwd=str(folder), stdout=terminal, stderr=terminal
            )
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT)

    def send(self, code: str, cell: str | None = None) -> str:
        """Asks for a run of a cell; `cell` is its id, which clients other than JupyterLab leave out."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": True}
        message = self.client.session.msg(
            "execute_request", content, metadata={"cellId": cell} if cell else {}
        )
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def receive(self, request: str, until: str = "idle") -> Run:
        """Collects what a request gives, until the kernel is idle again or has printed `until`."""
        run, deadline = Run(), time.monotonic() + TIMEOUT
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                self._await_reply(request, deadline)
                return run
            run.messages.append(message)
            if until != "idle" and until in run.stdout:
                return run

    def _await_reply(self, request: str, deadline: float) -> None:
        # ipykernel before 7.4 may overlook a request that comes while it replies to the last one.
        while True:
            reply = self.client.get_shell_msg(timeout=max(0.1, deadline - time.monotonic()))
            if reply["parent_header"].get("msg_id") == request:
                return

    def run(self, code: str, cell: str | None = None) -> Run:
        """Runs a cell."""
        return self.receive(self.send(code, cell))

    def value(self, expression: str) -> Any:
        """The value of an expression in the kernel."""
        run = self.run(expression)
        assert not run.error, run.error
        return run.value

    def close(self) -> None:
        """Ends the kernel, forcibly if it does not end by itself."""
        self.client.stop_channels()
        if self.manager.is_alive():
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
        shutil.rmtree(self.folder, ignore_errors=True)


SETUP = """
import grpc
from helpers import protos, serve, serve_aio, servers
pb2, pb2_grpc = protos.load("greeter/v1/greeter.proto")

class Greeter(pb2_grpc.GreeterServiceServicer):
    def SayHello(self, request, context):
        return pb2.SayHelloResponse(greeting=f"Hello, {request.name}!")

def connect(server):
    return pb2_grpc.GreeterServiceStub(grpc.insecure_channel(server.address))

def hello(server, **options):
    return connect(server).SayHello(pb2.SayHelloRequest(name="Ada"), timeout=20, **options).greeting
"""


@pytest.fixture(scope="session")
def setup() -> str:
    """The setup cell: a greeter, and how to call it."""
    return SETUP


@pytest.fixture
def fresh_kernel() -> Iterator[Kernel]:
    """A kernel in which nothing has been run."""
    kernel = Kernel()
    yield kernel
    kernel.close()


@pytest.fixture(scope="session")
def _kernel() -> Iterator[Kernel]:
    kernel = Kernel()
    assert not kernel.run(SETUP).error
    yield kernel
    kernel.close()


@pytest.fixture
def kernel(_kernel) -> Kernel:
    """A kernel in which the setup cell has been run, and no server runs; tests share it."""
    assert not _kernel.run("servers.stop_all()").error
    return _kernel
