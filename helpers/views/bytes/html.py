"""Bytes and their meaning where no widget lives: a hex dump and a tree, as HTML and as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helpers.text import fill
from helpers.wire.byte_region import ByteRegion

from ..kit.style import escape, fmt_bytes
from ..kit.table import WIDTH, inline
from ..kit.text import plural, visible
from .encode import COLORS

MOST_ROWS = 64
"""So many rows of sixteen bytes are drawn."""
MOST_LINES = 200
"""So many lines of the tree."""


def bytes_html(data: bytes, region: ByteRegion, notes: Sequence[str] = ()) -> str:
    """Hex and tree as HTML, without style; each row of the tree is marked with the color of its bytes."""
    shown = data[: 16 * MOST_ROWS]
    rows = "".join(_row(shown, start, runs) for start, runs in _rows(shown, region))
    more = (
        f'<p class="gv-muted">… {fmt_bytes(len(data) - len(shown))} more</p>'
        if len(shown) < len(data)
        else ""
    )
    lines = list(_lines(region))
    tree = "".join(_line(depth, each, color) for depth, each, color in lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        tree += f'<tr><td class="gv-muted">… {plural(len(lines) - MOST_LINES, "line")} more</td></tr>'
    said = "".join(f'<p class="gv-bytemap-note">{inline(visible(note))}</p>' for note in notes)
    return (
        f'<div class="gv gv-bytemap"><p><strong>{escape(visible(region.label))}</strong>, {_size(data)}</p>{said}'
        f'<div class="gv-bytes"><div class="gv-scroll"><table class="gv-hex-table" aria-label="Bytes in hexadecimal">'
        f"<tbody>{rows}</tbody></table>{more}</div>"
        '<div class="gv-scroll"><table class="gv-tree-table"><thead><tr><th scope="col">Field</th><th scope="col">Says</th>'
        f'<th scope="col">Bytes</th></tr></thead><tbody>{tree}</tbody></table></div></div></div>'
    )


def bytes_text(data: bytes, region: ByteRegion, notes: Sequence[str] = ()) -> str:
    """Hex and tree in characters: one line a part, its bytes before it."""
    lines = [f"{visible(region.label)}, {_size(data)}", *(fill(visible(note), WIDTH) for note in notes)]
    parts = [(depth, each) for depth, each, _ in _lines(region)][1:]
    for depth, each in parts[:MOST_LINES]:
        raw = data[each.start : each.end]
        hexed = "" if each.children else raw[:8].hex(" ") + (" …" if len(raw) > 8 else "")
        text = f"{'  ' * (depth - 1)}{visible(each.label)}  {visible(each.text)}".rstrip()
        wrong = f"  malformed: {visible(each.problem)}" if each.problem else ""
        lines.append(f"{each.start:04x}  {hexed:<25}  {text}{wrong}".rstrip())
    if len(parts) > MOST_LINES:
        lines.append(f"… {plural(len(parts) - MOST_LINES, 'line')} more")
    return "\n".join(lines)


def _size(data: bytes) -> str:
    return "no bytes: every field has its default" if not data else plural(len(data), "byte")


def _lines(
    region: ByteRegion, depth: int = 0, color: str | None = None
) -> Iterator[tuple[int, ByteRegion, str | None]]:
    """The tree, parents first: depth, region, and the color of its bytes."""
    color = COLORS.get(region.kind, color)
    yield depth, region, color
    for child in region.children:
        yield from _lines(child, depth + 1, color)


def _rows(data: bytes, region: ByteRegion) -> Iterator[tuple[int, list[tuple[int, int, str | None]]]]:
    """Rows of sixteen bytes: where each starts, and its runs of one meaning ``(start, end, color)``."""
    owner = [0] * len(data)
    colors: list[str | None] = []
    for number, (_, each, color) in enumerate(_lines(region)):
        colors.append(color)
        for at in range(each.start, min(each.end, len(data))):
            owner[at] = number
    for start in range(0, len(data), 16):
        runs: list[tuple[int, int, str | None]] = []
        stop = min(start + 16, len(data))
        at = start
        while at < stop:
            end = at + 1
            while end < stop and owner[end] == owner[at]:
                end += 1
            runs.append((at, end, colors[owner[at]]))
            at = end
        yield start, runs


def _row(data: bytes, start: int, runs: list[tuple[int, int, str | None]]) -> str:
    hexed = " ".join(_run(data[a:b].hex(" "), color) for a, b, color in runs)
    text = "".join(_run(escape(_ascii(data[a:b])), color) for a, b, color in runs)
    return (
        f'<tr><td class="gv-hex-offset">{start:04x}</td><td class="gv-hex-bytes">{hexed}</td>'
        f'<td class="gv-hex-text">{text}</td></tr>'
    )


def _run(text: str, color: str | None) -> str:
    return f'<span class="gv-run gv-region-{color}">{text}</span>' if color else f"<span>{text}</span>"


def _ascii(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in data)


def _line(depth: int, region: ByteRegion, color: str | None) -> str:
    key = f'<span class="gv-tree-key gv-region-{color}" aria-hidden="true"></span>' if color else ""
    wrong = (
        f'<br><bdi class="gv-tree-wrong">malformed: {escape(visible(region.problem))}</bdi>'
        if region.problem
        else ""
    )
    return (
        f'<tr><td style="padding-left: {14 * depth}px">{key}<bdi>{escape(visible(region.label))}</bdi></td>'
        f'<td><bdi class="gv-code">{escape(visible(region.text))}</bdi>{wrong}</td>'
        f'<td class="gv-muted">{fmt_bytes(region.end - region.start)}</td></tr>'
    )
