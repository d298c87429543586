"""The lanes of a capture, one a stream or an HTTP/1.1 exchange, and how they look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from helpers.wire.capture import Capture
from helpers.wire.direction import TO_SERVER
from helpers.wire.frames import Frame

from ..kit.style import fmt_duration
from ..kit.text import place_heading, place_of, plural
from .encode import exchange_of, kind_of
from .html import left_out, own_and_hidden
from .summary import Head
from .summary_html import summary_lines

MOST_LANES = 40
"""So many lanes are drawn."""
WIDTH = 56
"""Characters for the time in the text."""
_QUIET = ("control", "tcp")
_NAME = 30  # characters of a name in the text


@dataclass
class Lane:
    """The frames of one stream, of one exchange, or (both 0) of a connection itself."""

    connection: int
    stream: int
    exchange: int
    summary: dict[str, Any] | None
    """Summary of the call or the exchange (`summary`)."""
    frames: list[Frame] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Of the stream or the exchange."""
        return self.stream or self.exchange

    def where(self, several: bool) -> str:
        """``stream 3``, ``exchange 3`` or ``connection``; with ``several`` connections ``2·3``."""
        if several:
            return place_of(self.connection, self.number, several)
        kind = "stream" if self.stream else "exchange"
        return f"{kind} {self.number}" if self.number else "connection"


class Lanes:
    """All that is drawn as lanes: the frames with a lane of their own, and the time that they take."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self.head = head = Head(capture)()
        """The summary (`summary`)."""
        shown, self.hidden = own_and_hidden(capture.frames)
        if len({frame.connection for frame in shown}) > 1:
            # Of many connections, those that were opened and closed and nothing else need no lane for that.
            numbered = [
                frame for frame in shown if frame.stream or exchange_of(frame) or kind_of(frame) not in _QUIET
            ]
            shown = tuple(numbered) or shown
            self.hidden = left_out(capture.frames, shown)
        summaries = {(each["connection"], each["exchange"], each["stream"]): each for each in head["calls"]}
        found: dict[tuple[int, int, int], Lane] = {}
        for frame in shown:
            exchange = exchange_of(frame)
            key = frame.connection, exchange, frame.stream
            lane = found.get(key)
            if lane is None:
                lane = found[key] = Lane(frame.connection, frame.stream, exchange, summaries.get(key))
            lane.frames.append(frame)
        self.all: Sequence[Lane] = [found[key] for key in sorted(found)]
        """In the order of connection and number."""
        self._zero = capture.start_ns
        times = [self.seconds(frame) for frame in shown]
        self.start, self.end = (min(times), max(times)) if times else (0.0, 0.0)

    @property
    def several(self) -> bool:
        """Whether there is more than one connection."""
        return len({lane.connection for lane in self.all}) > 1

    @property
    def heading(self) -> str:
        """What stands above `Lane.where`."""
        streams, exchanges = any(lane.stream for lane in self.all), any(lane.exchange for lane in self.all)
        return place_heading(True, streams, exchanges) if self.several else "Lane"

    @property
    def remarks(self) -> list[str]:
        """What is to be said beneath the lanes: how they share the time, and what is left out."""
        more = len(self.all) - MOST_LANES
        lanes = f"and {plural(more, 'more lane')}" if more > 0 else ""
        frames = f"and {self.hidden}" if self.hidden else ""
        return [remark for remark in (self.head["pace"], lanes, frames) if remark]

    @property
    def queued(self) -> bool:
        """Whether an answer waited in line."""
        return any(lane.summary is not None and lane.summary["line"] for lane in self.all)

    def kind(self, frame: Frame) -> str:
        """How a frame is drawn (``encode.KINDS``)."""
        return kind_of(frame, self._capture.locate(frame)[1])

    def seconds(self, frame: Frame) -> float:
        """When a frame was recorded, in seconds since the capture began."""
        return (frame.t_ns - self._zero) / 1e9

    def share(self, seconds: float) -> float:
        """Where in the drawn time that is, from 0 to 1."""
        return min(1.0, max(0.0, (seconds - self.start) / (self.end - self.start or 1)))


def lanes_text(capture: Capture) -> str:
    """The lanes in characters, one line each."""
    lanes = Lanes(capture)
    lines = summary_lines(lanes.head, listed=False)
    if not lanes.all:
        return "\n".join(lines)
    rows = [_cells(lane, lanes.several) for lane in lanes.all[:MOST_LANES]]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    began, ended = fmt_duration(lanes.start), fmt_duration(lanes.end)
    lines += ["", f"{'':{sum(widths) + 6}}{began}{ended:>{WIDTH - len(began)}}"]
    for lane, row in zip(lanes.all, rows, strict=False):
        cells = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        lines.append(f"{cells}  {_line(lane, lanes)}".rstrip())
    signs = ["▶ to the server", "◀ to the client", "• in between"]
    lines += ["", "   ".join([*signs, "· waits in line"] if lanes.queued else signs), *lanes.remarks]
    return "\n".join(lines)


def _cells(lane: Lane, several: bool) -> tuple[str, str, str]:
    """Where, what, and how it ended."""
    where = lane.where(several)
    if lane.summary is None:
        return where, "" if lane.number or not several else "connection", ""
    name = lane.summary["method"]
    name = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
    return where, name, f"{lane.summary['sign']} {lane.summary['short']}"


def _line(lane: Lane, lanes: Lanes) -> str:
    """A lane in ``WIDTH`` characters: its first and its last frame, what is between them, and where it waited."""
    places = [round(lanes.share(lanes.seconds(frame)) * (WIDTH - 1)) for frame in lane.frames]
    first, last = places[0], places[-1]
    cells = [" "] * WIDTH
    cells[first : last + 1] = "─" * (last - first + 1)
    if lane.summary is not None and lane.summary["line"]:
        begin, end = (round(lanes.share(each) * (WIDTH - 1)) for each in lane.summary["line"])
        cells[begin:end] = "·" * (end - begin)
    for place in places:
        cells[place] = "•"
    if lane.number:
        cells[last] = _arrow(lane.frames[-1])
        if first < last:
            cells[first] = _arrow(lane.frames[0])
    return "".join(cells)


def _arrow(frame: Frame) -> str:
    return "▶" if frame.direction == TO_SERVER else "◀"
