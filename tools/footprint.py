"""The footprint of a kernel process: sockets, file descriptors, threads, memory."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psutil


@dataclass(frozen=True)
class Footprint:
    """What a kernel process holds.

    `listening` are TCP sockets that wait for connections, `sockets` the number of all internet
    sockets, `descriptors` of file descriptors, `threads` the names of the Python threads,
    `os_threads` the number of all threads and `rss` the resident memory in bytes.
    """

    listening: tuple[str, ...]
    sockets: int
    descriptors: int
    threads: tuple[str, ...]
    os_threads: int
    rss: int

    @classmethod
    def take(cls, process: psutil.Process, python_threads: Sequence[str]) -> Footprint:
        """Look at a process now; the names of its Python threads come from inside it."""
        sockets = process.net_connections(kind="inet")
        listening = sorted(f"{s.laddr.ip}:{s.laddr.port}" for s in sockets if s.status == psutil.CONN_LISTEN)
        return cls(
            listening=tuple(listening),
            sockets=len(sockets),
            descriptors=process.num_fds() if os.name == "posix" else process.num_handles(),
            threads=tuple(python_threads),
            os_threads=process.num_threads(),
            rss=process.memory_info().rss,
        )

    def more_than(self, before: Footprint) -> dict[str, Any]:
        """Return what this footprint has beyond an earlier one; empty if nothing. Memory is left out,
        and so are the threads of gRPC's own pool, which come and go with the machine's load."""
        found: dict[str, Any] = {
            "listening": sorted(set(self.listening) - set(before.listening)),
            "threads": sorted((_kinds(self.threads) - _kinds(before.threads)).elements()),
            "sockets": max(0, self.sockets - before.sockets),
            "descriptors": max(0, self.descriptors - before.descriptors),
        }
        return {name: value for name, value in found.items() if value}


def _kinds(threads: tuple[str, ...]) -> Counter[str]:
    # "ThreadPoolExecutor-3_0" of one round is "ThreadPoolExecutor-9_0" in a later one.
    return Counter(re.sub(r"\d+", "#", name) for name in threads)
