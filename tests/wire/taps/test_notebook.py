"""Taps in a notebook: re-running a cell leaves as much behind as running it once."""

from __future__ import annotations

import nbformat

from tools.kernel import LessonKernel

SETUP = """
import socket, threading
from helpers.wire import tap
from helpers.wire.taps import open_taps

def left():
    return (len(open_taps._taps), sum(thread.name.startswith("tap-") for thread in threading.enumerate()))
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


def test_a_cell_that_is_run_again_replaces_its_taps(tmp_path):
    cells = [nbformat.v4.new_code_cell(text) for text in (SETUP, OTHER, TAPPED, CHECK)]
    with LessonKernel(nbformat.v4.new_notebook(cells=cells), tmp_path) as kernel:
        first = kernel.run_all()[3]
        for _ in range(5):
            kernel.run_cell(2)
        again = kernel.run_cell(3)
    # three taps, each with a thread; and two threads for the one open connection
    assert (first.error, again.error) == (None, None)
    assert first.printed == again.printed == "(3, 5)\n"
