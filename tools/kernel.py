"""A lesson in a fresh kernel, run the way JupyterLab does, and what it leaves behind.

The one harness for tests and benchmarks. On top of nbclient it sends each cell's id and metadata as
JupyterLab does, keeps the machine's own settings and proxies out, collects what threads write after
their cell has ended, and looks at the kernel's threads, sockets and file descriptors from outside.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import math
import os
import queue
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import nbformat
import psutil
import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.provisioning import LocalProvisioner
from nbclient import NotebookClient
from nbformat import NotebookNode

from tools.environment import clean_environment
from tools.footprint import Footprint

_INSIDE = Path(__file__).with_name("inside_kernel.py")
_NAME = "_course_harness"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class CellRun:
    """What one run of one cell produced. `seconds` is wall time."""

    index: int
    id: str
    outputs: list[NotebookNode]
    seconds: float

    @property
    def error(self) -> str | None:
        """``"ValueError: text"`` if the cell raised, else None."""
        return next(
            (f"{out.ename}: {out.evalue}" for out in self.outputs if out.output_type == "error"), None
        )

    @property
    def traceback(self) -> str:
        """The error as the front end shows it, without colors; empty where there is none."""
        errors = [out.traceback for out in self.outputs if out.output_type == "error"]
        return _ANSI.sub("", "\n".join(line for lines in errors for line in lines))

    @property
    def stderr(self) -> str:
        """What the cell wrote to standard error."""
        return "".join(out.text for out in self.outputs if out.get("name") == "stderr")

    @property
    def printed(self) -> str:
        """What the cell wrote to standard output, then the plain text of what it displayed."""
        streams = [out.text for out in self.outputs if out.get("name") == "stdout"]
        shown = [out.data.get("text/plain", "") for out in self.outputs if "data" in out]
        return "".join(streams) + "\n".join(shown)


LOOK_AGAIN = 0.5  # seconds


class _Client(NotebookClient):
    """nbclient, with JupyterLab's message metadata; it keeps messages that are late."""

    kc: Any  # there while a notebook is run

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.late: list[NotebookNode] = []

    def send_as_lab(self, cell: NotebookNode, cell_index: int) -> None:
        """JupyterLab's execute_request carries the cell's metadata and, as `cellId`, its id."""
        if cell.metadata.get("hidden_by_harness"):
            return
        metadata = {**cell.metadata, "deletedCells": [], "recordTiming": False, "cellId": cell.id}
        self.kc.session.metadata = metadata

    def send_plain(self, cell: NotebookNode, cell_index: int) -> None:
        """Other messages of the session, such as a widget's, carry no cell."""
        self.kc.session.metadata = {}

    async def _async_poll_for_reply(self, *args: Any, **kwargs: Any) -> Any:
        # An Output widget makes nbclient send on the socket on which it waits, and a socket tells only once that
        # something has come: the wake-up can be lost, and the reply would be found when the time is over.
        channel, receive = self.kc.shell_channel, self.kc.shell_channel.get_msg

        async def get_msg(timeout: float | None = None) -> dict[str, Any]:
            until = time.monotonic() + timeout if timeout is not None else math.inf
            while True:
                try:
                    return await receive(timeout=min(LOOK_AGAIN, max(0.0, until - time.monotonic())))
                except queue.Empty:
                    if time.monotonic() >= until:
                        raise

        channel.get_msg = get_msg
        try:
            return await super()._async_poll_for_reply(*args, **kwargs)
        finally:
            del channel.get_msg

    async def _async_poll_output_msg(self, parent_msg_id: str, cell: NotebookNode, cell_index: int) -> None:
        # nbclient drops what belongs to an earlier cell: there a thread's traceback would be lost.
        channel, receive = self.kc.iopub_channel, self.kc.iopub_channel.get_msg

        async def get_msg(*args: Any, **kwargs: Any) -> dict[str, Any]:
            message = await receive(*args, **kwargs)
            if message["parent_header"].get("msg_id") != parent_msg_id:
                self._note_late(message)
            return message

        channel.get_msg = get_msg
        try:
            await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)
        finally:
            del channel.get_msg

    def _note_late(self, message: dict[str, Any]) -> None:
        if message["msg_type"] in ("stream", "error", "display_data", "execute_result"):
            self.late.append(nbformat.v4.output_from_msg(message))


