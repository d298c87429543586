"""Orders a second through the services of lesson 30, with taps before each of them and without.

The lesson's own programs, as processes: an order crosses quote, depot and billing, of which quote and billing run twice.
The two ways take turns, so that a machine that slows down slows both; the ratio is that of their medians.

    python benchmarks/orders.py [--orders 2000] [--rounds 5] [--at-once 100]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import grpc
import nbformat

from helpers import protos, serve_process, stop_all, tap
from helpers.servers import ProcessServer

ROOT = Path(__file__).resolve().parents[1]
LESSON = ROOT / "notebooks/30_microservices.ipynb"
CONFIG = {"loadBalancingConfig": [{"round_robin": {}}]}
LIMIT = 4_000_000


def write_programs(folder: Path) -> None:
    """Writes what the lesson's `%%writefile` cells write, and the modules of the contracts."""
    for cell in nbformat.read(LESSON, as_version=4).cells:
        head, _, program = cell.source.partition("\n")
        if head.startswith("%%writefile {folder}/"):
            # The receipt is a pause that says nothing about speed.
            text = program.replace("time.sleep(0.1)  # the receipt", "time.sleep(0)")
            (folder / head.rpartition("/")[2]).write_text(text + "\n", encoding="utf-8")
    out = [f"--python_out={folder}", f"--grpc_python_out={folder}"]
    files = ["courier/v1/order.proto", "courier/v1/quote.proto"]
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", "-I", str(ROOT / "protos"), *out, *files], check=True
    )
    with closing(sqlite3.connect(folder / "ledger.db")) as ledger:
        ledger.execute("pragma journal_mode=wal")
        ledger.execute("create table charges (order_id text, cents integer, replica text)")
        ledger.execute("create unique index one_charge_an_order on charges (order_id)")


def fronts(folder: Path) -> dict[str, str]:
    """Starts the services; gives the address of a front without taps, and of one with a tap before every process."""

    def start(program: str, *arguments: object, **env: str) -> ProcessServer:
        return serve_process(program, *arguments, env=env, folder=folder)

    quote = [start("quote.py") for _ in range(2)]
    billing = [start("billing.py", "ledger.db", NAME=f"billing {n}") for n in (1, 2)]
    depot = start("depot.py", NAME="A", LARGEST="5000")
    options = {"grpc.service_config": json.dumps(CONFIG), "grpc.initial_reconnect_backoff_ms": 100}
    found = {}
    for way in ("direct", "tapped"):

        def address(*servers: ProcessServer, way: str = way) -> str:
            places = servers if way == "direct" else [tap(each, limit=LIMIT) for each in servers]
            return "ipv4:" + ",".join(each.address for each in places)

        env = {"QUOTE": address(*quote), "BILLING": address(*billing), "DEPOT": address(depot)}
        found[way] = address(start("orders.py", OPTIONS=json.dumps(options), **env)).removeprefix("ipv4:")
    return found


def measure(address: str, orders: int, at_once: int) -> float:
    """Places orders; returns how many there were in a second. Raises where one has failed."""
    order_pb2, order_pb2_grpc = protos.load("courier/v1/order.proto")
    with grpc.insecure_channel(address) as channel, ThreadPoolExecutor(at_once) as customers:
        stub = order_pb2_grpc.OrderServiceStub(channel)

        def place(_: int) -> object:
            order = order_pb2.PlaceOrderRequest(order_id=f"O-{time.monotonic_ns()}", weight_grams=1200)
            return stub.PlaceOrder(order, timeout=30)

        list(customers.map(place, range(at_once)))  # connects, and warms up
        began = time.perf_counter()
        list(customers.map(place, range(orders)))
        return orders / (time.perf_counter() - began)


def main(argv: Sequence[str] | None = None) -> None:
    """Prints the rates and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at-once", type=int, default=100)
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="orders-") as name:
        write_programs(Path(name))
        try:
            ways = fronts(Path(name))
            rates: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(given.rounds):
                for way, address in ways.items():
                    rates[way].append(measure(address, given.orders, given.at_once))
        finally:
            stop_all()
    for way, seen in rates.items():
        print(
            f"{way:8} {statistics.median(seen):7.0f} orders/s   ({min(seen):.0f} to {max(seen):.0f}, {given.rounds} rounds)"
        )
    print(f"tapped / direct: {statistics.median(rates['tapped']) / statistics.median(rates['direct']):.2f}")


if __name__ == "__main__":
    main()
