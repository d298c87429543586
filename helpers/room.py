"""How much room a lesson may take: a gigabyte where there is one to spare, less on a small machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

LEAST = 1 << 20
"""Bytes that are always taken."""
SHARE = 0.7
"""How much of what is free may be taken."""
LIMIT = "LESSON_ROOM"
"""The environment variable that says how many bytes are taken at most."""

_GROUPS = Path("/sys/fs/cgroup")
_LIMITS = (
    ("memory.max", "memory.current"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
)


def room_for(wanted: int, *, in_memory: float = 1, on_disk: float = 0) -> int:
    """How many bytes fit: ``wanted``, or a half of it, or a quarter, and so on, at least 1 MiB.

    The environment variable `LESSON_ROOM` is a limit beyond which nothing goes.

    Args:
        wanted: bytes.
        in_memory: how often they will be in memory, all processes together.
        on_disk: how often they will be in a file in the folder for temporary files.

    Raises:
        ValueError: less than a byte is wanted.
    """
    if not wanted >= 1:
        raise ValueError(f"room for {wanted} bytes? At least one must be wanted.")
    most = float(wanted)
    if in_memory:
        most = min(most, SHARE * memory_left() / in_memory)
    if on_disk:
        most = min(most, SHARE * shutil.disk_usage(tempfile.gettempdir()).free / on_disk)
    if limit := os.environ.get(LIMIT):
        most = min(most, float(limit))
    found = int(wanted)
    while found > most and found // 2 >= LEAST:
        found //= 2
    return found


def memory_left() -> int:
    """Bytes of memory that are free: of the machine, or of the container, if that has less."""
    return min([psutil.virtual_memory().available, *_container_left()])


def _container_left() -> Iterator[int]:
    for limit, used in _LIMITS:
        try:
            most = (_GROUPS / limit).read_text(encoding="ascii").strip()
            taken = (_GROUPS / used).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if most.isdigit() and taken.isdigit():
            yield max(0, int(most) - int(taken))