_Manager = TypeVar("_Manager", bound=KernelManager)

# One for all kernels, kept: the garbage collector would end a manager's own in the middle of anything, and wait there
# for whatever was not sent.
_CONTEXTS: dict[type, zmq.Context[Any]] = {
    KernelManager: zmq.Context(),
    AsyncKernelManager: zmq.asyncio.Context(),
}


def kernel_manager(home: Path, kind: type[_Manager]) -> _Manager:
    """A manager of a kernel of this Python, whose files lie in an empty folder with a short path: a Unix socket's name
    has room for about a hundred bytes."""
    manager = kind(
        kernel_name="python3",
        connection_file=str(home / "kernel.json"),
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        context=_CONTEXTS[kind],
    )
    if os.name == "posix":
        # With TCP the ports are picked before the kernel binds them, so two workers can collide.
        manager.transport, manager.ip = "ipc", str(home / "zmq")
    return manager


class LessonKernel:
    """A fresh kernel that runs the cells of one notebook, started in `folder` as JupyterLab does.

    Use it as a context manager. The notebook given is copied, never changed.

    Args:
        notebook: the notebook, as nbformat reads it.
        folder: the folder in which the kernel starts.
        timeout: seconds one cell may take before `CellTimeoutError` is raised.
        path: where the notebook lies, if it does: the kernel may look into it.
    """

    def __init__(
        self, notebook: NotebookNode, folder: Path, timeout: int = 120, path: Path | None = None
    ) -> None:
        self.notebook = copy.deepcopy(notebook)
        self.folder = folder
        # So JupyterLab tells a kernel which notebook it belongs to.
        self._session = {"JPY_SESSION_NAME": str(path)} if path else {}
        self._hidden = len(self.notebook.cells)
        self.notebook.cells.append(nbformat.v4.new_code_cell())
        self._client = _Client(
            self.notebook, timeout=timeout, allow_errors=True, kernel_name="python3", record_timing=False
        )
        self._client.on_cell_execute = self._client.send_as_lab
        self._client.on_cell_complete = self._client.send_plain
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> LessonKernel:
        with contextlib.ExitStack() as stack:
            home = Path(tempfile.mkdtemp(prefix="lesson-"))
            stack.callback(shutil.rmtree, home, ignore_errors=True)
            self._log = stack.enter_context((home / "kernel.log").open("wb+"))
            manager = kernel_manager(home, AsyncKernelManager)
            self._client.km = manager
            stack.enter_context(
                self._client.setup_kernel(
                    cleanup_kc=True,
                    env={**clean_environment(home), **self._session},
                    cwd=str(self.folder),
                    stdout=self._log,
                    stderr=self._log,
                )
            )
            self._process = psutil.Process(cast(LocalProvisioner, manager.provisioner).pid)
            self._run_hidden(_installation())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    @property
    def code_indexes(self) -> list[int]:
        """The positions of the code cells that have something to run."""
        cells = self.notebook.cells[: self._hidden]
        return [i for i, cell in enumerate(cells) if cell.cell_type == "code" and cell.source.strip()]

    def run_cell(self, index: int) -> CellRun:
        """Run the cell at a position of the notebook and return what it produced."""
        # Forget the display ids of an earlier run: their outputs are gone.
        self._client.clear_display_id_mapping(index)
        cell, start = self.notebook.cells[index], time.perf_counter()
        self._client.execute_cell(cell, index)
        outputs = [copy.deepcopy(output) for output in cell.outputs]
        return CellRun(index, cell.id, outputs, time.perf_counter() - start)

    def interrupt(self) -> None:
        """Stop the cell that is running, as the stop button does; may be called from any thread."""
        self._process.send_signal(signal.SIGINT)

    def forget(self) -> None:
        """Forget all names of the learner's, as a restart does; what runs, runs on."""
        self._run_hidden("get_ipython().reset(new_session=False)")

    def run_all(self, times: int = 1) -> list[CellRun]:
        """Run every code cell in order, each `times` times in a row."""
        return [self.run_cell(index) for index in self.code_indexes for _ in range(times)]

    def claim(self, source: str, filename: str, run: CellRun | None = None) -> str | None:
        """Run a block of claims in the kernel and return ``file:line: what failed``, or None if all hold.

        The block sees a copy of the lesson's namespace, and `printed` (text) and `outputs` (a list
        of dictionaries, as in the notebook format) of the cell it follows. It may use `await`.
        """
        given = {"printed": run.printed if run else "", "outputs": run.outputs if run else []}
        awaits = _awaits(source, filename)
        call = f"__import__({_NAME!r}).claim({source!r}, {filename!r}, {_plain(given)!r})"
        outputs = self._run_hidden(f"await {call}" if awaits else f"{call};", check=False)
        error = next((output for output in outputs if output.output_type == "error"), None)
        if error is None:
            return None
        lines = re.findall(re.escape(filename) + r":(\d+)", _ANSI.sub("", "\n".join(error.traceback)))
        return f"{filename}:{lines[-1] if lines else '?'}: {error.ename}: {error.evalue}"

    def ask(self, expression: str) -> Any:
        """Return the value of a Python expression in the learner's namespace; it must be JSON-like."""
        outputs = self._run_hidden(f"__import__({_NAME!r}).report({expression})")
        return next(
            out.data["application/json"] for out in outputs if "application/json" in out.get("data", {})
        )

    def late_messages(self) -> list[str]:
        """Return what reached no cell: errors, and text on standard error written by threads and tasks
        after their cell had ended, or into an Output widget."""
        self.ask("None")  # Whatever was on its way comes before the answer.
        widgets = [
            out for widget in self._client.comm_objects.values() for out in getattr(widget, "outputs", [])
        ]
        late = [*self._client.late, *map(nbformat.from_dict, widgets)]
        texts = [out.text for out in late if out.get("name") == "stderr"]
        return texts + [f"{out.ename}: {out.evalue}" for out in late if out.output_type == "error"]

    def footprint(self) -> Footprint:
        """Look at the kernel's process now."""
        return Footprint.take(self._process, self.ask(f"__import__({_NAME!r}).python_threads()"))

    def left_since(
        self,
        before: Footprint,
        patience: float = 10.0,
        lasting: Collection[str] = (),
        staying: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """Return what the kernel holds beyond an earlier footprint; empty if nothing.

        Sockets close and threads end a moment after they are told to, so it looks again until nothing
        is left or `patience` seconds are over. `lasting` limits it to these keys; threads whose names end as
        `staying` says may stay, and nobody waits for them.
        """
        deadline = time.monotonic() + patience
        while True:
            left = self.footprint().more_than(before)
            left["threads"] = [name for name in left.get("threads", ()) if not name.endswith(staying)]
            left = {name: value for name, value in left.items() if value and (not lasting or name in lasting)}
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.2)

    def log(self) -> str:
        """What the kernel process wrote to its terminal."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def _run_hidden(self, source: str, check: bool = True) -> list[NotebookNode]:
        cell = nbformat.v4.new_code_cell(source, metadata={"hidden_by_harness": True})
        # What it displays and updates is looked for at its place.
        self._client.clear_display_id_mapping(self._hidden)
        self.notebook.cells[self._hidden] = cell
        self._client.execute_cell(cell, self._hidden, store_history=False)
        error = next((out for out in cell.outputs if out.output_type == "error"), None)
        if check and error:
            raise RuntimeError("\n".join(error.traceback))
        return cell.outputs


def _installation() -> str:
    source = _INSIDE.read_text(encoding="utf-8")
    module = f"import sys, types\nsys.modules[{_NAME!r}] = module = types.ModuleType({_NAME!r})\n"
    return f"exec({module + f'exec({source!r}, module.__dict__)'!r}, {{}})"


def _awaits(source: str, filename: str) -> bool:
    code = compile(source, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return bool(code.co_flags & inspect.CO_COROUTINE)


def _plain(value: Any) -> Any:
    """Return notebook nodes as plain dictionaries, whose repr is Python."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
