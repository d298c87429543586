"""How long it takes to import what lessons import: `helpers` alone, each lesson's own lines, and everything.

Each is timed in Pythons of its own, in turn, and set against `import grpc, anywidget`, which no lesson could do
without. In a notebook it is less: IPython is there already, and a good part of the course from the kernel's start.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from statistics import median

from figures import row

from tools.lessons import ROOT, find_lessons, python_source

ROUNDS = 7
TARGET = 0.35  # seconds
LIBRARIES = "import grpc, anywidget"
EVERYTHING = "from helpers import *"


def lines_of_lessons() -> dict[str, str]:
    """For each lesson the lines by which its first cell of code imports from helpers."""
    lines = {}
    for lesson in find_lessons():
        tree = ast.parse(python_source(lesson.code_cells[0]))
        imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
        lines[lesson.name] = "; ".join(
            ast.unparse(node) for node in imports if node.module.split(".")[0] == "helpers"
        )
    return lines


def seconds(code: str) -> float:
    """The processor time that some imports take in a Python of their own, without that Python's own start."""
    program = f"import time; began = time.process_time(); {code}; print(time.process_time() - began)"
    return float(_run("-c", program).stdout)


def slowest(code: str, count: int = 10) -> list[tuple[str, float]]:
    """The modules that take longest by themselves, and their seconds, as `python -X importtime` has them."""
    found = []
    for line in _run("-X", "importtime", "-c", code).stderr.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdigit():
            found.append((name.strip(), int(own) / 1e6))
    return sorted(found, key=lambda pair: -pair[1])[:count]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Compiled files are kept, as in any environment that is used a second time.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, check=True, text=True, encoding="utf-8"
    )


def main() -> None:
    """Prints the figures."""
    codes = {"grpc and anywidget": LIBRARIES, "import helpers": "import helpers"}
    codes |= {f"lesson {name}": code for name, code in lines_of_lessons().items()}
    codes |= {"everything": EVERYTHING}
    for code in codes.values():
        seconds(code)  # from here on its files are in memory
    samples: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(ROUNDS):
        for name, code in codes.items():
            samples[name].append(seconds(code))
    least = median(samples["grpc and anywidget"])
    for name, values in samples.items():
        target = f"at most {1000 * TARGET:.0f} ms" if name == "import helpers" else ""
        row(name, f"{1000 * median(values):.0f} ms", f"{median(values) / least:5.2f} times  {target}")
    print("\nThe slowest modules of everything, by themselves:")
    for name, took in slowest(EVERYTHING):
        row(f"  {name}", f"{1000 * took:.1f} ms")


if __name__ == "__main__":
    main()
