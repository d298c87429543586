"""`NetworkMap` as markup, with the sizes that it needs: in a page nothing is measured."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

from ..kit.style import escape
from .layout import best_places
from .model import Box, Network, NetworkLink, shown

WIDTH = 700
"""Pixels of the page that sizes are made for; a wider one has more room between the boxes."""
TALLEST = 560
"""Pixels from which on boxes stand closer."""
NARROW, WIDE, BETWEEN = 96, 184, 60
"""Pixels: a box at least, at most, and what is left free between two columns."""
_GAP, _CLOSE, _EDGE = 48, 20, 8
_ARROWS = "→↘↓↙←↖↑↗"
_REGIONS = ("hpack", "prefix", "tag", "length", "value", "frame")


@dataclass(frozen=True)
class Geometry:
    """Where everything stands: ``across`` in percent of the width, ``down`` in pixels."""

    columns: float
    height: float
    across: dict[str, float]
    down: dict[str, float]
    heights: dict[str, float]
    labels: list[tuple[float, float]]

    @property
    def box_width(self) -> float:
        """Pixels, where the page is `WIDTH` wide."""
        return max(NARROW, min(WIDE, WIDTH / self.columns - BETWEEN))


def geometry(net: Network) -> Geometry:
    """The sizes of a picture, from what is in it."""
    boxes = net.drawn_boxes
    if not boxes:
        return Geometry(1, 0, {}, {}, {}, [])
    xs, ys = zip(*(net.spots[box.name] for box in boxes), strict=True)
    columns = max(xs) - min(xs) + 1
    width = Geometry(columns, 0, {}, {}, {}, []).box_width
    heights = {box.name: _height(box, width) for box in boxes}
    across = {box.name: 100 * (net.spots[box.name][0] - min(xs) + 0.5) / columns for box in boxes}
    rows = {box.name: net.spots[box.name][1] - min(ys) for box in boxes}

    def pitch(gap: float) -> float:
        """Pixels of a row, so that no box stands on another one."""
        return max(
            (
                ((heights[a] + heights[b]) / 2 + gap) / abs(rows[a] - rows[b])
                for a in rows
                for b in rows
                if rows[a] < rows[b] and abs(across[a] - across[b]) * WIDTH / 100 < width + 8
            ),
            default=96.0,
        )

    def placed(gap: float) -> tuple[dict[str, float], float]:
        down = {name: row * pitch(gap) for name, row in rows.items()}
        top = min(down[name] - heights[name] / 2 for name in down) - _EDGE
        bottom = max(down[name] + heights[name] / 2 for name in down) + _EDGE
        return {name: round(y - top, 1) for name, y in down.items()}, round(bottom - top, 1)

    down, height = placed(_GAP)
    if height > TALLEST:
        down, height = placed(_CLOSE)
    at = {name: (across[name] * WIDTH / 100, down[name]) for name in rows}
    labels = best_places([(link.a, link.b) for link in net.drawn_links], at, width / 2 + 34)
    return Geometry(columns, height, across, down, heights, labels)


def _height(box: Box, width: float) -> float:
    rows = _button_rows(box, width - 16)
    lines = 20 + 18 * bool(box.word) + 18 * len(box.drawn_counters) + 24 * bool(box.strip) + 28 * rows
    return lines + 14


def _button_rows(box: Box, width: float) -> int:
    rows, left = 0, 0.0
    for button in box.buttons.values():
        needed = 7.2 * len(shown(button.label)) + 22
        if needed > left:
            rows, left = rows + 1, width
        left -= needed
    return rows


def network_html(net: Network, problem: str = "", live: bool = False, cuttable: bool = False) -> str:
    """The picture as HTML without its style.

    It has the buttons of the boxes where it is `live`, and of the links where they are `cuttable`.

    Elements with ``data-part`` are what a live view replaces.
    """
    size = geometry(net)
    label = escape(net.title or "Network map")
    title = f'<p class="gv-net-title"><strong>{escape(net.title)}</strong></p>' if net.title else ""
    links = net.drawn_links
    body = "".join(_label(number, link, net, size, cuttable) for number, link in enumerate(links)) + "".join(
        _box(number, box, size, live) for number, box in enumerate(net.drawn_boxes)
    )
    # Whoever has the same sizes has the same parts, and can be patched.
    seal = zlib.crc32(repr((size, live, cuttable, [list(box.buttons) for box in net.drawn_boxes])).encode())
    columns = f"{size.columns:g}"
    return (
        f'<div class="gv gv-net" data-state="{net.state}">{title}'
        f'<div class="gv-net-picture" role="group" aria-label="{label}" style="height:{size.height:g}px;'
        f'--gv-net-columns:{columns}">'
        f'<div class="gv-net-lines" data-part="lines" aria-hidden="true">{_lines(net, size, cuttable)}</div>'
        f'<span hidden data-part="sizes-{seal}"></span>{body}</div>'
        f'<p class="gv-muted gv-net-remark" data-part="remark">{escape(net.remark)}</p>'
        f'<p class="gv-net-said gv-net-{net.outcome or "plain"}" data-part="said">{escape(net.line)}</p>'
        f'<div data-part="problem">{problem}</div></div>'
    )


def _lines(net: Network, size: Geometry, cuttable: bool) -> str:
    drawn = ""
    for number, link in enumerate(net.drawn_links):
        ends = (
            f'x1="{size.across[link.a]:.2f}%" y1="{size.down[link.a]:g}" '
            f'x2="{size.across[link.b]:.2f}%" y2="{size.down[link.b]:g}"'
        )
        kind = " gv-net-is-cut" if link.cut else ""
        drawn += f'<line class="gv-net-line{kind}" data-line="{number}" {ends}/>'
        if cuttable:
            drawn += f'<line class="gv-net-reach" data-reach="{number}" {ends}/>'
    return f'<svg width="100%" height="{size.height:g}">{drawn}</svg>'


def _label(number: int, link: NetworkLink, net: Network, size: Geometry, cuttable: bool) -> str:
    x, y = size.labels[number]
    names = f"{shown(link.a)} {'and' if link.two_way else 'to'} {shown(link.b)}"
    said = f'<span class="gv-sr">{escape(names)}: {escape(link.describe(net.unit))}. </span>'
    least = "≥ " if link.incomplete else ""
    rows = [f"{_arrow(link, size)} {least}{link.passed:,}"]
    if link.open:
        rows.append(f"{link.open:,} open")
    drawn = "".join(f"<span>{row}</span>" for row in rows)
    if link.failed:
        drawn += f'<span class="gv-net-failed">✗ {link.failed:,}</span>'
    if link.cut:
        drawn += '<span class="gv-net-failed">✂ cut</span>'
    part = (
        f'data-part="link-{number}" data-link="{number}" data-traffic="{link.traffic}" data-failed="{link.failed}" '
        f'style="left:{100 * x / WIDTH:.2f}%;top:{y:g}px"'
    )
    shape = "gv-net-label" + (" gv-net-is-cut" if link.cut else "")
    drawn = f'{said}<span class="gv-net-rows" aria-hidden="true">{drawn}</span>'
    if not cuttable:
        return f'<span class="{shape}" {part}>{drawn}</span>'
    act = "Heal" if link.cut else "Cut"
    wait = " It is being done." if link.busy else ""
    return (
        f'<button type="button" class="{shape}" {part} title="{act} the link {escape(names)}">{drawn}'
        f'<span class="gv-sr">{act}.{wait}</span></button>'
    )


def _arrow(link: NetworkLink, size: Geometry) -> str:
    if link.two_way:
        return "↔"
    run = (size.across[link.b] - size.across[link.a]) * WIDTH / 100
    return _ARROWS[round(math.atan2(size.down[link.b] - size.down[link.a], run) / (math.pi / 4)) % 8]


def _box(number: int, box: Box, size: Geometry, live: bool) -> str:
    name = escape(shown(box.name))
    state = (
        f'<p class="gv-net-state gv-net-{box.outcome or "plain"}" title="{escape(box.state)}">{escape(box.state)}</p>'
        if box.word
        else ""
    )
    counters = "".join(
        f"<li><span>{escape(label)}</span> <b>{escape(value)}</b></li>" for label, value in box.drawn_counters
    )
    counters = f'<ul class="gv-net-counters">{counters}</ul>' if counters else ""
    strip = "".join(
        f'<span class="gv-region-{_region(piece)}">{escape(shown(piece))}</span>' for piece in box.drawn_strip
    )
    strip = (
        f'<p class="gv-net-strip" aria-label="{escape(" ".join(box.drawn_strip))}">{strip}</p>'
        if strip
        else ""
    )
    buttons = "".join(
        f'<button type="button" class="gv-live-button gv-net-button" data-part="button-{number}-{at}" '
        f'data-box="{number}" data-button="{at}">{escape(shown(button.label))}{" …" if button.busy else ""}'
        f'<span class="gv-sr"> {name}</span></button>'
        for at, button in enumerate(box.buttons.values())
    )
    buttons = f'<div class="gv-net-buttons">{buttons}</div>' if live and buttons else ""
    return (
        f'<section class="gv-net-box" aria-label="{name}" '
        f'style="left:{size.across[box.name]:.2f}%;top:{size.down[box.name]:g}px;height:{size.heights[box.name]:g}px">'
        f'<p class="gv-net-name" title="{name}"><strong>{name}</strong></p>'
        f'<div class="gv-net-inside gv-net-{box.outcome or "plain"}" data-part="box-{number}">{state}{counters}{strip}</div>'
        f"{buttons}</section>"
    )


def _region(piece: str) -> str:
    """A background for a piece of a strip: the same for the same piece, whoever draws it."""
    return _REGIONS[zlib.crc32(piece.encode("utf-8", "replace")) % len(_REGIONS)]
