"""The machine and the libraries that a comparison ran on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = (
    "grpcio", "protobuf", "fastapi", "pydantic", "starlette", "orjson", "uvicorn", "httptools", "uvloop",
    "hypercorn", "h2", "requests", "httpx", "aiohttp",
)  # fmt: skip

BUSY = 0.4
"""Cores that other programs take, from which on a reader should know."""


def machine() -> dict[str, str]:
    """Processor, cores, system, Python and the version of each library, by name."""
    found = {
        "processor": _processor(),
        "cores": str(cores()),
        "system": platform.platform(terse=True),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worked() -> float | None:
    """Processor time that all programs of this machine have taken so far, in seconds; None where it does not say."""
    try:
        user, nice, system = Path("/proc/stat").read_text(encoding="ascii").split()[1:4]
        return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return None


def remarks(seconds: float, others: float | None) -> list[str]:
    """What about the machine a reader must know; mostly nothing.

    Args:
        seconds: how long was measured.
        others: processor time that other programs have taken meanwhile, where that is known.
    """
    found = []
    if cores() == 1:
        found.append("There is one core: clients and servers took turns on it.")
    if others is not None and others / seconds > BUSY:
        found.append(
            f"Other programs took {others / seconds:.1f} of {cores()} cores while this was measured: "
            "the spread is wider than it would be without them."
        )
    return found


def _processor() -> str:
    try:
        if sys.platform == "linux":
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
                name, _, value = line.partition(":")
                if name.strip() == "model name":
                    return " ".join(value.split())
        if sys.platform == "darwin":
            command = ["sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.run(
                command, capture_output=True, text=True, check=True, encoding="utf-8"
            ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        pass
    return platform.processor() or platform.machine()
