"""Run every lesson in a fresh kernel, two at a time: seconds for each, and for all.

``--repeat N`` instead runs each lesson's cells N times in one kernel and shows what has grown since the
first round: Python threads, sockets, file descriptors, memory.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tools.footprint import Footprint
from tools.kernel import LessonKernel
from tools.lessons import Lesson, find_lessons

TARGET = 120  # Seconds for all lessons, two at a time.


def run_once(path: Path) -> tuple[float, float, str]:
    """Return seconds in cells, seconds in all (with the kernel's start and end), and the first error."""
    lesson, start = Lesson(path), time.perf_counter()
    with LessonKernel(lesson.notebook, path.parent) as kernel:
        runs = kernel.run_all()
    error = next((f"{run.id}: {run.error}" for run in runs if run.error), "")
    return sum(run.seconds for run in runs), time.perf_counter() - start, error


def run_repeatedly(path: Path, rounds: int) -> tuple[Footprint, Footprint, dict]:
    """Return the footprints after the first and the last round, and what stayed in between."""
    lesson = Lesson(path)
    with LessonKernel(lesson.notebook, path.parent) as kernel:
        kernel.run_all()
        # Idle connections of the first round may still be closing.
        time.sleep(2)
        first = kernel.footprint()
        for _ in range(rounds - 1):
            kernel.run_all()
        grown = kernel.left_since(first)
        return first, kernel.footprint(), grown


def time_all(paths: list[Path]) -> None:
    """Print seconds a lesson and in total."""
    start = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(run_once, paths))
    total = time.perf_counter() - start
    print(f"{'lesson':<32} {'cells':>8} {'in all':>8}")
    for path, (cells, seconds, error) in zip(paths, results, strict=True):
        print(f"{path.stem:<32} {cells:>6.1f} s {seconds:>6.1f} s {error}".rstrip())
    print(f"{'two at a time':<32} {'':>8} {total:>6.1f} s   (at most {TARGET} s)")


def grow_all(paths: list[Path], rounds: int) -> None:
    """Print what re-running leaves behind."""
    print(f"after 1 and {rounds} rounds")
    print(f"{'lesson':<32} {'threads':>12} {'sockets':>12} {'descriptors':>12} {'memory':>18}")
    for path in paths:
        first, last, grown = run_repeatedly(path, rounds)
        counts = [
            f"{len(first.threads)} → {len(last.threads)}",
            f"{first.sockets} → {last.sockets}",
            f"{first.descriptors} → {last.descriptors}",
        ]
        memory = f"{first.rss / 1e6:.0f} → {last.rss / 1e6:.0f} MB"
        print(f"{path.stem:<32} {' '.join(f'{count:>12}' for count in counts)} {memory:>18}", flush=True)
        if grown:
            print(f"  left behind: {grown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeat", type=int, metavar="N", help="run each lesson N times in one kernel")
    parser.add_argument("-k", default="", metavar="TEXT", help="only lessons whose name contains TEXT")
    arguments = parser.parse_args()
    paths = [lesson.path for lesson in find_lessons() if arguments.k in lesson.name]
    if arguments.repeat:
        grow_all(paths, arguments.repeat)
    else:
        time_all(paths)


if __name__ == "__main__":
    main()
