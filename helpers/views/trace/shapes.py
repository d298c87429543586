"""The shapes of a trace: bars, what stands on them, and the lines from caller to called, as SVG.

Horizontal positions are percentages, so a picture fits any width.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from helpers.wire.direction import TO_SERVER
from helpers.wire.grpc.call import UNARY

from ..kit.style import escape
from .model import Span
from .moment import Moment

_STEP = 0.4  # percent between two messages that are drawn apart
_BAR = 16  # pixels
_ASIDE = 68  # pixels to the right of the picture that the style leaves free for a deadline

_LINE = '<line class="gv-tr-link" x1="14" x2="14" y2="10"/>'
_TIP = '<path class="gv-tr-tip" d="M10 9 L14 14 L18 9 Z"/>'
_DEADLINE = "deadline, as it was sent"
_UNITS = {"H": "hours", "M": "minutes", "S": "seconds", "m": "milliseconds", "u": "µs", "n": "ns"}
_SAMPLES = {
    "calls": _LINE + _TIP,
    "may have called": _LINE.replace("link", "link gv-tr-unsure") + _TIP,
    "messages, above to the server, beneath to the client": (
        '<rect class="gv-tr-plain" x="1" width="26" height="16"/>'
        '<path class="gv-tr-message" d="M9 1 V7 M14 1 V7 M19 9 V15"/>'
    ),
    _DEADLINE: '<line class="gv-tr-deadline" x1="14" x2="14" y2="16"/>',
    "RST_STREAM": '<path class="gv-tr-reset" d="M9 3 L19 13 M9 13 L19 3"/>',
    "its caller's call has ended": (
        '<rect class="gv-tr-alone" x="1" width="26" height="16"/>'
        '<line class="gv-tr-hatch" x1="1" x2="27" y1="8" y2="8"/>'
    ),
}


def legend(moment: Moment) -> str:
    """What the signs mean, of those that are seen."""
    drawn = moment.drawn
    seen = [
        any(each.parent is not None for each in drawn),
        any(each.candidates for each in drawn),
        any(each.call.kind != UNARY for each in drawn),
        any(each.deadline is not None for each in drawn),
        any(each.reset is not None for each in drawn),
        any(each.outlived for each in drawn),
    ]
    sent = {each.timeout[-1] for each in drawn if each.timeout and each.deadline is not None}
    units = ", ".join(f"{unit}: {_UNITS[unit]}" for unit in _UNITS if unit in sent)
    told = "".join(
        f'<li><svg width="28" height="16" aria-hidden="true">{shape}</svg>{words}'
        f"{f' ({units})' if words == _DEADLINE else ''}</li>"
        for (words, shape), is_seen in zip(_SAMPLES.items(), seen, strict=True)
        if is_seen
    )
    return f'<ul class="gv-tr-legend">{told}</ul>' if told else ""


class Link:
    """The line from a caller's bar to the bar of the call that it made, at the time when that began.

    Args:
        moment: What is drawn.
        span: The call that was made.
        caller: The one that made it, or may have.
        rows: The row of each call.
    """

    def __init__(self, moment: Moment, span: Span, caller: Span, rows: Mapping[Span, int]) -> None:
        self._x = place(moment, span.start)
        # A handler that went on when its call had ended.
        self._late = caller.end is not None and caller.end < span.start
        self._from = place(moment, caller.end or 0.0)
        self._tail, self._head = rows[caller], rows[span]
        self._sure = span.parent is caller

    def piece(self, row: int, height: int) -> str:
        """What is seen of it in a row of a height in pixels."""
        if not min(self._tail, self._head) <= row <= max(self._tail, self._head):
            return ""
        down = self._tail < self._head
        begin, end = (0.0, float(height)) if down else (float(height), 0.0)
        begin = height / 2 if row == self._tail else begin
        kind, tip = "gv-tr-link" if self._sure else "gv-tr-link gv-tr-unsure", ""
        if row == self._head:
            end = (height - _BAR) / 2 if down else (height + _BAR) / 2
            back = end - 5 if down else end + 5
            tip = f'<path class="gv-tr-tip" d="M-4 {back:g} L0 {end:g} L4 {back:g} Z"/>'
            if not self._sure:
                tip += f'<text class="gv-tr-doubt" x="-7" y="{end - 1 if down else end + 9:g}">?</text>'
        line = f'<line class="{kind}" y1="{begin:g}" y2="{end:g}"/>'
        along = ""
        if self._late and row == self._tail:
            along = f'<line class="gv-tr-link gv-tr-unsure" x1="{self._from}" x2="{self._x}" y1="{begin:g}" y2="{begin:g}"/>'
        return f'{along}<svg x="{self._x}" overflow="visible">{line}{tip}</svg>'


def links(moment: Moment, rows: Mapping[Span, int]) -> list[Link]:
    """The lines to all calls: from its caller, or from the last call that may have made it."""
    found = []
    for span in rows:
        caller = span.parent or next(iter(reversed(span.candidates)), None)
        if caller is not None and caller in rows:
            found.append(Link(moment, span, caller, rows))
    return found


def bar(moment: Moment, span: Span, height: int) -> Iterator[str]:
    """A call, with its messages, its deadline and its end, in a row of a height in pixels."""
    until, middle = moment.until(span), height / 2
    end, top = place(moment, until), f'y="{middle - _BAR / 2:g}" height="{_BAR}"'
    width = _share(moment, until) - _share(moment, span.start)
    yield f'<rect class="gv-tr-bar" x="{place(moment, span.start)}" width="{width:.2f}%" {top} rx="2"/>'
    if span.outlived:
        left = _share(moment, until - span.outlived)
        yield f'<rect class="gv-tr-alone" x="{left:.2f}%" width="{_share(moment, until) - left:.2f}%" {top}/>'
        # A thick dashed line is a hatch without ids that could clash between two pictures of one page.
        yield f'<line class="gv-tr-hatch" x1="{left:.2f}%" x2="{end}" y1="{middle:g}" y2="{middle:g}"/>'
    if span.call.kind != UNARY:
        yield from _messages(moment, span, middle)
    if span.deadline is not None:
        yield _deadline(moment, span, middle)
    if span.end is not None:
        yield f'<svg x="{end}" y="{middle:g}" overflow="visible">{_mark(span)}</svg>'


def place(moment: Moment, time: float) -> str:
    """Where a time (seconds since the first call) lies in a row."""
    return f"{_share(moment, time):.2f}%"


def _share(moment: Moment, time: float) -> float:
    return min(1.0, max(0.0, time / moment.end)) * 100


def _messages(moment: Moment, span: Span, middle: float) -> Iterator[str]:
    """A tick a message: in the upper half of the bar those to the server, in the lower half the answers."""
    last = dict.fromkeys((True, False), -_STEP)
    for message in span.call.messages:
        there = message.direction == TO_SERVER
        at = _share(moment, (message.t_ns - span.zero_ns) / 1e9)
        if message.counts and at - last[there] >= _STEP:
            last[there] = at
            y1, y2 = (middle - 7, middle - 1) if there else (middle + 1, middle + 7)
            yield f'<line class="gv-tr-message" x1="{at:.2f}%" x2="{at:.2f}%" y1="{y1:g}" y2="{y2:g}"/>'


def _deadline(moment: Moment, span: Span, middle: float) -> str:
    at = span.start + (span.deadline or 0.0)
    words = escape(span.timeout)
    if at > moment.end:
        return f'<text class="gv-tr-limit" x="100%" dx="{_ASIDE}" y="{middle + 4:g}" text-anchor="end">{words} →</text>'
    x = place(moment, at)
    # Beside the mark of a call that ended there.
    aside = 14 if span.end is not None and abs(at - span.end) < 0.03 * moment.end else 5
    return (
        f'<line class="gv-tr-deadline" x1="{x}" x2="{x}" y1="{middle - 13:g}" y2="{middle + 13:g}"/>'
        f'<text class="gv-tr-limit" x="{x}" dx="{aside}" y="{middle + 4:g}">{words}</text>'
    )


def _mark(span: Span) -> str:
    if span.reset is not None:
        cross = "M-5 -5 L5 5 M-5 5 L5 -5"
        return f'<path class="gv-tr-halo" d="{cross}"/><path class="gv-tr-reset" d="{cross}"/>'
    if span.state == "done":
        return '<circle class="gv-tr-mark" r="7"/><path class="gv-tr-sign" d="M-3 0 L-1 2.5 L3.5 -2.5"/>'
    return (
        '<path class="gv-tr-mark" d="M-8 0 L0 -8 L8 0 L0 8 Z"/>'
        '<path class="gv-tr-sign" d="M-2.5 -2.5 L2.5 2.5 M2.5 -2.5 L-2.5 2.5"/>'
    )
