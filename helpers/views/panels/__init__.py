"""Panels of messages that arrive while a cell goes on."""

from __future__ import annotations

from .panel import Panel
from .widget import Panels

__all__ = ["Panel", "Panels"]
