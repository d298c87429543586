"""Which cell of a notebook is running: what it starts is replaced when it is run again.

The ground floor of this package: it knows nobody, and every part may know it.
"""

from __future__ import annotations

import sys
import threading
from typing import NamedTuple


class CellRun(NamedTuple):
    """One run of one cell.

    Attributes:
        cell: names the cell; the same each time it is run.
        run: names this run of it.
    """

    cell: str
    run: str


def running() -> CellRun | None:
    """The cell that is running, and this run of it.

    JupyterLab sends a cell's id along with its code. Where a client does not, the file name that IPython makes
    from the cell's text stands in for it.

    Returns:
        `None` outside of a notebook, and on threads: one may outlive the run that started it, and would then be
        taken for another.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or threading.current_thread() is not threading.main_thread():
        return None
    try:
        parent = shell.get_parent() or {}
    except (AttributeError, LookupError):  # no kernel, or one that is not answering a request
        return None
    cell = parent.get("metadata", {}).get("cellId") or _code_name()
    run = parent.get("header", {}).get("msg_id")
    return CellRun(cell, run) if cell and run else None


def _code_name() -> str | None:
    frame = sys._getframe(1)
    while frame is not None:
        if "ipykernel_" in frame.f_code.co_filename:
            return frame.f_code.co_filename
        frame = frame.f_back
    return None
