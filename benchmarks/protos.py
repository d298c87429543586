"""`protos.load` of a lesson's schema: unchanged, and edited, against the other ways to compile one.

python benchmarks/protos.py
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import grpc
from figures import row

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import protos

SCHEMA = protos.PROTOS / "courier/v1/quote.proto"


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def edited(number: int) -> str:
    """The schema with one field more, so that nothing of the last round can be used again."""
    return SCHEMA.read_text(encoding="utf-8").replace(
        "message GetQuoteRequest {", f"message GetQuoteRequest {{\n  int32 edit_{number} = {100 + number};"
    )


def protoc(folder: Path) -> None:
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}"]
    command += [f"--python_out={folder}", f"--grpc_python_out={folder}", "quote.proto"]
    subprocess.run(command, check=True)


def fresh(folder: Path, number: int) -> str:
    """`grpc.protos_and_services` never sees an edit, so it gets a file and a package of its own each time."""
    name = f"round_{number}.proto"
    text = SCHEMA.read_text(encoding="utf-8").replace("package courier.v1;", f"package round_{number};")
    (folder / name).write_text(text, encoding="utf-8")
    return name


BLOCK = {"edited": 8, "unchanged": 8, "protoc": 2, "grpc": 4}


def main(rounds: int) -> None:
    found: dict[str, list[float]] = {way: [] for way in BLOCK}
    numbers = itertools.count()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        sys.path.insert(0, name)
        ways = {
            "edited": lambda: protos.load("quote.proto"),
            "unchanged": lambda: protos.load("quote.proto"),
            "protoc": lambda: protoc(folder),
            "grpc": lambda: grpc.protos_and_services(fresh(folder, next(numbers))),
        }
        # The ways take turns, each a few times in a row: the first of these is cold, and does not count.
        for _, (way, work) in itertools.product(range(rounds), ways.items()):
            for place in range(BLOCK[way]):
                if way == "edited":
                    (folder / "quote.proto").write_text(edited(next(numbers)), encoding="utf-8")
                seconds = timed(work)
                if place:
                    found[way].append(seconds)
        os.chdir("/")
    ms = {way: statistics.median(times) * 1e3 for way, times in found.items()}
    row("protos.load, unchanged", f"{ms['unchanged']:.2f} ms", "at most 1 ms")
    row("protos.load, edited", f"{ms['edited']:.2f} ms", "at most 6 ms")
    row("python -m grpc_tools.protoc", f"{ms['protoc']:.1f} ms")
    row("grpc.protos_and_services, a new file", f"{ms['grpc']:.2f} ms")
    row("protoc / edited", f"{ms['protoc'] / ms['edited']:.1f}", "at least 15")
    row("grpc.protos_and_services / edited", f"{ms['grpc'] / ms['edited']:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    main(parser.parse_args().rounds)
