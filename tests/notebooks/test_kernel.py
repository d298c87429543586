"""The harness itself: it runs cells as JupyterLab does, and misses nothing that goes wrong."""

from __future__ import annotations

import pytest

from tools.claims import read_claims
from tools.kernel import LessonKernel


@pytest.fixture
def run(make_notebook, tmp_path):
    """Open a kernel on a notebook of code cells, named ``cell-0`` and so on."""

    def start(*sources: str) -> LessonKernel:
        return LessonKernel(make_notebook(*(("code", source) for source in sources)), tmp_path)

    return start


def test_cells_know_their_id_as_in_jupyterlab(run):
    source = "print(get_ipython().get_parent()['metadata']['cellId'])"
    with run(source, source) as kernel:
        assert [cell.printed for cell in kernel.run_all(times=2)] == ["cell-0\n"] * 2 + ["cell-1\n"] * 2


def test_starts_beside_the_notebook_without_the_machine_s_settings(run, tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "mine"))
    monkeypatch.setenv("GRPC_VERBOSITY", "DEBUG")
    with run("import os") as kernel:
        kernel.run_all()
        assert kernel.ask("os.getcwd()") == str(tmp_path)
        assert kernel.ask("os.environ.get('http_proxy')") is None
        assert kernel.ask("os.environ.get('GRPC_VERBOSITY')") != "DEBUG"
        assert kernel.ask("os.environ['IPYTHONDIR']") != str(tmp_path / "mine")


def test_errors_and_stderr_are_seen(run):
    with run("import sys; print('a'); print('b', file=sys.stderr); 7", "1 / 0") as kernel:
        first, second = kernel.run_all()
        assert (first.printed, first.stderr, first.error) == ("a\n7", "b\n", None)
        assert second.error == "ZeroDivisionError: division by zero"
        assert kernel.late_messages() == []


def test_what_a_thread_raises_later_is_seen(run):
    failing = (
        "import threading\ngo = threading.Event()\ndef fail():\n    go.wait()\n    raise ValueError('late')"
    )
    with run(
        failing, "thread = threading.Thread(target=fail); thread.start()", "go.set(); thread.join()"
    ) as kernel:
        runs = kernel.run_all()
        seen = "".join(kernel.late_messages()) + "".join(cell.stderr for cell in runs)
        assert "ValueError: late" in seen


def test_what_goes_into_an_output_widget_is_seen(run):
    source = "import sys, ipywidgets\nout = ipywidgets.Output()\nwith out: print('hid', file=sys.stderr)"
    with run(source) as kernel:
        assert kernel.run_all()[0].stderr == ""
        assert kernel.late_messages() == ["hid\n"]


def test_what_is_left_behind_is_seen_and_what_is_cleaned_up_is_not(run):
    open_all = (
        "import socket, threading\nsocket_ = socket.create_server(('127.0.0.1', 0))\ndone = threading.Event()\n"
        "thread = threading.Thread(target=done.wait, name='waiter'); thread.start()"
    )
    with run(open_all, "done.set(); socket_.close(); thread.join()") as kernel:
        before = kernel.footprint()
        kernel.run_cell(0)
        left = kernel.left_since(before, patience=0)
        assert left["threads"] == ["waiter"]
        assert left["listening"] == [f"127.0.0.1:{kernel.ask('socket_.getsockname()[1]')}"]
        assert left["sockets"] == 1
        kernel.run_cell(1)
        assert not {"threads", "listening", "sockets"} & set(kernel.left_since(before))


def test_display_updates_survive_a_second_run(run):
    show = "from IPython.display import display\nhandle = display('a', display_id=True); handle.update('b')"
    with run(show) as kernel:
        assert [cell.printed for cell in kernel.run_all(times=3)] == ["'b'"] * 3


CLAIMS = '''"""What the sample claims."""
import math

# after: cell-0
assert value == 6, "six"
assert math.isclose(value, 6)
value = 7
# after: cell-0
assert "six" in printed
assert outputs[0]["name"] == "stdout"
# after: cell-1
import asyncio
await asyncio.sleep(0)
assert value == 8
'''


def test_claims_run_in_the_kernel_and_change_nothing(run, tmp_path):
    path = tmp_path / "07_sample.py"
    path.write_text(CLAIMS, encoding="utf-8")
    good, printed, wrong = read_claims(path, {"cell-0", "cell-1"})
    with run("value = 6; print('six')", "value += 1") as kernel:
        cell = kernel.run_cell(0)
        assert kernel.claim(good.source, str(path), cell) is None
        assert kernel.claim(printed.source, str(path), cell) is None
        cell = kernel.run_cell(1)
        assert kernel.claim(wrong.source, str(path), cell) == f"{path}:14: AssertionError: assert 7 == 8"
        assert kernel.ask("'math' in globals()") is False
        # The learner's history and last results are as if nobody had asked.
        assert kernel.ask("get_ipython().execution_count") == 3


def test_a_claim_about_no_cell_is_told(tmp_path):
    path = tmp_path / "07_sample.py"
    path.write_text(CLAIMS, encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"07_sample.py:11: the lesson has no code cell with the id 'cell-1'"
    ):
        read_claims(path, {"cell-0"})
