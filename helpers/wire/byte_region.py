"""What a range of bytes means: a node of the trees that hex and tree views share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import attrgetter

from .constructors import constructor_of


@dataclass(frozen=True, slots=True)
class ByteRegion:
    """What a range of bytes means: a node of the tree that hex and tree views share.

    Children lie within their parent, in order, and may leave gaps. `kind` chooses the color:
    ``frame`` (a whole frame), ``frame-header``, ``hpack``, ``prefix`` (gRPC's 5 bytes), ``message``,
    ``field``, ``tag``, ``length``, ``value``, ``padding``, ``setting``, ``number``, ``text``,
    ``compressed``, ``malformed``.
    """

    start: int
    end: int
    kind: str
    label: str
    """What it is: ``stream identifier``, ``:path``, ``weight_grams``."""
    text: str = ""
    """What it says: ``1``, ``/courier.v1.QuoteService/GetQuote``, ``1200``."""
    children: tuple[ByteRegion, ...] = ()
    problem: str | None = None


new_region = constructor_of(ByteRegion)
"""Makes one, fast."""


START, END = attrgetter("start"), attrgetter("end")


def shifted(region: ByteRegion, by: int, start: int, end: int) -> ByteRegion | None:
    """The region moved, and cut to a range; None where nothing of it is left there."""
    low, high = max(region.start + by, start), min(region.end + by, end)
    if low > high or (low == high and region.end > region.start):
        return None
    children = region.children
    if low > region.start + by or high < region.end + by:
        # A message of thousands of fields is looked at frame by frame: only those within it are moved.
        children = children[
            bisect_left(children, low - by, key=END) : bisect_right(children, high - by, key=START)
        ]
        moved = [shifted(child, by, start, end) for child in children]
        children = tuple([each for each in moved if each is not None])
    elif by:
        children = tuple([_moved(child, by) for child in children])
    return new_region(low, high, region.kind, region.label, region.text, children, region.problem)


def _moved(region: ByteRegion, by: int) -> ByteRegion:
    children = tuple([_moved(child, by) for child in region.children]) if region.children else ()
    start, end = region.start + by, region.end + by
    return new_region(start, end, region.kind, region.label, region.text, children, region.problem)
