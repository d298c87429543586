"""Bytes and their meaning on the way to the browser: trees as nested lists, cut to what a page can take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpers.wire.byte_region import ByteRegion

from ..kit.text import LONG, plural, visible

MOST_BYTES = 256 * 1024
"""Bytes of one frame or message that are shown."""
MOST_NODES, MOST_CHILDREN = 3000, 400

COLORS = {
    "frame-header": "frame", "padding": "frame", "hpack": "hpack", "prefix": "prefix", "tag": "tag",
    "length": "length", "value": "value", "setting": "value", "compressed": "value", "message": "value",
    "malformed": "malformed",
}  # fmt: skip
"""Kind of a region: which of the colors of byte regions it has; others have that of what they are within."""


def encode_region(region: ByteRegion, limit: int = MOST_BYTES) -> list[Any]:
    """A tree as nested lists: ``[start, end, kind, color, label, text, problem, children]``.

    Nodes beyond ``MOST_NODES``, children beyond ``MOST_CHILDREN`` and those that begin beyond ``limit`` are summed
    up in nodes of the kind ``more``. Positions are the true ones, also where only ``limit`` bytes are shown.
    """
    budget = iter(range(MOST_NODES))
    return _encode(region, limit, budget, COLORS.get(region.kind))


def _encode(region: ByteRegion, limit: int, budget: Iterator[int], color: str | None) -> list[Any]:
    children: list[Any] = []
    for n, child in enumerate(region.children):
        beyond = child.start > limit or (child.start == limit < child.end)
        if n >= MOST_CHILDREN or beyond or next(budget, None) is None:
            left = len(region.children) - n
            words = f"… {plural(left, 'item')} more"
            children.append([child.start, region.end, "more", color or "value", words, "", None, []])
            break
        children.append(_encode(child, limit, budget, COLORS.get(child.kind, color or "value")))
    problem = visible(region.problem, LONG) if region.problem else None
    return [
        region.start,
        region.end,
        region.kind,
        color,
        visible(region.label),
        visible(region.text, LONG),
        problem,
        children,
    ]
