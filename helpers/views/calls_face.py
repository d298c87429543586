"""The call view where no widget lives: HTML with SVG for pages, aligned text for terminals.

The picture is a table, a frame a row, so a screen reader and a page that strips styles can read it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpers.wire import names
from helpers.wire.frames import Frame

from .calls_encode import kind_of, label
from .calls_head import Head
from .calls_text import plural
from .style import escape, fmt_bytes, fmt_duration

MOST_ROWS = 60
"""So many frames are drawn; of more, the first and the last."""
FEW = 12
"""Up to so many of the frames that serve the connection are drawn as well."""
PAUSE_NS = 10_000_000
"""A time without a frame that is marked."""
_EMPTY = "Make a call inside `with wire.capture() as call:`, through a channel to `wire.address`."


def capture_html(capture: Any) -> str:
    """The picture as HTML, without its style."""
    head, frames = Head(capture)(), capture.frames
    notes = "".join(f'<p class="gv-call-note">{escape(note)}</p>' for note in head["notes"])
    top = f'<div class="gv-call-summary">{_summary_html(head)}{notes}</div>'
    if not frames:
        return f'<div class="gv gv-call">{top}<p class="gv-call-empty">{escape(_empty(head))}</p></div>'
    several = len({frame.connection for frame in frames}) > 1
    shown, hidden = _shown(frames)
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
        f'<th scope="col">{"Conn·Str" if several else "Stream"}</th><th scope="col">Size</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}</div>"
    )


def capture_text(capture: Any) -> str:
    """The picture in characters: one line a frame."""
    head, frames = Head(capture)(), capture.frames
    lines = [*_summary_lines(head), *head["notes"]]
    if not frames:
        return "\n".join(["Recording." if head["open"] else "Nothing recorded.", *lines, _empty(head)])
    several = len({frame.connection for frame in frames}) > 1
    shown, hidden = _shown(frames)
    rows = [
        _cells(capture, item, several) if isinstance(item, Frame) else ("", f"      … {item} …", "", "")
        for item in _items(shown)
    ]
    where = "conn·str" if several else "stream"
    rows.insert(0, ("time", "client      server", where, "size"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for time, what, stream, size in rows:
        cells = f"{time:>{widths[0]}}  {stream:>{widths[2]}}  {size:>{widths[3]}}  {what}"
        lines.append(cells.rstrip())
    if hidden:
        lines.append(f"and {hidden}")
    return "\n".join(lines)


def _empty(head: dict[str, Any]) -> str:
    return "Nothing has come yet." if head["open"] else _EMPTY


def _shown(frames: tuple[Frame, ...]) -> tuple[tuple[Frame, ...], str]:
    """The frames that are drawn, and in words how many are not because they serve the connection."""
    own = tuple(frame for frame in frames if not frame.control)
    hidden = len(frames) - len(own)
    if hidden <= FEW or not own:
        return frames, ""
    return own, f"{plural(hidden, 'more frame')} of the connection itself (SETTINGS, WINDOW_UPDATE, PING)"


def _items(shown: tuple[Frame, ...]) -> Iterator[Frame | str]:
    """What is drawn, in order: frames, and between them pauses and what was left out, in words."""
    half = MOST_ROWS // 2
    left_out = len(shown) - MOST_ROWS
    before = None
    for place, frame in enumerate(shown):
        if left_out > 0 and half <= place < half + left_out:
            if place == half:
                yield f"{left_out:,} more frames"
            before = None
            continue
        if before is not None and frame.t_ns - before >= PAUSE_NS:
            yield fmt_duration((frame.t_ns - before) / 1e9)
        before = frame.t_ns
        yield frame


def _cells(capture: Any, frame: Frame, several: bool) -> tuple[str, str, str, str]:
    """Time, arrow with name and label, stream, and size of a frame, as text."""
    arrow = "──────▶" if frame.direction == names.TO_SERVER else "◀──────"
    if frame.control:
        arrow = arrow.replace("─", "·")
    return (
        fmt_duration((frame.t_ns - capture.start_ns) / 1e9),
        f"{arrow} {frame.name}  {label(frame, capture.locate(frame)[1])}",
        f"{frame.connection}·{frame.stream or '–'}" if several else str(frame.stream or "–"),
        fmt_bytes(frame.size) if frame.size else "",
    )


def _row_html(capture: Any, frame: Frame, several: bool) -> str:
    time, _, stream, size = _cells(capture, frame, several)
    kind, back = kind_of(frame), frame.direction == names.TO_CLIENT
    way = "server to client" if back else "client to server"
    told = escape(label(frame, capture.locate(frame)[1]))
    return (
        f'<tr class="gv-call-{kind} {"gv-call-back" if back else "gv-call-there"}">'
        f'<td class="gv-call-time">{time}</td><td><div class="gv-call-lane">{_arrow(kind, back)}'
        f'<span class="gv-call-label"><span class="gv-sr">{way}:</span>'
        f'<span class="gv-call-chip">{escape(frame.name)}</span>'
        f'<bdi class="gv-call-text" title="{told}">{told}</bdi></span></div></td>'
        f'<td class="gv-call-stream">{stream}</td><td class="gv-call-size">{size}</td></tr>'
    )


def _gap_html(words: str) -> str:
    return (
        '<tr class="gv-call-pause"><td></td><td><div class="gv-call-lane">'
        f"<span>… {words} …</span></div></td><td></td><td></td></tr>"
    )


def _arrow(kind: str, back: bool) -> str:
    """A line from rail to rail; the shapes are those of calls_diagram.js."""
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


def _summary_lines(head: dict[str, Any]) -> list[str]:
    """The summary in characters: a line for all, and one for each call but the last of many."""
    calls = head["calls"]
    total = len(calls) + head["moreCalls"]
    lines = [_call_line(call) for call in calls[:20]]
    if total > 20:
        lines.append(f"… {total - 20:,} more calls")
    if total != 1 and head["frames"]:
        what = plural(total, "call") if total else "No gRPC call"
        lines.insert(0, f"{what}, {plural(head['frames'], 'frame')}, {_weight(head)}")
    return lines


def _call_line(call: dict[str, Any]) -> str:
    took = "" if call["took"] is None else f" in {fmt_duration(call['took'])}"
    limit = "" if call["timeout"] is None else f", deadline {fmt_duration(call['timeout'])}"
    name = f"{call['service']}/{call['method']}" if call["service"] else call["method"]
    note = f": {call['note']}" if call["note"] else ""
    counts = f"{plural(call['sent'], 'request')}, {plural(call['got'], 'response')}"
    return (
        f"{call['sign']} {call['word']}{note}  {name} ({call['kind']}){took}{limit}, {counts}, "
        f"{plural(call['frames'], 'frame')}, {_weight(call)}"
    )


def _weight(told: dict[str, Any]) -> str:
    return f"{fmt_bytes(told['payload'])} of messages in {fmt_bytes(told['wire'])} on the wire"


def _summary_html(head: dict[str, Any]) -> str:
    calls = head["calls"]
    total = len(calls) + head["moreCalls"]
    if total == 1:
        return _call_html(calls[0], "div")
    if not head["frames"]:
        return f"<strong>{'Recording' if head['open'] else 'Nothing recorded'}</strong>"
    what = plural(total, "call") if total else "No gRPC call"
    more = f"<li>… {total - 20:,} more calls</li>" if total > 20 else ""
    items = "".join(_call_html(call, "li") for call in calls[:20])
    listed = f"<details><summary>Calls</summary><ol>{items}{more}</ol></details>" if calls else ""
    return (
        f'<div class="gv-call-line"><strong>{what}</strong><span class="gv-call-fact">'
        f"{plural(head['frames'], 'frame')}</span>{_weight_html(head)}</div>{listed}"
    )


def _call_html(call: dict[str, Any], tag: str) -> str:
    facts = ["running" if call["took"] is None else fmt_duration(call["took"])]
    if call["timeout"] is not None:
        facts.append(f"deadline {fmt_duration(call['timeout'])}")
    facts += [
        f"{plural(call['sent'], 'request')}, {plural(call['got'], 'response')}",
        plural(call["frames"], "frame"),
    ]
    told = "".join(f'<span class="gv-call-fact">{fact}</span>' for fact in facts)
    service = f'<bdi class="gv-muted">{escape(call["service"])}/</bdi>' if call["service"] else ""
    note = (
        f'<div class="gv-call-line gv-call-said"><bdi>{escape(call["note"])}</bdi></div>'
        if call["note"]
        else ""
    )
    return (
        f'<{tag}><div class="gv-call-line"><strong class="gv-call-outcome gv-call-is-{call["state"]}">'
        f'<span aria-hidden="true">{call["sign"]} </span><bdi>{escape(call["word"])}</bdi></strong>'
        f'<span class="gv-call-method">{service}<bdi class="gv-call-name">{escape(call["method"])}</bdi></span>'
        f'<span class="gv-call-kind">{escape(call["kind"])}</span></div>'
        f'<div class="gv-call-line">{told}{_weight_html(call)}</div>{note}</{tag}>'
    )


def _weight_html(told: dict[str, Any]) -> str:
    share = min(100.0, 100 * told["payload"] / told["wire"]) if told["wire"] else 0.0
    return (
        '<span class="gv-call-fact gv-call-weight"><span class="gv-call-bar" aria-hidden="true">'
        f'<span style="width: {share:.1f}%"></span></span>{_weight(told)}</span>'
    )
