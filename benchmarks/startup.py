"""From ``git clone`` to JupyterLab answering with the start page, by the README's own commands.

It clones this checkout's last commit into an empty folder and runs what stands there under "Start", as
somebody who has Python and pip and nothing else: the system's own Python where there is one, an empty
home, an empty package cache, and, where root runs it, a user who is not root. Then it tells what lies in
the folder, and what outside of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.environment import clean_environment
from tools.lessons import ROOT
from tools.readme import commands

SECONDS, MEGABYTES = 10, 320  # Targets, on a fast mirror.
PATIENCE = 600.0
START_PAGE = "notebooks/00_start_here.ipynb"
NOBODY = 65534


def measure(folder: Path) -> list[tuple[str, float]]:
    """Run the commands in a fresh clone below ``folder``; return what was done by when, in seconds."""
    course, home = folder / "course", folder / "home"
    environment = _newcomer(home)
    start = time.perf_counter()
    done = []

    def lap(what: str) -> None:
        done.append((what, time.perf_counter() - start))

    # What is not committed is not there for a newcomer either.
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(course)], check=True)
    lap("git clone")
    user = _give_away(folder)
    *first, last = commands("Start")
    for command in first:
        subprocess.run(shlex.split(command), cwd=course, env=environment, check=True, **user)
        lap(command)
    token = secrets.token_hex(16)
    command = [*shlex.split(last), "--no-browser", "--port=0", "--ServerApp.port_retries=0"]
    command.append(f"--IdentityProvider.token={token}")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not user:
        command.append("--allow-root")
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=course, env=environment, stdout=log, stderr=log, start_new_session=True, **user
        )
    try:
        while not _answers(Path(environment["JUPYTER_RUNTIME_DIR"]), f"/lab/tree/{START_PAGE}?token={token}"):
            if server.poll() is not None or time.perf_counter() - start > PATIENCE:
                raise SystemExit((folder / "lab.log").read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.05)
        lap(last)
        return done
    finally:
        # uv and the server it started form a group of their own.
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _newcomer(home: Path) -> dict[str, str]:
    """An environment with the system's programs alone, and nothing of the checkout's own Python."""
    drop = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "UV_CACHE_DIR", "UV_PYTHON")
    kept = {key: value for key, value in clean_environment(home).items() if key not in drop}
    # The packages may have to come through the machine's proxy.
    kept |= {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}
    if shutil.which("pip3", path="/usr/bin"):
        kept["PATH"] = os.pathsep.join(["/usr/bin", "/bin"])
    else:
        own = Path(sys.executable).parent
        path = kept.get("PATH", "").split(os.pathsep)
        kept["PATH"] = os.pathsep.join(entry for entry in path if Path(entry) != own)
    return kept


def _give_away(folder: Path) -> dict[str, int]:
    """Give the folder to a user who is not root, where root runs this; return how to start as that user."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _answers(runtime: Path, path: str) -> bool:
    # JupyterLab takes a port, and writes down which once it listens.
    for said in runtime.glob("jpserver-*.json"):
        with contextlib.suppress(ValueError):
            return _is_there(f"http://127.0.0.1:{json.loads(said.read_text(encoding='utf-8'))['port']}{path}")
    return False


def _is_there(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _megabytes(*folders: Path) -> float:
    """Size of the files below some folders in MB, each once, however many links lead to it."""
    files = [path.lstat() for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sum({file.st_ino: file.st_size for file in files}.values()) / 1e6


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="startup-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        done = measure(folder)
        for what, seconds in done:
            print(f"{seconds:>6.1f} s  {what}")
        print(f"        (at most {SECONDS} s until JupyterLab answers)\n")
        packages = list((folder / "course" / ".venv").glob("lib/python*/site-packages/*.dist-info"))
        size = _megabytes(folder / "course" / ".uv", folder / "course" / ".venv")
        print(f"{size:>5.0f} MB  in the folder, {len(packages)} packages (at most {MEGABYTES} MB)")
        outside = [
            path.relative_to(folder / "home") for path in (folder / "home").rglob("*") if path.is_file()
        ]
        print(f"{len(outside):>5} files outside of it: {', '.join(map(str, outside)) or 'none'}")


if __name__ == "__main__":
    main()
