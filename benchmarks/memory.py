"""Memory of one learner: the kernel after each lesson with the processes it started, and the JupyterLab server.

Resident sizes, so what processes share is counted for each of them. On a hub a learner has one server of
their own, and as a rule one kernel.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import nbformat
import psutil

from tools.kernel import LessonKernel
from tools.lab_server import LabServer
from tools.lessons import ROOT, find_lessons

TARGET = 130  # MB, the kernel alone


def measure(kernel: LessonKernel) -> tuple[float, float]:
    """Return the resident megabytes of a kernel, and of all processes below it."""
    process = psutil.Process(kernel.ask("__import__('os').getpid()"))
    below = sum(child.memory_info().rss for child in process.children(recursive=True))
    return process.memory_info().rss / 1e6, below / 1e6


def main() -> None:
    most = 0.0

    def tell(name: str, kernel: LessonKernel) -> None:
        nonlocal most
        own, below = measure(kernel)
        most = max(most, own + below)
        print(f"{name:<32} {own:>5.0f} MB {below:>9.0f} MB", flush=True)

    print(f"{'':<32} {'kernel':>8} {'its processes':>12}   (kernel: at most {TARGET} MB)")
    with LessonKernel(nbformat.v4.new_notebook(), ROOT / "notebooks") as kernel:
        tell("empty", kernel)
    for lesson in find_lessons():
        with LessonKernel(lesson.notebook, lesson.path.parent) as kernel:
            kernel.run_all()
            tell(lesson.name, kernel)
    with tempfile.TemporaryDirectory() as folder, LabServer(Path(folder)) as server:
        lab = psutil.Process(server.pid).memory_info().rss / 1e6
    print(f"{'JupyterLab server':<32} {lab:>5.0f} MB")
    print(f"{'one learner at most':<32} {lab + most:>5.0f} MB")


if __name__ == "__main__":
    main()
