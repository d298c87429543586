"""Memory of one learner's kernel after each lesson: the resident size of the kernel process."""

from __future__ import annotations

import nbformat

from tools.kernel import LessonKernel
from tools.lessons import ROOT, find_lessons

TARGET = 150  # MB


def main() -> None:
    print(f"{'kernel':<32} {'memory':>8}   (at most {TARGET} MB)")
    with LessonKernel(nbformat.v4.new_notebook(), ROOT / "notebooks") as kernel:
        print(f"{'empty':<32} {kernel.footprint().rss / 1e6:>5.0f} MB")
    for lesson in find_lessons():
        with LessonKernel(lesson.notebook, lesson.path.parent) as kernel:
            kernel.run_all()
            print(f"{lesson.name:<32} {kernel.footprint().rss / 1e6:>5.0f} MB", flush=True)


if __name__ == "__main__":
    main()
