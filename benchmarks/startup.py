"""From ``git clone`` to JupyterLab answering with the start page, by the README's command.

It clones this checkout's last commit into an empty folder and runs ``uv run jupyter lab --no-browser``
there. ``--cold`` gives uv an empty cache, so that every package is fetched.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.environment import clean_environment
from tools.lessons import ROOT

TARGET = 15  # Seconds, with a cold cache and a fast mirror.
PATIENCE = 600.0
START_PAGE = "notebooks/00_start_here.ipynb"


def measure(folder: Path, cold: bool) -> tuple[float, float]:
    """Return seconds for the clone, and from its start until the server answers."""
    uv = shutil.which("uv")
    if uv is None:
        raise SystemExit("uv is not installed: pip install uv")
    environment = _environment(folder, cold)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    start = time.perf_counter()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "course")], check=True)
    cloned = time.perf_counter() - start
    command = [uv, "run", "jupyter", "lab", "--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={token}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            cwd=folder / "course",
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not _answers(f"http://127.0.0.1:{port}/lab/tree/{START_PAGE}?token={token}"):
            if server.poll() is not None or time.perf_counter() - start > PATIENCE:
                raise SystemExit((folder / "lab.log").read_text(errors="replace"))
            time.sleep(0.05)
        return cloned, time.perf_counter() - start
    finally:
        # uv and the server it started form a group of their own.
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _environment(folder: Path, cold: bool) -> dict[str, str]:
    # The registry's settings live in the real home, so only Jupyter's folders move.
    moved = clean_environment(folder / "home") | {"HOME": str(Path.home())}
    drop = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")
    environment = {key: value for key, value in moved.items() if key not in drop}
    # The packages may have to come through the machine's proxy.
    environment |= {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}
    if cold:
        environment["UV_CACHE_DIR"] = str(folder / "cache")
    return environment


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cold", action="store_true", help="start with an empty package cache")
    cold = parser.parse_args().cold
    with tempfile.TemporaryDirectory(prefix="startup-", ignore_cleanup_errors=True) as folder:
        cloned, answering = measure(Path(folder), cold)
    cache = "cold" if cold else "warm"
    print(f"{'package cache':<16} {'clone':>8} {'JupyterLab answers':>20}   (at most {TARGET} s when cold)")
    print(f"{cache:<16} {cloned:>6.2f} s {answering:>18.1f} s")


if __name__ == "__main__":
    main()
