"""`Panel` as markup and as text, drawn from plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..kit.card import Card
from ..kit.style import escape

KEEP = 500
"""Messages that a panel keeps."""
_SIGNS = {"done": "✓", "failed": "✗", "running": "●"}
_ARROWS = {"server": "→", "client": "←", "": "·"}


def state_of(label: str) -> str:
    """How a call stands whose status is ``label``: idle, running, done or failed."""
    return {"": "idle", "open": "running", "half-closed": "running", "OK": "done"}.get(label, "failed")


def row_html(row: Mapping[str, Any]) -> str:
    """One message as a list item."""
    author = f"<strong>{escape(row['author'])}</strong> " if row["author"] else ""
    arrow = f'<span class="gv-feed-arrow" aria-hidden="true">{_ARROWS[row["to"]]}</span>'
    return (
        f'<li class="gv-feed-row gv-feed-{row["to"] or "note"}"><span class="gv-feed-time">{row["at"]:.3f} s</span>'
        f'<span class="gv-feed-message">{arrow}<span class="gv-sr">{row["kind"]}: </span>'
        f'<span class="gv-feed-text">{author}{escape(row["text"])}</span></span></li>'
    )


def row_text(row: Mapping[str, Any]) -> str:
    """One message as a line: ``   0.012 s  → Ada: hello``."""
    author = f"{row['author']}: " if row["author"] else ""
    return f"{row['at']:9.3f} s  {_ARROWS[row['to']]} {author}{row['text']}"


def panel_html(
    name: str, rows: Sequence[str] = (), count: int = 0, status: Mapping[str, Any] | None = None
) -> str:
    """A panel with its rows, or without content for a page that fills it in."""
    status = status or {}
    earlier = (
        f'<p class="gv-muted gv-feed-earlier" data-part="earlier">{_earlier(count - len(rows))}</p>'
        if count > len(rows)
        else '<p class="gv-muted gv-feed-earlier" data-part="earlier" hidden></p>'
    )
    label = escape(name)
    return (
        f'<section class="gv gv-feed" aria-label="Panel {label}"><div class="gv-feed-head"><strong>{label}</strong>'
        f'<span class="gv-muted" data-part="counts">{counts_text(status)}</span>'
        f'<span class="gv-feed-status gv-feed-{status.get("state", "idle")}" data-part="status">'
        f"{escape(status_text(status))}</span></div>"
        f'<div class="gv-feed-scroll">{earlier}<ol class="gv-feed-rows" data-part="rows">{"".join(rows)}</ol>'
        f'<p class="gv-muted gv-feed-empty" data-part="empty"{" hidden" if rows else ""}>No messages yet.</p></div>'
        f'<div data-part="problem">{status.get("problem", "")}</div></section>'
    )


def panel_text(
    name: str, rows: Sequence[str], count: int, status: Mapping[str, Any], problem: Card | None
) -> str:
    """A panel in words."""
    head = " · ".join(part for part in (name, counts_text(status), status_text(status)) if part)
    lines = [head, *([_earlier(count - len(rows))] if count > len(rows) else []), *rows]
    if not rows:
        lines.append("  No messages yet.")
    return "\n".join([*lines, *([str(problem)] if problem else [])])


def counts_text(status: Mapping[str, Any]) -> str:
    """``→ 12 sent, ← 10 received``."""
    if not status:
        return ""
    out, back = ("←", "→") if status["server"] else ("→", "←")
    return f"{out} {status['sent']:,} sent, {back} {status['received']:,} received"


def status_text(status: Mapping[str, Any]) -> str:
    """``✓ OK``, ``✗ CANCELLED: the dispatcher left``, ``● open``."""
    if not status or not status["label"]:
        return ""
    details = f": {status['details']}" if status["details"] else ""
    return f"{_SIGNS[status['state']]} {status['label']}{details}"


def _earlier(count: int) -> str:
    return f"{count:,} earlier {'one is' if count == 1 else 'ones are'} not kept."
