"""Five depots of lesson 33 in one process: how long until a transfer or a block is everywhere, and all agree again.

python benchmarks/gossip.py
"""

from __future__ import annotations

import asyncio
import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from figures import row

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from helpers import ledger, serve_aio, stop_all
from tools.lessons import find_lessons

NAMES = ("north", "east", "south", "west", "airport")
RING = tuple(zip(NAMES, NAMES[1:] + NAMES[:1], strict=True))
TORN = (("east", "south"), ("airport", "north"))
CELLS = ("setup", "load", "peer", "two-ends", "said", "depot", "depot-blocks")
TIMES, RACE, SECONDS_A_BLOCK = 100, 40, 0.1
EASY = 8
"""Zero bits where only the way of a block counts: a few hundred tries."""


class Network:
    """The lesson's own depots, joined in a ring; what they do is the code of its cells."""

    def __init__(self, zero_bits: int) -> None:
        (lesson,) = (each for each in find_lessons() if each.name == "33_blockchain")
        self.names: dict[str, Any] = {}
        for cell in lesson.code_cells:
            if cell.id in CELLS:
                exec(cell.source, self.names)
        self.zero_bits = zero_bits
        self.depots: dict[str, Any] = {}
        self.addresses: dict[str, str] = {}
        self.links: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def open(self, *names: str) -> None:
        """Starts depots."""
        for name in names:
            self.depots[name] = self.names["MiningDepot"](name, self.zero_bits)
            self.addresses[name] = (await serve_aio(self.depots[name])).address

    async def connect(self, *pairs: tuple[str, str]) -> None:
        """Joins depots, and waits until all streams are open."""
        for a, b in pairs:
            self.links[a, b] = asyncio.create_task(self.depots[a].dial(b, self.addresses[b]))
        await self.until(lambda: self.streams() == 2 * len(self.links))

    async def cut(self, *pairs: tuple[str, str]) -> None:
        """Cuts links, and waits until both ends know."""
        for pair in pairs:
            self.links.pop(pair).cancel()
        await self.until(lambda: self.streams() == 2 * len(self.links))

    def streams(self) -> int:
        """Ends of streams that are open."""
        return sum(len(depot.outboxes) for depot in self.depots.values())

    def agreed(self) -> bool:
        """Whether all have the same chain."""
        return len({depot.head for depot in self.depots.values()}) == 1

    async def until(self, condition: Callable[[], bool]) -> float:
        """Milliseconds until a condition holds."""
        start = time.perf_counter()
        while not condition():
            await asyncio.sleep(0)
            if time.perf_counter() - start > 30:
                raise TimeoutError("the depots do not agree")
        return 1000 * (time.perf_counter() - start)


async def ways(net: Network) -> None:
    """How long a transfer and a block take to all depots."""
    transfers, blocks = [], []
    depots = list(net.depots.values())
    for number in range(TIMES):
        north = net.depots[NAMES[number % len(NAMES)]]
        transfer = net.names["Transfer"](parcel_id=f"P-{number}", to_holder=north.name)
        north.hand_over(transfer)
        transfers.append(
            await net.until(lambda wanted=transfer: all(wanted in each.waiting for each in depots))
        )
        await north.mine()
        blocks.append(await net.until(net.agreed))
    for name, found in (("a transfer, until all have it", transfers), ("a block, until all have it", blocks)):
        middle, most = statistics.median(found), sorted(found)[int(0.95 * len(found))]
        row(name, f"{middle:.1f} ms", f"95 of 100 within {most:.1f} ms")


async def catching_up(net: Network) -> None:
    """How long it takes to join late, and to agree after a partition."""
    await net.cut(*TORN)
    for _ in range(3):
        await net.depots["north"].mine()
    await net.depots["south"].mine()
    start = time.perf_counter()
    await net.connect(*TORN)
    await net.until(net.agreed)
    row("a partition of two and three, until all agree", f"{1000 * (time.perf_counter() - start):.1f} ms")
    height = net.depots["north"].height
    await net.open("harbor")
    start = time.perf_counter()
    await net.connect(("harbor", "north"))
    await net.until(net.agreed)
    row(f"a depot that joins and takes {height} blocks", f"{1000 * (time.perf_counter() - start):.1f} ms")


async def race(net: Network) -> None:
    """All mine at the same time: how many blocks are in vain."""
    start, depots = time.perf_counter(), list(net.depots.values())

    async def work(depot: Any) -> None:
        while depot.height < RACE:
            await depot.mine()

    await asyncio.gather(*map(work, depots))
    took = time.perf_counter() - start
    seen = {digest for depot in depots for digest in depot.blocks}
    row(
        f"{RACE} blocks, mined by five at once, a block",
        f"{took / RACE:.2f} s",
        f"meant: {SECONDS_A_BLOCK} s",
    )
    row("blocks that stand in no chain", f"{len(seen) - RACE - 1}", f"of {len(seen) - 1}")
    if not net.agreed():  # two were found at the end at the same time
        await depots[0].mine()
        await net.until(net.agreed)


async def main() -> None:
    rate = ledger.hash_rate(0.5)
    bits = round(math.log2(rate * SECONDS_A_BLOCK))
    row(
        "SHA-256 of a header, in Python",
        f"{rate / 1e6:.2f} MH/s",
        f"{bits} zero bits for {SECONDS_A_BLOCK} s",
    )
    for zero_bits, measures in ((EASY, (ways, catching_up)), (bits, (race,))):
        net = Network(zero_bits)
        await net.open(*NAMES)
        await net.connect(*RING)
        for measure in measures:
            await measure(net)
        stop_all()
        await net.until(lambda net=net: net.streams() == 0)


if __name__ == "__main__":
    asyncio.run(main())
