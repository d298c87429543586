"""Is this machine ready for the course? Run it the day before, in the folder of the course:

    python3 workshop/check.py

It needs nothing but a Python, installs nothing, and looks at what the course will need: Python, uv, disk, memory, whether
programs on this machine may talk to each other, a browser. Once the course is installed it also starts JupyterLab, a
kernel and a first gRPC call, and ends them again. Alone, without the rest of the course beside it, it looks at what it
can. The last line says how it went, and so does the exit code: 0 means ready.
"""

import argparse
import contextlib
import json
import os
import platform
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
OLDEST = (3, 10)
DISK = 1.5  # GB: what is installed, with uv's cache of it
MEMORY = 2.0  # GB: a browser and the largest lesson
PATIENCE = 90  # seconds until JupyterLab answers

FINE, NOTE, MEND = "fine", "note", "mend"


def main():
    """Look at everything, and print a line for each; returns the exit code."""
    parser = argparse.ArgumentParser(description="Is this machine ready for the course?")
    parser.add_argument("--quick", action="store_true", help="leave out what starts JupyterLab")
    options = parser.parse_args()
    print(f"{platform.system()} {platform.release()} on {platform.machine()}, {os.cpu_count()} cores\n")
    results = [tell(*check()) for check in (python, disk, memory, loopback, local_name, proxies, browser)]
    installed = environment()
    if installed is None:
        results += [tell(*installer()), tell(*index())]
        told = "not installed yet: run the two commands of README.md, then this once more"
        tell(
            NOTE,
            "course",
            told if is_here() else "not beside this file: copy it, and run this again in its folder",
        )
    else:
        results.append(tell(*packages(installed)))
        if not options.quick:
            results += [tell(*kernel(installed)), tell(*jupyterlab(installed))]
    print()
    if MEND in results:
        print("Not ready: mend what is marked above, and run this again. Or ask, with what stands here.")
        return 1
    if installed is None:
        print("Nothing stands in the way so far. It is ready once the course is installed.")
        return 2
    print("Ready.")
    return 0


def tell(state, what, found):
    """Print a result; returns its state."""
    mark = {FINE: "ok  ", NOTE: "note", MEND: "MEND"}[state]
    print(f"{mark}  {what}: {found}", flush=True)
    return state


def python():
    """The Python that runs this: uv takes it, or another one that it finds."""
    found = platform.python_version()
    if environment() is not None:
        return FINE, "Python", f"{found}; the course is installed, with a Python of its own"
    if sys.version_info[:2] < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return (
            MEND,
            "Python",
            f"{found}, and the course needs {wanted} or newer: install one from python.org or your system's packages",
        )
    if sys.version_info[:2] > (3, 14):
        return NOTE, "Python", f"{found} is newer than what the course was tested with; uv may choose another"
    return FINE, "Python", found


def installer():
    """How uv comes: with pip."""
    uv = FOLDER / ".uv" / "bin" / ("uv.exe" if os.name == "nt" else "uv")
    if uv.exists() or shutil.which("uv"):
        return FINE, "uv", str(uv if uv.exists() else shutil.which("uv"))
    answer = run([sys.executable, "-m", "pip", "--version"])
    if answer.returncode == 0:
        return FINE, "pip", answer.stdout.split(" from ")[0]
    cure = "`apt install python3-pip`" if shutil.which("apt") else "`python3 -m ensurepip --user`"
    return MEND, "pip", f"this Python has no pip, which brings uv: {cure}"


