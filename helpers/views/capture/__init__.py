"""A capture as frames, streams and flow-control windows, and its calls as a table."""

from __future__ import annotations

from .call_table import call_table, method_table
from .widget import CaptureView, show

__all__ = ["CaptureView", "call_table", "method_table", "show"]
