"""A JupyterLab server with settings of its own, on a copy of the course."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbformat import NotebookNode

from tools.environment import clean_environment
from tools.lessons import ROOT

PATIENCE = 90.0  # Seconds; two busy cores start a kernel in ten.

_SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Every cell is in the page, so that all can be looked at without scrolling.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none", "scrollPastEnd": False},
    # A dialog about a kernel or a saved file would cover the notebook.
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False, "confirmClosingDocument": False},
}


class LabServer:
    """A JupyterLab server on a copy of the course's notebooks and protos.

    Use it as a context manager. `root` is the folder that JupyterLab shows; what is saved there does
    not touch the checkout. `home` holds settings and logs.
    """

    def __init__(self, folder: Path) -> None:
        self.root, self.home = folder / "course", folder / "home"
        self.token = secrets.token_hex(16)
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LabServer:
        for name in ("notebooks", "protos"):
            source = ROOT / name
            if source.exists():
                ignore = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
                shutil.copytree(source, self.root / name, ignore=ignore)
        self.root.mkdir(parents=True, exist_ok=True)
        # A short path: a Unix socket's name has room for about a hundred bytes.
        self._runtime = Path(tempfile.mkdtemp(prefix="lab-"))
        self._environment = {**clean_environment(self.home), "JUPYTER_RUNTIME_DIR": str(self._runtime)}
        for plugin, settings in _SETTINGS.items():
            path = Path(self._environment["JUPYTERLAB_SETTINGS_DIR"]) / f"{plugin}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings), encoding="utf-8")
        for attempt in range(3):
            try:
                self._start()
                return self
            except ConnectionError:
                # JupyterLab looks for a free port before it listens there, and another program may come between.
                self._stop()
                if attempt == 2:
                    shutil.rmtree(self._runtime, ignore_errors=True)
                    raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop()
        shutil.rmtree(self._runtime, ignore_errors=True)

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def pid(self) -> int:
        """The server's process id.

        Raises:
            RuntimeError: it does not run.
        """
        if self._process is None:
            raise RuntimeError("the server does not run: use it as a context manager")
        return self._process.pid

    def request(self, method: str, path: str) -> Any:
        """Call the server's REST API and return the JSON it answers, or None where it answers nothing."""
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Authorization": f"token {self.token}"}
        )
        # The machine's proxy is not for 127.0.0.1.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as response:
            body = response.read()
        return json.loads(body) if body else None

    def shut_down_kernels(self) -> None:
        """End all kernels, so that the next notebook opened starts afresh."""
        for session in self.request("GET", "/api/sessions"):
            self.request("DELETE", f"/api/sessions/{session['id']}")

    def write(self, path: str, notebook: NotebookNode) -> str:
        """Write a notebook into the served folder and return its path there."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)
        return path

    def log(self) -> str:
        """Everything the server has written so far."""
        return (self.home / "lab.log").read_text(encoding="utf-8", errors="replace")

    def _start(self) -> None:
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"]
        # The server takes a port by itself.
        command += ["--ip=127.0.0.1", "--port=0", "--ServerApp.port_retries=0"]
        command += [f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.root}"]
        if os.name == "posix":
            # Ports of kernels are picked before the kernel binds them, so another program may come first.
            command.append("--KernelManager.transport=ipc")
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        with (self.home / "lab.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.root, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError, ValueError, psutil.Error):
                self.url = f"http://127.0.0.1:{self._port()}"
                self.request("GET", "/api/status")
                return
            time.sleep(0.1)
        raise ConnectionError(f"JupyterLab does not answer; its log ends:\n{self.log()[-2000:]}")

    def _port(self) -> int:
        """The port that the server listens on. Before 2.18 Jupyter Server itself says 0, which it was told."""
        for connection in psutil.Process(self.pid).net_connections("tcp4"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.ip == "127.0.0.1":
                return int(connection.laddr.port)
        raise ConnectionError("no port yet")
