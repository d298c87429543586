"""`Whiteboard` as markup and as text, drawn from plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..kit.card import Card
from ..kit.style import escape
from ..kit.text import plural

WIDTH, HEIGHT = 1000, 700
"""Units of a panel; x to the right, y downwards."""
LOOKS = 5
MOST_SEGMENTS = 8000
"""Pieces of lines that a board keeps, all panels together; older ones go."""


def board_html(names: Sequence[str], parts: Sequence[dict[str, str]] | None = None, problem: str = "") -> str:
    """The board, with what `board_parts` returned, or without content for a page that fills it in."""
    empty = {"ink": "", "keys": "", "status": ""}
    panels = "".join(
        _panel(name, part) for name, part in zip(names, parts or [empty] * len(names), strict=True)
    )
    return (
        f'<div class="gv gv-board"><div class="gv-board-panels">{panels}</div>'
        f'<div data-part="problem">{problem}</div></div>'
    )


def board_parts(names: Sequence[str], items: Sequence[dict[str, Any]], status: dict[str, Any]) -> list[dict]:
    """What is on each panel: ink, the key to its authors, and the line below."""
    parts = []
    for panel in range(len(names)):
        lines = join_lines(item for item in items if item["panel"] == panel)
        ink = "".join(
            f'<polyline class="gv-board-line gv-board-look-{author % LOOKS}" points="{_points(line)}"/>'
            for author, line in lines
        )
        authors = dict.fromkeys(author for author, _ in lines)
        keys = "".join(_key(author, status["authors"][author]) for author in authors)
        parts.append({"ink": ink, "keys": keys, "status": escape(panel_status(status, panel))})
    return parts


def board_text(
    names: Sequence[str], items: Sequence[dict[str, Any]], status: dict[str, Any], problem: Card | None = None
) -> str:
    """The board in words."""
    text = [f"Whiteboard with {plural(len(names), 'panel')}"]
    for panel, name in enumerate(names):
        lines = join_lines(item for item in items if item["panel"] == panel)
        counts = [
            f"{plural(sum(a == author for a, _ in lines), 'line')} by {status['authors'][author]}"
            for author in dict.fromkeys(author for author, _ in lines)
        ]
        text.append(f"  {name}: {', '.join(counts) or 'empty'}; {panel_status(status, panel)}")
    return "\n".join([*text, *([str(problem)] if problem else [])])


def panel_status(status: dict[str, Any], panel: int) -> str:
    """The line below a panel: ``3 segments drawn, 2 received``, and what was said."""
    drawn, received = status["counts"][panel]
    counts = f"{plural(drawn, 'segment')} drawn, {received:,} received"
    return f"{counts} · {status['said'][panel]}" if status["said"][panel] else counts


def join_lines(items: Any) -> list[tuple[int, list[int]]]:
    """Segments as lines ``(author, [x, y, …])``: a segment that begins where its author's last one ended goes on."""
    lines: list[tuple[int, list[int]]] = []
    open_line: dict[int, list[int]] = {}
    for item in items:
        author, points = item["author"], item["line"]
        line = open_line.get(author)
        if line is not None and line[-2:] == points[:2]:
            line += points[2:]
        else:
            open_line[author] = line = list(points)
            lines.append((author, line))
    return lines


def _points(line: Sequence[int]) -> str:
    pairs = [f"{x},{y}" for x, y in zip(line[::2], line[1::2], strict=True)]
    return " ".join(pairs * 2 if len(pairs) == 1 else pairs)


def _panel(name: str, parts: dict[str, str]) -> str:
    label = escape(name)
    return (
        f'<section class="gv-board-panel" aria-label="{label}"><div class="gv-board-head"><strong>{label}</strong>'
        f'<ul class="gv-board-keys" data-part="keys">{parts["keys"]}</ul></div>'
        f'<svg class="gv-board-surface" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Panel {label}">'
        f'<g data-part="ink">{parts["ink"]}</g></svg>'
        f'<div class="gv-board-foot"><span class="gv-muted" data-part="status">{parts["status"]}</span></div></section>'
    )


def _key(author: int, name: str) -> str:
    return (
        f'<li><svg class="gv-board-key" viewBox="0 0 48 12" aria-hidden="true">'
        f'<path class="gv-board-line gv-board-look-{author % LOOKS}" d="M2 6h44"/></svg>{escape(name)}</li>'
    )
