"""A whiteboard that several people draw on."""

from __future__ import annotations

from .widget import LineSegment, Whiteboard

__all__ = ["LineSegment", "Whiteboard"]