def index():
    """Whether packages can be had from here: asks pip, which knows of mirrors and proxies."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-cache-dir",
            "-d",
            folder,
        ]
        answer = run([*command, "iniconfig"], 120)
    if answer.returncode == 0:
        return FINE, "packages", "can be downloaded"
    last = (answer.stderr.strip().splitlines() or ["no word why"])[-1][:200]
    return (
        MEND,
        "packages",
        f"pip cannot download any: {last}. Behind a proxy, set HTTPS_PROXY, or ask who knows it",
    )


def disk():
    """Room for what is installed."""
    free = shutil.disk_usage(FOLDER if FOLDER.exists() else Path.cwd()).free / 1e9
    if environment() is None and free < DISK:
        return MEND, "disk", f"{free:.1f} GB are free here, and the course takes {DISK}: make room"
    return FINE, "disk", f"{free:.0f} GB free"


def memory():
    """Memory that is free, where the system tells."""
    free = free_memory()
    if free is None:
        return NOTE, "memory", f"this system does not tell; {MEMORY:.0f} GB should be free"
    if free < MEMORY:
        return (
            NOTE,
            "memory",
            f"{free:.1f} GB are free: close other programs, or the larger lessons will be small ones",
        )
    return FINE, "memory", f"{free:.1f} GB free"


def free_memory(meminfo=Path("/proc/meminfo")):
    """Free memory in GB, or None."""
    if meminfo.exists():
        lines = dict(
            line.split(":", 1) for line in meminfo.read_text(encoding="ascii").splitlines() if ":" in line
        )
        return int(lines["MemAvailable"].split()[0]) * 1024 / 1e9 if "MemAvailable" in lines else None
    with contextlib.suppress(OSError, ValueError, AttributeError, IndexError):
        if sys.platform == "darwin":
            lines = run(["vm_stat"]).stdout.splitlines()
            size = int("".join(filter(str.isdigit, lines[0])))
            pages = {
                line.split(":")[0]: int(line.split(":")[1].strip(" .")) for line in lines[1:] if ":" in line
            }
            return (
                sum(pages.get(f"Pages {kind}", 0) for kind in ("free", "inactive", "speculative"))
                * size
                / 1e9
            )
    return windows_memory() if sys.platform == "win32" else None


def windows_memory():
    """Free memory of Windows in GB."""
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *[(name, ctypes.c_ulonglong) for name in ("total", "free", "a", "b", "c", "d", "e")],
        ]

    status = Status(length=ctypes.sizeof(Status))
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return status.free / 1e9


def loopback():
    """Whether a program on this machine can talk to another one on it, as all lessons do."""
    try:
        with socket.socket() as listener:
            listener.settimeout(5)
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            answer = threading.Thread(target=echo, args=(listener,), daemon=True)
            answer.start()
            with socket.create_connection(listener.getsockname(), timeout=5) as client:
                client.sendall(b"hello")
                if client.recv(5) != b"hello":
                    raise OSError("another answer came than was sent")
    except OSError as error:
        return (
            MEND,
            "ports",
            f"no connection to 127.0.0.1 ({error}): a firewall or a security program is in the way",
        )
    return FINE, "ports", "programs can connect to 127.0.0.1"


def echo(listener):
    """Send back what one client says."""
    with contextlib.suppress(OSError):
        connection, _ = listener.accept()
        with connection:
            connection.sendall(connection.recv(5))


def local_name():
    """Whether `localhost` is this machine."""
    try:
        found = {each[4][0] for each in socket.getaddrinfo("localhost", 80)}
    except OSError as error:
        return (
            NOTE,
            "localhost",
            f"is not known here ({error}); the course uses 127.0.0.1, other programs may not",
        )
    strange = [each for each in found if not each.startswith(("127.", "::1"))]
    if strange:
        return NOTE, "localhost", f"is {', '.join(strange)} here; the course uses 127.0.0.1"
    return FINE, "localhost", ", ".join(sorted(found))


def proxies(settings=None):
    """Proxies that would keep programs from 127.0.0.1."""
    settings = os.environ if settings is None else settings
    named = sorted(
        key for key in settings if key.lower() in ("http_proxy", "https_proxy", "all_proxy") and settings[key]
    )
    if not named:
        return FINE, "proxy", "none is set"
    spared = ",".join(settings.get(key, "") for key in ("no_proxy", "NO_PROXY")).replace(" ", "").split(",")
    if {"127.0.0.1", "127.0.0.0/8", "*"} & set(spared):
        return FINE, "proxy", f"{', '.join(named)}; 127.0.0.1 is left out of it"
    return (
        NOTE,
        "proxy",
        f"{', '.join(named)} without 127.0.0.1 in NO_PROXY. The lessons do without proxies; for other programs, and for "
        "your browser, set NO_PROXY=127.0.0.1,localhost",
    )


def browser():
    """A browser that Python finds."""
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return (
            NOTE,
            "browser",
            "none was found: you will have to open the address that JupyterLab prints by hand",
        )
    return FINE, "browser", getattr(found, "name", None) or "the system's"


def is_here():
    """Whether the course lies around this file."""
    return (FOLDER / "pyproject.toml").exists() and (FOLDER / "helpers").is_dir()


def environment():
    """The Python of the course's environment, or None where it is not installed."""
    if not is_here():
        return None
    for candidate in (FOLDER / ".venv" / "bin" / "python", FOLDER / ".venv" / "Scripts" / "python.exe"):
        if candidate.exists():
            return str(candidate)
    return None


