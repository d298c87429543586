"""In a notebook: beside a running event loop, with a bar, twice in one kernel, and stopped."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nbclient
import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager

from tools.kernel import kernel_manager

RUN = "results = comparison.run(cases=['small'], candidates=['grpc-aio', 'starlette-aiohttp'])"
LEFT = "print(len(psutil.Process().children()) - processes, threading.active_count() - threads)"


@pytest.fixture(scope="module")
def home():
    with tempfile.TemporaryDirectory(prefix="kernel-") as home:
        yield Path(home)


@pytest.fixture(scope="module")
def kernel(root, home):
    """Runs cells in one kernel; gives what they printed, showed and raised."""
    notebook = nbformat.v4.new_notebook()
    manager = kernel_manager(home, AsyncKernelManager)
    client = nbclient.NotebookClient(notebook, km=manager, timeout=120, allow_errors=True)
    with client.setup_kernel(cwd=str(root / "notebooks")):

        def run(code: str) -> tuple[str, list[str], list[str]]:
            notebook.cells.append(nbformat.v4.new_code_cell(code))
            client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
            outputs = notebook.cells[-1].outputs
            printed = "".join(output.text for output in outputs if output.output_type == "stream")
            shown = [
                o.data["text/plain"] for o in outputs if o.output_type in ("display_data", "execute_result")
            ]
            return printed, shown, [o.ename for o in outputs if o.output_type == "error"]

        assert run(
            "import threading, psutil, grpc\n"
            "from helpers import comparison, protos, serve_aio\n"
            "pb2, pb2_grpc = protos.load('courier/v1/quote.proto')\n"
            "server = await serve_aio(type('Q', (pb2_grpc.QuoteServiceServicer,), {})())\n"
            "threads, processes = threading.active_count(), len(psutil.Process().children())"
        ) == ("", [], [])
        yield run


@pytest.mark.parametrize("time", ["first", "second"])
def test_it_runs_beside_the_loop_of_the_notebook_and_shows_how_far_it_is(kernel, time):
    printed, (bar,), errors = kernel(RUN)
    assert (printed, errors) == ("", [])  # nothing on stderr either
    assert "%" in bar
    printed, _, errors = kernel(
        "print(len(results.measurements), all(m.seconds for m in results.measurements))"
    )
    assert (printed, errors) == ("2 True\n", [])
    assert kernel(LEFT) == ("0 0\n", [], [])


def test_with_a_function_of_ones_own_there_is_no_bar(kernel):
    told = RUN.replace(")", ", progress=lambda done, text: heard.append(text))")
    assert kernel("heard = []\n" + told) == ("", [], [])
    assert kernel("print(set(heard) == {'Servers start', 'A small call', ''})") == ("True\n", [], [])


@pytest.mark.skipif(os.name == "nt", reason="sends Unix signals")
def test_the_stop_button_ends_everything(kernel):
    # As Jupyter does it: to the whole group of the kernel's process.
    printed, _, errors = kernel(
        "import os, signal\n"
        "threading.Timer(1.5, os.killpg, (os.getpgrp(), signal.SIGINT)).start()\n"
        "comparison.run('thorough', cases=['stream'])"
    )
    assert (printed, errors) == ("", ["KeyboardInterrupt"])
    assert kernel(LEFT) == ("0 0\n", [], [])
    printed, _, errors = kernel(RUN)
    assert (printed, errors) == ("", [])
