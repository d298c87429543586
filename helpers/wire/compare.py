"""The comparison of two captures: in frames and bytes, and in what their calls say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from helpers.text import visible

from .connection import Unfinished
from .differences import Difference, differences
from .direction import Direction
from .frames import Frame
from .grpc.call import Call
from .http2.frames import Http2Frame
from .totals import Totals

_LISTED = 20  # differences that the table shows


@dataclass(frozen=True)
class ComparisonRow:
    """All frames of one kind in one direction, in the first and in the second capture."""

    direction: Direction
    kind: str
    """``request headers``, ``trailers``, ``DATA``, ``SETTINGS ack``, ..."""
    frames: tuple[int, int]
    bytes: tuple[int, int]

    @property
    def differs(self) -> bool:
        """Whether number or size differ."""
        return self.frames[0] != self.frames[1] or self.bytes[0] != self.bytes[1]


@dataclass(frozen=True)
class Comparison:
    """Two captures side by side; its repr is a table."""

    titles: tuple[str, str]
    totals: tuple[Totals, Totals]
    rows: tuple[ComparisonRow, ...]
    """One for each kind of frame and direction, in the order in which they first passed."""
    differences: tuple[Difference, ...] = ()
    """What the calls say differently: statuses, metadata and fields, by name; at most 200. Empty where they say the same."""

    @property
    def same(self) -> bool:
        """Whether both have the same kinds of frames with the same sizes."""
        return not any(row.differs for row in self.rows)

    def __repr__(self) -> str:
        left, right = (total.wire for total in self.totals)
        lines = [f"{'':32}{self.titles[0][:18]:>18}{self.titles[1][:18]:>18}{'difference':>14}"]
        for row in self.rows:
            lines.append(
                f"{row.direction.arrow} {row.kind:<30}"
                f"{_cell(row.frames[0], row.bytes[0])}{_cell(row.frames[1], row.bytes[1])}"
                f"{_difference(row.bytes[0], row.bytes[1])}"
            )
        left_payload, right_payload = (total.payload for total in self.totals)
        payload = _difference(left_payload, right_payload)
        lines.append(f"{'payload':<32}{f'{left_payload} B':>18}{f'{right_payload} B':>18}{payload}")
        lines.append(f"{'on the wire':<32}{f'{left} B':>18}{f'{right} B':>18}{_difference(left, right)}")
        lines += map(str, self.differences[:_LISTED])
        if len(self.differences) > _LISTED:
            lines.append(f"… {len(self.differences) - _LISTED} more in .differences")
        return visible("\n".join(lines))


class Side(NamedTuple):
    """What is compared of a capture."""

    title: str
    frames: tuple[Frame, ...]
    unfinished: tuple[Unfinished, ...]
    totals: Totals
    calls: tuple[Call, ...] = ()


def compare(first: Side, second: Side, ignore: Iterable[str] = ()) -> Comparison:
    """Put two captures side by side: frames are counted and summed up by kind and direction.

    Args:
        first: What is compared of one capture.
        second: And of the other.
        ignore: Names of metadata and fields that may differ, see `differences`.
    """
    counts: list[Counter[tuple[Direction, str]]] = [Counter(), Counter()]
    sizes: list[Counter[tuple[Direction, str]]] = [Counter(), Counter()]
    order: dict[tuple[Direction, str], None] = {}
    for number, side in enumerate((first, second)):
        for frame in side.frames:
            key = frame.direction, _kind(frame)
            order[key] = None
            counts[number][key] += 1
            sizes[number][key] += frame.size
        for rest in side.unfinished:  # so that the rows add up to what was on the wire
            key = rest.direction, "no whole frame yet"
            order[key] = None
            counts[number][key] += 1
            sizes[number][key] += rest.size
    rows = tuple(
        ComparisonRow(*key, (counts[0][key], counts[1][key]), (sizes[0][key], sizes[1][key])) for key in order
    )
    told = differences(first.calls, second.calls, ignore)
    return Comparison((first.title, second.title), (first.totals, second.totals), rows, told)


def _kind(frame: Frame) -> str:
    ack = isinstance(frame, Http2Frame) and frame.ack
    return frame.role or (f"{frame.name} ack" if ack else frame.name)


def _cell(frames: int, size: int) -> str:
    return f"{f'{frames} × = {size} B' if frames > 1 else f'{size} B' if frames else '–':>18}"


def _difference(left: int, right: int) -> str:
    return f"{f'{right - left:+} B' if left != right else '=':>14}"