def packages(interpreter):
    """The start page's own check, in the course's environment: packages, a compile, a server, a call."""
    code = "import json; from helpers import course; c = course.setup_check(); print(json.dumps([c.outcome, c.sentence]))"
    answer = run([interpreter, "-c", code], PATIENCE)
    try:
        outcome, text = json.loads(answer.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        last = (answer.stderr.strip().splitlines() or ["no word why"])[-1][:200]
        return MEND, "course", f"does not start: {last}. Run `.uv/bin/uv sync` in its folder"
    return (FINE if outcome == "passed" else MEND), "course", text


def kernel(interpreter):
    """A kernel, as each notebook has one: started, asked, and ended again."""
    code = (
        "from jupyter_client.manager import run_kernel\nwith run_kernel(kernel_name='python3') as client:\n"
    )
    code += f"    print(client.execute_interactive('print(6 * 7)', timeout={PATIENCE})['content']['status'])"
    answer = run([interpreter, "-c", code], 2 * PATIENCE)
    if answer.stdout.split() == ["42", "ok"]:
        return FINE, "kernel", "a notebook's Python starts and answers"
    last = (answer.stderr.strip().splitlines() or ["no word why"])[-1][:200]
    return MEND, "kernel", f"does not answer: {last}"


def jupyterlab(interpreter):
    """JupyterLab, started on a free port and ended again."""
    token = secrets.token_hex(16)
    port = free_port()
    command = [interpreter, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=str(FOLDER), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            started = time.time()
            ask = asker(f"http://127.0.0.1:{port}", token)
            wait_for(lambda: ask("/api/status"), process)
            return FINE, "JupyterLab", f"answered after {time.time() - started:.0f} s, and was ended again"
        except (OSError, ValueError) as error:
            log.seek(0)
            words = log.read().decode("utf-8", "replace").strip().splitlines()
            return MEND, "JupyterLab", f"did not start ({error}). It said: {' / '.join(words[-3:])[:500]}"
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port():
    """A port of 127.0.0.1 that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def asker(address, token):
    """A function that calls JupyterLab's interface, past any proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(path):
        request = urllib.request.Request(address + path, headers={"Authorization": f"token {token}"})
        with opener.open(request, timeout=30) as response:
            return json.loads(response.read())

    return ask


def wait_for(ready, process):
    """Wait until something is so; raises OSError when JupyterLab has ended, or the time is over."""
    deadline = time.time() + PATIENCE
    while time.time() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            if ready():
                return
        time.sleep(0.3)
    raise OSError("it ended" if process.poll() is not None else f"no answer within {PATIENCE} s")


def run(command, seconds=60):
    """Run a program and return what it said; one that is not there, or takes too long, has failed."""
    try:
        # Not `capture_output`: an old Python should get as far as saying that it is old.
        pipe = subprocess.PIPE
        return subprocess.run(
            command,
            cwd=str(FOLDER),
            stdout=pipe,
            stderr=pipe,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


if __name__ == "__main__":
    sys.exit(main())
