"""What the learner's own browser can do with HTTP/2."""

from __future__ import annotations

from .widget import BrowserCheck

__all__ = ["BrowserCheck"]
