"""A capture as frames, streams and flow-control windows."""

from __future__ import annotations

from .widget import CaptureView, show

__all__ = ["CaptureView", "show"]
