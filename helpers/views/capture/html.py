"""The call view where no widget lives: HTML with SVG for pages, aligned text for terminals.

The picture is a table, a frame a row, so a screen reader and a page that strips styles can read it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helpers.wire.capture import Capture
from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.frames import Frame

from ..kit.style import escape, fmt_bytes, fmt_duration
from ..kit.text import place_heading, place_of, plural
from .encode import exchange_of, kind_of, label
from .summary import Head
from .summary_html import summary_html, summary_lines

MOST_ROWS = 60
"""So many frames are drawn; of more, the first and the last."""
FEW = 12
"""Up to so many of the frames that serve the connection are drawn as well."""
PAUSE_NS = 10_000_000
"""A time without a frame that is marked."""


def capture_html(capture: Capture) -> str:
    """The picture as HTML, without its style."""
    head, frames = Head(capture)(), capture.frames
    top = summary_html(head)
    if not frames:
        return f'<div class="gv gv-call">{top}</div>'
    several, heading = _places(frames)
    shown, hidden = own_and_hidden(frames)
    rows = "".join(
        _row_html(capture, item, several) if isinstance(item, Frame) else _gap_html(item)
        for item in _items(shown)
    )
    more = f'<p class="gv-call-more">and {hidden}</p>' if hidden else ""
    return (
        f'<div class="gv gv-call">{top}<table class="gv-call-table" aria-label="Frames, in order of time">'
        '<colgroup><col style="width: 68px"><col><col style="width: 64px"><col style="width: 68px"></colgroup>'
        '<thead><tr><th scope="col">Time</th>'
        '<th scope="col"><span class="gv-call-ends"><b>Client</b><b>Server</b></span></th>'
        f'<th scope="col">{heading}</th><th scope="col">Size</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}</div>"
    )


def capture_text(capture: Capture) -> str:
    """The picture in characters: one line a frame."""
    head, frames = Head(capture)(), capture.frames
    lines = summary_lines(head)
    if not frames:
        return "\n".join(lines)
    several, heading = _places(frames)
    shown, hidden = own_and_hidden(frames)
    rows = [
        _cells(capture, item, several) if isinstance(item, Frame) else ("", f"      … {item} …", "", "")
        for item in _items(shown)
    ]
    rows.insert(0, ("time", "client      server", heading.lower(), "size"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for time, what, stream, size in rows:
        cells = f"{time:>{widths[0]}}  {stream:>{widths[2]}}  {size:>{widths[3]}}  {what}"
        lines.append(cells.rstrip())
    if hidden:
        lines.append(f"and {hidden}")
    return "\n".join(lines)


def _places(frames: tuple[Frame, ...]) -> tuple[bool, str]:
    """Whether there are several connections, and what the column of streams is called."""
    several = len({frame.connection for frame in frames}) > 1
    streams, exchanges = any(frame.stream for frame in frames), any(exchange_of(frame) for frame in frames)
    return several, place_heading(several, streams, exchanges)


def own_and_hidden(frames: tuple[Frame, ...]) -> tuple[tuple[Frame, ...], str]:
    """The frames that are drawn, and in words how many are not because they serve the connection."""
    own = tuple(frame for frame in frames if not frame.control)
    hidden = len(frames) - len(own)
    if hidden <= FEW or not own:
        return frames, ""
    return own, left_out(frames, own)


def left_out(frames: Sequence[Frame], shown: Sequence[Frame]) -> str:
    """In words how many frames are not shown, and what they are; all of them serve a connection."""
    kept = set(map(id, shown))
    rest = [frame.name for frame in frames if id(frame) not in kept]
    kinds = list(dict.fromkeys(rest))
    more = ", …" if len(kinds) > 4 else ""
    what = f"{plural(len(rest), 'more frame')} of the connection itself ({', '.join(kinds[:4])}{more})"
    return what if rest else ""


def _items(shown: tuple[Frame, ...]) -> Iterator[Frame | str]:
    """What is drawn, in order: frames, and between them pauses and what was left out, in words."""
    half = MOST_ROWS // 2
    skipped = len(shown) - MOST_ROWS
    before = None
    for place, frame in enumerate(shown):
        if skipped > 0 and half <= place < half + skipped:
            if place == half:
                yield f"{skipped:,} more frames"
            before = None
            continue
        if before is not None and frame.t_ns - before >= PAUSE_NS:
            yield fmt_duration((frame.t_ns - before) / 1e9)
        before = frame.t_ns
        yield frame


def _cells(capture: Capture, frame: Frame, several: bool) -> tuple[str, str, str, str]:
    """Time, arrow with name and label, stream, and size of a frame, as text."""
    arrow = "──────▶" if frame.direction == TO_SERVER else "◀──────"
    if frame.control:
        arrow = arrow.replace("─", "·")
    return (
        fmt_duration((frame.t_ns - capture.start_ns) / 1e9),
        f"{arrow} {frame.name}  {label(frame, capture.locate(frame)[1])}",
        place_of(frame.connection, exchange_of(frame) or frame.stream, several),
        fmt_bytes(frame.size) if frame.size else "",
    )


def _row_html(capture: Capture, frame: Frame, several: bool) -> str:
    time, _, stream, size = _cells(capture, frame, several)
    messages = capture.locate(frame)[1]
    kind, back = kind_of(frame, messages), frame.direction == TO_CLIENT
    way = "server to client" if back else "client to server"
    text = escape(label(frame, messages))
    return (
        f'<tr class="gv-call-{kind} {"gv-call-back" if back else "gv-call-there"}">'
        f'<td class="gv-call-time">{time}</td><td><div class="gv-call-lane">{_arrow(kind, back)}'
        f'<span class="gv-call-label"><span class="gv-sr">{way}:</span>'
        f'<span class="gv-call-chip">{escape(frame.name)}</span>'
        f'<bdi class="gv-call-text" title="{text}">{text}</bdi></span></div></td>'
        f'<td class="gv-call-stream">{stream}</td><td class="gv-call-size">{size}</td></tr>'
    )


def _gap_html(words: str) -> str:
    return (
        '<tr class="gv-call-pause"><td></td><td><div class="gv-call-lane">'
        f"<span>… {words} …</span></div></td><td></td><td></td></tr>"
    )


def _arrow(kind: str, back: bool) -> str:
    """A line from rail to rail; the shapes are those of diagram.js."""
    shape = "M-9 -5 L0 0 L-9 5 Z"
    if kind == "reset":
        shape = "M-9 -5 L0 5 M-9 5 L0 -5"
    elif kind in ("control", "tcp"):
        shape = "M-8 -4 L-1 0 L-8 4"
    tail, tip = ("100%", "0") if back else ("0", "100%")
    turn = ' transform="scale(-1 1)"' if back else ""
    return (
        '<svg class="gv-call-arrow" aria-hidden="true"><line x1="0" x2="100%" y1="14" y2="14"/>'
        f'<circle cx="{tail}" cy="14" r="3"/><svg x="{tip}" y="14" overflow="visible"><path d="{shape}"{turn}/></svg></svg>'
    )
