"""The check for the day before: it says in plain words what it finds, and needs nothing but a Python."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def check(root) -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_of_the_day_before", root / "workshop" / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_alone_it_goes_as_far_as_it_can(root, tmp_path):
    alone = tmp_path / "somewhere" / "check.py"
    alone.parent.mkdir()
    shutil.copyfile(root / "workshop" / "check.py", alone)
    # -I: nothing of this environment's packages by name; a packages index that is not there.
    environment = {
        "PATH": "",
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_RETRIES": "0",
        "PIP_NO_INDEX": "1",
    }
    command = [sys.executable, "-I", str(alone), "--quick"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=120)
    assert "Traceback" not in done.stdout + done.stderr
    assert "ok    ports: programs can connect to 127.0.0.1" in done.stdout
    assert "not beside this file" in done.stdout
    # No pip, or no index: one of the two is told.
    assert done.returncode == 1
    assert done.stdout.strip().endswith("Or ask, with what stands here.")


def test_the_course_is_looked_at_from_inside(check):
    state, what, found = check.packages(sys.executable)
    assert (state, what) == (check.FINE, "course")
    assert "." in found
    assert check.packages("/no/such/python")[0] == check.MEND


def test_jupyterlab_starts_and_ends(check):
    assert check.jupyterlab(sys.executable)[0] == check.FINE


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({}, "fine"),
        ({"HTTP_PROXY": ""}, "fine"),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "note"),
        ({"https_proxy": "http://proxy:3128", "no_proxy": "localhost,127.0.0.1"}, "fine"),
        ({"https_proxy": "http://proxy:3128", "NO_PROXY": "*"}, "fine"),
    ],
)
def test_proxies(check, settings, state):
    assert check.proxies(settings)[0] == state


def test_free_memory_is_read(check, tmp_path):
    file = tmp_path / "meminfo"
    file.write_text("MemTotal:  4000000 kB\nMemAvailable:  2000000 kB\n", encoding="ascii")
    assert check.free_memory(file) == pytest.approx(2.048)


def test_an_old_python_is_told(check, monkeypatch):
    monkeypatch.setattr(check, "environment", lambda: None)
    monkeypatch.setattr(check.sys, "version_info", (3, 8, 1))
    monkeypatch.setattr(check.platform, "python_version", lambda: "3.8.1")
    state, _, found = check.python()
    assert state == check.MEND
    assert "the course needs 3.10 or newer" in found
