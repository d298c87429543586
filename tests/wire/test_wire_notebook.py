"""Taps in a notebook: re-running a cell leaves as much behind as running it once."""

from __future__ import annotations

import nbformat
from nbclient import NotebookClient

SETUP = """
import socket, threading
from helpers.wire import registry, tap

def left():
    return (len(registry._taps), sum(thread.name.startswith("tap-") for thread in threading.enumerate()))
"""
# a server on a new port each time, as after re-running the cell that starts it
TAPPED = """
listener = socket.create_server(("127.0.0.1", 0))
wire = tap(listener.getsockname()[1])
fixed = tap(1)
client = socket.create_connection(("127.0.0.1", wire.port))
served, _ = listener.accept()
"""
OTHER = "kept = tap(2)"
CHECK = """
assert not wire.closed and not fixed.closed and not kept.closed
print(left())
"""


def test_a_cell_that_is_run_again_replaces_its_taps():
    cells = [nbformat.v4.new_code_cell(text) for text in (SETUP, OTHER, TAPPED, CHECK)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=60, kernel_name="python3")
    with client.setup_kernel():
        for index in (0, 1, 2, 3):
            client.execute_cell(cells[index], index)
        first = cells[3].outputs[0].text
        for _ in range(5):
            client.execute_cell(cells[2], 2)
        client.execute_cell(cells[3], 3)
        again = cells[3].outputs[0].text
    # three taps, each with a thread; and two threads for the one open connection
    assert first == again == "(3, 5)\n"
