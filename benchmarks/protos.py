"""`protos.load` of a lesson's schema: unchanged, and edited, against the other ways to compile one.

python benchmarks/protos.py
"""

from __future__ import annotations

import argparse
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


def protos_and_services(folder: Path, number: int) -> None:
    """It never sees an edit, so each round gets a file and a package of its own."""
    name = f"round_{number}.proto"
    text = SCHEMA.read_text(encoding="utf-8").replace("package courier.v1;", f"package round_{number};")
    (folder / name).write_text(text, encoding="utf-8")
    grpc.protos_and_services(name)


def main(rounds: int) -> None:
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        sys.path.insert(0, name)
        schema = folder / "quote.proto"
        for number in range(-2, rounds):  # two rounds to warm up
            schema.write_text(edited(number + 2), encoding="utf-8")
            ways = {
                "edited": lambda: protos.load("quote.proto"),
                "unchanged": lambda: protos.load("quote.proto"),
                "protoc": lambda: protoc(folder),
                "grpc": lambda: protos_and_services(folder, number + 2),  # noqa: B023 (called at once)
            }
            for way, work in ways.items():
                seconds = timed(work)
                if number >= 0:
                    found.setdefault(way, []).append(seconds)
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
    parser.add_argument("--rounds", type=int, default=25)
    main(parser.parse_args().rounds)
