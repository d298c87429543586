"""`NetworkMap` in characters."""

from __future__ import annotations

from .model import Network, shown


def network_text(net: Network, problem: str = "") -> str:
    """The boxes with their states and counters, and the links with what has passed."""
    boxes = [(shown(box.name), box.describe()) for box in net.drawn_boxes]
    links = [
        (f"{shown(link.a)} {link.arrow} {shown(link.b)}", link.describe(net.unit)) for link in net.drawn_links
    ]
    wide = max((len(name) for name, _ in [*boxes, *links]), default=0)
    lines = [net.title or "Network map"]
    lines += [f"  {name:{wide}}  {told}".rstrip() for name, told in [*boxes, *links]]
    lines += [net.remark and f"  {net.remark}", net.line, problem]
    return "\n".join(filter(None, lines))
